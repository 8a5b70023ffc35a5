//! Where the database is and how to use it.

use std::{fmt, path::PathBuf, time::Duration};

use crate::statements::SlowStatements;

/// The kind of database behind a [`crate::Database`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backend {
    /// PostgreSQL 15 or newer.
    Postgres,
    /// SQLite, compiled in.
    Sqlite,
}

/// When SQLite waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SqliteSync {
    /// At every commit: what was answered survives a power failure.
    #[default]
    Full,
    /// At checkpoints only: a power failure may undo the last commits, but never damages the file. Much faster.
    Normal,
    /// Never. For tests.
    Off,
}

/// Where the database is and how to use it.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `postgres://…`, `postgresql://…`, `sqlite://path`, `sqlite:path`, or a bare path that ends in `.db`, `.sqlite` or
    /// `.sqlite3`.
    pub url: String,
    /// Greatest number of connections, at least 1.
    pub pool_size: u32,
    /// How long a caller waits for a free connection before the database counts as unavailable.
    pub acquire_timeout: Duration,
    /// How long one statement may take. PostgreSQL only; zero means forever.
    pub statement_timeout: Duration,
    /// When SQLite waits for the disk. SQLite only.
    pub sqlite_sync: SqliteSync,
    /// Who is told of statements that took long.
    pub slow_statements: Option<SlowStatements>,
}

impl DatabaseConfig {
    /// The database at `url` with 8 connections, 3 seconds of waiting and 10 seconds per statement.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            pool_size: 8,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(10),
            sqlite_sync: SqliteSync::default(),
            slow_statements: None,
        }
    }
}

impl fmt::Debug for DatabaseConfig {
    /// Leaves out the URL, which may carry a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("pool_size", &self.pool_size)
            .field("acquire_timeout", &self.acquire_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("sqlite_sync", &self.sqlite_sync)
            .field("slow_statements", &self.slow_statements)
            .finish_non_exhaustive()
    }
}

/// Why a URL names no database we can use. Never repeats the URL, which may carry a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// Neither PostgreSQL nor SQLite.
    #[error(
        "'{0}' is not a kind of database we know; use postgres://…, sqlite://path, or a path that ends in .db or .sqlite"
    )]
    UnknownScheme(String),
    /// No scheme, and not the name of a database file.
    #[error(
        "the database URL has no scheme; use postgres://…, sqlite://path, or a path that ends in .db or .sqlite"
    )]
    NoScheme,
    /// A SQLite URL without a file.
    #[error("the SQLite URL names no file")]
    NoFile,
    /// A SQLite database that each connection would see differently.
    #[error("a SQLite database in memory is private to one connection; name a file")]
    InMemory,
    /// Parameters behind a SQLite path.
    #[error("a SQLite URL takes no parameters after '?'")]
    SqliteParameters,
    /// TLS is asked for and not built in.
    #[error(
        "sslmode={0} needs TLS, which this build does not have; build with `--no-default-features --features postgres-tls`"
    )]
    TlsNotBuiltIn(String),
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL is not usable.
    #[error(transparent)]
    Url(#[from] InvalidUrl),
    /// A pool of no connections was asked for.
    #[error("the pool needs at least one connection")]
    EmptyPool,
    /// The directory of the SQLite file is missing and cannot be created.
    #[error("cannot create the directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The server does not answer, refuses us, or the file cannot be opened.
    #[error("cannot connect to the database")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server is older than the schema needs.
    #[error("PostgreSQL 15 or newer is needed, the server has version number {0}")]
    TooOld(i32),
}

/// A database URL after its scheme has been understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A connection URI for libpq.
    Postgres(String),
    /// A file.
    Sqlite(PathBuf),
}

