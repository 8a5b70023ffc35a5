//! Telling somebody what was committed, at once and in this process.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use instainstru_domain::{
    event::{DomainEvent, RecordedEvent, UnreadableEvent},
    ports::{
        AlertRepository, AnalyticsRepository, AnswerRepository, AuditLog, AvailabilityRepository,
        BookingRepository, CatalogueEditor, CatalogueRepository, CommitListener, DeliveryRepository,
        InstructorRepository, JobRepository, LeaseRepository, Outbox, Outcome, PasswordResetRepository,
        PersonalData, ReminderRepository, RetentionRepository, SearchHistoryRepository, SearchSource,
        SentMailRepository, StatisticsRepository, StorageError, Transactor, UnitOfWork, UserRepository,
        VocabularyRepository,
    },
};
use jiff::Timestamp;

/// A transactor that tells a listener which events were committed, before the author of the change learns that it worked.
///
/// That is how the next request of the author finds nothing old: the outbox tells everybody else, a moment later.
pub struct WatchedTransactor {
    inner: Arc<dyn Transactor>,
    listener: Arc<dyn CommitListener>,
    id: u64,
}

impl WatchedTransactor {
    /// Tells `listener` what `inner` commits.
    #[must_use]
    pub fn new(inner: Arc<dyn Transactor>, listener: Arc<dyn CommitListener>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { inner, listener, id: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// Passes on what a transaction pushed; within an enclosing one it waits for the end of that.
    ///
    /// A transaction whose end is not known, because the connection broke while it committed, may have committed.
    fn settle(&self, events: Vec<DomainEvent>, outcome: Option<Outcome>) {
        if events.is_empty() || outcome != Some(Outcome::Commit) {
            return;
        }
        if let Some(events) = enclosure::add(self.id, events) {
            self.listener.committed(&events);
        }
    }
}

impl Transactor for WatchedTransactor {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        let (mut events, mut outcome) = (Vec::new(), None);
        let ran = self.inner.run(&mut |uow| {
            // Work that is done again was undone before.
            events.clear();
            let ended = work(&mut WatchedUnit { inner: uow, events: &mut events });
            outcome = Some(ended);
            ended
        });
        self.settle(events, outcome);
        ran
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.inner.read(work)
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        let mut events = Vec::new();
        let mut outcome = None;
        let enclosed = self.inner.enclose(&mut || {
            let open = enclosure::Open::begin(self.id);
            let ended = work();
            events = open.end();
            outcome = Some(ended);
            ended
        });
        self.settle(events, outcome);
        enclosed
    }
}

/// Events of transactions within an enclosing one, by thread, because an enclosing transaction belongs to its thread.
mod enclosure {
    use super::{DomainEvent, RefCell};

    thread_local! {
        static OPEN: RefCell<Vec<(u64, Vec<DomainEvent>)>> = const { RefCell::new(Vec::new()) };
    }

    /// Adds to the enclosure of this thread and transactor; gives the events back when there is none.
    pub(super) fn add(id: u64, events: Vec<DomainEvent>) -> Option<Vec<DomainEvent>> {
        OPEN.with_borrow_mut(|open| match open.iter_mut().find(|(other, _)| *other == id) {
            Some((_, enclosed)) => {
                enclosed.extend(events);
                None
            }
            None => Some(events),
        })
    }

    /// An enclosure that is open until this is dropped, however that comes.
    pub(super) struct Open(u64);

    impl Open {
        pub(super) fn begin(id: u64) -> Self {
            OPEN.with_borrow_mut(|open| open.push((id, Vec::new())));
            Self(id)
        }

        /// The events of the enclosure.
        pub(super) fn end(self) -> Vec<DomainEvent> {
            OPEN.with_borrow_mut(|open| {
                let own = open.iter_mut().find(|(other, _)| *other == self.0);
                own.map(|(_, events)| std::mem::take(events)).unwrap_or_default()
            })
        }
    }

    impl Drop for Open {
        fn drop(&mut self) {
            OPEN.with_borrow_mut(|open| open.retain(|(other, _)| *other != self.0));
        }
    }
}

/// A unit of work whose events are noted.
struct WatchedUnit<'u> {
    inner: &'u mut dyn UnitOfWork,
    events: &'u mut Vec<DomainEvent>,
}

impl UnitOfWork for WatchedUnit<'_> {
    fn users(&mut self) -> &mut dyn UserRepository {
        self.inner.users()
    }

    fn instructors(&mut self) -> &mut dyn InstructorRepository {
        self.inner.instructors()
    }

    fn catalogue(&mut self) -> &mut dyn CatalogueRepository {
        self.inner.catalogue()
    }

    fn catalogue_editor(&mut self) -> &mut dyn CatalogueEditor {
        self.inner.catalogue_editor()
    }

    fn vocabulary(&mut self) -> &mut dyn VocabularyRepository {
        self.inner.vocabulary()
    }

    fn search_history(&mut self) -> &mut dyn SearchHistoryRepository {
        self.inner.search_history()
    }

    fn availability(&mut self) -> &mut dyn AvailabilityRepository {
        self.inner.availability()
    }

    fn bookings(&mut self) -> &mut dyn BookingRepository {
        self.inner.bookings()
    }

    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }

    fn deliveries(&mut self) -> &mut dyn DeliveryRepository {
        self.inner.deliveries()
    }

    fn leases(&mut self) -> &mut dyn LeaseRepository {
        self.inner.leases()
    }

    fn jobs(&mut self) -> &mut dyn JobRepository {
        self.inner.jobs()
    }

    fn reminders(&mut self) -> &mut dyn ReminderRepository {
        self.inner.reminders()
    }

    fn retention(&mut self) -> &mut dyn RetentionRepository {
        self.inner.retention()
    }

    fn search_source(&mut self) -> &mut dyn SearchSource {
        self.inner.search_source()
    }

    fn answers(&mut self) -> &mut dyn AnswerRepository {
        self.inner.answers()
    }

    fn personal_data(&mut self) -> &mut dyn PersonalData {
        self.inner.personal_data()
    }

    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository {
        self.inner.password_resets()
    }

    fn audit(&mut self) -> &mut dyn AuditLog {
        self.inner.audit()
    }

    fn analytics(&mut self) -> &mut dyn AnalyticsRepository {
        self.inner.analytics()
    }

    fn statistics(&mut self) -> &mut dyn StatisticsRepository {
        self.inner.statistics()
    }
    fn alerts(&mut self) -> &mut dyn AlertRepository {
        self.inner.alerts()
    }

    fn sent_mails(&mut self) -> &mut dyn SentMailRepository {
        self.inner.sent_mails()
    }
}

impl Outbox for WatchedUnit<'_> {
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError> {
        self.inner.outbox().push(event, at)?;
        self.events.push(*event);
        Ok(())
    }

    fn push_all(&mut self, events: &[DomainEvent], at: Timestamp) -> Result<(), StorageError> {
        self.inner.outbox().push_all(events, at)?;
        self.events.extend_from_slice(events);
        Ok(())
    }

    fn events(
        &mut self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Result<RecordedEvent, UnreadableEvent>>, StorageError> {
        self.inner.outbox().events(after, limit)
    }

    fn last_number(&mut self) -> Result<i64, StorageError> {
        self.inner.outbox().last_number()
    }
}
