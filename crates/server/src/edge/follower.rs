//! Hearing of what other servers committed, from the one place that knows: the outbox.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use instainstru_cache::AnswerCache;
use instainstru_domain::ports::{
    CommitListener as _, StorageError, Transactor, TransactorExt, response_cache::Topic,
};
use instainstru_search::{answer::SearchEngine, index::Snapshot};

use crate::{
    beat::{Beat, Rhythm},
    search::Cursor,
};

/// Redis tells sooner; without it a change is seen well within a second.
const RHYTHM: Rhythm = Rhythm { every: Duration::from_millis(150), at_least_every: Duration::from_secs(1) };

/// The thread that declares answers void when others commit. It ends when this is dropped.
#[derive(Debug)]
pub struct CacheFollower(#[expect(dead_code, reason = "held for its end")] Beat);

impl CacheFollower {
    /// Starts following `tx` for `cache`, and the index of `engine` for what was found in it.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(
        tx: Arc<dyn Transactor>,
        cache: Arc<AnswerCache>,
        engine: Arc<SearchEngine>,
    ) -> io::Result<Self> {
        let mut following =
            Following { tx, cache, cursor: None, snapshot: engine.index().snapshot(), engine };
        Beat::start("cache", RHYTHM, move || following.beat()).map(Self)
    }
}

struct Following {
    tx: Arc<dyn Transactor>,
    cache: Arc<AnswerCache>,
    /// `None` before the first look.
    cursor: Option<Cursor>,
    engine: Arc<SearchEngine>,
    /// The index as it was last.
    snapshot: Arc<Snapshot>,
}

impl Following {
    fn beat(&mut self) -> Result<(), StorageError> {
        // The index follows the outbox by itself, so its answers change after the event is heard here.
        let snapshot = self.engine.index().snapshot();
        if !Arc::ptr_eq(&snapshot, &self.snapshot) {
            self.snapshot = snapshot;
            self.cache.void([Topic::Search]);
        }
        let now = Instant::now();
        match &mut self.cursor {
            Some(cursor) => {
                let (next, events) = self.tx.reading(|uow| {
                    let mut next = cursor.clone();
                    let events = next.next(uow.outbox(), now)?;
                    Ok::<_, StorageError>((next, events))
                })?;
                *cursor = next;
                self.cache.committed(&events);
            }
            None => self.cursor = Some(self.tx.reading(|uow| Cursor::at_end(uow.outbox(), now))?),
        }
        self.cache.followed();
        Ok(())
    }
}
