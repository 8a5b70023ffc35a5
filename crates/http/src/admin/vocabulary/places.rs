//! Places.

use actix_web::{HttpResponse, get, patch, post};
use instainstru_domain::ids::PlaceId;

use super::{
    dto::{PlaceList, PlaceResponse},
    requests::{CreatePlaceRequest, ListPlacesParams, UpdatePlaceRequest},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Body, Digest, PathId, Query},
    reply::Reply,
};

/// List places
///
/// Boroughs, neighborhoods and landmarks that a search may name, and those that are switched off, by name.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(ListPlacesParams),
    responses(
        (status = 200, description = "A page of places", body = PlaceList),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/places")]
pub(super) async fn list_places(
    _admin: AdminUser,
    read: Read,
    params: Query<ListPlacesParams>,
) -> Result<HttpResponse, ApiError> {
    let (filter, paging) = params.0;
    let found = read.run(move |app| app.vocabulary_editing.places(&filter, paging.page())).await?;
    Reply::ok(&PlaceList::new(&found, paging))?.into_response()
}

/// Add a place
///
/// Search knows it within a second, and who teaches there is found by it.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = CreatePlaceRequest,
    responses(
        (status = 201, description = "The place", body = PlaceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 409, description = "Another place goes by one of its names", body = ErrorBody),
    )
)]
#[post("/places")]
pub(super) async fn create_place(
    admin: AdminUser,
    act: Act,
    body: Body<CreatePlaceRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        Reply::created(&PlaceResponse::from(&app.vocabulary_editing.add_place(&actor, &body.command)?))
    })
    .await
}

/// Change a place
///
/// What is absent stays. The name is the key by which others know it, so it stays as well. Lying next to each other is mutual: the
/// neighbours change with it.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = UpdatePlaceRequest,
    responses(
        (status = 200, description = "The place", body = PlaceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such place", body = ErrorBody),
        (status = 409, description = "Another place goes by one of its names", body = ErrorBody),
    )
)]
#[patch("/places/{place_id}")]
pub(super) async fn update_place(
    admin: AdminUser,
    id: PathId<PlaceId>,
    act: Act,
    body: Body<UpdatePlaceRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        Reply::ok(&PlaceResponse::from(&app.vocabulary_editing.change_place(&actor, id.0, &body.command)?))
    })
    .await
}

/// Switch a place off
///
/// Search does not know it until it is switched on again.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The place", body = PlaceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such place", body = ErrorBody),
    )
)]
#[post("/places/{place_id}/deactivate")]
pub(super) async fn deactivate_place(
    admin: AdminUser,
    id: PathId<PlaceId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, false).await
}

/// Switch a place on
///
/// Search knows it again.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The place", body = PlaceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such place", body = ErrorBody),
    )
)]
#[post("/places/{place_id}/reactivate")]
pub(super) async fn reactivate_place(
    admin: AdminUser,
    id: PathId<PlaceId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, true).await
}

async fn switch(admin: AdminUser, id: PlaceId, act: Act, is_active: bool) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.clone();
    act.run(&admin.0, Digest::empty(), move |app| {
        Reply::ok(&PlaceResponse::from(&app.vocabulary_editing.switch_place(&actor, id, is_active)?))
    })
    .await
}
