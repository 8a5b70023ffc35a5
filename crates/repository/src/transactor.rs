//! Transactions over the pool.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use instainstru_domain::ports::{Outcome, StorageError, Transactor, UnitOfWork};

use crate::{
    config::Backend,
    connection::{Access, Link},
    database::PoolState,
    error::storage_error,
    pool::{Pool, Pooled},
    unit_of_work::DieselUnitOfWork,
};

/// How often work runs when rival transactions keep making it fail.
const ATTEMPTS: u32 = 5;
/// Longest wait before the second attempt, in microseconds; later ones wait longer.
const LONGEST_WAIT_MICROS: u64 = 8_000;

type Work<'w> = &'w mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome;

/// Runs units of work in transactions of one database. Cheap to clone; clones share the pool.
#[derive(Debug, Clone)]
pub struct DieselTransactor {
    pool: Pool,
    id: TransactorId,
    writers: Writers,
}

/// Writers of one SQLite file wait here for each other. SQLite would make them sleep and look again, for a second in the worst
/// case; a lock wakes the next one at once. They wait before they take a connection, so that readers find one.
#[derive(Debug, Clone)]
enum Writers {
    OneAtATime(Arc<Mutex<()>>),
    /// PostgreSQL lets writers work side by side.
    Together,
}

impl Writers {
    /// The turn of this thread, until it is dropped.
    fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        match self {
            // Nothing is guarded that a panic could leave half done: transactions undo themselves.
            Self::OneAtATime(lock) => Some(lock.lock().unwrap_or_else(PoisonError::into_inner)),
            Self::Together => None,
        }
    }
}

/// Tells the databases of one process apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TransactorId(u64);

impl DieselTransactor {
    pub(crate) fn new(pool: Pool, backend: Backend) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let writers = match backend {
            Backend::Sqlite => Writers::OneAtATime(Arc::default()),
            Backend::Postgres => Writers::Together,
        };
        Self { pool, id: TransactorId(NEXT.fetch_add(1, Ordering::Relaxed)), writers }
    }

    /// A connection with a transaction begun. Connections that turn out to be gone are thrown away: after a restart of the server
    /// that may be all there are, so there are as many attempts as connections and one more.
    fn begin(&self, access: Access) -> Result<Pooled, StorageError> {
        self.first_that(|link| link.begin(access))
    }

    /// The pool as it is now.
    pub(crate) fn pool_state(&self) -> PoolState {
        let state = self.pool.state();
        PoolState { size: self.pool.max_size(), open: state.connections, idle: state.idle_connections }
    }

    /// A connection that answers.
    pub(crate) fn healthy_link(&self) -> Result<Pooled, StorageError> {
        self.first_that(Link::ping)
    }

    fn first_that(
        &self,
        try_out: impl Fn(&mut Link) -> diesel::QueryResult<()>,
    ) -> Result<Pooled, StorageError> {
        let mut stale = 0;
        loop {
            let mut link = self.pool.get().map_err(|error| StorageError::Unavailable(Box::new(error)))?;
            match try_out(&mut link) {
                Ok(()) => return Ok(link),
                Err(_) if link.is_lost() && stale < self.pool.max_size() => stale += 1,
                Err(error) => return Err(storage_error(error)),
            }
        }
    }

    /// Runs work in a savepoint of the enclosing transaction.
    fn run_enclosed(&self, link: Pooled, work: Work<'_>) -> Result<(), StorageError> {
        let mut lent = Lent { owner: self.id, link: Some(link) };
        let Some(link) = lent.link.as_mut() else { return Err(misuse("the connection is gone")) };
        for attempt in 1.. {
            link.begin_savepoint().map_err(storage_error)?;
            match carry_out(link, work) {
                Ended::Rivalled(_) if attempt < ATTEMPTS => pause(attempt),
                Ended::Rivalled(result) | Ended::Settled(result) => return result,
            }
        }
        Ok(())
    }
}

impl Transactor for DieselTransactor {
    fn run(&self, work: Work<'_>) -> Result<(), StorageError> {
        if let Some(link) = enclosed::take(self.id)? {
            return self.run_enclosed(link, work);
        }
        let _turn = self.writers.turn();
        for attempt in 1.. {
            let ended = carry_out(&mut *self.begin(Access::Write)?, work);
            match ended {
                Ended::Rivalled(_) if attempt < ATTEMPTS => pause(attempt),
                Ended::Rivalled(result) | Ended::Settled(result) => return result,
            }
        }
        Ok(())
    }

