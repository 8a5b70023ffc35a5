//! Whole weeks: show, save, copy, lay over dates.

use instainstru_core::{dates::DateRange, week::WeekPattern};
use instainstru_domain::account::Role;
use instainstru_service::availability::{AvailabilityError, AvailabilityUseCases, SaveWeek};
use instainstru_test_support::builders::{a_booking, a_user};
use jiff::{ToSpan, civil::date};

use super::*;

fn save(world: &World, command: &SaveWeek) -> Vec<String> {
    days(&world.service.save_week(&world.ada, command).unwrap())
}

#[test]
fn a_week_is_shown_from_any_weekday_on() {
    let world = World::publishing(&[
        (MONDAY, "09:00-10:00"),
        (FRIDAY, "09:00-10:00"),
        (FRIDAY, "14:00-15:00"),
        (NEXT_MONDAY, "08:00-09:00"),
    ]);
    let from_monday = world.service.week(&world.ada, MONDAY).unwrap();
    assert_eq!(from_monday.start, MONDAY);
    assert_eq!(days(&from_monday), ["07-13 09:00-10:00", "07-17 09:00-10:00", "07-17 14:00-15:00"]);
    let from_tuesday = world.service.week(&world.ada, TUESDAY).unwrap();
    assert_eq!(days(&from_tuesday), ["07-17 09:00-10:00", "07-17 14:00-15:00", "07-20 08:00-09:00"]);
    assert!(world.service.week(&world.ada, Date::MAX).unwrap().days.is_empty());
}

#[test]
fn a_saved_week_equals_the_submission() {
    let world = World::publishing(&[(THURSDAY, "09:00-10:00"), (FRIDAY, "09:00-10:00")]);
    let kept = world.id(THURSDAY, "09:00-10:00");
    // Thursday is unchanged and must not be lost; Friday is replaced.
    let view = save(&world, &week(MONDAY, &[(THURSDAY, "09:00-10:00"), (FRIDAY, "13:00-14:30")]));
    assert_eq!(view, ["07-16 09:00-10:00", "07-17 13:00-14:30"]);
    assert_eq!(world.published(), view);
    assert_eq!(world.id(THURSDAY, "09:00-10:00"), kept);
    assert_eq!(world.announced(), [(FRIDAY, FRIDAY)]);
}

#[test]
fn ranges_that_touch_or_overlap_merge() {
    let world = World::new();
    let submitted =
        week(MONDAY, &[(FRIDAY, "10:00-11:00"), (FRIDAY, "09:00-10:00"), (FRIDAY, "10:30-12:00")]);
    assert_eq!(save(&world, &submitted), ["07-17 09:00-12:00"]);
    assert_eq!(world.published(), ["07-17 09:00-12:00"]);
}

#[test]
fn duplicates_in_a_week_are_one_range() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let twice = week(MONDAY, &[(FRIDAY, "09:00-10:00"), (FRIDAY, "09:00-10:00")]);
    assert_eq!(save(&world, &twice), ["07-17 09:00-10:00"]);
    assert_eq!(save(&world, &SaveWeek { clear_existing: false, ..twice }), ["07-17 09:00-10:00"]);
    assert_eq!(world.announced(), [], "nothing changed");
}

#[test]
fn days_before_today_stay_as_they_are() {
    let published = [(MONDAY, "09:00-10:00"), (TODAY, "06:00-07:00")];
    for clear_existing in [true, false] {
        let world = World::publishing(&published);
        let ranges = [(MONDAY, "14:00-15:00"), (TUESDAY, "14:00-15:00"), (FRIDAY, "14:00-15:00")];
        let view = save(&world, &SaveWeek { clear_existing, ..week(MONDAY, &ranges) });
        let today: &[&str] = if clear_existing { &[] } else { &["07-15 06:00-07:00"] };
        assert_eq!(view, [&["07-13 09:00-10:00"], today, &["07-17 14:00-15:00"]].concat());
    }
}

