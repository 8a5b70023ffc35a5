//! Errors of public availability.

use instainstru_service::public::PublicError;

use super::{ApiError, ErrorCode, Place};

impl From<PublicError> for ApiError {
    fn from(error: PublicError) -> Self {
        let text = error.to_string();
        match error {
            PublicError::Storage(error) => error.into(),
            PublicError::NotFound | PublicError::ServiceNotFound => Self::new(ErrorCode::NotFound, text),
            PublicError::PastStart => {
                Self::new(ErrorCode::BadRequest, text).about(Place::Query, "start_date")
            }
            PublicError::ReversedDates | PublicError::SpanTooLong => {
                Self::new(ErrorCode::BadRequest, text).about(Place::Query, "end_date")
            }
            PublicError::DurationNotOffered { .. } => {
                Self::new(ErrorCode::BadRequest, text).about(Place::Query, "duration_minutes")
            }
            PublicError::Length(_) => {
                Self::new(ErrorCode::Validation, text).about(Place::Query, "duration_minutes")
            }
        }
    }
}
