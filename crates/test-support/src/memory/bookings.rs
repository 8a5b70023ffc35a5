//! Bookings and claims in memory.

use std::cmp::Reverse;

use instainstru_core::{booking::BookingStatus, dates::DateRange, money::Cents, zone::UtcRange};
use instainstru_domain::{
    account::User,
    booking::{
        Booking, BookingClaims, BookingDetails, BookingFilter, BookingOrder, BookingStats, NewBooking, Party,
        Side,
    },
    ids::{BookingId, UserId},
    page::{Page, Paged},
    ports::{BookingRepository, Conflict, StorageError},
};
use jiff::civil::Date;

use super::{
    state::{Claim, State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    /// Takes the time of both parties, the instructor's first, or nothing at all.
    fn claim(&mut self, booking: BookingId, parties: [(UserId, UtcRange); 2]) -> Result<(), StorageError> {
        let before = self.claims.clone();
        for (user, range) in parties {
            if !self.claims_of(user, range, None).is_empty() {
                self.claims = before;
                return Err(StorageError::Conflict(Conflict::TimeTaken(user)));
            }
            self.claims.push(Claim { booking, user, range });
        }
        Ok(())
    }

    fn details(&self, booking: &Booking) -> Result<BookingDetails, StorageError> {
        let service = self.services.get(&booking.instructor_service_id);
        Ok(BookingDetails {
            student: party(self.user(booking.student_id)?),
            instructor: party(self.user(booking.instructor_id)?),
            service_description: service
                .and_then(|service| service.offer.terms.description.as_ref())
                .map(|description| description.as_str().to_owned()),
            booking: booking.clone(),
        })
    }

    fn bookings_of_instructor(&self, instructor: UserId) -> impl Iterator<Item = &Booking> {
        self.bookings.values().filter(move |booking| booking.instructor_id == instructor)
    }
}

fn party(user: &User) -> Party {
    Party { id: user.id, full_name: user.full_name.clone(), email: user.email.clone() }
}

fn fits(booking: &Booking, filter: &BookingFilter) -> bool {
    let theirs = match filter.side {
        Side::Student(student) => booking.student_id == student,
        Side::Instructor(instructor) => booking.instructor_id == instructor,
        Side::Either(user) => booking.is_party(user),
        Side::Everybody => true,
    };
    theirs
        && filter.status.is_none_or(|status| booking.status == status)
        && filter.from.is_none_or(|from| booking.time.date >= from)
        && filter.until.is_none_or(|until| booking.time.date <= until)
}

/// One page of a whole list.
pub(super) fn part_of<T>(whole: Vec<T>, page: Page) -> Paged<T> {
    let total = u64::try_from(whole.len()).unwrap_or(u64::MAX);
    let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    Paged { items: whole.into_iter().skip(number(page.offset)).take(number(page.limit)).collect(), total }
}

fn sum_of_prices<'a>(bookings: impl Iterator<Item = &'a Booking>) -> Result<Cents, StorageError> {
    let cents = bookings.map(|booking| booking.total_price.get()).sum();
    Cents::new(cents).map_err(|error| StorageError::Unexpected(error.into()))
}

fn count<'a>(bookings: impl Iterator<Item = &'a Booking>) -> u64 {
    u64::try_from(bookings.count()).unwrap_or(u64::MAX)
}

