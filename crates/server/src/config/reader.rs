//! Reading single variables: what is missing gets its default, and every mistake is kept so that all are told at once.

use std::{cell::RefCell, collections::BTreeSet, fmt, ops::RangeInclusive, str::FromStr};

use super::Mistakes;

/// Reads variables through a lookup and remembers what was asked for and what was wrong.
pub(super) struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    asked: RefCell<BTreeSet<&'static str>>,
    mistakes: RefCell<Vec<String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, asked: RefCell::default(), mistakes: RefCell::default() }
    }

    /// The trimmed value; a variable that is set to nothing counts as not set.
    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        self.asked.borrow_mut().insert(name);
        (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The value after `parse`, whose error says what is allowed.
    pub(super) fn parsed<T>(
        &self,
        name: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        let Some(text) = self.text(name) else { return default };
        parse(&text).unwrap_or_else(|reason| {
            self.refuse(name, &reason);
            default
        })
    }

    /// A whole number within limits.
    pub(super) fn number<T>(&self, name: &'static str, allowed: RangeInclusive<T>, default: T) -> T
    where
        T: FromStr + PartialOrd + fmt::Display,
    {
        self.parsed(name, default, |text| {
            text.parse().ok().filter(|number| allowed.contains(number)).ok_or_else(|| {
                format!(
                    "must be a whole number from {} to {}, not {}",
                    allowed.start(),
                    allowed.end(),
                    quoted(text)
                )
            })
        })
    }

    /// Yes or no, in the usual spellings.
    pub(super) fn flag(&self, name: &'static str, default: bool) -> bool {
        self.parsed(name, default, |text| match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(true),
            "false" | "0" | "no" | "off" => Ok(false),
            _ => Err(format!("must be true or false, not {}", quoted(text))),
        })
    }

    /// One of a few words, in any case.
    pub(super) fn choice<T: Copy>(&self, name: &'static str, choices: &[(&str, T)], default: T) -> T {
        self.parsed(name, default, |text| {
            choices
                .iter()
                .find(|(word, _value)| word.eq_ignore_ascii_case(text))
                .map(|(_word, value)| *value)
                .ok_or_else(|| {
                    let words: Vec<&str> = choices.iter().map(|(word, _value)| *word).collect();
                    format!("must be one of {}, not {}", words.join(", "), quoted(text))
                })
        })
    }

    /// Notes a mistake; the line names the variable.
    pub(super) fn refuse(&self, name: &str, reason: &str) {
        self.mistakes.borrow_mut().push(format!("{name}: {reason}"));
    }

    /// Refuses names that begin like ours and were never asked for: they are typing errors that would go unnoticed.
    pub(super) fn refuse_unknown<'n>(&self, names: impl IntoIterator<Item = &'n str>) {
        const OURS: &str = "INSTAINSTRU_";
        let asked = self.asked.borrow();
        let known: Vec<&str> = asked.iter().copied().filter(|name| name.starts_with(OURS)).collect();
        let unknown: BTreeSet<String> = names
            .into_iter()
            .map(str::to_ascii_uppercase)
            .filter(|name| name.starts_with(OURS) && !known.contains(&name.as_str()))
            .collect();
        for name in unknown {
            self.refuse(&name, &format!("there is no such variable; known are {}", known.join(", ")));
        }
    }

    /// `value` when nothing was wrong, otherwise everything that was.
    pub(super) fn finish<T>(self, value: T) -> Result<T, Mistakes> {
        let mistakes = self.mistakes.into_inner();
        if mistakes.is_empty() { Ok(value) } else { Err(Mistakes(mistakes)) }
    }
}

/// A value as part of a message, cut to a length that fits a line.
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(60).collect();
    format!("{shown:?}")
}
