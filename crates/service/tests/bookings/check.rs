//! Asking whether a lesson could be booked.

use instainstru_domain::{account::AccountStatus, ids::InstructorServiceId};
use instainstru_service::{
    bookings::{BookingUseCases, CheckTime, TimeCheck, Who},
    instructors::UpdateProfile,
};

use crate::world::{DAY, NOW, Setup, World, date, lesson, outcome, question, user_id};

fn refused(reason: &str, min_advance_hours: Option<u16>, conflicts_with: Option<Who>) -> TimeCheck {
    TimeCheck::Refused { reason: reason.into(), min_advance_hours, conflicts_with }
}

/// As for booking: everything is wrong at first, and is mended step by step.
#[test]
fn the_weightiest_reason_is_given() {
    let world = World::at(NOW);
    let (teacher, other) = (world.teacher("Ada"), world.free_teacher("Bob"));
    let (student, rival) = (world.student("Sam"), world.student("Rita"));
    world.publish(&teacher, DAY, &["09:00-16:00"]);
    world.publish(&teacher, "2026-07-20", &["09:00-11:00"]);
    world.block(&teacher, "2026-07-21");
    world.book(&rival, &teacher, DAY, "10:00");
    world.book(&student, &other, DAY, "12:00");
    let notice = instainstru_core::length::Notice::from_hours(72).unwrap();
    world.update(&teacher.user, UpdateProfile { notice: Some(notice), ..UpdateProfile::default() });

    let mut asked = CheckTime {
        instructor_id: user_id(999),
        instructor_service_id: InstructorServiceId::new(999).unwrap(),
        ..question(&teacher, "2026-07-12", "10:00-12:00")
    };
    let ask = |asked: &CheckTime| world.bookings.check(&student, asked);
    assert_eq!(outcome(&ask(&asked)), "PastDate");
    asked.date = date(DAY);
    assert_eq!(outcome(&ask(&asked)), "InstructorNotFound");
    asked.instructor_id = student.id;
    assert_eq!(outcome(&ask(&asked)), "InstructorNotFound", "a student is no instructor");
    asked.instructor_id = teacher.user.id;
    assert_eq!(ask(&asked).unwrap(), refused("Service not found or no longer offered", None, None));
    asked.instructor_service_id = other.service;
    assert_eq!(ask(&asked).unwrap(), refused("The service does not belong to this instructor", None, None));
    asked.instructor_service_id = teacher.service;
    world.set_status(&teacher.user, AccountStatus::Suspended);
    let durations = "This service can be booked for 30, 60, 90 minutes, not 120";
    assert_eq!(ask(&asked).unwrap(), refused(durations, None, None));
    asked.lesson = "10:00-11:00".parse().unwrap();
    let suspended = "The instructor's account is suspended and takes no bookings at present";
    assert_eq!(ask(&asked).unwrap(), refused(suspended, None, None));
    world.set_status(&teacher.user, AccountStatus::Active);
    let busy = "The instructor is already booked at this time";
    assert_eq!(ask(&asked).unwrap(), refused(busy, None, Some(Who::Instructor)));
    asked.lesson = "12:00-13:00".parse().unwrap();
    let own = "You already have a booking at this time";
    assert_eq!(ask(&asked).unwrap(), refused(own, None, Some(Who::Student)));
    asked.lesson = "14:00-15:00".parse().unwrap();
    let soon = "Lessons must be booked 72 or more hours in advance";
    assert_eq!(ask(&asked).unwrap(), refused(soon, Some(72), None));
    asked.date = date("2026-07-21");
    let blackout = "The instructor does not teach on this day (blackout date)";
    assert_eq!(ask(&asked).unwrap(), refused(blackout, None, None));
    asked.date = date("2026-07-20");
    let outside = "This time is outside availability of the instructor";
    assert_eq!(ask(&asked).unwrap(), refused(outside, None, None));
    asked.lesson = "10:00-11:00".parse().unwrap();
    assert_eq!(ask(&asked).unwrap(), TimeCheck::Available);
}

#[test]
fn a_length_that_no_lesson_has_is_refused_like_any_other_that_is_not_offered() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let answer = world.bookings.check(&student, &question(&teacher, DAY, "00:00-24:00")).unwrap();
    assert_eq!(answer, refused("This service can be booked for 30, 60, 90 minutes, not 1440", None, None));
}

#[test]
fn asking_changes_nothing() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let (events, commits) = (world.store.events(), world.store.commits());
    for _ in 0..2 {
        let answer = world.bookings.check(&student, &question(&teacher, DAY, "10:00-11:00")).unwrap();
        assert_eq!(answer, TimeCheck::Available);
    }
    assert_eq!((world.store.events(), world.store.commits()), (events, commits));
}

#[test]
fn instructors_may_ask_and_their_own_lessons_do_not_count_as_a_students() {
    let world = World::at(NOW);
    let (ada, bob) = (world.free_teacher("Ada"), world.free_teacher("Bob"));
    world.book(&world.student("Sam"), &bob, DAY, "10:00");
    let of_ada = world.bookings.check(&bob.user, &question(&ada, DAY, "10:00-11:00")).unwrap();
    assert_eq!(of_ada, TimeCheck::Available);
    let of_bob = world.bookings.check(&bob.user, &question(&bob, DAY, "10:00-11:00")).unwrap();
    assert!(matches!(of_bob, TimeCheck::Refused { conflicts_with: Some(Who::Instructor), .. }));
}

/// A finite world in which every start and several lengths are asked and then booked.
#[test]
fn the_answer_is_yes_exactly_when_booking_works() {
    let setup = Setup { notice_hours: 3, buffer_minutes: 20, ..Setup::default() };
    let mut decisions = 0;
    for length in [30, 60, 75, 90] {
        for block in 0..96 {
            let world = World::at("2026-07-15T13:05:00Z");
            let (ada, bob) = (world.teacher_with("Ada", setup), world.free_teacher("Bob"));
            world.publish(&ada, DAY, &["08:00-20:00", "22:00-24:00"]);
            let student = world.student("Sam");
            world.book(&world.student("Rita"), &ada, DAY, "14:00");
            world.book(&student, &bob, DAY, "17:00");
            let start = instainstru_core::grid::GridTime::from_block(block).unwrap().to_string();
            let command = lesson(&ada, DAY, &start, length);
            let Ok(range) = instainstru_core::grid::TimeRange::lesson(command.start_time, command.length)
            else {
                assert_eq!(outcome(&world.bookings.create(&student, &command)), "PastMidnight");
                continue;
            };
            let answer = world.bookings.check(&student, &question(&ada, DAY, &range.to_string())).unwrap();
            let booked = world.bookings.create(&student, &command);
            assert_eq!(answer == TimeCheck::Available, booked.is_ok(), "{range}: {answer:?} / {booked:?}");
            decisions += 1;
        }
    }
    assert!(decisions > 350);
}
