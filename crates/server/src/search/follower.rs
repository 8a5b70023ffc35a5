//! The thread that keeps the index up to date while the server runs.

use std::{
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::Indexer;

/// Time between two looks at the outbox: a change is seen well within a second.
const BEAT: Duration = Duration::from_millis(100);
/// Longest time between two looks while the database fails.
const LONGEST_BEAT: Duration = Duration::from_secs(5);
/// Time between two comparisons with the database.
const COMPARED_EVERY: Duration = Duration::from_secs(60);

/// The thread that keeps the index up to date. It ends when this is dropped.
#[derive(Debug)]
pub struct Follower {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Starts following.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(indexer: Indexer) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("search-index".to_owned()).spawn(move || {
            let mut beating = Beating::new(indexer);
            while stopped.recv_timeout(beating.pause()) == Err(RecvTimeoutError::Timeout) {
                beating.beat();
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // Without a sender the thread ends at its next pause.
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of the search index panicked");
        }
    }
}

/// An indexer and how it went the last time.
struct Beating {
    indexer: Indexer,
    failures: u32,
    compared: Instant,
}

impl Beating {
    fn new(indexer: Indexer) -> Self {
        Self { indexer, failures: 0, compared: Instant::now() }
    }

    /// How long to wait before the next beat: longer after each failure.
    fn pause(&self) -> Duration {
        BEAT.saturating_mul(1 << self.failures.min(6)).min(LONGEST_BEAT)
    }

    /// Failures are not the end: the index answers with what it has until the database is back.
    fn beat(&mut self) {
        let compares = self.compared.elapsed() >= COMPARED_EVERY;
        let done = if compares {
            self.compared = Instant::now();
            self.indexer.compare().map(drop)
        } else {
            self.indexer.update()
        };
        match done {
            Ok(()) => self.failures = 0,
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                let cause: &dyn std::error::Error = &error;
                tracing::error!(error = cause, "the search index cannot be updated");
            }
        }
    }
}
