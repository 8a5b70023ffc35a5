//! The store in memory keeps every contract of the storage ports.

use std::sync::Arc;

use instainstru_test_support::{contracts, memory::MemoryStore};

#[test]
fn the_store_in_memory_keeps_every_contract() {
    contracts::check(&[], || Arc::new(MemoryStore::new()));
}

#[test]
fn contracts_have_names_of_their_own() {
    let mut names: Vec<&str> = contracts::all().into_iter().map(|(name, _contract)| name).collect();
    names.extend(contracts::concurrent().into_iter().map(|(name, _contract)| name));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}
