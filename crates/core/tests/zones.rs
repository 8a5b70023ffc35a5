//! The clock of a day against a walk along the line of instants, in every zone of the IANA database around every change of
//! its clock from 2024 to 2037.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;

use instainstru_core::{grid::GridTime, grid::TimeRange, zone::DayClock};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, civil::date, tz::TimeZone};

const QUARTER: SignedDuration = SignedDuration::from_mins(15);

fn every_zone() -> Vec<TimeZone> {
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    assert!(names.len() > 400, "only {} zones: the database is missing", names.len());
    names
        .iter()
        .filter_map(|name| TimeZone::get(name).ok())
        .filter(|zone| zone.iana_name().is_some())
        .collect()
}

/// The days before, on and after every change of the clock, and one ordinary day.
fn interesting_days(zone: &TimeZone) -> BTreeSet<Date> {
    let from: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    let until: Timestamp = "2038-01-01T00:00:00Z".parse().unwrap();
    let mut days = BTreeSet::from([date(2026, 7, 15)]);
    for change in zone.following(from).take_while(|change| change.timestamp() < until) {
        let after = change.timestamp().to_zoned(zone.clone()).date();
        let before = (change.timestamp() - 1.second()).to_zoned(zone.clone()).date();
        for day in [before, after] {
            days.extend([day.yesterday().unwrap(), day, day.tomorrow().unwrap()]);
        }
    }
    days
}

/// For each block of the day, the first instant at which the wall clock shows its start, found by walking.
fn first_occurrences(day: Date, zone: &TimeZone) -> [Option<Timestamp>; 96] {
    let mut found = [None; 96];
    let mut instant = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap() - 16.hours();
    for _ in 0..(56 * 4) {
        let shown = instant.to_zoned(zone.clone()).datetime();
        if shown.date() == day {
            let minutes = i32::from(shown.hour()) * 60 + i32::from(shown.minute());
            assert_eq!(minutes % 15, 0, "{zone:?} has an offset off the quarter hour on {day}");
            found[usize::try_from(minutes / 15).unwrap()].get_or_insert(instant);
        }
        instant += QUARTER;
    }
    found
}

#[test]
fn every_block_exists_when_and_where_a_walk_along_time_finds_it() {
    let mut days = 0u32;
    for zone in every_zone() {
        for day in interesting_days(&zone) {
            let clock = DayClock::new(day, &zone);
            let walked = first_occurrences(day, &zone);
            for (block, instant) in (0u8..96).zip(walked) {
                let time = GridTime::from_block(block).unwrap();
                assert_eq!(clock.instant(time), instant, "{:?} {day} {time}", zone.iana_name());
                assert_eq!(clock.existing().contains(time), instant.is_some());
            }
            days += 1;
        }
    }
    assert!(days > 10_000, "only {days} days were looked at");
}

#[test]
fn a_lesson_has_instants_exactly_when_its_elapsed_time_is_its_length() {
    for zone in every_zone() {
        for day in interesting_days(&zone) {
            let clock = DayClock::new(day, &zone);
            let walked = first_occurrences(day, &zone);
            for blocks in [2usize, 4, 7] {
                for first in 0..=(96 - blocks) {
                    let steps = &walked[first..first + blocks];
                    let steady = steps.iter().all(Option::is_some)
                        && steps
                            .windows(2)
                            .all(|pair| pair[1].unwrap().duration_since(pair[0].unwrap()) == QUARTER);
                    let time = |block: usize| GridTime::from_block(u8::try_from(block).unwrap()).unwrap();
                    let lesson = TimeRange::new(time(first), time(first + blocks)).unwrap();
                    let instants = clock.instants(lesson);
                    assert_eq!(instants.is_some(), steady, "{:?} {day} {lesson}", zone.iana_name());
                    if let Some(instants) = instants {
                        assert_eq!(Some(instants.start()), walked[first]);
                        let length = SignedDuration::from_mins(i64::from(lesson.minutes()));
                        assert_eq!(instants.end().duration_since(instants.start()), length);
                    }
                }
            }
        }
    }
}

#[test]
fn days_never_share_an_instant() {
    for zone in every_zone() {
        for day in interesting_days(&zone) {
            let today = DayClock::new(day, &zone).span();
            let tomorrow = DayClock::new(day.tomorrow().unwrap(), &zone).span();
            if let (Some(today), Some(tomorrow)) = (today, tomorrow) {
                assert!(today.end() <= tomorrow.start(), "{:?} {day}", zone.iana_name());
            }
        }
    }
}

#[test]
fn a_day_that_a_zone_skipped_has_no_blocks() {
    let samoa = TimeZone::get("Pacific/Apia").expect("known zone");
    let skipped = DayClock::new(date(2011, 12, 30), &samoa);
    assert!(skipped.existing().is_empty());
    assert_eq!(skipped.span(), None);
}
