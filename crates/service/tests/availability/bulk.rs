//! Bulk changes.

use instainstru_core::grid::GridTime;
use instainstru_service::availability::{BulkChange, BulkOperation, StepResult};

use super::*;

pub(super) fn add(date: Date, text: &str) -> BulkOperation {
    let range = range(text);
    BulkOperation::Add { date: Some(date), start: Some(range.start()), end: Some(range.end()) }
}

pub(super) const fn remove(window: WindowId) -> BulkOperation {
    BulkOperation::Remove { window: Some(window) }
}

fn update(window: WindowId, start: &str, end: &str) -> BulkOperation {
    let time = |text: &str| -> Option<GridTime> { (!text.is_empty()).then(|| text.parse().unwrap()) };
    BulkOperation::Update { window: Some(window), start: time(start), end: time(end) }
}

pub(super) fn change(operations: &[BulkOperation]) -> BulkChange {
    BulkChange { operations: operations.to_vec(), validate_only: false, atomic: false }
}

fn carry_out(world: &World, operations: &[BulkOperation]) -> Vec<StepResult> {
    world.service.bulk(&world.ada, &change(operations)).unwrap()
}

fn try_out(world: &World, operations: &[BulkOperation]) -> Vec<StepResult> {
    world.service.bulk(&world.ada, &BulkChange { validate_only: true, ..change(operations) }).unwrap()
}

fn reason(world: &World, operation: BulkOperation) -> String {
    let results = carry_out(world, &[operation]);
    assert!(!results[0].success, "{results:?}");
    assert_eq!(results[0].window, None);
    results[0].reason.clone().unwrap()
}

fn successes(results: &[StepResult]) -> Vec<bool> {
    results.iter().map(|result| result.success).collect()
}

#[test]
fn steps_are_carried_out_in_order_and_each_is_reported() {
    let world = World::publishing(&[(THURSDAY, "09:00-10:00"), (FRIDAY, "09:00-10:00")]);
    let (thursday, friday) = (world.id(THURSDAY, "09:00-10:00"), world.id(FRIDAY, "09:00-10:00"));
    let results = carry_out(
        &world,
        &[add(NEXT_MONDAY, "09:00-10:00"), remove(thursday), update(friday, "", "11:00"), remove(thursday)],
    );
    assert_eq!(successes(&results), [true, true, true, false], "a failure does not undo the others");
    assert_eq!(world.published(), ["07-17 09:00-11:00", "07-20 09:00-10:00"]);
    let monday = world.id(NEXT_MONDAY, "09:00-10:00");
    assert_eq!(
        (results[0].window, results[0].reason.as_deref()),
        (Some(monday), None),
        "add: only the window"
    );
    assert_eq!(results[1].window, None, "remove: only a reason");
    assert!(results[1].reason.is_some());
    assert_eq!(results[2].window, Some(friday), "update: both");
    assert!(results[2].reason.is_some());
    assert_eq!(world.announced(), [(THURSDAY, NEXT_MONDAY)], "one event for all");
}

#[test]
fn no_steps_are_no_change() {
    let world = World::new();
    assert_eq!(carry_out(&world, &[]), []);
    assert_eq!(try_out(&world, &[]), []);
    assert_eq!(world.announced(), []);
}

#[test]
fn an_added_range_merges_and_is_reported_with_the_window_that_holds_it() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00"), (FRIDAY, "11:00-12:00")]);
    let results = carry_out(&world, &[add(FRIDAY, "10:00-11:00"), add(FRIDAY, "11:30-12:30")]);
    assert_eq!(world.published(), ["07-17 09:00-12:30"]);
    let holder = Some(world.id(FRIDAY, "09:00-12:30"));
    assert_eq!(results.iter().map(|result| result.window).collect::<Vec<_>>(), [holder, holder]);
}

#[test]
fn steps_see_what_earlier_steps_did() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let friday = world.id(FRIDAY, "09:00-10:00");
    for (steps, expected) in [
        // The same range twice; removed and added again; removed and then moved.
        (vec![add(THURSDAY, "09:00-10:00"), add(THURSDAY, "09:00-10:00")], vec![true, false]),
        (
            vec![add(FRIDAY, "09:00-10:00"), remove(friday), add(FRIDAY, "09:00-10:00")],
            vec![false, true, true],
        ),
        (vec![remove(friday), update(friday, "", "11:00")], vec![true, false]),
        // A window that was moved is where it was moved to.
        (vec![update(friday, "08:00", ""), add(FRIDAY, "08:00-10:00")], vec![true, false]),
        (vec![update(friday, "14:00", "15:00"), add(FRIDAY, "09:00-10:00")], vec![true, true]),
        // A window that grew by merging is removed whole.
        (
            vec![add(FRIDAY, "10:00-11:00"), remove(friday), add(FRIDAY, "10:00-11:00")],
            vec![true, true, true],
        ),
    ] {
        assert_eq!(successes(&try_out(&world, &steps)), expected, "{steps:?}");
    }
    let results = carry_out(&world, &[add(FRIDAY, "10:00-11:00"), update(friday, "", "10:30")]);
    assert_eq!(successes(&results), [true, true]);
    assert_eq!(world.published(), ["07-17 09:00-10:30"]);
    assert_eq!(results[0].window, None, "nothing holds all of 10:00-11:00 any more");
    assert_eq!(results[1].window, Some(friday));
}

