//! Alerts: what was noticed to be wrong with the marketplace itself, who is told, and what became of it.

mod service;

use std::collections::BTreeMap;

use instainstru_domain::{
    alert::{Alert, AlertKind, AlertSeverity, NewAlert},
    ids::UserId,
    ports::StorageError,
};
use jiff::civil::Date;

pub use self::service::AlertService;

/// Days for which alerts are kept.
pub const KEEP_DAYS: u16 = 30;

/// Which alerts to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecentAlerts {
    /// Only those of the last so many minutes.
    pub minutes: u32,
    /// Only those so bad.
    pub severity: Option<AlertSeverity>,
    /// At most so many.
    pub limit: u32,
}

/// How many alerts there were during some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertSummary {
    /// By kind; kinds without alerts are left out.
    pub by_kind: BTreeMap<AlertKind, u64>,
    /// By severity; severities without alerts are left out.
    pub by_severity: BTreeMap<AlertSeverity, u64>,
    /// By day of UTC, today first; days without alerts count none.
    pub by_day: Vec<(Date, u64)>,
    /// All of them.
    pub total: u64,
}

/// Who says that they know of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcknowledgedBy {
    /// An administrator.
    Administrator(UserId),
    /// Whoever may look at monitoring: the key says nothing about who has it.
    MonitoringKey,
}

/// Looking after alerts. Only operators may; whoever calls sees to that.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AlertUseCases: Send + Sync {
    /// Keeps an alert and, when it is critical or there were [enough](AlertSeverity::alerts_worth_an_issue) of its kind during the
    /// last hour, has people told of it. `None`, and nothing happens, when one of its kind was raised less than
    /// [`AlertKind::COOLDOWN`] before and nobody has acknowledged it.
    ///
    /// # Errors
    /// Only storage failures.
    fn raise(&self, alert: &NewAlert) -> Result<Option<Alert>, StorageError>;

    /// Alerts, newest first.
    ///
    /// # Errors
    /// Only storage failures.
    fn recent(&self, query: RecentAlerts) -> Result<Vec<Alert>, StorageError>;

    /// How many alerts there were during the last `days` days of UTC, today included.
    ///
    /// # Errors
    /// Only storage failures.
    fn summary(&self, days: u16) -> Result<AlertSummary, StorageError>;

    /// The newest alert of each kind that is in its cooldown, by kind.
    ///
    /// # Errors
    /// Only storage failures.
    fn active(&self) -> Result<Vec<Alert>, StorageError>;

    /// Notes that somebody knows of the alerts of a kind: the next one is raised at once. Who it was stands in the audit
    /// log.
    ///
    /// # Errors
    /// Only storage failures.
    fn acknowledge(&self, by: AcknowledgedBy, kind: AlertKind) -> Result<(), StorageError>;
}
