//! The pages of administrators: how the marketplace does, and what can be done about it.

pub(super) mod accounts;
pub(super) mod alerts;
pub(super) mod analytics;
pub(super) mod audit;
mod badge;
pub(super) mod bookings;
pub(super) mod catalogue;
pub(super) mod jobs;
pub(super) mod limits;
pub(super) mod outbox;
pub(super) mod overview;
pub(super) mod search;

#[cfg(test)]
pub(super) mod render_tests;

pub(crate) use self::badge::Badge;

use instainstru_http::{ApiError, error::ErrorCode};
use serde::Serialize;

/// Longest text to look for.
const MAX_QUERY_CHARS: usize = 100;
/// The last page of a list that is looked at.
const MAX_PAGE: u32 = 1_000_000;

/// One of the values of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
}

impl Choice {
    fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// The number of something in an address.
fn number<T>(text: &str, made: impl FnOnce(i64) -> Option<T>, what: &str) -> Result<T, ApiError> {
    let id = text.parse().ok().and_then(made);
    id.ok_or_else(|| ApiError::new(ErrorCode::NotFound, format!("{what} not found")))
}

/// Which page of a list is asked for; the first when that is unclear.
fn page_number(text: &str) -> u32 {
    text.parse().map_or(1, |number: u32| number.clamp(1, MAX_PAGE))
}

/// A text to look for, if there is one.
fn wanted(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(MAX_QUERY_CHARS).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_address_is_taken_as_far_as_it_makes_sense() {
        assert_eq!(["", "0", "3", "x", "-1", "9999999"].map(page_number), [1, 1, 3, 1, 1, MAX_PAGE]);
        assert_eq!(wanted("  ada\u{0}  "), Some("ada".to_owned()));
        assert_eq!(wanted(" \t"), None);
        assert_eq!(wanted(&"x".repeat(200)).map(|text| text.len()), Some(MAX_QUERY_CHARS));
        assert_eq!(number("7", Some, "Thing").unwrap(), 7);
        for text in ["", "x", "7.5"] {
            let error = number(text, Some, "Thing").unwrap_err().to_string();
            assert!(error.ends_with("Thing not found"), "{error}");
        }
    }
}
