//! Runs as they are stored.

use diesel::prelude::*;
use instainstru_domain::{
    analytics::{AnalyticsRun, LookBack, RunOutcome},
    ids::AnalyticsRunId,
    ports::StorageError,
};

use crate::{schema::analytics_runs, stored::Place, types::Instant};

/// Name of the state of a run that is under way.
pub(super) const NAME_OF_RUNNING: &str = "RUNNING";
/// Name of the state of a run that succeeded.
pub(super) const NAME_OF_SUCCEEDED: &str = "SUCCEEDED";
/// Name of the state of a run that failed.
const NAME_OF_FAILED: &str = "FAILED";

#[derive(Queryable, Selectable)]
#[diesel(table_name = analytics_runs)]
pub(super) struct RunRow {
    id: i32,
    started_at: Instant,
    finished_at: Option<Instant>,
    days: i32,
    services: Option<i32>,
    status: String,
    error: Option<String>,
}

impl RunRow {
    pub(super) fn into_run(self) -> Result<AnalyticsRun, StorageError> {
        let place = Place::new("analytics_runs", self.id);
        let outcome = match (self.status.as_str(), self.finished_at, self.services, self.error) {
            (NAME_OF_RUNNING, None, None, None) => None,
            (NAME_OF_SUCCEEDED, Some(at), Some(services), None) => {
                Some(RunOutcome::Succeeded { at: at.0, services: place.narrow("services", services)? })
            }
            (NAME_OF_FAILED, Some(at), None, Some(error)) => Some(RunOutcome::Failed { at: at.0, error }),
            _ => return place.check("status", Err("an outcome that does not go with it")),
        };
        Ok(AnalyticsRun {
            id: place.check("id", AnalyticsRunId::new(self.id.into()))?,
            started_at: self.started_at.0,
            window: place.check("days", LookBack::from_days(self.days.into()))?,
            outcome,
        })
    }
}

/// What the end of a run changes.
#[derive(AsChangeset)]
#[diesel(table_name = analytics_runs, treat_none_as_null = true)]
pub(super) struct RunChanges<'a> {
    finished_at: Option<Instant>,
    services: Option<i32>,
    status: &'static str,
    error: Option<&'a str>,
}

impl<'a> RunChanges<'a> {
    pub(super) fn new(outcome: &'a RunOutcome) -> Self {
        let finished_at = Some(Instant(outcome.at()));
        match outcome {
            RunOutcome::Succeeded { services, .. } => Self {
                finished_at,
                services: Some(i32::try_from(*services).unwrap_or(i32::MAX)),
                status: NAME_OF_SUCCEEDED,
                error: None,
            },
            RunOutcome::Failed { error, .. } => {
                Self { finished_at, services: None, status: NAME_OF_FAILED, error: Some(error) }
            }
        }
    }
}
