//! Keeping what is searched like the database.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    event::DomainEvent,
    ids::{CatalogueServiceId, CategoryId, UserId},
    ports::{Clock, StorageError, Transactor, TransactorExt},
    zone::Zone,
};
use instainstru_search::{
    answer::SearchEngine,
    index::{DEFAULT_DAYS, InstructorRow},
    vocabulary::{InvalidVocabulary, Sources},
};
use jiff::{ToSpan, civil::Date};

use super::{cursor::Cursor, live::LiveSearch, rows, words::Words};

/// Days an engine should be made for: those shown, and yesterday for the zones west of New York.
const DAYS: u16 = DEFAULT_DAYS + 1;
/// People who are read at once.
const BATCH: usize = 500;
/// Above this many instructors the whole is not read again only to compare.
const COMPARED_UP_TO: usize = 5_000;

/// Keeps words, places and people of the search like the database.
pub struct Indexer {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    live: Arc<LiveSearch>,
    /// What is no matter of the database: correct English, and what phrases mean.
    language: Sources,
    cursor: Option<Cursor>,
    /// The words in use.
    words: Option<Words>,
    /// The words are to be read again.
    words_stale: bool,
    /// Whose rows are not like the database yet.
    stale: BTreeSet<UserId>,
    /// Services whose instructors have rows that are not like the database yet.
    stale_services: BTreeSet<CatalogueServiceId>,
    /// Categories likewise.
    stale_categories: BTreeSet<CategoryId>,
    /// Everybody is to be read again.
    all_stale: bool,
    freshness: Freshness,
}

/// When the index was last known to be like the database. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Freshness(Arc<Mutex<Option<Instant>>>);

