//! What was wrong with the marketplace itself, and saying that somebody knows.

use actix_web::web;
use instainstru_domain::alert::{Alert, AlertKind, AlertSeverity};
use instainstru_http::{ApiError, Read, error::ErrorCode};
use instainstru_service::alerts::{AcknowledgedBy, AlertSummary, KEEP_DAYS, RecentAlerts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Badge;
use crate::{
    flash::Tone,
    form::Form,
    guards::Admin,
    view::{Link, links},
    visit::PageResult,
    words,
};

const HERE: &str = "/admin/alerts";
/// Alerts on the page.
const SHOWN: u32 = 100;
/// Days that are summed up.
const DAYS: u16 = 7;
const MINUTES_A_DAY: u32 = 24 * 60;

#[derive(Debug, Default, Serialize)]
pub(crate) struct AlertsPage {
    /// The newest of each kind that nobody knows of yet.
    pub(crate) open: Vec<AlertView>,
    /// Alerts of the last days.
    pub(crate) total: u64,
    /// Alerts of the last days by kind.
    pub(crate) kinds: Vec<CountRow>,
    /// Alerts of each of the last days, today first.
    pub(crate) days: Vec<CountRow>,
    pub(crate) tabs: Vec<Link>,
    /// What is kept, newest first.
    pub(crate) alerts: Vec<AlertView>,
}

/// How many alerts of something there were.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CountRow {
    pub(crate) label: String,
    pub(crate) count: u64,
}

/// Something that was wrong.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AlertView {
    /// Name of its kind.
    pub(crate) kind: &'static str,
    pub(crate) badge: Badge,
    pub(crate) message: String,
    pub(crate) raised: String,
    /// Such as `5 minutes`.
    pub(crate) ago: String,
    /// When somebody said that they know.
    pub(crate) acknowledged: Option<String>,
    pub(crate) is_mailed: bool,
    /// Where people read the issue that was opened for it.
    pub(crate) issue: Option<String>,
    /// Names and values that help to find out why.
    pub(crate) facts: Vec<(String, String)>,
}

/// Which alerts are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct AlertsQuery {
    severity: String,
}

/// `GET /admin/alerts`.
pub(in crate::pages) async fn list(
    Admin { visit, .. }: Admin,
    read: Read,
    query: web::Query<AlertsQuery>,
) -> PageResult {
    let severity = query.severity.parse().ok();
    let page = read
        .run(move |app| {
            let minutes = u32::from(KEEP_DAYS) * MINUTES_A_DAY;
            let kept = app.alerts.recent(RecentAlerts { minutes, severity, limit: SHOWN })?;
            let (open, summary) = (app.alerts.active()?, app.alerts.summary(DAYS)?);
            Ok::<_, ApiError>(AlertsPage::new(&open, &summary, &kept, severity, app.clock.now()))
        })
        .await?;
    visit.page("pages/admin/alerts.html", &page)
}

/// `POST /admin/alerts`: somebody knows of the alerts of a `kind`.
pub(in crate::pages) async fn acknowledge(
    Admin { visit, user }: Admin,
    read: Read,
    form: Form,
) -> PageResult {
    let kind: AlertKind = form
        .text("kind")
        .parse()
        .map_err(|_unknown| ApiError::new(ErrorCode::NotFound, "There is no such kind of alert"))?;
    let by = AcknowledgedBy::Administrator(user.id);
    read.run(move |app| app.alerts.acknowledge(by, kind)).await?;
    let text = format!("Noted. The next {kind} is raised at once.");
    visit.go_saying(HERE, Tone::Success, text)
}

impl AlertsPage {
    fn new(
        open: &[Alert],
        summary: &AlertSummary,
        kept: &[Alert],
        severity: Option<AlertSeverity>,
        now: Timestamp,
    ) -> Self {
        let view = |alerts: &[Alert]| alerts.iter().map(|alert| AlertView::new(alert, now)).collect();
        let tab = |shown: Option<AlertSeverity>, label| {
            let name = shown.map_or("", AlertSeverity::as_str);
            Link::new(links::narrowed(HERE, &[("severity", name)]), label).current(shown == severity)
        };
        let kinds = summary.by_kind.iter();
        let days = summary.by_day.iter();
        Self {
            open: view(open),
            total: summary.total,
            kinds: kinds.map(|(kind, count)| CountRow { label: kind.to_string(), count: *count }).collect(),
            days: days.map(|(date, count)| CountRow { label: words::date(*date), count: *count }).collect(),
            tabs: vec![
                tab(None, "All"),
                tab(Some(AlertSeverity::Critical), "Critical"),
                tab(Some(AlertSeverity::Warning), "Warnings"),
            ],
            alerts: view(kept),
        }
    }
}

impl AlertView {
    fn new(kept: &Alert, now: Timestamp) -> Self {
        let alert = &kept.alert;
        Self {
            kind: alert.kind.as_str(),
            badge: match alert.kind.severity() {
                AlertSeverity::Critical => Badge::bad("Critical"),
                AlertSeverity::Warning => Badge::waiting("Warning"),
            },
            message: alert.message.clone(),
            raised: words::moment(alert.raised_at),
            ago: words::elapsed(alert.raised_at, now),
            acknowledged: kept.acknowledged_at.map(words::moment),
            is_mailed: kept.email_sent,
            issue: kept.issue_url.as_ref().map(|url| url.as_str().to_owned()),
            facts: alert.details.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        }
    }
}
