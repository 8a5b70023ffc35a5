//! Single windows, blocked days, and the lessons of a week.

use instainstru_core::{dates::DateRange, grid::GridTime};
use instainstru_domain::{ids::BlackoutId, text::BlackoutReason};
use instainstru_test_support::{
    builders::a_booking,
    memory::{Fault, unavailable},
};

use super::*;

fn time(text: &str) -> Option<GridTime> {
    Some(text.parse().unwrap())
}

#[test]
fn a_published_range_is_listed_with_its_id() {
    let world = World::new();
    let window = world.service.add_range(&world.ada, FRIDAY, range("09:00-10:00")).unwrap();
    assert_eq!(
        (window.instructor_id, window.date, window.range),
        (world.ada.id, FRIDAY, range("09:00-10:00"))
    );
    assert_eq!(world.service.list(&world.ada, None, None).unwrap(), [window]);
    assert_eq!(world.announced(), [(FRIDAY, FRIDAY)]);
}

#[test]
fn a_range_that_touches_another_is_published_and_merges() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00"), (FRIDAY, "12:00-13:00")]);
    let window = world.service.add_range(&world.ada, FRIDAY, range("10:00-11:00")).unwrap();
    assert_eq!(window.range, range("09:00-11:00"));
    let window = world.service.add_range(&world.ada, FRIDAY, range("10:30-12:30")).unwrap();
    assert_eq!(window.range, range("09:00-13:00"));
    assert_eq!(world.windows(), [window]);
}

#[test]
fn a_range_within_a_window_is_there_already() {
    let world = World::publishing(&[(FRIDAY, "09:00-12:00")]);
    let window = world.service.add_range(&world.ada, FRIDAY, range("10:00-11:00")).unwrap();
    assert_eq!([window], *world.windows());
    assert_eq!(world.announced(), [], "nothing changed");
}

#[test]
fn publishing_the_same_window_twice_is_refused() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let refused = world.service.add_range(&world.ada, FRIDAY, range("09:00-10:00"));
    assert!(matches!(refused, Err(AvailabilityError::AlreadyPublished)));
    assert_eq!(world.announced(), []);
}

#[test]
fn single_ranges_know_no_limits_of_length() {
    let world = World::new();
    for text in ["00:00-24:00", "09:00-09:15"] {
        let day = if text.starts_with("00") { THURSDAY } else { FRIDAY };
        assert!(world.service.add_range(&world.ada, day, range(text)).is_ok(), "{text}");
    }
}

#[test]
fn past_dates_are_refused() {
    let world = World::new();
    let refused = world.service.add_range(&world.ada, TUESDAY, range("09:00-10:00"));
    assert!(matches!(refused, Err(AvailabilityError::PastDate(day)) if day == TUESDAY));
    let refused = world.service.add_blackout(&world.ada, TUESDAY, None);
    assert!(matches!(refused, Err(AvailabilityError::PastDate(day)) if day == TUESDAY));
    assert!(
        world.service.add_range(&world.ada, TODAY, range("06:00-07:00")).is_ok(),
        "hours of today may have passed"
    );
    // 23:30 of the 14th in New York is the 15th in UTC, but not yet the 15th there.
    world.clock.set("2026-07-15T03:30:00Z");
    assert!(world.service.add_range(&world.ada, TUESDAY, range("09:00-10:00")).is_ok());
}

#[test]
fn a_list_reaches_from_today_a_year_ahead_unless_told_otherwise() {
    let (in_a_year, later) = (date(2027, 7, 15), date(2027, 7, 16));
    let world = World::publishing(&[
        (TUESDAY, "09:00-10:00"),
        (TODAY, "14:00-15:00"),
        (TODAY, "09:00-10:00"),
        (in_a_year, "09:00-10:00"),
        (later, "09:00-10:00"),
    ]);
    let list = |from, to| -> Vec<String> {
        world.service.list(&world.ada, from, to).unwrap().iter().map(shown).collect()
    };
    assert_eq!(list(None, None), ["07-15 09:00-10:00", "07-15 14:00-15:00", "07-15 09:00-10:00"]);
    assert_eq!(list(Some(MONDAY), None).len(), 4, "from the past a year ahead");
    assert_eq!(
        list(Some(later), None),
        ["07-16 09:00-10:00"],
        "and from a day further ahead a year from there"
    );
    assert_eq!(list(None, Some(TODAY)).len(), 2);
    assert_eq!(list(Some(MONDAY), Some(TUESDAY)), ["07-14 09:00-10:00"]);
    assert_eq!(list(Some(Date::MIN), Some(Date::MAX)).len(), 5);
}

