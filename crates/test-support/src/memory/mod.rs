//! A complete store in memory, for tests of use cases and as the plainest reading of the storage ports.
//!
//! It passes the same [contract suites](crate::contracts) as the databases. Transactions work on a copy that replaces the
//! state when they commit, so that a rollback is exact.

mod alerts;
mod analytics;
mod audit;
mod availability;
mod bookings;
mod catalogue;
mod catalogue_editor;
mod deliveries;
mod faults;
mod instructors;
mod jobs;
mod messages;
mod password_resets;
mod personal_data;
mod reminders;
mod retention;
mod search_history;
mod search_source;
mod state;
mod statistics;
mod unit;
mod users;
mod vocabulary;

use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use instainstru_core::zone::UtcRange;
use instainstru_domain::{
    audit::NewAuditEntry,
    catalogue::{Demand, ServiceListing},
    event::DomainEvent,
    ids::{CatalogueServiceId, UserId},
    ports::{Outcome, StorageError, Transactor, UnitOfWork},
};

pub use faults::{Fault, unavailable, unexpected};

use faults::Faults;
use state::State;
use unit::MemoryUnitOfWork;

/// A store in memory. Clones share everything, so a test can keep one and give the other to what it tests.
///
/// Writers wait for each other, readers see what was committed last. Ids are never given twice, not even after a rollback.
/// A transaction opened inside another of the same thread, which would block for ever on a database, is an error.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// What was committed last. Held only to copy or replace it.
    committed: Mutex<State>,
    /// Held by the one transaction that writes.
    writer: Mutex<()>,
    faults: Mutex<Faults>,
    commits: AtomicU32,
    rollbacks: AtomicU32,
}

/// What a thread is doing with one store.
#[derive(Debug)]
enum Activity {
    /// Inside [`Transactor::enclose`]; holds the state of the enclosing transaction between its savepoints.
    Enclosing(Box<State>),
    /// Inside the work of a transaction.
    Working,
}

thread_local! {
    /// What this thread is doing, by the address of the store.
    static ACTIVITIES: RefCell<HashMap<usize, Activity>> = RefCell::default();
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every event that was committed, in order.
    #[must_use]
    pub fn events(&self) -> Vec<DomainEvent> {
        self.peek(|state| state.events.iter().map(|(recorded, _at)| recorded.event).collect())
    }

    /// The catalogue as it is listed and found: what a search engine that follows the store knows.
    ///
    /// # Panics
    /// When a service in the store has no category, which its fixtures rule out.
    #[must_use]
    pub fn listings(&self) -> Vec<ServiceListing> {
        self.peek(|state| state.listings(None).unwrap_or_else(|error| panic!("{error}")))
    }

    /// Every audit entry that was committed, in order.
    #[must_use]
    pub fn audit_entries(&self) -> Vec<NewAuditEntry> {
        self.peek(|state| state.audit.iter().map(|kept| kept.entry.clone()).collect())
    }

    /// The claims on the time of a person, by start.
    #[must_use]
    pub fn claims_of(&self, user: UserId) -> Vec<UtcRange> {
        self.peek(|state| state.claims_of(user, UtcRange::ALL, None))
    }

    /// Number of writing transactions that were committed; savepoints do not count.
    #[must_use]
    pub fn commits(&self) -> u32 {
        self.0.commits.load(Ordering::SeqCst)
    }

    /// Number of writing transactions that were rolled back; savepoints do not count.
    #[must_use]
    pub fn rollbacks(&self) -> u32 {
        self.0.rollbacks.load(Ordering::SeqCst)
    }

    /// Lets one thing fail, once, with the error that `make` makes, such as [`unavailable`].
    pub fn fail_next(&self, fault: Fault, make: fn() -> StorageError) {
        locked(&self.0.faults).plan(fault, make);
    }

    /// Puts something into the outbox that nobody can read, as a damaged row or a newer program would.
    pub fn push_unreadable_event(&self, reason: &str) {
        self.poke(|state| state.record_unreadable(reason));
    }

    /// Sets what the daily analytics would.
    pub fn set_demand(&self, service: CatalogueServiceId, demand: Demand) {
        self.poke(|state| state.demand.insert(service, demand));
    }

    /// Switches a service of the catalogue on or off; an unknown one stays unknown.
    pub fn set_catalogue_service_active(&self, id: CatalogueServiceId, is_active: bool) {
        self.poke(|state| {
            if let Some(service) = state.catalogue.get_mut(&id) {
                service.is_active = is_active;
            }
        });
    }

    /// Switches an account on or off, as an administrator would; an unknown one stays unknown.
    pub fn set_user_active(&self, id: UserId, is_active: bool) {
        self.poke(|state| {
            if let Some(account) = state.users.get_mut(&id) {
                account.user.is_active = is_active;
            }
        });
    }

    /// Grants or revokes administration; an unknown account stays unknown.
    pub fn set_admin(&self, id: UserId, is_admin: bool) {
        self.poke(|state| {
            if let Some(account) = state.users.get_mut(&id) {
                account.user.is_admin = is_admin;
            }
        });
    }

    fn peek<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&locked(&self.0.committed))
    }

    /// Changes the committed state between two transactions.
    fn poke<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let _writer = locked(&self.0.writer);
        change(&mut locked(&self.0.committed))
    }

    /// Runs `work` on `state` and returns it with what `work` made of it.
    fn work_on(
        &self,
        state: State,
        work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome,
    ) -> (State, Outcome) {
        let mut unit = MemoryUnitOfWork::new(state, &self.0.faults);
        let outcome = work(&mut unit);
        (unit.into_state(), outcome)
    }

    /// Commits or forgets `changed`. Call with the writer lock held.
    fn finish(&self, changed: State, outcome: Outcome) -> Result<(), StorageError> {
        match outcome {
            Outcome::Commit => {
                if let Err(error) = locked(&self.0.faults).on_commit() {
                    self.0.rollbacks.fetch_add(1, Ordering::SeqCst);
                    return Err(error);
                }
                *locked(&self.0.committed) = changed;
                self.0.commits.fetch_add(1, Ordering::SeqCst);
            }
            Outcome::Rollback => {
                self.0.rollbacks.fetch_add(1, Ordering::SeqCst);
            }
        }
        Ok(())
    }

    /// The savepoint form of `run` and `read`: keeps or forgets changes within the enclosing transaction.
    fn nested(
        &self,
        enclosing: Box<State>,
        work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome,
    ) -> Result<(), StorageError> {
        let mut doing = Doing::set(self, Activity::Working);
        // Put back whatever goes wrong, so that even a panic in `work` leaves the enclosing transaction as it was.
        doing.afterwards = Some(Activity::Enclosing(enclosing.clone()));
        locked(&self.0.faults).on_begin()?;
        let (changed, outcome) = self.work_on(*enclosing, work);
        if outcome == Outcome::Commit {
            doing.afterwards = Some(Activity::Enclosing(Box::new(changed)));
        }
        Ok(())
    }

    fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }
}

