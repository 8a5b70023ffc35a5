//! Blocked days.

use actix_web::{HttpResponse, delete, get, post};
use instainstru_domain::ids::BlackoutId;

use super::dto::{AddBlackoutRequest, BlackoutResponse, MessageResponse};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{Body, Digest, InstructorUser, PathId},
    reply::Reply,
};

/// List blocked days
///
/// The caller's blocked days from today on, by date.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The blocked days", body = Vec<BlackoutResponse>),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[get("/blackout-dates")]
pub(super) async fn list_blackouts(user: InstructorUser, read: Read) -> Result<HttpResponse, ApiError> {
    let blackouts = read.run(move |app| app.availability.blackouts(&user.0)).await?;
    Reply::ok(&blackouts.iter().map(BlackoutResponse::from).collect::<Vec<_>>())?.into_response()
}

/// Block a day
///
/// Hides the free time of a date from students. The free time itself stays, and so do bookings.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    request_body = AddBlackoutRequest,
    responses(
        (status = 200, description = "The blocked day", body = BlackoutResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 409, description = "The day is blocked already", body = ErrorBody),
    )
)]
#[post("/blackout-dates")]
pub(super) async fn add_blackout(
    user: InstructorUser,
    act: Act,
    body: Body<AddBlackoutRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    let (date, reason) = body.command;
    act.run(&user.0, body.digest, move |app| {
        Reply::ok(&BlackoutResponse::from(&app.availability.add_blackout(&actor, date, reason.clone())?))
    })
    .await
}

/// Unblock a day
///
/// Shows the free time of a date to students again.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is gone", body = MessageResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 404, description = "No such blocked day of the caller", body = ErrorBody),
    )
)]
#[delete("/blackout-dates/{blackout_id}")]
pub(super) async fn delete_blackout(
    user: InstructorUser,
    id: PathId<BlackoutId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        app.availability.delete_blackout(&actor, id.0)?;
        Reply::ok(&MessageResponse { message: "Blackout date deleted" })
    })
    .await
}
