//! Forgetting what has served its purpose.
//!
//! To have something else forgotten, add a line to [`sweeps`].

mod service;

use instainstru_domain::ports::{StorageError, UnitOfWork};
use jiff::{SignedDuration, Timestamp};

pub use self::service::RetentionService;
use crate::{alerts, idempotency::REPLAY_HOURS};

/// How long things are kept that installations may differ about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionRules {
    /// Events that have arrived, in days.
    pub event_days: u16,
    /// Runs of jobs, in days.
    pub run_days: u16,
    /// Network addresses in the audit log, in days; the entries stay.
    pub address_days: u16,
}

impl Default for RetentionRules {
    /// A week of events, a month of runs, three months of addresses.
    fn default() -> Self {
        Self { event_days: 7, run_days: 30, address_days: 90 }
    }
}

/// Forgets at most so many things that ended before an instant, and returns how many it forgot.
pub type Forget = fn(&mut dyn UnitOfWork, Timestamp, u32) -> Result<u64, StorageError>;

/// One kind of thing that is forgotten some time after it ended.
#[derive(Debug, Clone, Copy)]
pub struct Sweep {
    /// What it is, in the plural.
    pub what: &'static str,
    /// How long it is kept after it ended.
    pub keep: SignedDuration,
    /// Forgets some.
    pub forget: Forget,
}

/// Everything that is forgotten.
#[must_use]
pub fn sweeps(rules: RetentionRules) -> Vec<Sweep> {
    let days = |days: u16| SignedDuration::from_hours(i64::from(days) * 24);
    let sweep = |what, keep, forget| Sweep { what, keep, forget };
    vec![
        sweep("revoked tokens", days(0), |uow, before, limit| {
            uow.retention().forget_revoked_tokens(before, limit)
        }),
        sweep("stored answers", SignedDuration::from_hours(REPLAY_HOURS), |uow, before, limit| {
            uow.retention().forget_answers(before, limit)
        }),
        sweep("events", days(rules.event_days), |uow, before, limit| {
            uow.retention().forget_events(before, limit)
        }),
        sweep("runs of jobs", days(rules.run_days), |uow, before, limit| {
            uow.retention().forget_runs(before, limit)
        }),
        sweep("marks of reminders", days(rules.event_days), |uow, before, limit| {
            uow.retention().forget_reminders(before, limit)
        }),
        // A day longer than they count, so that whoever comes late is told that the link is too old.
        sweep("requests for new passwords", days(1), |uow, before, limit| {
            uow.password_resets().delete_expired(before, limit)
        }),
        sweep("network addresses", days(rules.address_days), |uow, before, limit| {
            uow.audit().forget_addresses(before, limit)
        }),
        sweep("alerts", days(alerts::KEEP_DAYS), |uow, before, limit| uow.alerts().forget(before, limit)),
    ]
}

/// How much of a kind was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// What, in the plural.
    pub what: &'static str,
    /// How many.
    pub count: u64,
}
