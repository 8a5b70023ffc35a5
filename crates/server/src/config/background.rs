//! What the server does besides answering.

use std::num::NonZeroUsize;

use instainstru_domain::reminder::ReminderLead;
use instainstru_service::{reminders::ReminderRules, retention::RetentionRules};

use super::reader::{Reader, quoted};

/// What the server does besides answering: delivering events and running jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackgroundConfig {
    /// Whether `serve` does so; otherwise `worker` processes do.
    pub in_server: bool,
    /// Threads that deliver events.
    pub couriers: NonZeroUsize,
    /// Attempts after which an event is given up.
    pub most_attempts: u32,
    /// When people are reminded of lessons.
    pub reminders: ReminderRules,
    /// How long things are kept.
    pub retention: RetentionRules,
}

/// Connections of the thread that runs the jobs, and of a job.
const CONNECTIONS_OF_JOBS: u32 = 2;

impl BackgroundConfig {
    /// Reads the part about what happens in the background.
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        const TWO: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);
        const MOST: NonZeroUsize = NonZeroUsize::MIN.saturating_add(31);
        let usual = RetentionRules::default();
        Self {
            in_server: reader.flag("JOBS_ENABLED", true),
            couriers: reader.number("DELIVERY_WORKERS", NonZeroUsize::MIN..=MOST, TWO),
            most_attempts: reader.number("DELIVERY_MAX_ATTEMPTS", 1..=1_000, 24),
            reminders: reader.parsed("REMINDER_HOURS", ReminderRules::default(), reminders),
            retention: RetentionRules {
                event_days: reader.number("OUTBOX_KEEP_DAYS", 1..=3_650, usual.event_days),
                run_days: reader.number("JOB_RUNS_KEEP_DAYS", 1..=3_650, usual.run_days),
                address_days: reader.number("AUDIT_ADDRESS_KEEP_DAYS", 1..=3_650, usual.address_days),
            },
        }
    }

    /// Connections to the database that this needs besides those of requests.
    #[must_use]
    pub fn connections(&self) -> u32 {
        u32::try_from(self.couriers.get()).unwrap_or(u32::MAX).saturating_add(CONNECTIONS_OF_JOBS)
    }
}

/// Hours separated by commas, or `none`.
fn reminders(text: &str) -> Result<ReminderRules, String> {
    if text.eq_ignore_ascii_case("none") {
        return Ok(ReminderRules::new([]));
    }
    let lead = |hours: &str| ReminderLead::from_hours(hours.trim().parse().ok()?).ok();
    let leads: Option<Vec<ReminderLead>> = text.split(',').map(lead).collect();
    leads.map(ReminderRules::new).ok_or_else(|| {
        format!(
            "must be whole hours from 1 to {}, separated by commas, or none, not {}",
            ReminderLead::MOST_HOURS,
            quoted(text)
        )
    })
}
