//! View models that several pages share: domain values turned into the words and links that components show.
//!
//! A model is plain data. Whoever adds one also adds it to the samples of the style guide.

pub(crate) mod booker;
pub(crate) mod booking;
pub(crate) mod card;
pub(crate) mod catalogue;
pub(crate) mod chart;
pub(crate) mod links;

pub(crate) use self::{
    booking::LessonCard,
    card::InstructorCard,
    catalogue::{CategoryView, ServiceView},
};

use serde::Serialize;

/// A link among others of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: String,
    /// How many things it leads to, in words.
    pub(crate) note: Option<String>,
    /// Whether it leads to where the visitor is.
    pub(crate) current: bool,
}

impl Link {
    pub(crate) fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), note: None, current: false }
    }

    #[must_use]
    pub(crate) fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    #[must_use]
    pub(crate) const fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }
}

/// Pages of a long list, as links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Pagination {
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) pages: Vec<Link>,
    /// Such as `21–40 of 63`.
    pub(crate) summary: String,
}

impl Pagination {
    /// The pages around page `number` (from 1) of a list with `total` items, `size` on each; `None` when one page is enough.
    /// `href` makes the address of a page.
    pub(crate) fn new(number: u64, size: u64, total: u64, href: impl Fn(u64) -> String) -> Option<Self> {
        let last = total.div_ceil(size.max(1));
        if last <= 1 {
            return None;
        }
        let number = number.clamp(1, last);
        let nearby = number.saturating_sub(2).max(1)..=(number + 2).min(last);
        let mut wanted: Vec<u64> = std::iter::once(1).chain(nearby).chain([last]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let first = (number - 1) * size + 1;
        Some(Self {
            previous: (number > 1).then(|| href(number - 1)),
            next: (number < last).then(|| href(number + 1)),
            pages: wanted
                .into_iter()
                .map(|page| Link::new(href(page), page.to_string()).current(page == number))
                .collect(),
            summary: format!("{first}\u{2013}{} of {total}", (number * size).min(total)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_listed_around_the_current_one() {
        let pages = |number, total| {
            Pagination::new(number, 20, total, |page| format!("?page={page}")).map(|it| {
                (it.pages.iter().map(|page| page.label.clone()).collect::<Vec<_>>().join(" "), it.summary)
            })
        };
        assert_eq!(pages(1, 20), None);
        assert_eq!(pages(1, 0), None);
        assert_eq!(pages(1, 21), Some(("1 2".into(), "1\u{2013}20 of 21".into())));
        assert_eq!(pages(10, 400), Some(("1 8 9 10 11 12 20".into(), "181\u{2013}200 of 400".into())));
        assert_eq!(pages(99, 41), Some(("1 2 3".into(), "41\u{2013}41 of 41".into())));
        let first = Pagination::new(1, 20, 60, |page| format!("?page={page}")).unwrap();
        assert_eq!((first.previous, first.next.as_deref()), (None, Some("?page=2")));
    }
}
