//! The thread that keeps the index up to date while the server runs.

use std::time::{Duration, Instant};

use super::Indexer;
use crate::beat::{Beat, Rhythm};

/// A change is seen well within a second.
const RHYTHM: Rhythm = Rhythm { every: Duration::from_millis(100), at_least_every: Duration::from_secs(5) };
/// Time between two comparisons with the database.
const COMPARED_EVERY: Duration = Duration::from_secs(60);

/// The thread that keeps the index up to date. It ends when this is dropped.
#[derive(Debug)]
pub struct Follower(#[expect(dead_code, reason = "held for its end")] Beat);

impl Follower {
    /// Starts following. While the database is away, the index answers with what it has.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(mut indexer: Indexer) -> std::io::Result<Self> {
        let mut compared = Instant::now();
        let beat = Beat::start("search-index", RHYTHM, move || {
            if compared.elapsed() < COMPARED_EVERY {
                return indexer.update();
            }
            compared = Instant::now();
            indexer.compare().map(drop)
        })?;
        Ok(Self(beat))
    }
}