#[test]
fn a_window_that_was_merged_away_is_not_found() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00"), (FRIDAY, "11:00-12:00")]);
    let (first, second) = (world.id(FRIDAY, "09:00-10:00"), world.id(FRIDAY, "11:00-12:00"));
    let results =
        carry_out(&world, &[add(FRIDAY, "10:00-11:00"), remove(second), update(first, "", "11:30")]);
    assert_eq!(successes(&results), [true, false, true]);
    assert_eq!(world.published(), ["07-17 09:00-11:30"]);
}

#[test]
fn an_added_range_within_a_window_is_no_change_and_no_failure() {
    let world = World::publishing(&[(FRIDAY, "09:00-12:00")]);
    let results = carry_out(&world, &[add(FRIDAY, "10:00-11:00")]);
    assert_eq!(results[0].window, Some(world.id(FRIDAY, "09:00-12:00")));
    assert_eq!(world.announced(), []);
}

#[test]
fn exactly_the_same_window_is_refused() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    assert!(reason(&world, add(FRIDAY, "09:00-10:00")).contains("already exists"));
}

#[test]
fn missing_values_are_named() {
    let world = World::new();
    let nine: Option<GridTime> = Some("09:00".parse().unwrap());
    for (operation, names) in [
        (BulkOperation::Add { date: None, start: None, end: None }, "date, start_time, end_time"),
        (BulkOperation::Add { date: Some(FRIDAY), start: nine, end: None }, "end_time"),
        (BulkOperation::Add { date: Some(FRIDAY), start: None, end: nine }, "start_time"),
        (BulkOperation::Add { date: None, start: nine, end: nine }, "date"),
        (BulkOperation::Remove { window: None }, "slot_id"),
        (BulkOperation::Update { window: None, start: nine, end: None }, "slot_id"),
    ] {
        assert_eq!(reason(&world, operation), format!("Missing required fields: {names}"));
    }
}

#[test]
fn past_dates_and_times_are_refused() {
    // It is 10:20.
    let world = World::new();
    assert!(reason(&world, add(TUESDAY, "09:00-10:00")).contains("past date"));
    assert!(reason(&world, add(TODAY, "09:00-10:00")).contains("time slot is in the past"));
    assert!(reason(&world, add(TODAY, "09:00-10:15")).contains("time slot is in the past"));
    world.clock.set("2026-07-15T14:15:00Z");
    assert!(reason(&world, add(TODAY, "09:00-10:15")).contains("in the past"), "it ends now");
    let results = carry_out(&world, &[add(TODAY, "09:00-10:30"), add(TODAY, "20:00-24:00")]);
    assert_eq!(
        successes(&results),
        [true, true],
        "what has begun may still be added, and 24:00 never passes"
    );
}

#[test]
fn lengths_are_limited_to_30_to_480_minutes() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let friday = world.id(FRIDAY, "09:00-10:00");
    for too_short in [add(THURSDAY, "09:00-09:15"), update(friday, "", "09:15")] {
        assert!(reason(&world, too_short).contains("at least 30 minutes"));
        assert!(!try_out(&world, &[too_short])[0].success);
    }
    for too_long in [add(THURSDAY, "09:00-17:15"), update(friday, "", "17:15")] {
        assert!(reason(&world, too_long).contains("at most 480 minutes"));
        assert!(!try_out(&world, &[too_long])[0].success);
    }
    let results = carry_out(
        &world,
        &[add(THURSDAY, "09:00-09:30"), add(THURSDAY, "12:00-20:00"), update(friday, "", "17:00")],
    );
    assert_eq!(successes(&results), [true, true, true]);
}

#[test]
fn a_reversed_range_is_refused() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let (nine, ten) = ("09:00".parse().unwrap(), "10:00".parse().unwrap());
    let reversed = BulkOperation::Add { date: Some(FRIDAY), start: Some(ten), end: Some(nine) };
    assert!(reason(&world, reversed).contains("after start time"));
    assert!(
        reason(&world, update(world.id(FRIDAY, "09:00-10:00"), "10:00", "")).contains("after start time")
    );
}

#[test]
fn windows_of_others_and_unknown_ones_are_not_found() {
    let world = World::publishing(&[(FRIDAY, "14:00-15:00")]);
    let other = world.another_instructor();
    let theirs = world.windows_of(&other)[0];
    for id in [theirs.id, WindowId::new(4711).unwrap()] {
        for operation in [remove(id), update(id, "", "12:30")] {
            assert!(reason(&world, operation).contains("not found or not owned by you"));
        }
    }
    assert_eq!(world.windows_of(&other), [theirs]);
}

