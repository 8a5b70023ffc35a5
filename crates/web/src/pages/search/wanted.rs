//! What a visitor asks for: words and filters, and the one question they make together.
//!
//! Filters become words of the question, so that this page finds exactly what the API finds for the same words.

use std::ops::Range;

use serde::Deserialize;

use crate::view::links;

/// Longest question that is read, in characters.
const MAX_CHARS: usize = 200;

/// The query of the page. Everything is optional, and what makes no sense is as good as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    /// What was typed.
    pub(super) q: String,
    /// Slug of a service.
    pub(super) service: String,
    /// Slug of a category.
    pub(super) category: String,
    /// `today`, `tomorrow`, `this weekend` or `next week`.
    pub(super) when: String,
    /// `morning`, `afternoon` or `evening`.
    pub(super) tod: String,
    /// Name of a place.
    pub(super) area: String,
    /// Least price of an hour, in dollars.
    pub(super) min: String,
    /// Greatest price of an hour, in dollars.
    pub(super) max: String,
    /// A [`Sort`](super::Sort).
    pub(super) sort: String,
    page: String,
}

/// Filters in words, with the field each of them comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Question {
    pub(super) text: String,
    pieces: Vec<(&'static str, Range<usize>)>,
}

impl Wanted {
    /// The query as it is worth reading.
    pub(super) fn tidied(mut self) -> Self {
        for text in [&mut self.q, &mut self.area] {
            *text = text.trim().chars().filter(|letter| !letter.is_control()).take(MAX_CHARS).collect();
        }
        for (text, known) in [
            (&mut self.when, &["today", "tomorrow", "this weekend", "next week"][..]),
            (&mut self.tod, &["morning", "afternoon", "evening"]),
            (&mut self.sort, &["price", "price-desc", "soonest", "experience"]),
        ] {
            if !known.contains(&text.as_str()) {
                text.clear();
            }
        }
        for amount in [&mut self.min, &mut self.max] {
            *amount =
                amount.trim().parse::<u16>().map_or_else(|_no_number| String::new(), |it| it.to_string());
        }
        self
    }

    /// Number of the page, from 1.
    pub(super) fn page(&self) -> u64 {
        self.page.parse().unwrap_or(1).max(1)
    }

    /// The question; `service` and `category` are the names of those in the query.
    pub(super) fn question(&self, service: Option<&str>, category: Option<&str>) -> Question {
        let mut question = Question::default();
        let words = |before: &str, value: &str| {
            if value.is_empty() { String::new() } else { format!("{before}{value}") }
        };
        question.add("q", &self.q);
        question.add("service", service.unwrap_or_default());
        question.add("category", category.unwrap_or_default());
        question.add("when", &self.when);
        question.add("tod", &words(if self.when.is_empty() { "in the " } else { "" }, &self.tod));
        question.add("area", &words("in ", &self.area));
        match (self.min.as_str(), self.max.as_str()) {
            ("", max) => question.add("max", &words("under $", max)),
            (min, "") => question.add("min", &words("at least $", min)),
            (min, max) => question.add("max", &format!("between ${min} and ${max}")),
        }
        question
    }

    /// The same without these bytes of the question: words that were typed, or the filters that wrote them.
    pub(super) fn without(&self, question: &Question, bytes: impl IntoIterator<Item = Range<usize>>) -> Self {
        let mut less = Self { page: String::new(), ..self.clone() };
        let mut typed = self.q.clone();
        let mut bytes: Vec<Range<usize>> = bytes.into_iter().collect();
        // From the end, so that the places of what remains stay true.
        bytes.sort_by_key(|range| std::cmp::Reverse(range.start));
        for range in bytes {
            for (field, piece) in &question.pieces {
                if range.start >= piece.end || range.end <= piece.start {
                    continue;
                }
                match *field {
                    "q" => {
                        let within = range.start.max(piece.start)..range.end.min(piece.end);
                        if let Some(before) = typed.get(..within.start)
                            && typed.get(within.clone()).is_some()
                        {
                            let before = without_preposition(before).to_owned();
                            let after = typed.get(within.end..).unwrap_or_default();
                            typed = format!("{before}{after}");
                        }
                    }
                    "service" => less.service.clear(),
                    "category" => less.category.clear(),
                    "when" => less.when.clear(),
                    "tod" => less.tod.clear(),
                    "area" => less.area.clear(),
                    _ => {
                        less.min.clear();
                        less.max.clear();
                    }
                }
            }
        }
        less.q = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        less
    }

