//! Answers of unsafe requests, kept so that a repeated request gets the first answer.

use jiff::Timestamp;

use super::StorageError;

/// Who sent which idempotency key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AnswerKey {
    /// Whose keys these are, such as `user:7`; the same key of two people is two keys.
    pub scope: String,
    /// The key as the client sent it.
    pub key: String,
}

/// The answer that a request got, byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// What the request asked for, as a digest; another request under the same key is a mistake of the client.
    pub fingerprint: String,
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: String,
    /// When it was stored.
    pub stored_at: Timestamp,
}

/// Storage of answers.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AnswerRepository {
    /// The answer stored under a key at or after `since`.
    ///
    /// # Errors
    /// Only storage failures.
    fn find(&mut self, key: &AnswerKey, since: Timestamp) -> Result<Option<StoredAnswer>, StorageError>;

    /// Reserves the key for this transaction before the work begins: a rival with the same key waits here until this
    /// transaction ends. An answer older than `since` gives way.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::AnswerExists`] when an answer is stored, also when its transaction ends meanwhile.
    fn reserve(
        &mut self,
        key: &AnswerKey,
        fingerprint: &str,
        since: Timestamp,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Stores the answer under the reserved key.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the key is not reserved.
    fn store(&mut self, key: &AnswerKey, answer: &StoredAnswer) -> Result<(), StorageError>;
}
