//! Errors of accounts and sessions.

use instainstru_service::accounts::AccountError;

use super::{ApiError, ErrorCode, Place};

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        let code = match error {
            AccountError::Storage(error) => return error.into(),
            AccountError::Security(error) => return error.into(),
            AccountError::EmailTaken => {
                return Self::new(ErrorCode::BadRequest, error.to_string()).about(Place::Body, "email");
            }
            AccountError::BadCredentials | AccountError::InvalidToken => ErrorCode::Unauthorized,
            AccountError::UserGone => ErrorCode::NotFound,
        };
        Self::new(code, error.to_string())
    }
}
