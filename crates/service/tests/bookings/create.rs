//! Booking a lesson: the outcome, the order of checks, snapshots, buffers, notice and rollback.

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    account::AccountStatus,
    booking::LocationType,
    event::DomainEvent,
    ids::InstructorServiceId,
    instructor::{Areas, DurationOptions},
    text::{CancellationReason, MeetingLocation, Note},
};
use instainstru_service::{
    bookings::{BookingError, BookingUseCases, CreateBooking, Who},
    instructors::{InstructorUseCases, ServiceDraft, UpdateProfile},
};
use instainstru_test_support::memory::{Fault, unavailable};
use jiff::SignedDuration;

use crate::world::{
    DAY, NOW, Setup, Teacher, World, date, draft, lesson, minutes, outcome, shown, time, user_id,
};

#[test]
fn a_booking_is_confirmed_at_once_and_says_everything() {
    let world = World::at(NOW);
    let setup = Setup { rate_cents: 7_550, durations: &[45], buffer_minutes: 10, ..Setup::default() };
    let (teacher, student) = (world.teacher_with("Ada Teacher", setup), world.student("Sam Student"));
    world.publish(&teacher, DAY, &["09:00-17:00"]);
    let seen = world.store.events().len();

    let note = Note::new("Ich übe täglich 🎹\nשלום").unwrap();
    let command = CreateBooking {
        student_note: Some(note.clone()),
        meeting_location: Some(MeetingLocation::new("5 Rue de l'Église").unwrap()),
        location_type: LocationType::StudentHome,
        ..lesson(&teacher, DAY, "10:00", 45)
    };
    let made = world.bookings.create(&student, &command).unwrap();

    assert_eq!(made, world.stored(made.booking.id));
    assert_eq!((made.student.id, made.student.full_name.as_str()), (student.id, "Sam Student"));
    assert_eq!(
        (made.instructor.id, made.instructor.email.as_str()),
        (teacher.user.id, "ada.teacher@example.com")
    );
    let booking = made.booking;
    assert_eq!(booking.status, BookingStatus::Confirmed);
    assert_eq!((booking.student_id, booking.instructor_id), (student.id, teacher.user.id));
    assert_eq!(booking.instructor_service_id, teacher.service);
    assert_eq!((booking.time.date, booking.time.range.to_string()), (date(DAY), "10:00-10:45".into()));
    assert_eq!(booking.time.zone.name(), "America/New_York");
    assert_eq!(booking.time.instants.start().to_string(), "2026-07-15T14:00:00Z");
    assert_eq!(booking.time.instants.end().to_string(), "2026-07-15T14:45:00Z");
    assert_eq!((booking.length, booking.service_name.as_str()), (minutes(45), "Piano"));
    assert_eq!((booking.hourly_rate.cents(), booking.total_price.get()), (7_550, 5_663));
    assert_eq!(booking.service_area.as_deref(), Some("Brooklyn, Upper West Side"));
    assert_eq!(booking.student_note, Some(note));
    assert_eq!(booking.meeting_location.unwrap().as_str(), "5 Rue de l'Église");
    assert_eq!(booking.location_type, LocationType::StudentHome);
    assert_eq!(
        (booking.created_at.to_string(), booking.confirmed_at),
        (NOW.into(), Some(booking.created_at))
    );
    assert!(booking.updated_at.is_none() && booking.completed_at.is_none() && booking.cancellation.is_none());

    assert_eq!(
        world.events_after(seen),
        [DomainEvent::BookingConfirmed {
            booking: booking.id,
            instructor: teacher.user.id,
            student: student.id
        }]
    );
    let claim = |user| world.store.claims_of(user).iter().map(|c| c.end().to_string()).collect::<Vec<_>>();
    assert_eq!(claim(teacher.user.id), ["2026-07-15T14:55:00Z"], "the lesson and ten minutes");
    assert_eq!(claim(student.id), ["2026-07-15T14:45:00Z"], "the lesson alone");
}

