//! What a visitor sees of an instructor's time.

use actix_web::{HttpRequest, HttpResponse, get};
use instainstru_domain::ids::UserId;
use instainstru_service::public::{StartTimesQuery, WhyNotQuery};

use super::{
    calendar::AvailabilityResponse,
    questions,
    requests::{CalendarParams, NextAvailableParams, StartTimesParams, WhyNotParams},
    starts::{NextAvailableResponse, StartTimesResponse, WhyNotResponse},
};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    etag::{self, MaxAge, Sharing},
    extract::{PathId, Query},
    kept::Kept,
    reply::Reply,
};

const STARTS_MAX_AGE: u32 = 60;
const FOUND_MAX_AGE: MaxAge = MaxAge(120);
const NOTHING_MAX_AGE: MaxAge = MaxAge(60);

/// Get free time
///
/// The free time of an instructor by date: published, not blocked, not booked. How much detail it shows is a setting of the
/// installation.
#[utoipa::path(
    tag = "public",
    params(CalendarParams),
    responses(
        (status = 200, description = "The free time", body = AvailabilityResponse, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
        (status = 400, description = "The dates are past, reversed or too many", body = ErrorBody),
        (status = 404, description = "No such instructor", body = ErrorBody),
    )
)]
#[get("/instructors/{instructor_id}/availability")]
pub(super) async fn public_availability(
    kept: Kept,
    id: PathId<UserId>,
    dates: Query<CalendarParams>,
) -> Result<HttpResponse, ApiError> {
    let settings = kept.settings()?;
    let sharing = Sharing::Public(MaxAge(settings.public_cache_ttl_seconds));
    let key = questions::availability(settings, id.0, dates.0);
    kept.answer(&key, sharing, move |app| questions::free_time(app, id.0, dates.0)).await
}

/// List start times
///
/// Every start at which a lesson of this length can be booked, on the 15-minute grid. Each can be booked by anybody whose own
/// time is free.
#[utoipa::path(
    tag = "public",
    params(StartTimesParams),
    responses(
        (status = 200, description = "The starts", body = StartTimesResponse, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
        (status = 400, description = "The dates are past, reversed or too many, or the length is not offered", body = ErrorBody),
        (status = 404, description = "No such instructor or service", body = ErrorBody),
    )
)]
#[get("/instructors/{instructor_id}/start-times")]
pub(super) async fn start_times(
    kept: Kept,
    id: PathId<UserId>,
    wanted: Query<StartTimesParams>,
) -> Result<HttpResponse, ApiError> {
    let wanted = wanted.0;
    let settings = kept.settings()?;
    let sharing = Sharing::Public(MaxAge(settings.public_cache_ttl_seconds.min(STARTS_MAX_AGE)));
    let key = questions::starts(settings, id.0, &wanted);
    let query = StartTimesQuery {
        instructor: id.0,
        start_date: wanted.dates.start,
        end_date: wanted.dates.end,
        duration_minutes: wanted.duration_minutes,
        service: wanted.service,
        step_minutes: wanted.step_minutes,
    };
    kept.answer(&key, sharing, move |app| {
        app.public.start_times(&query).map(|starts| StartTimesResponse::from(&starts))
    })
    .await
}

/// Get the next free time
///
/// The first start from now on at which a lesson of this length can be booked.
#[utoipa::path(
    tag = "public",
    params(NextAvailableParams),
    responses(
        (status = 200, description = "The next lesson, or that there is none", body = NextAvailableResponse, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
        (status = 404, description = "No such instructor", body = ErrorBody),
    )
)]
#[get("/instructors/{instructor_id}/next-available")]
pub(super) async fn next_available(
    request: HttpRequest,
    id: PathId<UserId>,
    minutes: Query<NextAvailableParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let minutes = minutes.0;
    let next = read.run(move |app| app.public.next_available(id.0, minutes)).await?;
    let max_age = if next.is_some() { FOUND_MAX_AGE } else { NOTHING_MAX_AGE };
    etag::public(&request, max_age, &NextAvailableResponse::new(next, minutes))
}

/// Explain a time
///
/// Every reason why a lesson cannot be booked; none when it can.
#[utoipa::path(
    tag = "public",
    params(WhyNotParams),
    responses(
        (status = 200, description = "The reasons", body = WhyNotResponse),
        (status = 404, description = "No such instructor", body = ErrorBody),
    )
)]
#[get("/instructors/{instructor_id}/why-not")]
pub(super) async fn why_not(
    id: PathId<UserId>,
    lesson: Query<WhyNotParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let lesson = lesson.0;
    let query = WhyNotQuery {
        instructor: id.0,
        date: lesson.date,
        start_time: lesson.start_time,
        duration_minutes: lesson.duration_minutes,
    };
    let answer = read.run(move |app| app.public.why_not(&query)).await?;
    Reply::ok(&WhyNotResponse::from(&answer))?.into_response()
}
