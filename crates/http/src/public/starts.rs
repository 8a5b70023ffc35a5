//! Single starts: which can be booked, the next one, and why another cannot.

use instainstru_core::grid::GridTime;
use instainstru_service::public::{NextAvailable, StartTimes, WhyNotAnswer};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{DateText, TimeText, seconds};

/// The starts at which a lesson can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StartTimesResponse {
    /// Whose time.
    instructor_id: i32,
    /// Zone in which dates and times are meant.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// Length of the lesson.
    duration_minutes: u16,
    /// Dates with at least one start.
    days: Vec<StartsOfDay>,
}

/// The starts of one date.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StartsOfDay {
    /// The date.
    date: DateText,
    /// The starts, `HH:MM`.
    #[schema(example = json!(["09:00", "09:15"]))]
    times: Vec<String>,
}

impl From<&StartTimes> for StartTimesResponse {
    fn from(starts: &StartTimes) -> Self {
        let day = |(date, times): &(jiff::civil::Date, Vec<GridTime>)| StartsOfDay {
            date: (*date).into(),
            times: times.iter().map(ToString::to_string).collect(),
        };
        Self {
            instructor_id: starts.instructor_id.get(),
            timezone: starts.zone.name().to_owned(),
            duration_minutes: starts.duration_minutes,
            days: starts.days.iter().map(day).collect(),
        }
    }
}

/// The next lesson that can be booked, if there is one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum NextAvailableResponse {
    /// There is one.
    Found(FoundResponse),
    /// There is none.
    Nothing(NothingResponse),
}

/// The next lesson that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundResponse {
    /// Always true.
    found: bool,
    /// Its date.
    date: DateText,
    /// Its begin.
    start_time: TimeText,
    /// Its end.
    end_time: TimeText,
    /// Its length.
    duration_minutes: u16,
}

/// No lesson can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NothingResponse {
    /// Always false.
    found: bool,
    /// The same for people.
    message: String,
}

impl NextAvailableResponse {
    pub(super) fn new(next: Option<NextAvailable>, minutes: i64) -> Self {
        match next {
            Some(next) => Self::Found(FoundResponse {
                found: true,
                date: next.date.into(),
                start_time: seconds(next.lesson.start()),
                end_time: seconds(next.lesson.end()),
                duration_minutes: next.lesson.minutes(),
            }),
            None => Self::Nothing(NothingResponse {
                found: false,
                message: format!("No available slots of {minutes} minutes in the days ahead"),
            }),
        }
    }
}

/// Why a lesson cannot be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WhyNotResponse {
    /// Whether it can be booked after all.
    bookable: bool,
    /// Every reason, the weightiest first; empty exactly when it can be booked.
    reasons: Vec<ReasonResponse>,
}

/// One reason.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReasonResponse {
    /// The reason for machines.
    #[schema(example = "OUTSIDE_AVAILABILITY")]
    code: &'static str,
    /// The reason for people.
    message: String,
}

impl From<&WhyNotAnswer> for WhyNotResponse {
    fn from(answer: &WhyNotAnswer) -> Self {
        let reasons: Vec<ReasonResponse> = answer
            .refusals
            .iter()
            .map(|refusal| ReasonResponse {
                code: refusal.code(),
                message: refusal.message(answer.notice_hours),
            })
            .collect();
        Self { bookable: reasons.is_empty(), reasons }
    }
}