impl Freshness {
    /// Time since then; `None` before the first time.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).map(|at| at.elapsed())
    }

    fn renew(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

/// Why the search could not be made like the database.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Storage failed.
    #[error("the database cannot be read")]
    Storage(#[from] StorageError),
    /// The words make no vocabulary.
    #[error("the words of the search make no vocabulary")]
    Words(#[from] InvalidVocabulary),
}

impl Indexer {
    /// An indexer of what is kept in `tx`; nothing is read yet, so nothing is found.
    ///
    /// # Errors
    /// [`InvalidVocabulary`] when what comes with the program cannot be read, which would be a mistake in it.
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Result<Self, InvalidVocabulary> {
        Ok(Self {
            live: Arc::new(LiveSearch::empty(Self::first_day(&*clock), DAYS)),
            language: Sources::language()?,
            tx,
            clock,
            cursor: None,
            words: None,
            words_stale: true,
            stale: BTreeSet::new(),
            stale_services: BTreeSet::new(),
            stale_categories: BTreeSet::new(),
            all_stale: true,
            freshness: Freshness::default(),
        })
    }

    /// What is kept like the database.
    #[must_use]
    pub const fn live(&self) -> &Arc<LiveSearch> {
        &self.live
    }

    /// First day the index should have now: yesterday in New York, which is still today in every zone west of it.
    #[must_use]
    fn first_day(clock: &dyn Clock) -> Date {
        Zone::new_york().date_at(clock.now()).saturating_sub(1.day())
    }

    /// Makes the search like the database: reads what changed since the last time, or everything when the day has changed.
    ///
    /// # Errors
    /// [`IndexError`]; what could not be done is done the next time.
    pub fn update(&mut self) -> Result<(), IndexError> {
        self.follow()?;
        let first_day = Self::first_day(&*self.clock);
        self.update_words(first_day)?;
        self.update_people(first_day)?;
        self.freshness.renew();
        Ok(())
    }

    /// Tells, also while the indexer is at work elsewhere, when it was last done.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        self.freshness.clone()
    }

    /// Compares the index with the database and mends it when they differ; returns whether they did. Large marketplaces and
    /// moments at which something changes are passed over. Words are read again in any case.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn compare(&mut self) -> Result<bool, IndexError> {
        self.words_stale = true;
        self.update()?;
        let snapshot = self.live.snapshot();
        if snapshot.len() > COMPARED_UP_TO {
            return Ok(false);
        }
        let first_day = snapshot.first_day();
        let rows = self.read_all(first_day)?;
        self.follow()?;
        if self.something_is_stale() {
            return Ok(false);
        }
        let now = self.live.now();
        let index = now.engine.index();
        if index.checksum_of(rows.iter().cloned()) == index.checksum() {
            return Ok(false);
        }
        tracing::warn!("the search index differed from the database; building it anew");
        index.rebuild(first_day, rows);
        Ok(true)
    }

    fn something_is_stale(&self) -> bool {
        self.words_stale
            || self.all_stale
            || !self.stale.is_empty()
            || !self.stale_services.is_empty()
            || !self.stale_categories.is_empty()
    }

    /// Swaps the words in use for those of the database. Searches go on with the former ones meanwhile.
    fn update_words(&mut self, first_day: Date) -> Result<(), IndexError> {
        if !self.words_stale {
            return Ok(());
        }
        let words = self.tx.reading(Words::read)?;
        if self.words.as_ref() == Some(&words) {
            self.find_stale_services(&words);
            self.words_stale = false;
            return Ok(());
        }
        let now = self.live.now();
        if self.words.as_ref().is_some_and(|before| before.mean_the_same(&words)) {
            self.live.replace(now.engine.clone(), words.listings());
        } else {
            let vocabulary = now.engine.vocabulary().renewed(words.sources(&self.language))?;
            match now.engine.with_vocabulary(vocabulary) {
                Ok(engine) => self.live.replace(engine, words.listings()),
                Err(vocabulary) => {
                    // Where somebody teaches is written in numbers of places, so everybody is read again.
                    let engine = SearchEngine::new(*vocabulary, first_day, DAYS);
                    engine.rebuild(first_day, self.read_all(first_day)?);
                    self.live.replace(engine, words.listings());
                    self.everybody_was_read();
                }
            }
            tracing::info!("words of the search renewed");
        }
        self.find_stale_services(&words);
        self.words = Some(words);
        self.words_stale = false;
        Ok(())
    }

    /// Services of stale categories are stale, be they in them now or before.
    fn find_stale_services(&mut self, words: &Words) {
        for category in std::mem::take(&mut self.stale_categories) {
            let before = self.words.iter().flat_map(|before| before.services_of(category));
            self.stale_services.extend(before.chain(words.services_of(category)));
        }
    }

    fn everybody_was_read(&mut self) {
        self.all_stale = false;
        self.stale.clear();
        self.stale_services.clear();
        let snapshot = self.live.snapshot();
        tracing::info!(instructors = snapshot.len(), first_day = %snapshot.first_day(), "search index built");
    }

    fn update_people(&mut self, first_day: Date) -> Result<(), StorageError> {
        let now = self.live.now();
        let index = now.engine.index();
        if self.all_stale || index.snapshot().first_day() != first_day {
            let rows = self.read_all(first_day)?;
            index.rebuild(first_day, rows);
            self.everybody_was_read();
            return Ok(());
        }
        if !self.stale_services.is_empty() {
            let services: Vec<CatalogueServiceId> = self.stale_services.iter().copied().collect();
            self.stale.extend(self.tx.reading(|uow| uow.search_source().instructors_offering(&services))?);
            self.stale_services.clear();
        }
        if !self.stale.is_empty() {
            let ids: Vec<UserId> = self.stale.iter().copied().collect();
            let rows = self.read(&ids, first_day)?;
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

    /// Notes what the outbox says has changed. The place in the outbox is taken before anything is read for the first time, so
    /// that nothing falls between the two.
    fn follow(&mut self) -> Result<(), StorageError> {
        let now = Instant::now();
        let Some(cursor) = &mut self.cursor else {
            self.cursor = Some(self.tx.reading(|uow| Cursor::at_end(uow.outbox(), now))?);
            return Ok(());
        };
        let (next, seen) = self.tx.reading(|uow| {
            let mut next = cursor.clone();
            let seen = next.next(uow.outbox(), now)?;
            Ok::<_, StorageError>((next, seen))
        })?;
        *cursor = next;
        for error in seen.unreadable {
            // The comparison with the database mends what this may have been about.
            tracing::error!(%error, "passing over what is kept in the outbox");
        }
        for event in seen.events {
            match concerns(&event) {
                Concerned::Nobody => {}
                Concerned::One(person) => {
                    self.stale.insert(person);
                }
                Concerned::Two(instructor, student) => self.stale.extend([instructor, student]),
                Concerned::Service(service) => {
                    self.words_stale = true;
                    self.stale_services.insert(service);
                }
                Concerned::Category(category) => {
                    self.words_stale = true;
                    self.stale_categories.insert(category);
                }
                Concerned::Words => self.words_stale = true,
            }
        }
        Ok(())
    }

    fn read_all(&self, first_day: Date) -> Result<Vec<InstructorRow>, StorageError> {
        let ids = self.tx.reading(|uow| uow.search_source().instructor_ids())?;
        self.read(&ids, first_day)
    }

    fn read(&self, ids: &[UserId], first_day: Date) -> Result<Vec<InstructorRow>, StorageError> {
        let dates = DateRange::of_days(first_day, DAYS);
        let mut all = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            all.extend(self.tx.reading(|uow| rows::read(uow, batch, dates))?);
        }
        Ok(all)
    }
}

/// What an event concerns.
#[derive(Debug, PartialEq, Eq)]
enum Concerned {
    Nobody,
    One(UserId),
    /// A student may teach as well: then they cannot be booked while they learn.
    Two(UserId, UserId),
    /// A service of the catalogue, and everybody who offers it.
    Service(CatalogueServiceId),
    /// A category of the catalogue, and everybody who offers something of it.
    Category(CategoryId),
    /// Only what words and places mean.
    Words,
}

const fn concerns(event: &DomainEvent) -> Concerned {
    match *event {
        // Whoever becomes an instructor by it causes a second event that says so.
        DomainEvent::UserRegistered { .. }
        | DomainEvent::PasswordResetRequested { .. }
        | DomainEvent::PasswordChanged { .. }
        | DomainEvent::ReminderDue { .. }
        | DomainEvent::AlertRaised { .. }
        // The index holds neither demand nor ranks: answers read them from the database.
        | DomainEvent::CatalogueRanked { .. } => Concerned::Nobody,
        DomainEvent::BookingConfirmed { instructor, student, .. }
        | DomainEvent::BookingRescheduled { instructor, student, .. }
        | DomainEvent::BookingCancelled { instructor, student, .. }
        | DomainEvent::BookingCompleted { instructor, student, .. }
        | DomainEvent::BookingMissed { instructor, student, .. } => Concerned::Two(instructor, student),
        DomainEvent::AvailabilityChanged { instructor, .. }
        | DomainEvent::InstructorChanged { instructor } => Concerned::One(instructor),
        DomainEvent::CatalogueChanged { service } => Concerned::Service(service),
        DomainEvent::CategoryChanged { category } => Concerned::Category(category),
        DomainEvent::VocabularyChanged => Concerned::Words,
    }
}
