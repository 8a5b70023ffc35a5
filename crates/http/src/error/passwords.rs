//! Errors of passwords.

use instainstru_service::passwords::PasswordError;

use super::{ApiError, ErrorCode, Place};

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        let field = match error {
            PasswordError::Storage(error) => return error.into(),
            PasswordError::Security(error) => return error.into(),
            PasswordError::UnknownToken | PasswordError::UsedToken | PasswordError::ExpiredToken => "token",
            PasswordError::WrongPassword => "current_password",
        };
        Self::new(ErrorCode::BadRequest, error.to_string()).about(Place::Body, field)
    }
}
