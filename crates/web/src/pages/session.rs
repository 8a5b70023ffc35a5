//! Signing in, signing up and signing out.

use actix_web::{HttpResponse, http::StatusCode, web};
use instainstru_domain::account::{Password, Role, SessionKind};
use instainstru_http::{
    ApiError, Read,
    limits::{Limited, Limits, Subject},
};
use instainstru_service::accounts::{AccountError, RegisterAccount, Session};
use serde::{Deserialize, Serialize};

use super::credentials;
use crate::{
    cookies::{self, Name},
    flash::Tone,
    form::{Form, FormView},
    local_path::LocalPath,
    visit::{PageResult, Visit},
};

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Onward {
    next: Option<String>,
    role: Option<String>,
}

/// The page of either form.
#[derive(Debug, Serialize)]
pub(crate) struct SessionPage {
    pub(crate) form: FormView,
    /// The page to come back to; nothing when it is the home page.
    pub(crate) next: Option<String>,
    /// The same as a query for the link to the other form.
    pub(crate) next_query: String,
}

impl SessionPage {
    pub(crate) fn new(form: &Form, next: &LocalPath) -> Self {
        let next = (next.as_str() != "/").then(|| next.to_string());
        let next_query = next
            .as_ref()
            .and_then(|next| serde_urlencoded::to_string([("next", next)]).ok())
            .map_or_else(String::new, |query| format!("?{query}"));
        Self { form: form.view(), next, next_query }
    }
}

/// `GET /login`.
pub(super) async fn log_in_form(visit: Visit, onward: web::Query<Onward>) -> PageResult {
    let next = LocalPath::or_home(onward.next.as_deref());
    if visit.user().is_some() {
        return Ok(visit.go(next.as_str()));
    }
    visit.page("pages/login.html", &SessionPage::new(&Form::default(), &next))
}

/// `POST /login`.
pub(super) async fn log_in(visit: Visit, read: Read, limits: Limits, mut form: Form) -> PageResult {
    let next = LocalPath::or_home(Some(form.text("next")));
    let email = credentials::email(&mut form);
    if form.text("password").is_empty() {
        form.refuse("password", "Enter your password");
    }
    let password = Password::presented(form.text("password")).ok();
    if let Some((email, password)) = email.zip(password).filter(|_| !form.has_errors()) {
        limits.spend(Limited::Login, Subject::Account(&email)).await?;
        match read
            .run_hashing(move |app| {
                Ok::<_, ApiError>(app.accounts.log_in(&email, &password, SessionKind::Browser))
            })
            .await?
        {
            Ok(session) => {
                let next = onward(&session, next, "/teach");
                return signed_in(&visit, session, &next, None);
            }
            Err(AccountError::BadCredentials) => {}
            Err(other) => return Err(other.into()),
        }
    }
    if !form.has_errors() {
        // One answer for both, so that nobody learns which addresses have an account.
        form.refuse("email", "The email address and the password do not belong together");
    }
    visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/login.html", &SessionPage::new(&form, &next))
}

/// `GET /signup`.
pub(super) async fn sign_up_form(visit: Visit, onward: web::Query<Onward>) -> PageResult {
    let next = LocalPath::or_home(onward.next.as_deref());
    if visit.user().is_some() {
        return Ok(visit.go(next.as_str()));
    }
    let role = if onward.role.as_deref() == Some("instructor") { "instructor" } else { "student" };
    visit.page("pages/signup.html", &SessionPage::new(&Form::filled([("role", role)]), &next))
}

/// `POST /signup`: opens the account and signs in.
pub(super) async fn sign_up(visit: Visit, read: Read, limits: Limits, mut form: Form) -> PageResult {
    let next = LocalPath::or_home(Some(form.text("next")));
    let Some(command) = registration(&mut form) else {
        return visit.page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            "pages/signup.html",
            &SessionPage::new(&form, &next),
        );
    };
    limits.spend(Limited::Register, Subject::Nobody).await?;
    let opened = read
        .run_hashing(move |app| {
            Ok::<_, ApiError>(match app.accounts.register(&command) {
                Ok(_user) => app.accounts.log_in(&command.email, &command.password, SessionKind::Browser),
                Err(error) => Err(error),
            })
        })
        .await?;
    match opened {
        Ok(session) => {
            let welcome = format!("Welcome, {}. Your account is ready.", session.user.full_name);
            // Nothing can be booked before the instructor says what it is.
            let next = onward(&session, next, "/become-instructor");
            signed_in(&visit, session, &next, Some(welcome))
        }
        Err(AccountError::EmailTaken) => {
            form.refuse("email", "There is already an account with this email address. Sign in instead.");
            visit.page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                "pages/signup.html",
                &SessionPage::new(&form, &next),
            )
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /logout`.
pub(super) async fn log_out(visit: Visit, read: Read, _form: Form) -> PageResult {
    if let Some(token) = visit.session_token() {
        let ended = read.run(move |app| Ok::<_, ApiError>(app.accounts.log_out(&token))).await?;
        match ended {
            // A token that no longer counts is as good as given up.
            Ok(()) | Err(AccountError::InvalidToken | AccountError::UserGone) => {}
            Err(other) => return Err(other.into()),
        }
    }
    let mut response = visit.go_saying("/", Tone::Success, "You are signed out.")?;
    response
        .add_cookie(&cookies::removed(&visit.site().settings, Name::Session))
        .map_err(ApiError::internal)?;
    Ok(response)
}

/// Where to go on: instructors who did not ask for a page go to this one.
fn onward(session: &Session, next: LocalPath, teaching: &str) -> LocalPath {
    match session.user.role {
        Role::Instructor if next.as_str() == "/" => LocalPath::or_home(Some(teaching)),
        Role::Instructor | Role::Student => next,
    }
}

fn signed_in(visit: &Visit, session: Session, next: &LocalPath, welcome: Option<String>) -> PageResult {
    let mut response: HttpResponse = match welcome {
        Some(text) => visit.go_saying(next.as_str(), Tone::Success, text)?,
        None => visit.go(next.as_str()),
    };
    response.add_cookie(&visit.session_cookie(session.token)?).map_err(ApiError::internal)?;
    Ok(response)
}

fn registration(form: &mut Form) -> Option<RegisterAccount> {
    let full_name = credentials::full_name(form);
    let email = credentials::email(form);
    let password = credentials::first_password(form);
    let role = form.text("role").parse::<Role>();
    let role = form.take("role", role, |_| "Choose whether you want to learn or to teach".to_owned());
    let ((full_name, email), (password, role)) = full_name.zip(email).zip(password.zip(role))?;
    Some(RegisterAccount { email, password, full_name, role })
}
