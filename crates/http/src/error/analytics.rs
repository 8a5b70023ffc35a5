//! Errors of the analytics.

use instainstru_service::analytics::AnalyticsError;

use super::{ApiError, ErrorCode};

impl From<AnalyticsError> for ApiError {
    fn from(error: AnalyticsError) -> Self {
        match error {
            AnalyticsError::Storage(error) => error.into(),
            AnalyticsError::NotInstructor | AnalyticsError::NotAdmin => {
                Self::new(ErrorCode::Forbidden, error.to_string())
            }
            AnalyticsError::AlreadyRunning { .. } => Self::new(ErrorCode::Conflict, error.to_string()),
        }
    }
}