    fn read(&self, work: Work<'_>) -> Result<(), StorageError> {
        if let Some(link) = enclosed::take(self.id)? {
            return self.run_enclosed(link, work);
        }
        // Without `BEGIN`, only the first statement finds out that a connection is gone. Reading again does no harm.
        let mut stale = 0;
        loop {
            let mut link = self.begin(Access::Read)?;
            match carry_out(&mut link, work) {
                _ if link.is_lost() && stale < self.pool.max_size() => stale += 1,
                Ended::Rivalled(result) | Ended::Settled(result) => return result,
            }
        }
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        if enclosed::is_open(self.id) {
            return Err(misuse("a transaction already encloses this thread"));
        }
        let _turn = self.writers.turn();
        let enclosure = Enclosure::open(self.id, self.begin(Access::Write)?);
        let outcome = work();
        enclosure.close(outcome)
    }
}

/// How a transaction or savepoint ended.
enum Ended {
    /// A rival transaction made it fail and everything was undone.
    Rivalled(Result<(), StorageError>),
    /// As the work wished, or not at all.
    Settled(Result<(), StorageError>),
}

/// Does the work and ends the transaction or savepoint that has begun.
fn carry_out(link: &mut Link, work: Work<'_>) -> Ended {
    let outcome = work(&mut DieselUnitOfWork::new(link));
    let result = end(link, outcome);
    let undone = outcome == Outcome::Rollback || result.is_err();
    if link.take_rivalled() && undone && !link.is_lost() {
        Ended::Rivalled(result)
    } else {
        Ended::Settled(result)
    }
}

fn end(link: &mut Link, outcome: Outcome) -> Result<(), StorageError> {
    match outcome {
        Outcome::Commit => link.commit(),
        Outcome::Rollback => link.rollback(),
    }
    .map_err(storage_error)
}

/// Waits for a random time, so that two rivals do not meet again at once.
fn pause(attempt: u32) {
    let longest = LONGEST_WAIT_MICROS << attempt.min(ATTEMPTS);
    let random = RandomState::new().hash_one(attempt);
    tracing::debug!(attempt, "a rival transaction was in the way; trying again");
    std::thread::sleep(Duration::from_micros(random % longest));
}

fn misuse(message: &'static str) -> StorageError {
    StorageError::unexpected(message)
}

/// The connection of the transaction that encloses the current thread.
mod enclosed {
    use super::{BTreeMap, Pooled, RefCell, StorageError, TransactorId, misuse};

    /// `None` while a unit of work uses the connection.
    type Slot = Option<Pooled>;

    thread_local! {
        static SLOTS: RefCell<BTreeMap<TransactorId, Slot>> = const { RefCell::new(BTreeMap::new()) };
    }

    pub(super) fn is_open(owner: TransactorId) -> bool {
        SLOTS.with_borrow(|slots| slots.contains_key(&owner))
    }

    /// Takes the connection out for a unit of work; `None` when nothing encloses this thread.
    pub(super) fn take(owner: TransactorId) -> Result<Option<Pooled>, StorageError> {
        SLOTS.with_borrow_mut(|slots| match slots.get_mut(&owner) {
            None => Ok(None),
            Some(slot) => match slot.take() {
                Some(link) => Ok(Some(link)),
                None => Err(misuse("a unit of work was begun within another one")),
            },
        })
    }

    pub(super) fn put(owner: TransactorId, link: Pooled) {
        SLOTS.with_borrow_mut(|slots| slots.insert(owner, Some(link)));
    }

    pub(super) fn close(owner: TransactorId) -> Option<Pooled> {
        SLOTS.with_borrow_mut(|slots| slots.remove(&owner)).flatten()
    }
}

/// A connection lent by the enclosing transaction, given back however the unit of work ends.
struct Lent {
    owner: TransactorId,
    link: Option<Pooled>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(mut link) = self.link.take() else { return };
        if std::thread::panicking() {
            undo(&mut link);
        }
        enclosed::put(self.owner, link);
    }
}

/// An open enclosing transaction. Undone when dropped, which only a panic does.
struct Enclosure {
    owner: TransactorId,
}

impl Enclosure {
    fn open(owner: TransactorId, link: Pooled) -> Self {
        enclosed::put(owner, link);
        Self { owner }
    }

    fn close(self, outcome: Outcome) -> Result<(), StorageError> {
        match enclosed::close(self.owner) {
            Some(mut link) => end(&mut link, outcome),
            None => Err(misuse("the connection of the enclosing transaction is gone")),
        }
    }
}

impl Drop for Enclosure {
    fn drop(&mut self) {
        if let Some(mut link) = enclosed::close(self.owner) {
            undo(&mut link);
        }
    }
}

/// Undoes what a panic left behind. When even that fails, the pool closes the connection, which has the same effect.
fn undo(link: &mut Link) {
    if let Err(error) = link.rollback() {
        tracing::warn!(error = %error, "cannot undo an abandoned transaction; closing its connection");
    }
}
