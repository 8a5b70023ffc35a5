//! Jobs on the wire.

use instainstru_domain::job::{JobRun, RunCause, RunEnd, RunOutcome};
use instainstru_service::jobs::JobOverview;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::InstantText;

/// Why a run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RunCause)]
pub(super) enum CauseName {
    /// It was time.
    Schedule,
    /// An administrator asked for it.
    Request,
    /// Somebody called the command.
    Command,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = RunStatus)]
pub(super) enum StatusName {
    /// It has not ended.
    Running,
    /// Everything was done.
    Succeeded,
    /// Something went wrong; the report says what.
    Failed,
    /// Whoever ran it disappeared.
    Abandoned,
}

/// One run of a job.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobRunResponse {
    /// Its id.
    #[schema(minimum = 1, example = 815)]
    id: i64,
    /// Why it began.
    cause: CauseName,
    /// How far it has come.
    status: StatusName,
    /// When it began.
    started_at: InstantText,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    finished_at: Option<InstantText>,
    /// What was done, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "12 lessons reminded of")]
    report: Option<String>,
}

impl From<JobRun> for JobRunResponse {
    fn from(run: JobRun) -> Self {
        let status = match run.end.as_ref().map(|end| end.outcome) {
            None => StatusName::Running,
            Some(RunOutcome::Succeeded) => StatusName::Succeeded,
            Some(RunOutcome::Failed) => StatusName::Failed,
            Some(RunOutcome::Abandoned) => StatusName::Abandoned,
        };
        let (finished_at, report) =
            run.end.map_or((None, None), |RunEnd { at, report, .. }| (Some(at.into()), Some(report)));
        Self {
            id: run.id.get(),
            cause: match run.cause {
                RunCause::Schedule => CauseName::Schedule,
                RunCause::Request => CauseName::Request,
                RunCause::Command => CauseName::Command,
            },
            status,
            started_at: run.started_at.into(),
            finished_at,
            report,
        }
    }
}

/// Something the marketplace does by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobResponse {
    /// Its name.
    #[schema(example = "reminders")]
    name: &'static str,
    /// What it does.
    #[schema(example = "Reminds people of lessons")]
    about: &'static str,
    /// When it runs.
    #[schema(example = "every 15 minutes")]
    schedule: String,
    /// When it runs next; now or in the past when it is due.
    next_run_at: InstantText,
    /// When somebody asked for a run that has not begun yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    requested_at: Option<InstantText>,
    /// Its latest run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    latest_run: Option<JobRunResponse>,
}

impl From<JobOverview> for JobResponse {
    fn from(overview: JobOverview) -> Self {
        Self {
            name: overview.spec.name,
            about: overview.spec.about,
            schedule: overview.spec.schedule.to_string(),
            next_run_at: overview.next_at.into(),
            requested_at: overview.state.requested_at.map(Into::into),
            latest_run: overview.latest.map(Into::into),
        }
    }
}
