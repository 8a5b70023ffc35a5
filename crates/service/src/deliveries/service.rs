//! Looking after deliveries over any storage.

use std::sync::Arc;

use instainstru_domain::{
    audit::{AuditAction, AuditSubject, NewAuditEntry},
    delivery::{Delivery, DeliveryFigures, DeliveryId, DeliveryRefusal},
    ids::UserId,
    ports::{Clock, Transactor, TransactorExt},
};
use jiff::Timestamp;

use super::{DeliveryError, DeliveryList, DeliveryUseCases, ListDeliveries};
use crate::audit;

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
        actor: UserId,
        action: AuditAction,
        id: DeliveryId,
        change: impl Fn(Delivery, Timestamp) -> Result<Delivery, DeliveryRefusal>,
    ) -> Result<Delivery, DeliveryError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let delivery = uow.deliveries().lock(id)?.ok_or(DeliveryError::NotFound)?;
            let changed = change(delivery, now)?;
            uow.deliveries().update(&changed)?;
            let entry = NewAuditEntry::new(action, now)
                .by(actor)
                .about(AuditSubject::event(changed.event.number))
                .saying("consumer", &changed.consumer);
            audit::record(uow, entry)?;
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

    fn retry(&self, actor: UserId, id: DeliveryId) -> Result<Delivery, DeliveryError> {
        let revived = self.change(actor, AuditAction::EventRetried, id, Delivery::revived)?;
        tracing::info!(delivery.id = id.get(), "delivery revived");
        Ok(revived)
    }

    fn discard(&self, actor: UserId, id: DeliveryId) -> Result<Delivery, DeliveryError> {
        let discarded = self.change(actor, AuditAction::EventDiscarded, id, Delivery::discarded)?;
        tracing::info!(delivery.id = id.get(), "delivery discarded");
        Ok(discarded)
    }
}
