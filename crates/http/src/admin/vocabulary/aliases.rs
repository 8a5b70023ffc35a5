//! Aliases.

use actix_web::{HttpResponse, delete, get, post};
use instainstru_domain::ids::AliasId;

use super::{
    dto::{AliasList, AliasResponse},
    requests::{CreateAliasRequest, ListAliasesParams},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Body, Digest, PathId, Query},
    reply::Reply,
};

/// List aliases
///
/// What search takes phrases for, besides the names and search terms of services: by phrase.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(ListAliasesParams),
    responses(
        (status = 200, description = "A page of aliases", body = AliasList),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/aliases")]
pub(super) async fn list_aliases(
    _admin: AdminUser,
    read: Read,
    params: Query<ListAliasesParams>,
) -> Result<HttpResponse, ApiError> {
    let (filter, paging) = params.0;
    let found = read.run(move |app| app.vocabulary_editing.aliases(&filter, paging.page())).await?;
    Reply::ok(&AliasList::new(&found, paging))?.into_response()
}

/// Add an alias
///
/// Search understands it within a second. A phrase that names one service is never made to name another: that is 409.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = CreateAliasRequest,
    responses(
        (status = 201, description = "The alias", body = AliasResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 409, description = "The phrase means something already; `detail` says what", body = ErrorBody),
    )
)]
#[post("/aliases")]
pub(super) async fn create_alias(
    admin: AdminUser,
    act: Act,
    body: Body<CreateAliasRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = admin.0.clone();
    act.run(&admin.0, body.digest, move |app| {
        let (phrase, meaning) = &body.command;
        Reply::created(&AliasResponse::from(&app.vocabulary_editing.add_alias(&actor, phrase, *meaning)?))
    })
    .await
}

/// Take an alias away
///
/// Search does not understand it any more within a second. One of the program's own does not come back with the next version.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such alias", body = ErrorBody),
    )
)]
#[delete("/aliases/{alias_id}")]
pub(super) async fn delete_alias(
    admin: AdminUser,
    id: PathId<AliasId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.clone();
    act.run(&admin.0, Digest::empty(), move |app| {
        app.vocabulary_editing.remove_alias(&actor, id.0)?;
        Ok(Reply::nothing())
    })
    .await
}
