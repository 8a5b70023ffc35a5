//! Alerts: what was wrong, and saying that somebody knows.

use std::{
    collections::BTreeMap,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, get, post};
use instainstru_domain::alert::{Alert, AlertKind, AlertSeverity};
use instainstru_service::alerts::{AcknowledgedBy, AlertSummary};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    access::Operator,
    requests::{ListAlertsParams, LiveAlertsParams, SummariseAlertsParams},
};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody, ErrorCode},
    extract::Query,
    reply::Reply,
    wire::{DateText, InstantText},
};

/// Characters of a message that is shown live.
const LIVE_CHARS: usize = 100;

/// Paths below `/monitoring/alerts`.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_alerts).service(summarise_alerts).service(list_live_alerts).service(acknowledge_alert);
}

/// How bad something is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AlertSeverity)]
enum SeverityName {
    /// Somebody should look.
    Warning,
    /// Somebody must act.
    Critical,
}

impl From<AlertSeverity> for SeverityName {
    fn from(severity: AlertSeverity) -> Self {
        match severity {
            AlertSeverity::Warning => Self::Warning,
            AlertSeverity::Critical => Self::Critical,
        }
    }
}

/// Something that was wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Alert)]
struct AlertResponse {
    /// Its id.
    #[schema(minimum = 1, example = 12)]
    id: i32,
    /// What was wrong.
    #[serde(rename = "type")]
    #[schema(example = "extremely_slow_query")]
    kind: &'static str,
    /// How bad it was.
    severity: SeverityName,
    /// What was wrong, in a line.
    #[schema(example = "Performance Alert: Extremely Slow Query")]
    title: &'static str,
    /// What was wrong, in a sentence.
    #[schema(example = "A statement of the database took 1203 ms.")]
    message: String,
    /// When it was noticed.
    created_at: InstantText,
    /// Whether administrators were told by mail.
    email_sent: bool,
    /// Where people read the issue that was opened for it.
    #[schema(example = "https://github.com/studio/shop/issues/7")]
    github_issue: Option<String>,
    /// When somebody said that they know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    acknowledged_at: Option<InstantText>,
    /// Names and values that help to find out why.
    details: BTreeMap<String, String>,
}

impl From<Alert> for AlertResponse {
    fn from(kept: Alert) -> Self {
        let kind = kept.alert.kind;
        Self {
            id: kept.id.get(),
            kind: kind.as_str(),
            severity: kind.severity().into(),
            title: kind.title(),
            message: kept.alert.message,
            created_at: kept.alert.raised_at.into(),
            email_sent: kept.email_sent,
            github_issue: kept.issue_url.map(|url| url.as_str().to_owned()),
            acknowledged_at: kept.acknowledged_at.map(Into::into),
            details: kept.alert.details,
        }
    }
}

/// Alerts of the last hours.
#[derive(Debug, Serialize, ToSchema)]
struct AlertListResponse {
    /// How many are listed.
    #[schema(example = 1)]
    total: usize,
    /// Hours that were looked at.
    #[schema(example = 24)]
    hours: u32,
    /// The alerts, newest first.
    alerts: Vec<AlertResponse>,
}

/// List alerts
///
/// What was wrong with the marketplace itself, newest first. Alerts are kept for 30 days.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    params(ListAlertsParams),
    responses(
        (status = 200, description = "The alerts", body = AlertListResponse),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
    )
)]
#[get("/recent")]
async fn list_alerts(
    _by: Operator,
    read: Read,
    list: Query<ListAlertsParams>,
) -> Result<HttpResponse, ApiError> {
    let (hours, query) = (list.0.hours, list.0.query);
    let found = read.run(move |app| app.alerts.recent(query)).await?;
    let alerts: Vec<AlertResponse> = found.into_iter().map(Into::into).collect();
    Reply::ok(&AlertListResponse { total: alerts.len(), hours, alerts })?.into_response()
}

/// How many alerts there were on a day.
#[derive(Debug, Serialize, ToSchema)]
struct DayCount {
    /// The day, in UTC.
    date: DateText,
    /// How many.
    count: u64,
}

/// How many alerts there were.
#[derive(Debug, Serialize, ToSchema)]
struct AlertSummaryResponse {
    /// Days that were summed up.
    #[schema(example = 7)]
    days: usize,
    /// By kind.
    by_type: BTreeMap<&'static str, u64>,
    /// By severity.
    by_severity: BTreeMap<&'static str, u64>,
    /// By day, today first.
    by_day: Vec<DayCount>,
    /// All of them.
    total: u64,
}

