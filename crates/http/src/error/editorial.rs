//! Errors of editing the catalogue and its words.

use instainstru_service::editorial::EditorialError;

use super::{ApiError, ErrorCode, Place};

impl From<EditorialError> for ApiError {
    fn from(error: EditorialError) -> Self {
        let text = error.to_string();
        let wrong = |field| Self::new(ErrorCode::Validation, text.clone()).about(Place::Body, field);
        let code = match error {
            EditorialError::Storage(error) => return error.into(),
            EditorialError::NotAdmin => ErrorCode::Forbidden,
            EditorialError::UnknownCategory(_) => return wrong("category_id"),
            EditorialError::UnknownServices(_) => return wrong("services"),
            EditorialError::UnknownGroup(_) => return wrong("group_id"),
            EditorialError::UnknownPlaces(_) | EditorialError::OwnNeighbour => return wrong("neighbours"),
            EditorialError::NoBorough(_) => return wrong("borough"),
            EditorialError::CategoryNotFound
            | EditorialError::ServiceNotFound
            | EditorialError::AliasNotFound
            | EditorialError::GroupNotFound
            | EditorialError::PlaceNotFound => ErrorCode::NotFound,
            EditorialError::SlugTaken(_)
            | EditorialError::NameTaken { .. }
            | EditorialError::PhraseTaken { .. } => ErrorCode::Conflict,
            EditorialError::KeyStays { .. }
            | EditorialError::TooManyPlaces
            | EditorialError::BoroughInUse(_) => ErrorCode::BusinessRule,
        };
        Self::new(code, text)
    }
}
