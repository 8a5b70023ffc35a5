//! What one instructor teaches and earns.

use std::collections::{BTreeMap, BTreeSet};

use instainstru_core::{
    blocks::BlockSet, booking::BookingStatus, dates::DateRange, grid::TimeRange, money::Cents,
    week::WeekStart,
};
use jiff::{ToSpan, civil::Date};

use super::{HourMap, Trade, cents, share};
use crate::{
    availability::{Blackout, Window},
    ids::UserId,
};

/// How many weeks to look at: 1 to 52, the current one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekCount(u8);

/// A number of weeks that nobody looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("figures cover 1 to {max} weeks, not {0}", max = WeekCount::MAX)]
pub struct InvalidWeekCount(pub i64);

impl WeekCount {
    /// Most weeks.
    pub const MAX: u8 = 52;
    /// What somebody gets who does not say.
    pub const USUAL: Self = Self(12);

    /// So many weeks.
    ///
    /// # Errors
    /// [`InvalidWeekCount`] outside 1..=52.
    pub fn new(weeks: i64) -> Result<Self, InvalidWeekCount> {
        u8::try_from(weeks)
            .ok()
            .filter(|weeks| (1..=Self::MAX).contains(weeks))
            .map(Self)
            .ok_or(InvalidWeekCount(weeks))
    }

    /// The number of weeks.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// Whole weeks, the last of which is that of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeachingSpan {
    today: Date,
    weeks: WeekCount,
}

impl TeachingSpan {
    /// So many weeks up to that of `today`.
    #[must_use]
    pub const fn new(today: Date, weeks: WeekCount) -> Self {
        Self { today, weeks }
    }

    /// Today, on the clocks of the instructor.
    #[must_use]
    pub const fn today(self) -> Date {
        self.today
    }

    /// All dates, from a Monday to a Sunday. The last week may lie partly ahead.
    #[must_use]
    pub fn dates(self) -> DateRange {
        let current = WeekStart::containing(self.today).monday();
        let first = current.saturating_sub((i64::from(self.weeks.0) - 1).weeks());
        DateRange::of_days(first, u16::from(self.weeks.0) * 7)
    }
}

/// What figures need to know of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonFact {
    /// Its date, in the zone of the instructor.
    pub date: Date,
    /// Its time of day.
    pub range: TimeRange,
    /// Its state.
    pub status: BookingStatus,
    /// What it costs.
    pub price: Cents,
    /// Who learns.
    pub student: UserId,
    /// Name of the service when it was booked.
    pub service_name: String,
}

/// What storage knows about one instructor on the dates of a span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeachingFacts {
    /// All bookings.
    pub lessons: Vec<LessonFact>,
    /// Published free time.
    pub windows: Vec<Window>,
    /// Blocked dates.
    pub blackouts: Vec<Blackout>,
    /// Students who had a lesson before these dates that nobody called off.
    pub earlier_students: BTreeSet<UserId>,
}

/// One week of an instructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeachingWeek {
    /// Its Monday.
    pub week: WeekStart,
    /// Bookings and earnings.
    pub trade: Trade,
    /// Minutes published as free time, blocked dates excepted.
    pub offered_minutes: u32,
    /// Minutes of lessons that nobody called off.
    pub booked_minutes: u32,
}

impl TeachingWeek {
    /// Booked minutes for each offered one; `None` when nothing is offered. Above 1 when free time was taken back after it
    /// was booked.
    #[must_use]
    pub fn utilisation(&self) -> Option<f64> {
        share(self.booked_minutes, self.offered_minutes)
    }
}

/// All weeks of a span together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TeachingTotals {
    /// Bookings and earnings.
    pub trade: Trade,
    /// Minutes published as free time, blocked dates excepted.
    pub offered_minutes: u32,
    /// Minutes of lessons that nobody called off.
    pub booked_minutes: u32,
    /// Students with a lesson that nobody called off.
    pub students: u32,
    /// Those of them who have had another such lesson, in this span or before.
    pub repeat_students: u32,
}

impl TeachingTotals {
    /// Booked minutes for each offered one; `None` when nothing is offered.
    #[must_use]
    pub fn utilisation(&self) -> Option<f64> {
        share(self.booked_minutes, self.offered_minutes)
    }

    /// Share of the students who come again, 0..=1; `None` without students.
    #[must_use]
    pub fn repeat_rate(&self) -> Option<f64> {
        share(self.repeat_students, self.students)
    }
}

/// What was taught of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceShare {
    /// Its name when it was booked.
    pub name: String,
    /// Bookings and earnings.
    pub trade: Trade,
}

