//! Deliveries: an event on its way to one consumer.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

use crate::{
    account::UnknownName,
    event::{DomainEvent, RecordedEvent},
    ids::InvalidId,
};

/// The consumer that writes mail, by its [`crate::ports::EventConsumer::name`].
pub const MAIL: &str = "mail";
/// The consumer that opens issues, by its [`crate::ports::EventConsumer::name`].
pub const ISSUES: &str = "issues";

/// The consumers that must be handed such an event.
///
/// Events are addressed when they are pushed, in the same transaction, so that whoever runs the delivery, and whenever, finds
/// the same addressees. A consumer that is added to this list gets the events from then on.
#[must_use]
pub const fn consumers_of(event: &DomainEvent) -> &'static [&'static str] {
    match event {
        DomainEvent::UserRegistered { .. }
        | DomainEvent::PasswordResetRequested { .. }
        | DomainEvent::PasswordChanged { .. }
        | DomainEvent::BookingConfirmed { .. }
        | DomainEvent::BookingRescheduled { .. }
        | DomainEvent::BookingCancelled { .. }
        | DomainEvent::ReminderDue { .. } => &[MAIL],
        DomainEvent::AlertRaised { .. } => &[MAIL, ISSUES],
        // Caches and the search index follow the numbers of the outbox themselves: they only care for what is newest.
        DomainEvent::BookingCompleted { .. }
        | DomainEvent::BookingMissed { .. }
        | DomainEvent::AvailabilityChanged { .. }
        | DomainEvent::InstructorChanged { .. }
        | DomainEvent::CatalogueChanged { .. }
        | DomainEvent::CategoryChanged { .. }
        | DomainEvent::VocabularyChanged
        | DomainEvent::CatalogueRanked { .. } => &[],
    }
}

/// A delivery. There are far more of them than of anything else, so the number has 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(i64);

impl DeliveryId {
    /// The id with this number.
    ///
    /// # Errors
    /// [`InvalidId`] below 1.
    pub const fn new(id: i64) -> Result<Self, InvalidId> {
        if id > 0 { Ok(Self(id)) } else { Err(InvalidId(id)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far a delivery has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// It waits for its first or next attempt, or somebody has it in hand.
    Pending,
    /// The consumer has acted on the event.
    Delivered,
    /// It was given up and waits for an administrator. Later events about the same thing are delivered all the same.
    Dead,
    /// An administrator decided that it is not worth delivering.
    Discarded,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Dead, Self::Discarded];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
            Self::Discarded => "discarded",
        }
    }
}

impl FromStr for DeliveryState {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "pending, delivered, dead, discarded"))
    }
}

/// An event on its way to one consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// What is delivered.
    pub event: RecordedEvent,
    /// To whom.
    pub consumer: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// How often it has been tried since it was pushed or last revived; the attempt in hand counts.
    pub attempts: u32,
    /// When the next attempt may begin; while somebody has it in hand, until when nobody else may take it.
    pub available_at: Timestamp,
    /// Who has it in hand.
    pub lease: Option<String>,
    /// What went wrong the last time.
    pub last_error: Option<String>,
    /// When the event happened.
    pub created_at: Timestamp,
    /// When it was delivered, given up or discarded.
    pub settled_at: Option<Timestamp>,
}

/// Why an administrator cannot change a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryRefusal {
    /// It has arrived.
    #[error("This event has been delivered already")]
    Delivered,
    /// It is being delivered at this moment.
    #[error("This event is being delivered right now")]
    InHand,
}

impl Delivery {
    /// Whether somebody has it in hand at `now`.
    #[must_use]
    pub fn is_in_hand(&self, now: Timestamp) -> bool {
        self.state == DeliveryState::Pending && self.lease.is_some() && self.available_at > now
    }

    /// The delivery to be tried again at once, with all its attempts before it.
    ///
    /// # Errors
    /// [`DeliveryRefusal`] when it has arrived or is in hand.
    pub fn revived(self, now: Timestamp) -> Result<Self, DeliveryRefusal> {
        self.refuse(now)?;
        Ok(Self {
            state: DeliveryState::Pending,
            attempts: 0,
            available_at: now,
            lease: None,
            settled_at: None,
            ..self
        })
    }

    /// The delivery after somebody decided that it is not worth it. Doing so again changes nothing.
    ///
    /// # Errors
    /// [`DeliveryRefusal`] when it has arrived or is in hand.
    pub fn discarded(self, now: Timestamp) -> Result<Self, DeliveryRefusal> {
        self.refuse(now)?;
        if self.state == DeliveryState::Discarded {
            return Ok(self);
        }
        Ok(Self { state: DeliveryState::Discarded, lease: None, settled_at: Some(now), ..self })
    }

    fn refuse(&self, now: Timestamp) -> Result<(), DeliveryRefusal> {
        match self.state {
            DeliveryState::Delivered => Err(DeliveryRefusal::Delivered),
            DeliveryState::Pending if self.is_in_hand(now) => Err(DeliveryRefusal::InHand),
            DeliveryState::Pending | DeliveryState::Dead | DeliveryState::Discarded => Ok(()),
        }
    }
}

/// A delivery that somebody has taken in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Which.
    pub id: DeliveryId,
    /// What is delivered.
    pub event: RecordedEvent,
    /// To whom.
    pub consumer: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The consumer has acted on the event.
    Delivered,
    /// It failed and is to be tried again.
    Later {
        /// Not before this.
        available_at: Timestamp,
        /// What went wrong.
        error: String,
    },
    /// It failed and is given up.
    Dead {
        /// What went wrong.
        error: String,
    },
    /// It was not tried after all, so the attempt does not count.
    Untried,
}

/// How much is on its way to one consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFigures {
    /// To whom.
    pub consumer: String,
    /// Number of deliveries that wait or are in hand.
    pub pending: u64,
    /// When the oldest event among them happened.
    pub oldest_pending_at: Option<Timestamp>,
    /// Number of deliveries that were given up.
    pub dead: u64,
}
