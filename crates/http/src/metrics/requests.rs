//! Whose requests to forget, and how many are going to come.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::read_bounded,
};

/// Longest pattern.
const MAX_PATTERN_CHARS: usize = 200;

/// Whose requests are to be forgotten.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ResetParams {
    /// An identifier such as `203.0.113.7` or `user_12`, in which `*` stands for any text and `?` for any character.
    #[param(min_length = 1, max_length = 200, example = "203.0.113.*")]
    pattern: String,
}

impl IntoCommand for ResetParams {
    type Command = String;

    fn into_command(self) -> Result<String, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let is_fitting = (1..=MAX_PATTERN_CHARS).contains(&self.pattern.chars().count());
        let pattern = if is_fitting { Ok(self.pattern) } else { Err("must have 1 to 200 characters") };
        let pattern = errors.take("pattern", pattern);
        errors.finish(pattern)
    }
}

/// How many requests are going to be sent.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TryParams {
    /// Requests that are going to be sent.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 20, default = 5)]
    requests: Option<String>,
}

impl IntoCommand for TryParams {
    type Command = u32;

    fn into_command(self) -> Result<u32, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let requests = errors.take_optional("requests", self.requests.map(|text| read_bounded(&text, 1, 20)));
        errors.finish(requests.map(|requests| requests.unwrap_or(5)))
    }
}