#[test]
fn a_list_of_reversed_dates_is_refused() {
    let world = World::new();
    for (from, to, given) in
        [(Some(FRIDAY), Some(THURSDAY), (FRIDAY, THURSDAY)), (None, Some(TUESDAY), (TODAY, TUESDAY))]
    {
        match world.service.list(&world.ada, from, to) {
            Err(AvailabilityError::ReversedDates { first, last }) => assert_eq!((first, last), given),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_updated_window_moves_the_ends_that_are_given() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let id = world.id(FRIDAY, "09:00-10:00");
    for (start, end, becomes) in [
        (time("08:00"), None, "08:00-10:00"),
        (None, time("11:00"), "08:00-11:00"),
        (time("08:30"), time("09:30"), "08:30-09:30"),
        (None, None, "08:30-09:30"),
    ] {
        let window = world.service.update_window(&world.ada, id, start, end).unwrap();
        assert_eq!((window.id, window.range), (id, range(becomes)));
        assert_eq!(world.windows(), [window]);
    }
    assert_eq!(world.announced().len(), 3, "the last update changed nothing");
}

#[test]
fn a_window_moved_elsewhere_leaves_its_old_time() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00"), (FRIDAY, "14:00-15:00")]);
    let id = world.id(FRIDAY, "09:00-10:00");
    let moved = world.service.update_window(&world.ada, id, time("15:00"), time("16:00")).unwrap();
    assert_eq!(moved.range, range("14:00-16:00"), "it merges with what it touches");
    assert_eq!(world.windows(), [moved]);
}

#[test]
fn an_update_to_a_reversed_range_is_refused() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let id = world.id(FRIDAY, "09:00-10:00");
    for (start, end) in [(time("10:00"), None), (None, time("09:00")), (time("12:00"), time("11:00"))] {
        let refused = world.service.update_window(&world.ada, id, start, end);
        assert!(matches!(refused, Err(AvailabilityError::Range(_))), "{refused:?}");
    }
    assert_eq!(world.published(), ["07-17 09:00-10:00"]);
}