#[test]
fn hours_of_today_that_have_passed_can_be_saved() {
    let world = World::new();
    assert_eq!(save(&world, &week(MONDAY, &[(TODAY, "06:00-07:00")])), ["07-15 06:00-07:00"]);
}

#[test]
fn dates_outside_the_week_are_ignored() {
    let world = World::publishing(&[(NEXT_MONDAY, "09:00-10:00")]);
    let view = save(&world, &week(MONDAY, &[(NEXT_MONDAY, "14:00-15:00"), (FRIDAY, "14:00-15:00")]));
    assert_eq!(view, ["07-17 14:00-15:00"]);
    assert_eq!(world.published(), ["07-17 14:00-15:00", "07-20 09:00-10:00"]);
}

#[test]
fn without_a_week_it_is_that_of_the_earliest_date() {
    let world = World::publishing(&[(THURSDAY, "09:00-10:00"), (NEXT_MONDAY, "09:00-10:00")]);
    let next_friday = date(2026, 7, 24);
    let ranges = [(date(2026, 7, 28), "09:00-10:00"), (next_friday, "09:00-10:00")];
    let view =
        world.service.save_week(&world.ada, &SaveWeek { week: None, ..week(MONDAY, &ranges) }).unwrap();
    assert_eq!(view.start, NEXT_MONDAY);
    assert_eq!(days(&view), ["07-24 09:00-10:00"]);
    assert_eq!(world.published(), ["07-16 09:00-10:00", "07-24 09:00-10:00"]);
}

#[test]
fn an_empty_submission_without_a_week_clears_the_current_one() {
    let world =
        World::publishing(&[(MONDAY, "09:00-10:00"), (FRIDAY, "09:00-10:00"), (NEXT_MONDAY, "09:00-10:00")]);
    assert_eq!(save(&world, &SaveWeek { week: None, ..week(MONDAY, &[]) }), ["07-13 09:00-10:00"]);
    assert_eq!(world.published(), ["07-13 09:00-10:00", "07-20 09:00-10:00"]);
}

#[test]
fn an_empty_submission_that_adds_changes_nothing() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let nothing = SaveWeek { clear_existing: false, ..week(MONDAY, &[]) };
    assert_eq!(save(&world, &nothing), ["07-17 09:00-10:00"]);
    assert_eq!(world.announced(), []);
}

#[test]
fn adding_to_a_week_keeps_what_there_is() {
    let world = World::publishing(&[(THURSDAY, "09:00-10:00"), (FRIDAY, "09:00-10:00")]);
    let more = SaveWeek {
        clear_existing: false,
        ..week(MONDAY, &[(FRIDAY, "10:00-11:00"), (FRIDAY, "18:00-19:00")])
    };
    assert_eq!(save(&world, &more), ["07-16 09:00-10:00", "07-17 09:00-11:00", "07-17 18:00-19:00"]);
}

#[test]
fn weeks_know_no_limits_of_length() {
    let world = World::new();
    let view = save(&world, &week(MONDAY, &[(THURSDAY, "00:00-24:00"), (FRIDAY, "09:00-09:15")]));
    assert_eq!(view, ["07-16 00:00-24:00", "07-17 09:00-09:15"]);
}

#[test]
fn today_is_the_date_on_the_clocks_of_the_instructor() {
    // It is 16 July in Tokyo already, and still 14 July on Midway.
    for (zone, now, first_open_day) in [
        ("Asia/Tokyo", "2026-07-15T15:00:00Z", THURSDAY),
        ("Asia/Tokyo", "2026-07-15T14:59:59Z", TODAY),
        ("Pacific/Midway", "2026-07-15T10:59:59Z", TUESDAY),
    ] {
        let world = World::with(|ada| ada.zone(zone));
        world.clock.set(now);
        let all_days: Vec<_> =
            week_of(MONDAY).dates().iter().map(|day| (day, range("09:00-10:00"))).collect();
        let view =
            world.service.save_week(&world.ada, &SaveWeek { ranges: all_days, ..week(MONDAY, &[]) }).unwrap();
        assert_eq!(*view.days.keys().next().unwrap(), first_open_day, "{zone} at {now}");
    }
}

