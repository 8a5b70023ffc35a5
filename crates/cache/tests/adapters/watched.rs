//! Hearing of commits at once.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
};

use instainstru_cache::WatchedTransactor;
use instainstru_domain::{
    event::DomainEvent,
    ids::UserId,
    ports::{CommitListener, Outcome, StorageError, Transactor, TransactorExt, UnitOfWork},
};
use instainstru_test_support::{
    contracts,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::Timestamp;

/// What was heard.
#[derive(Default)]
struct Ear(Mutex<Vec<DomainEvent>>);

impl CommitListener for Ear {
    fn committed(&self, events: &[DomainEvent]) {
        self.0.lock().unwrap().extend(events);
    }
}

struct Watched {
    store: MemoryStore,
    tx: WatchedTransactor,
    ear: Arc<Ear>,
}

impl Watched {
    fn new() -> Self {
        let (store, ear) = (MemoryStore::new(), Arc::new(Ear::default()));
        let tx = WatchedTransactor::new(Arc::new(store.clone()), ear.clone());
        Self { store, tx, ear }
    }

    fn heard(&self) -> Vec<DomainEvent> {
        self.ear.0.lock().unwrap().clone()
    }

    fn push(&self, id: i64) -> Result<(), StorageError> {
        self.tx.transaction(|uow| uow.outbox().push(&changed(id), Timestamp::UNIX_EPOCH))
    }
}

fn changed(id: i64) -> DomainEvent {
    DomainEvent::InstructorChanged { instructor: UserId::new(id).unwrap() }
}

#[test]
fn it_is_a_transactor_like_any_other() {
    contracts::check(&[], || {
        Arc::new(WatchedTransactor::new(Arc::new(MemoryStore::new()), Arc::new(Ear::default())))
    });
}

#[test]
fn what_commits_is_heard_and_what_is_undone_is_not() {
    let watched = Watched::new();
    watched.push(1).unwrap();
    assert_eq!(watched.heard(), [changed(1)]);
    let undone: Result<(), StorageError> = watched.tx.transaction(|uow| {
        uow.outbox().push(&changed(2), Timestamp::UNIX_EPOCH)?;
        Err(StorageError::unexpected("changed our mind"))
    });
    assert!(undone.is_err());
    assert_eq!(watched.heard(), [changed(1)]);
    assert_eq!(watched.store.events(), [changed(1)]);
}

#[test]
fn an_end_that_nobody_knows_counts_as_a_commit() {
    let watched = Watched::new();
    watched.store.fail_next(Fault::Commit, unavailable);
    assert!(watched.push(1).is_err());
    assert_eq!(watched.heard(), [changed(1)], "it may have committed before the connection broke");
}

#[test]
fn what_is_enclosed_is_heard_when_the_whole_commits() {
    let watched = Watched::new();
    let enclosed = watched.tx.enclose(&mut || {
        watched.push(1).unwrap();
        watched.tx.run(&mut |_uow| Outcome::Rollback).unwrap();
        watched.push(2).unwrap();
        assert_eq!(watched.heard(), [], "not yet");
        Outcome::Commit
    });
    enclosed.unwrap();
    assert_eq!(watched.heard(), [changed(1), changed(2)]);
    watched.push(3).unwrap();
    assert_eq!(watched.heard().len(), 3);
}

#[test]
fn what_is_enclosed_and_undone_is_not_heard() {
    let watched = Watched::new();
    let undone = watched.tx.enclose(&mut || {
        watched.push(1).unwrap();
        Outcome::Rollback
    });
    undone.unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        watched.tx.enclose(&mut || {
            watched.push(2).unwrap();
            panic!("on purpose");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(watched.heard(), []);
    watched.push(3).unwrap();
    assert_eq!(watched.heard(), [changed(3)], "the thread is free again");
}

/// A database on which every first attempt is undone because of a rival.
struct Contended(MemoryStore);

impl Transactor for Contended {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.0.run(&mut |uow| {
            work(uow);
            Outcome::Rollback
        })?;
        self.0.run(work)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.0.read(work)
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        self.0.enclose(work)
    }
}

#[test]
fn what_is_done_twice_is_heard_once() {
    let ear = Arc::new(Ear::default());
    let tx = WatchedTransactor::new(Arc::new(Contended(MemoryStore::new())), ear.clone());
    tx.transaction(|uow| uow.outbox().push(&changed(1), Timestamp::UNIX_EPOCH)).unwrap();
    assert_eq!(*ear.0.lock().unwrap(), [changed(1)]);
}

#[test]
fn two_databases_on_one_thread_are_two() {
    let (first, second) = (Watched::new(), Watched::new());
    let enclosed = first.tx.enclose(&mut || {
        second.push(2).unwrap();
        assert_eq!(second.heard(), [changed(2)]);
        Outcome::Rollback
    });
    enclosed.unwrap();
    assert_eq!(first.heard(), []);
}
