//! The marketplace at a glance: what waits, what failed, and what was done last.

use instainstru_domain::{
    account::{Role, User},
    administration::{AccountState, UserFilter},
    audit::AuditFilter,
    page::Page,
};
use instainstru_http::{ApiError, Application, Read};
use serde::Serialize;

use super::{audit::EntryView, jobs::JobView, search::Tally};
use crate::{guards::Admin, visit::PageResult, words};

/// Latest entries of the audit log.
const ENTRIES: u32 = 8;
/// Days whose searches are counted.
const DAYS: u16 = 7;

#[derive(Debug, Default, Serialize)]
pub(crate) struct OverviewPage {
    pub(crate) accounts: u64,
    pub(crate) instructors: u64,
    pub(crate) switched_off: u64,
    /// Deliveries on their way.
    pub(crate) waiting: u64,
    /// How long the oldest of them waits, such as `5 minutes`.
    pub(crate) oldest: Option<String>,
    /// Deliveries that were given up.
    pub(crate) dead: u64,
    /// Searches of the last week.
    pub(crate) searches: Tally,
    pub(crate) jobs: Vec<JobView>,
    pub(crate) entries: Vec<EntryView>,
}

/// `GET /admin`.
pub(in crate::pages) async fn show(Admin { visit, user }: Admin, read: Read) -> PageResult {
    let page = read.run(move |app| OverviewPage::read(app, &user)).await?;
    visit.page("pages/admin/overview.html", &page)
}

impl OverviewPage {
    fn read(app: &Application, user: &User) -> Result<Self, ApiError> {
        let now = app.clock.now();
        let accounts =
            |filter| app.administration.users(user, &filter, Page::first(1)).map(|found| found.total);
        let figures = app.deliveries.figures()?;
        let oldest = figures.iter().filter_map(|one| one.oldest_pending_at).min();
        let filter = AuditFilter::default();
        Ok(Self {
            accounts: accounts(UserFilter::default())?,
            instructors: accounts(UserFilter { role: Some(Role::Instructor), ..UserFilter::default() })?,
            switched_off: accounts(UserFilter {
                state: Some(AccountState::SwitchedOff),
                ..UserFilter::default()
            })?,
            waiting: figures.iter().map(|one| one.pending).sum(),
            oldest: oldest.map(|oldest| words::elapsed(oldest, now)),
            dead: figures.iter().map(|one| one.dead).sum(),
            searches: Tally::of(&app.search_history.quality(DAYS)?),
            jobs: app.jobs.list()?.iter().map(JobView::new).collect(),
            entries: app.audit.entries(user, &filter, ENTRIES)?.entries.iter().map(EntryView::new).collect(),
        })
    }
}
