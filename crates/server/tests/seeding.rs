//! Seeding a real database: an SQLite file with all its rules.
#![expect(clippy::unwrap_used, reason = "a test that cannot get what it needs has failed")]

use std::sync::Arc;

use instainstru_repository::{Database, DatabaseConfig, SqliteSync, statements_on_this_thread};
use instainstru_server::{
    check,
    seed::{ContentSeeder, DemoPeople, DemoSeeder, StoredPeople},
};
use instainstru_test_support::{clock::FixedClock, security::PlainHasher, sqlite::TempSqlite};

struct Seeded {
    database: Database,
    clock: Arc<FixedClock>,
    people: DemoPeople,
    _place: TempSqlite,
}

impl Seeded {
    fn with_catalogue() -> Self {
        let place = TempSqlite::new().unwrap();
        let config = DatabaseConfig { sqlite_sync: SqliteSync::Off, ..DatabaseConfig::new(place.url()) };
        let database = Database::connect(&config).unwrap();
        database.migrate().unwrap();
        let seeded = Self {
            database,
            clock: Arc::new(FixedClock::at("2026-07-15T14:00:00Z")),
            people: DemoPeople::from_files().unwrap(),
            _place: place,
        };
        assert!(seeded.store_content());
        seeded
    }

    fn store_content(&self) -> bool {
        ContentSeeder::new(Arc::new(self.database.transactor()), self.clock.clone()).store().unwrap()
    }

    fn store_people(&self) -> StoredPeople {
        let transactor = Arc::new(self.database.transactor());
        let seeder = DemoSeeder::new(transactor, Arc::new(PlainHasher::default()), self.clock.clone());
        seeder.store(&self.people).unwrap()
    }
}

#[test]
fn a_seeded_database_keeps_every_rule() {
    let seeded = Seeded::with_catalogue();
    let stored = seeded.store_people();
    assert_eq!(stored.instructors, seeded.people.instructors.len());
    let report = check::verify(&seeded.database.transactor(), &*seeded.clock).unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(usize::try_from(report.bookings).unwrap(), stored.lessons);
}

#[test]
fn stored_content_is_recognised_with_one_statement() {
    let seeded = Seeded::with_catalogue();
    let before = statements_on_this_thread();
    assert!(!seeded.store_content());
    assert_eq!(statements_on_this_thread() - before, 1, "at every start");
}

#[test]
fn seeding_people_again_changes_nothing() {
    let seeded = Seeded::with_catalogue();
    seeded.store_people();
    assert_eq!(seeded.store_people(), StoredPeople::default());
}
