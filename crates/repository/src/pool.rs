//! The pool of connections.

use std::{
    path::Path,
    sync::{Arc, LazyLock},
    thread,
    time::{Duration, Instant},
};

use diesel::{
    Connection, ConnectionError, PgConnection, QueryResult, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection, result::Error, sql_types::Integer,
};
use r2d2::ManageConnection;
use scheduled_thread_pool::ScheduledThreadPool;

use crate::{
    config::{ConnectError, DatabaseConfig, Location, SqliteSync},
    connection::{AnyConnection, Link},
    statements::SlowStatements,
};

pub(crate) type Pool = r2d2::Pool<Manager>;
pub(crate) type Pooled = r2d2::PooledConnection<Manager>;

/// How long a writer waits for another writer of the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause between two attempts to prepare a connection.
const BUSY_PAUSE: Duration = Duration::from_millis(5);
/// The oldest server the schema runs on, as the server numbers itself.
const OLDEST_POSTGRES: i32 = 150_000;

/// Opens connections for all pools of the process; each pool would start three threads of its own otherwise.
static OPENERS: LazyLock<Arc<ScheduledThreadPool>> = LazyLock::new(|| {
    let openers = ScheduledThreadPool::builder().num_threads(3).thread_name_pattern("database-{}").build();
    Arc::new(openers)
});

/// Opens and judges connections to one database.
#[derive(Debug)]
pub(crate) struct Manager {
    target: Target,
    slow: Option<SlowStatements>,
}

enum Target {
    Postgres { url: String, setup: String },
    Sqlite { file: String, setup: String },
}

impl std::fmt::Debug for Target {
    /// Leaves out the URL, which may carry a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Postgres { .. } => "Postgres",
            Self::Sqlite { .. } => "Sqlite",
        })
    }
}

/// Why a connection could not be opened or does not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// It could not be opened.
    #[error(transparent)]
    Open(#[from] ConnectionError),
    /// It was opened and then failed.
    #[error(transparent)]
    Use(#[from] Error),
}

impl Manager {
    pub(crate) fn new(config: &DatabaseConfig, location: &Location) -> Self {
        let target = match location {
            Location::Postgres(url) => Target::Postgres {
                url: with_defaults(url, config.acquire_timeout),
                setup: format!(
                    "SET statement_timeout = {}; SET timezone = 'UTC'",
                    config.statement_timeout.as_millis()
                ),
            },
            Location::Sqlite(path) => Target::Sqlite {
                file: plain_file_name(path),
                setup: format!(
                    "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {}; \
                     PRAGMA foreign_keys = ON",
                    BUSY_TIMEOUT.as_millis(),
                    match config.sqlite_sync {
                        SqliteSync::Full => "FULL",
                        SqliteSync::Normal => "NORMAL",
                        SqliteSync::Off => "OFF",
                    }
                ),
            },
        };
        Self { target, slow: config.slow_statements.clone() }
    }
}

impl ManageConnection for Manager {
    type Connection = Link;
    type Error = LinkError;

    fn connect(&self) -> Result<Link, LinkError> {
        let (mut connection, setup) = match &self.target {
            Target::Postgres { url, setup } => {
                (AnyConnection::Postgres(PgConnection::establish(url)?), setup)
            }
            Target::Sqlite { file, setup } => {
                (AnyConnection::Sqlite(SqliteConnection::establish(file)?), setup)
            }
        };
        set_up(&mut connection, setup)?;
        Ok(Link::new(connection, self.slow.clone()))
    }

    fn is_valid(&self, link: &mut Link) -> Result<(), LinkError> {
        Ok(link.ping()?)
    }

    fn has_broken(&self, link: &mut Link) -> bool {
        link.is_broken()
    }
}

/// Prepares a new connection. Switching a fresh SQLite file to write-ahead mode does not wait for a rival that does the same,
/// whatever the busy timeout says, so the whole is tried again for as long.
fn set_up(connection: &mut AnyConnection, setup: &str) -> QueryResult<()> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match connection.batch_execute(setup) {
            Err(Error::DatabaseError(_, information))
                if information.message() == "database is locked" && Instant::now() < deadline =>
            {
                thread::sleep(BUSY_PAUSE);
            }
            done => return done,
        }
    }
}

/// Logs that a connection cannot be opened; callers only see that none is free.
#[derive(Debug)]
struct LogErrors;

impl r2d2::HandleError<LinkError> for LogErrors {
    fn handle_error(&self, error: LinkError) {
        tracing::warn!(error = %error, "cannot open a database connection");
    }
}