#[test]
fn an_instructor_without_areas_leaves_the_area_of_the_booking_empty() {
    let world = World::at(NOW);
    let teacher = world.teacher_with("Ada", Setup { areas: &[], ..Setup::default() });
    world.publish(&teacher, DAY, &["09:00-17:00"]);
    assert_eq!(world.book(&world.student("Sam"), &teacher, DAY, "10:00").booking.service_area, None);
}

/// Begins with a request in which everything is wrong and mends one thing after the other: each time the next error of the
/// documented order shows.
#[test]
fn the_first_broken_rule_in_the_documented_order_is_reported() {
    let world = World::at(NOW);
    let setup = Setup { notice_hours: 72, ..Setup::default() };
    let (teacher, other) = (world.teacher_with("Ada", setup), world.free_teacher("Bob"));
    let (student, rival) = (world.student("Sam"), world.student("Rita"));
    let nobody = Teacher { user: student.clone(), service: teacher.service };

    // Two lessons taken while Ada still asked for no notice.
    world.update(&teacher.user, UpdateProfile { notice: Some(notice(0)), ..UpdateProfile::default() });
    world.publish(&teacher, DAY, &["00:00-24:00"]);
    world.book(&rival, &teacher, DAY, "10:00");
    world.book(&student, &other, DAY, "12:00");
    world.update(&teacher.user, UpdateProfile { notice: Some(notice(72)), ..UpdateProfile::default() });
    world.publish(&teacher, DAY, &["09:00-11:00"]);
    world.publish(&teacher, "2026-07-20", &["09:00-11:00"]);
    world.block(&teacher, "2026-07-21");

    let mut wrong = lesson(&nobody, "2026-07-12", "23:30", 120);
    wrong.instructor_service_id = InstructorServiceId::new(999).unwrap();
    let mut actor = other.user.clone();
    let try_it = |actor: &_, command: &_| outcome(&world.bookings.create(actor, command));

    assert_eq!(try_it(&actor, &wrong), "PastDate");
    wrong.date = date(DAY);
    assert_eq!(try_it(&actor, &wrong), "PastMidnight");
    wrong.start_time = time("10:00");
    assert_eq!(try_it(&actor, &wrong), "NotStudent");
    actor = student.clone();
    assert_eq!(try_it(&actor, &wrong), "ServiceNotFound");
    wrong.instructor_service_id = other.service;
    assert_eq!(try_it(&actor, &wrong), "InstructorNotFound");
    wrong.instructor_id = teacher.user.id;
    world.set_status(&teacher.user, AccountStatus::Suspended);
    assert_eq!(try_it(&actor, &wrong), "OtherInstructor");
    wrong.instructor_service_id = teacher.service;
    assert_eq!(try_it(&actor, &wrong), "InstructorUnavailable suspended");
    world.set_status(&teacher.user, AccountStatus::Active);
    assert_eq!(try_it(&actor, &wrong), "DurationNotOffered 120 of 30, 60, 90");
    wrong.length = minutes(60);
    assert_eq!(try_it(&actor, &wrong), "Taken instructor");
    wrong.start_time = time("12:00");
    assert_eq!(try_it(&actor, &wrong), "Taken student");
    wrong.start_time = time("14:00");
    assert_eq!(try_it(&actor, &wrong), "InsufficientNotice 72");
    wrong.date = date("2026-07-21");
    assert_eq!(try_it(&actor, &wrong), "Refused Blackout");
    wrong.date = date("2026-07-20");
    assert_eq!(try_it(&actor, &wrong), "Refused OutsideAvailability");
    wrong.start_time = time("10:00");
    assert_eq!(try_it(&actor, &wrong), "ok");
}

fn notice(hours: i64) -> instainstru_core::length::Notice {
    instainstru_core::length::Notice::from_hours(hours).unwrap()
}

