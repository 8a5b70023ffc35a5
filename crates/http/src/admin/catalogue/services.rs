//! Services.

use actix_web::{HttpResponse, get, patch, post};
use instainstru_domain::ids::CatalogueServiceId;

use super::{
    dto::{AdminServiceList, AdminServiceResponse},
    requests::{CreateServiceRequest, ListServicesParams, UpdateServiceRequest},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Body, Digest, PathId, Query},
    reply::Reply,
};

/// List all services
///
/// Shown or not, by category, order and name, each with its words.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(ListServicesParams),
    responses(
        (status = 200, description = "A page of services", body = AdminServiceList),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/services")]
pub(super) async fn list_all_services(
    _admin: AdminUser,
    read: Read,
    params: Query<ListServicesParams>,
) -> Result<HttpResponse, ApiError> {
    let (filter, paging) = params.0;
    let found = read.run(move |app| app.catalogue_editing.services(&filter, paging.page())).await?;
    Reply::ok(&AdminServiceList::new(&found, paging))?.into_response()
}

/// Add a service
///
/// It is listed at once, and understood by search within a second, with all its words. A query that names a service finds that
/// service only, so a word that names another service already is refused.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = CreateServiceRequest,
    responses(
        (status = 201, description = "The service", body = AdminServiceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 409, description = "The slug is taken, or a word means something else", body = ErrorBody),
    )
)]
#[post("/services")]
pub(super) async fn create_service(
    admin: AdminUser,
    act: Act,
    body: Body<CreateServiceRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        Reply::created(&AdminServiceResponse::from(
            &app.catalogue_editing.add_service(&actor, &body.command)?,
        ))
    })
    .await
}

/// Get a service
///
/// Shown or not, with its words.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The service", body = AdminServiceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such service", body = ErrorBody),
    )
)]
#[get("/services/{service_id}")]
pub(super) async fn get_service(
    _admin: AdminUser,
    id: PathId<CatalogueServiceId>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let service = read.run(move |app| app.catalogue_editing.service(id.0)).await?;
    Reply::ok(&AdminServiceResponse::from(&service))?.into_response()
}

/// Change a service
///
/// What is absent stays. The slug is the key by which others know it, so it stays as well. A service that was changed belongs to
/// administrators: a new version of the program does not overwrite it.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = UpdateServiceRequest,
    responses(
        (status = 200, description = "The service", body = AdminServiceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such service", body = ErrorBody),
        (status = 409, description = "A word means something else", body = ErrorBody),
    )
)]
#[patch("/services/{service_id}")]
pub(super) async fn update_service(
    admin: AdminUser,
    id: PathId<CatalogueServiceId>,
    act: Act,
    body: Body<UpdateServiceRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        let changed = app.catalogue_editing.change_service(&actor, id.0, &body.command)?;
        Reply::ok(&AdminServiceResponse::from(&changed))
    })
    .await
}

/// Hide a service
///
/// It is neither listed nor found, and nobody can begin to offer it. Lessons that are booked take place.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The service", body = AdminServiceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such service", body = ErrorBody),
    )
)]
#[post("/services/{service_id}/deactivate")]
pub(super) async fn deactivate_service(
    admin: AdminUser,
    id: PathId<CatalogueServiceId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, false).await
}

/// Show a service
///
/// It is listed and found again, if its category is shown.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The service", body = AdminServiceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such service", body = ErrorBody),
    )
)]
#[post("/services/{service_id}/reactivate")]
pub(super) async fn reactivate_service(
    admin: AdminUser,
    id: PathId<CatalogueServiceId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, true).await
}

async fn switch(
    admin: AdminUser,
    id: CatalogueServiceId,
    act: Act,
    is_active: bool,
) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.clone();
    act.run(&admin.0, Digest::empty(), move |app| {
        Reply::ok(&AdminServiceResponse::from(&app.catalogue_editing.switch_service(&actor, id, is_active)?))
    })
    .await
}
