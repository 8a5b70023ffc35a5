//! Errors of the catalogue.

use instainstru_service::catalogue::CatalogueError;

use super::{ApiError, ErrorCode};

impl From<CatalogueError> for ApiError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Storage(error) => error.into(),
            CatalogueError::UnknownCategory(_) => Self::new(ErrorCode::NotFound, error.to_string()),
        }
    }
}
