//! Days people name instead of counting: "labor day weekend", "on halloween".

use instainstru_core::dates::DateRange;
use jiff::civil::{Date, Weekday};

use super::{
    dates::{self, add_days},
    lattice::{Candidate, Found, When},
    reading::Reading,
};

/// How a holiday falls.
#[derive(Clone, Copy)]
enum Falls {
    /// On the same day every year.
    On(i8, i8),
    /// On a weekday of a month by its number; -1 is the last.
    Nth(i8, i8, Weekday),
}

const HOLIDAYS: &[(&[&str], Falls)] = &[
    (&["new years day", "new years"], Falls::On(1, 1)),
    (&["mlk day", "martin luther king day"], Falls::Nth(1, 3, Weekday::Monday)),
    (&["valentines day"], Falls::On(2, 14)),
    (&["presidents day"], Falls::Nth(2, 3, Weekday::Monday)),
    (&["st patricks day", "saint patricks day"], Falls::On(3, 17)),
    (&["mothers day"], Falls::Nth(5, 2, Weekday::Sunday)),
    (&["memorial day"], Falls::Nth(5, -1, Weekday::Monday)),
    (&["fathers day"], Falls::Nth(6, 3, Weekday::Sunday)),
    (&["juneteenth"], Falls::On(6, 19)),
    (&["independence day", "fourth of july"], Falls::On(7, 4)),
    (&["labor day"], Falls::Nth(9, 1, Weekday::Monday)),
    (&["columbus day", "indigenous peoples day"], Falls::Nth(10, 2, Weekday::Monday)),
    (&["halloween"], Falls::On(10, 31)),
    (&["veterans day"], Falls::On(11, 11)),
    (&["thanksgiving day"], Falls::Nth(11, 4, Weekday::Thursday)),
    (&["christmas eve"], Falls::On(12, 24)),
    (&["christmas", "christmas day"], Falls::On(12, 25)),
    (&["new years eve"], Falls::On(12, 31)),
];

/// Proposes holidays, and the weekend around those that fall on a Monday.
pub(super) fn propose(reading: &Reading<'_>, from: usize, out: &mut Vec<Candidate>) {
    let start = if reading.at(from) == "on" { from + 1 } else { from };
    for (names, falls) in HOLIDAYS {
        for end in names.iter().filter_map(|name| reading.phrase_end(start, name)) {
            let Some(date) = next(reading.today, *falls) else { continue };
            let mut push = |end: usize, range: DateRange| {
                let when = When { dates: vec![range], ..When::default() };
                out.push(Candidate::slot(from, end, Found::When(when)));
            };
            push(end, DateRange::day(date));
            if reading.at(end) == "weekend" && date.weekday() == Weekday::Monday {
                let saturday = add_days(date, -2).max(reading.today);
                push(end + 1, dates::range(saturday, date));
            }
        }
    }
}

/// The next time it falls, today included.
fn next(today: Date, falls: Falls) -> Option<Date> {
    match falls {
        Falls::On(month, day) => dates::month_day(today, month, day),
        Falls::Nth(month, nth, day) => dates::nth_weekday(today, month, nth, day),
    }
}
