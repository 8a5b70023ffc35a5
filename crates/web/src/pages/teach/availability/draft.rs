//! A week as it is being edited: what stands in the fields, valid or not.

use instainstru_core::{
    blocks::BlockSet,
    grid::{GridTime, InvalidGridTime, TimeRange},
    week::{WeekPattern, WeekStart},
};
use instainstru_service::availability::DayRanges;
use jiff::civil::{Date, Weekday};

use super::on;
use crate::{form::Form, words};

/// The days of a week with the names of their fields, Monday first.
pub(super) const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "mon"),
    (Weekday::Tuesday, "tue"),
    (Weekday::Wednesday, "wed"),
    (Weekday::Thursday, "thu"),
    (Weekday::Friday, "fri"),
    (Weekday::Saturday, "sat"),
    (Weekday::Sunday, "sun"),
];

/// The begin and the end of a range as they stand in their fields.
pub(super) type Typed = (String, String);

/// The fields of a week, Monday first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft(pub(super) [Vec<Typed>; 7]);

impl Draft {
    /// The fields as they were sent; empty pairs are dropped.
    pub(super) fn typed(form: &Form) -> Self {
        Self(DAYS.map(|(_, key)| {
            let (from, to) = (format!("{key}-from"), format!("{key}-to"));
            let pairs = form.all(&from).zip(form.all(&to)).map(|(a, b)| (a.trim(), b.trim()));
            let filled = pairs.filter(|(from, to)| !(from.is_empty() && to.is_empty()));
            filled.map(|(from, to)| (from.to_owned(), to.to_owned())).collect()
        }))
    }

    /// The fields of a week that is stored.
    pub(super) fn stored(week: WeekStart, days: &DayRanges) -> Self {
        Self::of(&WeekPattern::of_week(week, week.dates().iter().map(|date| (date, on(days, date)))))
    }

    pub(super) fn of(pattern: &WeekPattern) -> Self {
        Self(DAYS.map(|(day, _)| pattern.day(day).ranges().map(fields).collect()))
    }

    /// The free time that stands in the fields; mistakes are noted in the form, each day once.
    pub(super) fn pattern(&self, form: &mut Form) -> Option<WeekPattern> {
        let mut pattern = WeekPattern::EMPTY;
        let mut is_right = true;
        for ((day, key), typed) in DAYS.into_iter().zip(&self.0) {
            let read: Result<Vec<TimeRange>, String> = typed.iter().map(range).collect();
            let read = read.map_err(|mistake| format!("{}: {mistake}", words::weekday(day)));
            match form.take(key, read, |mistake| mistake) {
                Some(ranges) => pattern.add(day, ranges.into_iter().collect::<BlockSet>()),
                None => is_right = false,
            }
        }
        is_right.then_some(pattern)
    }

    /// As [`Draft::pattern`], without what is wrong.
    pub(super) fn valid(&self) -> WeekPattern {
        let mut pattern = WeekPattern::EMPTY;
        for ((day, _), typed) in DAYS.into_iter().zip(&self.0) {
            pattern.add(day, typed.iter().filter_map(|typed| range(typed).ok()).collect());
        }
        pattern
    }
}

/// A pattern as one line, for fields nobody sees and for scripts: `mon=09:00-12:00,13:00-17:00;tue=`.
pub(super) fn line(pattern: &WeekPattern) -> String {
    let days = DAYS.map(|(day, key)| {
        let ranges: Vec<String> = pattern.day(day).ranges().map(|range| range.to_string()).collect();
        format!("{key}={}", ranges.join(","))
    });
    days.join(";")
}

/// The pattern in a line; what cannot be read is left out.
pub(super) fn from_line(line: &str) -> WeekPattern {
    let mut pattern = WeekPattern::EMPTY;
    for (key, ranges) in line.split(';').filter_map(|day| day.split_once('=')) {
        if let Some((day, _)) = DAYS.into_iter().find(|(_, known)| *known == key) {
            pattern.add(day, ranges.split(',').filter_map(|range| range.parse::<TimeRange>().ok()).collect());
        }
    }
    pattern
}