/// Opens one connection to see whether the database can be used at all, then makes the pool.
pub(crate) fn open(config: &DatabaseConfig, location: &Location) -> Result<Pool, ConnectError> {
    if config.pool_size == 0 {
        return Err(ConnectError::EmptyPool);
    }
    if let Location::Sqlite(path) = location {
        create_directory_of(path)?;
    }
    let manager = Manager::new(config, location);
    let mut first = manager.connect().map_err(|error| ConnectError::Unreachable(Box::new(error)))?;
    check_version(&mut first)?;
    drop(first);
    Ok(r2d2::Pool::builder()
        .max_size(config.pool_size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(config.acquire_timeout)
        .thread_pool(Arc::clone(&OPENERS))
        .error_handler(Box::new(LogErrors))
        .build_unchecked(manager))
}

fn check_version(link: &mut Link) -> Result<(), ConnectError> {
    #[derive(diesel::QueryableByName)]
    struct Version {
        #[diesel(sql_type = Integer)]
        number: i32,
    }
    let version = link.execute(|connection| match connection {
        AnyConnection::Postgres(connection) => {
            diesel::sql_query("SELECT current_setting('server_version_num')::integer AS number")
                .get_result::<Version>(connection)
                .map(|version| Some(version.number))
        }
        AnyConnection::Sqlite(_) => Ok(None),
    });
    match version {
        Ok(Some(number)) if number < OLDEST_POSTGRES => Err(ConnectError::TooOld(number)),
        Ok(_) => Ok(()),
        Err(error) => Err(ConnectError::Unreachable(Box::new(error))),
    }
}

fn create_directory_of(path: &Path) -> Result<(), ConnectError> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => std::fs::create_dir_all(parent)
            .map_err(|source| ConnectError::Directory { path: parent.to_owned(), source }),
        _ => Ok(()),
    }
}

/// Diesel and SQLite read some names as URIs; behind `./` none is.
fn plain_file_name(path: &Path) -> String {
    let name = path.to_string_lossy();
    if path.is_absolute() || name.starts_with("./") { name.into_owned() } else { format!("./{name}") }
}

/// The URL with our name, by which the server lists us, and an end to connecting: a server that swallows packets would hold an
/// opener for minutes. What the URL says itself stays.
fn with_defaults(url: &str, timeout: Duration) -> String {
    let mut url = url.to_owned();
    // libpq takes whole seconds and raises 1 to 2.
    let timeout = timeout.as_secs().max(2).to_string();
    for (parameter, value) in [("application_name", "instainstru"), ("connect_timeout", timeout.as_str())] {
        if !url.contains(&format!("{parameter}=")) {
            let separator = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{separator}{parameter}={value}");
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_never_mistaken_for_a_uri() {
        for (path, name) in [("app.db", "./app.db"), ("/var/app.db", "/var/app.db"), ("./a", "./a")] {
            assert_eq!(plain_file_name(Path::new(path)), name);
        }
    }

    #[test]
    fn sqlite_connections_are_durable_and_keep_references() {
        #[derive(diesel::QueryableByName)]
        struct Setting {
            #[diesel(sql_type = diesel::sql_types::Text)]
            value: String,
        }
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("app.db");
        for (sync, expected) in
            [(SqliteSync::default(), "2"), (SqliteSync::Normal, "1"), (SqliteSync::Off, "0")]
        {
            let config = DatabaseConfig { sqlite_sync: sync, ..DatabaseConfig::new("unused.db") };
            let mut link = Manager::new(&config, &Location::Sqlite(path.clone())).connect().unwrap();
            for (pragma, column, expected) in [
                ("synchronous", "synchronous", expected),
                ("journal_mode", "journal_mode", "wal"),
                ("foreign_keys", "foreign_keys", "1"),
                ("busy_timeout", "timeout", "5000"),
            ] {
                let query = format!("SELECT CAST({column} AS TEXT) AS value FROM pragma_{pragma}");
                let setting: Setting =
                    link.execute(|connection| diesel::sql_query(query).get_result(connection)).unwrap();
                assert_eq!(setting.value, expected, "{pragma}");
            }
        }
    }

    #[test]
    fn connecting_has_a_name_and_an_end_unless_the_url_says_otherwise() {
        let defaults = |url| with_defaults(url, Duration::from_millis(50));
        assert_eq!(
            defaults("postgres://db/app"),
            "postgres://db/app?application_name=instainstru&connect_timeout=2"
        );
        assert_eq!(
            defaults("postgres://db/app?connect_timeout=9"),
            "postgres://db/app?connect_timeout=9&application_name=instainstru"
        );
        let settled = "postgres://db/app?application_name=x&connect_timeout=9";
        assert_eq!(defaults(settled), settled);
    }
}