#[test]
fn windows_of_any_date_can_be_moved_and_removed() {
    let (long_ago, far_ahead) = (date(2019, 1, 1), date(2099, 12, 31));
    let world = World::publishing(&[(long_ago, "09:00-10:00"), (far_ahead, "09:00-10:00")]);
    let (old, new) = (world.id(long_ago, "09:00-10:00"), world.id(far_ahead, "09:00-10:00"));
    assert_eq!(successes(&carry_out(&world, &[remove(old), update(new, "", "11:00")])), [true, true]);
    assert_eq!(world.published(), ["12-31 09:00-11:00"]);
}

#[test]
fn reasons_hold_the_words_that_clients_look_for() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let friday = world.id(FRIDAY, "09:00-10:00");
    for operation in [add(THURSDAY, "09:00-10:00"), update(friday, "", "11:00"), remove(friday)] {
        let result = &try_out(&world, &[operation])[0];
        assert!(result.success);
        let reason = result.reason.as_deref().unwrap();
        assert!(reason.contains("Valid") && reason.contains("passed"), "{reason}");
    }
    for operation in [add(TUESDAY, "09:00-10:00"), BulkOperation::Remove { window: None }] {
        assert!(!try_out(&world, &[operation])[0].reason.as_deref().unwrap().contains("Valid"));
    }
}

#[test]
fn trying_out_changes_nothing() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let commits = world.store.commits();
    let friday = world.id(FRIDAY, "09:00-10:00");
    let steps = [add(THURSDAY, "09:00-10:00"), remove(friday), add(TUESDAY, "09:00-10:00")];
    let results = try_out(&world, &steps);
    assert_eq!(successes(&results), [true, true, false]);
    assert_eq!(world.published(), ["07-17 09:00-10:00"]);
    assert_eq!((world.announced(), world.store.commits()), (vec![], commits));
    // Trying out an atomic change still tells the steps apart.
    let atomic = BulkChange { validate_only: true, atomic: true, ..change(&steps) };
    assert_eq!(world.service.bulk(&world.ada, &atomic).unwrap(), results);
}

#[test]
fn an_atomic_change_with_a_failure_keeps_nothing() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let friday = world.id(FRIDAY, "09:00-10:00");
    let steps = [add(THURSDAY, "09:00-10:00"), add(TUESDAY, "09:00-10:00"), remove(friday)];
    let results = world.service.bulk(&world.ada, &BulkChange { atomic: true, ..change(&steps) }).unwrap();
    assert_eq!(successes(&results), [false, false, false]);
    assert!(results[1].reason.as_deref().unwrap().contains("past date"), "the culprit keeps its reason");
    for other in [&results[0], &results[2]] {
        assert!(other.reason.as_deref().unwrap().contains("rolled back"));
        assert_eq!(other.window, None);
    }
    assert_eq!(world.published(), ["07-17 09:00-10:00"]);
    assert_eq!(world.announced(), []);
}

#[test]
fn an_atomic_change_without_failure_is_kept() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let steps = [add(THURSDAY, "09:00-10:00"), remove(world.id(FRIDAY, "09:00-10:00"))];
    let results = world.service.bulk(&world.ada, &BulkChange { atomic: true, ..change(&steps) }).unwrap();
    assert_eq!(successes(&results), [true, true]);
    assert_eq!(world.published(), ["07-16 09:00-10:00"]);
}

#[test]
fn many_steps_need_no_more_statements_than_one() {
    for count in [1_i32, 300] {
        let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
        let day = |index: i32| jiff::ToSpan::days(i64::from(index));
        let mut steps: Vec<_> =
            (1..=count).map(|index| add(FRIDAY.saturating_add(day(index)), "09:00-10:00")).collect();
        steps.push(update(world.id(FRIDAY, "09:00-10:00"), "", "11:00"));
        // Lock, profile, windows, replace, announce, windows again.
        let results = with_at_most(6, &world, |world| world.service.bulk(&world.ada, &change(&steps)));
        assert!(results.iter().all(|result| result.success && result.window.is_some()), "{count} steps");
    }
}

#[test]
fn a_student_is_refused_whatever_the_steps() {
    let world = World::new();
    for validate_only in [false, true] {
        let refused = world.service.bulk(&world.student(), &BulkChange { validate_only, ..change(&[]) });
        assert!(matches!(refused, Err(AvailabilityError::NotInstructor)));
    }
}

#[test]
fn failing_storage_keeps_nothing() {
    nothing_is_kept_when_storage_fails(
        || World::publishing(&[(FRIDAY, "09:00-10:00")]),
        |world| {
            let steps = [add(THURSDAY, "09:00-10:00"), BulkOperation::Remove { window: None }];
            world.service.bulk(&world.ada, &change(&steps))
        },
    );
}
