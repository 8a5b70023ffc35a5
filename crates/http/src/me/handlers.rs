//! What people do with their own account.

use actix_web::{HttpResponse, delete, get, patch};
use instainstru_domain::account::User;

use super::{
    dto::{DeleteMyAccountRequest, MyAccountResponse, UpdateMyAccountRequest},
    export::{ArchiveFile, ArchiveResponse},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{Body, CurrentUser},
    limits::{Limited, Limits, Subject},
    reply::Reply,
};

/// Get my account
///
/// Everything about the account of the caller.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    responses((status = 200, description = "The account", body = MyAccountResponse))
)]
#[get("")]
pub(super) async fn get_my_account(user: CurrentUser) -> Result<HttpResponse, ApiError> {
    Reply::ok(&MyAccountResponse::from(&user.0))?.into_response()
}

/// Change my account
///
/// Changes the name; what is absent stays as it is. Others see the new name at once, also in past bookings.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    request_body = UpdateMyAccountRequest,
    responses((status = 200, description = "The account", body = MyAccountResponse))
)]
#[patch("")]
pub(super) async fn update_my_account(
    user: CurrentUser,
    act: Act,
    body: Body<UpdateMyAccountRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let (actor, name) = (user.0.clone(), body.command);
    act.run(&user.0, body.digest, move |app| {
        let renamed: Option<User> = match &name {
            Some(name) => Some(app.accounts.rename(&actor, name)?),
            None => None,
        };
        Reply::ok(&MyAccountResponse::from(renamed.as_ref().unwrap_or(&actor)))
    })
    .await
}

/// Get a copy of my data
///
/// Everything the marketplace knows about the caller, as a file: account, profile, services, free time, bookings on both sides, and
/// what is written down about the account. Others appear by first name and initial only. That the copy was made is written down.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    responses((
        status = 200,
        description = "The copy",
        body = ArchiveResponse,
        headers(("Content-Disposition" = String, description = "A name for the file"))
    ))
)]
#[get("/export")]
pub(super) async fn export_my_data(user: CurrentUser, read: Read) -> Result<HttpResponse, ApiError> {
    let file = read
        .run(move |app| ArchiveFile::new(&app.personal_data.export(&user.0).map_err(ApiError::from)?))
        .await?;
    file.into_response()
}

/// Delete my account
///
/// For good, and after the password was given once more. Name, address, notes and everything published are removed; bookings remain
/// without them, for the other party. Lessons that are still ahead are in the way unless `cancel_upcoming` is true: then they are
/// cancelled, and the other parties are told. Every session ends, so sending this again gets 401. Idempotency keys are not taken.
#[utoipa::path(
    tag = "me",
    security(("bearer" = [])),
    request_body = DeleteMyAccountRequest,
    responses(
        (status = 204, description = "The account is gone"),
        (status = 400, description = "The password is another one, or the account is switched off", body = ErrorBody),
        (status = 409, description = "Lessons are ahead or under way", body = ErrorBody),
    )
)]
#[delete("")]
pub(super) async fn delete_my_account(
    user: CurrentUser,
    read: Read,
    limits: Limits,
    body: Body<DeleteMyAccountRequest>,
) -> Result<HttpResponse, ApiError> {
    let command = body.read().await?.command;
    limits.spend(Limited::ConfirmPassword, Subject::User(user.0.id)).await?;
    read.run_hashing(move |app| app.personal_data.leave(&user.0, &command)).await?;
    Reply::nothing().into_response()
}
