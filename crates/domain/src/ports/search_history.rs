//! Storage of what was searched for.

use instainstru_core::dates::DateRange;
use jiff::{Timestamp, civil::Date};

use super::StorageError;
use crate::{
    ids::UserId,
    search_history::{DaySearches, NormalQuery, PastSearch, QuerySearches, SearchBatch, ServiceSearches},
};

/// Which queries to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueryFault {
    /// Those that found nothing.
    WithoutResults,
    /// Those with words that meant nothing to us.
    NotUnderstood,
}

/// Storage of what was searched for. The number of statements of each method does not depend on the number of rows.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SearchHistoryRepository {
    /// Adds searches to what is stored. Of what one person searched for at most the `kept_per_user` latest queries remain. People
    /// who deleted their account since they searched are left out.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when a person or service is unknown.
    fn record(&mut self, batch: &SearchBatch, kept_per_user: u32) -> Result<(), StorageError>;

    /// Number of different queries of a date.
    ///
    /// # Errors
    /// Only storage failures.
    fn distinct_queries(&mut self, date: Date) -> Result<u64, StorageError>;

    /// What a person searched for, the latest first, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn recent(&mut self, user: UserId, limit: u32) -> Result<Vec<PastSearch>, StorageError>;

    /// Forgets everything a person searched for; returns how many queries that were.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget(&mut self, user: UserId) -> Result<u64, StorageError>;

    /// How often each service was searched for on these dates, by id of the service; services without searches are left out.
    ///
    /// # Errors
    /// Only storage failures.
    fn search_counts(&mut self, dates: DateRange) -> Result<Vec<ServiceSearches>, StorageError>;

    /// How searches went on each of these dates, by date; dates without searches are left out.
    ///
    /// # Errors
    /// Only storage failures.
    fn days(&mut self, dates: DateRange) -> Result<Vec<DaySearches>, StorageError>;

    /// The queries of these dates with a fault, those that had it most often first, then by query, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn faulty(
        &mut self,
        fault: QueryFault,
        dates: DateRange,
        limit: u32,
    ) -> Result<Vec<QuerySearches>, StorageError>;

    /// The queries that were asked at least `least` times on these dates and always found something and were understood, the
    /// most frequent first, then by query, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn popular(&mut self, dates: DateRange, least: u32, limit: u32)
    -> Result<Vec<NormalQuery>, StorageError>;

    /// Deletes what people searched for last before `searched`, and queries and counts of dates before `queries` and `counts`.
    /// Returns the number of rows.
    ///
    /// # Errors
    /// Only storage failures.
    fn purge(&mut self, searched: Timestamp, queries: Date, counts: Date) -> Result<u64, StorageError>;
}
