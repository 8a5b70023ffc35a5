//! Suspending, deactivating and reactivating.

use instainstru_domain::{
    account::{AccountStatus, Role, User},
    event::DomainEvent,
};
use instainstru_service::{
    bookings::{BookingRules, BookingUseCases},
    instructors::{AccountOverview, InstructorError, InstructorUseCases, StatusChange},
};

use crate::{
    outcome,
    world::{DAY, NOW, World},
};

type Change = fn(&World, &User) -> Result<StatusChange, InstructorError>;

const SUSPEND: Change = |world, user| world.instructors.suspend(user, user.id);
const DEACTIVATE: Change = |world, user| world.instructors.deactivate(user, user.id);
const REACTIVATE: Change = |world, user| world.instructors.reactivate(user, user.id);

#[test]
fn the_whole_machine_in_one_table() {
    use AccountStatus::{Active, Deactivated, Suspended};
    for (from, change, expected) in [
        (Active, SUSPEND, Some(Suspended)),
        (Active, DEACTIVATE, Some(Deactivated)),
        (Active, REACTIVATE, None),
        (Suspended, SUSPEND, Some(Suspended)),
        (Suspended, DEACTIVATE, Some(Deactivated)),
        (Suspended, REACTIVATE, Some(Active)),
        (Deactivated, SUSPEND, Some(Suspended)),
        (Deactivated, DEACTIVATE, Some(Deactivated)),
        (Deactivated, REACTIVATE, Some(Active)),
    ] {
        let world = World::at(NOW);
        let user = world.teacher("Ada").user;
        world.set_status(&user, from);
        let seen = world.store.events().len();
        let result = change(&world, &user);
        let account = world.account_of(&user);
        let Some(current) = expected else {
            assert_eq!(outcome(&result), "AlreadyActive");
            assert_eq!(account.account_status, from);
            continue;
        };
        assert_eq!(result.unwrap(), StatusChange { previous: from, current });
        assert_eq!(account.account_status, current);
        let events = if from == current {
            vec![]
        } else {
            vec![DomainEvent::InstructorChanged { instructor: user.id }]
        };
        assert_eq!(world.events_after(seen), events, "{from:?} to {current:?}");
        let sessions_end = current == Deactivated && from != Deactivated;
        assert_eq!(account.credential_version, user.credential_version + i32::from(sessions_end));
    }
}

#[test]
fn lessons_ahead_keep_an_account_open() {
    for (change, name) in [(SUSPEND, "suspend"), (DEACTIVATE, "deactivate")] {
        let world = World::at(NOW);
        let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
        world.book(&student, &teacher, DAY, "10:00");
        let refused = change(&world, &teacher.user);
        assert_eq!(outcome(&refused), "FutureBookings 1", "{name}");
        assert!(refused.unwrap_err().to_string().contains("future bookings"));
        assert_eq!(world.account_of(&teacher.user).account_status, AccountStatus::Active);
        // A lesson of today still counts, whatever the hour.
        world.clock.set("2026-07-15T23:00:00Z");
        assert_eq!(outcome(&change(&world, &teacher.user)), "FutureBookings 1", "{name}");
        world.clock.set("2026-07-16T12:00:00Z");
        assert_eq!(outcome(&change(&world, &teacher.user)), "ok", "{name}");
    }
}

#[test]
fn lessons_that_ended_do_not_count_although_they_are_of_today() {
    let world = World::with_rules(NOW, BookingRules { allow_early_complete: true });
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = |start| world.book(&student, &teacher, DAY, start).booking.id;
    world.bookings.complete(&teacher.user, id("09:00")).unwrap();
    world.bookings.mark_no_show(&teacher.user, id("10:00")).unwrap();
    let reason = instainstru_domain::text::CancellationReason::new("x").unwrap();
    world.bookings.cancel(&student, id("11:00"), &reason).unwrap();
    assert_eq!(outcome(&SUSPEND(&world, &teacher.user)), "ok");
}

#[test]
fn suspending_twice_is_fine_even_with_lessons_ahead() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.book(&student, &teacher, DAY, "10:00");
    world.set_status(&teacher.user, AccountStatus::Suspended);
    assert_eq!(outcome(&SUSPEND(&world, &teacher.user)), "ok");
    assert_eq!(outcome(&DEACTIVATE(&world, &teacher.user)), "FutureBookings 1");
}

#[test]
fn the_account_is_checked_before_the_role() {
    let world = World::at(NOW);
    let (teacher, student) = (world.teacher("Ada").user, world.student("Sam"));
    type Deed = fn(&World, &User, &User) -> Result<StatusChange, InstructorError>;
    let deeds: [(Deed, &str); 3] = [
        (|world, actor, whose| world.instructors.suspend(actor, whose.id), "suspend"),
        (|world, actor, whose| world.instructors.deactivate(actor, whose.id), "deactivate"),
        (|world, actor, whose| world.instructors.reactivate(actor, whose.id), "reactivate"),
    ];
    for (deed, name) in deeds {
        assert_eq!(outcome(&deed(&world, &student, &teacher)), "OtherAccount");
        assert_eq!(outcome(&deed(&world, &teacher, &student)), "OtherAccount");
        let own = deed(&world, &student, &student);
        assert_eq!(outcome(&own), format!("NotInstructor {name} their accounts"));
        assert_eq!(own.unwrap_err().to_string(), format!("Only instructors can {name} their accounts"));
    }
}

#[test]
fn the_present_role_counts_not_that_of_the_session() {
    let world = World::at(NOW);
    let stale = world.teacher("Ada").user;
    world.instructors.delete_profile(&stale).unwrap();
    assert_eq!(outcome(&SUSPEND(&world, &stale)), "NotInstructor suspend their accounts");
}

#[test]
fn an_overview_says_what_may_be_done() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let overview = |user: &User| world.instructors.account_overview(user, user.id).unwrap();
    let may = |o: AccountOverview| (o.can_suspend(), o.can_deactivate(), o.can_reactivate());

    let quiet = overview(&teacher.user);
    assert_eq!(
        (quiet.role, quiet.status, quiet.future_bookings),
        (Role::Instructor, AccountStatus::Active, Some(0))
    );
    assert_eq!(may(quiet), (Some(true), Some(true), Some(false)));
    SUSPEND(&world, &teacher.user).unwrap();
    assert_eq!(may(overview(&teacher.user)), (Some(false), Some(true), Some(true)));
    REACTIVATE(&world, &teacher.user).unwrap();
    world.book(&student, &teacher, DAY, "10:00");
    assert_eq!(may(overview(&teacher.user)), (Some(false), Some(false), Some(false)));

    let of_student = overview(&student);
    assert_eq!((of_student.role, of_student.future_bookings), (Role::Student, None));
    assert_eq!(may(of_student), (None, None, None));
    assert_eq!(outcome(&world.instructors.account_overview(&student, teacher.user.id)), "OtherAccount");
}
