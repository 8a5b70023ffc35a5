//! Doing a thing once however often it is asked for.

mod service;

use instainstru_domain::ports::{StorageError, idempotency::AnswerKey};

pub use self::service::IdempotencyService;

/// How long an answer is replayed, in hours.
pub const REPLAY_HOURS: i64 = 24;

/// A request that must take effect at most once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceRequest {
    /// Who sent which key.
    pub key: AnswerKey,
    /// Digest of everything the request asks for.
    pub fingerprint: String,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
}

/// An answer and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// The work was done now.
    Now(Answer),
    /// The work was done before; this is the answer it got.
    Before(Answer),
}

/// Doing a thing once.
pub trait IdempotencyUseCases: Send + Sync {
    /// Runs `work` and stores its answer in the same transaction; a repetition gets that answer and does nothing.
    ///
    /// `work` returns its answer and whether to keep its effect: a refusal changes nothing, so it is neither stored nor
    /// replayed, and the request may be tried again. Of several at once one works and the others wait for it.
    ///
    /// # Errors
    /// [`IdempotencyError::OtherRequest`] when the key was used for something else.
    fn once(
        &self,
        request: &OnceRequest,
        work: &mut dyn FnMut() -> (Answer, bool),
    ) -> Result<Answered, IdempotencyError>;

    /// The answer that the request got before, if it did; nothing is done. For what is asked before the work is allowed at all.
    ///
    /// # Errors
    /// [`IdempotencyError::OtherRequest`] when the key was used for something else.
    fn before(&self, request: &OnceRequest) -> Result<Option<Answer>, IdempotencyError>;
}

/// Why a request with a key failed before it was tried.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The key was used for another request.
    #[error("this Idempotency-Key was already used for a different request")]
    OtherRequest,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
