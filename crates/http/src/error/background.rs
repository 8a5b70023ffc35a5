//! Errors of deliveries and jobs.

use instainstru_service::{deliveries::DeliveryError, jobs::JobError};

use super::{ApiError, ErrorCode};

impl From<DeliveryError> for ApiError {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Storage(error) => error.into(),
            DeliveryError::NotFound => Self::new(ErrorCode::NotFound, error.to_string()),
            DeliveryError::Refused(_) => Self::new(ErrorCode::Conflict, error.to_string()),
        }
    }
}

impl From<JobError> for ApiError {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Storage(error) => error.into(),
            JobError::Unknown(_) => Self::new(ErrorCode::NotFound, error.to_string()),
        }
    }
}
