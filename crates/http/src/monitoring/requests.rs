//! How much of the past to look at.

use instainstru_domain::alert::AlertSeverity;
use instainstru_service::alerts::{KEEP_DAYS, RecentAlerts};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::read_bounded,
};

const MINUTES_PER_HOUR: u32 = 60;
/// The most alerts that are looked at live.
const MOST_LIVE: u32 = 100;

/// How many slow ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListSlowParams {
    /// Greatest number of entries.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 10)]
    limit: Option<String>,
}

impl IntoCommand for ListSlowParams {
    type Command = usize;

    fn into_command(self) -> Result<usize, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let limit = errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, 100)));
        errors.finish(limit.map(|limit| limit.map_or(10, |limit| usize::try_from(limit).unwrap_or(100))))
    }
}

/// Which alerts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListAlertsParams {
    /// Only alerts of the last so many hours.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 720, default = 24)]
    hours: Option<String>,
    /// Greatest number of alerts.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 500, default = 50)]
    limit: Option<String>,
    /// Only alerts so bad: `warning` or `critical`.
    #[param(nullable = false, pattern = "^(warning|critical)$")]
    severity: Option<String>,
}

/// Which alerts to list, and the hours as asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListAlerts {
    pub(super) hours: u32,
    pub(super) query: RecentAlerts,
}

impl IntoCommand for ListAlertsParams {
    type Command = ListAlerts;

    fn into_command(self) -> Result<ListAlerts, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let most_hours = u32::from(KEEP_DAYS) * 24;
        let hours = errors.take_optional("hours", self.hours.map(|text| read_bounded(&text, 1, most_hours)));
        let limit = errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, 500)));
        let severity =
            errors.take_optional("severity", self.severity.map(|text| text.parse::<AlertSeverity>()));
        let command = match (hours, limit, severity) {
            (Some(hours), Some(limit), Some(severity)) => {
                let (hours, limit) = (hours.unwrap_or(24), limit.unwrap_or(50));
                let minutes = hours.saturating_mul(MINUTES_PER_HOUR);
                Some(ListAlerts { hours, query: RecentAlerts { minutes, severity, limit } })
            }
            _ => None,
        };
        errors.finish(command)
    }
}

/// How many days to sum up.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SummariseAlertsParams {
    /// Days of UTC, today included.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 30, default = 7)]
    days: Option<String>,
}

impl IntoCommand for SummariseAlertsParams {
    type Command = u16;

    fn into_command(self) -> Result<u16, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let most = u32::from(KEEP_DAYS);
        let days = errors.take_optional("days", self.days.map(|text| read_bounded(&text, 1, most)));
        errors.finish(days.map(|days| days.map_or(7, |days| u16::try_from(days).unwrap_or(KEEP_DAYS))))
    }
}

/// How many minutes count as live.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LiveAlertsParams {
    /// Minutes to look back.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 60, default = 5)]
    minutes: Option<String>,
}

impl IntoCommand for LiveAlertsParams {
    type Command = RecentAlerts;

    fn into_command(self) -> Result<RecentAlerts, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let minutes = errors.take_optional("minutes", self.minutes.map(|text| read_bounded(&text, 1, 60)));
        errors.finish(minutes.map(|minutes| RecentAlerts {
            minutes: minutes.unwrap_or(5),
            severity: None,
            limit: MOST_LIVE,
        }))
    }
}
