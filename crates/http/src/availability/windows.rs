//! Single stretches of free time.

use actix_web::{HttpResponse, delete, get, patch, post};
use instainstru_domain::ids::WindowId;

use super::dto::{AddWindowRequest, ListWindowsParams, MessageResponse, UpdateWindowRequest, WindowResponse};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{Body, Digest, InstructorUser, PathId, Query},
    reply::Reply,
};

/// Add free time to a date
///
/// Publishes one stretch of free time. It merges with what it touches; the answer is the stretch that now holds it.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    request_body = AddWindowRequest,
    responses(
        (status = 200, description = "The stretch that holds it", body = WindowResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 409, description = "Exactly this stretch exists", body = ErrorBody),
    )
)]
#[post("/specific-date")]
pub(super) async fn add_window(
    user: InstructorUser,
    act: Act,
    body: Body<AddWindowRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    let (date, range) = body.command;
    act.run(&user.0, body.digest, move |app| {
        Reply::ok(&WindowResponse::from(&app.availability.add_range(&actor, date, range)?))
    })
    .await
}

/// List free time
///
/// The caller's free time on some dates, by date and begin.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    params(ListWindowsParams),
    responses(
        (status = 200, description = "The free time", body = Vec<WindowResponse>),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[get("")]
pub(super) async fn list_windows(
    user: InstructorUser,
    read: Read,
    dates: Query<ListWindowsParams>,
) -> Result<HttpResponse, ApiError> {
    let (from, to) = dates.0;
    let windows = read.run(move |app| app.availability.list(&user.0, from, to)).await?;
    Reply::ok(&windows.iter().map(WindowResponse::from).collect::<Vec<_>>())?.into_response()
}

/// Change free time
///
/// Moves the ends of one stretch; what is absent stays. Other members than the two are refused.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    request_body = UpdateWindowRequest,
    responses(
        (status = 200, description = "The stretch that holds it", body = WindowResponse),
        (status = 400, description = "The end is not after the begin", body = ErrorBody),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 404, description = "No such stretch of the caller", body = ErrorBody),
    )
)]
#[patch("/{window_id}")]
pub(super) async fn update_window(
    user: InstructorUser,
    id: PathId<WindowId>,
    act: Act,
    body: Body<UpdateWindowRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    let (start, end) = body.command;
    act.run(&user.0, body.digest, move |app| {
        Reply::ok(&WindowResponse::from(&app.availability.update_window(&actor, id.0, start, end)?))
    })
    .await
}

/// Remove free time
///
/// Withdraws one stretch. Bookings in it stay.
#[utoipa::path(
    tag = "availability",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is gone", body = MessageResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 404, description = "No such stretch of the caller", body = ErrorBody),
    )
)]
#[delete("/{window_id}")]
pub(super) async fn delete_window(
    user: InstructorUser,
    id: PathId<WindowId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        app.availability.delete_window(&actor, id.0)?;
        Reply::ok(&MessageResponse { message: "Availability time slot deleted" })
    })
    .await
}
