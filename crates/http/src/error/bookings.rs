//! Errors of bookings.

use instainstru_service::{
    bookings::{Alternative, BookingError, Who},
    public::Refusal,
};
use serde_json::{Value, json};

use super::{ApiError, ErrorCode, Place};
use crate::wire::{DateText, seconds};

impl From<BookingError> for ApiError {
    fn from(error: BookingError) -> Self {
        let text = error.to_string();
        match error {
            BookingError::Storage(error) => error.into(),
            BookingError::PastDate(_) => {
                Self::new(ErrorCode::Validation, text).about(Place::Body, "booking_date")
            }
            BookingError::PastMidnight => {
                Self::new(ErrorCode::Validation, text).about(Place::Body, "start_time")
            }
            BookingError::NotStudent
            | BookingError::NotInstructor(_)
            | BookingError::OtherInstructor
            | BookingError::NotParty
            | BookingError::NotItsInstructor => Self::new(ErrorCode::BadRequest, text),
            BookingError::DurationNotOffered { .. } => {
                Self::new(ErrorCode::BadRequest, text).about(Place::Body, "selected_duration")
            }
            BookingError::ServiceNotFound | BookingError::InstructorNotFound | BookingError::NotFound => {
                Self::new(ErrorCode::NotFound, text)
            }
            BookingError::Taken { who, alternatives } => {
                Self::new(ErrorCode::BookingConflict, text).with_details(taken(who, &alternatives))
            }
            BookingError::InsufficientNotice { required_hours } => {
                Self::new(ErrorCode::InsufficientNotice, text)
                    .with_details(json!({"required_hours": required_hours}))
            }
            BookingError::Refused { reason, .. } => Self::new(ErrorCode::BusinessRule, text)
                .with_details(json!({"reason": Refusal::Time(reason).code()})),
            BookingError::InstructorUnavailable(_)
            | BookingError::Transition(_)
            | BookingError::NotYet(_)
            | BookingError::AlreadyBegan => Self::new(ErrorCode::BusinessRule, text),
        }
    }
}

fn taken(who: Who, alternatives: &[Alternative]) -> Value {
    let starts: Vec<Value> = alternatives
        .iter()
        .map(|start| json!({"date": DateText::from(start.date), "start_time": seconds(start.start_time)}))
        .collect();
    json!({"conflicts_with": who.as_str(), "alternatives": starts})
}
