//! Events on their way to their consumers, in memory.

use std::collections::BTreeMap;

use instainstru_domain::{
    delivery::{Claimed, Delivery, DeliveryFigures, DeliveryId, DeliveryState, Settlement},
    ports::{DeliveryRepository, StorageError, deliveries::Claim},
};
use jiff::Timestamp;

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    /// Whether nobody is in the way of a delivery and its time has come.
    fn is_due(&self, delivery: &Delivery, consumers: &[&'static str], now: Timestamp) -> bool {
        let is_earlier = |other: &Delivery| {
            other.state == DeliveryState::Pending
                && other.consumer == delivery.consumer
                && other.event.event.aggregate() == delivery.event.event.aggregate()
                && other.event.number < delivery.event.number
        };
        delivery.state == DeliveryState::Pending
            && delivery.available_at <= now
            && consumers.contains(&delivery.consumer.as_str())
            && !self.deliveries.values().any(is_earlier)
    }
}

impl DeliveryRepository for MemoryUnitOfWork<'_> {
    fn is_any_due(&mut self, consumers: &[&'static str], now: Timestamp) -> Result<bool, StorageError> {
        let state = self.call()?;
        Ok(state.deliveries.values().any(|delivery| state.is_due(delivery, consumers, now)))
    }

    fn claim(&mut self, claim: &Claim) -> Result<Vec<Claimed>, StorageError> {
        let state = self.call()?;
        let all = state.deliveries.values();
        let mut due: Vec<(Timestamp, DeliveryId)> = all
            .filter(|delivery| state.is_due(delivery, &claim.consumers, claim.now))
            .map(|delivery| (delivery.available_at, delivery.id))
            .collect();
        due.sort_unstable();
        due.truncate(usize::try_from(claim.limit).unwrap_or(usize::MAX));
        let mut claimed = Vec::new();
        for (_since, id) in due {
            let Some(delivery) = state.deliveries.get_mut(&id) else { continue };
            delivery.attempts += 1;
            delivery.lease = Some(claim.lease.clone());
            delivery.available_at = claim.until;
            claimed.push(Claimed {
                id,
                event: delivery.event,
                consumer: delivery.consumer.clone(),
                attempt: delivery.attempts,
            });
        }
        claimed.sort_unstable_by_key(|claimed| claimed.event.number);
        Ok(claimed)
    }

    fn settle(
        &mut self,
        id: DeliveryId,
        lease: &str,
        settlement: &Settlement,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let delivery = self.call()?.deliveries.get_mut(&id);
        let Some(delivery) = delivery.filter(|delivery| delivery.lease.as_deref() == Some(lease)) else {
            return Ok(false);
        };
        delivery.lease = None;
        match settlement.clone() {
            Settlement::Delivered => {
                delivery.state = DeliveryState::Delivered;
                delivery.last_error = None;
                delivery.settled_at = Some(at);
            }
            Settlement::Later { available_at, error } => {
                delivery.available_at = available_at;
                delivery.last_error = Some(error);
            }
            Settlement::Dead { error } => {
                delivery.state = DeliveryState::Dead;
                delivery.last_error = Some(error);
                delivery.settled_at = Some(at);
            }
            Settlement::Untried => {
                delivery.available_at = at;
                delivery.attempts -= 1;
            }
        }
        Ok(true)
    }

    fn figures(&mut self) -> Result<Vec<DeliveryFigures>, StorageError> {
        let mut figures: BTreeMap<String, DeliveryFigures> = BTreeMap::new();
        for delivery in self.call()?.deliveries.values() {
            let is_pending = match delivery.state {
                DeliveryState::Pending => true,
                DeliveryState::Dead => false,
                DeliveryState::Delivered | DeliveryState::Discarded => continue,
            };
            let consumer = delivery.consumer.clone();
            let known = figures.entry(consumer.clone()).or_insert(DeliveryFigures {
                consumer,
                pending: 0,
                oldest_pending_at: None,
                dead: 0,
            });
            if is_pending {
                known.pending += 1;
                let oldest = known.oldest_pending_at.unwrap_or(delivery.created_at);
                known.oldest_pending_at = Some(oldest.min(delivery.created_at));
            } else {
                known.dead += 1;
            }
        }
        Ok(figures.into_values().collect())
    }

    fn list(
        &mut self,
        state: Option<DeliveryState>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Delivery>, StorageError> {
        let all = self.call()?.deliveries.values();
        let listed =
            all.filter(|delivery| delivery.id.get() > after && state.is_none_or(|s| s == delivery.state));
        Ok(listed.take(usize::try_from(limit).unwrap_or(usize::MAX)).cloned().collect())
    }

    /// Only reads: writers of this store wait for each other anyway.
    fn lock(&mut self, id: DeliveryId) -> Result<Option<Delivery>, StorageError> {
        Ok(self.call()?.deliveries.get(&id).cloned())
    }

    fn update(&mut self, delivery: &Delivery) -> Result<(), StorageError> {
        let stored = self.call()?.deliveries.get_mut(&delivery.id);
        let stored = stored.ok_or_else(|| missing("delivery", delivery.id))?;
        *stored = Delivery {
            event: stored.event,
            consumer: stored.consumer.clone(),
            created_at: stored.created_at,
            ..delivery.clone()
        };
        Ok(())
    }
}
