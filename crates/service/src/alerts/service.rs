//! Alerts over any storage.

use std::{collections::BTreeMap, sync::Arc};

use instainstru_domain::{
    alert::{Alert, AlertCount, AlertFilter, AlertKind, AlertSeverity, NewAlert},
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    ports::{Clock, StorageError, Transactor, TransactorExt, UnitOfWork},
};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};

use super::{AcknowledgedBy, AlertSummary, AlertUseCases, RecentAlerts};
use crate::audit;

/// Alerts over any storage.
pub struct AlertService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl AlertService {
    /// The alerts kept in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }
}

/// What was raised before this moment is not in its cooldown any more at `now`.
fn cooldown_began(now: Timestamp) -> Timestamp {
    before(now, AlertKind::COOLDOWN)
}

fn before(now: Timestamp, past: SignedDuration) -> Timestamp {
    now.saturating_sub(past).unwrap_or(Timestamp::MIN)
}

impl AlertUseCases for AlertService {
    fn raise(&self, alert: &NewAlert) -> Result<Option<Alert>, StorageError> {
        let now = self.clock.now();
        let raised = self.tx.transaction(|uow| {
            let open = uow.alerts().open(cooldown_began(now))?;
            if open.iter().any(|other| other.alert.kind == alert.kind) {
                return Ok(None);
            }
            let raised = uow.alerts().insert(alert)?;
            if is_told(uow, alert, now)? {
                uow.outbox().push(&DomainEvent::AlertRaised { alert: raised.id }, now)?;
            }
            Ok::<_, StorageError>(Some(raised))
        })?;
        if raised.is_some() {
            tracing::warn!(alert.kind = alert.kind.as_str(), message = alert.message, "alert raised");
        }
        Ok(raised)
    }

    fn recent(&self, query: RecentAlerts) -> Result<Vec<Alert>, StorageError> {
        let since = before(self.clock.now(), SignedDuration::from_mins(query.minutes.into()));
        let filter = AlertFilter { since, severity: query.severity };
        self.tx.reading(|uow| uow.alerts().list(&filter, query.limit))
    }

    fn summary(&self, days: u16) -> Result<AlertSummary, StorageError> {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let dates: Vec<Date> = (0..i64::from(days)).map(|ago| today.saturating_sub(ago.days())).collect();
        let first = dates.last().copied().unwrap_or(today);
        let since = TimeZone::UTC.to_timestamp(first.to_datetime(jiff::civil::Time::midnight()));
        let since = since.unwrap_or(Timestamp::MIN);
        let counts = self.tx.reading::<_, StorageError>(|uow| uow.alerts().counts(since))?;
        Ok(summary(&dates, &counts))
    }

    fn active(&self) -> Result<Vec<Alert>, StorageError> {
        let since = cooldown_began(self.clock.now());
        self.tx.reading(|uow| uow.alerts().open(since))
    }

    fn acknowledge(&self, by: AcknowledgedBy, kind: AlertKind) -> Result<(), StorageError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            if uow.alerts().acknowledge(kind, now)? > 0 {
                let entry = NewAuditEntry::new(AuditAction::AlertAcknowledged, now).saying("kind", kind);
                let entry = match by {
                    AcknowledgedBy::Administrator(user) => entry.by(user),
                    AcknowledgedBy::MonitoringKey => entry.saying("by", "monitoring key"),
                };
                audit::record(uow, entry)?;
            }
            Ok(())
        })
    }
}

/// Whether people are told of an alert that is kept already.
fn is_told(uow: &mut dyn UnitOfWork, alert: &NewAlert, now: Timestamp) -> Result<bool, StorageError> {
    let enough = alert.kind.severity().alerts_worth_an_issue();
    if enough <= 1 {
        return Ok(true);
    }
    let counts = uow.alerts().counts(before(now, AlertSeverity::ISSUE_WINDOW))?;
    let of_kind = counts.iter().filter(|count| count.kind == alert.kind);
    Ok(of_kind.map(|count| count.count).sum::<u64>() >= enough)
}

fn summary(dates: &[Date], counts: &[AlertCount]) -> AlertSummary {
    let (mut by_kind, mut by_severity) = (BTreeMap::new(), BTreeMap::new());
    for count in counts {
        *by_kind.entry(count.kind).or_default() += count.count;
        *by_severity.entry(count.kind.severity()).or_default() += count.count;
    }
    let on = |date: &Date| counts.iter().filter(|count| count.date == *date).map(|count| count.count).sum();
    AlertSummary {
        by_kind,
        by_severity,
        by_day: dates.iter().map(|date| (*date, on(date))).collect(),
        total: counts.iter().map(|count| count.count).sum(),
    }
}
