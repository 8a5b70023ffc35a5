//! Categories.

use actix_web::{HttpResponse, get, patch, post};
use instainstru_domain::ids::CategoryId;

use super::{
    dto::AdminCategoryResponse,
    requests::{CreateCategoryRequest, UpdateCategoryRequest},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Body, Digest, PathId},
    reply::Reply,
};

/// List all categories
///
/// Shown or not, in their order.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The categories", body = Vec<AdminCategoryResponse>),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/categories")]
pub(super) async fn list_all_categories(_admin: AdminUser, read: Read) -> Result<HttpResponse, ApiError> {
    let categories = read.run(|app| app.catalogue_editing.categories()).await?;
    Reply::ok(&categories.iter().map(AdminCategoryResponse::from).collect::<Vec<_>>())?.into_response()
}

/// Add a category
///
/// It is shown at once.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = CreateCategoryRequest,
    responses(
        (status = 201, description = "The category", body = AdminCategoryResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 409, description = "The slug is taken, or the name means something else", body = ErrorBody),
    )
)]
#[post("/categories")]
pub(super) async fn create_category(
    admin: AdminUser,
    act: Act,
    body: Body<CreateCategoryRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        Reply::created(&AdminCategoryResponse::from(
            &app.catalogue_editing.add_category(&actor, &body.command)?,
        ))
    })
    .await
}

/// Change a category
///
/// What is absent stays. The slug is the key by which others know it, so it stays as well. A category that was changed belongs to
/// administrators: a new version of the program does not overwrite it.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = UpdateCategoryRequest,
    responses(
        (status = 200, description = "The category", body = AdminCategoryResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such category", body = ErrorBody),
        (status = 409, description = "The name means something else", body = ErrorBody),
    )
)]
#[patch("/categories/{category_id}")]
pub(super) async fn update_category(
    admin: AdminUser,
    id: PathId<CategoryId>,
    act: Act,
    body: Body<UpdateCategoryRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        let changed = app.catalogue_editing.change_category(&actor, id.0, &body.command)?;
        Reply::ok(&AdminCategoryResponse::from(&changed))
    })
    .await
}

/// Hide a category
///
/// Hides everything in it as well: its services are neither listed nor found until it is shown again.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The category", body = AdminCategoryResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such category", body = ErrorBody),
    )
)]
#[post("/categories/{category_id}/deactivate")]
pub(super) async fn deactivate_category(
    admin: AdminUser,
    id: PathId<CategoryId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, false).await
}

/// Show a category
///
/// Everything in it that is switched on is listed and found again.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The category", body = AdminCategoryResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such category", body = ErrorBody),
    )
)]
#[post("/categories/{category_id}/reactivate")]
pub(super) async fn reactivate_category(
    admin: AdminUser,
    id: PathId<CategoryId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, true).await
}

async fn switch(
    admin: AdminUser,
    id: CategoryId,
    act: Act,
    is_active: bool,
) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.clone();
    act.run(&admin.0, Digest::empty(), move |app| {
        Reply::ok(&AdminCategoryResponse::from(
            &app.catalogue_editing.switch_category(&actor, id, is_active)?,
        ))
    })
    .await
}
