//! Moving a booking to another time.

use instainstru_core::{booking::BookingAction, grid::TimeRange, length::LessonLength};
use instainstru_domain::{
    account::User,
    booking::{Booking, BookingDetails},
    event::DomainEvent,
    ids::BookingId,
    ports::{StorageError, TransactorExt, UnitOfWork},
};
use jiff::Timestamp;

use super::{
    Alternative, BookingError, BookingService, Reschedule,
    alternatives::with_alternatives,
    rules::{self, Wish},
};

/// A move that did not work out, with what is needed to look for alternatives once the transaction is over.
struct Failed {
    error: BookingError,
    wish: Option<(Wish, Option<Alternative>)>,
}

impl<E: Into<BookingError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self { error: error.into(), wish: None }
    }
}

impl BookingService {
    pub(super) fn move_booking(
        &self,
        actor: &User,
        booking: BookingId,
        to: &Reschedule,
    ) -> Result<BookingDetails, BookingError> {
        let now = self.clock.now();
        let moved =
            self.tx.transaction(|uow| attempt(uow, actor, booking, to, now)).map_err(|failed: Failed| {
                match failed.wish {
                    Some((wish, now_at)) => {
                        with_alternatives(failed.error, self.tx.as_ref(), &wish, now, now_at)
                    }
                    None => failed.error,
                }
            })?;
        tracing::info!(booking.id = booking.get(), "booking moved");
        Ok(moved)
    }
}

fn attempt(
    uow: &mut dyn UnitOfWork,
    actor: &User,
    id: BookingId,
    to: &Reschedule,
    now: Timestamp,
) -> Result<BookingDetails, Failed> {
    let booking = uow.bookings().lock(id)?.ok_or(BookingError::NotFound)?;
    if !booking.is_party(actor.id) {
        return Err(BookingError::NotParty.into());
    }
    booking.status.after(BookingAction::Reschedule).map_err(BookingError::Transition)?;
    if booking.time.instants.start() <= now {
        return Err(BookingError::AlreadyBegan.into());
    }
    uow.users().lock(&[booking.instructor_id, booking.student_id])?;

    let length = to.length.unwrap_or(booking.length);
    let wish = Wish {
        instructor: booking.instructor_id,
        student: Some(booking.student_id),
        date: to.date,
        start: to.start_time,
        length,
        except: Some(id),
    };
    // Where the lesson is now is no alternative to where it should go.
    let now_at = (length == booking.length)
        .then(|| Alternative { date: booking.time.date, start_time: booking.time.range.start() });
    place(uow, booking, &wish, now).map_err(|error| Failed { error, wish: Some((wish, now_at)) })
}

fn place(
    uow: &mut dyn UnitOfWork,
    booking: Booking,
    wish: &Wish,
    now: Timestamp,
) -> Result<BookingDetails, BookingError> {
    let instructor = uow.instructors().find(booking.instructor_id)?;
    rules::not_past(wish.date, instructor.as_ref(), now)?;
    TimeRange::lesson(wish.start, wish.length).map_err(|_past_midnight| BookingError::PastMidnight)?;
    let instructor = instructor.ok_or(BookingError::InstructorNotFound)?;
    rules::taking_bookings(&instructor.user)?;
    if wish.length != booking.length {
        let offered = possible_lengths(uow, &booking)?;
        rules::length_offered(&offered, wish.length.minutes())?;
    }
    if let Some(reason) = wish.obstacle(uow, instructor.clone(), now)? {
        return Err(rules::refused(reason, instructor.profile.details.notice));
    }

    let (time, claims) = wish.placed(&instructor)?;
    let moved = booking.moved(time, wish.length, now)?;
    uow.bookings()
        .move_claims(&moved, &claims)
        .map_err(|error| rules::claims_refused(error, moved.instructor_id))?;
    uow.bookings().update(&moved)?;
    let event = DomainEvent::BookingRescheduled {
        booking: moved.id,
        instructor: moved.instructor_id,
        student: moved.student_id,
    };
    uow.outbox().push(&event, now)?;
    uow.bookings()
        .find(moved.id)?
        .ok_or_else(|| StorageError::unexpected("a booking that was just moved cannot be read").into())
}

/// The length it has and those its service offers. The service may have been withdrawn meanwhile: what was agreed stays.
fn possible_lengths(uow: &mut dyn UnitOfWork, booking: &Booking) -> Result<Vec<LessonLength>, StorageError> {
    let service = uow.instructors().find_service(booking.instructor_service_id)?;
    let mut lengths =
        service.map_or_else(Vec::new, |service| service.offer.terms.durations.as_slice().to_vec());
    if !lengths.contains(&booking.length) {
        lengths.push(booking.length);
    }
    Ok(lengths)
}
