//! Weeks of free time.

use actix_web::{HttpResponse, get, post};
use instainstru_service::availability::WeekView;

use super::dto::{
    AppliedWeekResponse, ApplyWeekRequest, BookedSlotsResponse, CopiedWeekResponse, CopyMetadata,
    CopyWeekRequest, SaveWeekRequest, WeekMap, WeekParams, week_map,
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{Body, IfMatch, InstructorUser, Query},
    reply::Reply,
};

/// Get a week
///
/// The caller's free time of seven days by date; dates without any are left out. The `ETag` is the version of the week, to
/// be sent as `If-Match` when it is saved.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    params(WeekParams),
    responses(
        (status = 200, description = "Free time by date", body = WeekMap, headers(("ETag" = String, description = "Version of the week"))),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[get("/week")]
pub(super) async fn get_week(
    user: InstructorUser,
    read: Read,
    start: Query<WeekParams>,
) -> Result<HttpResponse, ApiError> {
    let week = read.run(move |app| app.availability.week(&user.0, start.0)).await?;
    versioned(&week)?.into_revalidated()
}

fn versioned(week: &WeekView) -> Result<Reply, ApiError> {
    Ok(Reply::ok(&week_map(&week.days))?.of_version(&week.version))
}

/// Save a week
///
/// Replaces the free time of a week, or adds to it, in one step. Days before today stay as they are. With `If-Match` the week
/// is only saved when it is still the one that was read; otherwise the answer is 409 and nothing is lost.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    params(("If-Match" = Option<String>, Header, nullable = false, pattern = r#"^(\*|(W/)?"[^"]+")$"#, description = "The `ETag` of the week that was edited")),
    request_body = SaveWeekRequest,
    responses(
        (status = 200, description = "The week afterwards", body = WeekMap, headers(("ETag" = String, description = "Version of the week"))),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 409, description = "The week was changed meanwhile", body = ErrorBody),
    )
)]
#[post("/week")]
pub(super) async fn save_week(
    user: InstructorUser,
    known: IfMatch,
    act: Act,
    body: Body<SaveWeekRequest>,
) -> Result<HttpResponse, ApiError> {
    let mut body = body.read().await?;
    body.command.expected_version = known.0;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| versioned(&app.availability.save_week(&actor, &body.command)?))
        .await
}

/// Copy a week
///
/// Makes one week equal to another.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    request_body = CopyWeekRequest,
    responses(
        (status = 200, description = "The target week", body = CopiedWeekResponse, headers(("ETag" = String, description = "Version of the target week"))),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[post("/copy-week")]
pub(super) async fn copy_week(
    user: InstructorUser,
    act: Act,
    body: Body<CopyWeekRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    let (from, to) = body.command;
    act.run(&user.0, body.digest, move |app| {
        let copied = app.availability.copy_week(&actor, from, to)?;
        let metadata = CopyMetadata {
            operation: "week_copy",
            slots_created: copied.ranges_created,
            message: format!("Copied {} time ranges to the week of {}", copied.ranges_created, to.monday()),
        };
        let response = CopiedWeekResponse { days: week_map(&copied.week.days), metadata };
        Ok(Reply::ok(&response)?.of_version(&copied.week.version))
    })
    .await
}

/// Apply a week to dates
///
/// Lays a week over dates, weekday by weekday, and replaces what was there. Blocked days are not skipped.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    request_body = ApplyWeekRequest,
    responses(
        (status = 200, description = "What was done", body = AppliedWeekResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[post("/apply-to-date-range")]
pub(super) async fn apply_week(
    user: InstructorUser,
    act: Act,
    body: Body<ApplyWeekRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    let (pattern, dates) = body.command;
    act.run(&user.0, body.digest, move |app| {
        let applied = app.availability.apply_week(&actor, pattern, dates)?;
        Reply::ok(&AppliedWeekResponse {
            message: format!("Applied the week of {} to {} days", pattern.monday(), applied.dates.days()),
            start_date: applied.dates.first().into(),
            end_date: applied.dates.last().into(),
            dates_processed: applied.dates.days(),
            dates_with_slots: applied.dates_with_ranges,
            slots_created: applied.ranges_created,
            weeks_affected: applied.weeks_affected,
        })
    })
    .await
}

/// List the lessons of a week
///
/// Confirmed and completed bookings of seven days, as a calendar shows them beside free time.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    params(WeekParams),
    responses(
        (status = 200, description = "The lessons", body = BookedSlotsResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[get("/week/booked-slots")]
pub(super) async fn booked_slots(
    user: InstructorUser,
    read: Read,
    start: Query<WeekParams>,
) -> Result<HttpResponse, ApiError> {
    let bookings = read.run(move |app| app.availability.booked(&user.0, start.0)).await?;
    Reply::ok(&BookedSlotsResponse::new(&bookings))?.into_response()
}
