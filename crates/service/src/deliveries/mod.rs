//! Looking after deliveries: what is under way, what was given up, and what becomes of it.

mod service;

use instainstru_domain::{
    delivery::{Delivery, DeliveryFigures, DeliveryId, DeliveryRefusal, DeliveryState},
    ids::UserId,
    ports::StorageError,
};

pub use self::service::DeliveryService;

/// Which deliveries to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListDeliveries {
    /// Only those in this state.
    pub state: Option<DeliveryState>,
    /// Only those with an id above this.
    pub after: i64,
    /// At most so many.
    pub limit: u32,
}

/// Some deliveries, and how much there is of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryList {
    /// The deliveries, by id.
    pub items: Vec<Delivery>,
    /// How much is on its way to each consumer.
    pub figures: Vec<DeliveryFigures>,
}

/// Looking after deliveries. Only administrators may; whoever calls sees to that.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait DeliveryUseCases: Send + Sync {
    /// Some deliveries and the figures of all.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(&self, query: ListDeliveries) -> Result<DeliveryList, DeliveryError>;

    /// How much is on its way to each consumer, for monitoring.
    ///
    /// # Errors
    /// Only storage failures.
    fn figures(&self) -> Result<Vec<DeliveryFigures>, DeliveryError>;

    /// Has a delivery tried at once, with all its attempts before it. Who asked for it is written down.
    ///
    /// # Errors
    /// [`DeliveryError::NotFound`], [`DeliveryError::Refused`].
    fn retry(&self, actor: UserId, id: DeliveryId) -> Result<Delivery, DeliveryError>;

    /// Gives a delivery up for good. Who decided it is written down.
    ///
    /// # Errors
    /// [`DeliveryError::NotFound`], [`DeliveryError::Refused`].
    fn discard(&self, actor: UserId, id: DeliveryId) -> Result<Delivery, DeliveryError>;
}

/// Why looking after a delivery failed.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// There is no such delivery.
    #[error("Delivery not found")]
    NotFound,
    /// Its state does not allow it.
    #[error(transparent)]
    Refused(#[from] DeliveryRefusal),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
