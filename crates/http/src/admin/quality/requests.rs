//! What a report of searches is asked for with.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::read_bounded,
};

/// Most days of a report: as long as the texts of queries are kept.
const MAX_DAYS: u32 = 90;
/// Days when the client does not say.
const USUAL_DAYS: u32 = 7;

/// Of how many days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct QualityParams {
    /// Number of days, today in New York included.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 90, default = 7)]
    days: Option<String>,
}

impl IntoCommand for QualityParams {
    type Command = u16;

    fn into_command(self) -> Result<u16, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let days = errors.take_optional("days", self.days.map(|text| read_bounded(&text, 1, MAX_DAYS)));
        let days = days.map(|days| u16::try_from(days.unwrap_or(USUAL_DAYS)).unwrap_or(u16::MAX));
        errors.finish(days)
    }
}
