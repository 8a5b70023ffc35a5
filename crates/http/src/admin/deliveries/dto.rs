//! Deliveries on the wire.

use instainstru_domain::delivery::{Delivery, DeliveryFigures, DeliveryState};
use instainstru_service::deliveries::DeliveryList;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::InstantText;

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = DeliveryState)]
pub(super) enum StateName {
    /// It waits for its first or next attempt, or is in hand.
    Pending,
    /// It has arrived.
    Delivered,
    /// It was given up and waits for an administrator.
    Dead,
    /// An administrator decided that it is not worth delivering.
    Discarded,
}

impl From<DeliveryState> for StateName {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Pending => Self::Pending,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::Dead => Self::Dead,
            DeliveryState::Discarded => Self::Discarded,
        }
    }
}

/// An event on its way to one consumer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryResponse {
    /// Its id.
    #[schema(minimum = 1, example = 4711)]
    id: i64,
    /// Number of the event; it names the event to its consumer, also when it comes again.
    #[schema(minimum = 1, example = 4012)]
    event_number: i64,
    /// What happened.
    #[schema(example = "booking.confirmed")]
    event_type: &'static str,
    /// Kind of thing it happened to.
    #[schema(example = "booking")]
    aggregate_type: &'static str,
    /// Which one. Events about one thing are delivered in the order in which they happened.
    #[schema(minimum = 1, example = 31)]
    aggregate_id: i32,
    /// Who is handed the event.
    #[schema(example = "mail")]
    consumer: String,
    /// How far it has come.
    state: StateName,
    /// Attempts so far, since it was pushed or last revived.
    #[schema(minimum = 0, example = 3)]
    attempts: u32,
    /// What went wrong the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "the mail server is busy")]
    last_error: Option<String>,
    /// When the event happened.
    created_at: InstantText,
    /// When the next attempt may begin, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_attempt_at: Option<InstantText>,
    /// While somebody has it in hand: when that ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    in_hand_until: Option<InstantText>,
    /// When it was delivered, given up or discarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    settled_at: Option<InstantText>,
}

impl From<Delivery> for DeliveryResponse {
    fn from(delivery: Delivery) -> Self {
        let (aggregate_type, aggregate_id) = delivery.event.event.aggregate().key();
        let is_pending = delivery.state == DeliveryState::Pending;
        let (held, waiting) = match (is_pending, delivery.lease) {
            (true, Some(_holder)) => (Some(delivery.available_at), None),
            (true, None) => (None, Some(delivery.available_at)),
            (false, _) => (None, None),
        };
        Self {
            id: delivery.id.get(),
            event_number: delivery.event.number,
            event_type: delivery.event.event.kind(),
            aggregate_type,
            aggregate_id,
            consumer: delivery.consumer,
            state: delivery.state.into(),
            attempts: delivery.attempts,
            last_error: delivery.last_error,
            created_at: delivery.created_at.into(),
            next_attempt_at: waiting.map(Into::into),
            in_hand_until: held.map(Into::into),
            settled_at: delivery.settled_at.map(Into::into),
        }
    }
}

/// How much is on its way to one consumer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryFiguresResponse {
    /// To whom.
    #[schema(example = "mail")]
    consumer: String,
    /// Deliveries that wait or are in hand.
    #[schema(minimum = 0, example = 12)]
    pending: u64,
    /// Age of the oldest of them in seconds; 0 without any.
    #[schema(minimum = 0, example = 3)]
    oldest_age_seconds: i64,
    /// Deliveries that were given up.
    #[schema(minimum = 0, example = 1)]
    dead: u64,
}

impl DeliveryFiguresResponse {
    fn new(figures: DeliveryFigures, now: Timestamp) -> Self {
        let age = |since: Timestamp| now.duration_since(since).as_secs().max(0);
        Self {
            consumer: figures.consumer,
            pending: figures.pending,
            oldest_age_seconds: figures.oldest_pending_at.map_or(0, age),
            dead: figures.dead,
        }
    }
}

/// Some deliveries, and how much there is of all.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryListResponse {
    /// The deliveries, by id.
    deliveries: Vec<DeliveryResponse>,
    /// What to send as `after` for the next page; absent when this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, example = 4711)]
    next_after: Option<i64>,
    /// Consumers with something pending or dead.
    figures: Vec<DeliveryFiguresResponse>,
}

impl DeliveryListResponse {
    pub(super) fn new(list: DeliveryList, limit: u32, now: Timestamp) -> Self {
        let is_full = list.items.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let last = list.items.last().map(|delivery| delivery.id.get());
        Self {
            next_after: last.filter(|_last| is_full),
            deliveries: list.items.into_iter().map(Into::into).collect(),
            figures: list.figures.into_iter().map(|one| DeliveryFiguresResponse::new(one, now)).collect(),
        }
    }
}