impl From<AlertSummary> for AlertSummaryResponse {
    fn from(summary: AlertSummary) -> Self {
        let by_type = summary.by_kind.iter().map(|(kind, count)| (kind.as_str(), *count));
        let by_severity = summary.by_severity.iter().map(|(severity, count)| (severity.as_str(), *count));
        let day = |(date, count): (jiff::civil::Date, u64)| DayCount { date: date.into(), count };
        Self {
            days: summary.by_day.len(),
            by_type: by_type.collect(),
            by_severity: by_severity.collect(),
            total: summary.total,
            by_day: summary.by_day.into_iter().map(day).collect(),
        }
    }
}

/// Sum up alerts
///
/// How many alerts there were during the last days of UTC, by kind, by severity and by day.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    params(SummariseAlertsParams),
    responses(
        (status = 200, description = "The counts", body = AlertSummaryResponse),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
    )
)]
#[get("/summary")]
async fn summarise_alerts(
    _by: Operator,
    read: Read,
    days: Query<SummariseAlertsParams>,
) -> Result<HttpResponse, ApiError> {
    let summary = read.run(move |app| app.alerts.summary(days.0)).await?;
    Reply::ok(&AlertSummaryResponse::from(summary))?.into_response()
}

/// An alert as it scrolls by.
#[derive(Debug, Serialize, ToSchema)]
struct LiveAlert {
    /// The time of day, in UTC.
    #[schema(example = "14:03:27")]
    time: String,
    /// How bad it is, in capitals.
    #[schema(example = "CRITICAL")]
    severity: String,
    /// What is wrong.
    #[serde(rename = "type")]
    #[schema(example = "extremely_slow_query")]
    kind: &'static str,
    /// What is wrong, in at most 100 characters.
    message: String,
}

impl From<Alert> for LiveAlert {
    fn from(kept: Alert) -> Self {
        let alert = kept.alert;
        let mut message: String = alert.message.chars().take(LIVE_CHARS).collect();
        if message.len() < alert.message.len() {
            message.push_str("...");
        }
        Self {
            time: alert.raised_at.to_zoned(TimeZone::UTC).strftime("%H:%M:%S").to_string(),
            severity: alert.kind.severity().as_str().to_uppercase(),
            kind: alert.kind.as_str(),
            message,
        }
    }
}

/// Alerts of the last minutes.
#[derive(Debug, Serialize, ToSchema)]
struct LiveAlertsResponse {
    /// Minutes that were looked at.
    #[schema(example = 5)]
    minutes: u32,
    /// How many are listed.
    #[schema(example = 0)]
    count: usize,
    /// The alerts, newest first.
    alerts: Vec<LiveAlert>,
}

/// List live alerts
///
/// Alerts of the last minutes, for a screen on the wall.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    params(LiveAlertsParams),
    responses(
        (status = 200, description = "The alerts", body = LiveAlertsResponse),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
    )
)]
#[get("/live")]
async fn list_live_alerts(
    _by: Operator,
    read: Read,
    minutes: Query<LiveAlertsParams>,
) -> Result<HttpResponse, ApiError> {
    let query = minutes.0;
    let found = read.run(move |app| app.alerts.recent(query)).await?;
    let alerts: Vec<LiveAlert> = found.into_iter().map(Into::into).collect();
    Reply::ok(&LiveAlertsResponse { minutes: query.minutes, count: alerts.len(), alerts })?.into_response()
}

/// The kind of alert in a path.
#[derive(Debug, Clone, Copy)]
struct PathAlertKind(AlertKind);

impl FromRequest for PathAlertKind {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let kind = request.match_info().get("alert_type").unwrap_or_default().parse();
        ready(
            kind.map(Self)
                .map_err(|_unknown| ApiError::new(ErrorCode::NotFound, "There is no such kind of alert")),
        )
    }
}

/// What was acknowledged.
#[derive(Debug, Serialize, ToSchema)]
struct AcknowledgedResponse {
    /// Always `acknowledged`.
    #[schema(example = "acknowledged")]
    status: &'static str,
    /// The kind of alert.
    #[schema(example = "extremely_slow_query")]
    alert_type: &'static str,
}

/// Acknowledge alerts
///
/// Says that somebody knows of the alerts of a kind: the next one is raised at once, and not only after a quarter of an hour.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    responses(
        (status = 200, description = "The alerts are acknowledged", body = AcknowledgedResponse),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
        (status = 404, description = "There is no such kind of alert", body = ErrorBody),
    )
)]
#[post("/acknowledge/{alert_type}")]
async fn acknowledge_alert(_by: Operator, kind: PathAlertKind, read: Read) -> Result<HttpResponse, ApiError> {
    let kind = kind.0;
    read.run(move |app| app.alerts.acknowledge(AcknowledgedBy::MonitoringKey, kind)).await?;
    Reply::ok(&AcknowledgedResponse { status: "acknowledged", alert_type: kind.as_str() })?.into_response()
}
