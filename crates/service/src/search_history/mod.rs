//! What was searched for: each person's own, and how well searches go.

mod archive;
mod service;

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    ids::{CatalogueServiceId, UserId},
    ports::StorageError,
    search_history::{DaySearches, PastSearch, QuerySearches},
};

pub(crate) use self::service::remembered;
pub use self::{archive::SearchArchive, service::SearchHistoryService};

/// How long what somebody searched for is remembered, in days.
pub const HISTORY_DAYS: i64 = 90;
/// Most queries that are remembered for one person.
pub const KEPT_PER_USER: u32 = 100;
/// How long the texts of queries are kept with their counts, in days. Nobody's name is attached to them.
pub const QUERY_DAYS: i64 = 90;
/// How long is kept how often each service was searched for, in days.
pub const COUNT_DAYS: i64 = 730;
/// Most different queries that are counted on one day: nobody fills the database with nonsense.
pub const MOST_QUERIES_A_DAY: u64 = 20_000;

/// What was searched for: each person's own, and how well searches go.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SearchHistoryUseCases: Send + Sync {
    /// What a person searched for, the latest first, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn recent(&self, user: UserId, limit: u32) -> Result<Vec<RememberedSearch>, StorageError>;

    /// Forgets everything a person searched for; returns how many queries that were. Searches that were answered within the
    /// last seconds may still be on their way into the history.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget(&self, user: UserId) -> Result<u64, StorageError>;

    /// How searches went on the last `days` days, today in New York included.
    ///
    /// # Errors
    /// Only storage failures.
    fn quality(&self, days: u16) -> Result<SearchQuality, StorageError>;
}

/// A past search with the names of what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedSearch {
    /// The search.
    pub search: PastSearch,
    /// Ids and names of its services, as they are called now.
    pub services: Vec<(CatalogueServiceId, String)>,
}

/// How searches went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuality {
    /// On which dates.
    pub dates: DateRange,
    /// How they went on each date, by date; dates without searches are left out.
    pub days: Vec<DaySearches>,
    /// Queries that found nothing, those that did most often first.
    pub without_results: Vec<QuerySearches>,
    /// Queries with words that meant nothing to us, those that had them most often first.
    pub not_understood: Vec<QuerySearches>,
}
