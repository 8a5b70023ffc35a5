//! Moving a booking.

use instainstru_core::{booking::BookingStatus, length::Buffer};
use instainstru_domain::{
    account::AccountStatus,
    booking::{Booking, BookingClaims},
    event::DomainEvent,
    ids::BookingId,
    instructor::DurationOptions,
    text::CancellationReason,
};
use instainstru_service::{
    bookings::{BookingError, BookingRules, BookingUseCases, Reschedule, Who},
    instructors::{ServiceDraft, UpdateProfile},
};
use instainstru_test_support::memory::{Fault, unavailable};

use crate::world::{DAY, NOW, Setup, World, draft, lesson, minutes, outcome, shown, to};

#[test]
fn a_moved_booking_takes_the_new_time_and_frees_the_old() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.publish(&teacher, "2026-07-16", &["08:00-12:00"]);
    let made = world.book(&student, &teacher, DAY, "10:00").booking;
    let seen = world.store.events().len();
    world.clock.set("2026-07-14T12:00:00Z");

    let there = Reschedule { length: Some(minutes(90)), ..to("2026-07-16", "09:00") };
    let moved = world.bookings.reschedule(&student, made.id, &there).unwrap();

    assert_eq!(moved, world.stored(made.id));
    let booking = moved.booking;
    assert_eq!(
        (booking.time.date.to_string(), booking.time.range.to_string()),
        ("2026-07-16".into(), "09:00-10:30".into())
    );
    assert_eq!((booking.length, booking.total_price.get()), (minutes(90), 15_000));
    assert_eq!(booking.updated_at.unwrap().to_string(), "2026-07-14T12:00:00Z");
    assert_eq!((booking.status, booking.confirmed_at), (BookingStatus::Confirmed, made.confirmed_at));
    assert_eq!(world.store.claims_of(student.id), [booking.time.instants]);
    assert_eq!(world.store.claims_of(teacher.user.id), [booking.time.instants]);
    let expected = DomainEvent::BookingRescheduled {
        booking: made.id,
        instructor: teacher.user.id,
        student: student.id,
    };
    assert_eq!(world.events_after(seen), [expected]);
    world.book(&world.student("Rita"), &teacher, DAY, "10:00");
}

#[test]
fn either_party_may_move_a_booking_and_nobody_else() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    world.bookings.reschedule(&teacher.user, id, &to(DAY, "12:00")).unwrap();
    world.bookings.reschedule(&student, id, &to(DAY, "13:00")).unwrap();
    for stranger in [world.student("Rita"), world.teacher("Bob").user] {
        assert_eq!(outcome(&world.bookings.reschedule(&stranger, id, &to(DAY, "14:00"))), "NotParty");
    }
    let unknown = BookingId::new(999).unwrap();
    assert_eq!(outcome(&world.bookings.reschedule(&student, unknown, &to(DAY, "14:00"))), "NotFound");
}

#[test]
fn a_lesson_may_overlap_its_own_old_time_or_stay_where_it_is() {
    let world = World::at(NOW);
    let teacher = world.teacher_with("Ada", Setup { buffer_minutes: 30, ..Setup::default() });
    world.publish(&teacher, DAY, &["00:00-24:00"]);
    let student = world.student("Sam");
    let made = world.book(&student, &teacher, DAY, "10:00").booking;
    for start in ["10:00", "10:30", "09:45"] {
        world.bookings.reschedule(&student, made.id, &to(DAY, start)).unwrap();
        assert_eq!(world.store.claims_of(student.id).len(), 1);
    }
}

