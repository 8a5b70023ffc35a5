//! The use cases of bookings, each in its own file; here those that only read.

use std::sync::Arc;

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    account::{Role, User},
    booking::{BookingDetails, BookingFilter, BookingOrder, BookingStats, Side},
    ids::{BookingId, UserId},
    page::{Page, Paged},
    ports::{Clock, StorageError, Transactor, TransactorExt, UnitOfWork},
    text::CancellationReason,
    zone::Zone,
};
use jiff::{Timestamp, civil::Date};

use super::{
    BookingError, BookingRules, BookingUseCases, CheckTime, CreateBooking, ListBookings, Reschedule,
    TimeCheck, UpdateBooking, lifecycle::Ending,
};

/// Bookings over any storage.
pub struct BookingService {
    pub(super) tx: Arc<dyn Transactor>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rules: BookingRules,
}

impl BookingService {
    /// Bookings kept in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>, rules: BookingRules) -> Self {
        Self { tx, clock, rules }
    }
}

impl BookingUseCases for BookingService {
    fn create(&self, actor: &User, command: &CreateBooking) -> Result<BookingDetails, BookingError> {
        self.book(actor, command)
    }

    fn check(&self, actor: &User, check: &CheckTime) -> Result<TimeCheck, BookingError> {
        self.check_time(actor, check)
    }

    fn list(
        &self,
        actor: &User,
        query: ListBookings,
        page: Page,
    ) -> Result<Paged<BookingDetails>, BookingError> {
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let all = BookingFilter {
                side: side(actor),
                status: query.status,
                from: None,
                until: None,
                order: BookingOrder::NewestFirst,
            };
            let filter = match (query.upcoming_only, query.status) {
                (false, _) => all,
                (true, None | Some(BookingStatus::Confirmed)) => {
                    BookingFilter { order: BookingOrder::NewestFirst, ..upcoming(uow, actor, now)? }
                }
                (true, Some(_)) => return Ok(Paged { items: Vec::new(), total: 0 }),
            };
            Ok(uow.bookings().list(&filter, page)?)
        })
    }

    fn upcoming(&self, actor: &User, limit: u32) -> Result<Vec<BookingDetails>, BookingError> {
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let filter = upcoming(uow, actor, now)?;
            Ok(uow.bookings().list(&filter, Page::first(limit))?.items)
        })
    }

    fn stats(&self, actor: &User) -> Result<BookingStats, BookingError> {
        if actor.role != Role::Instructor {
            return Err(BookingError::NotInstructor("view booking stats"));
        }
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let today = today_of_instructor(uow, actor.id, now)?;
            Ok(uow.bookings().stats(actor.id, today)?)
        })
    }

    fn get(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError> {
        self.tx.reading(|uow| {
            uow.bookings()
                .find(booking)?
                .filter(|found| found.booking.is_party(actor.id))
                .ok_or(BookingError::NotFound)
        })
    }

    fn update(
        &self,
        actor: &User,
        booking: BookingId,
        change: &UpdateBooking,
    ) -> Result<BookingDetails, BookingError> {
        self.change(actor, booking, change)
    }

    fn reschedule(
        &self,
        actor: &User,
        booking: BookingId,
        to: &Reschedule,
    ) -> Result<BookingDetails, BookingError> {
        self.move_booking(actor, booking, to)
    }

    fn cancel(
        &self,
        actor: &User,
        booking: BookingId,
        reason: &CancellationReason,
    ) -> Result<BookingDetails, BookingError> {
        self.call_off(actor, booking, reason)
    }

    fn complete(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError> {
        self.end(actor, booking, Ending::TookPlace)
    }

    fn mark_no_show(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError> {
        self.end(actor, booking, Ending::Missed)
    }
}

/// A student sees the lessons they booked, anybody else those they teach.
const fn side(actor: &User) -> Side {
    match actor.role {
        Role::Student => Side::Student(actor.id),
        Role::Instructor => Side::Instructor(actor.id),
    }
}

/// Confirmed bookings of the caller from today on.
fn upcoming(uow: &mut dyn UnitOfWork, actor: &User, now: Timestamp) -> Result<BookingFilter, StorageError> {
    // The date of a booking is meant in the zone of its instructor. A student may have lessons in several zones and states
    // none, so "today" is that of New York, where the marketplace is at home: near midnight a lesson in a distant zone may
    // leave the list some hours early or late.
    let today = match actor.role {
        Role::Student => Zone::new_york().date_at(now),
        Role::Instructor => today_of_instructor(uow, actor.id, now)?,
    };
    Ok(BookingFilter {
        side: side(actor),
        status: Some(BookingStatus::Confirmed),
        from: Some(today),
        until: None,
        order: BookingOrder::SoonestFirst,
    })
}

/// Today on the clocks of an instructor; of New York without a profile.
fn today_of_instructor(
    uow: &mut dyn UnitOfWork,
    instructor: UserId,
    now: Timestamp,
) -> Result<Date, StorageError> {
    let zone = uow.instructors().find(instructor)?.map(|found| found.profile.details.zone);
    Ok(zone.unwrap_or_else(Zone::new_york).date_at(now))
}