#[test]
fn an_updated_window_is_30_to_480_minutes_long() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00"), (THURSDAY, "00:00-24:00")]);
    let id = world.id(FRIDAY, "09:00-10:00");
    let update = |end| world.service.update_window(&world.ada, id, None, time(end));
    for (end, length) in [("09:15", 15), ("17:15", 495)] {
        match update(end) {
            Err(error @ AvailabilityError::WindowLength { minutes }) => {
                assert_eq!(minutes, length);
                assert!(error.to_string().contains("at least 30 minutes"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(update("09:30").is_ok() && update("17:00").is_ok());
    let whole_day = world.id(THURSDAY, "00:00-24:00");
    assert!(world.service.update_window(&world.ada, whole_day, None, None).is_ok(), "left as it was");
}

#[test]
fn past_windows_can_be_moved_and_withdrawn() {
    let world = World::publishing(&[(MONDAY, "09:00-10:00"), (TUESDAY, "09:00-10:00")]);
    let (monday, tuesday) = (world.id(MONDAY, "09:00-10:00"), world.id(TUESDAY, "09:00-10:00"));
    world.service.update_window(&world.ada, monday, None, time("11:00")).unwrap();
    world.service.delete_window(&world.ada, tuesday).unwrap();
    assert_eq!(world.published(), ["07-13 09:00-11:00"]);
    assert_eq!(world.announced(), [(MONDAY, MONDAY), (TUESDAY, TUESDAY)]);
}

#[test]
fn a_withdrawn_window_is_gone_and_others_stay() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00"), (FRIDAY, "11:00-12:00")]);
    let id = world.id(FRIDAY, "09:00-10:00");
    world.service.delete_window(&world.ada, id).unwrap();
    assert_eq!(world.published(), ["07-17 11:00-12:00"]);
    let again = world.service.delete_window(&world.ada, id);
    assert!(matches!(again, Err(AvailabilityError::WindowNotFound)));
}

#[test]
fn windows_of_others_are_not_found() {
    let world = World::new();
    let other = world.another_instructor();
    let theirs = world.windows_of(&other)[0];
    let nobodys = WindowId::new(4711).unwrap();
    for id in [theirs.id, nobodys] {
        let refused = world.service.update_window(&world.ada, id, time("08:00"), None);
        assert!(matches!(refused, Err(AvailabilityError::WindowNotFound)), "{refused:?}");
        let refused = world.service.delete_window(&world.ada, id);
        assert!(matches!(refused, Err(AvailabilityError::WindowNotFound)), "{refused:?}");
    }
    assert_eq!(world.windows_of(&other), [theirs]);
}

#[test]
fn blocked_days_are_listed_from_today_on() {
    let world = World::with(|ada| ada.away_on(TUESDAY).away_on(FRIDAY).away_on(date(2030, 1, 1)));
    let reason = BlackoutReason::new("Fête nationale 🎆").unwrap();
    let today = world.service.add_blackout(&world.ada, TODAY, Some(reason.clone())).unwrap();
    assert_eq!((today.date, today.reason.as_ref()), (TODAY, Some(&reason)));
    let dates: Vec<Date> = world.service.blackouts(&world.ada).unwrap().iter().map(|b| b.date).collect();
    assert_eq!(dates, [TODAY, FRIDAY, date(2030, 1, 1)]);
    assert_eq!(world.announced(), [(TODAY, TODAY)]);
}

#[test]
fn a_day_is_blocked_once() {
    let world = World::with(|ada| ada.away_on(FRIDAY));
    let refused = world.service.add_blackout(&world.ada, FRIDAY, None);
    assert!(matches!(refused, Err(AvailabilityError::AlreadyBlocked)), "{refused:?}");
    assert_eq!(world.announced(), []);
}

#[test]
fn days_are_blocked_together_and_those_that_were_keep_their_reason() {
    let world = World::with(|ada| ada.away_on(FRIDAY));
    let reason = || Some(BlackoutReason::new("Sailing").unwrap());
    let week = DateRange::of_days(THURSDAY, 4);
    assert_eq!(world.service.block(&world.ada, week, reason()).unwrap(), 3);
    let blocked: Vec<(Date, bool)> = world
        .service
        .blackouts(&world.ada)
        .unwrap()
        .iter()
        .map(|blackout| (blackout.date, blackout.reason.is_some()))
        .collect();
    let expected: Vec<(Date, bool)> = week.iter().map(|date| (date, date != FRIDAY)).collect();
    assert_eq!(blocked, expected);
    assert_eq!(world.announced(), [(week.first(), week.last())], "once");
    assert_eq!(world.service.block(&world.ada, week, reason()).unwrap(), 0);
    assert_eq!(world.announced().len(), 1, "nothing changed");
}

#[test]
fn days_are_blocked_all_or_none() {
    let world = World::new();
    let week = DateRange::of_days(FRIDAY, 7);
    world.store.fail_next(Fault::Commit, unavailable);
    let failed = world.service.block(&world.ada, week, None);
    assert!(matches!(failed, Err(AvailabilityError::Storage(_))), "{failed:?}");
    let past = world.service.block(&world.ada, DateRange::new(TUESDAY, FRIDAY).unwrap(), None);
    assert!(matches!(past, Err(AvailabilityError::PastDate(TUESDAY))), "{past:?}");
    let long = world.service.block(&world.ada, DateRange::of_days(FRIDAY, 32), None);
    assert!(matches!(long, Err(AvailabilityError::TooManyDays)), "{long:?}");
    assert_eq!(world.service.blackouts(&world.ada).unwrap(), []);
    assert_eq!(world.service.block(&world.ada, DateRange::of_days(FRIDAY, 31), None).unwrap(), 31);
}

#[test]
fn an_unblocked_day_is_free_again() {
    let world = World::with(|ada| ada.away_on(FRIDAY));
    let blackout = world.service.blackouts(&world.ada).unwrap()[0].clone();
    world.service.delete_blackout(&world.ada, blackout.id).unwrap();
    assert_eq!(world.service.blackouts(&world.ada).unwrap(), []);
    assert_eq!(world.announced(), [(FRIDAY, FRIDAY)]);
    let again = world.service.delete_blackout(&world.ada, blackout.id);
    assert!(matches!(again, Err(AvailabilityError::BlackoutNotFound)));
}

#[test]
fn blocked_days_of_others_are_not_found() {
    let world = World::with(|ada| ada.away_on(FRIDAY));
    let other = world.another_instructor();
    let hers = world.service.blackouts(&world.ada).unwrap()[0].id;
    for id in [hers, BlackoutId::new(4711).unwrap()] {
        let refused = world.service.delete_blackout(&other, id);
        assert!(matches!(refused, Err(AvailabilityError::BlackoutNotFound)));
    }
    assert_eq!(world.service.blackouts(&world.ada).unwrap().len(), 1);
    assert!(world.service.add_blackout(&other, FRIDAY, None).is_ok(), "each has their own days");
}

#[test]
fn a_blackout_leaves_windows_alone() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    world.service.add_blackout(&world.ada, FRIDAY, None).unwrap();
    assert_eq!(world.published(), ["07-17 09:00-10:00"]);
    assert!(world.service.add_range(&world.ada, FRIDAY, range("12:00-13:00")).is_ok());
}

#[test]
fn booked_lessons_of_seven_days_are_listed() {
    let world = World::with(|ada| ada.offering("piano", 75_00, &[60]));
    let ada: Result<_, StorageError> = world.store.reading(|uow| uow.instructors().find(world.ada.id));
    let ada = ada.unwrap().unwrap();
    let lesson = |date, start| a_booking(&world.store).with(&ada).at(date, start, 60);
    let _before = lesson(MONDAY, "09:00").insert();
    let afternoon = lesson(TODAY, "14:00").insert();
    let done = lesson(TUESDAY, "09:00").completed().insert();
    let morning = lesson(TODAY, "09:00").insert();
    for not_listed in [
        lesson(FRIDAY, "09:00").cancelled(),
        lesson(FRIDAY, "11:00").missed(),
        lesson(FRIDAY, "13:00").pending(),
        lesson(date(2026, 7, 21), "09:00"),
        a_booking(&world.store).at(FRIDAY, "15:00", 60),
    ] {
        let _booking = not_listed.insert();
    }
    let booked = world.service.booked(&world.ada, TUESDAY).unwrap();
    let ids: Vec<_> = booked.iter().map(|details| details.booking.id).collect();
    assert_eq!(ids, [done.id, morning.id, afternoon.id]);
}

#[test]
fn failing_storage_keeps_nothing() {
    let world = || World::publishing(&[(FRIDAY, "09:00-10:00")]);
    nothing_is_kept_when_storage_fails(world, |world| {
        world.service.add_range(&world.ada, FRIDAY, range("10:00-11:00"))
    });
    // The ids of every world are the same, so they are found without reading.
    let window = world().id(FRIDAY, "09:00-10:00");
    nothing_is_kept_when_storage_fails(world, |world| {
        world.service.update_window(&world.ada, window, None, time("11:00"))
    });
    nothing_is_kept_when_storage_fails(world, |world| world.service.delete_window(&world.ada, window));
    nothing_is_kept_when_storage_fails(world, |world| world.service.add_blackout(&world.ada, FRIDAY, None));
}