#[test]
fn messages_tell_people_what_to_do() {
    let world = World::at(NOW);
    let teacher = world.teacher_with("Ada", Setup { notice_hours: 24, ..Setup::default() });
    let student = world.student("Sam");
    world.publish(&teacher, DAY, &["10:00-12:00"]);
    world.publish(&teacher, "2026-07-13", &["10:00-12:00"]);
    world.block(&teacher, "2026-07-16");
    let message = |day, start, length| {
        world.bookings.create(&student, &lesson(&teacher, day, start, length)).unwrap_err().to_string()
    };
    assert_eq!(message("2026-07-01", "10:00", 60), "booking_date 2026-07-01 is in the past");
    assert_eq!(message(DAY, "10:00", 45), "This service can be booked for 30, 60, 90 minutes, not 45");
    assert_eq!(message("2026-07-13", "10:00", 60), "Bookings must be made 24 or more hours in advance");
    assert_eq!(
        message("2026-07-16", "10:00", 60),
        "The instructor does not teach on this day (blackout date)"
    );
    assert_eq!(message(DAY, "12:00", 60), "This time is outside availability of the instructor");
    world.book(&student, &teacher, DAY, "10:00");
    assert_eq!(message(DAY, "10:30", 60), "This time was just taken: the instructor is already booked then");
    let other = world.free_teacher("Bob");
    let error = world.bookings.create(&student, &lesson(&other, DAY, "10:30", 60)).unwrap_err();
    assert_eq!(error.to_string(), "You already have a booking at this time");
}

#[test]
fn nobody_can_book_an_instructor_who_is_hidden() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let attempt = || outcome(&world.bookings.create(&student, &lesson(&teacher, DAY, "10:00", 60)));
    world.set_status(&teacher.user, AccountStatus::Suspended);
    assert_eq!(attempt(), "InstructorUnavailable suspended");
    world.set_status(&teacher.user, AccountStatus::Deactivated);
    assert_eq!(attempt(), "InstructorUnavailable deactivated");
    world.set_status(&teacher.user, AccountStatus::Active);
    world.store.set_user_active(teacher.user.id, false);
    assert_eq!(attempt(), "InstructorUnavailable switched off");
    world.store.set_user_active(teacher.user.id, true);
    assert_eq!(attempt(), "ok");
}

#[test]
fn a_service_that_was_withdrawn_cannot_be_booked() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.book(&student, &teacher, DAY, "10:00");
    world.update(&teacher.user, UpdateProfile { services: Some(vec![]), ..UpdateProfile::default() });
    let again = world.bookings.create(&student, &lesson(&teacher, DAY, "12:00", 60));
    assert_eq!(outcome(&again), "ServiceNotFound");
}

#[test]
fn nobody_books_themselves() {
    let world = World::at(NOW);
    let teacher = world.free_teacher("Ada");
    let own = world.bookings.create(&teacher.user, &lesson(&teacher, DAY, "10:00", 60));
    assert_eq!(outcome(&own), "NotStudent");
    // Logged in as a student, an instructor by now: the two claims of the booking clash.
    let stale = instainstru_domain::account::User {
        role: instainstru_domain::account::Role::Student,
        ..teacher.user.clone()
    };
    let own = world.bookings.create(&stale, &lesson(&teacher, DAY, "10:00", 60));
    assert!(matches!(own, Err(BookingError::Taken { .. })), "{own:?}");
    assert!(world.store.claims_of(teacher.user.id).is_empty());
}

#[test]
fn what_a_booking_says_about_the_service_survives_later_edits() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "10:00");
    let change = UpdateProfile {
        areas: Some(Areas::new(["Queens"]).unwrap()),
        services: Some(vec![ServiceDraft {
            durations: DurationOptions::from_minutes(&[120]).unwrap(),
            ..draft("Piano", 99_900)
        }]),
        buffer: Some(instainstru_core::length::Buffer::from_minutes(60).unwrap()),
        zone: Some(instainstru_domain::zone::Zone::new("Asia/Tokyo").unwrap()),
        ..UpdateProfile::default()
    };
    world.update(&teacher.user, change);
    assert_eq!(world.stored(made.booking.id).booking, made.booking);
    assert_eq!(world.store.claims_of(teacher.user.id), [made.booking.time.instants]);
}

#[test]
fn availability_can_be_withdrawn_under_a_booking() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "10:00");
    world.publish(&teacher, DAY, &[]);
    assert_eq!(world.stored(made.booking.id), made);
}

