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

use crate::{
    beat::{Beat, Rhythm},
    search::{Cursor, LiveSearch, Moment},
};

/// Redis tells sooner; without it a change is seen well within a second.
const RHYTHM: Rhythm = Rhythm { every: Duration::from_millis(150), at_least_every: Duration::from_secs(1) };

/// The thread that declares answers void when others commit. It ends when this is dropped.
#[derive(Debug)]
pub struct CacheFollower(#[expect(dead_code, reason = "held for its end")] Beat);

impl CacheFollower {
    /// Starts following `tx` for `cache`, and `live` for what was found in it.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(
        tx: Arc<dyn Transactor>,
        cache: Arc<AnswerCache>,
        live: Arc<LiveSearch>,
    ) -> io::Result<Self> {
        let mut following = Following { tx, cache, cursor: None, moment: live.moment(), live };
        Beat::start("cache", RHYTHM, move || following.beat()).map(Self)
    }
}

struct Following {
    tx: Arc<dyn Transactor>,
    cache: Arc<AnswerCache>,
    /// `None` before the first look.
    cursor: Option<Cursor>,
    live: Arc<LiveSearch>,
    /// Words and people as they were last.
    moment: Moment,
}

impl Following {
    fn beat(&mut self) -> Result<(), StorageError> {
        // The index follows the outbox by itself, so its answers change after the event is heard here.
        let moment = self.live.moment();
        if moment != self.moment {
            self.moment = moment;
            self.cache.void([Topic::Search]);
        }
        let now = Instant::now();
        match &mut self.cursor {
            Some(cursor) => {
                let (next, seen) = self.tx.reading(|uow| {
                    let mut next = cursor.clone();
                    let seen = next.next(uow.outbox(), now)?;
                    Ok::<_, StorageError>((next, seen))
                })?;
                *cursor = next;
                self.cache.committed(&seen.events);
                if !seen.unreadable.is_empty() {
                    // Another version wrote it, so it may tell of anything; the search index says so in the log.
                    self.cache.void([Topic::Catalogue, Topic::Instructors, Topic::Search]);
                }
            }
            None => self.cursor = Some(self.tx.reading(|uow| Cursor::at_end(uow.outbox(), now))?),
        }
        self.cache.followed();
        Ok(())
    }
}
