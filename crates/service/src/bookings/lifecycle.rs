//! What happens to a booking after it was made: notes, cancellation, completion.

use instainstru_core::booking::InvalidTransition;
use instainstru_domain::{
    account::{Role, User},
    booking::{Booking, BookingDetails, Cancellation},
    event::DomainEvent,
    ids::BookingId,
    policy,
    ports::{StorageError, TransactorExt, UnitOfWork},
    text::CancellationReason,
};
use jiff::Timestamp;

use super::{BookingError, BookingService, UpdateBooking};

/// How a lesson ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ending {
    TookPlace,
    Missed,
}

impl Ending {
    /// What only instructors can do.
    const fn right(self) -> &'static str {
        match self {
            Self::TookPlace => "mark bookings as complete",
            Self::Missed => "mark bookings as a no-show",
        }
    }

    const fn participle(self) -> &'static str {
        match self {
            Self::TookPlace => "completed",
            Self::Missed => "marked as a no-show",
        }
    }

    fn apply(self, booking: Booking, at: Timestamp) -> Result<Booking, InvalidTransition> {
        match self {
            Self::TookPlace => booking.completed(at),
            Self::Missed => booking.missed(at),
        }
    }

    const fn event(self, booking: &Booking) -> DomainEvent {
        let (booking, instructor, student) = (booking.id, booking.instructor_id, booking.student_id);
        match self {
            Self::TookPlace => DomainEvent::BookingCompleted { booking, instructor, student },
            Self::Missed => DomainEvent::BookingMissed { booking, instructor, student },
        }
    }
}

impl BookingService {
    pub(super) fn change(
        &self,
        actor: &User,
        id: BookingId,
        change: &UpdateBooking,
    ) -> Result<BookingDetails, BookingError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let mut booking = taught_by(uow, actor, id)?;
            booking.instructor_note = change.instructor_note.clone().or(booking.instructor_note);
            booking.meeting_location = change.meeting_location.clone().or(booking.meeting_location);
            booking.updated_at = Some(now);
            uow.bookings().update(&booking)?;
            details(uow, id)
        })
    }

    pub(super) fn call_off(
        &self,
        actor: &User,
        id: BookingId,
        reason: &CancellationReason,
    ) -> Result<BookingDetails, BookingError> {
        let now = self.clock.now();
        let cancelled = self.tx.transaction(|uow| {
            let booking = uow.bookings().lock(id)?.ok_or(BookingError::NotFound)?;
            if !booking.is_party(actor.id) {
                return Err(BookingError::NotParty);
            }
            let cancellation = Cancellation { at: now, by: actor.id, reason: reason.clone() };
            call_off::<BookingError>(uow, booking, cancellation)?;
            details(uow, id)
        })?;
        let late = policy::is_late_cancellation(cancelled.booking.time.instants.start(), now);
        tracing::info!(booking.id = id.get(), late, "booking cancelled");
        Ok(cancelled)
    }

    pub(super) fn end(
        &self,
        actor: &User,
        id: BookingId,
        ending: Ending,
    ) -> Result<BookingDetails, BookingError> {
        if actor.role != Role::Instructor {
            return Err(BookingError::NotInstructor(ending.right()));
        }
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let booking = ending.apply(taught_by(uow, actor, id)?, now)?;
            if booking.time.instants.start() > now && !self.rules.allow_early_complete {
                return Err(BookingError::NotYet(ending.participle()));
            }
            uow.bookings().update(&booking)?;
            uow.outbox().push(&ending.event(&booking), now)?;
            details(uow, id)
        })
    }
}

/// Calls off a booking that is held: its time is free again, and others learn of it.
pub(crate) fn call_off<E: From<InvalidTransition> + From<StorageError>>(
    uow: &mut dyn UnitOfWork,
    booking: Booking,
    cancellation: Cancellation,
) -> Result<(), E> {
    let (id, by, at) = (booking.id, cancellation.by, cancellation.at);
    let booking = booking.cancelled(cancellation)?;
    // Booking first, then people, then claims: everyone who needs several takes them in this order.
    uow.users().lock(&[booking.instructor_id, booking.student_id])?;
    uow.bookings().update(&booking)?;
    uow.bookings().release_claims(id)?;
    let (instructor, student) = (booking.instructor_id, booking.student_id);
    let event = DomainEvent::BookingCancelled { booking: id, instructor, student, by };
    uow.outbox().push(&event, at)?;
    Ok(())
}

/// The booking, held for a change by its instructor.
fn taught_by(uow: &mut dyn UnitOfWork, actor: &User, id: BookingId) -> Result<Booking, BookingError> {
    let booking = uow.bookings().lock(id)?.ok_or(BookingError::NotFound)?;
    if booking.instructor_id == actor.id { Ok(booking) } else { Err(BookingError::NotItsInstructor) }
}

fn details(uow: &mut dyn UnitOfWork, id: BookingId) -> Result<BookingDetails, BookingError> {
    uow.bookings()
        .find(id)?
        .ok_or_else(|| StorageError::unexpected("a booking that was just changed cannot be read").into())
}
