//! Reminding people over any storage.

use std::sync::Arc;

use instainstru_core::zone::UtcRange;
use instainstru_domain::{
    audit::{AuditAction, NewAuditEntry},
    booking::Booking,
    event::DomainEvent,
    ids::{BookingId, UserId},
    ports::{Clock, StorageError, Transactor, TransactorExt},
    reminder::ReminderLead,
};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{ReminderRules, ReminderUseCases};
use crate::audit;

/// Lessons of one transaction.
const PAGE: u32 = 200;
/// Within this time every lesson of tomorrow begins, wherever it takes place and however clocks change.
const UNTIL_TOMORROW_ENDS: SignedDuration = SignedDuration::from_hours(50);
/// Starts are in whole minutes; the end of a range is not part of it.
const A_MOMENT: SignedDuration = SignedDuration::from_micros(1);

/// Reminding people over any storage.
pub struct ReminderService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    rules: ReminderRules,
}

/// The lessons that one pass looks at, and which of them are meant.
struct Pass<'a> {
    lead: ReminderLead,
    starts: UtcRange,
    is_meant: &'a dyn Fn(&Booking) -> bool,
    now: Timestamp,
}

impl ReminderService {
    /// Reminding of the lessons kept in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>, rules: ReminderRules) -> Self {
        Self { tx, clock, rules }
    }

    /// Reminds of what is due. Each lead has the lessons that the next shorter one does not have yet.
    fn remind_due(&self, now: Timestamp) -> Result<u64, StorageError> {
        let mut shorter = SignedDuration::ZERO;
        let mut total = 0;
        for lead in self.rules.leads() {
            let starts = starts_between(now, shorter, lead.duration() + A_MOMENT)?;
            total += self.remind(&Pass {
                lead: *lead,
                starts,
                is_meant: &|lesson| lead.is_due(lesson, now),
                now,
            })?;
            shorter = lead.duration() + A_MOMENT;
        }
        Ok(total)
    }

    /// Marks lessons and pushes their events, a page at a time.
    fn remind(&self, pass: &Pass<'_>) -> Result<u64, StorageError> {
        let mut total = 0;
        let mut after = None;
        loop {
            let (reminded, last) = self.remind_page(pass, after)?;
            total += reminded;
            if last.is_none() {
                return Ok(total);
            }
            after = last;
        }
    }

    /// How many lessons were reminded of, and the last one that was looked at unless there are no more.
    fn remind_page(
        &self,
        pass: &Pass<'_>,
        after: Option<(Timestamp, BookingId)>,
    ) -> Result<(u64, Option<(Timestamp, BookingId)>), StorageError> {
        self.tx.transaction(|uow| {
            let found = uow.reminders().unreminded(pass.lead, pass.starts, after, PAGE)?;
            let last = found.last().map(|lesson| (lesson.time.instants.start(), lesson.id));
            let is_full = found.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            let meant: Vec<Booking> = found.into_iter().filter(|lesson| (pass.is_meant)(lesson)).collect();
            let marked = uow.reminders().mark(pass.lead, &meant, pass.now)?;
            let hours_before = pass.lead.hours();
            let events: Vec<DomainEvent> = marked
                .into_iter()
                .map(|booking| DomainEvent::ReminderDue { booking, hours_before })
                .collect();
            uow.outbox().push_all(&events, pass.now)?;
            let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
            Ok((count, last.filter(|_last| is_full)))
        })
    }
}

impl ReminderUseCases for ReminderService {
    fn send_due(&self) -> Result<u64, StorageError> {
        let total = self.remind_due(self.clock.now())?;
        if total > 0 {
            tracing::info!(lessons = total, "reminders are due");
        }
        Ok(total)
    }

    fn send_for_tomorrow(&self, actor: Option<UserId>) -> Result<u64, StorageError> {
        let now = self.clock.now();
        let mut entry = NewAuditEntry::new(AuditAction::JobRun, now).saying("job", "reminders of tomorrow");
        entry.actor = actor;
        self.tx.transaction(|uow| audit::record(uow, entry.clone()))?;
        let mut total = self.remind_due(now)?;
        if let Some(longest) = self.rules.leads().last() {
            let is_tomorrow = |lesson: &Booking| {
                let today = lesson.time.zone.date_at(now);
                lesson.time.date == today.saturating_add(1.day())
            };
            total += self.remind(&Pass {
                lead: *longest,
                starts: starts_between(now, SignedDuration::ZERO, UNTIL_TOMORROW_ENDS)?,
                is_meant: &is_tomorrow,
                now,
            })?;
        }
        tracing::info!(lessons = total, "reminders were asked for");
        Ok(total)
    }
}

/// The starts that come between these times from now, the first included.
fn starts_between(
    now: Timestamp,
    from: SignedDuration,
    until: SignedDuration,
) -> Result<UtcRange, StorageError> {
    let instant = |time| now.saturating_add(time).unwrap_or(Timestamp::MAX);
    UtcRange::new(instant(from), instant(until)).map_err(|error| StorageError::Unexpected(Box::new(error)))
}
