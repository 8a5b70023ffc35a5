//! Looking after deliveries over any storage.

use std::sync::Arc;

use instainstru_domain::{
    delivery::{Delivery, DeliveryFigures, DeliveryId, DeliveryRefusal},
    ports::{Clock, Transactor, TransactorExt},
};
use jiff::Timestamp;

use super::{DeliveryError, DeliveryList, DeliveryUseCases, ListDeliveries};

/// Looking after deliveries over any storage.
pub struct DeliveryService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
}

impl DeliveryService {
    /// The deliveries kept in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }

    fn change(
        &self,
        id: DeliveryId,
        change: impl Fn(Delivery, Timestamp) -> Result<Delivery, DeliveryRefusal>,
    ) -> Result<Delivery, DeliveryError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let delivery = uow.deliveries().lock(id)?.ok_or(DeliveryError::NotFound)?;
            let changed = change(delivery, now)?;
            uow.deliveries().update(&changed)?;
            Ok(changed)
        })
    }
}

impl DeliveryUseCases for DeliveryService {
    fn list(&self, query: ListDeliveries) -> Result<DeliveryList, DeliveryError> {
        self.tx.reading(|uow| {
            Ok(DeliveryList {
                items: uow.deliveries().list(query.state, query.after, query.limit)?,
                figures: uow.deliveries().figures()?,
            })
        })
    }

    fn figures(&self) -> Result<Vec<DeliveryFigures>, DeliveryError> {
        self.tx.reading(|uow| Ok(uow.deliveries().figures()?))
    }

    fn retry(&self, id: DeliveryId) -> Result<Delivery, DeliveryError> {
        let revived = self.change(id, Delivery::revived)?;
        tracing::info!(delivery.id = id.get(), "delivery revived");
        Ok(revived)
    }

    fn discard(&self, id: DeliveryId) -> Result<Delivery, DeliveryError> {
        let discarded = self.change(id, Delivery::discarded)?;
        tracing::info!(delivery.id = id.get(), "delivery discarded");
        Ok(discarded)
    }
}
