//! Registering, logging in and out.

use actix_web::{HttpResponse, get, post};
use instainstru_domain::account::SessionKind;
use instainstru_service::accounts::AccountError;

use super::dto::{LoggedOutResponse, Login, LoginForm, RegisterRequest, TokenResponse, UserResponse};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::{Bearer, Body, Form},
    limits::{Limited, Limits, Subject},
    reply::Reply,
};

/// Register
///
/// Opens an account. Idempotency keys are not needed: an address can be registered once, and nothing derived from a
/// password is kept besides its hash.
#[utoipa::path(
    tag = "auth",
    request_body = RegisterRequest,
    responses(
        (status = 201, description = "The account", body = UserResponse),
        (status = 400, description = "The address is taken", body = ErrorBody),
    )
)]
#[post("/register")]
pub(super) async fn register(
    read: Read,
    limits: Limits,
    body: Body<RegisterRequest>,
) -> Result<HttpResponse, ApiError> {
    let command = body.read().await?.command;
    limits.spend(Limited::Register, Subject::Nobody).await?;
    let user = read.run_hashing(move |app| app.accounts.register(&command)).await?;
    Reply::created(&UserResponse::from(&user))?.into_response()
}

/// Log in
///
/// Exchanges an address and a password for a token. Unknown addresses, wrong passwords and deactivated accounts get the same
/// answer in the same time.
#[utoipa::path(
    tag = "auth",
    request_body(content = LoginForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token", body = TokenResponse),
        (status = 401, description = "Address and password do not belong together", body = ErrorBody),
    )
)]
#[post("/login")]
pub(super) async fn log_in(
    read: Read,
    limits: Limits,
    form: Form<LoginForm>,
) -> Result<HttpResponse, ApiError> {
    let Login { email, password } = form.read().await?;
    limits.spend(Limited::Login, email.as_ref().map_or(Subject::Nobody, Subject::Account)).await?;
    let (Some(email), Some(password)) = (email, password) else {
        return Err(AccountError::BadCredentials.into());
    };
    let session =
        read.run_hashing(move |app| app.accounts.log_in(&email, &password, SessionKind::Program)).await?;
    Reply::ok(&TokenResponse::bearer(session.token))?.into_response()
}

/// Log out
///
/// Makes the token void that is sent with this request. Other tokens of the account stay valid.
#[utoipa::path(
    tag = "auth",
    security(("bearer" = [])),
    responses((status = 200, description = "The token is void", body = LoggedOutResponse))
)]
#[post("/logout")]
pub(super) async fn log_out(bearer: Bearer, read: Read) -> Result<HttpResponse, ApiError> {
    read.run(move |app| app.accounts.log_out(&bearer.token)).await?;
    Reply::ok(&LoggedOutResponse { message: "Logged out" })?.into_response()
}

/// Get the current user
///
/// Tells who is calling, also when the account is switched off.
#[utoipa::path(
    tag = "auth",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The account", body = UserResponse),
        (status = 404, description = "The account is gone", body = ErrorBody),
    )
)]
#[get("/me")]
pub(super) async fn current_user(bearer: Bearer) -> Result<HttpResponse, ApiError> {
    Reply::ok(&UserResponse::from(&bearer.user))?.into_response()
}
