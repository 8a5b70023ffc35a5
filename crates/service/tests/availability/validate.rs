//! Trying out the way from one version of a week to another.

use super::*;

/// What is proposed, such as `add 07-16 09:00-10:00 ok`.
fn proposed(world: &World, current: &[(Date, &str)], saved: &[(Date, &str)]) -> Vec<String> {
    let changes =
        world.service.validate_week(&world.ada, MONDAY, &by_date(current), &by_date(saved)).unwrap();
    let lines = changes.iter().map(|change| {
        assert_eq!(change.window.is_some(), !change.adds, "only removals name a window");
        if change.result.success {
            let reason = change.result.reason.as_deref().unwrap();
            assert!(reason.contains("Valid") && reason.contains("passed"), "{reason}");
        }
        format!(
            "{} {:02}-{:02} {} {}",
            if change.adds { "add" } else { "remove" },
            change.date.month(),
            change.date.day(),
            change.range,
            if change.result.success { "ok" } else { change.result.reason.as_deref().unwrap() },
        )
    });
    lines.collect()
}

#[test]
fn each_difference_is_tried_and_nothing_is_changed() {
    let published = [(THURSDAY, "09:00-10:00"), (FRIDAY, "09:00-10:00"), (FRIDAY, "14:00-15:00")];
    let world = World::publishing(&published);
    let current = [(FRIDAY, "09:00-10:00"), (FRIDAY, "16:00-17:00"), (TODAY, "12:00-13:00")];
    assert_eq!(
        proposed(&world, &current, &published),
        [
            "add 07-15 12:00-13:00 ok",
            "remove 07-16 09:00-10:00 ok",
            "remove 07-17 14:00-15:00 ok",
            "add 07-17 16:00-17:00 ok",
        ]
    );
    assert_eq!(world.published().len(), 3);
    assert_eq!(world.announced(), []);
}

#[test]
fn equal_weeks_propose_nothing() {
    let published = [(FRIDAY, "09:00-10:00")];
    let world = World::publishing(&published);
    assert_eq!(proposed(&world, &published, &published), Vec::<String>::new());
    assert_eq!(proposed(&world, &[], &[]), Vec::<String>::new());
}

#[test]
fn a_removal_names_the_stored_window() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let saved = by_date(&[(FRIDAY, "09:00-10:00")]);
    let changes = world.service.validate_week(&world.ada, MONDAY, &by_date(&[]), &saved).unwrap();
    assert_eq!(changes[0].window, Some(world.id(FRIDAY, "09:00-10:00")));
}

#[test]
fn a_range_that_is_not_stored_any_more_needs_no_removal() {
    let world = World::publishing(&[(FRIDAY, "09:00-11:00")]);
    let saved = [(FRIDAY, "09:00-10:00"), (THURSDAY, "09:00-10:00")];
    assert_eq!(proposed(&world, &[], &saved), Vec::<String>::new());
}

#[test]
fn ranges_that_cannot_be_added_say_why() {
    let world = World::publishing(&[(FRIDAY, "09:00-10:00")]);
    let current = [
        (TUESDAY, "09:00-10:00"),
        (TODAY, "09:00-10:00"),
        (THURSDAY, "09:00-09:15"),
        (FRIDAY, "09:00-10:00"),
    ];
    let lines = proposed(&world, &current, &[]);
    for (line, words) in
        lines.iter().zip(["past date", "time slot is in the past", "at least 30 minutes", "already exists"])
    {
        assert!(line.contains(words), "{line}");
    }
    assert_eq!(lines.len(), 4);
}

#[test]
fn a_range_that_grows_is_removed_and_added() {
    let published = [(FRIDAY, "09:00-10:00"), (FRIDAY, "11:00-12:00")];
    let world = World::publishing(&published);
    assert_eq!(
        proposed(&world, &[(FRIDAY, "09:00-12:00")], &published),
        ["remove 07-17 09:00-10:00 ok", "remove 07-17 11:00-12:00 ok", "add 07-17 09:00-12:00 ok"]
    );
}

#[test]
fn windows_of_others_are_not_proposed() {
    let world = World::new();
    let _other = world.another_instructor();
    assert_eq!(proposed(&world, &[], &[(FRIDAY, "09:00-12:00")]), Vec::<String>::new());
}

#[test]
fn dates_outside_the_week_are_tried_just_the_same() {
    let far = date(2027, 1, 4);
    let world = World::publishing(&[(far, "09:00-10:00")]);
    assert_eq!(
        proposed(&world, &[(far, "12:00-13:00")], &[(far, "09:00-10:00")]),
        ["remove 01-04 09:00-10:00 ok", "add 01-04 12:00-13:00 ok"]
    );
}

#[test]
fn any_number_of_differences_is_read_at_once() {
    let world = World::new();
    let days: DayRanges =
        DateRange::of_days(THURSDAY, 300).iter().map(|d| (d, vec![range("09:00-10:00")])).collect();
    // Profile, windows.
    let changes = with_at_most(2, &world, |world| {
        world.service.validate_week(&world.ada, MONDAY, &days, &DayRanges::new())
    });
    assert_eq!(changes.len(), 300);
}
