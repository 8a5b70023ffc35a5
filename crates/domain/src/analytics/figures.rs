//! The figures of one service of the catalogue, from what storage counted.

use std::collections::BTreeMap;

use instainstru_core::{length::LessonLength, money::Cents};
use jiff::civil::Date;

use super::{ByWeekday, RunDates, cents, mean, share};
use crate::{catalogue::Demand, ids::CatalogueServiceId};

/// Hours a week that an instructor is taken to have for each service.
const WEEKLY_HOURS_OF_AN_INSTRUCTOR: f64 = 20.0;
/// Weeks in a month, as the ratio of supply to demand understands it.
const WEEKS_OF_A_MONTH: f64 = 4.3;

/// What storage counted about one active service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceTally {
    /// Which service.
    pub service: CatalogueServiceId,
    /// Number of bookable instructors who offer it.
    pub active_instructors: u32,
    /// Searches that found it, on all dates of the run.
    pub searches: BTreeMap<Date, u32>,
    /// Bookings of lessons on each of all dates of the run.
    pub days: BTreeMap<Date, DayTally>,
    /// Bookings of lessons that begin in each hour of the day, 0..=23, on the dates of the window.
    pub hours: BTreeMap<u8, u32>,
    /// Completed lessons of each length, on the dates of the window.
    pub completed_by_length: BTreeMap<LessonLength, u32>,
    /// Completed lessons at each price, on the dates of the window.
    pub completed_by_price: BTreeMap<Cents, u32>,
}

/// Bookings of lessons on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayTally {
    /// All of them.
    pub all: u32,
    /// Those that took place.
    pub completed: u32,
}

impl ServiceTally {
    /// Nothing counted yet.
    #[must_use]
    pub const fn new(service: CatalogueServiceId) -> Self {
        Self {
            service,
            active_instructors: 0,
            searches: BTreeMap::new(),
            days: BTreeMap::new(),
            hours: BTreeMap::new(),
            completed_by_length: BTreeMap::new(),
            completed_by_price: BTreeMap::new(),
        }
    }
}

/// What completed lessons cost. The quarters are prices that somebody paid, not means of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceFigures {
    /// Mean, to the cent.
    pub mean: Cents,
    /// A quarter of the lessons cost less.
    pub quarter: Cents,
    /// Half of the lessons cost less.
    pub median: Cents,
    /// Three quarters of the lessons cost less.
    pub three_quarters: Cents,
}

impl PriceFigures {
    /// The figures of so many lessons at each price; `None` of no lessons.
    ///
    /// Of *n* sorted prices the quarters are the elements at ⌊n/4⌋, ⌊n/2⌋ and ⌊3n/4⌋, counted from 0.
    ///
    /// # Examples
    /// ```
    /// use std::collections::BTreeMap;
    /// use instainstru_core::money::Cents;
    /// use instainstru_domain::analytics::PriceFigures;
    ///
    /// let prices = [40_00, 50_00, 60_00, 70_00].map(|cents| (Cents::new(cents).unwrap(), 1));
    /// let figures = PriceFigures::of(&BTreeMap::from(prices)).unwrap();
    /// assert_eq!(figures.mean.to_string(), "$55.00");
    /// assert_eq!(figures.quarter.to_string(), "$50.00");
    /// assert_eq!(figures.three_quarters.to_string(), "$70.00");
    /// ```
    #[must_use]
    pub fn of(lessons_by_price: &BTreeMap<Cents, u32>) -> Option<Self> {
        let count = lessons_by_price.values().copied().fold(0, u32::saturating_add);
        let sum = lessons_by_price.iter().map(|(price, lessons)| price.get() * i64::from(*lessons)).sum();
        let quarters = |number: u64| {
            let place = number * u64::from(count) / 4;
            let mut passed = 0;
            lessons_by_price.iter().find_map(|(price, lessons)| {
                passed += u64::from(*lessons);
                (passed > place).then_some(*price)
            })
        };
        Some(Self {
            mean: mean(cents(sum), count)?,
            quarter: quarters(1)?,
            median: quarters(2)?,
            three_quarters: quarters(3)?,
        })
    }
}

