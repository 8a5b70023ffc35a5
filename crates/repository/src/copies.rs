//! Copies of a whole database: what backups are made of, and what shows that a copy is complete.

use std::{collections::BTreeMap, path::Path};

use diesel::{
    QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};
use instainstru_domain::ports::StorageError;

use crate::{
    config::Backend,
    connection::{Access, AnyConnection, Link, on_inner},
    database::Database,
    error::storage_error,
};

/// Number of rows of every table, by its name.
pub type RowCounts = BTreeMap<String, u64>;

/// A moment of a PostgreSQL database, held still while others go on writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Name under which other connections, such as that of `pg_dump --snapshot`, see the same moment.
    pub snapshot: String,
    /// What was in the tables.
    pub rows: RowCounts,
}

#[derive(diesel::QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Database {
    /// Number of rows of every table, all at one moment.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn row_counts(&self) -> Result<RowCounts, StorageError> {
        self.within(|_link, rows| rows)
    }

    /// Keeps the view of one moment of PostgreSQL open while `work` makes a copy of it. Writers are not disturbed.
    ///
    /// # Errors
    /// Only storage failures; [`StorageError::Unexpected`] for SQLite, which [`Database::copy_to`] copies.
    pub fn hold_still<T>(&self, work: impl FnOnce(&Moment) -> T) -> Result<T, StorageError> {
        if self.backend() != Backend::Postgres {
            return Err(StorageError::unexpected("only PostgreSQL lends out a moment"));
        }
        let done = self.within(|link, rows| {
            let exported: QueryResult<Name> = link.execute(|connection| {
                on_inner!(connection, |inner| diesel::sql_query("SELECT pg_export_snapshot() AS name")
                    .get_result(inner))
            });
            exported.map(|exported| work(&Moment { snapshot: exported.name, rows }))
        })?;
        done.map_err(storage_error)
    }

    /// Writes a consistent copy of an SQLite database to a file that does not exist yet, while others read and write.
    ///
    /// # Errors
    /// Only storage failures, such as a full disk; [`StorageError::Unexpected`] for PostgreSQL, which `pg_dump` copies.
    pub fn copy_to(&self, file: &Path) -> Result<(), StorageError> {
        let name =
            file.to_str().ok_or_else(|| StorageError::unexpected("the path of the copy is not UTF-8"))?;
        let mut link = self.link()?;
        link.execute(|connection| match connection {
            AnyConnection::Sqlite(connection) => {
                diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(name).execute(connection).map(Some)
            }
            AnyConnection::Postgres(_) => Ok(None),
        })
        .map_err(storage_error)?
        .map(|_rows| ())
        .ok_or_else(|| StorageError::unexpected("PostgreSQL is copied by pg_dump"))
    }

    /// What is damaged in an SQLite file: pages that do not fit together, rows that refer to nothing. Empty for PostgreSQL,
    /// which refuses to read damaged pages.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn damages(&self) -> Result<Vec<String>, StorageError> {
        let mut link = self.link()?;
        let found = link.execute(|connection| {
            let AnyConnection::Sqlite(connection) = connection else { return Ok(Vec::new()) };
            let checked: Vec<Name> =
                diesel::sql_query("SELECT integrity_check AS name FROM pragma_integrity_check")
                    .load(connection)?;
            let dangling: Vec<Name> = diesel::sql_query(
                "SELECT \"table\" || ' refers to a missing ' || parent AS name FROM pragma_foreign_key_check",
            )
            .load(connection)?;
            Ok(checked.into_iter().filter(|line| line.name != "ok").chain(dangling).collect())
        });
        Ok(found.map_err(storage_error)?.into_iter().map(|line: Name| line.name).collect())
    }

    /// Creates an empty database beside this one on the same PostgreSQL server.
    ///
    /// # Errors
    /// Only storage failures, such as a role that may not create databases.
    pub fn create_sibling(&self, name: &str) -> Result<(), StorageError> {
        self.administer(&format!("CREATE DATABASE {} TEMPLATE template0", quoted(name)))
    }

    /// Removes a database beside this one.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn drop_sibling(&self, name: &str) -> Result<(), StorageError> {
        self.administer(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(name)))
    }

    fn administer(&self, statement: &str) -> Result<(), StorageError> {
        let mut link = self.link()?;
        link.execute(|connection| connection.batch_execute(statement)).map_err(storage_error)
    }

    /// Runs `work` in a transaction that sees one moment, and counts the rows of that moment before.
    fn within<T>(&self, work: impl FnOnce(&mut Link, RowCounts) -> T) -> Result<T, StorageError> {
        let mut link = self.link()?;
        link.begin(match self.backend() {
            Backend::Postgres => Access::Write,
            Backend::Sqlite => Access::Read,
        })
        .map_err(storage_error)?;
        let counted = link.execute(|connection| {
            if let AnyConnection::Postgres(connection) = connection {
                // Copying takes as long as it takes, unlike a request.
                connection.batch_execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; \
                     SET LOCAL idle_in_transaction_session_timeout = 0",
                )?;
            }
            count(connection)
        });
        let done = counted.map_err(storage_error).map(|rows| work(&mut link, rows));
        let ended = link.rollback().map_err(storage_error);
        done.and_then(|done| ended.map(|()| done))
    }
}

fn count(connection: &mut AnyConnection) -> QueryResult<RowCounts> {
    let tables: Vec<Name> = match connection {
        AnyConnection::Postgres(connection) => diesel::sql_query(
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()",
        )
        .load(connection)?,
        AnyConnection::Sqlite(connection) => diesel::sql_query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        )
        .load(connection)?,
    };
    if tables.is_empty() {
        return Ok(RowCounts::new());
    }
    let counts: Vec<String> = tables
        .iter()
        .map(|table| {
            let literal = table.name.replace('\'', "''");
            format!("SELECT '{literal}' AS name, count(*) AS number FROM {}", quoted(&table.name))
        })
        .collect();
    let query = diesel::sql_query(counts.join(" UNION ALL "));
    let rows: Vec<Count> = on_inner!(connection, |inner| query.load(inner))?;
    Ok(rows.into_iter().map(|row| (row.name, u64::try_from(row.number).unwrap_or(0))).collect())
}

/// A name as an identifier of SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
