//! Events that wait for delivery.

use diesel::prelude::*;
use instainstru_domain::{
    event::DomainEvent,
    ports::{Outbox, StorageError},
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    schema::outbox,
    types::{Instant, Json},
    unit_of_work::DieselUnitOfWork,
};

/// What an event says besides its kind: ids and dates, never copies.
fn payload(event: &DomainEvent) -> serde_json::Value {
    match *event {
        DomainEvent::UserRegistered { user } => json!({ "user": user.get() }),
        DomainEvent::BookingConfirmed { booking, instructor }
        | DomainEvent::BookingRescheduled { booking, instructor }
        | DomainEvent::BookingCompleted { booking, instructor }
        | DomainEvent::BookingMissed { booking, instructor } => {
            json!({ "booking": booking.get(), "instructor": instructor.get() })
        }
        DomainEvent::BookingCancelled { booking, instructor, by } => {
            json!({ "booking": booking.get(), "instructor": instructor.get(), "by": by.get() })
        }
        DomainEvent::AvailabilityChanged { instructor, dates } => json!({
            "instructor": instructor.get(),
            "first": dates.first().to_string(),
            "last": dates.last().to_string(),
        }),
        DomainEvent::InstructorChanged { instructor } => json!({ "instructor": instructor.get() }),
        DomainEvent::CatalogueChanged { service } => json!({ "service": service.get() }),
    }
}

impl Outbox for DieselUnitOfWork<'_> {
    fn push(&mut self, event: &DomainEvent, at: Timestamp) -> Result<(), StorageError> {
        let (aggregate_type, aggregate_id) = event.aggregate().key();
        self.execute(|connection| {
            diesel::insert_into(outbox::table)
                .values((
                    outbox::aggregate_type.eq(aggregate_type),
                    outbox::aggregate_id.eq(aggregate_id),
                    outbox::event_type.eq(event.kind()),
                    outbox::payload.eq(Json(payload(event).to_string())),
                    outbox::created_at.eq(Instant(at)),
                ))
                .execute(connection)
        })?;
        Ok(())
    }
}
