//! A store that counts how often it is asked.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use instainstru_domain::ports::{Outcome, StorageError, Transactor, UnitOfWork};
use instainstru_test_support::memory::MemoryStore;

/// A store that counts its transactions, read-only ones included. Clones count together.
#[derive(Clone, Default)]
pub struct Counted {
    pub store: MemoryStore,
    count: Arc<AtomicU32>,
}

impl Counted {
    /// How many transactions there were.
    pub fn transactions(&self) -> u32 {
        self.count.load(Ordering::SeqCst)
    }
}

impl Transactor for Counted {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.store.run(work)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.store.read(work)
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        self.store.enclose(work)
    }
}
