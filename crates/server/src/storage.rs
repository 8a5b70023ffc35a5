//! Opening the database and deciding about its schema.

use anyhow::{Context, bail};
use instainstru_repository::{Backend, ConnectError, Database, DatabaseConfig, SqliteSync};

use crate::config::{Config, Environment, Mistakes};

/// Opens the database; the schema stays as it is.
///
/// # Errors
/// [`Mistakes`] when the address is not usable, otherwise when the database cannot be reached.
pub fn connect(config: &Config) -> anyhow::Result<Database> {
    let database = &config.database;
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("cannot create the directory {}", config.data_dir.display()))?;
    let connected = Database::connect(&DatabaseConfig {
        url: database.url.reveal().to_owned(),
        pool_size: database.connections.get(),
        acquire_timeout: database.acquire_timeout,
        statement_timeout: database.statement_timeout,
        // What was answered survives a power failure.
        sqlite_sync: SqliteSync::Full,
    });
    match connected {
        Ok(database) => Ok(database),
        Err(ConnectError::Url(invalid)) => Err(Mistakes(vec![format!("DATABASE_URL: {invalid}")]).into()),
        Err(other) => Err(other.into()),
    }
}

/// Opens the database with its schema up to date.
///
/// Where a mistake costs little, that is everywhere but on PostgreSQL in production, the schema is brought up to date here.
///
/// # Errors
/// As [`connect`]; and when migrations are pending that must be run deliberately.
pub fn open(config: &Config) -> anyhow::Result<Database> {
    let database = connect(config)?;
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
