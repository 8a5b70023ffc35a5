//! Seeing and deciding what becomes of deliveries.

use actix_web::{HttpResponse, get, post};
use instainstru_domain::delivery::DeliveryId;
use instainstru_service::deliveries::DeliveryError;

use super::{
    dto::{DeliveryListResponse, DeliveryResponse},
    requests::ListDeliveriesParams,
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Digest, PathId, Query},
    reply::Reply,
};

/// List deliveries
///
/// Events on their way to those who act on them, by id, with figures of all that are pending or dead.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(ListDeliveriesParams),
    responses(
        (status = 200, description = "A page of deliveries", body = DeliveryListResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("")]
pub(super) async fn list_deliveries(
    _admin: AdminUser,
    read: Read,
    query: Query<ListDeliveriesParams>,
) -> Result<HttpResponse, ApiError> {
    let query = query.0;
    let (list, now) =
        read.run(move |app| Ok::<_, DeliveryError>((app.deliveries.list(query)?, app.clock.now()))).await?;
    Reply::ok(&DeliveryListResponse::new(list, query.limit, now))?.into_response()
}

/// Retry a delivery
///
/// Has it tried at once, with all its attempts before it: one that died, was discarded, or waits for its next attempt.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The delivery", body = DeliveryResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such delivery", body = ErrorBody),
        (status = 409, description = "It has arrived, or is being delivered right now", body = ErrorBody),
    )
)]
#[post("/{delivery_id}/retry")]
pub(super) async fn retry_delivery(
    admin: AdminUser,
    id: PathId<DeliveryId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.id;
    act.run(&admin.0, Digest::empty(), move |app| {
        Reply::ok(&DeliveryResponse::from(app.deliveries.retry(actor, id.0)?))
    })
    .await
}

/// Discard a delivery
///
/// Gives it up for good. Later events about the same thing are no longer held back by it.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The delivery", body = DeliveryResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such delivery", body = ErrorBody),
        (status = 409, description = "It has arrived, or is being delivered right now", body = ErrorBody),
    )
)]
#[post("/{delivery_id}/discard")]
pub(super) async fn discard_delivery(
    admin: AdminUser,
    id: PathId<DeliveryId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.id;
    act.run(&admin.0, Digest::empty(), move |app| {
        Reply::ok(&DeliveryResponse::from(app.deliveries.discard(actor, id.0)?))
    })
    .await
}
