//! Opening the database and deciding about its schema.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, bail};
use instainstru_repository::{
    Backend, ConnectError, Database, DatabaseConfig, SlowStatements, SqliteSync, Whereabouts,
};

use crate::config::{Config, Environment, Mistakes};

/// Opens the database; the schema stays as it is.
///
/// # Errors
/// [`Mistakes`] when the address is not usable, otherwise when the database cannot be reached.
pub fn connect(config: &Config) -> anyhow::Result<Database> {
    connect_telling(config, None)
}

fn connect_telling(config: &Config, slow_statements: Option<SlowStatements>) -> anyhow::Result<Database> {
    let database = &config.database;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("cannot create the directory {}", config.data_dir.display()))?;
    let connected = Database::connect(&DatabaseConfig {
        url: database.url.reveal().to_owned(),
        // Whatever runs in the background takes no connection away from requests.
        pool_size: database.connections.get().saturating_add(config.background.connections()),
        acquire_timeout: database.acquire_timeout,
        statement_timeout: database.statement_timeout,
        // What was answered survives a power failure.
        sqlite_sync: SqliteSync::Full,
        slow_statements,
    });
    match connected {
        Ok(opened) => {
            if let Whereabouts::Sqlite(file) = Whereabouts::of(database.url.reveal())? {
                hold(&file)?;
            }
            Ok(opened)
        }
        Err(ConnectError::Url(invalid)) => Err(Mistakes(vec![format!("DATABASE_URL: {invalid}")]).into()),
        Err(other) => Err(other.into()),
    }
}

/// Opens a copy of a database, to look at it.
///
/// # Errors
/// When it cannot be opened.
pub fn open_copy(url: &str) -> Result<Database, ConnectError> {
    Database::connect(&DatabaseConfig { pool_size: 1, ..DatabaseConfig::new(url) })
}

/// Files this process uses, held until it ends.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// Tells others that this process uses an SQLite file; any number of processes may.
fn hold(file: &Path) -> anyhow::Result<()> {
    let lock = lock_file(file)?;
    match lock.try_lock_shared() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            bail!("{} is being restored; try again when that is done", file.display())
        }
        Err(TryLockError::Error(error)) => return Err(error).context("cannot lock the database file"),
    }
    HELD.lock().unwrap_or_else(PoisonError::into_inner).push(lock);
    Ok(())
}

/// An SQLite file that nobody else of us uses and nobody may begin to, until this is dropped.
#[derive(Debug)]
pub struct Exclusive {
    _lock: File,
}

impl Exclusive {
    /// Takes a file for this process alone.
    ///
    /// # Errors
    /// When a server or a command uses it.
    pub fn take(file: &Path) -> anyhow::Result<Self> {
        let lock = lock_file(file)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => bail!("{} is in use; stop the server first", file.display()),
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the database file"),
        }
    }
}

/// The lock of an SQLite file: a file beside it, because the file itself is replaced.
fn lock_file(file: &Path) -> anyhow::Result<File> {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(Path::new(&name))
        .with_context(|| format!("cannot write beside {}", file.display()))
}

/// Opens the database with its schema up to date.
///
/// Where a mistake costs little, that is everywhere but on PostgreSQL in production, the schema is brought up to date here.
///
/// # Errors
/// As [`connect`]; and when migrations are pending that must be run deliberately.
pub fn open(config: &Config) -> anyhow::Result<Database> {
    prepared(config, connect(config)?)
}

/// As [`open`]; statements that take long are told.
///
/// # Errors
/// As [`open`].
pub fn open_telling(config: &Config, slow_statements: SlowStatements) -> anyhow::Result<Database> {
    prepared(config, connect_telling(config, Some(slow_statements))?)
}

fn prepared(config: &Config, database: Database) -> anyhow::Result<Database> {
    match (config.environment, database.backend()) {
        (Environment::Production, Backend::Postgres) => refuse_pending(&database)?,
        (Environment::Production, Backend::Sqlite) | (Environment::Development | Environment::Test, _) => {
            database.migrate().context("cannot bring the schema up to date")?;
        }
    }
    Ok(database)
}

/// Insists on a schema that is up to date.
///
/// # Errors
/// When migrations are pending; the message names the command to run.
pub fn refuse_pending(database: &Database) -> anyhow::Result<()> {
    let pending = database.pending_migrations().context("cannot read which migrations have run")?;
    if let Some(first) = pending.first() {
        bail!(
            "the schema of the database is not up to date: {} migration{} pending, beginning with {first}; \
             run `instainstru migrate` first",
            pending.len(),
            if pending.len() == 1 { " is" } else { "s are" },
        );
    }
    Ok(())
}
