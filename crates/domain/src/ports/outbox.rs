//! Where events wait for delivery.

use jiff::Timestamp;

use super::StorageError;
use crate::event::{DomainEvent, RecordedEvent, UnreadableEvent};

/// Where events wait for delivery. What is pushed is delivered if and only if the transaction commits.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Outbox {
    /// Stores an event, and a delivery to each of [`crate::delivery::consumers_of`] the event.
    ///
    /// # Errors
    /// Only storage failures.
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError>;

    /// Stores many events like [`Outbox::push`], in this order.
    ///
    /// # Errors
    /// Only storage failures.
    fn push_all(&mut self, events: &[DomainEvent], at: Timestamp) -> Result<(), StorageError> {
        events.iter().try_for_each(|event| self.push(event, at))
    }

    /// Events with a number above `after`, by number, at most `limit`.
    ///
    /// Numbers are given when an event is pushed and become visible when its transaction commits, so an event can appear
    /// below a number that was seen before: whoever follows the outbox must look back. What is kept but cannot be read MUST
    /// come as an unreadable event in its place, lest it hide the events after it.
    ///
    /// # Errors
    /// Only storage failures.
    fn events(
        &mut self,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Result<RecordedEvent, UnreadableEvent>>, StorageError>;

    /// The highest number so far; 0 without events.
    ///
    /// # Errors
    /// Only storage failures.
    fn last_number(&mut self) -> Result<i64, StorageError>;
}
