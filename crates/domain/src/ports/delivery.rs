//! Handing events over: what the worker asks of whoever acts on them.

use crate::event::{DomainEvent, RecordedEvent};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Acts on events outside the transaction that caused them: sends mail, drops cached answers.
///
/// An event is handed over at least once, and the events about one thing in the order in which they happened. The same event
/// can come again, after a crash or a failure, so acting twice MUST have the effect of acting once, or at least be
/// recognisable as a repetition by whoever it reaches.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait EventConsumer: Send + Sync {
    /// Stable name of the consumer, such as `mail`: what has been delivered to it is kept under this name.
    fn name(&self) -> &'static str;

    /// Whether the consumer acts on such events at all.
    fn wants(&self, event: &DomainEvent) -> bool;

    /// Acts on an event. May take long; runs outside any transaction and never on an async thread.
    ///
    /// # Errors
    /// [`ConsumerError`]; the event is handed over again later, or put aside when that would be in vain.
    fn handle(&self, event: &RecordedEvent) -> Result<(), ConsumerError>;
}

/// Why an event could not be acted on.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    /// It may work later: somebody did not answer, or asked to wait.
    #[error("{reason}")]
    Later {
        /// What went wrong, in words an administrator understands and without secrets.
        reason: String,
        /// Shortest time to wait before the next attempt, in seconds, when the other side named one.
        wait_seconds: Option<u32>,
        /// What was behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// It will never work: the event is put aside for an administrator.
    #[error("{reason}")]
    Never {
        /// What went wrong, in words an administrator understands and without secrets.
        reason: String,
        /// What was behind it.
        #[source]
        cause: Option<Cause>,
    },
}