#[test]
fn hours_that_a_clock_change_skips_or_repeats_are_kept_as_submitted() {
    let world = World::new();
    // The clocks spring forward on the first of these Sundays and fall back on the second.
    for sunday in [date(2027, 3, 14), date(2027, 11, 7)] {
        let monday = week_of(sunday).monday();
        let view = save(&world, &week(monday, &[(sunday, "01:00-04:00")]));
        assert_eq!(view, [format!("{:02}-{:02} 01:00-04:00", sunday.month(), sunday.day())]);
    }
}

#[test]
fn the_version_changes_exactly_with_the_free_time() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let first = world.version(MONDAY);
    assert_eq!(first, world.version(MONDAY));
    assert_eq!(
        first,
        format!("2026-07-13:{}", {
            let mut pattern = WeekPattern::EMPTY;
            pattern.add_range(FRIDAY.weekday(), range("09:00-10:00"));
            pattern.version()
        })
    );
    let changed = world.service.save_week(&world.ada, &week(MONDAY, &[(FRIDAY, "09:00-10:15")])).unwrap();
    assert_ne!(changed.version, first);
    assert_eq!(changed.version, world.version(MONDAY));
    let back = world.service.save_week(&world.ada, &week(MONDAY, &[(FRIDAY, "09:00-10:00")])).unwrap();
    assert_eq!(back.version, first);
    assert_ne!(world.version(NEXT_MONDAY), world.version(NEXT_MONDAY.saturating_add(7.days())), "both empty");
}

#[test]
fn a_stale_week_is_not_saved() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let opened = world.version(MONDAY);
    let mut mine = week(MONDAY, &[(FRIDAY, "14:00-15:00")]);
    mine.expected_version = Some(opened.clone());
    world.service.add_range(&world.ada, THURSDAY, range("09:00-10:00")).unwrap();
    let refused = world.service.save_week(&world.ada, &mine);
    assert!(matches!(refused, Err(AvailabilityError::StaleWeek)));
    assert_eq!(world.published(), ["07-16 09:00-10:00", "07-17 09:00-10:00"], "the other edit is not lost");

    mine.expected_version = Some(world.version(MONDAY));
    let saved = world.service.save_week(&world.ada, &mine).unwrap();
    mine.expected_version = Some(saved.version);
    assert!(world.service.save_week(&world.ada, &mine).is_ok(), "the answer carries the next version");
}

#[test]
fn a_version_of_another_week_or_no_version_at_all_is_stale() {
    let world = World::new();
    for wrong in [world.version(NEXT_MONDAY), world.version(TUESDAY), String::new(), "🎹".to_owned()] {
        let command = SaveWeek { expected_version: Some(wrong), ..week(MONDAY, &[(FRIDAY, "14:00-15:00")]) };
        let refused = world.service.save_week(&world.ada, &command);
        assert!(matches!(refused, Err(AvailabilityError::StaleWeek)));
    }
    assert_eq!(world.published(), Vec::<String>::new());
}

#[test]
fn one_event_covers_all_dates_that_changed() {
    let world = World::publishing(&[(THURSDAY, "09:00-10:00")]);
    let sunday = date(2026, 7, 19);
    let ranges =
        [(THURSDAY, "09:00-10:00"), (FRIDAY, "09:00-10:00"), (sunday, "09:00-10:00"), (TODAY, "18:00-19:00")];
    save(&world, &week(MONDAY, &ranges));
    assert_eq!(world.announced(), [(TODAY, sunday)]);
}

#[test]
fn bookings_survive_every_change_of_availability() {
    let world = World::with(|ada| ada.offering("piano", 75_00, &[60]).publishing(FRIDAY, "09:00-12:00"));
    let ada: Result<_, StorageError> = world.store.reading(|uow| uow.instructors().find(world.ada.id));
    let lesson = a_booking(&world.store).with(&ada.unwrap().unwrap()).at(FRIDAY, "10:00", 60).insert();
    save(&world, &week(MONDAY, &[]));
    let booked = world.service.booked(&world.ada, MONDAY).unwrap();
    assert_eq!(booked.into_iter().map(|details| details.booking).collect::<Vec<_>>(), [lesson]);
    assert_eq!(world.store.claims_of(world.ada.id).len(), 1);
}

