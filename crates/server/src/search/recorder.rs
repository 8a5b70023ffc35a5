//! Remembering searches outside the requests that asked them.
//!
//! A request puts its search into a queue in memory and is done. A thread empties the queue once a second, adds the searches up
//! and stores them in one transaction. When storing takes too long, the oldest searches are given up: the queue never grows
//! beyond its bounds and no request ever waits.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use instainstru_domain::{
    ports::{SearchLog, StorageError},
    search_history::{AnsweredSearch, NormalQuery},
};
use instainstru_service::search_history::SearchArchive;

/// Most searches that wait to be stored.
const MOST_WAITING: usize = 10_000;
/// Longest time a search waits, as long as the database keeps up.
const FLUSHED_EVERY: Duration = Duration::from_secs(1);
/// So many that wait are stored at once.
const FLUSHED_FROM: usize = 1_000;
/// Time between two looks at what is popular.
const POPULAR_EVERY: Duration = Duration::from_secs(300);
/// Time between two looks for what has been kept long enough, and from the start to the first.
const PURGED_EVERY: Duration = Duration::from_secs(6 * 3600);
const FIRST_PURGED_AFTER: Duration = Duration::from_secs(60);

/// The thread that stores searches. What waits is stored when this is dropped.
#[derive(Debug)]
pub struct SearchRecorder {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Where requests put their searches.
#[derive(Debug, Clone)]
pub struct RecorderLog(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    /// The most frequent first.
    popular: ArcSwap<Vec<NormalQuery>>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<AnsweredSearch>,
    /// Searches that were given up since the last time somebody said so.
    given_up: u64,
    stopping: bool,
}

impl Shared {
    fn new(capacity: usize) -> Self {
        Self { queue: Mutex::default(), wake: Condvar::new(), popular: ArcSwap::default(), capacity }
    }

    /// Held for a moment only. Whoever panicked with it left the queue whole.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is time to store, and takes everything there is. `patiently` means: however much there is.
    fn take(&self, patiently: bool) -> Taken {
        let queue = self.queue();
        let idle = |queue: &mut Queue| !queue.stopping && (patiently || queue.waiting.len() < FLUSHED_FROM);
        let waited = self.wake.wait_timeout_while(queue, FLUSHED_EVERY, idle);
        let (mut queue, _timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        Taken {
            searches: std::mem::take(&mut queue.waiting).into(),
            given_up: std::mem::take(&mut queue.given_up),
            stopping: queue.stopping,
        }
    }

    /// Puts searches back that could not be stored, before those that came meanwhile.
    fn put_back(&self, searches: Vec<AnsweredSearch>) {
        let mut queue = self.queue();
        let room = self.capacity.saturating_sub(queue.waiting.len());
        let too_many = searches.len().saturating_sub(room);
        queue.given_up = queue.given_up.saturating_add(u64::try_from(too_many).unwrap_or(u64::MAX));
        for search in searches.into_iter().skip(too_many).rev() {
            queue.waiting.push_front(search);
        }
    }
}

/// What was taken out of the queue.
struct Taken {
    searches: Vec<AnsweredSearch>,
    given_up: u64,
    stopping: bool,
}

impl SearchLog for RecorderLog {
    fn record(&self, search: AnsweredSearch) {
        let mut queue = self.0.queue();
        if queue.waiting.len() >= self.0.capacity {
            queue.waiting.pop_front();
            queue.given_up = queue.given_up.saturating_add(1);
        }
        queue.waiting.push_back(search);
        if queue.waiting.len() >= FLUSHED_FROM {
            self.0.wake.notify_one();
        }
    }

    fn popular(&self, prefix: &str, limit: usize) -> Vec<NormalQuery> {
        let typed = NormalQuery::new(prefix);
        let begins = |query: &&NormalQuery| {
            typed.as_ref().is_none_or(|typed| query.as_str().starts_with(typed.as_str()))
        };
        self.0.popular.load().iter().filter(begins).take(limit).cloned().collect()
    }
}

impl SearchRecorder {
    /// Starts the thread that stores into `archive`.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(archive: SearchArchive) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::new(MOST_WAITING));
        let worker = Worker { archive, shared: Arc::clone(&shared) };
        let thread = thread::Builder::new().name("search-log".to_owned()).spawn(move || worker.work())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Where requests put their searches.
    #[must_use]
    pub fn log(&self) -> RecorderLog {
        RecorderLog(Arc::clone(&self.shared))
    }
}

impl Drop for SearchRecorder {
    fn drop(&mut self) {
        self.shared.queue().stopping = true;
        self.shared.wake.notify_one();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that remembers searches panicked");
        }
    }
}

/// What the thread works with.
struct Worker {
    archive: SearchArchive,
    shared: Arc<Shared>,
}

/// What became of the searches that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    /// None is left.
    All,
    /// The database is away; they wait on.
    Nothing,
    /// None is left, and none will come.
    ForTheLastTime,
}