#[test]
fn notice_is_kept_to_the_microsecond() {
    let world = World::at("2026-07-14T14:00:00Z");
    let teacher = world.teacher_with("Ada", Setup { notice_hours: 24, ..Setup::default() });
    world.publish(&teacher, DAY, &["10:00-12:00"]);
    let student = world.student("Sam");
    world.clock.advance(SignedDuration::from_micros(1));
    let late = world.bookings.create(&student, &lesson(&teacher, DAY, "10:00", 60));
    assert_eq!(outcome(&late), "InsufficientNotice 24");
    world.clock.advance(SignedDuration::from_micros(-1));
    world.book(&student, &teacher, DAY, "10:00");
}

#[test]
fn without_notice_a_lesson_can_be_booked_until_it_begins() {
    let world = World::at("2026-07-15T14:00:00.000001Z");
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let error = world.bookings.create(&student, &lesson(&teacher, DAY, "10:00", 60)).unwrap_err();
    assert_eq!(error.to_string(), "This time has passed");
    world.clock.set("2026-07-15T14:00:00Z");
    world.book(&student, &teacher, DAY, "10:00");
}

#[test]
fn lessons_may_touch_and_must_not_overlap() {
    for (start, length, expected) in [
        ("09:00", 60, "ok"),
        ("11:00", 60, "ok"),
        ("09:15", 60, "Taken instructor"),
        ("10:45", 30, "Taken instructor"),
        ("10:00", 60, "Taken instructor"),
        ("10:15", 30, "Taken instructor"),
        ("09:45", 90, "Taken instructor"),
    ] {
        let world = World::at(NOW);
        let teacher = world.free_teacher("Ada");
        world.book(&world.student("Rita"), &teacher, DAY, "10:00");
        let attempt = world.bookings.create(&world.student("Sam"), &lesson(&teacher, DAY, start, length));
        assert_eq!(outcome(&attempt), expected, "{start} for {length} minutes");
    }
}

#[test]
fn a_buffer_of_any_minute_keeps_time_free_before_and_after_a_lesson() {
    // The rival's lesson is 10:00 to 11:00.
    for (buffer_minutes, before, after) in [
        (0, "09:00", "11:00"),
        (1, "08:45", "11:15"),
        (15, "08:45", "11:15"),
        (16, "08:30", "11:30"),
        (60, "08:00", "12:00"),
    ] {
        let world = World::at(NOW);
        let teacher = world.teacher_with("Ada", Setup { buffer_minutes, ..Setup::default() });
        world.publish(&teacher, DAY, &["00:00-24:00"]);
        world.book(&world.student("Rita"), &teacher, DAY, "10:00");
        let student = world.student("Sam");
        let a_block = |start: &str, by: i8| {
            let block = time(start).block().checked_add_signed(by).unwrap();
            instainstru_core::grid::GridTime::from_block(block).unwrap().to_string()
        };
        for too_near in [a_block(before, 1), a_block(after, -1)] {
            let attempt = world.bookings.create(&student, &lesson(&teacher, DAY, &too_near, 60));
            assert_eq!(outcome(&attempt), "Taken instructor", "{too_near} with {buffer_minutes}");
        }
        world.book(&student, &teacher, DAY, before);
        world.book(&student, &teacher, DAY, after);
    }
}

#[test]
fn a_student_needs_no_buffer_between_lessons_with_two_instructors() {
    let world = World::at(NOW);
    let setup = Setup { buffer_minutes: 30, ..Setup::default() };
    let (ada, bob) = (world.teacher_with("Ada", setup), world.teacher_with("Bob", setup));
    let student = world.student("Sam");
    for teacher in [&ada, &bob] {
        world.publish(teacher, DAY, &["00:00-24:00"]);
    }
    world.book(&student, &ada, DAY, "10:00");
    world.book(&student, &bob, DAY, "11:00");
    world.book(&student, &bob, DAY, "08:30");
    let cyd = world.free_teacher("Cyd");
    let clash = world.bookings.create(&student, &lesson(&cyd, DAY, "10:30", 30));
    assert_eq!(outcome(&clash), "Taken student");
}

