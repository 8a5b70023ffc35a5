//! The questions of visitors in their canonical form, and making the answer to the most frequent one ahead of them.

use std::time::Duration;

use instainstru_domain::{
    ids::UserId,
    ports::response_cache::{AnswerKind, CacheKey, Topic},
};
use instainstru_service::{instructors::InstructorError, public::PublicError};
use jiff::civil::Date;

use super::{
    calendar::AvailabilityResponse,
    requests::{Dates, WantedStarts},
};
use crate::{
    application::{Application, DetailLevel, HttpSettings},
    error::ApiError,
    kept::{self, HOT},
};

/// When is this instructor free on these dates?
pub(super) fn availability(settings: &HttpSettings, instructor: UserId, dates: Dates) -> CacheKey {
    let level = match settings.detail_level {
        DetailLevel::Full => "full",
        DetailLevel::Summary => "summary",
        DetailLevel::Minimal => "minimal",
    };
    let question = format!("{instructor}:{}:{}:{level}", dates.start, or_dash(dates.end));
    let lifetime = Duration::from_secs(settings.public_cache_ttl_seconds.into());
    CacheKey::new(AnswerKind::Availability, &question, &[Topic::Instructor(instructor)], lifetime)
}

/// The answer to [`availability`].
pub(super) fn free_time(
    app: &Application,
    instructor: UserId,
    dates: Dates,
) -> Result<AvailabilityResponse, PublicError> {
    let calendar = app.public.calendar(instructor, dates.start, dates.end)?;
    Ok(AvailabilityResponse::new(&calendar, &app.settings))
}

/// At which times can this lesson begin?
pub(super) fn starts(settings: &HttpSettings, instructor: UserId, wanted: &WantedStarts) -> CacheKey {
    let question = format!(
        "{instructor}:{}:{}:{}:{}:{}",
        wanted.dates.start,
        or_dash(wanted.dates.end),
        wanted.duration_minutes,
        or_dash(wanted.service),
        or_dash(wanted.step_minutes),
    );
    let lifetime = Duration::from_secs(settings.public_cache_ttl_seconds.into()).min(HOT);
    CacheKey::new(AnswerKind::StartTimes, &question, &[Topic::Instructor(instructor)], lifetime)
}

/// Makes the answer that the next visitor of an instructor will ask for: free time from today on. Without a cache, or for somebody
/// who is no instructor, there is nothing to do.
///
/// # Errors
/// When the storage fails.
pub async fn warm(app: &Application, instructor: UserId) -> Result<(), ApiError> {
    if app.edge.cache.is_none() {
        return Ok(());
    }
    let own = app.clone();
    let today = move || match own.instructors.get(instructor) {
        Ok(found) => Ok(Some(found.profile.details.zone.date_at(own.clock.now()))),
        Err(InstructorError::NotFound) => Ok::<Option<Date>, InstructorError>(None),
        Err(error) => Err(error),
    };
    let Some(start) = app.settings.lanes.database().run(today).await? else { return Ok(()) };
    let dates = Dates { start, end: None };
    let key = availability(&app.settings, instructor, dates);
    kept::find_or_make(app, &key, move |app| free_time(app, instructor, dates)).await.map(drop)
}

fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
