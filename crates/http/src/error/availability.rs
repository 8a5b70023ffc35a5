//! Errors of published free time.

use instainstru_service::availability::AvailabilityError;

use super::{ApiError, ErrorCode};

impl From<AvailabilityError> for ApiError {
    fn from(error: AvailabilityError) -> Self {
        let code = match error {
            AvailabilityError::Storage(error) => return error.into(),
            AvailabilityError::NotInstructor => ErrorCode::Forbidden,
            AvailabilityError::PastDate(_)
            | AvailabilityError::ReversedDates { .. }
            | AvailabilityError::TooLong { .. }
            | AvailabilityError::TooManyDays
            | AvailabilityError::SameWeek => ErrorCode::Validation,
            AvailabilityError::Range(_) | AvailabilityError::WindowLength { .. } => ErrorCode::BadRequest,
            AvailabilityError::AlreadyPublished
            | AvailabilityError::AlreadyBlocked
            | AvailabilityError::StaleWeek => ErrorCode::Conflict,
            AvailabilityError::WindowNotFound | AvailabilityError::BlackoutNotFound => ErrorCode::NotFound,
        };
        Self::new(code, error.to_string())
    }
}
