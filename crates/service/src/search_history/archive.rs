//! Storing what was searched for, some time after it was answered.

use std::sync::Arc;

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    ports::{Clock, StorageError, Transactor, TransactorExt},
    search_history::{AnsweredSearch, NormalQuery, SearchBatch},
    zone::Zone,
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};

use super::{COUNT_DAYS, HISTORY_DAYS, KEPT_PER_USER, MOST_QUERIES_A_DAY, QUERY_DAYS};

/// Days on which popular queries were asked.
const POPULAR_DAYS: u16 = 30;
/// How often a query must have been asked to be popular.
const POPULAR_FROM: u32 = 5;
/// Most popular queries.
const MOST_POPULAR: u32 = 500;

/// Stores what was searched for, and deletes it when its time has come. To be called by a thread of its own: no request waits for it.
pub struct SearchArchive {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl SearchArchive {
    /// An archive in `tx`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }

    /// Stores searches in one transaction, all or none.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn store(&self, searches: &[AnsweredSearch]) -> Result<(), StorageError> {
        let batch = SearchBatch::of(searches);
        if batch.is_empty() {
            return Ok(());
        }
        let mut dates: Vec<Date> = batch.queries.keys().map(|(date, _query)| *date).collect();
        dates.dedup();
        self.tx.transaction(|uow| {
            let mut batch = batch.clone();
            for date in &dates {
                if uow.search_history().distinct_queries(*date)? >= MOST_QUERIES_A_DAY {
                    batch.queries.retain(|(on, _query), _tally| on != date);
                }
            }
            uow.search_history().record(&batch, KEPT_PER_USER)
        })
    }

    /// The queries that many asked of late, the most frequent first.
    ///
    /// Only queries of which every word means something to us and that always found something: what people type by mistake, or
    /// about themselves, is shown to nobody.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn popular(&self) -> Result<Vec<NormalQuery>, StorageError> {
        let first = self.today().saturating_sub((i64::from(POPULAR_DAYS) - 1).days());
        let dates = DateRange::of_days(first, POPULAR_DAYS);
        self.tx.reading(|uow| uow.search_history().popular(dates, POPULAR_FROM, MOST_POPULAR))
    }

    /// Deletes what has been kept for long enough; returns the number of rows.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn purge(&self) -> Result<u64, StorageError> {
        let kept = SignedDuration::from_hours(24 * HISTORY_DAYS);
        let searched = self.clock.now().checked_sub(kept).unwrap_or(Timestamp::MIN);
        let since = |days: i64| self.today().saturating_sub(days.days());
        let (queries, counts) = (since(QUERY_DAYS), since(COUNT_DAYS));
        self.tx.transaction(|uow| uow.search_history().purge(searched, queries, counts))
    }

    fn today(&self) -> Date {
        Zone::new_york().date_at(self.clock.now())
    }
}
