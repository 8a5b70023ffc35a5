//! The account at a glance, its name, and a copy of everything about it.

use actix_web::http::StatusCode;
use instainstru_domain::{
    account::{Role, User},
    zone::Zone,
};
use instainstru_http::{ApiError, Read, pages::ArchiveFile};
use serde::Serialize;

use crate::{
    flash::Tone,
    form::{Form, FormView},
    guards::SignedIn,
    pages::credentials,
    view::links,
    visit::PageResult,
    words,
};

#[derive(Debug, Default, Serialize)]
pub(crate) struct AccountPage {
    pub(crate) form: FormView,
    pub(crate) email: String,
    /// What the account is for: `Learning` or `Teaching`.
    pub(crate) purpose: &'static str,
    pub(crate) is_admin: bool,
    /// `July 13, 2026`.
    pub(crate) since: String,
}

/// `GET /account`.
pub(in crate::pages) async fn show(SignedIn { visit, user }: SignedIn) -> PageResult {
    let form = Form::filled([("full_name", user.full_name.as_str())]);
    visit.page("pages/account/show.html", &AccountPage::new(&user, &form))
}

/// `POST /account`: changes the name.
pub(in crate::pages) async fn rename(
    SignedIn { visit, user }: SignedIn,
    read: Read,
    mut form: Form,
) -> PageResult {
    let Some(name) = credentials::full_name(&mut form) else {
        let page = AccountPage::new(&user, &form);
        return visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, "pages/account/show.html", &page);
    };
    read.run(move |app| app.accounts.rename(&user, &name)).await?;
    visit.go_saying(links::ACCOUNT, Tone::Success, "Your name is changed.")
}

/// `GET /account/data`: a copy of everything, as a file.
pub(in crate::pages) async fn data(SignedIn { user, .. }: SignedIn, read: Read) -> PageResult {
    let file = read
        .run(move |app| ArchiveFile::new(&app.personal_data.export(&user).map_err(ApiError::from)?))
        .await?;
    file.into_response()
}

impl AccountPage {
    fn new(user: &User, form: &Form) -> Self {
        Self {
            form: form.view(),
            email: user.email.to_string(),
            purpose: match user.role {
                Role::Student => "Learning",
                Role::Instructor => "Teaching",
            },
            is_admin: user.is_admin,
            since: words::date_with_year(Zone::new_york().date_at(user.created_at)),
        }
    }
}
