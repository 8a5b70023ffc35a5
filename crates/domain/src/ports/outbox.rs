//! Where events wait for delivery.

use jiff::Timestamp;

use super::StorageError;
use crate::event::DomainEvent;

/// Where events wait for delivery. What is pushed is delivered if and only if the transaction commits.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Outbox {
    /// Stores an event for delivery.
    ///
    /// # Errors
    /// Only storage failures.
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError>;
}
