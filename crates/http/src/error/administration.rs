//! Errors of administrators.

use instainstru_service::administration::AdministrationError;

use super::{ApiError, ErrorCode};

impl From<AdministrationError> for ApiError {
    fn from(error: AdministrationError) -> Self {
        let code = match error {
            AdministrationError::Storage(error) => return error.into(),
            AdministrationError::NotAdmin => ErrorCode::Forbidden,
            AdministrationError::NotFound | AdministrationError::BookingNotFound => ErrorCode::NotFound,
            AdministrationError::OwnAccount | AdministrationError::IsAdmin => ErrorCode::Conflict,
            AdministrationError::Transition(_) | AdministrationError::AlreadyBegan => ErrorCode::BusinessRule,
        };
        Self::new(code, error.to_string())
    }
}
