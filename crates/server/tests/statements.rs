//! How often a search asks the database: the engine and the use case as the server joins them, over SQLite.

use std::sync::Arc;

use instainstru_repository::{Database, DatabaseConfig, SqliteSync, statements_on_this_thread};
use instainstru_server::search::{EngineSearch, Indexer};
use instainstru_service::search::{SearchOutcome, SearchService, SearchUseCases as _};
use instainstru_test_support::{
    builders::{a_catalogue, an_instructor},
    clock::FixedClock,
    sqlite::TempSqlite,
};

/// A Wednesday, 11:00 in New York.
const NOW: &str = "2026-03-11T15:00:00Z";

#[test]
fn a_search_asks_twice_however_much_it_finds_and_never_when_it_finds_nothing() {
    let file = TempSqlite::new().unwrap();
    let config = DatabaseConfig { sqlite_sync: SqliteSync::Off, ..DatabaseConfig::new(file.url()) };
    let database = Database::connect(&config).unwrap();
    database.migrate().unwrap();
    let (tx, clock) = (Arc::new(database.transactor()), Arc::new(FixedClock::at(NOW)));
    let _ = a_catalogue(&*tx);
    let mut indexer = Indexer::new(tx.clone(), clock.clone()).unwrap();
    let search =
        SearchService::new(tx.clone(), Arc::new(EngineSearch::new(Arc::clone(indexer.live()))), clock);
    let ask = |text: &str| -> (SearchOutcome, u64) {
        let before = statements_on_this_thread();
        let found = search.search(text, 20).unwrap();
        (found, statements_on_this_thread() - before)
    };
    for (new, offers) in [(1, 1), (30, 20)] {
        for _ in 0..new {
            let _teacher =
                an_instructor(&*tx).offering("piano", 7_500, &[60]).offering("guitar", 6_000, &[60]).insert();
        }
        indexer.compare().unwrap();
        for text in ["piano", "piano or guitar", "music lessons under $80"] {
            let (found, statements) = ask(text);
            assert!(found.hits.len() >= offers, "{text}");
            assert_eq!(statements, 2, "{text}");
        }
        let (lost, statements) = ask("plumber to fix my sink");
        assert_eq!((lost.total, statements), (0, 0));
    }
}
