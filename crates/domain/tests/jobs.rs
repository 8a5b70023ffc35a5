//! When jobs run, and what becomes of runs that fail or are missed.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroU16;

use instainstru_domain::{
    job::{JobState, RunCause, RunOutcome, Schedule},
    zone::Zone,
};
use jiff::{SignedDuration, Timestamp, civil::time};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn every(minutes: u16) -> Schedule {
    Schedule::Every { minutes: NonZeroU16::new(minutes).unwrap() }
}

fn daily(hour: i8, minute: i8, zone: &str) -> Schedule {
    Schedule::Daily { at: time(hour, minute, 0, 0), zone: Zone::new(zone).unwrap() }
}

/// The planned moment before and the one after an instant.
#[track_caller]
fn check(schedule: &Schedule, now: &str, last: &str, next: &str) {
    let now = at(now);
    assert_eq!(schedule.last(now), at(last), "last before {now}");
    assert_eq!(schedule.next(now), at(next), "next after {now}");
}

#[test]
fn a_period_begins_at_the_same_moments_everywhere() {
    let quarter = every(15);
    check(&quarter, "2026-07-15T12:07:31.5Z", "2026-07-15T12:00:00Z", "2026-07-15T12:15:00Z");
    check(&quarter, "2026-07-15T12:15:00Z", "2026-07-15T12:15:00Z", "2026-07-15T12:30:00Z");
    check(&quarter, "1969-12-31T23:59:59Z", "1969-12-31T23:45:00Z", "1970-01-01T00:00:00Z");
    check(&every(60), "2026-07-15T12:59:59.999999Z", "2026-07-15T12:00:00Z", "2026-07-15T13:00:00Z");
}

#[test]
fn a_daily_job_follows_the_clocks_of_its_zone() {
    let night = daily(2, 0, "America/New_York");
    check(&night, "2026-01-15T06:59:59Z", "2026-01-14T07:00:00Z", "2026-01-15T07:00:00Z");
    check(&night, "2026-01-15T07:00:00Z", "2026-01-15T07:00:00Z", "2026-01-16T07:00:00Z");
    // In summer the same time comes an hour earlier in UTC.
    check(&night, "2026-07-15T06:00:00Z", "2026-07-15T06:00:00Z", "2026-07-16T06:00:00Z");
    // Tomorrow in Tokyo begins this afternoon in UTC.
    check(
        &daily(0, 30, "Asia/Tokyo"),
        "2026-07-15T16:00:00Z",
        "2026-07-15T15:30:00Z",
        "2026-07-16T15:30:00Z",
    );
}

#[test]
fn a_time_that_is_skipped_comes_an_hour_later_that_day() {
    // On 8 March 2026 the clocks of New York go from 2:00 to 3:00.
    let skipped = daily(2, 30, "America/New_York");
    check(&skipped, "2026-03-08T07:29:59Z", "2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z");
    check(&skipped, "2026-03-08T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z");
}

#[test]
fn a_time_that_is_repeated_comes_once() {
    // On 1 November 2026 the clocks of New York go from 2:00 back to 1:00.
    let repeated = daily(1, 30, "America/New_York");
    check(&repeated, "2026-11-01T05:29:59Z", "2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z");
    check(&repeated, "2026-11-01T06:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z");
}

#[test]
fn every_date_of_two_years_has_one_run_in_every_zone() {
    // The second zone changes its clocks by half an hour, the third at midnight.
    for zone in ["America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC"] {
        for (hour, minute) in [(0, 0), (0, 30), (1, 30), (2, 0), (2, 30), (23, 59)] {
            let schedule = daily(hour, minute, zone);
            let zone = Zone::new(zone).unwrap();
            let mut moment = schedule.next(at("2026-01-01T00:00:00Z"));
            for _day in 0..730 {
                assert_eq!(schedule.last(moment), moment);
                let next = schedule.next(moment);
                let dates = (zone.date_at(moment), zone.date_at(next));
                assert_eq!(dates.0.tomorrow().unwrap(), dates.1, "{schedule}: {moment} and {next}");
                assert_eq!(schedule.last(next - SignedDuration::from_micros(1)), moment);
                moment = next;
            }
        }
    }
}