#[test]
fn weeks_of_others_are_left_alone() {
    let world = World::publishing(&[(FRIDAY, "13:00-14:00")]);
    let other = world.another_instructor();
    save(&world, &week(MONDAY, &[]));
    world.service.copy_week(&world.ada, week_of(NEXT_MONDAY), week_of(MONDAY)).unwrap();
    assert_eq!(world.windows_of(&other).iter().map(shown).collect::<Vec<_>>(), ["07-17 09:00-12:00"]);
}

#[test]
fn only_instructors_with_a_profile_may_publish() {
    let world = World::new();
    let unfinished = a_user(&world.store).instructor().insert();
    // The request was made by an instructor, who is none any more when it is carried out.
    let former = World::with(|ada| ada);
    let demoted = User { role: Role::Student, ..former.ada.clone() };
    let done: Result<(), StorageError> = former.store.transaction(|uow| uow.users().update(&demoted));
    done.unwrap();
    for (world, actor) in
        [(&world, &world.student()), (&world, &unfinished), (&former, &former.ada), (&former, &demoted)]
    {
        let (service, week_to_save) = (&world.service, week(MONDAY, &[(FRIDAY, "09:00-10:00")]));
        let (from, to) = (week_of(MONDAY), week_of(NEXT_MONDAY));
        let refusals = [
            service.week(actor, MONDAY).err(),
            service.save_week(actor, &week_to_save).err(),
            service.copy_week(actor, from, to).err(),
            service.apply_week(actor, from, DateRange::day(FRIDAY)).err(),
            service.add_range(actor, FRIDAY, range("09:00-10:00")).err(),
            service.list(actor, None, None).err(),
            service.booked(actor, MONDAY).err(),
            service.validate_week(actor, MONDAY, &by_date(&[]), &by_date(&[])).err(),
            service.blackouts(actor).err(),
            service.add_blackout(actor, FRIDAY, None).err(),
        ];
        for refusal in refusals {
            assert!(matches!(refusal, Some(AvailabilityError::NotInstructor)), "{refusal:?}");
        }
        assert!(world.store.events().is_empty());
    }
}

#[test]
fn a_copied_week_equals_its_source_even_in_the_past() {
    let world = World::publishing(&[
        (MONDAY, "09:00-10:00"),
        (NEXT_MONDAY, "10:00-12:00"),
        (NEXT_MONDAY, "14:00-15:00"),
        (date(2026, 7, 26), "22:00-24:00"),
    ]);
    let copied = world.service.copy_week(&world.ada, week_of(NEXT_MONDAY), week_of(MONDAY)).unwrap();
    assert_eq!(copied.ranges_created, 3);
    assert_eq!(copied.week.start, MONDAY);
    assert_eq!(days(&copied.week), ["07-13 10:00-12:00", "07-13 14:00-15:00", "07-19 22:00-24:00"]);
    assert_eq!(copied.week.version, world.version(MONDAY));
    assert_eq!(world.published().len(), 6, "the source stays");
    assert_eq!(world.announced(), [(MONDAY, date(2026, 7, 19))]);
}

#[test]
fn copying_an_empty_week_clears_the_target() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let copied = world.service.copy_week(&world.ada, week_of(NEXT_MONDAY), week_of(MONDAY)).unwrap();
    assert_eq!((copied.ranges_created, copied.week.days.len()), (0, 0));
    assert_eq!(world.published(), Vec::<String>::new());
}

#[test]
fn a_week_cannot_be_copied_onto_itself() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let refused = world.service.copy_week(&world.ada, week_of(MONDAY), week_of(FRIDAY));
    assert!(matches!(refused, Err(AvailabilityError::SameWeek)));
    assert_eq!(world.published(), ["07-17 09:00-10:00"]);
}

