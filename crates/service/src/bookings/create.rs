//! Booking a lesson.

use instainstru_core::grid::TimeRange;
use instainstru_domain::{
    account::{Role, User},
    booking::{BookingDetails, NewBooking},
    event::DomainEvent,
    ports::{StorageError, TransactorExt, UnitOfWork},
};
use jiff::Timestamp;

use super::{
    BookingError, BookingService, CreateBooking,
    alternatives::with_alternatives,
    rules::{self, Wish},
};

impl BookingService {
    pub(super) fn book(&self, actor: &User, command: &CreateBooking) -> Result<BookingDetails, BookingError> {
        let now = self.clock.now();
        let wish = Wish {
            instructor: command.instructor_id,
            student: Some(actor.id),
            date: command.date,
            start: command.start_time,
            length: command.length,
            except: None,
        };
        let booked = self
            .tx
            .transaction(|uow| attempt(uow, actor, command, &wish, now))
            .map_err(|error| with_alternatives(error, self.tx.as_ref(), &wish, now, None))?;
        tracing::info!(booking.id = booked.booking.id.get(), "booking confirmed");
        Ok(booked)
    }
}

fn attempt(
    uow: &mut dyn UnitOfWork,
    actor: &User,
    command: &CreateBooking,
    wish: &Wish,
    now: Timestamp,
) -> Result<BookingDetails, BookingError> {
    // Whoever changes the account, the profile or the services of the instructor holds the same row, and so does every
    // rival booking of one of the two: what is read below stays true until the commit.
    uow.users().lock(&[command.instructor_id, actor.id])?;
    let instructor = uow.instructors().find(command.instructor_id)?;
    rules::not_past(command.date, instructor.as_ref(), now)?;
    TimeRange::lesson(command.start_time, command.length)
        .map_err(|_past_midnight| BookingError::PastMidnight)?;
    if actor.role != Role::Student {
        return Err(BookingError::NotStudent);
    }
    let service = rules::active_service(uow, command.instructor_service_id)?;
    let instructor = instructor.ok_or(BookingError::InstructorNotFound)?;
    rules::offered_by(&instructor, &service)?;
    rules::taking_bookings(&instructor.user)?;
    rules::length_offered(service.offer.terms.durations.as_slice(), command.length.minutes())?;
    if let Some(reason) = wish.obstacle(uow, instructor.clone(), now)? {
        return Err(rules::refused(reason, instructor.profile.details.notice));
    }

    let (time, claims) = wish.placed(&instructor)?;
    let areas = &instructor.profile.details.areas;
    let hourly_rate = service.offer.terms.hourly_rate;
    let booking = NewBooking {
        student_id: actor.id,
        instructor_id: command.instructor_id,
        instructor_service_id: service.id,
        time,
        length: command.length,
        service_name: service.name,
        hourly_rate,
        total_price: hourly_rate.price_of(command.length),
        service_area: (!areas.is_empty()).then(|| areas.joined()),
        meeting_location: command.meeting_location.clone(),
        location_type: command.location_type,
        student_note: command.student_note.clone(),
        created_at: now,
    };
    let booking = uow
        .bookings()
        .insert(&booking, &claims)
        .map_err(|error| rules::claims_refused(error, command.instructor_id))?;
    let event = DomainEvent::BookingConfirmed {
        booking: booking.id,
        instructor: booking.instructor_id,
        student: booking.student_id,
    };
    uow.outbox().push(&event, now)?;
    uow.bookings()
        .find(booking.id)?
        .ok_or_else(|| StorageError::unexpected("a booking that was just stored cannot be read").into())
}