#[test]
fn schedules_are_told_in_words() {
    assert_eq!(every(1).to_string(), "every minute");
    assert_eq!(every(15).to_string(), "every 15 minutes");
    assert_eq!(daily(2, 5, "America/New_York").to_string(), "daily at 02:05 America/New_York");
}

const NOW: &str = "2026-07-15T12:07:00Z";

#[test]
fn a_job_that_never_ran_is_due() {
    assert_eq!(JobState::default().due(&every(15), at(NOW)), Some(RunCause::Schedule));
}

#[test]
fn a_run_settles_every_planned_moment_it_missed() {
    let quarter = every(15);
    let late = JobState { settled_until: Some(at("2026-07-15T03:00:00Z")), ..JobState::default() };
    assert_eq!(late.due(&quarter, at(NOW)), Some(RunCause::Schedule));
    let done = late.after(RunOutcome::Succeeded, &quarter, at(NOW), at("2026-07-15T12:08:00Z"));
    assert_eq!(done.settled_until, Some(at("2026-07-15T12:00:00Z")));
    assert_eq!(done.due(&quarter, at("2026-07-15T12:14:59Z")), None);
    assert_eq!(done.due(&quarter, at("2026-07-15T12:15:00Z")), Some(RunCause::Schedule));
}

#[test]
fn a_run_that_took_long_leaves_what_became_due_meanwhile() {
    let quarter = every(15);
    let ended = at("2026-07-15T12:40:00Z");
    let done = JobState::default().after(RunOutcome::Succeeded, &quarter, at(NOW), ended);
    assert_eq!(done.due(&quarter, ended), Some(RunCause::Schedule));
}

#[test]
fn a_failed_run_is_tried_again_and_then_left_until_its_next_time() {
    let quarter = every(15);
    for outcome in [RunOutcome::Failed, RunOutcome::Abandoned] {
        let mut state = JobState::default();
        let mut now = at(NOW);
        let mut waits = Vec::new();
        while let Some(cause) = state.due(&quarter, now) {
            assert_eq!(cause, RunCause::Schedule);
            state = state.after(outcome, &quarter, now, now);
            if let Some(not_before) = state.not_before {
                waits.push((not_before - now).get_seconds());
                assert_eq!(state.due(&quarter, not_before - SignedDuration::from_secs(1)), None);
                now = not_before;
            }
        }
        assert_eq!(waits, [60, 120], "{outcome:?}");
        assert_eq!((state.failures, state.not_before), (0, None));
        assert_eq!(state.due(&quarter, at("2026-07-15T12:15:00Z")), Some(RunCause::Schedule));
    }
}

#[test]
fn a_success_forgets_earlier_failures() {
    let quarter = every(15);
    let failed = JobState::default().after(RunOutcome::Failed, &quarter, at(NOW), at(NOW));
    assert_eq!(failed.failures, 1);
    let done = failed.after(RunOutcome::Succeeded, &quarter, at(NOW), at(NOW));
    assert_eq!((done.failures, done.not_before), (0, None));
}

#[test]
fn a_request_does_not_wait_for_anything() {
    let quarter = every(15);
    let settled = JobState::default().after(RunOutcome::Succeeded, &quarter, at(NOW), at(NOW));
    let failed = JobState::default().after(RunOutcome::Failed, &quarter, at(NOW), at(NOW));
    for state in [settled, failed] {
        assert_eq!(state.due(&quarter, at(NOW)), None);
        let requested = JobState { requested_at: Some(at(NOW)), ..state };
        assert_eq!(requested.due(&quarter, at(NOW)), Some(RunCause::Request));
    }
}

#[test]
fn what_is_settled_stays_settled_when_a_clock_goes_back() {
    let quarter = every(15);
    let done = JobState::default().after(RunOutcome::Succeeded, &quarter, at(NOW), at(NOW));
    let earlier = at("2026-07-15T11:00:00Z");
    assert_eq!(done.due(&quarter, earlier), None);
    assert_eq!(
        done.after(RunOutcome::Succeeded, &quarter, earlier, earlier).settled_until,
        done.settled_until
    );
}