#[test]
fn the_same_checks_of_time_apply_as_for_booking_in_the_documented_order() {
    let world = World::at(NOW);
    let (teacher, other) = (world.free_teacher("Ada"), world.free_teacher("Bob"));
    let (student, rival) = (world.student("Sam"), world.student("Rita"));
    world.publish(&teacher, "2026-07-16", &["09:00-11:00"]);
    let id = world.book(&student, &teacher, DAY, "20:00").booking.id;
    world.book(&rival, &teacher, DAY, "10:00");
    world.book(&student, &other, DAY, "12:00");
    world.block(&teacher, "2026-07-17");

    let mut there = Reschedule { length: Some(minutes(120)), ..to("2026-07-12", "23:00") };
    let attempt = |there: &_| outcome(&world.bookings.reschedule(&student, id, there));
    assert_eq!(attempt(&there), "PastDate");
    there.date = DAY.parse().unwrap();
    assert_eq!(attempt(&there), "PastMidnight");
    there.start_time = "10:00".parse().unwrap();
    world.set_status(&teacher.user, AccountStatus::Suspended);
    assert_eq!(attempt(&there), "InstructorUnavailable suspended");
    world.set_status(&teacher.user, AccountStatus::Active);
    assert_eq!(attempt(&there), "DurationNotOffered 120 of 30, 60, 90");
    there.length = None;
    assert_eq!(attempt(&there), "Taken instructor");
    there.start_time = "12:00".parse().unwrap();
    assert_eq!(attempt(&there), "Taken student");
    there.date = "2026-07-13".parse().unwrap();
    there.start_time = "07:00".parse().unwrap();
    assert_eq!(attempt(&there), "InsufficientNotice 0");
    there.date = "2026-07-17".parse().unwrap();
    assert_eq!(attempt(&there), "Refused Blackout");
    there.date = "2026-07-16".parse().unwrap();
    assert_eq!(attempt(&there), "Refused OutsideAvailability");
    there.start_time = "10:00".parse().unwrap();
    assert_eq!(attempt(&there), "ok");
}

#[test]
fn a_taken_time_leaves_the_booking_where_it_is_and_names_alternatives() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.publish(&teacher, DAY, &["09:00-13:00"]);
    let made = world.book(&student, &teacher, DAY, "11:00").booking;
    world.book(&world.student("Rita"), &teacher, DAY, "10:00");
    let error = world.bookings.reschedule(&teacher.user, made.id, &to(DAY, "10:00")).unwrap_err();
    let BookingError::Taken { who: Who::Instructor, alternatives } = error else { panic!("{error:?}") };
    assert_eq!(
        shown(&alternatives),
        ["2026-07-15 09:00", "2026-07-15 11:15", "2026-07-15 11:30"],
        "its own time is no obstacle, and where it is now is no alternative"
    );
    assert_eq!(world.stored(made.id).booking, made);
    assert_eq!(world.store.claims_of(student.id), [made.time.instants]);
}

#[test]
fn the_database_has_the_last_word_about_a_move() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "11:00").booking;
    world.book(&world.student("Rita"), &teacher, DAY, "10:00");
    world.spy.hide_claims_from_writers();
    let attempt = world.bookings.reschedule(&student, made.id, &to(DAY, "10:00"));
    assert_eq!(outcome(&attempt), "Taken instructor");
    assert_eq!(world.store.claims_of(student.id), [made.time.instants]);
}

#[test]
fn what_was_agreed_stays_possible_when_the_service_is_withdrawn_or_changed() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.bookings.create(&student, &lesson(&teacher, DAY, "10:00", 90)).unwrap().booking.id;
    let services = vec![ServiceDraft {
        durations: DurationOptions::from_minutes(&[120]).unwrap(),
        ..draft("Piano", 50_000)
    }];
    world.update(&teacher.user, UpdateProfile { services: Some(services), ..UpdateProfile::default() });
    let with_length = |length| Reschedule { length: Some(minutes(length)), ..to(DAY, "12:00") };
    let attempt = |length| outcome(&world.bookings.reschedule(&student, id, &with_length(length)));
    assert_eq!(attempt(60), "DurationNotOffered 60 of 120, 90");
    assert_eq!(attempt(90), "ok");
    assert_eq!(world.stored(id).booking.total_price.get(), 15_000, "at the rate that was booked");
    assert_eq!(attempt(120), "ok");
    assert_eq!(world.stored(id).booking.total_price.get(), 20_000);
    world.update(&teacher.user, UpdateProfile { services: Some(vec![]), ..UpdateProfile::default() });
    world.bookings.reschedule(&student, id, &to(DAY, "15:00")).unwrap();
}

