//! What is offered instead of a taken time.

use instainstru_domain::account::User;
use instainstru_service::bookings::{Alternative, BookingError, BookingUseCases};
use instainstru_test_support::memory::{Fault, unavailable};

use crate::world::{DAY, NOW, Setup, Teacher, World, lesson, outcome, shown};

/// The alternatives to an hour that must be taken.
fn instead(world: &World, student: &User, teacher: &Teacher, start: &str) -> Vec<Alternative> {
    match world.bookings.create(student, &lesson(teacher, DAY, start, 60)).unwrap_err() {
        BookingError::Taken { alternatives, .. } => alternatives,
        other => panic!("{other:?}"),
    }
}

/// A teacher whose hour from ten on [`DAY`] is taken.
fn booked_at_ten(world: &World) -> Teacher {
    let teacher = world.free_teacher("Ada");
    world.book(&world.student("Rita"), &teacher, DAY, "10:00");
    teacher
}

#[test]
fn the_nearest_starts_of_the_same_day_come_first_and_the_earlier_of_two_equally_near() {
    let world = World::at(NOW);
    let (teacher, student) = (booked_at_ten(&world), world.student("Sam"));
    assert_eq!(
        shown(&instead(&world, &student, &teacher, "10:00")),
        ["2026-07-15 09:00", "2026-07-15 11:00", "2026-07-15 08:45"]
    );
    assert_eq!(
        shown(&instead(&world, &student, &teacher, "10:30")),
        ["2026-07-15 11:00", "2026-07-15 11:15", "2026-07-15 11:30"]
    );
}

#[test]
fn the_following_fourteen_days_fill_up_what_the_day_lacks() {
    let world = World::at(NOW);
    let (teacher, student) = (booked_at_ten(&world), world.student("Sam"));
    world.publish(&teacher, DAY, &["10:00-11:00", "15:00-16:00"]);
    world.publish(&teacher, "2026-07-17", &["08:00-09:00", "13:00-14:00"]);
    assert_eq!(
        shown(&instead(&world, &student, &teacher, "10:00")),
        ["2026-07-15 15:00", "2026-07-17 08:00", "2026-07-17 13:00"],
        "the nearer to ten first"
    );
    world.publish(&teacher, DAY, &["10:00-11:00"]);
    world.publish(&teacher, "2026-07-17", &[]);
    world.publish(&teacher, "2026-07-29", &["10:00-11:00"]);
    world.publish(&teacher, "2026-07-30", &["10:00-11:00"]);
    assert_eq!(shown(&instead(&world, &student, &teacher, "10:00")), ["2026-07-29 10:00"]);
    world.block(&teacher, "2026-07-29");
    assert_eq!(instead(&world, &student, &teacher, "10:00"), []);
}

#[test]
fn they_consider_the_students_own_lessons_the_buffer_and_the_notice() {
    let world = World::at("2026-07-15T11:00:00Z"); // 07:00 in New York
    let setup = Setup { buffer_minutes: 30, notice_hours: 1, ..Setup::default() };
    let (ada, bob) = (world.teacher_with("Ada", setup), world.free_teacher("Bob"));
    world.publish(&ada, DAY, &["07:00-14:00"]);
    let student = world.student("Sam");
    world.book(&world.student("Rita"), &ada, DAY, "10:00");
    world.book(&student, &bob, DAY, "11:30");
    assert_eq!(
        shown(&instead(&world, &student, &ada, "10:00")),
        ["2026-07-15 08:30", "2026-07-15 08:15", "2026-07-15 08:00"]
    );
    assert_eq!(
        shown(&instead(&world, &student, &ada, "12:00")),
        ["2026-07-15 12:30", "2026-07-15 12:45", "2026-07-15 13:00"]
    );
}

#[test]
fn every_alternative_can_be_booked() {
    for chosen in 0..3 {
        let world = World::at(NOW);
        let (teacher, student) = (booked_at_ten(&world), world.student("Sam"));
        let start = instead(&world, &student, &teacher, "10:00")[chosen];
        world.book(&student, &teacher, &start.date.to_string(), &start.start_time.to_string());
    }
}

#[test]
fn other_refusals_look_for_no_alternatives() {
    let world = World::at(NOW);
    let (teacher, student) = (world.teacher("Ada"), world.student("Sam"));
    world.publish(&teacher, DAY, &["10:00-11:00"]);
    world.spy.calls();
    let refused = world.bookings.create(&student, &lesson(&teacher, DAY, "15:00", 60));
    assert_eq!((outcome(&refused).as_str(), world.spy.calls()), ("Refused OutsideAvailability", 7));
}

#[test]
fn the_number_of_statements_does_not_depend_on_how_full_the_weeks_are() {
    let world = World::at(NOW);
    let (teacher, student) = (booked_at_ten(&world), world.student("Sam"));
    world.spy.calls();
    instead(&world, &student, &teacher, "10:00");
    let few = world.spy.calls();

    let rival = world.student("Rival");
    for day in 16..=29 {
        let day = format!("2026-07-{day}");
        world.publish(&teacher, &day, &["08:00-10:00", "12:00-18:00"]);
        for start in ["08:00", "12:00", "16:00"] {
            world.book(&rival, &teacher, &day, start);
        }
    }
    world.spy.calls();
    instead(&world, &student, &teacher, "10:00");
    assert_eq!(world.spy.calls(), few);
    assert_eq!(few, 12, "seven to find the time taken, five to look around");
}

#[test]
fn when_they_cannot_be_read_the_time_is_still_reported_as_taken() {
    let world = World::at(NOW);
    let (teacher, student) = (booked_at_ten(&world), world.student("Sam"));
    world.store.fail_next(Fault::Call(8), unavailable);
    assert_eq!(instead(&world, &student, &teacher, "10:00"), []);
}

#[test]
fn an_instructor_who_hides_in_between_offers_nothing() {
    let world = World::at(NOW);
    let (teacher, student) = (booked_at_ten(&world), world.student("Sam"));
    let (store, id) = (world.store.clone(), teacher.user.id);
    world.spy.before_next_read(move || store.set_user_active(id, false));
    assert_eq!(instead(&world, &student, &teacher, "10:00"), []);
}
