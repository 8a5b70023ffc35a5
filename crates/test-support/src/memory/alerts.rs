//! The history of alerts in memory.

use std::collections::BTreeMap;

use instainstru_domain::{
    alert::{Alert, AlertCount, AlertFilter, AlertKind, IssueUrl, NewAlert},
    ids::AlertId,
    ports::{AlertRepository, StorageError},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::unit::MemoryUnitOfWork;

fn day_of(alert: &Alert) -> Date {
    alert.alert.raised_at.to_zoned(TimeZone::UTC).date()
}

/// Oldest first.
fn order(alert: &Alert) -> (Timestamp, AlertId) {
    (alert.alert.raised_at, alert.id)
}

impl AlertRepository for MemoryUnitOfWork<'_> {
    fn insert(&mut self, alert: &NewAlert) -> Result<Alert, StorageError> {
        let state = self.call()?;
        let id = state.next_alert()?;
        let kept =
            Alert { id, alert: alert.clone(), acknowledged_at: None, email_sent: false, issue_url: None };
        state.alerts.insert(id, kept.clone());
        Ok(kept)
    }

    fn find(&mut self, id: AlertId) -> Result<Option<Alert>, StorageError> {
        Ok(self.call()?.alerts.get(&id).cloned())
    }

    fn list(&mut self, filter: &AlertFilter, limit: u32) -> Result<Vec<Alert>, StorageError> {
        let fits = |alert: &&Alert| {
            alert.alert.raised_at >= filter.since
                && filter.severity.is_none_or(|severity| alert.alert.kind.severity() == severity)
        };
        let mut found: Vec<Alert> = self.call()?.alerts.values().filter(fits).cloned().collect();
        found.sort_by_key(|alert| std::cmp::Reverse(order(alert)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    fn open(&mut self, since: Timestamp) -> Result<Vec<Alert>, StorageError> {
        let is_open = |alert: &&Alert| alert.alert.raised_at >= since && alert.acknowledged_at.is_none();
        let mut found: Vec<Alert> = self.call()?.alerts.values().filter(is_open).cloned().collect();
        found.sort_by_key(order);
        let newest: BTreeMap<AlertKind, Alert> =
            found.into_iter().map(|alert| (alert.alert.kind, alert)).collect();
        Ok(newest.into_values().collect())
    }

    fn counts(&mut self, since: Timestamp) -> Result<Vec<AlertCount>, StorageError> {
        let mut counts: BTreeMap<_, AlertCount> = BTreeMap::new();
        for alert in self.call()?.alerts.values().filter(|alert| alert.alert.raised_at >= since) {
            let (date, kind) = (day_of(alert), alert.alert.kind);
            let none = AlertCount { date, kind, count: 0 };
            counts.entry((std::cmp::Reverse(date), kind.as_str())).or_insert(none).count += 1;
        }
        Ok(counts.into_values().collect())
    }

    fn acknowledge(&mut self, kind: AlertKind, at: Timestamp) -> Result<u64, StorageError> {
        let mut count = 0;
        for alert in self.call()?.alerts.values_mut() {
            if alert.alert.kind == kind && alert.acknowledged_at.is_none() {
                alert.acknowledged_at = Some(at);
                count += 1;
            }
        }
        Ok(count)
    }

    fn note_mailed(&mut self, id: AlertId) -> Result<(), StorageError> {
        if let Some(alert) = self.call()?.alerts.get_mut(&id) {
            alert.email_sent = true;
        }
        Ok(())
    }

    fn note_issue(&mut self, id: AlertId, url: &IssueUrl) -> Result<(), StorageError> {
        if let Some(alert) = self.call()?.alerts.get_mut(&id) {
            alert.issue_url = Some(url.clone());
        }
        Ok(())
    }

    fn forget(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let alerts = &mut self.call()?.alerts;
        let mut old: Vec<_> =
            alerts.values().filter(|alert| alert.alert.raised_at < before).map(order).collect();
        old.sort();
        old.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        alerts.retain(|id, _alert| !old.iter().any(|(_at, other)| other == id));
        u64::try_from(old.len()).map_err(|error| StorageError::Unexpected(Box::new(error)))
    }
}