/// The figures of one service.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceFigures {
    /// Which service.
    pub service: CatalogueServiceId,
    /// Searches that found it in the last 7 days.
    pub searches_7d: u32,
    /// Searches that found it in the last 30 days.
    pub searches_30d: u32,
    /// Bookings of lessons in the last 7 days, whatever became of them.
    pub bookings_7d: u32,
    /// Bookings of lessons in the last 30 days, whatever became of them.
    pub bookings_30d: u32,
    /// What completed lessons cost; `None` without any.
    pub prices: Option<PriceFigures>,
    /// The length most completed lessons had, the shortest of several; `None` without any.
    pub most_booked_length: Option<LessonLength>,
    /// Completed lessons of each length.
    pub lengths: BTreeMap<LessonLength, u32>,
    /// Share of all bookings that were completed, 0..=1; `None` without any.
    pub completion_rate: Option<f64>,
    /// Bookings of lessons that begin in each hour of the day, 0..=23; hours without any are left out.
    pub hours: BTreeMap<u8, u32>,
    /// Bookings of lessons on each weekday.
    pub weekdays: ByWeekday,
    /// Number of bookable instructors who offer it.
    pub active_instructors: u32,
    /// Hours a week that these instructors are taken to have for it.
    pub weekly_hours: f64,
    /// Hours a week for each booking a week; `None` without either.
    pub supply_demand_ratio: Option<f64>,
}

impl ServiceFigures {
    /// The figures of a service for which storage counted this on the dates of a run.
    #[must_use]
    pub fn of(tally: &ServiceTally, dates: RunDates) -> Self {
        let searches = |range| sum(tally.searches.range(range).map(|(_date, count)| *count));
        let booked = |range| sum(tally.days.range(range).map(|(_date, day)| day.all));
        let (week, month, window) =
            (inclusive(dates.week()), inclusive(dates.month()), inclusive(dates.window()));
        let in_window = || tally.days.range(window.clone());
        let mut weekdays = ByWeekday::default();
        in_window().for_each(|(date, day)| weekdays.add(date.weekday(), day.all));
        let bookings_30d = booked(month.clone());
        let weekly_hours = f64::from(tally.active_instructors) * WEEKLY_HOURS_OF_AN_INSTRUCTOR;
        Self {
            service: tally.service,
            searches_7d: searches(week.clone()),
            searches_30d: searches(month),
            bookings_7d: booked(week),
            bookings_30d,
            prices: PriceFigures::of(&tally.completed_by_price),
            most_booked_length: most_frequent(&tally.completed_by_length),
            lengths: tally.completed_by_length.clone(),
            completion_rate: share(
                sum(in_window().map(|(_date, day)| day.completed)),
                sum(in_window().map(|(_date, day)| day.all)),
            ),
            hours: tally.hours.clone(),
            weekdays,
            active_instructors: tally.active_instructors,
            weekly_hours,
            supply_demand_ratio: supply_demand_ratio(weekly_hours, bookings_30d),
        }
    }

    /// How much the service is looked for and booked, with the share of views that became bookings.
    #[must_use]
    pub const fn demand(&self, view_to_booking_rate: f64) -> Demand {
        Demand {
            searches_7d: self.searches_7d,
            searches_30d: self.searches_30d,
            bookings_30d: self.bookings_30d,
            view_to_booking_rate,
        }
    }
}

fn inclusive(dates: instainstru_core::dates::DateRange) -> std::ops::RangeInclusive<Date> {
    dates.first()..=dates.last()
}

fn sum(counts: impl Iterator<Item = u32>) -> u32 {
    counts.fold(0, u32::saturating_add)
}

/// The length that occurs most often; the shortest of several.
fn most_frequent(counts: &BTreeMap<LessonLength, u32>) -> Option<LessonLength> {
    let mut best: Option<(LessonLength, u32)> = None;
    for (length, count) in counts {
        if best.is_none_or(|(_length, most)| *count > most) {
            best = Some((*length, *count));
        }
    }
    best.map(|(length, _count)| length)
}