impl Worker {
    fn work(self) {
        let (mut popular_at, mut purge_at) = (Instant::now(), Instant::now() + FIRST_PURGED_AFTER);
        let mut last = Stored::All;
        while last != Stored::ForTheLastTime {
            if Instant::now() >= popular_at {
                self.refresh_popular();
                popular_at = Instant::now() + POPULAR_EVERY;
            }
            last = self.store(last == Stored::Nothing);
            if Instant::now() >= purge_at {
                self.purge();
                purge_at = Instant::now() + PURGED_EVERY;
            }
        }
    }

    /// Stores what waits, after a while when the database was away the last time.
    fn store(&self, patiently: bool) -> Stored {
        let Taken { searches, given_up, stopping } = self.shared.take(patiently);
        if given_up > 0 {
            tracing::warn!(given_up, "more searches came than could be stored; the oldest were given up");
        }
        match self.archive.store(&searches) {
            Ok(()) => {}
            // They wait for the database to come back, unless there is no more time for that.
            Err(StorageError::Unavailable(error)) if !stopping => {
                let cause: &dyn std::error::Error = &*error;
                tracing::warn!(error = cause, searches = searches.len(), "searches cannot be stored now");
                self.shared.put_back(searches);
                return Stored::Nothing;
            }
            Err(error) => {
                let cause: &dyn std::error::Error = &error;
                tracing::error!(error = cause, searches = searches.len(), "searches are lost");
            }
        }
        if stopping { Stored::ForTheLastTime } else { Stored::All }
    }

    fn refresh_popular(&self) {
        match self.archive.popular() {
            Ok(queries) => self.shared.popular.store(Arc::new(queries)),
            Err(error) => {
                let cause: &dyn std::error::Error = &error;
                tracing::warn!(error = cause, "popular searches cannot be read; the former ones stay");
            }
        }
    }

