//! One account, and what was done by and with it.

use actix_web::web;
use instainstru_domain::{
    account::{Role, User},
    administration::AccountState,
    audit::AuditFilter,
};
use instainstru_http::{ApiError, Application, Read};
use instainstru_service::instructors::InstructorError;
use serde::Serialize;

use super::{AccountRow, account_id};
use crate::{guards::Admin, pages::admin::audit::EntryView, view::links, visit::PageResult};

/// Latest entries of the audit log.
const ENTRIES: u32 = 20;

#[derive(Debug, Serialize)]
pub(crate) struct AccountPage {
    pub(crate) account: AccountRow,
    /// What the public sees of an instructor.
    pub(crate) profile_href: Option<String>,
    pub(crate) may_switch_off: bool,
    pub(crate) may_switch_on: bool,
    /// What was done by the account and to it, latest first.
    pub(crate) entries: Vec<EntryView>,
    /// Everything that was done by it.
    pub(crate) audit_href: String,
}

/// `GET /admin/users/{id}`.
pub(in crate::pages) async fn show(
    Admin { visit, user }: Admin,
    read: Read,
    id: web::Path<String>,
) -> PageResult {
    let id = account_id(&id)?;
    let page = read
        .run(move |app| {
            let account = app.administration.account(&user, id)?;
            let filter = AuditFilter { concerning: Some(id), ..AuditFilter::default() };
            let entries = app.audit.entries(&user, &filter, ENTRIES)?.entries;
            let entries = entries.iter().map(EntryView::new).collect();
            Ok::<_, ApiError>(AccountPage::new(&account, profile(app, &account)?, entries))
        })
        .await?;
    visit.page("pages/admin/accounts/show.html", &page)
}

/// What the public sees of an instructor; not everybody who wants to teach has a profile.
fn profile(app: &Application, account: &User) -> Result<Option<String>, ApiError> {
    if account.role != Role::Instructor {
        return Ok(None);
    }
    match app.instructors.get(account.id) {
        Ok(instructor) => Ok(Some(links::profile(&instructor.user))),
        Err(InstructorError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl AccountPage {
    fn new(account: &User, profile_href: Option<String>, entries: Vec<EntryView>) -> Self {
        let state = account.state();
        Self {
            account: AccountRow::new(account),
            profile_href,
            may_switch_off: !matches!(state, AccountState::SwitchedOff | AccountState::Deleted)
                && !account.is_admin,
            may_switch_on: state == AccountState::SwitchedOff,
            entries,
            audit_href: links::narrowed("/admin/audit", &[("actor", &account.id.to_string())]),
        }
    }
}
