//! Random bookings, counted by storage and once more in the plainest way.

use std::collections::{BTreeMap, BTreeSet};

use instainstru_core::{booking::BookingStatus, money::Cents};
use instainstru_domain::{
    account::User,
    analytics::{LookBack, MarketFigures, RunDates, ServiceFigures, weekday_name},
    booking::Booking,
    ids::CatalogueServiceId,
    instructor::Instructor,
    ports::Transactor,
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

use super::{Contract, done, named, read};
use crate::builders::{a_booking, a_catalogue, a_user, an_instructor, built_at, searched};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "analytics_oracle":
        figures_are_those_of_a_plain_count,
        the_market_is_that_of_a_plain_count,
    }
}

const TODAY: Date = date(2026, 7, 15);
const BOOKINGS: usize = 70;

/// A generator of numbers that look random and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Everything that storage was told.
#[derive(Default)]
struct Market {
    services: Vec<CatalogueServiceId>,
    searches: Vec<(CatalogueServiceId, Date, u32)>,
    bookings: Vec<(CatalogueServiceId, Booking)>,
    instructors: Vec<Instructor>,
}

/// A date around today, more often near than far.
fn some_date(chance: &mut Chance) -> Date {
    let span = *chance.of(&[4, 10, 35, 100]);
    let days = i64::try_from(chance.below(span * 2)).unwrap() - i64::try_from(span).unwrap();
    TODAY.saturating_add(days.days())
}

impl Market {
    /// Adds people, their bookings, and searches; which ones, the seed decides.
    fn grow(&mut self, tx: &dyn Transactor, seed: u64) {
        let mut chance = Chance(seed);
        self.services = a_catalogue(tx).services.iter().map(|service| service.id).collect();
        let instructors: Vec<Instructor> = [("piano", 75_50), ("guitar", 40_00), ("piano", 60_00)]
            .map(|(slug, rate)| {
                an_instructor(tx).offering(slug, rate, &[60]).offering("yoga", rate + 1, &[60]).insert()
            })
            .into();
        let students: Vec<User> = (0..6).map(|_nth| a_user(tx).insert()).collect();
        let mut taken = BTreeSet::new();
        while taken.len() < BOOKINGS {
            let (day, hour) = (some_date(&mut chance), chance.below(11) * 2);
            // Two hours apart from everybody else's lesson, so that nobody is in two at once.
            if !taken.insert((day, hour)) {
                continue;
            }
            let instructor = chance.of(&instructors);
            let service = chance.of(&instructor.services);
            let start = format!("{hour:02}:{}", chance.of(&["00", "15", "45"]));
            let booking = a_booking(tx).with(instructor).of(chance.of(&students)).in_service(service).at(
                day,
                &start,
                *chance.of(&[15, 30, 45, 60]),
            );
            let booking = match chance.below(9) {
                0 => booking,
                1 => booking.pending(),
                2 => booking.cancelled(),
                3 => booking.missed(),
                _ => booking.completed(),
            };
            self.bookings.push((service.offer.catalogue_service_id, booking.insert()));
        }
        self.instructors.extend(instructors);
        for _nth in 0..40 {
            let (service, day) = (*chance.of(&self.services), some_date(&mut chance));
            let times = u32::try_from(1 + chance.below(30)).unwrap();
            searched(tx, service, day, times);
            self.searches.push((service, day, times));
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}

/// Whether a date is today or lies at most so many days before it.
fn within(day: Date, days: i64) -> bool {
    day <= TODAY && day >= TODAY.saturating_sub(days.days())
}

/// What occurs how often.
fn histogram<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, u32> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_insert(0) += 1);
    counts
}

