//! From stored values to domain values. What breaks a rule of the domain is reported with its place, never repaired in silence.

use std::fmt;

use instainstru_core::grid::{GridTime, TimeRange};
use instainstru_domain::ports::StorageError;

/// A stored value that breaks a rule of the domain.
#[derive(Debug, thiserror::Error)]
#[error("{table} {id} holds an invalid {column}")]
struct InvalidStoredValue {
    table: &'static str,
    id: i64,
    column: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// The row that a value comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    table: &'static str,
    id: i64,
}

impl Place {
    pub(crate) fn new(table: &'static str, id: impl Into<i64>) -> Self {
        Self { table, id: id.into() }
    }

    /// The value of a column, or an error that names its place.
    pub(crate) fn check<T, E>(self, column: &'static str, value: Result<T, E>) -> Result<T, StorageError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        value.map_err(|error| {
            let Self { table, id } = self;
            StorageError::Unexpected(Box::new(InvalidStoredValue { table, id, column, source: error.into() }))
        })
    }

    /// The value of a column that may be absent.
    pub(crate) fn check_some<S, T, E>(
        self,
        column: &'static str,
        value: Option<S>,
        read: impl FnOnce(S) -> Result<T, E>,
    ) -> Result<Option<T>, StorageError>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        value.map(|value| self.check(column, read(value))).transpose()
    }

    /// A number that must fit a narrower type.
    pub(crate) fn narrow<T, N: TryFrom<T>>(self, column: &'static str, value: T) -> Result<N, StorageError>
    where
        N::Error: std::error::Error + Send + Sync + 'static,
    {
        self.check(column, N::try_from(value))
    }

    /// A range of minutes after midnight.
    pub(crate) fn range(self, start_minute: i32, end_minute: i32) -> Result<TimeRange, StorageError> {
        let time = |column, minute: i32| {
            let minute: u16 = self.narrow(column, minute)?;
            self.check(column, GridTime::from_minutes(minute))
        };
        let (start, end) = (time("start_minute", start_minute)?, time("end_minute", end_minute)?);
        self.check("end_minute", TimeRange::new(start, end))
    }
}

/// The error of a change that found no row.
pub(crate) fn missing(table: &'static str, id: impl fmt::Display) -> StorageError {
    StorageError::unexpected(format!("{table} {id} does not exist"))
}

/// Fails unless a change met exactly the one row it was meant for.
pub(crate) fn changed_one(
    rows: usize,
    table: &'static str,
    id: impl fmt::Display,
) -> Result<(), StorageError> {
    if rows == 1 { Ok(()) } else { Err(missing(table, id)) }
}

/// A number of rows.
pub(crate) fn count(rows: i64) -> Result<u64, StorageError> {
    u64::try_from(rows).map_err(|error| StorageError::Unexpected(Box::new(error)))
}
