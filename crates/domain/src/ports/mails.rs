//! Which mails have been sent.

use jiff::Timestamp;

use super::StorageError;

/// A mail that was handed to whoever delivers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// Its Message-ID, without angle brackets: at most 400 bytes of ASCII.
    pub message_id: String,
    /// Number of the event it tells of.
    pub event: i64,
    /// When it was handed over.
    pub sent_at: Timestamp,
}

/// Which mails have been sent: what keeps an event that is handled again from being told again.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SentMailRepository {
    /// The Message-IDs of all mails sent about an event, in order. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn about(&mut self, event: i64) -> Result<Vec<String>, StorageError>;

    /// Notes that a mail was sent. Noting the same mail again changes nothing and is no error. MUST be forgotten together with
    /// the event.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the outbox has no such event.
    fn insert(&mut self, mail: &SentMail) -> Result<(), StorageError>;
}
