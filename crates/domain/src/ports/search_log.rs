//! Remembering searches outside the requests that asked them.

use crate::search_history::{AnsweredSearch, NormalQuery};

/// Remembers searches outside the requests that asked them. Nothing here waits for storage, and nothing fails: losing a search is
/// better than slowing one down.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SearchLog: Send + Sync {
    /// Takes note of a search, to be stored in a moment. When more come than can be stored, the oldest are given up and counted.
    fn record(&self, search: AnsweredSearch);

    /// Queries that many people ask and that begin with `prefix`, the most frequent first, at most `limit`. They may be some
    /// minutes old.
    fn popular(&self, prefix: &str, limit: usize) -> Vec<NormalQuery>;
}
