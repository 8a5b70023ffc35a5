//! The history of alerts.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    alert::{Alert, AlertCount, AlertFilter, AlertKind, IssueUrl, NewAlert},
    ids::AlertId,
};

/// What was wrong with the marketplace itself, and what became of it.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AlertRepository {
    /// Keeps an alert. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn insert(&mut self, alert: &NewAlert) -> Result<Alert, StorageError>;

    /// An alert. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn find(&mut self, id: AlertId) -> Result<Option<Alert>, StorageError>;

    /// Alerts that fit the filter, newest first, at most `limit`. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(&mut self, filter: &AlertFilter, limit: u32) -> Result<Vec<Alert>, StorageError>;

    /// The newest alert of each kind that was raised at `since` or later and that nobody has acknowledged, by kind. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn open(&mut self, since: Timestamp) -> Result<Vec<Alert>, StorageError>;

    /// How many alerts of each kind were raised on each day, beginning with `since`; latest day first, then by name of the kind.
    /// One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn counts(&mut self, since: Timestamp) -> Result<Vec<AlertCount>, StorageError>;

    /// Notes that somebody knows of every alert of a kind that is not acknowledged yet, and returns how many there were. One
    /// statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn acknowledge(&mut self, kind: AlertKind, at: Timestamp) -> Result<u64, StorageError>;

    /// Notes that administrators were told by mail. One statement.
    ///
    /// # Errors
    /// Only storage failures; that the alert is gone meanwhile is no error.
    fn note_mailed(&mut self, id: AlertId) -> Result<(), StorageError>;

    /// Notes where the issue is that was opened for an alert. One statement.
    ///
    /// # Errors
    /// Only storage failures; that the alert is gone meanwhile is no error.
    fn note_issue(&mut self, id: AlertId, url: &IssueUrl) -> Result<(), StorageError>;

    /// Forgets at most `limit` alerts raised before this moment, and returns how many it forgot. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
}
