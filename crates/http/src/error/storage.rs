//! Failures of storage and cryptography: never the caller's fault, never told in detail.

use instainstru_domain::ports::{StorageError, security::SecurityError};

use super::ApiError;

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(_) => Self::unavailable(error),
            // A conflict that a use case did not expect is a mistake of ours.
            StorageError::Conflict(_) | StorageError::Unexpected(_) => Self::internal(error),
        }
    }
}

impl From<SecurityError> for ApiError {
    fn from(error: SecurityError) -> Self {
        Self::internal(error)
    }
}
