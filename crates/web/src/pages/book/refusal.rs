//! Why a lesson cannot be had, in words for people.

use actix_web::http::StatusCode;
use instainstru_core::offer::WhyNot;
use instainstru_http::{ApiError, error::ErrorCode};
use instainstru_service::{
    bookings::{Alternative, BookingError, Who},
    public::{Refusal as Reason, WhyNotAnswer},
};

use crate::words;

/// Why not, and what else there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct Refusal {
    pub(in crate::pages) status: StatusCode,
    pub(in crate::pages) heading: String,
    pub(in crate::pages) text: String,
    /// The nearest free times as far as they are known already.
    pub(in crate::pages) others: Vec<Alternative>,
    /// Whether another time would help.
    pub(in crate::pages) is_about_time: bool,
}

impl Refusal {
    fn time(status: StatusCode, heading: &str, text: impl Into<String>) -> Self {
        Self {
            status,
            heading: heading.to_owned(),
            text: text.into(),
            others: Vec::new(),
            is_about_time: true,
        }
    }

    fn other(heading: &str, text: impl Into<String>) -> Self {
        Self { is_about_time: false, ..Self::time(StatusCode::UNPROCESSABLE_ENTITY, heading, text) }
    }

    /// The refusal of a use case.
    ///
    /// # Errors
    /// What is no refusal of this lesson: it is somebody else's, or storage failed.
    pub(in crate::pages) fn of(error: BookingError) -> Result<Self, ApiError> {
        const NO: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(match error {
            BookingError::Taken { who: Who::Instructor, alternatives } => Self {
                others: alternatives,
                ..Self::time(
                    StatusCode::CONFLICT,
                    "That time was just taken",
                    "Somebody booked it while you were choosing. Nothing was changed.",
                )
            },
            BookingError::Taken { who: Who::Student, alternatives } => Self {
                others: alternatives,
                ..Self::time(
                    StatusCode::CONFLICT,
                    "You already have a lesson then",
                    "Two lessons cannot take place at once. Nothing was changed.",
                )
            },
            BookingError::InsufficientNotice { required_hours: 0 } | BookingError::PastDate(_) => {
                Self::time(NO, "That time has passed", "Choose a time that is still ahead.")
            }
            BookingError::InsufficientNotice { required_hours } => {
                Self::time(NO, "That is too soon", too_soon(required_hours))
            }
            BookingError::PastMidnight => Self::time(
                NO,
                "That lesson would end after midnight",
                "A lesson ends on the day it begins. Choose an earlier time or a shorter lesson.",
            ),
            BookingError::Refused { message, .. } => {
                Self::time(NO, "That time is not free", format!("{message}."))
            }
            BookingError::DurationNotOffered { options, .. } => Self::other(
                "That length is not offered",
                format!("This service can be booked for {options} minutes."),
            ),
            BookingError::ServiceNotFound | BookingError::OtherInstructor => Self::other(
                "This service is not offered any more",
                "The instructor has changed what can be booked. Nothing was reserved.",
            ),
            BookingError::InstructorNotFound | BookingError::InstructorUnavailable(_) => Self::other(
                "This instructor takes no bookings at present",
                "Somebody else may teach the same. Nothing was reserved.",
            ),
            BookingError::Transition(error) => Self::other(
                "This lesson cannot be changed any more",
                format!("It is {}.", words::status(error.status)),
            ),
            BookingError::AlreadyBegan => {
                Self::other("This lesson has begun", "A lesson that has begun cannot be moved.")
            }
            BookingError::NotStudent => {
                return Err(ApiError::new(
                    ErrorCode::Forbidden,
                    "Lessons are booked with a student account.",
                ));
            }
            error @ (BookingError::NotInstructor(_)
            | BookingError::NotFound
            | BookingError::NotParty
            | BookingError::NotItsInstructor
            | BookingError::NotYet(_)
            | BookingError::Storage(_)) => return Err(error.into()),
        })
    }

    /// The weightiest reason why a time cannot be booked; nothing when it can.
    pub(in crate::pages) fn of_time(answer: &WhyNotAnswer) -> Option<Self> {
        const NO: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
        let reason = *answer.refusals.first()?;
        let message = format!("{}.", reason.message(answer.notice_hours));
        Some(match reason {
            Reason::Time(WhyNot::InstructorBusy) => {
                Self::time(StatusCode::CONFLICT, "That time is taken", "Somebody booked it before you.")
            }
            Reason::Time(WhyNot::TooSoon) if answer.notice_hours > 0 => {
                Self::time(NO, "That is too soon", too_soon(answer.notice_hours))
            }
            Reason::Time(WhyNot::TooSoon) => {
                Self::time(NO, "That time has passed", "Choose a time that is still ahead.")
            }
            Reason::Time(
                WhyNot::StudentBusy
                | WhyNot::PastMidnight
                | WhyNot::ClockChange
                | WhyNot::Blackout
                | WhyNot::OutsideAvailability,
            ) => Self::time(NO, "That time is not free", message),
            Reason::InstructorUnavailable => {
                Self::other("This instructor takes no bookings at present", message)
            }
        })
    }
}

fn too_soon(hours: u16) -> String {
    format!("This instructor asks for {} of notice.", words::count(u64::from(hours), "hour"))
}