#[test]
fn a_week_laid_over_dates_replaces_them() {
    let world = World::with(|ada| {
        ada.publishing(MONDAY, "09:00-10:00")
            .publishing(FRIDAY, "14:00-15:00")
            .publishing(FRIDAY, "16:00-17:00")
            .publishing(date(2026, 7, 21), "20:00-21:00")
            .away_on(NEXT_MONDAY)
    });
    // From Friday to the Monday after next: three weeks are touched, two Fridays and two Mondays are in them.
    let dates = DateRange::new(FRIDAY, date(2026, 7, 27)).unwrap();
    let applied = world.service.apply_week(&world.ada, week_of(MONDAY), dates).unwrap();
    assert_eq!(applied.dates, dates);
    assert_eq!((applied.dates_with_ranges, applied.ranges_created, applied.weeks_affected), (4, 6, 3));
    assert_eq!(
        world.published(),
        [
            "07-13 09:00-10:00",
            "07-17 14:00-15:00",
            "07-17 16:00-17:00",
            "07-20 09:00-10:00",
            "07-24 14:00-15:00",
            "07-24 16:00-17:00",
            "07-27 09:00-10:00",
        ],
        "blocked days are not skipped, and the Tuesday is gone"
    );
    assert_eq!(world.announced(), [(NEXT_MONDAY, date(2026, 7, 27))], "the first Friday stayed as it was");
}

#[test]
fn the_source_week_may_lie_among_the_dates() {
    let world = World::publishing(&[(THURSDAY, "09:00-10:00"), (NEXT_MONDAY, "12:00-13:00")]);
    let dates = DateRange::new(TODAY, date(2026, 7, 31)).unwrap();
    world.service.apply_week(&world.ada, week_of(NEXT_MONDAY), dates).unwrap();
    assert_eq!(world.published(), ["07-20 12:00-13:00", "07-27 12:00-13:00"]);
}

#[test]
fn a_week_is_laid_over_dates_from_today_on_and_at_most_366() {
    let world = World::publishing(&[(MONDAY, "09:00-10:00")]);
    let apply = |dates| world.service.apply_week(&world.ada, week_of(MONDAY), dates);
    let past = apply(DateRange::new(TUESDAY, FRIDAY).unwrap());
    assert!(matches!(past, Err(AvailabilityError::PastDate(day)) if day == TUESDAY), "{past:?}");
    let long = apply(DateRange::of_days(TODAY, 367));
    assert!(matches!(long, Err(AvailabilityError::TooLong { max_days: 366 })), "{long:?}");
    assert_eq!(world.announced(), []);
    let year = apply(DateRange::of_days(TODAY, 366)).unwrap();
    assert_eq!((year.dates_with_ranges, year.ranges_created, year.weeks_affected), (52, 52, 53));
}

#[test]
fn a_whole_year_needs_no_more_statements_than_a_day() {
    for days in [1, 366] {
        let world = World::publishing(&[(MONDAY, "09:00-10:00"), (TODAY, "09:00-10:00")]);
        let apply = |world: &World| {
            world.service.apply_week(&world.ada, week_of(MONDAY), DateRange::of_days(THURSDAY, days))
        };
        // Lock, profile, source, target, replace, announce.
        assert_eq!(with_at_most(6, &world, apply).dates.days(), i64::from(days));
    }
}

#[test]
fn a_failing_outbox_or_storage_leaves_the_week_as_it_was() {
    let world = || World::publishing(&[(FRIDAY, "09:00-10:00")]);
    nothing_is_kept_when_storage_fails(world, |world| {
        world.service.save_week(&world.ada, &week(MONDAY, &[(THURSDAY, "14:00-15:00")]))
    });
    nothing_is_kept_when_storage_fails(world, |world| {
        world.service.copy_week(&world.ada, week_of(MONDAY), week_of(NEXT_MONDAY))
    });
    nothing_is_kept_when_storage_fails(world, |world| {
        world.service.apply_week(&world.ada, week_of(MONDAY), DateRange::of_days(THURSDAY, 30))
    });
}
