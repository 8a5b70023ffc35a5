//! What clients ask of the analytics.

use instainstru_domain::analytics::{LookBack, WeekCount};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::read_integer,
};

/// How many weeks to look at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TeachingParams {
    /// Weeks up to the current one, which counts as well.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 52, default = 12)]
    weeks: Option<String>,
}

impl IntoCommand for TeachingParams {
    type Command = WeekCount;

    fn into_command(self) -> Result<WeekCount, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let number = errors.take_optional("weeks", self.weeks.map(|text| read_integer(&text)));
        let weeks = number.and_then(|number| errors.take_optional("weeks", number.map(WeekCount::new)));
        errors.finish(weeks.map(|weeks| weeks.unwrap_or(WeekCount::USUAL)))
    }
}

/// How many days to look back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LookBackParams {
    /// Days before today, which counts as well.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 365, default = 30)]
    days: Option<String>,
}

impl IntoCommand for LookBackParams {
    type Command = LookBack;

    fn into_command(self) -> Result<LookBack, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let number = errors.take_optional("days", self.days.map(|text| read_integer(&text)));
        let days = number.and_then(|number| errors.take_optional("days", number.map(LookBack::from_days)));
        errors.finish(days.map(|days| days.unwrap_or(LookBack::DAILY)))
    }
}
