//! Free time in three degrees of detail.

use std::collections::BTreeMap;

use instainstru_core::grid::{GridTime, TimeRange};
use instainstru_service::public::{PublicCalendar, PublicDay};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    application::{DetailLevel, HttpSettings},
    wire::DateText,
};

const ANONYMOUS: &str = "Instructor";

/// Free time in the detail this installation shows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum AvailabilityResponse {
    /// Every range of every day.
    Full(FullResponse),
    /// Parts of days.
    Summary(SummaryResponse),
    /// Only whether there is anything.
    Minimal(MinimalResponse),
}

/// Every free range of every day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FullResponse {
    /// Whose time.
    instructor_id: i32,
    /// Name of the instructor.
    instructor_name: String,
    /// Every date that was asked for.
    availability_by_date: BTreeMap<String, DayResponse>,
    /// Zone in which dates and times are meant.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// Number of ranges.
    total_available_slots: usize,
    /// First date with free time.
    earliest_available_date: Option<DateText>,
}

/// The free time of one date.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DayResponse {
    /// The date.
    date: DateText,
    /// Free ranges in order.
    available_slots: Vec<SlotResponse>,
    /// Whether the day is blocked.
    is_blackout: bool,
}

/// A free range.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SlotResponse {
    /// Begin, `HH:MM`.
    #[schema(example = "09:00")]
    start_time: String,
    /// End, `HH:MM`; 24:00 is the end of the day.
    #[schema(example = "12:00")]
    end_time: String,
}

/// Parts of days with free time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SummaryResponse {
    /// Whose time.
    instructor_id: i32,
    /// Name of the instructor.
    instructor_name: String,
    /// Dates with free time.
    availability_summary: BTreeMap<String, DaySummary>,
    /// Zone in which dates and times are meant.
    timezone: String,
    /// Number of dates with free time.
    total_available_days: usize,
    /// Always `summary`.
    #[schema(example = "summary")]
    detail_level: &'static str,
}

/// The free parts of one date. A range belongs to the part it begins in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DaySummary {
    /// The date.
    date: DateText,
    /// Before 12:00.
    morning_available: bool,
    /// From 12:00 to before 17:00.
    afternoon_available: bool,
    /// From 17:00 on.
    evening_available: bool,
    /// Free hours of the day.
    #[schema(example = 3.5)]
    total_hours: f64,
}

/// Whether there is any free time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MinimalResponse {
    /// Whose time.
    instructor_id: i32,
    /// Name of the instructor.
    instructor_name: String,
    /// Whether there is any.
    has_availability: bool,
    /// First date with free time.
    earliest_available_date: Option<DateText>,
    /// Zone in which dates are meant.
    timezone: String,
}

impl AvailabilityResponse {
    pub(super) fn new(calendar: &PublicCalendar, settings: &HttpSettings) -> Self {
        let instructor_id = calendar.instructor_id.get();
        let instructor_name = if settings.show_instructor_name {
            calendar.instructor_name.to_string()
        } else {
            ANONYMOUS.to_owned()
        };
        let timezone = calendar.zone.name().to_owned();
        let free_days = || calendar.days.iter().filter(|day| !day.free.is_empty());
        let earliest_available_date = free_days().next().map(|day| day.date.into());
        match settings.detail_level {
            DetailLevel::Full => Self::Full(FullResponse {
                instructor_id,
                instructor_name,
                availability_by_date: calendar
                    .days
                    .iter()
                    .map(|day| (day.date.to_string(), DayResponse::from(day)))
                    .collect(),
                timezone,
                total_available_slots: calendar.days.iter().map(|day| day.free.len()).sum(),
                earliest_available_date,
            }),
            DetailLevel::Summary => {
                let availability_summary: BTreeMap<String, DaySummary> =
                    free_days().map(|day| (day.date.to_string(), DaySummary::from(day))).collect();
                Self::Summary(SummaryResponse {
                    instructor_id,
                    instructor_name,
                    total_available_days: availability_summary.len(),
                    availability_summary,
                    timezone,
                    detail_level: "summary",
                })
            }
            DetailLevel::Minimal => Self::Minimal(MinimalResponse {
                instructor_id,
                instructor_name,
                has_availability: earliest_available_date.is_some(),
                earliest_available_date,
                timezone,
            }),
        }
    }
}

impl From<&PublicDay> for DayResponse {
    fn from(day: &PublicDay) -> Self {
        let slot = |range: &TimeRange| SlotResponse {
            start_time: range.start().to_string(),
            end_time: range.end().to_string(),
        };
        Self {
            date: day.date.into(),
            available_slots: day.free.iter().map(slot).collect(),
            is_blackout: day.blackout,
        }
    }
}

impl From<&PublicDay> for DaySummary {
    fn from(day: &PublicDay) -> Self {
        let begins = |from: u8, to: u8| {
            day.free
                .iter()
                .map(|range| range.start())
                .map(GridTime::hour)
                .any(|hour| (from..to).contains(&hour))
        };
        Self {
            date: day.date.into(),
            morning_available: begins(0, 12),
            afternoon_available: begins(12, 17),
            evening_available: begins(17, 24),
            total_hours: day.free.iter().map(|range| f64::from(range.minutes())).sum::<f64>() / 60.0,
        }
    }
}
