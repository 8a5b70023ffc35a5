//! One connection to either database.

use diesel::{
    Connection, MultiConnection, PgConnection, QueryResult, SqliteConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    r2d2::R2D2Connection,
};

use crate::{
    config::Backend,
    error::{Failure, failure_of},
    statements::{SlowStatements, StatementWatch},
};

/// A connection to one of the databases. Queries are written once, for both.
#[derive(MultiConnection)]
pub(crate) enum AnyConnection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

/// Runs the same expression with the concrete connection: for what Diesel types per database only, such as upserts and
/// inserting many rows at once.
macro_rules! on_inner {
    ($connection:expr, |$inner:ident| $body:expr) => {
        match $connection {
            $crate::connection::AnyConnection::Postgres($inner) => $body,
            $crate::connection::AnyConnection::Sqlite($inner) => $body,
        }
    };
}
pub(crate) use on_inner;

impl AnyConnection {
    /// Runs `work` in a savepoint where the database would otherwise keep what a failed `work` has done. PostgreSQL undoes
    /// everything after a failure anyway, and is spared the two round trips.
    pub(crate) fn all_or_nothing<T, E: From<diesel::result::Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Self::Postgres(_) => work(self),
            Self::Sqlite(_) => self.transaction(work),
        }
    }
}

/// How a transaction begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It may write.
    Write,
    /// It only reads.
    Read,
}

/// A connection together with what has happened on it.
pub(crate) struct Link {
    connection: AnyConnection,
    /// The connection is gone, and must not go back to the pool.
    lost: bool,
    /// A statement failed since the outermost transaction began.
    failed: bool,
    /// A statement failed since the innermost transaction or savepoint began, only because of a rival transaction.
    rivalled: bool,
}

impl Link {
    pub(crate) fn new(mut connection: AnyConnection, slow: Option<SlowStatements>) -> Self {
        connection.set_instrumentation(StatementWatch::new(slow));
        Self { connection, lost: false, failed: false, rivalled: false }
    }

    pub(crate) const fn backend(&self) -> Backend {
        match self.connection {
            AnyConnection::Postgres(_) => Backend::Postgres,
            AnyConnection::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// Runs statements and remembers how they failed, because whoever ends the transaction does not see the error.
    pub(crate) fn execute<T>(
        &mut self,
        statements: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> QueryResult<T> {
        let result = statements(&mut self.connection);
        if let Err(error) = &result {
            self.note(error);
        }
        result
    }

    /// Remembers a failure that happened outside of [`Link::execute`].
    pub(crate) fn note(&mut self, error: &diesel::result::Error) {
        match failure_of(error) {
            Failure::Lost => {
                self.lost = true;
                self.failed = true;
            }
            Failure::Rival => {
                self.rivalled = true;
                self.failed = true;
            }
            Failure::Rule(_) | Failure::Timeout | Failure::Other => self.failed = true,
            Failure::Nothing => {}
        }
    }

    pub(crate) const fn is_lost(&self) -> bool {
        self.lost
    }

    /// Whether a rival transaction made a statement fail since this was last asked.
    pub(crate) const fn take_rivalled(&mut self) -> bool {
        std::mem::replace(&mut self.rivalled, false)
    }

    pub(crate) fn is_broken(&mut self) -> bool {
        self.lost || self.connection.is_broken()
    }

    pub(crate) fn ping(&mut self) -> QueryResult<()> {
        self.execute(R2D2Connection::ping)
    }

    /// Begins a transaction, or a savepoint within one. Reading from PostgreSQL needs neither: each statement is consistent by
    /// itself, and two round trips are spared.
    pub(crate) fn begin(&mut self, access: Access) -> QueryResult<()> {
        (self.failed, self.rivalled) = (false, false);
        self.execute(|connection| match (connection, access) {
            (AnyConnection::Postgres(_), Access::Read) => Ok(()),
            (AnyConnection::Postgres(connection), Access::Write) => {
                AnsiTransactionManager::begin_transaction(connection)
            }
            // A transaction that reads first and writes later would fail when another one wrote meanwhile.
            (AnyConnection::Sqlite(connection), Access::Write) => {
                AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
            }
            (AnyConnection::Sqlite(connection), Access::Read) => {
                AnsiTransactionManager::begin_transaction(connection)
            }
        })
    }

    /// Begins a savepoint in the current transaction.
    pub(crate) fn begin_savepoint(&mut self) -> QueryResult<()> {
        self.rivalled = false;
        self.execute(<AnyConnection as Connection>::TransactionManager::begin_transaction)
    }

    /// Ends the innermost transaction or savepoint, keeping what was done in it.
    ///
    /// PostgreSQL answers `COMMIT` after a failed statement with a silent rollback. That must not look like success.
    pub(crate) fn commit(&mut self) -> QueryResult<()> {
        if self.backend() == Backend::Postgres && self.failed {
            let usable = self.execute(|connection| connection.batch_execute("SELECT 1"));
            if let Err(error) = usable {
                self.rollback()?;
                return Err(error);
            }
        }
        self.execute(|connection| {
            if in_transaction(connection)? {
                <AnyConnection as Connection>::TransactionManager::commit_transaction(connection)
            } else {
                Ok(())
            }
        })
    }

    /// Undoes the innermost transaction or savepoint.
    pub(crate) fn rollback(&mut self) -> QueryResult<()> {
        if self.lost {
            // The server has undone it already, and there is nobody to tell.
            return Ok(());
        }
        self.execute(|connection| {
            if in_transaction(connection)? {
                <AnyConnection as Connection>::TransactionManager::rollback_transaction(connection)
            } else {
                Ok(())
            }
        })
    }
}

/// Reading from PostgreSQL runs without a transaction, and SQLite ends one by itself after some failures.
fn in_transaction(connection: &mut AnyConnection) -> QueryResult<bool> {
    let status =
        <AnyConnection as Connection>::TransactionManager::transaction_manager_status_mut(connection);
    Ok(status.transaction_depth()?.is_some())
}
