//! Finding accounts.

use actix_web::web;
use instainstru_domain::{
    account::{Role, User},
    administration::{AccountState, UserFilter},
    page::{Page, Paged},
};
use instainstru_http::Read;
use serde::{Deserialize, Serialize};

use super::AccountRow;
use crate::{
    form::{Form, FormView},
    guards::Admin,
    pages::admin::{Choice, page_number, wanted},
    view::{Link, Pagination, links},
    visit::PageResult,
    words,
};

const INSTRUCTORS: &str = "/admin/instructors";
const EVERYBODY: &str = "/admin/users";
/// Accounts on a page.
const SIZE: u32 = 20;

#[derive(Debug, Default, Serialize)]
pub(crate) struct AccountsPage {
    pub(crate) heading: &'static str,
    pub(crate) tabs: Vec<Link>,
    /// The address of the list without a filter.
    pub(crate) here: &'static str,
    pub(crate) filter: FormView,
    /// Whether the list can be narrowed to one side of the marketplace.
    pub(crate) has_roles: bool,
    pub(crate) is_narrowed: bool,
    /// Such as `12 accounts`.
    pub(crate) summary: String,
    pub(crate) accounts: Vec<AccountRow>,
    pub(crate) pagination: Option<Pagination>,
    pub(crate) roles: Vec<Choice>,
    pub(crate) states: Vec<Choice>,
}

/// Which accounts are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct AccountsQuery {
    q: String,
    role: String,
    state: String,
    page: String,
}

/// `GET /admin/instructors`.
pub(in crate::pages) async fn instructors(
    admin: Admin,
    read: Read,
    query: web::Query<AccountsQuery>,
) -> PageResult {
    let query = AccountsQuery { role: String::new(), ..query.into_inner() };
    list(admin, read, query, Some(Role::Instructor)).await
}

/// `GET /admin/users`.
pub(in crate::pages) async fn everybody(
    admin: Admin,
    read: Read,
    query: web::Query<AccountsQuery>,
) -> PageResult {
    list(admin, read, query.into_inner(), None).await
}

async fn list(
    Admin { visit, user }: Admin,
    read: Read,
    query: AccountsQuery,
    only: Option<Role>,
) -> PageResult {
    let filter = UserFilter {
        query: wanted(&query.q),
        role: only.or_else(|| query.role.parse().ok()),
        state: query.state.parse().ok(),
    };
    let number = page_number(&query.page);
    let found = {
        let filter = filter.clone();
        read.run(move |app| app.administration.users(&user, &filter, Page::numbered(number, SIZE))).await?
    };
    visit.page("pages/admin/accounts/list.html", &AccountsPage::new(&found, &filter, number, only))
}

impl AccountsPage {
    fn new(found: &Paged<User>, filter: &UserFilter, number: u32, only: Option<Role>) -> Self {
        let here = if only.is_some() { INSTRUCTORS } else { EVERYBODY };
        let role = filter.role.filter(|_| only.is_none()).map_or("", Role::as_str);
        let given = [
            ("q", filter.query.as_deref().unwrap_or_default()),
            ("role", role),
            ("state", filter.state.map_or("", AccountState::as_str)),
        ];
        let numbered = |page: u64| {
            let page = page.to_string();
            let [q, role, state] = given;
            links::narrowed(here, &[q, role, state, ("page", &page)])
        };
        Self {
            heading: if only.is_some() { "Instructors" } else { "Accounts" },
            tabs: vec![
                Link::new(INSTRUCTORS, "Instructors").current(only.is_some()),
                Link::new(EVERYBODY, "Everybody").current(only.is_none()),
            ],
            here,
            filter: Form::filled(given).view(),
            has_roles: only.is_none(),
            is_narrowed: given.iter().any(|(_, value)| !value.is_empty()),
            summary: words::count(found.total, if only.is_some() { "instructor" } else { "account" }),
            accounts: found.items.iter().map(AccountRow::new).collect(),
            pagination: Pagination::new(number.into(), SIZE.into(), found.total, numbered),
            roles: vec![
                Choice::new("", "Everybody"),
                Choice::new(Role::Student.as_str(), "Students"),
                Choice::new(Role::Instructor.as_str(), "Instructors"),
            ],
            states: vec![
                Choice::new("", "Any state"),
                Choice::new(AccountState::Active.as_str(), "Active"),
                Choice::new(AccountState::SwitchedOff.as_str(), "Switched off"),
                Choice::new(AccountState::Suspended.as_str(), "Paused by their owners"),
                Choice::new(AccountState::Deactivated.as_str(), "Closed by their owners"),
                Choice::new(AccountState::Deleted.as_str(), "Deleted"),
            ],
        }
    }
}