#[test]
fn the_buffer_of_today_is_kept_after_the_new_time() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    let buffer = Some(Buffer::from_minutes(45).unwrap());
    world.update(&teacher.user, UpdateProfile { buffer, ..UpdateProfile::default() });
    world.bookings.reschedule(&student, id, &to(DAY, "12:00")).unwrap();
    assert_eq!(world.store.claims_of(teacher.user.id)[0].end().to_string(), "2026-07-15T17:45:00Z");
}

#[test]
fn a_lesson_that_has_begun_cannot_be_moved() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    let attempt = || outcome(&world.bookings.reschedule(&student, id, &to(DAY, "20:00")));
    world.clock.set("2026-07-15T14:00:00Z");
    assert_eq!(attempt(), "AlreadyBegan");
    world.clock.set("2026-07-15T13:59:59.999999Z");
    assert_eq!(attempt(), "ok");
}

#[test]
fn only_pending_and_confirmed_bookings_can_be_moved() {
    let world = World::with_rules(NOW, BookingRules { allow_early_complete: true });
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let reason = CancellationReason::new("ill").unwrap();
    let book = |start| world.book(&student, &teacher, DAY, start).booking.id;
    let attempt = |id| outcome(&world.bookings.reschedule(&student, id, &to(DAY, "20:00")));

    let cancelled = book("08:00");
    world.bookings.cancel(&student, cancelled, &reason).unwrap();
    assert_eq!(attempt(cancelled), "Transition CANCELLED");
    let completed = book("09:00");
    world.bookings.complete(&teacher.user, completed).unwrap();
    assert_eq!(attempt(completed), "Transition COMPLETED");
    let missed = book("10:00");
    world.bookings.mark_no_show(&teacher.user, missed).unwrap();
    assert_eq!(attempt(missed), "Transition NO_SHOW");
    let pending = Booking { status: BookingStatus::Pending, ..world.stored(book("11:00")).booking };
    world.write(|uow| uow.bookings().update(&pending));
    assert_eq!(attempt(pending.id), "ok");
    assert_eq!(world.stored(pending.id).booking.status, BookingStatus::Pending);
}

#[test]
fn a_booking_without_an_instructor_profile_cannot_be_moved() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    let (profile, at) = (world.profile_of(&teacher.user).profile.id, "2026-07-13T12:00:00Z".parse().unwrap());
    world.write(|uow| uow.instructors().delete_profile(profile, at));
    assert_eq!(outcome(&world.bookings.reschedule(&student, id, &to(DAY, "12:00"))), "InstructorNotFound");
}

#[test]
fn whatever_fails_the_booking_stays_where_it_was() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "10:00");
    let claims =
        BookingClaims { instructor: made.booking.time.instants, student: made.booking.time.instants };
    let events = world.store.events();
    let there = Reschedule { length: Some(minutes(90)), ..to(DAY, "15:00") };
    for fault in [Fault::Begin, Fault::Commit].into_iter().chain((1..=12).map(Fault::Call)) {
        world.store.fail_next(fault, unavailable);
        assert_eq!(
            outcome(&world.bookings.reschedule(&student, made.booking.id, &there)),
            "Storage",
            "{fault:?}"
        );
        assert_eq!(world.stored(made.booking.id), made, "{fault:?}");
        assert_eq!(world.store.claims_of(student.id), [claims.student], "{fault:?}");
        assert_eq!(world.store.claims_of(teacher.user.id), [claims.instructor], "{fault:?}");
        assert_eq!(world.store.events(), events, "{fault:?}");
    }
    world.spy.calls();
    world.bookings.reschedule(&student, made.booking.id, &there).unwrap();
    assert_eq!(world.spy.calls(), 12, "every call of a move was made to fail");
}