    /// The same with more words.
    pub(super) fn saying(&self, words: &str) -> Self {
        Self { q: format!("{} {words}", self.q).trim().to_owned(), ..self.clone() }
    }

    /// What is asked for, by field.
    pub(super) fn fields(&self) -> [(&'static str, &str); 9] {
        [
            ("q", &self.q),
            ("service", &self.service),
            ("category", &self.category),
            ("when", &self.when),
            ("tod", &self.tod),
            ("area", &self.area),
            ("min", &self.min),
            ("max", &self.max),
            ("sort", &self.sort),
        ]
    }

    /// The address of a page of the results.
    pub(super) fn href(&self, page: u64) -> String {
        let number = page.to_string();
        let mut pairs: Vec<(&str, &str)> =
            self.fields().into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if page > 1 {
            pairs.push(("page", &number));
        }
        links::search(&pairs)
    }
}

impl Question {
    fn add(&mut self, field: &'static str, words: &str) {
        if words.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(words);
        self.pieces.push((field, start..self.text.len()));
    }
}

/// Text without the little word at its end that only led to what came after it.
fn without_preposition(text: &str) -> &str {
    let trimmed = text.trim_end();
    let (before, last) = trimmed.rsplit_once(' ').unwrap_or(("", trimmed));
    if ["in", "at", "near", "around", "on", "for"].contains(&last.to_lowercase().as_str()) {
        before
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use std::iter::once;

    use super::*;

    fn wanted(query: &str) -> Wanted {
        serde_urlencoded::from_str::<Wanted>(query).unwrap().tidied()
    }

    #[test]
    fn filters_become_words_of_the_question() {
        for (query, text) in [
            ("", ""),
            ("q=+piano+", "piano"),
            ("q=piano&max=80&area=Astoria", "piano in Astoria under $80"),
            ("service=piano&when=tomorrow&tod=evening&min=40", "Piano tomorrow evening at least $40"),
            ("category=music&tod=morning&min=40&max=90", "Music in the morning between $40 and $90"),
            ("q=piano&when=never&max=cheap&tod=dawn&min=-1", "piano"),
        ] {
            let wanted = wanted(query);
            let service = (!wanted.service.is_empty()).then_some("Piano");
            let category = (!wanted.category.is_empty()).then_some("Music");
            assert_eq!(wanted.question(service, category).text, text, "{query}");
        }
    }

    #[test]
    fn a_piece_that_is_taken_away_takes_its_filter_or_its_words() {
        let wanted = wanted("q=cheap+piano+please&area=Astoria&max=80&sort=price&page=3");
        let question = wanted.question(None, None);
        let without = |words: &[&str]| {
            let ranges: Vec<_> = words
                .iter()
                .map(|word| question.text.find(word).map(|start| start..start + word.len()).unwrap())
                .collect();
            wanted.without(&question, ranges).href(1)
        };
        assert_eq!(without(&["piano"]), "/search?q=cheap+please&area=Astoria&max=80&sort=price");
        assert_eq!(without(&["Astoria"]), "/search?q=cheap+piano+please&max=80&sort=price");
        assert_eq!(without(&["under $80", "cheap"]), "/search?q=piano+please&area=Astoria&sort=price");
        let beyond = wanted.without(&question, once(900..901));
        assert_eq!((beyond.href(1), wanted.page()), (wanted.href(1), 3));
    }

    #[test]
    fn the_little_word_before_a_place_goes_with_it() {
        let wanted = wanted("q=piano+in+Astoria+tomorrow");
        let question = wanted.question(None, None);
        assert_eq!(wanted.without(&question, once(9..16)).href(1), "/search?q=piano+tomorrow");
        assert_eq!(
            wanted.without(&question, once(0..5)).saying("online").href(1),
            "/search?q=in+Astoria+tomorrow+online"
        );
    }

    #[test]
    fn bytes_within_a_letter_remove_nothing() {
        let wanted = wanted("q=%C3%A9t%C3%A9");
        let question = wanted.question(None, None);
        assert_eq!(wanted.without(&question, once(0..1)), wanted);
    }
}