impl BookingRepository for MemoryUnitOfWork<'_> {
    fn insert(&mut self, booking: &NewBooking, claims: &BookingClaims) -> Result<Booking, StorageError> {
        let state = self.call()?;
        state.user(booking.student_id)?;
        state.user(booking.instructor_id)?;
        if !state.services.contains_key(&booking.instructor_service_id) {
            return Err(missing("instructor service", booking.instructor_service_id.get()));
        }
        let id = state.next_booking()?;
        state
            .claim(id, [(booking.instructor_id, claims.instructor), (booking.student_id, claims.student)])?;
        let booking = booking.clone();
        let stored = Booking {
            id,
            student_id: booking.student_id,
            instructor_id: booking.instructor_id,
            instructor_service_id: booking.instructor_service_id,
            time: booking.time,
            length: booking.length,
            service_name: booking.service_name,
            hourly_rate: booking.hourly_rate,
            total_price: booking.total_price,
            service_area: booking.service_area,
            meeting_location: booking.meeting_location,
            location_type: booking.location_type,
            student_note: booking.student_note,
            instructor_note: None,
            status: BookingStatus::Confirmed,
            created_at: booking.created_at,
            updated_at: None,
            moved_at: None,
            confirmed_at: Some(booking.created_at),
            completed_at: None,
            cancellation: None,
            revision: 0,
        };
        state.bookings.insert(id, stored.clone());
        Ok(stored)
    }

    fn find(&mut self, id: BookingId) -> Result<Option<BookingDetails>, StorageError> {
        let state = self.call()?;
        state.bookings.get(&id).map(|booking| state.details(booking)).transpose()
    }

    /// Only reads: writers of this store wait for each other anyway.
    fn lock(&mut self, id: BookingId) -> Result<Option<Booking>, StorageError> {
        Ok(self.call()?.bookings.get(&id).cloned())
    }

    fn update(&mut self, booking: &Booking) -> Result<(), StorageError> {
        let state = self.call()?;
        let stored = state.bookings.get_mut(&booking.id);
        let stored = stored.ok_or_else(|| missing("booking", booking.id.get()))?;
        *stored = Booking {
            student_id: stored.student_id,
            instructor_id: stored.instructor_id,
            instructor_service_id: stored.instructor_service_id,
            created_at: stored.created_at,
            ..booking.clone()
        };
        Ok(())
    }

    fn release_claims(&mut self, id: BookingId) -> Result<(), StorageError> {
        self.call()?.claims.retain(|claim| claim.booking != id);
        Ok(())
    }

    fn move_claims(&mut self, booking: &Booking, claims: &BookingClaims) -> Result<(), StorageError> {
        let state = self.call()?;
        let before = state.claims.clone();
        state.claims.retain(|claim| claim.booking != booking.id);
        let moved = state.claim(
            booking.id,
            [(booking.instructor_id, claims.instructor), (booking.student_id, claims.student)],
        );
        if moved.is_err() {
            state.claims = before;
        }
        moved
    }

    fn claims(
        &mut self,
        user: UserId,
        within: UtcRange,
        except: Option<BookingId>,
    ) -> Result<Vec<UtcRange>, StorageError> {
        Ok(self.call()?.claims_of(user, within, except))
    }

    fn list(&mut self, filter: &BookingFilter, page: Page) -> Result<Paged<BookingDetails>, StorageError> {
        let state = self.call()?;
        // By id to begin with; sorting keeps that order among equals.
        let mut bookings: Vec<&Booking> = state.bookings.values().filter(|b| fits(b, filter)).collect();
        let start = |booking: &Booking| (booking.time.date, booking.time.range.start());
        match filter.order {
            BookingOrder::NewestFirst => bookings.sort_by_key(|booking| Reverse(start(booking))),
            BookingOrder::SoonestFirst => bookings.sort_by_key(|booking| start(booking)),
        }
        let part = part_of(bookings, page);
        let items = part.items.into_iter().map(|booking| state.details(booking)).collect::<Result<_, _>>()?;
        Ok(Paged { items, total: part.total })
    }

    fn booked(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<BookingDetails>, StorageError> {
        let state = self.call()?;
        let mut booked: Vec<&Booking> = state
            .bookings_of_instructor(instructor)
            .filter(|booking| dates.contains(booking.time.date))
            .filter(|booking| matches!(booking.status, BookingStatus::Confirmed | BookingStatus::Completed))
            .collect();
        booked.sort_by_key(|booking| (booking.time.date, booking.time.range.start()));
        booked.into_iter().map(|booking| state.details(booking)).collect()
    }

    fn stats(&mut self, instructor: UserId, today: Date) -> Result<BookingStats, StorageError> {
        let state = self.call()?;
        let all = || state.bookings_of_instructor(instructor);
        let being = |status| all().filter(move |booking| booking.status == status);
        let this_month = |booking: &&Booking| booking.time.date.first_of_month() == today.first_of_month();
        Ok(BookingStats {
            total: count(all()),
            upcoming: count(being(BookingStatus::Confirmed).filter(|booking| booking.time.date > today)),
            completed: count(being(BookingStatus::Completed)),
            cancelled: count(being(BookingStatus::Cancelled)),
            no_show: count(being(BookingStatus::NoShow)),
            earnings: sum_of_prices(being(BookingStatus::Completed))?,
            earnings_this_month: sum_of_prices(being(BookingStatus::Completed).filter(this_month))?,
        })
    }

    fn count_future(&mut self, instructor: UserId, today: Date) -> Result<u64, StorageError> {
        let state = self.call()?;
        let future = state.bookings_of_instructor(instructor).filter(|booking| {
            booking.time.date >= today
                && matches!(booking.status, BookingStatus::Pending | BookingStatus::Confirmed)
        });
        Ok(count(future))
    }
}
