//! The only way from async code into the synchronous use cases.
//!
//! Requests wait for a permit before they take a thread, so that a busy database fills a queue and not the thread pool.
//!
//! A queue that empties now and then absorbs a burst, so everybody in it is served. One that has stood for a while means more
//! work than can be done: then nobody waits long, because an answer that comes late helps no one and the next request is late
//! too. Those who are refused are told when to come back, and the work that is done is done in time. (The idea is "controlled
//! delay", as used for network queues.)

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use actix_web::web;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use instainstru_service::audit;

use crate::{error::ApiError, origin};

/// How much synchronous work may run at once. Clones share their permits, so one value serves all workers.
#[derive(Debug, Clone)]
pub struct Lanes {
    database: Lane,
    hashing: Lane,
}

/// How much shorter a request waits in a queue that stands.
const HURRY: u32 = 12;

/// One kind of work with its permits.
#[derive(Debug, Clone)]
pub(crate) struct Lane {
    permits: Arc<Semaphore>,
    patience: Duration,
    /// When a request last found a permit without waiting.
    was_free: Arc<Mutex<Instant>>,
    refused: Arc<Mutex<Refused>>,
}

/// Requests that were refused since this was last told.
#[derive(Debug, Default)]
struct Refused {
    requests: u64,
    told_at: Option<Instant>,
}

/// How often the log says that requests are refused: a line for each would be work when there is too much of it already.
const TELL_EVERY: Duration = Duration::from_secs(5);

impl Lanes {
    /// As many jobs as there are database connections, and as many password hashes as there are processor cores. A request
    /// that gets no permit within `patience` is refused with 503. A queue that was never empty for that long stands; requests
    /// that come to it wait a twelfth as long.
    #[must_use]
    pub fn new(database_connections: NonZeroUsize, cores: NonZeroUsize, patience: Duration) -> Self {
        let lane = |permits: NonZeroUsize| Lane {
            permits: Arc::new(Semaphore::new(permits.get())),
            patience,
            was_free: Arc::new(Mutex::new(Instant::now())),
            refused: Arc::default(),
        };
        Self { database: lane(database_connections), hashing: lane(cores) }
    }

    /// For work that uses a database connection.
    pub(crate) const fn database(&self) -> &Lane {
        &self.database
    }

    /// For work that hashes a password, and then uses a connection for a moment.
    pub(crate) const fn hashing(&self) -> &Lane {
        &self.hashing
    }
}

impl Default for Lanes {
    /// Eight connections, two cores, three seconds.
    fn default() -> Self {
        const CONNECTIONS: NonZeroUsize = NonZeroUsize::new(8).unwrap();
        const CORES: NonZeroUsize = NonZeroUsize::new(2).unwrap();
        Self::new(CONNECTIONS, CORES, Duration::from_secs(3))
    }
}

impl Lane {
    /// Runs `work` on a thread that may block, within the current tracing span and origin.
    ///
    /// # Errors
    /// What `work` returns; 503 when no permit comes free in time; 500 when `work` panics.
    pub(crate) async fn run<T, E>(
        &self,
        work: impl FnOnce() -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let permit = self.permit().await?;
        let (span, origin) = (tracing::Span::current(), origin::current());
        // The permit travels with the job: a client that hangs up does not make room for another job.
        let job = move || {
            let result = span.in_scope(|| audit::within(origin, work));
            drop(permit);
            result
        };
        #[expect(clippy::disallowed_methods, reason = "this is the one helper that may")]
        let done = web::block(job).await;
        done.map_err(|_panicked| {
            ApiError::internal("the job panicked; its message is in the log before this")
        })?
        .map_err(Into::into)
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        if let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() {
            *self.was_free.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            return Ok(permit);
        }
        tokio::time::timeout(self.current_patience(), Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_elapsed| self.refuse())?
            .map_err(ApiError::internal)
    }

    fn refuse(&self) -> ApiError {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.requests += 1;
        if refused.told_at.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            let requests = std::mem::take(&mut refused.requests);
            refused.told_at = Some(Instant::now());
            tracing::warn!(requests, "more work than can be done in time: requests were refused");
        }
        ApiError::overloaded()
    }

    fn current_patience(&self) -> Duration {
        let was_free = *self.was_free.lock().unwrap_or_else(PoisonError::into_inner);
        if was_free.elapsed() > self.patience { self.patience / HURRY } else { self.patience }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn one_lane(patience: Duration) -> Lane {
        Lanes::new(NonZeroUsize::MIN, NonZeroUsize::MIN, patience).database
    }

    #[actix_web::test]
    async fn a_request_that_gets_no_permit_in_time_is_told_to_come_back() {
        let lane = one_lane(Duration::from_millis(20));
        let _held = Arc::clone(&lane.permits).acquire_owned().await.unwrap();
        let error = lane.run(|| Ok::<_, ApiError>(())).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Unavailable);
        assert!(error.is_overload(), "nothing is broken");
        assert_eq!(lane.refused.lock().unwrap().requests, 0, "the first is told at once");
        lane.run(|| Ok::<_, ApiError>(())).await.unwrap_err();
        assert_eq!(lane.refused.lock().unwrap().requests, 1, "the next with those that follow");
    }

    #[actix_web::test]
    async fn a_burst_waits_and_a_queue_that_stands_does_not() {
        let lane = one_lane(Duration::from_secs(3));
        let held = lane.permit().await.unwrap();
        assert_eq!(lane.current_patience(), Duration::from_secs(3), "a burst");
        let long_ago = Instant::now().checked_sub(Duration::from_secs(4)).unwrap();
        *lane.was_free.lock().unwrap() = long_ago;
        assert_eq!(lane.current_patience(), Duration::from_millis(250), "more work than can be done");
        drop(held);
        drop(lane.permit().await.unwrap());
        assert_eq!(lane.current_patience(), Duration::from_secs(3), "the queue was empty again");
    }

    #[actix_web::test]
    async fn a_panicked_job_is_an_internal_error_and_returns_its_permit() {
        let lane = one_lane(Duration::from_secs(5));
        let error = lane.run(|| -> Result<(), ApiError> { panic!("on purpose") }).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Internal);
        assert_eq!(lane.run(|| Ok::<_, ApiError>(7)).await.unwrap(), 7);
    }
}