impl Location {
    /// Chooses by the scheme alone, and never tries one database after the other: a mistyped URL must not create a file.
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidUrl> {
        let url = url.trim();
        match scheme(url) {
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                check_tls(url)?;
                Ok(Self::Postgres(url.to_owned()))
            }
            Some(("sqlite", rest)) => file(rest.strip_prefix("//").unwrap_or(rest)),
            Some((other, _)) => Err(InvalidUrl::UnknownScheme(other.to_owned())),
            None if [".db", ".sqlite", ".sqlite3"].iter().any(|suffix| url.ends_with(suffix)) => file(url),
            None => Err(InvalidUrl::NoScheme),
        }
    }

    pub(crate) const fn backend(&self) -> Backend {
        match self {
            Self::Postgres(_) => Backend::Postgres,
            Self::Sqlite(_) => Backend::Sqlite,
        }
    }
}

/// What stands before the first colon, if it looks like a scheme. A single letter is a drive.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let looks_like_one = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    looks_like_one.then_some((scheme, rest))
}

fn file(path: &str) -> Result<Location, InvalidUrl> {
    if path.is_empty() {
        return Err(InvalidUrl::NoFile);
    }
    if path.starts_with(':') {
        return Err(InvalidUrl::InMemory);
    }
    if path.contains('?') {
        return Err(InvalidUrl::SqliteParameters);
    }
    Ok(Location::Sqlite(PathBuf::from(path)))
}

/// The libpq that is compiled in has no TLS and would only say so when it connects.
fn check_tls(url: &str) -> Result<(), InvalidUrl> {
    const HAS_TLS: bool = cfg!(all(feature = "postgres-tls", not(feature = "bundled-libpq")));
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let mode = parameters.split('&').find_map(|parameter| parameter.strip_prefix("sslmode="));
    match mode {
        Some(mode @ ("require" | "verify-ca" | "verify-full")) if !HAS_TLS => {
            Err(InvalidUrl::TlsNotBuiltIn(mode.to_owned()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_url_names_its_database() {
        let sqlite = |path: &str| Ok(Location::Sqlite(path.into()));
        let postgres = |url: &str| Ok(Location::Postgres(url.into()));
        for (url, expected) in [
            ("sqlite://data/app.db", sqlite("data/app.db")),
            ("sqlite:///var/lib/app.db", sqlite("/var/lib/app.db")),
            ("sqlite:app", sqlite("app")),
            ("data/app.db", sqlite("data/app.db")),
            ("/var/lib/app.sqlite", sqlite("/var/lib/app.sqlite")),
            ("C:\\data\\app.db", sqlite("C:\\data\\app.db")),
            ("postgres://me:secret@db/app", postgres("postgres://me:secret@db/app")),
            ("postgresql:///app?host=/run", postgres("postgresql:///app?host=/run")),
            ("postgres://db/app?sslmode=prefer", postgres("postgres://db/app?sslmode=prefer")),
            ("mysql://db/app", Err(InvalidUrl::UnknownScheme("mysql".into()))),
            ("file:app.db", Err(InvalidUrl::UnknownScheme("file".into()))),
            ("postgres:app.db", Err(InvalidUrl::UnknownScheme("postgres".into()))),
            ("host=db dbname=app", Err(InvalidUrl::NoScheme)),
            ("", Err(InvalidUrl::NoScheme)),
            ("sqlite://", Err(InvalidUrl::NoFile)),
            ("sqlite::memory:", Err(InvalidUrl::InMemory)),
            ("sqlite://app.db?mode=rwc", Err(InvalidUrl::SqliteParameters)),
        ] {
            assert_eq!(Location::parse(url), expected, "{url}");
        }
    }

    #[test]
    #[cfg(feature = "bundled-libpq")]
    fn tls_is_refused_where_it_is_not_built_in() {
        for mode in ["require", "verify-ca", "verify-full"] {
            let url = format!("postgres://db/app?application_name=x&sslmode={mode}");
            assert_eq!(Location::parse(&url), Err(InvalidUrl::TlsNotBuiltIn(mode.into())));
        }
    }

    #[test]
    fn a_password_is_never_printed() {
        let config = DatabaseConfig::new("postgres://me:secret@db/app");
        assert!(!format!("{config:?}").contains("secret"));
        let refused = Location::parse("mysql://me:secret@db/app").unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("secret"));
    }
}