    fn purge(&self) {
        match self.archive.purge() {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "deleted searches that were kept long enough"),
            Err(error) => {
                let cause: &dyn std::error::Error = &error;
                tracing::error!(error = cause, "old searches cannot be deleted; trying again later");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use instainstru_domain::{
        ports::{Clock as _, TransactorExt as _},
        search_history::SearchVia,
    };
    use instainstru_test_support::{
        builders::a_user,
        clock::FixedClock,
        memory::{Fault, MemoryStore, unavailable, unexpected},
    };

    use super::*;

    struct World {
        store: MemoryStore,
        clock: FixedClock,
    }

    impl World {
        fn new() -> Self {
            Self { store: MemoryStore::new(), clock: FixedClock::at("2026-07-15T14:00:00Z") }
        }

        fn archive(&self) -> SearchArchive {
            SearchArchive::new(Arc::new(self.store.clone()), Arc::new(self.clock.clone()))
        }

        /// A worker whose queue holds at most three searches, and the log in front of it.
        fn worker(&self) -> (Worker, RecorderLog) {
            let shared = Arc::new(Shared::new(3));
            (Worker { archive: self.archive(), shared: Arc::clone(&shared) }, RecorderLog(shared))
        }

        fn search(&self, text: &str) -> AnsweredSearch {
            AnsweredSearch {
                query: NormalQuery::new(text).unwrap(),
                at: self.clock.now(),
                user: None,
                via: SearchVia::Api,
                services: vec![],
                results: 1,
                is_understood: true,
            }
        }

        /// Every query that was stored, with how often.
        fn stored(&self) -> Vec<(String, u32)> {
            let dates = instainstru_core::dates::DateRange::of_days(jiff::civil::date(2026, 7, 1), 60);
            let days = self.store.reading(|uow| uow.search_history().days(dates)).unwrap();
            let popular = self.store.reading(|uow| uow.search_history().popular(dates, 1, 100)).unwrap();
            let searches: u32 = days.iter().map(|day| day.tally.searches).sum();
            popular.iter().map(|query| (query.to_string(), searches)).collect()
        }
    }

    fn names(stored: &[(String, u32)]) -> Vec<&str> {
        stored.iter().map(|(query, _)| query.as_str()).collect()
    }

    #[test]
    fn what_waits_is_stored_when_the_server_stops() {
        let world = World::new();
        let ada = a_user(&world.store).insert().id;
        let recorder = SearchRecorder::start(world.archive()).unwrap();
        let log = recorder.log();
        for text in ["piano", "Piano ", "guitar"] {
            log.record(AnsweredSearch { user: Some(ada), ..world.search(text) });
        }
        drop(recorder);
        assert_eq!(world.stored(), [("piano".to_owned(), 3), ("guitar".to_owned(), 3)]);
        let recent = world.store.reading(|uow| uow.search_history().recent(ada, 10)).unwrap();
        assert_eq!(recent.len(), 2);
        // Whoever still searches is not held up, though nobody listens.
        log.record(world.search("late"));
    }

    #[test]
    fn a_full_queue_gives_up_the_oldest_and_counts_them() {
        let world = World::new();
        let (worker, log) = world.worker();
        for text in ["a", "b", "c", "d", "e"] {
            log.record(world.search(text));
        }
        let taken = worker.shared.take(false);
        let kept: Vec<&str> = taken.searches.iter().map(|search| search.query.as_str()).collect();
        assert_eq!((kept, taken.given_up), (vec!["c", "d", "e"], 2));
        assert_eq!(worker.shared.queue().given_up, 0, "it is told once");
    }

    #[test]
    fn searches_wait_for_a_database_that_is_away_within_bounds() {
        let world = World::new();
        let (worker, log) = world.worker();
        log.record(world.search("a"));
        log.record(world.search("b"));
        world.store.fail_next(Fault::Begin, unavailable);
        assert_eq!(worker.store(false), Stored::Nothing);
        assert_eq!(world.stored(), []);
        log.record(world.search("c"));
        assert_eq!(worker.store(false), Stored::All);
        assert_eq!(names(&world.stored()), ["a", "b", "c"]);

        // Those that came meanwhile are newer: they stay.
        worker.shared.put_back(["d", "e"].map(|text| world.search(text)).to_vec());
        log.record(world.search("f"));
        worker.shared.put_back(["x", "y"].map(|text| world.search(text)).to_vec());
        let taken = worker.shared.take(false);
        let kept: Vec<&str> = taken.searches.iter().map(|search| search.query.as_str()).collect();
        assert_eq!((kept, taken.given_up), (vec!["d", "e", "f"], 2));
    }

    #[test]
    fn searches_that_can_never_be_stored_do_not_hold_up_the_others() {
        let world = World::new();
        let (worker, log) = world.worker();
        log.record(world.search("a"));
        world.store.fail_next(Fault::Begin, unexpected);
        assert_eq!(worker.store(false), Stored::All);
        log.record(world.search("b"));
        assert_eq!(worker.store(false), Stored::All);
        assert_eq!(names(&world.stored()), ["b"]);
    }

    #[test]
    fn the_last_time_does_not_wait_for_the_database() {
        let world = World::new();
        let (worker, log) = world.worker();
        log.record(world.search("a"));
        worker.shared.queue().stopping = true;
        world.store.fail_next(Fault::Begin, unavailable);
        assert_eq!(worker.store(false), Stored::ForTheLastTime);
        assert!(worker.shared.queue().waiting.is_empty());
    }

    #[test]
    fn popular_searches_are_known_by_their_beginning() {
        let world = World::new();
        let (worker, log) = world.worker();
        let asked: Vec<AnsweredSearch> = [("piano in harlem", 5), ("pilates", 7), ("guitar", 9), ("rare", 1)]
            .into_iter()
            .flat_map(|(text, times)| vec![world.search(text); times])
            .collect();
        world.archive().store(&asked).unwrap();
        assert_eq!(log.popular("pi", 9), []);
        worker.refresh_popular();
        let popular = |prefix: &str, limit| {
            log.popular(prefix, limit).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(popular("PI", 9), ["pilates", "piano in harlem"]);
        assert_eq!(popular(" ", 2), ["guitar", "pilates"]);
        world.store.fail_next(Fault::Begin, unavailable);
        worker.refresh_popular();
        assert_eq!(popular("g", 9), ["guitar"], "the former ones stay");
    }
}