/// The pattern laid over the week from a date on; days before stay out of it.
pub(super) fn dated(pattern: &WeekPattern, week: WeekStart, from: Date) -> Vec<(Date, TimeRange)> {
    let days = pattern.over(week.dates()).filter(|(date, _)| *date >= from);
    days.flat_map(|(date, free)| free.ranges().map(move |range| (date, range))).collect()
}

/// A range in its two fields. Fields for times end at 23:59, so midnight at the end of a day is their 00:00.
fn fields(range: TimeRange) -> Typed {
    let end = if range.end() == GridTime::END_OF_DAY { GridTime::MIDNIGHT } else { range.end() };
    (range.start().to_string(), end.to_string())
}

/// The range in two fields, or what is wrong with it in words.
fn range((from, to): &Typed) -> Result<TimeRange, String> {
    if from.is_empty() || to.is_empty() {
        return Err("give both a begin and an end".to_owned());
    }
    let time = |text: &str| {
        text.parse::<GridTime>().map_err(|error| match error {
            InvalidGridTime::OffGrid(_) => format!("{text} is not on a quarter hour, such as 9:15"),
            InvalidGridTime::Malformed(_) | InvalidGridTime::OutsideDay { .. } => {
                "give times such as 9:00 AM".to_owned()
            }
        })
    };
    let (start, end) = (time(from)?, time(to)?);
    let end = if end == GridTime::MIDNIGHT { GridTime::END_OF_DAY } else { end };
    TimeRange::new(start, end).map_err(|_backwards| "a time must end after it begins".to_owned())
}

#[cfg(test)]
mod tests {
    use instainstru_core::week::Preset;

    use super::*;

    fn draft(day: &[(&str, &str)]) -> Draft {
        let mut draft = Draft::default();
        draft.0[1] = day.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        draft
    }

    #[test]
    fn what_stands_in_the_fields_is_read_and_written_alike() {
        for (typed, read) in [
            (&[("09:00", "17:00")][..], "tue=09:00-17:00"),
            (&[("09:00", "12:00"), ("12:00", "13:00")], "tue=09:00-13:00"),
            (&[("22:00", "00:00")], "tue=22:00-24:00"),
            (&[], "tue=;"),
        ] {
            let mut form = Form::default();
            let pattern = draft(typed).pattern(&mut form).unwrap();
            assert!(line(&pattern).contains(read), "{}", line(&pattern));
            assert_eq!(Draft::of(&pattern).pattern(&mut form), Some(pattern));
        }
    }

    #[test]
    fn any_week_stays_the_same_through_its_fields_and_through_its_line() {
        // A fixed sequence that looks random: weeks with many short times, and with few long ones.
        let mut state = 0x9e37_79b9_7f4a_7c15_u128;
        let mut bits = || {
            state = state.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
            state >> 16
        };
        for round in 0..200 {
            let mut week = WeekPattern::EMPTY;
            for (day, _) in DAYS {
                let busy = if round % 2 == 0 { bits() } else { bits() & bits() & bits() };
                week.add(day, BlockSet::from_bits(busy));
            }
            assert_eq!(Draft::of(&week).pattern(&mut Form::default()), Some(week));
            assert_eq!(from_line(&line(&week)), week);
        }
    }

    #[test]
    fn mistakes_are_named_by_day_and_keep_what_was_typed() {
        for (typed, mistake) in [
            (("09:00", ""), "Tuesday: give both a begin and an end"),
            (("17:00", "09:00"), "Tuesday: a time must end after it begins"),
            (("09:07", "10:00"), "Tuesday: 09:07 is not on a quarter hour, such as 9:15"),
            (("nine", "10:00"), "Tuesday: give times such as 9:00 AM"),
        ] {
            let (mut form, draft) = (Form::default(), draft(&[("07:00", "08:00"), typed]));
            assert_eq!(draft.pattern(&mut form), None);
            assert_eq!(form.view().wrong["tue"], mistake);
            assert_eq!(draft.valid().minutes(), 60);
        }
    }

    #[test]
    fn a_line_holds_every_week() {
        for pattern in Preset::ALL.map(WeekPattern::preset).into_iter().chain([WeekPattern::EMPTY]) {
            assert_eq!(from_line(&line(&pattern)), pattern);
        }
        assert_eq!(from_line("mon=nonsense;xyz=09:00-10:00;;=,"), WeekPattern::EMPTY);
    }
}
