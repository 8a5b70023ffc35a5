//! Bookings of everybody: calling a lesson off in the name of the marketplace.

use actix_web::{HttpResponse, post};
use instainstru_domain::ids::BookingId;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    act::Act,
    bookings::{BookingResponse, CancelBookingRequest},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Body, PathId},
    reply::Reply,
};

/// Paths below `/admin`.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(cancel_booking_as_admin);
}

/// Cancel anybody's booking
///
/// Calls a lesson off in the name of the marketplace, before it begins. Its time is free at once, both sides get a mail with the reason,
/// and the audit log keeps who did it and why.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = CancelBookingRequest,
    responses(
        (status = 200, description = "The booking", body = BookingResponse),
        (status = 403, description = "Not an administrator", body = ErrorBody),
        (status = 404, description = "No such booking", body = ErrorBody),
        (status = 422, description = "The lesson is over, has begun, or is called off already", body = ErrorBody),
    )
)]
#[post("/bookings/{booking_id}/cancel")]
async fn cancel_booking_as_admin(
    admin: AdminUser,
    id: PathId<BookingId>,
    act: Act,
    body: Body<CancelBookingRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        let cancelled = app.administration.cancel_booking(&actor, id.0, &body.command)?;
        Reply::ok(&BookingResponse::from(&cancelled))
    })
    .await
}
