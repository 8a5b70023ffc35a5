//! A log of searches that writes at once.

use std::sync::Arc;

use instainstru_domain::{
    ports::SearchLog,
    search_history::{AnsweredSearch, NormalQuery},
};
use instainstru_service::search_history::SearchArchive;
use instainstru_test_support::{clock::FixedClock, memory::MemoryStore};

/// A log of searches that writes at once, where the real one waits for a moment.
pub struct Diary(SearchArchive);

impl Diary {
    pub fn new(store: Arc<MemoryStore>, clock: Arc<FixedClock>) -> Self {
        Self(SearchArchive::new(store, clock))
    }
}

impl SearchLog for Diary {
    fn record(&self, search: AnsweredSearch) {
        // A store that is told to fail fails the answer, not this.
        drop(self.0.store(&[search]));
    }

    fn popular(&self, prefix: &str, limit: usize) -> Vec<NormalQuery> {
        let mut popular = self.0.popular().unwrap();
        popular.retain(|query| query.as_str().starts_with(prefix));
        popular.truncate(limit);
        popular
    }
}
