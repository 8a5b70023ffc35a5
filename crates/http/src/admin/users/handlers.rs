//! Listing accounts, switching them off and on.

use actix_web::{HttpResponse, get, post};
use instainstru_domain::ids::UserId;
use instainstru_service::administration::Scope;

use super::dto::{AdminAccountListResponse, AdminAccountResponse, ListUsersParams, ReasonRequest};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AccountId, AdminUser, Body, PathId, Query},
    reply::Reply,
};

/// What to do with an account.
#[derive(Clone, Copy)]
enum Turn {
    Off,
    On,
}

async fn switch(
    admin: AdminUser,
    user: UserId,
    scope: Scope,
    turn: Turn,
    act: Act,
    body: Body<ReasonRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let (actor, reason) = (admin.0.clone(), body.command);
    act.run(&admin.0, body.digest, move |app| {
        let switched = match turn {
            Turn::Off => app.administration.switch_off(&actor, user, scope, &reason)?,
            Turn::On => app.administration.switch_on(&actor, user, scope, &reason)?,
        };
        Reply::ok(&AdminAccountResponse::from(&switched))
    })
    .await
}

/// List accounts
///
/// The youngest first. Deleted accounts are listed too, without anything that led to a person.
#[utoipa::path(
    tag = "admin",
    params(ListUsersParams),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of accounts", body = AdminAccountListResponse),
        (status = 403, description = "Not an administrator", body = ErrorBody),
    )
)]
#[get("/users")]
pub(super) async fn list_users(
    admin: AdminUser,
    query: Query<ListUsersParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let listing = query.0;
    let (page, number, size) = (listing.page(), listing.number, listing.size);
    let found = read.run(move |app| app.administration.users(&admin.0, &listing.filter, page)).await?;
    Reply::ok(&AdminAccountListResponse::new(&found, number, size))?.into_response()
}

/// Switch an account off
///
/// Its sessions end at once, and it can do nothing but look at itself. An instructor vanishes from search and from public pages.
/// Lessons that were booked stay. Switching off twice is no error. Administrators cannot be switched off.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The account", body = AdminAccountResponse),
        (status = 403, description = "Not an administrator", body = ErrorBody),
        (status = 404, description = "No such account, or a deleted one", body = ErrorBody),
        (status = 409, description = "An administrator's account", body = ErrorBody),
    )
)]
#[post("/users/{user_id}/suspend")]
pub(super) async fn suspend_user(
    admin: AdminUser,
    id: PathId<AccountId>,
    act: Act,
    body: Body<ReasonRequest>,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0.0, Scope::Everybody, Turn::Off, act, body).await
}

/// Switch an account on
///
/// It is again what its owner made of it. Switching on twice is no error.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The account", body = AdminAccountResponse),
        (status = 403, description = "Not an administrator", body = ErrorBody),
        (status = 404, description = "No such account, or a deleted one", body = ErrorBody),
    )
)]
#[post("/users/{user_id}/reactivate")]
pub(super) async fn reactivate_user(
    admin: AdminUser,
    id: PathId<AccountId>,
    act: Act,
    body: Body<ReasonRequest>,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0.0, Scope::Everybody, Turn::On, act, body).await
}

/// Switch an instructor off
///
/// As for any account; others than instructors are not found.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The account", body = AdminAccountResponse),
        (status = 403, description = "Not an administrator", body = ErrorBody),
        (status = 404, description = "No such instructor", body = ErrorBody),
        (status = 409, description = "An administrator's account", body = ErrorBody),
    )
)]
#[post("/instructors/{instructor_id}/suspend")]
pub(super) async fn suspend_instructor(
    admin: AdminUser,
    id: PathId<UserId>,
    act: Act,
    body: Body<ReasonRequest>,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, Scope::Instructors, Turn::Off, act, body).await
}

/// Switch an instructor on
///
/// As for any account; others than instructors are not found.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The account", body = AdminAccountResponse),
        (status = 403, description = "Not an administrator", body = ErrorBody),
        (status = 404, description = "No such instructor", body = ErrorBody),
    )
)]
#[post("/instructors/{instructor_id}/reactivate")]
pub(super) async fn reactivate_instructor(
    admin: AdminUser,
    id: PathId<UserId>,
    act: Act,
    body: Body<ReasonRequest>,
) -> Result<HttpResponse, ApiError> {
    switch(admin, id.0, Scope::Instructors, Turn::On, act, body).await
}