impl Market {
    fn check(&self, figures: &ServiceFigures, days: i64) {
        let theirs: Vec<&Booking> = self
            .bookings
            .iter()
            .filter(|(service, _booking)| *service == figures.service)
            .map(|(_service, booking)| booking)
            .collect();
        let booked = |days| number(theirs.iter().filter(|booking| within(booking.time.date, days)).count());
        let searches = |days| -> u32 {
            let counted = self
                .searches
                .iter()
                .filter(|(service, day, _)| *service == figures.service && within(*day, days));
            counted.map(|(_service, _day, times)| times).sum()
        };
        assert_eq!((figures.bookings_7d, figures.bookings_30d), (booked(7), booked(30)));
        assert_eq!((figures.searches_7d, figures.searches_30d), (searches(7), searches(30)));

        let all: Vec<&&Booking> = theirs.iter().filter(|booking| within(booking.time.date, days)).collect();
        let completed: Vec<&&Booking> =
            all.iter().filter(|booking| booking.status == BookingStatus::Completed).copied().collect();
        let rate =
            (!all.is_empty()).then(|| f64::from(number(completed.len())) / f64::from(number(all.len())));
        assert_eq!(figures.completion_rate, rate);
        assert_eq!(figures.hours, histogram(all.iter().map(|booking| booking.time.range.start().hour())));
        let weekdays = histogram(all.iter().map(|booking| weekday_name(booking.time.date.weekday())));
        for (day, count) in figures.weekdays.iter() {
            assert_eq!(count, weekdays.get(weekday_name(day)).copied().unwrap_or_default());
        }
        assert_eq!(figures.lengths, histogram(completed.iter().map(|booking| booking.length)));
        let most = figures.lengths.values().max().copied();
        let mode = figures.lengths.iter().find(|(_length, count)| Some(**count) == most);
        assert_eq!(figures.most_booked_length, mode.map(|(length, _count)| *length));

        let mut prices: Vec<i64> = completed.iter().map(|booking| booking.total_price.get()).collect();
        prices.sort_unstable();
        let n = prices.len();
        let expected = (n > 0).then(|| {
            let mean = f64::from(i32::try_from(prices.iter().sum::<i64>()).unwrap()) / f64::from(number(n));
            (mean, prices[n / 4], prices[n / 2], prices[3 * n / 4])
        });
        match (figures.prices, expected) {
            (None, None) => {}
            (Some(found), Some((mean, quarter, median, three_quarters))) => {
                let found_mean = f64::from(i32::try_from(found.mean.get()).unwrap());
                assert!((found_mean - mean).abs() <= 0.5, "{found_mean} is not {mean} rounded");
                assert_eq!(
                    [found.quarter, found.median, found.three_quarters].map(Cents::get),
                    [quarter, median, three_quarters]
                );
            }
            (found, expected) => panic!("{found:?} is not {expected:?}"),
        }

        let offering = self.instructors.iter().filter(|instructor| {
            instructor.services.iter().any(|service| service.offer.catalogue_service_id == figures.service)
        });
        let supply = number(offering.count());
        assert_eq!(figures.active_instructors, supply);
        let ratio =
            (supply > 0 && booked(30) > 0).then(|| f64::from(supply * 20) / (f64::from(booked(30)) / 4.3));
        assert_eq!(figures.supply_demand_ratio, ratio);
    }
}

fn figures_are_those_of_a_plain_count(tx: &dyn Transactor) {
    let mut market = Market::default();
    for (seed, days) in [(0x9e37_79b9_7f4a_7c15, 30), (42, 7), (7_777_777, 365)] {
        market.grow(tx, seed);
        let dates = RunDates::new(TODAY, LookBack::from_days(days).unwrap());
        done(tx, |uow| {
            let tallies = uow.analytics().tallies(dates)?;
            let figures: Vec<ServiceFigures> =
                tallies.iter().map(|tally| ServiceFigures::of(tally, dates)).collect();
            uow.analytics().store_figures(&figures, built_at())?;
            uow.analytics().rank_services(built_at())
        });
        let records = read(tx, |uow| uow.analytics().records());
        assert_eq!(records.len(), market.services.len());
        for record in &records {
            market.check(&record.figures, days);
        }
        let popularity = records.iter().map(|record| record.demand().popularity());
        assert!(popularity.rev().is_sorted(), "the most popular come first");
    }
}

fn the_market_is_that_of_a_plain_count(tx: &dyn Transactor) {
    let mut market = Market::default();
    for (seed, days) in [(0x2545_f491_4f6c_dd1d, 1), (4711, 30), (99, 365)] {
        market.grow(tx, seed);
        let dates = LookBack::from_days(days).unwrap().until(TODAY);
        let (stored, people, top) = read(tx, |uow| {
            let statistics = uow.statistics();
            Ok((
                statistics.market_days(dates)?,
                statistics.market_people(dates)?,
                statistics.top_services(dates, 9)?,
            ))
        });
        let figures = MarketFigures::of(dates, &stored, people, top);
        let all: Vec<&(CatalogueServiceId, Booking)> =
            market.bookings.iter().filter(|(_service, booking)| within(booking.time.date, days)).collect();
        let being = |status| all.iter().filter(move |(_service, booking)| booking.status == status);
        let revenue: i64 =
            being(BookingStatus::Completed).map(|(_service, booking)| booking.total_price.get()).sum();
        assert_eq!(figures.total.bookings, number(all.len()));
        assert_eq!(figures.total.cancelled, number(being(BookingStatus::Cancelled).count()));
        assert_eq!(figures.total.no_show, number(being(BookingStatus::NoShow).count()));
        assert_eq!(figures.total.revenue.get(), revenue);
        for day in &figures.days {
            let theirs = all.iter().filter(|(_service, booking)| booking.time.date == day.date);
            assert_eq!(day.trade.bookings, number(theirs.count()), "{}", day.date);
        }
        let kept = || all.iter().filter(|(_service, booking)| booking.status != BookingStatus::Cancelled);
        let instructors: BTreeSet<_> = kept().map(|(_service, booking)| booking.instructor_id).collect();
        let students: BTreeSet<_> = kept().map(|(_service, booking)| booking.student_id).collect();
        assert_eq!(
            (figures.people.active_instructors, figures.people.active_students),
            (number(instructors.len()), number(students.len()))
        );
        assert_eq!(figures.people.cancelled_by_student, figures.total.cancelled, "students called these off");
        let by_service = histogram(all.iter().map(|(service, _booking)| *service));
        let found: BTreeMap<_, _> =
            figures.top_services.iter().map(|sales| (sales.service, sales.trade.bookings)).collect();
        assert_eq!(found, by_service);
        assert!(figures.top_services.iter().rev().is_sorted_by_key(|sales| sales.trade.bookings));
    }
}
