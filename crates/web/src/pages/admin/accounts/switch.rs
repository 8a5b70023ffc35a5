//! Switching an account off and on: what follows is said before the click, and why it was done is written down.

use actix_web::{http::StatusCode, web};
use instainstru_domain::{
    account::{Role, User},
    ids::UserId,
    text::AdminReason,
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::administration::{AdministrationError, Scope};
use serde::Serialize;

use super::{AccountRow, account_id};
use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::Admin,
    view::links,
    visit::PageResult,
};

const TEMPLATE: &str = "pages/admin/accounts/switch.html";

#[derive(Debug, Serialize)]
pub(crate) struct SwitchPage {
    pub(crate) account: AccountRow,
    pub(crate) form: FormView,
    pub(crate) action: String,
    /// Whether the account is switched off rather than on.
    pub(crate) is_off: bool,
    /// What follows, in sentences.
    pub(crate) outcome: Vec<&'static str>,
}

/// What to do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Off,
    On,
}

/// `GET /admin/users/{id}/switch-off`.
pub(in crate::pages) async fn off_form(admin: Admin, read: Read, id: web::Path<String>) -> PageResult {
    ask(admin, read, &id, Turn::Off).await
}

/// `POST /admin/users/{id}/switch-off`.
pub(in crate::pages) async fn off(admin: Admin, read: Read, id: web::Path<String>, form: Form) -> PageResult {
    switch(admin, read, &id, form, Turn::Off).await
}

/// `GET /admin/users/{id}/switch-on`.
pub(in crate::pages) async fn on_form(admin: Admin, read: Read, id: web::Path<String>) -> PageResult {
    ask(admin, read, &id, Turn::On).await
}

/// `POST /admin/users/{id}/switch-on`.
pub(in crate::pages) async fn on(admin: Admin, read: Read, id: web::Path<String>, form: Form) -> PageResult {
    switch(admin, read, &id, form, Turn::On).await
}

async fn ask(Admin { visit, user }: Admin, read: Read, id: &str, turn: Turn) -> PageResult {
    let id = account_id(id)?;
    let account = read.run(move |app| app.administration.account(&user, id)).await?;
    visit.page(TEMPLATE, &SwitchPage::new(&account, &Form::default(), turn))
}

/// What becomes of the form.
enum Outcome {
    Done(String),
    Refused(String),
    Wrong(Box<SwitchPage>),
}

async fn switch(
    Admin { visit, user }: Admin,
    read: Read,
    id: &str,
    mut form: Form,
    turn: Turn,
) -> PageResult {
    let id = account_id(id)?;
    let typed = AdminReason::new(&form.text("reason").replace("\r\n", "\n"));
    let reason =
        form.take("reason", typed, |_| format!("Say why in 1 to {} ordinary characters", AdminReason::MAX));
    let outcome = read
        .run(move |app| match reason {
            Some(reason) => match turn.apply(app, &user, id, &reason) {
                Ok(account) => Ok(Outcome::Done(turn.done(&account))),
                Err(error @ (AdministrationError::OwnAccount | AdministrationError::IsAdmin)) => {
                    Ok(Outcome::Refused(format!("{error}.")))
                }
                Err(
                    error @ (AdministrationError::NotAdmin
                    | AdministrationError::NotFound
                    | AdministrationError::BookingNotFound
                    | AdministrationError::Transition(_)
                    | AdministrationError::AlreadyBegan
                    | AdministrationError::Storage(_)),
                ) => Err(ApiError::from(error)),
            },
            None => {
                let account = app.administration.account(&user, id)?;
                Ok(Outcome::Wrong(Box::new(SwitchPage::new(&account, &form, turn))))
            }
        })
        .await?;
    let back = links::administered(id);
    match outcome {
        Outcome::Done(text) => visit.go_saying(&back, Tone::Success, text),
        Outcome::Refused(text) => visit.go_saying(&back, Tone::Error, text),
        Outcome::Wrong(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, TEMPLATE, &*page),
    }
}

impl Turn {
    fn apply(
        self,
        app: &Application,
        actor: &User,
        id: UserId,
        reason: &AdminReason,
    ) -> Result<User, AdministrationError> {
        match self {
            Self::Off => app.administration.switch_off(actor, id, Scope::Everybody, reason),
            Self::On => app.administration.switch_on(actor, id, Scope::Everybody, reason),
        }
    }

    fn done(self, account: &User) -> String {
        match self {
            Self::Off => format!("The account of {} is switched off.", account.full_name),
            Self::On => format!("The account of {} is switched on.", account.full_name),
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Off => "switch-off",
            Self::On => "switch-on",
        }
    }
}

impl SwitchPage {
    pub(super) fn new(account: &User, form: &Form, turn: Turn) -> Self {
        Self {
            account: AccountRow::new(account),
            form: form.view(),
            action: format!("{}/{}", links::administered(account.id), turn.path()),
            is_off: turn == Turn::Off,
            outcome: match (turn, account.role) {
                (Turn::Off, Role::Instructor) => vec![
                    "The instructor vanishes from search and from public pages at once.",
                    "Nobody can book new lessons. Lessons that are booked stay booked.",
                    "All sessions end, and signing in opens nothing any more.",
                ],
                (Turn::Off, Role::Student) => vec![
                    "All sessions end, and signing in opens nothing any more.",
                    "Lessons that are booked stay booked.",
                ],
                (Turn::On, Role::Instructor | Role::Student) => {
                    vec!["The account is again what its owner made of it."]
                }
            },
        }
    }
}
