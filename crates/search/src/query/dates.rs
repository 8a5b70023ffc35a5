//! Date rules: pure functions of today.

use instainstru_core::dates::DateRange;
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// The next such day, today included.
pub(super) fn bare_weekday(today: Date, day: Weekday) -> Date {
    add_days(today, i64::from(today.weekday().until(day)))
}

/// That day in the following Monday-to-Sunday week.
pub(super) fn next_weekday(today: Date, day: Weekday) -> Date {
    add_days(monday_of(today), 7 + i64::from(day.to_monday_zero_offset()))
}

/// From today to Sunday.
pub(super) fn this_week(today: Date) -> DateRange {
    range(today, add_days(monday_of(today), 6))
}

/// The week that begins next Monday.
pub(super) fn next_week(today: Date) -> DateRange {
    let monday = add_days(monday_of(today), 7);
    range(monday, add_days(monday, 6))
}

/// Saturday and Sunday of this week, without the days that are over.
pub(super) fn this_weekend(today: Date) -> DateRange {
    let monday = monday_of(today);
    range(add_days(monday, 5).max(today), add_days(monday, 6))
}

/// Saturday and Sunday of the following week.
pub(super) fn next_weekend(today: Date) -> DateRange {
    let monday = monday_of(today);
    range(add_days(monday, 12), add_days(monday, 13))
}

/// What is left of this month.
pub(super) fn this_month(today: Date) -> DateRange {
    range(today, today.last_of_month())
}

/// The month after this one.
pub(super) fn next_month(today: Date) -> DateRange {
    let first = today.first_of_month().saturating_add(1.month());
    range(first, first.last_of_month())
}

/// A month by number: what is left of it, or all of it if it lies ahead.
pub(super) fn month(today: Date, month: i8) -> Option<DateRange> {
    let year = if month < today.month() { today.year().checked_add(1)? } else { today.year() };
    let first = Date::new(year, month, 1).ok()?;
    Some(range(first.max(today), first.last_of_month()))
}

/// The next date with this month and day, today included; the 29th of February waits for the next leap year.
pub(super) fn month_day(today: Date, month: i8, day: i8) -> Option<Date> {
    (0..=8).find_map(|ahead| {
        Date::new(today.year().checked_add(ahead)?, month, day).ok().filter(|date| *date >= today)
    })
}

/// The next date with this day of the month, today included.
pub(super) fn day_of_month(today: Date, day: i8) -> Option<Date> {
    (0..=12).find_map(|ahead| {
        let first = today.first_of_month().saturating_add(i64::from(ahead).months());
        Date::new(first.year(), first.month(), day).ok().filter(|date| *date >= today)
    })
}

/// The next such day of a month by its number in the month, today included; the last one for -1.
pub(super) fn nth_weekday(today: Date, month: i8, nth: i8, day: Weekday) -> Option<Date> {
    (0..=1).find_map(|ahead| {
        let first = Date::new(today.year().checked_add(ahead)?, month, 1).ok()?;
        first.nth_weekday_of_month(nth, day).ok().filter(|date| *date >= today)
    })
}

/// A day so many days ahead.
pub(super) fn add_days(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}

/// The dates from `first` to `last`, which must not be earlier.
pub(super) fn range(first: Date, last: Date) -> DateRange {
    DateRange::new(first, last).unwrap_or_else(|_reversed| DateRange::day(first))
}

fn monday_of(date: Date) -> Date {
    add_days(date, -i64::from(date.weekday().to_monday_zero_offset()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// Every day of two leap cycles.
    fn days() -> impl Iterator<Item = Date> {
        date(2024, 1, 1).series(1.day()).take_while(|day| *day < date(2032, 1, 1))
    }

    const WEEK: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    #[test]
    fn a_bare_weekday_is_the_nearest_one_and_today_counts() {
        for today in days() {
            for day in WEEK {
                let found = bare_weekday(today, day);
                assert_eq!(found.weekday(), day);
                assert!((0..7).contains(&(found - today).get_days()), "{today} {day:?} {found}");
            }
        }
    }

    #[test]
    fn next_weekday_lies_in_the_following_week() {
        for today in days() {
            let week = next_week(today);
            for day in WEEK {
                let found = next_weekday(today, day);
                assert_eq!(found.weekday(), day);
                assert!(week.contains(found), "{today} {day:?} {found}");
            }
        }
    }

    #[test]
    fn weeks_and_weekends_follow_each_other_without_gap_or_overlap() {
        for today in days() {
            let (this, next) = (this_week(today), next_week(today));
            assert_eq!(this.first(), today);
            assert_eq!(add_days(this.last(), 1), next.first());
            assert_eq!((next.first().weekday(), next.days()), (Weekday::Monday, 7));
            let (weekend, following) = (this_weekend(today), next_weekend(today));
            assert!(this.contains(weekend.first()) && this.contains(weekend.last()));
            assert_eq!((following.first().weekday(), following.days()), (Weekday::Saturday, 2));
            assert_eq!(add_days(weekend.last(), 7), following.last());
        }
    }

    #[test]
    fn months_are_clipped_to_what_is_left() {
        for today in days() {
            assert_eq!(add_days(this_month(today).last(), 1), next_month(today).first());
            for number in 1..=12 {
                let found = month(today, number).unwrap();
                assert!(found.first() >= today && found.first().month() == number);
                assert_eq!(found.last(), found.first().last_of_month());
                assert!((found.first() - today).get_days() <= 366);
            }
        }
    }

    #[test]
    fn a_numbered_weekday_of_a_month_rolls_forward() {
        for today in days() {
            let labor_day = nth_weekday(today, 9, 1, Weekday::Monday).unwrap();
            assert!(labor_day >= today && labor_day.weekday() == Weekday::Monday && labor_day.day() <= 7);
            assert!((labor_day - today).get_days() <= 371);
            let memorial_day = nth_weekday(today, 5, -1, Weekday::Monday).unwrap();
            assert!(memorial_day >= today && memorial_day.day() >= 25);
        }
        assert_eq!(nth_weekday(date(2026, 9, 7), 9, 1, Weekday::Monday), Some(date(2026, 9, 7)));
        assert_eq!(nth_weekday(date(2026, 9, 8), 9, 1, Weekday::Monday), Some(date(2027, 9, 6)));
    }

    #[test]
    fn a_month_and_day_roll_forward_to_the_next_time_it_exists() {
        for today in days() {
            for (month, day) in [(1, 1), (2, 28), (2, 29), (12, 31), (today.month(), today.day())] {
                let found = month_day(today, month, day).unwrap();
                assert_eq!((found.month(), found.day()), (month, day));
                assert!(found >= today);
                let between = today.series(1.day()).take_while(|date| *date < found);
                assert!(between.into_iter().all(|date| (date.month(), date.day()) != (month, day)));
            }
            let found = day_of_month(today, 31).unwrap();
            assert!(found >= today && found.day() == 31);
            assert_eq!(month_day(today, 2, 30), None);
        }
    }
}
