//! Implementation of doing a thing once.

use std::sync::Arc;

use instainstru_domain::ports::{
    Clock, Conflict, Outcome, StorageError, Transactor, TransactorExt, idempotency::StoredAnswer,
};
use jiff::{SignedDuration, Timestamp};

use super::{Answer, Answered, IdempotencyError, IdempotencyUseCases, OnceRequest, REPLAY_HOURS};

/// Doing a thing once over any storage.
pub struct IdempotencyService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl IdempotencyService {
    /// The use case over these adapters.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }

    /// The answer that the request got before, if it did.
    fn earlier_answer(
        &self,
        request: &OnceRequest,
        since: Timestamp,
    ) -> Result<Option<Answer>, IdempotencyError> {
        let found = self.tx.reading(|uow| uow.answers().find(&request.key, since))?;
        match found {
            None => Ok(None),
            Some(stored) if stored.fingerprint != request.fingerprint => Err(IdempotencyError::OtherRequest),
            Some(StoredAnswer { status, body, .. }) => Ok(Some(Answer { status, body })),
        }
    }

    /// Reserves the key, works and stores the answer. Runs within the enclosing transaction.
    fn attempt(
        &self,
        request: &OnceRequest,
        window: ReplayWindow,
        work: &mut dyn FnMut() -> (Answer, bool),
    ) -> Result<(Attempt, Outcome), StorageError> {
        let reserved = self.tx.transaction(|uow| {
            uow.answers().reserve(&request.key, &request.fingerprint, window.since, window.now)
        });
        match reserved {
            Ok(()) => {}
            Err(StorageError::Conflict(Conflict::AnswerExists)) => {
                return Ok((Attempt::CameLate, Outcome::Rollback));
            }
            Err(error) => return Err(error),
        }
        let (answer, keep) = work();
        if keep {
            let stored = StoredAnswer {
                fingerprint: request.fingerprint.clone(),
                status: answer.status,
                body: answer.body.clone(),
                stored_at: window.now,
            };
            self.tx.transaction(|uow| uow.answers().store(&request.key, &stored))?;
        }
        Ok((Attempt::Worked(answer), Outcome::commit_if(keep)))
    }
}

impl IdempotencyUseCases for IdempotencyService {
    fn once(
        &self,
        request: &OnceRequest,
        work: &mut dyn FnMut() -> (Answer, bool),
    ) -> Result<Answered, IdempotencyError> {
        let window = ReplayWindow::until(self.clock.now());
        // Repetitions are common and must not queue behind writers, so the answer is looked for before a key is reserved.
        if let Some(before) = self.earlier_answer(request, window.since)? {
            return Ok(Answered::Before(before));
        }
        let mut attempted = None;
        let enclosed = self.tx.enclose(&mut || {
            let (attempt, outcome) = match self.attempt(request, window, work) {
                Ok((attempt, outcome)) => (Ok(attempt), outcome),
                Err(error) => (Err(error), Outcome::Rollback),
            };
            attempted = Some(attempt);
            outcome
        });
        // A failure of the attempt outweighs a failed rollback, and a failed commit outweighs a good attempt.
        match (attempted, enclosed) {
            (Some(Err(error)), _) | (_, Err(error)) => Err(error.into()),
            (Some(Ok(Attempt::Worked(answer))), Ok(())) => Ok(Answered::Now(answer)),
            (Some(Ok(Attempt::CameLate)), Ok(())) => self
                .earlier_answer(request, window.since)?
                .map(Answered::Before)
                .ok_or_else(|| StorageError::unexpected("a stored answer vanished").into()),
            (None, Ok(())) => Err(StorageError::unexpected("the transactor did not run its work").into()),
        }
    }

    fn before(&self, request: &OnceRequest) -> Result<Option<Answer>, IdempotencyError> {
        self.earlier_answer(request, ReplayWindow::until(self.clock.now()).since)
    }
}

/// What became of the work.
enum Attempt {
    /// It was done.
    Worked(Answer),
    /// A rival had stored its answer by the time the key was free.
    CameLate,
}

/// The time during which an answer is replayed.
#[derive(Clone, Copy)]
struct ReplayWindow {
    since: Timestamp,
    now: Timestamp,
}

impl ReplayWindow {
    fn until(now: Timestamp) -> Self {
        let since = now.checked_sub(SignedDuration::from_hours(REPLAY_HOURS)).unwrap_or(Timestamp::MIN);
        Self { since, now }
    }
}
