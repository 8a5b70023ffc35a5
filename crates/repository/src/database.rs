//! One database with its pool of connections.

use instainstru_domain::ports::StorageError;

use crate::{
    config::{Backend, ConnectError, DatabaseConfig, Location},
    error::storage_error,
    migrations,
    pool::{self, Pooled},
    transactor::DieselTransactor,
};

/// One database with its pool of connections. Cheap to clone; clones share the pool.
#[derive(Debug, Clone)]
pub struct Database {
    backend: Backend,
    transactor: DieselTransactor,
}

/// The pool of connections at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Greatest number of connections.
    pub size: u32,
    /// Connections that are open.
    pub open: u32,
    /// Open connections that nobody uses.
    pub idle: u32,
}

impl Database {
    /// Opens the database and creates the SQLite file, and its directory, when missing. Does not migrate.
    ///
    /// # Errors
    /// [`ConnectError`] when the URL is not usable or the database cannot be reached.
    pub fn connect(config: &DatabaseConfig) -> Result<Self, ConnectError> {
        let location = Location::parse(&config.url)?;
        let backend = location.backend();
        let pool = pool::open(config, &location)?;
        tracing::info!(?backend, pool_size = config.pool_size, "connected to the database");
        Ok(Self { backend, transactor: DieselTransactor::new(pool, backend) })
    }

    /// Which kind of database it is.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// Runs units of work in this database.
    #[must_use]
    pub fn transactor(&self) -> DieselTransactor {
        self.transactor.clone()
    }

    /// Names of the migrations that have not run, oldest first.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn pending_migrations(&self) -> Result<Vec<String>, StorageError> {
        migrations::pending(&mut *self.link()?)
    }

    /// Brings the schema up to date in one transaction and returns the names of the migrations that ran. Several nodes may do so
    /// at once: one does the work and the others wait.
    ///
    /// # Errors
    /// Only storage failures; then the schema is as before.
    pub fn migrate(&self) -> Result<Vec<String>, StorageError> {
        let ran = migrations::run(&mut *self.link()?)?;
        for name in &ran {
            tracing::info!(migration.name = %name, "migrated the database");
        }
        Ok(ran)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it does not.
    pub fn ping(&self) -> Result<(), StorageError> {
        self.link()?.ping().map_err(storage_error)
    }

    /// The pool as it is now. Waits for nobody.
    #[must_use]
    pub fn pool_state(&self) -> PoolState {
        self.transactor.pool_state()
    }

    /// A connection that answers.
    pub(crate) fn link(&self) -> Result<Pooled, StorageError> {
        self.transactor.healthy_link()
    }
}
