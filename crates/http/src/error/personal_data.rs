//! Errors of leaving and of copies of one's data.

use instainstru_service::personal_data::PersonalDataError;
use serde_json::json;

use super::{ApiError, ErrorCode, Place};

impl From<PersonalDataError> for ApiError {
    fn from(error: PersonalDataError) -> Self {
        let text = error.to_string();
        match error {
            PersonalDataError::Storage(error) => error.into(),
            PersonalDataError::Security(error) => error.into(),
            PersonalDataError::WrongPassword => {
                Self::new(ErrorCode::BadRequest, text).about(Place::Body, "password")
            }
            PersonalDataError::UpcomingLessons { count } => {
                Self::new(ErrorCode::Conflict, text).with_details(json!({"upcoming_lessons": count}))
            }
            PersonalDataError::LessonUnderWay => Self::new(ErrorCode::Conflict, text),
        }
    }
}
