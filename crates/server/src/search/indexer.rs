//! Keeping the index like the database.

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    event::DomainEvent,
    ids::UserId,
    ports::{Clock, StorageError, Transactor, TransactorExt},
    zone::Zone,
};
use instainstru_search::{
    answer::SearchEngine,
    index::{DEFAULT_DAYS, InstructorRow},
    vocabulary::{InvalidVocabulary, Vocabulary},
};
use jiff::{ToSpan, civil::Date};

use super::{cursor::Cursor, rows};

/// Days an engine should be made for: those shown, and yesterday for the zones west of New York.
const DAYS: u16 = DEFAULT_DAYS + 1;
/// People who are read at once.
const BATCH: usize = 500;
/// Above this many instructors the whole is not read again only to compare.
const COMPARED_UP_TO: usize = 5_000;

/// Keeps the index of an engine like the database.
pub struct Indexer {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    engine: Arc<SearchEngine>,
    cursor: Option<Cursor>,
    /// Whose rows are not like the database yet.
    stale: BTreeSet<UserId>,
    /// Everything is to be read again.
    all_stale: bool,
}

impl Indexer {
    /// An indexer of what is kept in `tx`; nothing is read yet.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>, engine: Arc<SearchEngine>) -> Self {
        Self { tx, clock, engine, cursor: None, stale: BTreeSet::new(), all_stale: true }
    }

    /// An engine with the words that come with the program, for the days to be indexed now, without people.
    ///
    /// # Errors
    /// When the words cannot be read, which would be a mistake in them.
    pub fn engine(clock: &dyn Clock) -> Result<Arc<SearchEngine>, InvalidVocabulary> {
        Ok(Arc::new(SearchEngine::new(Vocabulary::embedded()?, Self::first_day(clock), DAYS)))
    }

    /// First day the index should have now: yesterday in New York, which is still today in every zone west of it.
    #[must_use]
    fn first_day(clock: &dyn Clock) -> Date {
        Zone::new_york().date_at(clock.now()).saturating_sub(1.day())
    }

    /// Makes the index like the database: reads what changed since the last time, or everything when the day has changed.
    ///
    /// # Errors
    /// Only storage failures; what could not be read is read the next time.
    pub fn update(&mut self) -> Result<(), StorageError> {
        self.follow()?;
        let first_day = Self::first_day(&*self.clock);
        if self.all_stale || self.engine.index().snapshot().first_day() != first_day {
            let rows = self.read_all(first_day)?;
            self.engine.rebuild(first_day, rows);
            self.all_stale = false;
            self.stale.clear();
            tracing::info!(instructors = self.engine.index().snapshot().len(), %first_day, "search index built");
        } else if !self.stale.is_empty() {
            let ids: Vec<UserId> = self.stale.iter().copied().collect();
            let rows = self.read(&ids, first_day)?;
            let index = self.engine.index();
            index.replace_instructors(&rows);
            for row in &rows {
                self.stale.remove(&row.id);
            }
            // Whoever has no profile any more has no row.
            std::mem::take(&mut self.stale).into_iter().for_each(|id| index.remove_instructor(id));
            tracing::debug!(instructors = ids.len(), "search index updated");
        }
        Ok(())
    }

    /// Compares the index with the database and mends it when they differ; returns whether they did. Large marketplaces and
    /// moments at which something changes are passed over.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn compare(&mut self) -> Result<bool, StorageError> {
        self.update()?;
        let snapshot = self.engine.index().snapshot();
        if snapshot.len() > COMPARED_UP_TO {
            return Ok(false);
        }
        let first_day = snapshot.first_day();
        let rows = self.read_all(first_day)?;
        self.follow()?;
        if self.all_stale || !self.stale.is_empty() {
            return Ok(false);
        }
        let index = self.engine.index();
        if index.checksum_of(rows.iter().cloned()) == index.checksum() {
            return Ok(false);
        }
        tracing::warn!("the search index differed from the database; building it anew");
        self.engine.rebuild(first_day, rows);
        Ok(true)
    }

    /// Notes what the outbox says has changed. The place in the outbox is taken before anything is read for the first time, so
    /// that nothing falls between the two.
    fn follow(&mut self) -> Result<(), StorageError> {
        let now = Instant::now();
        let Some(cursor) = &mut self.cursor else {
            self.cursor = Some(self.tx.reading(|uow| Cursor::at_end(uow.outbox(), now))?);
            return Ok(());
        };
        let (next, events) = self.tx.reading(|uow| {
            let mut next = cursor.clone();
            let events = next.next(uow.outbox(), now)?;
            Ok::<_, StorageError>((next, events))
        })?;
        *cursor = next;
        for event in events {
            match concerns(&event) {
                Concerned::Nobody => {}
                Concerned::One(instructor) => {
                    self.stale.insert(instructor);
                }
                Concerned::Everybody => self.all_stale = true,
            }
        }
        Ok(())
    }

    fn read_all(&self, first_day: Date) -> Result<Vec<InstructorRow>, StorageError> {
        let ids = self.tx.reading(|uow| uow.search_source().instructor_ids())?;
        self.read(&ids, first_day)
    }

    fn read(&self, ids: &[UserId], first_day: Date) -> Result<Vec<InstructorRow>, StorageError> {
        let dates = DateRange::of_days(first_day, self.engine.index().snapshot().days());
        let mut all = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            all.extend(self.tx.reading(|uow| rows::read(uow, batch, dates))?);
        }
        Ok(all)
    }
}

/// Whose rows an event concerns.
#[derive(Debug, PartialEq, Eq)]
enum Concerned {
    Nobody,
    One(UserId),
    Everybody,
}

const fn concerns(event: &DomainEvent) -> Concerned {
    match *event {
        // Whoever becomes an instructor by it causes a second event that says so.
        DomainEvent::UserRegistered { .. }
        | DomainEvent::PasswordResetRequested { .. }
        | DomainEvent::PasswordChanged { .. }
        | DomainEvent::ReminderDue { .. }
        // The index holds neither demand nor ranks: answers read them from the database.
        | DomainEvent::CatalogueRanked { .. } => Concerned::Nobody,
        DomainEvent::BookingConfirmed { instructor, .. }
        | DomainEvent::BookingRescheduled { instructor, .. }
        | DomainEvent::BookingCancelled { instructor, .. }
        | DomainEvent::BookingCompleted { instructor, .. }
        | DomainEvent::BookingMissed { instructor, .. }
        | DomainEvent::AvailabilityChanged { instructor, .. }
        | DomainEvent::InstructorChanged { instructor } => Concerned::One(instructor),
        DomainEvent::CatalogueChanged { .. } => Concerned::Everybody,
    }
}
