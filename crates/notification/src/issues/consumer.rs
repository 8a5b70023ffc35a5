//! Turning alerts into issues.

use std::sync::Arc;

use instainstru_domain::{
    delivery::ISSUES,
    event::{DomainEvent, RecordedEvent},
    ports::{ConsumerError, EventConsumer, StorageError, Transactor, TransactorExt},
};

use super::{Issue, IssueTracker};

/// Opens an issue for each alert that people are told of.
///
/// Without a tracker it wants nothing, so that events which are addressed to it do not wait for one.
pub struct IssueConsumer {
    tx: Arc<dyn Transactor>,
    tracker: Option<Arc<dyn IssueTracker>>,
    environment: &'static str,
}

impl IssueConsumer {
    /// A consumer that opens issues in `tracker`, for an installation of this kind, such as `production`.
    #[must_use]
    pub fn new(
        tx: Arc<dyn Transactor>,
        tracker: Option<Arc<dyn IssueTracker>>,
        environment: &'static str,
    ) -> Self {
        Self { tx, tracker, environment }
    }
}

impl std::fmt::Debug for IssueConsumer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssueConsumer").field("opens", &self.tracker.is_some()).finish_non_exhaustive()
    }
}

impl EventConsumer for IssueConsumer {
    fn name(&self) -> &'static str {
        ISSUES
    }

    fn wants(&self, event: &DomainEvent) -> bool {
        self.tracker.is_some() && matches!(event, DomainEvent::AlertRaised { .. })
    }

    fn handle(&self, event: &RecordedEvent) -> Result<(), ConsumerError> {
        let (DomainEvent::AlertRaised { alert: id }, Some(tracker)) = (event.event, &self.tracker) else {
            return Ok(());
        };
        let kept = self
            .tx
            .reading(|uow| uow.alerts().find(id))
            .map_err(|error| later("the alert cannot be read", error))?;
        // Alerts are forgotten one day, and an alert that has its issue needs no other.
        let Some(kept) = kept.filter(|kept| kept.issue_url.is_none()) else { return Ok(()) };
        let issue = Issue::about(&kept, self.environment);
        // It may have been opened without our learning of it.
        let url = match tracker.find(&issue)? {
            Some(url) => url,
            None => {
                let url = tracker.open(&issue)?;
                tracing::info!(alert.id = id.get(), url = url.as_str(), "issue opened");
                url
            }
        };
        self.tx
            .transaction(|uow| uow.alerts().note_issue(id, &url))
            .map_err(|error| later("the issue was opened, but that could not be noted", error))
    }
}

fn later(reason: &str, error: StorageError) -> ConsumerError {
    ConsumerError::Later { reason: reason.to_owned(), wait_seconds: None, cause: Some(error.into()) }
}
