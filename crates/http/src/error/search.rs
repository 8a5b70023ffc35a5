//! Errors of search.

use instainstru_service::search::SearchError;

use super::{ApiError, ErrorCode, Place};

impl From<SearchError> for ApiError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Storage(error) => error.into(),
            SearchError::Empty => {
                Self::new(ErrorCode::BadRequest, error.to_string()).about(Place::Query, "q")
            }
        }
    }
}