fn supply_demand_ratio(weekly_hours: f64, bookings_30d: u32) -> Option<f64> {
    (weekly_hours > 0.0 && bookings_30d > 0)
        .then(|| weekly_hours / (f64::from(bookings_30d) / WEEKS_OF_A_MONTH))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::*;
    use crate::analytics::LookBack;

    const TODAY: Date = date(2026, 7, 15);

    fn tally() -> ServiceTally {
        ServiceTally::new(CatalogueServiceId::new(1).unwrap())
    }

    fn of(tally: &ServiceTally, days: i64) -> ServiceFigures {
        ServiceFigures::of(tally, RunDates::new(TODAY, LookBack::from_days(days).unwrap()))
    }

    fn day(all: u32, completed: u32) -> DayTally {
        DayTally { all, completed }
    }

    #[test]
    fn quarters_are_the_elements_at_a_quarter_a_half_and_three_quarters_of_the_count() {
        for (prices, expected) in [
            (vec![7], [7, 7, 7]),
            (vec![1, 2], [1, 2, 2]),
            (vec![1, 2, 3], [1, 2, 3]),
            (vec![1, 2, 3, 4], [2, 3, 4]),
            (vec![1, 2, 3, 4, 5], [2, 3, 4]),
            (vec![5, 5, 5, 5, 9, 9, 9], [5, 5, 9]),
            (vec![1, 2, 3, 4, 5, 6, 7, 8], [3, 5, 7]),
        ] {
            let mut counts = BTreeMap::new();
            for price in &prices {
                *counts.entry(cents(*price)).or_insert(0) += 1;
            }
            let found = PriceFigures::of(&counts).unwrap();
            assert_eq!(
                [found.quarter, found.median, found.three_quarters].map(Cents::get),
                expected,
                "{prices:?}"
            );
        }
        assert_eq!(PriceFigures::of(&BTreeMap::new()), None);
    }

    #[test]
    fn the_quarters_of_very_many_lessons_do_not_overflow() {
        let many = BTreeMap::from([(cents(1), u32::MAX / 2), (cents(2), u32::MAX / 2)]);
        let found = PriceFigures::of(&many).unwrap();
        assert_eq!((found.quarter, found.three_quarters), (cents(1), cents(2)));
    }

    #[test]
    fn without_anything_there_is_nothing_to_say() {
        let figures = of(&tally(), 30);
        assert_eq!((figures.bookings_7d, figures.bookings_30d, figures.searches_30d), (0, 0, 0));
        assert_eq!((figures.prices, figures.most_booked_length), (None, None));
        assert_eq!((figures.completion_rate, figures.supply_demand_ratio), (None, None));
        assert_eq!(figures.weekly_hours.to_bits(), 0f64.to_bits());
    }

    #[test]
    fn one_booking_is_its_own_mean_quarter_and_mode() {
        let hour = LessonLength::HOUR;
        let figures = of(
            &ServiceTally {
                active_instructors: 1,
                days: BTreeMap::from([(TODAY, day(1, 1))]),
                hours: BTreeMap::from([(9, 1)]),
                completed_by_length: BTreeMap::from([(hour, 1)]),
                completed_by_price: BTreeMap::from([(cents(7_500), 1)]),
                ..tally()
            },
            30,
        );
        let price = cents(7_500);
        let all = PriceFigures { mean: price, quarter: price, median: price, three_quarters: price };
        assert_eq!(figures.prices, Some(all));
        assert_eq!((figures.most_booked_length, figures.completion_rate), (Some(hour), Some(1.0)));
        assert_eq!((figures.bookings_7d, figures.bookings_30d), (1, 1));
        assert_eq!(figures.weekdays.iter().find(|(_day, count)| *count > 0), Some((Weekday::Wednesday, 1)));
        assert_eq!(figures.supply_demand_ratio, Some(20.0 / (1.0 / 4.3)));
    }

    #[test]
    fn counts_end_today_and_begin_seven_or_thirty_days_before() {
        let dates = [
            date(2026, 6, 14),
            date(2026, 6, 15),
            date(2026, 7, 7),
            date(2026, 7, 8),
            date(2026, 7, 15),
            date(2026, 7, 16),
        ];
        let counted = ServiceTally {
            days: dates.iter().map(|date| (*date, day(3, 1))).collect(),
            searches: dates.iter().map(|date| (*date, 10)).collect(),
            ..tally()
        };
        for days in [1, 30, 90] {
            let figures = of(&counted, days);
            assert_eq!((figures.bookings_7d, figures.bookings_30d), (6, 12));
            assert_eq!((figures.searches_7d, figures.searches_30d), (20, 40));
        }
        let in_window = |days| of(&counted, days).weekdays.iter().map(|(_day, count)| count).sum::<u32>();
        assert_eq!((in_window(1), in_window(7), in_window(30), in_window(31)), (3, 6, 12, 15));
    }

    #[test]
    fn the_completion_rate_is_that_of_all_bookings_of_the_window() {
        let days = [(TODAY, day(4, 2)), (date(2026, 7, 1), day(4, 4))];
        let counted = ServiceTally { days: BTreeMap::from(days), ..tally() };
        assert_eq!(of(&counted, 7).completion_rate, Some(0.5));
        assert_eq!(of(&counted, 30).completion_rate, Some(0.75));
    }

    #[test]
    fn the_shortest_of_the_most_frequent_lengths_is_the_most_booked() {
        let length = |minutes| LessonLength::from_minutes(minutes).unwrap();
        let counts = BTreeMap::from([(length(30), 1), (length(45), 3), (length(60), 3), (length(90), 2)]);
        assert_eq!(most_frequent(&counts), Some(length(45)));
    }

    #[test]
    fn the_ratio_of_supply_to_demand_needs_both() {
        for (hours, bookings, expected) in
            [(0.0, 0, None), (20.0, 0, None), (0.0, 10, None), (40.0, 43, Some(4.0)), (20.0, 86, Some(1.0))]
        {
            let ratio = supply_demand_ratio(hours, bookings);
            let close = match (ratio, expected) {
                (Some(found), Some(wanted)) => (found - wanted).abs() < 1e-9_f64,
                (found, wanted) => found == wanted,
            };
            assert!(close, "{hours} hours, {bookings} bookings: {ratio:?}");
        }
    }
}
