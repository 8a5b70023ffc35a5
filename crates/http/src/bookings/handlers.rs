//! Booking lessons and what happens to them.

use actix_web::{HttpResponse, get, patch, post};
use instainstru_domain::ids::BookingId;

use super::{
    dto::{
        BookingListResponse, BookingPreviewResponse, BookingResponse, BookingStatsResponse,
        CheckAvailabilityResponse, UpcomingBookingResponse,
    },
    requests::{
        CancelBookingRequest, CheckAvailabilityRequest, CreateBookingRequest, ListBookingsParams,
        RescheduleBookingRequest, UpcomingParams, UpdateBookingRequest,
    },
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{Body, CurrentUser, Digest, PathId, Query},
    limits::{Limited, Limits, Subject},
    reply::Reply,
};

/// List bookings
///
/// The caller's bookings, latest first: as a student those booked, otherwise those taught.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    params(ListBookingsParams),
    responses((status = 200, description = "A page of bookings", body = BookingListResponse))
)]
#[get("")]
pub(super) async fn list_bookings(
    user: CurrentUser,
    read: Read,
    params: Query<ListBookingsParams>,
) -> Result<HttpResponse, ApiError> {
    let Query(page) = params;
    let (number, size) = (page.number, page.size);
    let found = read.run(move |app| app.bookings.list(&user.0, page.query, page.page())).await?;
    Reply::ok(&BookingListResponse::new(&found, number, size))?.into_response()
}

/// Book a lesson
///
/// The booking is confirmed at once. When the time is taken, the answer names whose time clashes and the nearest starts that
/// can be booked instead.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    request_body = CreateBookingRequest,
    responses(
        (status = 201, description = "The booking", body = BookingResponse),
        (status = 400, description = "The caller is not a student, or the service does not fit", body = ErrorBody),
        (status = 404, description = "No such instructor or service", body = ErrorBody),
        (status = 409, description = "The time is taken; see `details.alternatives`", body = ErrorBody),
    )
)]
#[post("")]
pub(super) async fn create_booking(
    user: CurrentUser,
    act: Act,
    limits: Limits,
    body: Body<CreateBookingRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run_limited(&limits, Limited::CreateBooking, &user.0, body.digest, move |app| {
        Reply::created(&BookingResponse::from(&app.bookings.create(&actor, &body.command)?))
    })
    .await
}

/// List upcoming bookings
///
/// The caller's next confirmed bookings from today on, soonest first.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    params(UpcomingParams),
    responses((status = 200, description = "The bookings", body = Vec<UpcomingBookingResponse>))
)]
#[get("/upcoming")]
pub(super) async fn upcoming_bookings(
    user: CurrentUser,
    read: Read,
    limit: Query<UpcomingParams>,
) -> Result<HttpResponse, ApiError> {
    let found = read.run(move |app| app.bookings.upcoming(&user.0, limit.0)).await?;
    Reply::ok(&found.iter().map(UpcomingBookingResponse::from).collect::<Vec<_>>())?.into_response()
}

/// Get figures
///
/// Numbers and earnings of the caller's lessons. Students get 400.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    responses((status = 200, description = "The figures", body = BookingStatsResponse))
)]
#[get("/stats")]
pub(super) async fn booking_stats(user: CurrentUser, read: Read) -> Result<HttpResponse, ApiError> {
    let stats = read.run(move |app| app.bookings.stats(&user.0)).await?;
    Reply::ok(&BookingStatsResponse::from(&stats))?.into_response()
}

/// Check a time
///
/// Tells whether the caller could book a lesson. A "no" is an answer with status 200, not an error.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    request_body = CheckAvailabilityRequest,
    responses(
        (status = 200, description = "Whether the lesson can be booked", body = CheckAvailabilityResponse),
        (status = 404, description = "No such instructor", body = ErrorBody),
    )
)]
#[post("/check-availability")]
pub(super) async fn check_availability(
    user: CurrentUser,
    read: Read,
    limits: Limits,
    body: Body<CheckAvailabilityRequest>,
) -> Result<HttpResponse, ApiError> {
    let check = body.read().await?.command;
    limits.spend(Limited::CheckAvailability, Subject::User(user.0.id)).await?;
    let question = check.clone();
    let outcome = read.run(move |app| app.bookings.check(&user.0, &question)).await?;
    Reply::ok(&CheckAvailabilityResponse::new(&check, outcome))?.into_response()
}

