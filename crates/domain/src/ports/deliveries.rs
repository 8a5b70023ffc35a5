//! Storage of deliveries: which events are on their way to whom.

use jiff::Timestamp;

use super::StorageError;
use crate::delivery::{Claimed, Delivery, DeliveryFigures, DeliveryId, DeliveryState, Settlement};

/// Taking deliveries in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// For these consumers, by name.
    pub consumers: Vec<&'static str>,
    /// Who takes them: a name that nobody else uses, and that its owner uses once.
    pub lease: String,
    /// Now.
    pub now: Timestamp,
    /// Until then nobody else takes what is taken; afterwards whoever took it counts as dead. Much further away than the
    /// clocks of two nodes may differ.
    pub until: Timestamp,
    /// At most so many.
    pub limit: u32,
}

/// Storage of deliveries. They come into being when events are pushed into the [`super::Outbox`], one for each of
/// [`crate::delivery::consumers_of`].
///
/// A delivery can be taken when it is pending, its time has come, and no earlier event about the same thing is pending for the
/// same consumer, whether that one waits for its next attempt or is in hand.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait DeliveryRepository {
    /// Whether there is anything to take. Only reads, so that looking costs writers nothing.
    ///
    /// # Errors
    /// Only storage failures.
    fn is_any_due(&mut self, consumers: &[&'static str], now: Timestamp) -> Result<bool, StorageError>;

    /// Takes deliveries in hand, those that have waited longest first; each taking counts as an attempt.
    ///
    /// MUST NOT give one delivery to two takers, also when they take at the same moment, and MUST NOT wait for a rival. What
    /// was taken by somebody whose time is over is taken again.
    ///
    /// # Errors
    /// Only storage failures.
    fn claim(&mut self, claim: &Claim) -> Result<Vec<Claimed>, StorageError>;

    /// States how an attempt ended; `false`, and nothing is changed, when the delivery is not in the hand of `lease` any more.
    ///
    /// # Errors
    /// Only storage failures.
    fn settle(
        &mut self,
        id: DeliveryId,
        lease: &str,
        settlement: &Settlement,
        at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// How much is on its way, by name of the consumer; consumers with nothing pending or dead are left out. Constant
    /// statements.
    ///
    /// # Errors
    /// Only storage failures.
    fn figures(&mut self) -> Result<Vec<DeliveryFigures>, StorageError>;

    /// Deliveries in this state, or in any, with an id above `after`, by id, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(
        &mut self,
        state: Option<DeliveryState>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Delivery>, StorageError>;

    /// A delivery, held against other writers until the transaction ends.
    ///
    /// # Errors
    /// Only storage failures.
    fn lock(&mut self, id: DeliveryId) -> Result<Option<Delivery>, StorageError>;

    /// Stores everything of a delivery that can change.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when it does not exist.
    fn update(&mut self, delivery: &Delivery) -> Result<(), StorageError>;
}
