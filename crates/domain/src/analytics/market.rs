//! What the whole marketplace books and earns.

use std::collections::BTreeMap;

use instainstru_core::{dates::DateRange, money::Cents, week::WeekStart};
use jiff::civil::Date;

use super::{cents, mean, share};
use crate::ids::CatalogueServiceId;

/// Lessons of some dates and what they earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trade {
    /// Bookings in any state.
    pub bookings: u32,
    /// Those that took place.
    pub completed: u32,
    /// Those that were called off.
    pub cancelled: u32,
    /// Those the student missed.
    pub no_show: u32,
    /// Price of those that took place.
    pub revenue: Cents,
}

impl Trade {
    /// The sum of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            bookings: self.bookings.saturating_add(other.bookings),
            completed: self.completed.saturating_add(other.completed),
            cancelled: self.cancelled.saturating_add(other.cancelled),
            no_show: self.no_show.saturating_add(other.no_show),
            revenue: cents(self.revenue.get().saturating_add(other.revenue.get())),
        }
    }

    /// Mean price of a lesson that took place; `None` without any.
    #[must_use]
    pub fn mean_price(&self) -> Option<Cents> {
        mean(self.revenue, self.completed)
    }

    /// Bookings of which it is known what became of them. Those that lie ahead say nothing about how lessons end.
    fn settled(&self) -> u32 {
        self.completed.saturating_add(self.cancelled).saturating_add(self.no_show)
    }

    /// Share of the settled bookings that took place, 0..=1; `None` without any.
    #[must_use]
    pub fn completion_rate(&self) -> Option<f64> {
        share(self.completed, self.settled())
    }

    /// Share of the settled bookings that were called off, 0..=1; `None` without any.
    #[must_use]
    pub fn cancellation_rate(&self) -> Option<f64> {
        share(self.cancelled, self.settled())
    }
}

/// One date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketDay {
    /// Which date.
    pub date: Date,
    /// What happened on it.
    pub trade: Trade,
}

/// The dates of one week that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketWeek {
    /// Its Monday.
    pub week: WeekStart,
    /// What happened on these dates.
    pub trade: Trade,
}

/// Who took part, and who called lessons off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MarketPeople {
    /// Instructors with a lesson that nobody called off.
    pub active_instructors: u32,
    /// Students with such a lesson.
    pub active_students: u32,
    /// Lessons that their student called off.
    pub cancelled_by_student: u32,
    /// Lessons that their instructor called off.
    pub cancelled_by_instructor: u32,
}

/// What one service of the catalogue sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceSales {
    /// Which service.
    pub service: CatalogueServiceId,
    /// Its name.
    pub name: String,
    /// What was booked of it.
    pub trade: Trade,
}

/// The figures of the whole marketplace on some dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketFigures {
    /// The dates.
    pub dates: DateRange,
    /// All of them together.
    pub total: Trade,
    /// Every date, in order, also those without bookings.
    pub days: Vec<MarketDay>,
    /// The same by week; the first and the last week may be parts.
    pub weeks: Vec<MarketWeek>,
    /// Who took part.
    pub people: MarketPeople,
    /// Services with the most bookings, most first.
    pub top_services: Vec<ServiceSales>,
}

impl MarketFigures {
    /// The figures of these dates, from what storage added up; dates without bookings may be left out.
    #[must_use]
    pub fn of(
        dates: DateRange,
        days: &[MarketDay],
        people: MarketPeople,
        top_services: Vec<ServiceSales>,
    ) -> Self {
        let by_date: BTreeMap<Date, Trade> = days.iter().map(|day| (day.date, day.trade)).collect();
        let mut total = Trade::default();
        let mut weeks: BTreeMap<WeekStart, Trade> = BTreeMap::new();
        let days = dates
            .iter()
            .map(|date| {
                let trade = by_date.get(&date).copied().unwrap_or_default();
                total = total.and(trade);
                let week = weeks.entry(WeekStart::containing(date)).or_default();
                *week = week.and(trade);
                MarketDay { date, trade }
            })
            .collect();
        let weeks = weeks.into_iter().map(|(week, trade)| MarketWeek { week, trade }).collect();
        Self { dates, total, days, weeks, people, top_services }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn trade(bookings: u32, completed: u32, cancelled: u32, revenue: i64) -> Trade {
        Trade { bookings, completed, cancelled, no_show: 0, revenue: cents(revenue) }
    }

    #[test]
    fn days_without_bookings_are_shown_and_weeks_begin_on_monday() {
        // A Friday to the Tuesday after.
        let dates = DateRange::new(date(2026, 7, 10), date(2026, 7, 14)).unwrap();
        let stored = [
            MarketDay { date: date(2026, 7, 10), trade: trade(3, 2, 1, 15_000) },
            MarketDay { date: date(2026, 7, 12), trade: trade(1, 1, 0, 50_01) },
            MarketDay { date: date(2026, 7, 13), trade: trade(2, 0, 1, 0) },
        ];
        let figures = MarketFigures::of(dates, &stored, MarketPeople::default(), vec![]);
        let days: Vec<u32> = figures.days.iter().map(|day| day.trade.bookings).collect();
        assert_eq!(days, [3, 0, 1, 2, 0]);
        let weeks: Vec<(Date, Trade)> =
            figures.weeks.iter().map(|week| (week.week.monday(), week.trade)).collect();
        assert_eq!(
            weeks,
            [(date(2026, 7, 6), trade(4, 3, 1, 20_001)), (date(2026, 7, 13), trade(2, 0, 1, 0))]
        );
        assert_eq!(figures.total, trade(6, 3, 2, 20_001));
        assert_eq!(figures.total.mean_price(), Some(cents(66_67)));
        assert_eq!(figures.total.completion_rate(), Some(0.6), "one of the six is still to come");
        assert_eq!(figures.total.cancellation_rate(), Some(0.4));
        assert_eq!(Trade::default().cancellation_rate(), None);
        assert_eq!(Trade::default().mean_price(), None);
    }
}
