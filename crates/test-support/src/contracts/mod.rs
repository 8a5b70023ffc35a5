//! What every store must do, as executable sentences: the documentation of the storage ports, checked.
//!
//! Each contract gets a fresh, empty, migrated store and panics when the store breaks it. The store in memory and the
//! databases all run the same lists:
//!
//! ```
//! use std::sync::Arc;
//! use instainstru_test_support::{contracts, memory::MemoryStore};
//!
//! contracts::check(&["outbox::"], || Arc::new(MemoryStore::new()));
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "contracts are tests that other crates run: panicking is how they report"
)]

mod alerts;
mod analytics;
mod analytics_oracle;
mod answers;
mod audit;
mod availability;
mod booking_lists;
mod bookings;
mod catalogue;
mod catalogue_editor;
mod claims;
mod concurrent;
mod deliveries;
mod instructor_lists;
mod instructors;
mod jobs;
mod outbox;
mod password_resets;
mod personal_data;
mod reminders;
mod retention;
mod search_history;
mod search_source;
mod sent_mails;
mod statistics;
mod transactions;
mod users;
mod vocabulary;
mod work_for_many;

use std::{
    fmt::Debug,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use instainstru_domain::ports::{Conflict, StorageError, Transactor, TransactorExt, UnitOfWork};
use jiff::Timestamp;

/// A contract about one caller at a time: its name and how to check it.
pub type Contract = (&'static str, fn(&dyn Transactor));

/// A contract about rivals: its name and how to check it.
pub type ConcurrentContract = (&'static str, fn(Arc<dyn Transactor>));

/// Lists functions of a module under the names by which they are reported.
macro_rules! named {
    ($type:ty, $group:literal: $($contract:ident,)+) => {{
        let contracts: &[$type] = &[$((concat!($group, "::", stringify!($contract)), $contract)),+];
        contracts.to_vec()
    }};
}
use named;

/// All contracts about one caller at a time. Each wants a fresh store.
#[must_use]
pub fn all() -> Vec<Contract> {
    [
        users::contracts(),
        instructors::contracts(),
        instructor_lists::contracts(),
        catalogue::contracts(),
        catalogue_editor::contracts(),
        vocabulary::contracts(),
        availability::contracts(),
        bookings::contracts(),
        claims::contracts(),
        booking_lists::contracts(),
        outbox::contracts(),
        deliveries::contracts(),
        jobs::contracts(),
        reminders::contracts(),
        retention::contracts(),
        search_source::contracts(),
        search_history::contracts(),
        alerts::contracts(),
        answers::contracts(),
        audit::contracts(),
        password_resets::contracts(),
        personal_data::contracts(),
        sent_mails::contracts(),
        analytics::contracts(),
        analytics_oracle::contracts(),
        statistics::contracts(),
        transactions::contracts(),
    ]
    .concat()
}

/// All contracts about rivals. Each wants a fresh store that serves [`RIVALS`] threads.
#[must_use]
pub fn concurrent() -> Vec<ConcurrentContract> {
    [concurrent::contracts(), work_for_many::contracts()].concat()
}

pub use concurrent::RIVALS;

/// Checks every contract whose name contains one of `names` (all when none is given), each on a store of its own.
///
/// # Panics
/// At the end, with the names of all contracts that are broken; each one has told its reason before.
pub fn check(names: &[&str], mut fresh: impl FnMut() -> Arc<dyn Transactor>) {
    let wanted = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part));
    let mut checked = 0;
    let mut broken = Vec::new();
    let mut judge = |name: &'static str, contract: &dyn Fn()| {
        checked += 1;
        if catch_unwind(AssertUnwindSafe(contract)).is_err() {
            broken.push(name);
        }
    };
    for (name, contract) in all().into_iter().filter(|(name, _contract)| wanted(name)) {
        let store = fresh();
        judge(name, &|| contract(store.as_ref()));
    }
    for (name, contract) in concurrent().into_iter().filter(|(name, _contract)| wanted(name)) {
        let store = fresh();
        judge(name, &|| contract(Arc::clone(&store)));
    }
    assert!(checked > 0, "no contract has a name with any of {names:?}");
    assert!(
        broken.is_empty(),
        "{} of {checked} contracts are broken:\n  {}",
        broken.len(),
        broken.join("\n  ")
    );
}

/// Runs one transaction and returns what became of it.
fn attempt<T>(
    tx: &dyn Transactor,
    work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    tx.transaction(work)
}

/// Runs one transaction that must succeed.
#[track_caller]
fn done<T>(tx: &dyn Transactor, work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
    match attempt(tx, work) {
        Ok(value) => value,
        Err(error) => panic!("the transaction should succeed: {error:?}"),
    }
}

/// Reads what must be readable.
#[track_caller]
fn read<T>(tx: &dyn Transactor, work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
    match tx.reading::<T, StorageError>(work) {
        Ok(value) => value,
        Err(error) => panic!("reading should succeed: {error:?}"),
    }
}

/// The conflict that a result must be.
#[track_caller]
fn conflict<T: Debug>(result: Result<T, StorageError>) -> Conflict {
    match result {
        Err(StorageError::Conflict(conflict)) => conflict,
        other => panic!("there should be a conflict, not {other:?}"),
    }
}

/// Checks that a result is an error nobody can act on.
#[track_caller]
fn assert_unexpected<T: Debug>(result: Result<T, StorageError>) {
    match result {
        Err(StorageError::Unexpected(_source)) => {}
        other => panic!("there should be an unexpected error, not {other:?}"),
    }
}

/// An instant.
fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}
