//! Runs of the analytics and their report as clients see them.

use instainstru_domain::analytics::{AnalyticsReport, AnalyticsRun, ReportLine, ReportTotals, RunOutcome};
use instainstru_service::analytics::AnalyticsStatus;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::InstantText;

/// State of a run.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AnalyticsRunStatus)]
pub(super) enum RunStatusName {
    /// Under way.
    Running,
    /// All figures are calculated and stored.
    Succeeded,
    /// Nothing was changed.
    Failed,
}

/// A run of the analytics.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsRunResponse)]
pub(super) struct RunResponse {
    /// Its id.
    id: i32,
    /// What became of it.
    status: RunStatusName,
    /// When it began.
    started_at: InstantText,
    /// When it ended.
    finished_at: Option<InstantText>,
    /// How many days it looks back.
    #[schema(example = 30)]
    days: u16,
    /// Number of services it calculated figures for.
    #[schema(example = 368)]
    services: Option<u32>,
    /// Why it failed.
    error: Option<String>,
}

impl From<&AnalyticsRun> for RunResponse {
    fn from(run: &AnalyticsRun) -> Self {
        let (status, services, error) = match &run.outcome {
            None => (RunStatusName::Running, None, None),
            Some(RunOutcome::Succeeded { services, .. }) => (RunStatusName::Succeeded, Some(*services), None),
            Some(RunOutcome::Failed { error, .. }) => (RunStatusName::Failed, None, Some(error.clone())),
        };
        Self {
            id: run.id.get(),
            status,
            started_at: run.started_at.into(),
            finished_at: run.outcome.as_ref().map(|outcome| outcome.at().into()),
            days: run.window.days(),
            services,
            error,
        }
    }
}

/// What became of the last runs and what they found out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsStatusResponse)]
pub(super) struct StatusResponse {
    /// The last run that succeeded: the report is its work.
    last_success: Option<RunResponse>,
    /// The last runs, latest first; at most 20.
    runs: Vec<RunResponse>,
    /// What the figures say; empty before the first run.
    report: ReportResponse,
}

impl From<&AnalyticsStatus> for StatusResponse {
    fn from(status: &AnalyticsStatus) -> Self {
        Self {
            last_success: status.last_success.as_ref().map(Into::into),
            runs: status.runs.iter().map(Into::into).collect(),
            report: (&status.report).into(),
        }
    }
}

/// Supply and demand of all services.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsReportResponse)]
pub(super) struct ReportResponse {
    /// Sums over all services.
    totals: ReportTotalsItem,
    /// More than 10 bookings in 30 days and fewer than 3 instructors; most booked first.
    services_needing_instructors: Vec<ReportItem>,
    /// A demand score above 70; highest first.
    high_demand_services: Vec<ReportItem>,
    /// Searched for more than before; fastest growth first.
    trending_services: Vec<ReportItem>,
}

/// Sums over all services.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportTotalsItem {
    /// Active services.
    services: u32,
    /// Those that were booked in the last 30 days.
    services_with_bookings: u32,
    /// Those that were found by searches in the last 30 days.
    services_with_searches: u32,
    /// Bookings of the last 30 days that nobody called off.
    bookings_30d: u32,
    /// Searches of the last 30 days, counted for each service they found.
    searches_30d: u32,
}

/// A service in the report.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportItem {
    /// Its id.
    id: i32,
    /// Its name.
    #[schema(example = "Piano")]
    name: String,
    /// How sought-after it is, 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    demand_score: f64,
    /// Bookings of the last 30 days that nobody called off.
    bookings_30d: u32,
    /// Searches that found it in the last 7 days.
    searches_7d: u32,
    /// Searches that found it in the last 30 days.
    searches_30d: u32,
    /// Number of bookable instructors who offer it.
    active_instructors: u32,
    /// How many more searches a day the last week saw than the last month: 0.5 is half as many again.
    growth_rate: Option<f64>,
}

impl From<&AnalyticsReport> for ReportResponse {
    fn from(report: &AnalyticsReport) -> Self {
        let items = |lines: &[ReportLine]| lines.iter().map(Into::into).collect();
        Self {
            totals: (&report.totals).into(),
            services_needing_instructors: items(&report.needing_instructors),
            high_demand_services: items(&report.high_demand),
            trending_services: items(&report.trending),
        }
    }
}

impl From<&ReportTotals> for ReportTotalsItem {
    fn from(totals: &ReportTotals) -> Self {
        Self {
            services: totals.services,
            services_with_bookings: totals.with_bookings,
            services_with_searches: totals.with_searches,
            bookings_30d: totals.bookings_30d,
            searches_30d: totals.searches_30d,
        }
    }
}

impl From<&ReportLine> for ReportItem {
    fn from(line: &ReportLine) -> Self {
        Self {
            id: line.service.get(),
            name: line.name.clone(),
            demand_score: line.demand.score(),
            bookings_30d: line.demand.bookings_30d,
            searches_7d: line.demand.searches_7d,
            searches_30d: line.demand.searches_30d,
            active_instructors: line.active_instructors,
            growth_rate: line.demand.search_growth(),
        }
    }
}
