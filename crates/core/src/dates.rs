//! Inclusive ranges of calendar dates.

use jiff::{ToSpan, civil::Date};

/// The dates from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateRange {
    first: Date,
    last: Date,
}

/// An end that lies before its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("end date {last} is before start date {first}")]
pub struct InvalidDateRange {
    /// The first date that was given.
    pub first: Date,
    /// The last date that was given.
    pub last: Date,
}

impl DateRange {
    /// The dates from `first` to `last`.
    ///
    /// # Errors
    /// [`InvalidDateRange`] when `last` is before `first`.
    pub fn new(first: Date, last: Date) -> Result<Self, InvalidDateRange> {
        if first <= last { Ok(Self { first, last }) } else { Err(InvalidDateRange { first, last }) }
    }

    /// One day.
    #[must_use]
    pub const fn day(date: Date) -> Self {
        Self { first: date, last: date }
    }

    /// `days` dates (at least one) from `first` on; ends early at the end of the calendar.
    #[must_use]
    pub fn of_days(first: Date, days: u16) -> Self {
        let last = first.saturating_add((i64::from(days.max(1)) - 1).days());
        Self { first, last }
    }

    /// First date.
    #[must_use]
    pub const fn first(self) -> Date {
        self.first
    }

    /// Last date.
    #[must_use]
    pub const fn last(self) -> Date {
        self.last
    }

    /// Whether `date` lies in the range.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// Number of dates, at least 1.
    #[must_use]
    pub fn days(self) -> i64 {
        i64::from((self.last - self.first).get_days()) + 1
    }

    /// Every date in order.
    pub fn iter(self) -> impl Iterator<Item = Date> {
        self.first.series(1.day()).take_while(move |date| *date <= self.last)
    }

    /// The same range with at most `days` dates.
    #[must_use]
    pub fn capped(self, days: u16) -> Self {
        let cap = Self::of_days(self.first, days);
        Self { first: self.first, last: self.last.min(cap.last) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_range_counts_both_ends() {
        let range = DateRange::new(date(2028, 2, 28), date(2028, 3, 1)).unwrap();
        assert_eq!(range.days(), 3);
        assert_eq!(
            range.iter().collect::<Vec<_>>(),
            [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
        );
        assert_eq!(range.capped(2).last(), date(2028, 2, 29));
        assert_eq!(range.capped(90), range);
        assert_eq!(DateRange::of_days(date(2028, 2, 28), 3), range);
        assert!(DateRange::new(date(2028, 3, 1), date(2028, 2, 28)).is_err());
    }

    #[test]
    fn the_end_of_the_calendar_is_not_an_error() {
        assert_eq!(DateRange::of_days(Date::MAX, 30).days(), 1);
        assert_eq!(DateRange::of_days(Date::MAX, 30).iter().count(), 1);
    }
}