impl Transactor for MemoryStore {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        if let Some(enclosing) = enclosing_state(self)? {
            return self.nested(enclosing, work);
        }
        let _writer = locked(&self.0.writer);
        let _doing = Doing::set(self, Activity::Working);
        locked(&self.0.faults).on_begin()?;
        let state = locked(&self.0.committed).clone();
        let (changed, outcome) = self.work_on(state, work);
        self.finish(changed, outcome)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        if let Some(enclosing) = enclosing_state(self)? {
            return self.nested(enclosing, work);
        }
        let _doing = Doing::set(self, Activity::Working);
        locked(&self.0.faults).on_begin()?;
        let state = locked(&self.0.committed).clone();
        let (_unchanged, _outcome) = self.work_on(state, work);
        Ok(())
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        if enclosing_state(self)?.is_some() {
            return Err(StorageError::unexpected("this thread has an enclosing transaction already"));
        }
        let _writer = locked(&self.0.writer);
        locked(&self.0.faults).on_begin()?;
        let state = locked(&self.0.committed).clone();
        let doing = Doing::set(self, Activity::Enclosing(Box::new(state)));
        let outcome = work();
        match doing.end() {
            Some(Activity::Enclosing(changed)) => self.finish(*changed, outcome),
            Some(Activity::Working) | None => {
                Err(StorageError::unexpected("the enclosing transaction is gone"))
            }
        }
    }
}

/// A copy of the state of the enclosing transaction of this thread, if there is one.
fn enclosing_state(store: &MemoryStore) -> Result<Option<Box<State>>, StorageError> {
    ACTIVITIES.with_borrow(|activities| match activities.get(&store.address()) {
        None => Ok(None),
        Some(Activity::Enclosing(state)) => Ok(Some(state.clone())),
        Some(Activity::Working) => {
            Err(StorageError::unexpected("a transaction was opened inside another of the same thread"))
        }
    })
}

/// Marks what the thread is doing for as long as it lives, also when the work panics.
#[derive(Debug)]
struct Doing {
    address: usize,
    /// What the thread is doing once this is over.
    afterwards: Option<Activity>,
}

impl Doing {
    /// Begins `activity`; afterwards the thread does nothing.
    fn set(store: &MemoryStore, activity: Activity) -> Self {
        let mut doing = Self { address: store.address(), afterwards: None };
        doing.replace(activity);
        doing
    }

    fn replace(&mut self, activity: Activity) {
        ACTIVITIES.with_borrow_mut(|activities| activities.insert(self.address, activity));
    }

    /// Ends the activity and returns it.
    fn end(self) -> Option<Activity> {
        ACTIVITIES.with_borrow_mut(|activities| activities.remove(&self.address))
    }
}

impl Drop for Doing {
    fn drop(&mut self) {
        ACTIVITIES.with_borrow_mut(|activities| match self.afterwards.take() {
            Some(activity) => activities.insert(self.address, activity),
            None => activities.remove(&self.address),
        });
    }
}

/// Locks, whoever panicked before: nothing is ever left half written.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
