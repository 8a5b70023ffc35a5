//! Who did what.

use actix_web::web;
use instainstru_domain::{
    audit::{AuditAction, AuditEntry, AuditFilter, AuditSubject, SubjectKind},
    ids::{BookingId, CatalogueServiceId, UserId},
    zone::Zone,
};
use instainstru_http::{ApiError, Read};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::Choice;
use crate::{
    form::{Form, FormView},
    guards::Admin,
    view::{Link, links},
    visit::PageResult,
    words,
};

const HERE: &str = "/admin/audit";
/// Entries on a page.
const SIZE: u32 = 50;

#[derive(Debug, Default, Serialize)]
pub(crate) struct AuditPage {
    pub(crate) filter: FormView,
    pub(crate) actions: Vec<Choice>,
    /// Whether only some entries are asked for.
    pub(crate) is_narrowed: bool,
    pub(crate) entries: Vec<EntryView>,
    /// The list from its begin, when this is not it.
    pub(crate) newest_href: Option<String>,
    /// Older entries, when there are some.
    pub(crate) older_href: Option<String>,
}

/// One thing somebody did.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EntryView {
    /// The instant, for machines.
    pub(crate) datetime: String,
    pub(crate) at: String,
    pub(crate) action: &'static str,
    /// Who did it; nobody for the command line, for jobs, and for whoever was not signed in.
    pub(crate) actor: Option<Link>,
    /// What it was done to; without an address when there is no page about it.
    pub(crate) subject: Option<Link>,
    pub(crate) facts: Vec<(String, String)>,
    /// Network address of the client.
    pub(crate) address: Option<String>,
}

/// Which entries are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct AuditQuery {
    actor: String,
    action: String,
    since: String,
    after: String,
}

/// `GET /admin/audit`.
pub(in crate::pages) async fn show(
    Admin { visit, user }: Admin,
    read: Read,
    query: web::Query<AuditQuery>,
) -> PageResult {
    let mut form = Form::filled([
        ("actor", query.actor.trim()),
        ("action", query.action.as_str()),
        ("since", query.since.as_str()),
    ]);
    let filter = filter(&query, &mut form);
    let page = read
        .run(move |app| {
            let found = app.audit.entries(&user, &filter, SIZE)?;
            let here = |after: &str| {
                links::narrowed(
                    HERE,
                    &[
                        ("actor", form.text("actor")),
                        ("action", form.text("action")),
                        ("since", form.text("since")),
                        ("after", after),
                    ],
                )
            };
            Ok::<_, ApiError>(AuditPage {
                actions: std::iter::once(Choice::new("", "Everything"))
                    .chain(AuditAction::ALL.iter().map(|it| Choice::new(it.as_str(), it.as_str())))
                    .collect(),
                is_narrowed: here("") != HERE,
                entries: found.entries.iter().map(EntryView::new).collect(),
                newest_href: filter.before.map(|_| here("")),
                older_href: found.next.map(|next| here(&next.to_string())),
                filter: form.view(),
            })
        })
        .await?;
    visit.page("pages/admin/audit.html", &page)
}

/// What is asked for. A value that cannot be understood is said to be wrong and otherwise left out.
fn filter(query: &AuditQuery, form: &mut Form) -> AuditFilter {
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let actor = given(&query.actor).and_then(|text| {
        let id = text.parse().ok().and_then(|number| UserId::new(number).ok()).ok_or(());
        form.take("actor", id, |()| "Enter the number of an account".to_owned())
    });
    let action = given(&query.action).and_then(|text| {
        form.take("action", text.parse::<AuditAction>(), |_| "Choose one of the actions".to_owned())
    });
    let since = given(&query.since).and_then(|text| {
        form.take("since", text.parse::<Date>().ok().and_then(begin).ok_or(()), |()| {
            "Enter a date".to_owned()
        })
    });
    AuditFilter { actor, concerning: None, action, since, before: query.after.parse().ok() }
}

/// The instant at which a day begins in New York; days at the very end of the calendar have none.
fn begin(day: Date) -> Option<Timestamp> {
    day.to_zoned(Zone::new_york().tz().clone()).map(|begin| begin.timestamp()).ok()
}

impl EntryView {
    pub(super) fn new(AuditEntry { entry, .. }: &AuditEntry) -> Self {
        let facts = entry.detail.facts().iter();
        Self {
            datetime: entry.at.to_string(),
            at: words::moment(entry.at),
            action: entry.action.as_str(),
            actor: entry.actor.map(|actor| Link::new(links::administered(actor), format!("Account {actor}"))),
            subject: entry.subject.map(subject),
            facts: facts.map(|(name, value)| (name.clone(), value.clone())).collect(),
            address: entry.origin.address.map(|address| address.to_string()),
        }
    }
}

fn subject(subject: AuditSubject) -> Link {
    let AuditSubject { kind, id } = subject;
    let href = match kind {
        SubjectKind::User => UserId::new(id).map(links::administered).ok(),
        SubjectKind::CatalogueService => CatalogueServiceId::new(id).map(links::edited_service).ok(),
        SubjectKind::Booking => BookingId::new(id).map(links::administered_booking).ok(),
        SubjectKind::Category | SubjectKind::Event => None,
    };
    let name = if kind == SubjectKind::User { "account" } else { kind.as_str() };
    Link::new(href.unwrap_or_default(), format!("{} {id}", name.replace('_', " ")))
}