#[test]
fn a_lesson_may_end_at_midnight_and_not_later() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.publish(&teacher, "2026-07-16", &["00:00-24:00"]);
    let attempt = |start| outcome(&world.bookings.create(&student, &lesson(&teacher, DAY, start, 60)));
    assert_eq!(attempt("23:15"), "PastMidnight");
    assert_eq!(attempt("24:00"), "PastMidnight");
    assert_eq!(attempt("23:00"), "ok");
    world.book(&student, &teacher, "2026-07-16", "00:00");
}

#[test]
fn a_cancelled_time_is_free_again_at_once() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let first = world.book(&student, &teacher, DAY, "10:00");
    let reason = CancellationReason::new("ill").unwrap();
    world.bookings.cancel(&student, first.booking.id, &reason).unwrap();
    let second = world.book(&student, &teacher, DAY, "10:00");
    assert_ne!(first.booking.id, second.booking.id);
}

#[test]
fn a_completed_lesson_still_holds_its_time() {
    let world =
        World::with_rules(NOW, instainstru_service::bookings::BookingRules { allow_early_complete: true });
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "10:00");
    world.bookings.complete(&teacher.user, made.booking.id).unwrap();
    let again = world.bookings.create(&world.student("Rita"), &lesson(&teacher, DAY, "10:00", 60));
    assert_eq!(outcome(&again), "Taken instructor");
}

#[test]
fn the_database_has_the_last_word_about_both_people() {
    let world = World::at(NOW);
    let (ada, bob) = (world.free_teacher("Ada"), world.free_teacher("Bob"));
    let (student, rival) = (world.student("Sam"), world.student("Rita"));
    world.book(&rival, &ada, DAY, "10:00");
    world.book(&student, &bob, DAY, "12:00");
    world.spy.hide_claims_from_writers();
    for (start, expected, nearest) in
        [("10:00", Who::Instructor, "2026-07-15 09:00"), ("12:00", Who::Student, "2026-07-15 11:00")]
    {
        let error = world.bookings.create(&student, &lesson(&ada, DAY, start, 60)).unwrap_err();
        let BookingError::Taken { who, alternatives } = error else { panic!("{error:?}") };
        assert_eq!((who, shown(&alternatives)[0].as_str()), (expected, nearest));
    }
    assert_eq!(world.store.claims_of(student.id).len(), 1);
}

#[test]
fn whatever_fails_nothing_of_the_booking_stays() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let events = world.store.events();
    let command = lesson(&teacher, DAY, "10:00", 60);
    world.spy.calls();
    let faults = [Fault::Begin, Fault::Commit].into_iter().chain((1..=10).map(Fault::Call));
    for fault in faults {
        world.store.fail_next(fault, unavailable);
        assert_eq!(outcome(&world.bookings.create(&student, &command)), "Storage", "{fault:?}");
        assert_eq!(world.store.events(), events, "{fault:?}");
        assert!(world.store.claims_of(teacher.user.id).is_empty(), "{fault:?}");
        assert!(world.store.claims_of(student.id).is_empty(), "{fault:?}");
    }
    world.spy.calls();
    world.bookings.create(&student, &command).unwrap();
    assert_eq!(world.spy.calls(), 10, "every call of a booking was made to fail");
}

#[test]
fn a_new_profile_can_be_booked_as_soon_as_it_has_time() {
    let world = World::at(NOW);
    let (teacher, student) = (world.teacher("Ada"), world.student("Sam"));
    let attempt = || outcome(&world.bookings.create(&student, &lesson(&teacher, DAY, "10:00", 60)));
    assert_eq!(attempt(), "Refused OutsideAvailability");
    world.publish(&teacher, DAY, &["10:00-11:00"]);
    assert_eq!(attempt(), "ok");
    let unknown = CreateBooking { instructor_id: user_id(999), ..lesson(&teacher, DAY, "10:00", 60) };
    assert_eq!(outcome(&world.bookings.create(&student, &unknown)), "InstructorNotFound");
    world
        .bookings
        .cancel(
            &student,
            world.bookings.upcoming(&student, 1).unwrap()[0].booking.id,
            &CancellationReason::new("x").unwrap(),
        )
        .unwrap();
    world.instructors.delete_profile(&teacher.user).unwrap();
    assert_eq!(attempt(), "ServiceNotFound");
}
