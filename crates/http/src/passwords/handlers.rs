//! Asking for a new password and setting one.

use actix_web::{HttpResponse, get, post};
use instainstru_domain::{account::SessionKind, password_reset::ResetToken};

use super::dto::{
    Change, ChangePasswordRequest, ConfirmPasswordResetRequest, Confirmation, PasswordMessage,
    PasswordResetRequest, VerifiedResetResponse,
};
use crate::{
    act::Read,
    auth::TokenResponse,
    error::{ApiError, ErrorBody},
    extract::{Body, CurrentUser, PathToken},
    limits::{Limited, Limits, Subject},
    reply::Reply,
};

const REQUESTED: &str = "If an account with this email exists, a password reset link has been sent.";
const RESET: &str = "Your password has been reset. You can now log in with your new password.";

/// Ask for a new password
///
/// Sends a link to the account, if there is one; earlier links become void. Known and unknown addresses get the same answer after
/// the same work.
#[utoipa::path(
    tag = "auth",
    request_body = PasswordResetRequest,
    responses((status = 200, description = "Whether or not there is such an account", body = PasswordMessage))
)]
#[post("/request")]
pub(super) async fn request_password_reset(
    read: Read,
    limits: Limits,
    body: Body<PasswordResetRequest>,
) -> Result<HttpResponse, ApiError> {
    let email = body.read().await?.command;
    limits.spend(Limited::RequestPasswordReset, Subject::Account(&email)).await?;
    read.run(move |app| app.passwords.request_reset(&email)).await?;
    Reply::ok(&PasswordMessage { message: REQUESTED })?.into_response()
}

/// Set a new password with a token
///
/// A token counts for an hour and once. Every session of the account ends.
#[utoipa::path(
    tag = "auth",
    request_body = ConfirmPasswordResetRequest,
    responses(
        (status = 200, description = "The password is set", body = PasswordMessage),
        (status = 400, description = "The token is unknown, expired, or used", body = ErrorBody),
    )
)]
#[post("/confirm")]
pub(super) async fn confirm_password_reset(
    read: Read,
    limits: Limits,
    body: Body<ConfirmPasswordResetRequest>,
) -> Result<HttpResponse, ApiError> {
    let Confirmation { token, new } = body.read().await?.command;
    limits.spend(Limited::ConfirmPasswordReset, Subject::Nobody).await?;
    read.run_hashing(move |app| app.passwords.reset(&token, &new)).await?;
    Reply::ok(&PasswordMessage { message: RESET })?.into_response()
}

/// Look at a token for a new password
///
/// Whether it still counts, and for whom. Looking does not use it.
#[utoipa::path(
    tag = "auth",
    responses((status = 200, description = "What the token is good for", body = VerifiedResetResponse))
)]
#[get("/verify/{token}")]
pub(super) async fn verify_password_reset(
    token: PathToken,
    read: Read,
    limits: Limits,
) -> Result<HttpResponse, ApiError> {
    limits.spend(Limited::VerifyPasswordReset, Subject::Nobody).await?;
    let token = ResetToken::new(token.0);
    let owner = read.run(move |app| app.passwords.inspect_reset(&token)).await?;
    Reply::ok(&VerifiedResetResponse::from(owner))?.into_response()
}

/// Change the password
///
/// Ends every other session and answers with a token for this one. Idempotency keys are not taken: nothing derived from a password
/// is kept besides its hash.
#[utoipa::path(
    tag = "auth",
    security(("bearer" = [])),
    request_body = ChangePasswordRequest,
    responses(
        (status = 200, description = "A token", body = TokenResponse),
        (status = 400, description = "The current password is another one, or the account is switched off", body = ErrorBody),
    )
)]
#[post("/change-password")]
pub(super) async fn change_password(
    user: CurrentUser,
    read: Read,
    limits: Limits,
    body: Body<ChangePasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    let Change { current, new } = body.read().await?.command;
    limits.spend(Limited::ConfirmPassword, Subject::User(user.0.id)).await?;
    let session = read
        .run_hashing(move |app| app.passwords.change(&user.0, &current, &new, SessionKind::Program))
        .await?;
    Reply::ok(&TokenResponse::bearer(session.token))?.into_response()
}
