//! The schema, compiled in.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use instainstru_domain::ports::StorageError;

use crate::{
    connection::{Access, AnyConnection, Link},
    error::storage_error,
};

const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// Held on PostgreSQL while migrating, so that nodes that start together migrate one after the other. Any number will do.
const ADVISORY_LOCK: i64 = 4_935_310_127_661_206_527;

type MigrationResult<T> = diesel::migration::Result<T>;

/// Names of the migrations that have not run, oldest first.
pub(crate) fn pending(link: &mut Link) -> Result<Vec<String>, StorageError> {
    let mut names = Ok(Vec::new());
    link.execute(|connection| {
        names = names_of_pending(connection);
        Ok(())
    })
    .map_err(storage_error)?;
    names.map_err(StorageError::Unexpected)
}

/// Runs all pending migrations in one transaction: a failed deployment leaves the schema as it was. Returns their names.
pub(crate) fn run(link: &mut Link) -> Result<Vec<String>, StorageError> {
    link.begin(Access::Write).map_err(storage_error)?;
    let mut ran = Ok(Vec::new());
    let executed = link.execute(|connection| {
        if let AnyConnection::Postgres(connection) = connection {
            connection.batch_execute(&format!(
                "SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"
            ))?;
        }
        ran = names_of_pending(connection).and_then(|names| {
            run_pending(connection)?;
            Ok(names)
        });
        Ok(())
    });
    let result = executed.map_err(storage_error).and_then(|()| ran.map_err(StorageError::Unexpected));
    match &result {
        Ok(_) => link.commit().map_err(storage_error)?,
        // The reason for undoing says more than a failure to undo.
        Err(_) => link.rollback().unwrap_or_else(|error| {
            tracing::warn!(error = %error, "cannot undo a failed migration; closing its connection");
        }),
    }
    result
}

fn names_of_pending(connection: &mut AnyConnection) -> MigrationResult<Vec<String>> {
    let names = match connection {
        AnyConnection::Postgres(connection) => {
            connection.pending_migrations(POSTGRES)?.iter().map(|m| m.name().to_string()).collect()
        }
        AnyConnection::Sqlite(connection) => {
            connection.pending_migrations(SQLITE)?.iter().map(|m| m.name().to_string()).collect()
        }
    };
    Ok(names)
}

fn run_pending(connection: &mut AnyConnection) -> MigrationResult<()> {
    match connection {
        AnyConnection::Postgres(connection) => {
            connection.run_pending_migrations(POSTGRES).map(|_versions| ())
        }
        AnyConnection::Sqlite(connection) => connection.run_pending_migrations(SQLITE).map(|_versions| ()),
    }
}
