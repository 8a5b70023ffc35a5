//! What clients search for.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::read_bounded,
};

/// Greatest number of characters of a query. Each takes up to twelve bytes in an address, and the server reads addresses of
/// less than 64 KiB: whatever the alphabet, a legal query arrives.
const MAX_CHARS: usize = 5_000;
/// Greatest number of results.
const MAX_RESULTS: u32 = 100;
/// Number of results when the client does not say.
const USUAL_RESULTS: u32 = 20;
/// Greatest and usual number of suggestions.
const MAX_SUGGESTIONS: u32 = 8;

/// What to search for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParams {
    /// What a student would say: a service, a price, a time, a place, in any order.
    #[param(value_type = String, required = true, min_length = 1, max_length = 5000, pattern = r"^[\s\S]*\S[\s\S]*$", example = "piano lessons under $80 tomorrow in brooklyn")]
    q: Option<String>,
    /// Greatest number of results.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
}

/// What was typed so far.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SuggestParams {
    /// The beginning of a phrase.
    #[param(value_type = String, required = true, min_length = 1, max_length = 5000, example = "pia")]
    q: Option<String>,
    /// Greatest number of suggestions.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 8, default = 8)]
    limit: Option<String>,
}

/// A text and how much to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) limit: usize,
}

impl IntoCommand for SearchParams {
    type Command = Question;

    fn into_command(self) -> Result<Question, FieldErrors> {
        read(self.q, self.limit, MAX_RESULTS, USUAL_RESULTS)
    }
}

impl IntoCommand for SuggestParams {
    type Command = Question;

    fn into_command(self) -> Result<Question, FieldErrors> {
        read(self.q, self.limit, MAX_SUGGESTIONS, MAX_SUGGESTIONS)
    }
}

/// The text is taken as it is: spaces are for whoever understands it to judge.
fn read(q: Option<String>, limit: Option<String>, most: u32, usual: u32) -> Result<Question, FieldErrors> {
    let mut errors = FieldErrors::new(Place::Query);
    let text = q.unwrap_or_default();
    if text.is_empty() {
        errors.push("q", "q must have at least 1 character");
    } else if text.chars().nth(MAX_CHARS).is_some() {
        errors.push("q", format!("q must have at most {MAX_CHARS} characters"));
    }
    let limit = errors.take_optional("limit", limit.map(|limit| read_bounded(&limit, 1, most)));
    let limit = limit.map(|limit| usize::try_from(limit.unwrap_or(usual)).unwrap_or(usize::MAX));
    errors.finish(limit.map(|limit| Question { text, limit }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(q: Option<&str>, limit: Option<&str>) -> Result<Question, FieldErrors> {
        SearchParams { q: q.map(str::to_owned), limit: limit.map(str::to_owned) }.into_command()
    }

    #[test]
    fn the_text_stays_as_it_was_typed() {
        let text = "  Piano\n“lessons” ".to_owned();
        assert_eq!(asked(Some(&text), None), Ok(Question { text, limit: 20 }));
    }

    #[test]
    fn five_thousand_characters_are_the_limit_however_many_bytes_they_take() {
        assert!(asked(Some(&"🎹".repeat(5_000)), Some("100")).is_ok());
        assert!(asked(Some(&"e".repeat(5_001)), None).is_err());
        for (q, limit) in [(None, None), (Some(""), None), (Some("x"), Some("0")), (Some("x"), Some("101"))] {
            assert!(asked(q, limit).is_err(), "{q:?} {limit:?}");
        }
    }
}