/// The figures of one instructor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeachingFigures {
    /// The dates, from a Monday to a Sunday.
    pub dates: DateRange,
    /// All weeks together.
    pub totals: TeachingTotals,
    /// Every week, in order, also those without bookings.
    pub weeks: Vec<TeachingWeek>,
    /// Lessons that nobody called off, in each hour that they touch.
    pub busiest_hours: HourMap,
    /// The services that were booked, most bookings first.
    pub services: Vec<ServiceShare>,
}

impl TeachingFigures {
    /// The figures of a span, from what storage knows about its dates; whatever lies outside is left out.
    #[must_use]
    pub fn of(span: TeachingSpan, facts: &TeachingFacts) -> Self {
        let dates = span.dates();
        let mut weeks: BTreeMap<WeekStart, TeachingWeek> = dates
            .iter()
            .step_by(7)
            .map(WeekStart::containing)
            .map(|week| (week, TeachingWeek::new(week)))
            .collect();
        let mut services: BTreeMap<&str, Trade> = BTreeMap::new();
        let mut lessons_of: BTreeMap<UserId, u32> = BTreeMap::new();
        let mut busiest_hours = HourMap::default();
        for lesson in facts.lessons.iter().filter(|lesson| dates.contains(lesson.date)) {
            let trade = lesson.trade();
            let of_service = services.entry(&lesson.service_name).or_default();
            *of_service = of_service.and(trade);
            if let Some(week) = weeks.get_mut(&WeekStart::containing(lesson.date)) {
                week.trade = week.trade.and(trade);
                if lesson.status.holds_time() {
                    week.booked_minutes = week.booked_minutes.saturating_add(lesson.range.minutes().into());
                }
            }
            if lesson.status.holds_time() {
                busiest_hours.add(lesson.date.weekday(), lesson.range);
                let count = lessons_of.entry(lesson.student).or_default();
                *count = count.saturating_add(1);
            }
        }
        for (date, free) in facts.offered() {
            if let Some(week) = weeks.get_mut(&WeekStart::containing(date)) {
                week.offered_minutes = week.offered_minutes.saturating_add(free.minutes());
            }
        }
        let again =
            |(student, lessons): &(&UserId, &u32)| **lessons > 1 || facts.earlier_students.contains(*student);
        let repeat = lessons_of.iter().filter(again).count();
        let weeks: Vec<TeachingWeek> = weeks.into_values().collect();
        Self {
            dates,
            totals: TeachingTotals {
                students: number(lessons_of.len()),
                repeat_students: number(repeat),
                ..TeachingTotals::sum(&weeks)
            },
            weeks,
            busiest_hours,
            services: most_booked_first(services),
        }
    }
}

impl LessonFact {
    fn trade(&self) -> Trade {
        let is = |status| u32::from(self.status == status);
        let completed = is(BookingStatus::Completed);
        Trade {
            bookings: 1,
            completed,
            cancelled: is(BookingStatus::Cancelled),
            no_show: is(BookingStatus::NoShow),
            revenue: cents(self.price.get() * i64::from(completed)),
        }
    }
}

impl TeachingFacts {
    /// The free time of each date that is not blocked.
    fn offered(&self) -> BTreeMap<Date, BlockSet> {
        let blocked: BTreeSet<Date> = self.blackouts.iter().map(|blackout| blackout.date).collect();
        let mut free: BTreeMap<Date, BlockSet> = BTreeMap::new();
        for window in self.windows.iter().filter(|window| !blocked.contains(&window.date)) {
            let day = free.entry(window.date).or_insert(BlockSet::EMPTY);
            *day = *day | BlockSet::of(window.range);
        }
        free
    }
}

impl TeachingWeek {
    fn new(week: WeekStart) -> Self {
        Self { week, trade: Trade::default(), offered_minutes: 0, booked_minutes: 0 }
    }
}

impl TeachingTotals {
    fn sum(weeks: &[TeachingWeek]) -> Self {
        weeks.iter().fold(Self::default(), |sum, week| Self {
            trade: sum.trade.and(week.trade),
            offered_minutes: sum.offered_minutes.saturating_add(week.offered_minutes),
            booked_minutes: sum.booked_minutes.saturating_add(week.booked_minutes),
            ..sum
        })
    }
}

fn most_booked_first(services: BTreeMap<&str, Trade>) -> Vec<ServiceShare> {
    let mut shares: Vec<ServiceShare> =
        services.into_iter().map(|(name, trade)| ServiceShare { name: name.to_owned(), trade }).collect();
    // Sorting keeps the alphabet among equals.
    shares.sort_by_key(|share| std::cmp::Reverse(share.trade.bookings));
    shares
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
