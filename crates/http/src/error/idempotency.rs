//! Errors of repeated requests.

use instainstru_service::idempotency::IdempotencyError;

use super::{ApiError, ErrorCode};

impl From<IdempotencyError> for ApiError {
    fn from(error: IdempotencyError) -> Self {
        match error {
            IdempotencyError::Storage(error) => error.into(),
            IdempotencyError::OtherRequest => Self::new(ErrorCode::IdempotencyKeyReused, error.to_string()),
        }
    }
}
