//! Changing a password that is known.

use actix_web::http::StatusCode;
use instainstru_domain::account::{SessionKind, User};
use instainstru_http::{
    ApiError, Read,
    limits::{Limited, Limits, Subject},
};
use instainstru_service::passwords::PasswordError;
use serde::Serialize;

use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::SignedIn,
    pages::credentials::{self, NOT_YOURS},
    view::links,
    visit::PageResult,
};

#[derive(Debug, Default, Serialize)]
pub(crate) struct PasswordPage {
    pub(crate) form: FormView,
    /// Tells programs that keep passwords which account this one belongs to.
    pub(crate) email: String,
}

impl PasswordPage {
    fn new(user: &User, form: &Form) -> Self {
        Self { form: form.view(), email: user.email.to_string() }
    }
}

/// `GET /account/password`.
pub(in crate::pages) async fn password_form(SignedIn { visit, user }: SignedIn) -> PageResult {
    visit.page("pages/account/password.html", &PasswordPage::new(&user, &Form::default()))
}

/// `POST /account/password`: every other session ends, and this one goes on with a new cookie.
pub(in crate::pages) async fn change_password(
    SignedIn { visit, user }: SignedIn,
    read: Read,
    limits: Limits,
    mut form: Form,
) -> PageResult {
    let current = credentials::own_password(&mut form, "current_password");
    let new = credentials::replacing_password(&mut form, "new_password");
    if let Some((current, new)) = current.zip(new) {
        limits.spend(Limited::ConfirmPassword, Subject::User(user.id)).await?;
        let actor = user.clone();
        let changed = read
            .run_hashing(move |app| {
                Ok::<_, ApiError>(app.passwords.change(&actor, &current, &new, SessionKind::Browser))
            })
            .await?;
        match changed {
            Ok(session) => {
                let said = "Your password is changed. Everywhere else you are signed out.";
                let mut response = visit.go_saying(links::ACCOUNT, Tone::Success, said)?;
                let cookie = visit.session_cookie(session.token)?;
                response.add_cookie(&cookie).map_err(ApiError::internal)?;
                return Ok(response);
            }
            Err(PasswordError::WrongPassword) => form.refuse("current_password", NOT_YOURS),
            Err(other) => return Err(other.into()),
        }
    }
    let page = PasswordPage::new(&user, &form);
    visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/account/password.html", &page)
}
