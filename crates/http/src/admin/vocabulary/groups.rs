//! Groups of services.

use actix_web::{HttpResponse, get, patch, post};
use instainstru_domain::ids::GroupId;

use super::{
    dto::GroupResponse,
    requests::{CreateGroupRequest, UpdateGroupRequest},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Body, Digest, PathId},
    reply::Reply,
};

/// List groups
///
/// Named sets of services that a search may ask for, such as strings, by name. Their words are aliases of the kind `group`.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The groups", body = Vec<GroupResponse>),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/groups")]
pub(super) async fn list_groups(_admin: AdminUser, read: Read) -> Result<HttpResponse, ApiError> {
    let groups = read.run(|app| app.vocabulary_editing.groups()).await?;
    Reply::ok(&groups.iter().map(GroupResponse::from).collect::<Vec<_>>())?.into_response()
}

/// Add a group
///
/// It is asked for by the aliases it is given afterwards.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = CreateGroupRequest,
    responses(
        (status = 201, description = "The group", body = GroupResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 409, description = "Another group has the name", body = ErrorBody),
    )
)]
#[post("/groups")]
pub(super) async fn create_group(
    admin: AdminUser,
    act: Act,
    body: Body<CreateGroupRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        let (name, services) = &body.command;
        Reply::created(&GroupResponse::from(&app.vocabulary_editing.add_group(&actor, name, services)?))
    })
    .await
}

/// Change a group
///
/// Says which services it has from now on.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = UpdateGroupRequest,
    responses(
        (status = 200, description = "The group", body = GroupResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such group", body = ErrorBody),
    )
)]
#[patch("/groups/{group_id}")]
pub(super) async fn update_group(
    admin: AdminUser,
    id: PathId<GroupId>,
    act: Act,
    body: Body<UpdateGroupRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        Reply::ok(&GroupResponse::from(&app.vocabulary_editing.change_group(&actor, id.0, &body.command)?))
    })
    .await
}

/// Switch a group off
///
/// Its words mean nothing until it is switched on again.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The group", body = GroupResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such group", body = ErrorBody),
    )
)]
#[post("/groups/{group_id}/deactivate")]
pub(super) async fn deactivate_group(
    admin: AdminUser,
    id: PathId<GroupId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, false).await
}

/// Switch a group on
///
/// Its words mean its services again.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The group", body = GroupResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such group", body = ErrorBody),
    )
)]
#[post("/groups/{group_id}/reactivate")]
pub(super) async fn reactivate_group(
    admin: AdminUser,
    id: PathId<GroupId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, act, true).await
}

async fn switch(admin: AdminUser, id: GroupId, act: Act, is_active: bool) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.clone();
    act.run(&admin.0, Digest::empty(), move |app| {
        Reply::ok(&GroupResponse::from(&app.vocabulary_editing.switch_group(&actor, id, is_active)?))
    })
    .await
}