/// Preview a booking
///
/// A booking of the caller in the form a small window shows.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The booking", body = BookingPreviewResponse),
        (status = 404, description = "No such booking of the caller", body = ErrorBody),
    )
)]
#[get("/{booking_id}/preview")]
pub(super) async fn preview_booking(
    user: CurrentUser,
    id: PathId<BookingId>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let details = read.run(move |app| app.bookings.get(&user.0, id.0)).await?;
    Reply::ok(&BookingPreviewResponse::from(&details))?.into_response()
}

/// Get a booking
///
/// A booking of the caller with everything about it.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The booking", body = BookingResponse),
        (status = 404, description = "No such booking of the caller", body = ErrorBody),
    )
)]
#[get("/{booking_id}")]
pub(super) async fn get_booking(
    user: CurrentUser,
    id: PathId<BookingId>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let details = read.run(move |app| app.bookings.get(&user.0, id.0)).await?;
    Reply::ok(&BookingResponse::from(&details))?.into_response()
}

/// Change a booking
///
/// The instructor of the booking changes the note or the place. What is absent or null stays as it is.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    request_body = UpdateBookingRequest,
    responses(
        (status = 200, description = "The booking", body = BookingResponse),
        (status = 400, description = "The caller is not its instructor", body = ErrorBody),
        (status = 404, description = "No such booking", body = ErrorBody),
    )
)]
#[patch("/{booking_id}")]
pub(super) async fn update_booking(
    user: CurrentUser,
    id: PathId<BookingId>,
    act: Act,
    body: Body<UpdateBookingRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| {
        Reply::ok(&BookingResponse::from(&app.bookings.update(&actor, id.0, &body.command)?))
    })
    .await
}

/// Cancel a booking
///
/// Either party calls the lesson off. Its time is free again at once.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    request_body = CancelBookingRequest,
    responses(
        (status = 200, description = "The booking", body = BookingResponse),
        (status = 400, description = "The caller is not a party", body = ErrorBody),
        (status = 404, description = "No such booking", body = ErrorBody),
    )
)]
#[post("/{booking_id}/cancel")]
pub(super) async fn cancel_booking(
    user: CurrentUser,
    id: PathId<BookingId>,
    act: Act,
    body: Body<CancelBookingRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| {
        Reply::ok(&BookingResponse::from(&app.bookings.cancel(&actor, id.0, &body.command)?))
    })
    .await
}

/// Reschedule a booking
///
/// Either party moves the lesson. The old time stays taken until the new one is, so a refusal changes nothing.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    request_body = RescheduleBookingRequest,
    responses(
        (status = 200, description = "The booking", body = BookingResponse),
        (status = 400, description = "The caller is not a party, or the length is not offered", body = ErrorBody),
        (status = 404, description = "No such booking", body = ErrorBody),
        (status = 409, description = "The time is taken; see `details.alternatives`", body = ErrorBody),
    )
)]
#[post("/{booking_id}/reschedule")]
pub(super) async fn reschedule_booking(
    user: CurrentUser,
    id: PathId<BookingId>,
    act: Act,
    body: Body<RescheduleBookingRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| {
        Reply::ok(&BookingResponse::from(&app.bookings.reschedule(&actor, id.0, &body.command)?))
    })
    .await
}

/// Complete a booking
///
/// The instructor of the booking states that the lesson took place. Possible once the lesson has begun.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The booking", body = BookingResponse),
        (status = 400, description = "The caller is not its instructor", body = ErrorBody),
        (status = 404, description = "No such booking", body = ErrorBody),
    )
)]
#[post("/{booking_id}/complete")]
pub(super) async fn complete_booking(
    user: CurrentUser,
    id: PathId<BookingId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        Reply::ok(&BookingResponse::from(&app.bookings.complete(&actor, id.0)?))
    })
    .await
}

/// Mark a no-show
///
/// The instructor of the booking states that the student did not come. Possible once the lesson has begun.
#[utoipa::path(
    tag = "bookings",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The booking", body = BookingResponse),
        (status = 400, description = "The caller is not its instructor", body = ErrorBody),
        (status = 404, description = "No such booking", body = ErrorBody),
    )
)]
#[post("/{booking_id}/no-show")]
pub(super) async fn mark_no_show(
    user: CurrentUser,
    id: PathId<BookingId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        Reply::ok(&BookingResponse::from(&app.bookings.mark_no_show(&actor, id.0)?))
    })
    .await
}
