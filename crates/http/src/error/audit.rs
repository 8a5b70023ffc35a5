//! Errors of the audit log.

use instainstru_service::audit::AuditError;

use super::{ApiError, ErrorCode};

impl From<AuditError> for ApiError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Storage(error) => error.into(),
            AuditError::NotAdmin => Self::new(ErrorCode::Forbidden, error.to_string()),
        }
    }
}
