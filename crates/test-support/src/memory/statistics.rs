//! Sums over bookings in memory.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use instainstru_core::{booking::BookingStatus, dates::DateRange};
use instainstru_domain::{
    analytics::{LessonFact, MarketDay, MarketPeople, ServiceSales, Trade},
    booking::Booking,
    ids::{CatalogueServiceId, UserId},
    ports::{StatisticsRepository, StorageError},
};
use jiff::civil::Date;

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    fn bookings_on(&self, dates: DateRange) -> impl Iterator<Item = &Booking> {
        self.bookings.values().filter(move |booking| dates.contains(booking.time.date))
    }
}

/// What one booking adds to the trade.
fn trade(booking: &Booking) -> Trade {
    let is = |status| u32::from(booking.status == status);
    let mut trade = Trade {
        bookings: 1,
        completed: is(BookingStatus::Completed),
        cancelled: is(BookingStatus::Cancelled),
        no_show: is(BookingStatus::NoShow),
        ..Trade::default()
    };
    if booking.status == BookingStatus::Completed {
        trade.revenue = booking.total_price;
    }
    trade
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl StatisticsRepository for MemoryUnitOfWork<'_> {
    fn lessons(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<LessonFact>, StorageError> {
        let state = self.call()?;
        let mut lessons: Vec<&Booking> =
            state.bookings_on(dates).filter(|booking| booking.instructor_id == instructor).collect();
        lessons.sort_by_key(|booking| (booking.time.date, booking.time.range.start(), booking.id));
        let fact = |booking: &Booking| LessonFact {
            date: booking.time.date,
            range: booking.time.range,
            status: booking.status,
            price: booking.total_price,
            student: booking.student_id,
            service_name: booking.service_name.clone(),
        };
        Ok(lessons.into_iter().map(fact).collect())
    }

    fn students_before(&mut self, instructor: UserId, date: Date) -> Result<BTreeSet<UserId>, StorageError> {
        let earlier = self.call()?.bookings.values().filter(|booking| {
            booking.instructor_id == instructor && booking.time.date < date && booking.status.holds_time()
        });
        Ok(earlier.map(|booking| booking.student_id).collect())
    }

    fn market_days(&mut self, dates: DateRange) -> Result<Vec<MarketDay>, StorageError> {
        let mut days: BTreeMap<Date, Trade> = BTreeMap::new();
        for booking in self.call()?.bookings_on(dates) {
            let day = days.entry(booking.time.date).or_default();
            *day = day.and(trade(booking));
        }
        Ok(days.into_iter().map(|(date, trade)| MarketDay { date, trade }).collect())
    }

    fn market_people(&mut self, dates: DateRange) -> Result<MarketPeople, StorageError> {
        let state = self.call()?;
        let kept = || state.bookings_on(dates).filter(|booking| booking.status.holds_time());
        let called_off_by = |party: fn(&Booking) -> UserId| {
            let theirs = |booking: &&Booking| {
                booking.cancellation.as_ref().is_some_and(|cancellation| cancellation.by == party(booking))
            };
            number(state.bookings_on(dates).filter(theirs).count())
        };
        let instructors: BTreeSet<UserId> = kept().map(|booking| booking.instructor_id).collect();
        let students: BTreeSet<UserId> = kept().map(|booking| booking.student_id).collect();
        Ok(MarketPeople {
            active_instructors: number(instructors.len()),
            active_students: number(students.len()),
            cancelled_by_student: called_off_by(|booking| booking.student_id),
            cancelled_by_instructor: called_off_by(|booking| booking.instructor_id),
        })
    }

    fn top_services(&mut self, dates: DateRange, limit: u32) -> Result<Vec<ServiceSales>, StorageError> {
        let state = self.call()?;
        let mut sales: BTreeMap<CatalogueServiceId, Trade> = BTreeMap::new();
        for booking in state.bookings_on(dates) {
            let service = state.booked_service(booking);
            let service = service.ok_or_else(|| missing("service of booking", booking.id.get()))?;
            let sold = sales.entry(service).or_default();
            *sold = sold.and(trade(booking));
        }
        let mut sales: Vec<(CatalogueServiceId, Trade)> = sales.into_iter().collect();
        sales.sort_by_key(|(service, trade)| (Reverse(trade.bookings), *service));
        let named = |(service, trade): (CatalogueServiceId, Trade)| {
            let entry = state.catalogue.get(&service);
            let name = entry.ok_or_else(|| missing("catalogue service", service.get()))?.facts.name.clone();
            Ok(ServiceSales { service, name, trade })
        };
        sales.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).map(named).collect()
    }
}
