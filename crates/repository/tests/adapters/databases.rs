//! Fresh, migrated databases of both kinds.
#![expect(
    clippy::disallowed_methods,
    reason = "whether this is a build server can only be asked of the environment"
)]

use std::{sync::OnceLock, time::Duration};

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection};
use instainstru_domain::ports::{Outcome, StorageError, Transactor, UnitOfWork};
use instainstru_repository::{Backend, Database, DatabaseConfig, DieselTransactor, SqliteSync};
use instainstru_test_support::{
    postgres::{self, TestDatabase},
    sqlite::TempSqlite,
};

/// A database for one test, removed when dropped.
pub(crate) struct Fresh {
    pub(crate) database: Database,
    pub(crate) transactor: DieselTransactor,
    pub(crate) url: String,
    // Dropped last, after the connections.
    _place: Place,
}

enum Place {
    Postgres { _database: TestDatabase },
    Sqlite { _file: TempSqlite },
}

/// How tests use a database: without waiting for the disk, and for the rivals of the contracts.
pub(crate) fn config(url: &str) -> DatabaseConfig {
    DatabaseConfig {
        pool_size: 18,
        acquire_timeout: Duration::from_secs(15),
        sqlite_sync: SqliteSync::Off,
        ..DatabaseConfig::new(url)
    }
}

impl Fresh {
    /// A migrated PostgreSQL database. `None` where PostgreSQL is missing, except on a build server, which must have it.
    pub(crate) fn postgres() -> Option<Self> {
        Self::postgres_with(config)
    }

    pub(crate) fn postgres_with(config: impl Fn(&str) -> DatabaseConfig) -> Option<Self> {
        let place = copy_of_the_migrated_postgres()?;
        let url = place.url().to_owned();
        Some(Self::open(url, Place::Postgres { _database: place }, config))
    }

    /// A migrated SQLite database.
    pub(crate) fn sqlite() -> Self {
        Self::sqlite_with(config)
    }

    pub(crate) fn sqlite_with(config: impl Fn(&str) -> DatabaseConfig) -> Self {
        let place = TempSqlite::new().unwrap();
        std::fs::write(place.path(), the_migrated_sqlite()).unwrap();
        Self::open(place.url(), Place::Sqlite { _file: place }, config)
    }

    fn open(url: String, place: Place, config: impl Fn(&str) -> DatabaseConfig) -> Self {
        let database = Database::connect(&config(&url)).unwrap();
        Self { transactor: database.transactor(), database, url, _place: place }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.database.backend() == Backend::Postgres
    }

    /// Runs SQL behind the back of the adapters.
    pub(crate) fn sql(&self, sql: &str) {
        self.try_sql(sql).unwrap();
    }

    /// Runs SQL that the database may refuse.
    pub(crate) fn try_sql(&self, sql: &str) -> diesel::QueryResult<()> {
        if self.is_postgres() {
            PgConnection::establish(&self.url).unwrap().batch_execute(sql)
        } else {
            self.sqlite_connection().batch_execute(sql)
        }
    }

    /// Texts that a query returns, one column named `text`.
    pub(crate) fn texts(&self, query: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let query = diesel::sql_query(query);
        let rows: Vec<Row> = if self.is_postgres() {
            query.load(&mut PgConnection::establish(&self.url).unwrap()).unwrap()
        } else {
            query.load(&mut self.sqlite_connection()).unwrap()
        };
        rows.into_iter().map(|row| row.text).collect()
    }

    fn sqlite_connection(&self) -> SqliteConnection {
        let mut connection =
            SqliteConnection::establish(self.url.strip_prefix("sqlite://").unwrap()).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON").unwrap();
        connection
    }
}

impl Transactor for Fresh {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.transactor.run(work)
    }
    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.transactor.read(work)
    }
    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        self.transactor.enclose(work)
    }
}

/// An empty PostgreSQL database without any schema.
pub(crate) fn empty_postgres() -> Option<TestDatabase> {
    available().then(|| postgres::fresh_database(None).unwrap())
}

fn available() -> bool {
    let available = std::env::var_os("TEST_POSTGRES_URL").is_some() || postgres::is_installed();
    if !available {
        assert!(std::env::var_os("CI").is_none(), "a build server must test PostgreSQL too; install it");
        eprintln!("skipped: PostgreSQL is not installed");
    }
    available
}

fn copy_of_the_migrated_postgres() -> Option<TestDatabase> {
    static TEMPLATE: OnceLock<TestDatabase> = OnceLock::new();
    if !available() {
        return None;
    }
    let template = TEMPLATE.get_or_init(|| {
        let template = postgres::fresh_database(None).unwrap();
        migrate(template.url());
        template
    });
    Some(postgres::fresh_database(Some(template.name())).unwrap())
}

/// The bytes of a migrated file: a file in a `static` would outlive the tests.
fn the_migrated_sqlite() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let place = TempSqlite::new().unwrap();
        migrate(&place.url());
        let mut connection = SqliteConnection::establish(place.path().to_str().unwrap()).unwrap();
        connection.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        std::fs::read(place.path()).unwrap()
    })
}

/// One connection, because a database is only copied while nobody is connected to it.
fn migrate(url: &str) {
    let config = DatabaseConfig { pool_size: 1, ..config(url) };
    Database::connect(&config).unwrap().migrate().unwrap();
}

/// Makes a test for each database out of a function that takes a [`Fresh`].
macro_rules! on_both_databases {
    ($($test:ident,)+) => {
        mod postgres {
            $(#[test]
            fn $test() {
                if let Some(fresh) = crate::databases::Fresh::postgres() {
                    super::$test(&fresh);
                }
            })+
        }
        mod sqlite {
            $(#[test]
            fn $test() {
                super::$test(&crate::databases::Fresh::sqlite());
            })+
        }
    };
}
pub(crate) use on_both_databases;
