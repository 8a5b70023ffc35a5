//! A way back in for people who lost their password: asking for a link, and setting a new password with it.

use actix_web::{
    http::{StatusCode, header},
    web,
};
use instainstru_domain::{account::EmailAddress, password_reset::ResetToken};
use instainstru_http::{
    ApiError, Read,
    limits::{Limited, Limits, Subject},
};
use instainstru_service::passwords::PasswordError;
use serde::{Deserialize, Serialize};

use super::credentials;
use crate::{
    flash::Tone,
    form::{Form, FormView},
    view::links,
    visit::{PageResult, Visit},
};

/// Whether a link was just asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    sent: String,
}

/// The form that asks for a link, or word that it was received.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ForgotPage {
    pub(crate) form: FormView,
    pub(crate) is_sent: bool,
}

/// `GET /forgot-password`.
pub(super) async fn forgot_form(visit: Visit, asked: web::Query<Asked>) -> PageResult {
    let known = visit.user().map(|user| user.email.to_string());
    let form = Form::filled(known.as_deref().map(|email| ("email", email)));
    visit.page("pages/forgot_password.html", &ForgotPage { form: form.view(), is_sent: asked.sent == "1" })
}

/// `POST /forgot-password`: whoever asks learns nothing about which addresses have an account.
pub(super) async fn forgot(visit: Visit, read: Read, limits: Limits, mut form: Form) -> PageResult {
    let Some(email) = credentials::email(&mut form) else {
        let page = ForgotPage { form: form.view(), is_sent: false };
        return visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/forgot_password.html", &page);
    };
    limits.spend(Limited::RequestPasswordReset, Subject::Account(&email)).await?;
    read.run(move |app| app.passwords.request_reset(&email)).await?;
    Ok(visit.go(&format!("{}?sent=1", links::FORGOT_PASSWORD)))
}

/// What a mail leads here with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FromMail {
    token: String,
}

/// The form for a new password.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ResetPage {
    pub(crate) form: FormView,
    pub(crate) token: String,
    /// The address of the account; nothing when the link no longer counts.
    pub(crate) owner: Option<String>,
}

/// `GET /reset-password`: looking does not use the link.
pub(super) async fn reset_form(
    visit: Visit,
    read: Read,
    limits: Limits,
    mail: web::Query<FromMail>,
) -> PageResult {
    limits.spend(Limited::VerifyPasswordReset, Subject::Nobody).await?;
    let text = mail.into_inner().token;
    let token = ResetToken::new(text.clone());
    let owner = read.run(move |app| app.passwords.inspect_reset(&token)).await?;
    show(&visit, StatusCode::OK, &ResetPage::new(&Form::default(), text, owner))
}

/// `POST /reset-password`: every session of the account ends, that of this browser included.
pub(super) async fn reset(visit: Visit, read: Read, limits: Limits, mut form: Form) -> PageResult {
    limits.spend(Limited::ConfirmPasswordReset, Subject::Nobody).await?;
    let text = form.text("token").to_owned();
    let password = credentials::replacing_password(&mut form, "password");
    let token = ResetToken::new(text.clone());
    let (owner, set) = read
        .run_hashing(move |app| {
            Ok::<_, ApiError>(match &password {
                None => (app.passwords.inspect_reset(&token)?, None),
                Some(password) => (None, Some(app.passwords.reset(&token, password))),
            })
        })
        .await?;
    match set {
        None => show(&visit, StatusCode::UNPROCESSABLE_ENTITY, &ResetPage::new(&form, text, owner)),
        Some(Ok(())) => {
            visit.go_saying("/login", Tone::Success, "Your new password is set. Sign in with it.")
        }
        Some(Err(PasswordError::UnknownToken | PasswordError::UsedToken | PasswordError::ExpiredToken)) => {
            show(&visit, StatusCode::GONE, &ResetPage::default())
        }
        Some(Err(other)) => Err(other.into()),
    }
}

impl ResetPage {
    fn new(form: &Form, token: String, owner: Option<EmailAddress>) -> Self {
        Self { form: form.view(), token, owner: owner.map(|email| email.to_string()) }
    }
}

/// The page, which holds a secret and is therefore kept by nobody.
fn show(visit: &Visit, status: StatusCode, page: &ResetPage) -> PageResult {
    // An address that was good once and is not any more.
    let status = if page.owner.is_some() { status } else { StatusCode::GONE };
    let mut response = visit.page_with(status, "pages/reset_password.html", page)?;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, header::HeaderValue::from_static("private, no-store"));
    Ok(response)
}
