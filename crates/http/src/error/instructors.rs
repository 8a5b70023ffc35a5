//! Errors of instructors, their services and their accounts.

use instainstru_service::instructors::InstructorError;

use super::{ApiError, ErrorCode, Place};

impl From<InstructorError> for ApiError {
    fn from(error: InstructorError) -> Self {
        let code = match error {
            InstructorError::Storage(error) => return error.into(),
            InstructorError::UnknownService(_) | InstructorError::DuplicateService(_) => {
                return Self::new(ErrorCode::Validation, error.to_string()).about(Place::Body, "services");
            }
            InstructorError::PriceRange => {
                return Self::new(ErrorCode::BadRequest, error.to_string()).about(Place::Query, "max_price");
            }
            InstructorError::NotFound | InstructorError::NoProfile | InstructorError::ServiceNotFound => {
                ErrorCode::NotFound
            }
            InstructorError::NotInstructor(_) | InstructorError::OtherAccount => ErrorCode::Forbidden,
            InstructorError::ProfileExists
            | InstructorError::AlreadyOffered
            | InstructorError::AlreadyActive => ErrorCode::BadRequest,
            InstructorError::FutureBookings { .. } | InstructorError::StaleServices => ErrorCode::Conflict,
        };
        Self::new(code, error.to_string())
    }
}
