//! Notes, cancellation, completion and lessons that were missed.

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    booking::Booking,
    event::DomainEvent,
    ids::BookingId,
    text::{CancellationReason, MeetingLocation, Note},
};
use instainstru_service::bookings::{BookingRules, BookingUseCases, UpdateBooking};
use instainstru_test_support::memory::{Fault, unavailable};

use crate::world::{DAY, NOW, World, lesson, outcome};

fn reason() -> CancellationReason {
    CancellationReason::new("Fièvre 🤒").unwrap()
}

#[test]
fn either_party_may_cancel_and_it_is_recorded() {
    for by_student in [true, false] {
        let world = World::at(NOW);
        let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
        let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
        let seen = world.store.events().len();
        world.clock.set("2026-07-14T12:00:00Z");
        let actor = if by_student { &student } else { &teacher.user };
        let done = world.bookings.cancel(actor, id, &reason()).unwrap();
        assert_eq!(done, world.stored(id));
        let cancellation = done.booking.cancellation.unwrap();
        assert_eq!((cancellation.by, cancellation.reason), (actor.id, reason()));
        assert_eq!(cancellation.at.to_string(), "2026-07-14T12:00:00Z");
        assert_eq!(
            (done.booking.status, done.booking.updated_at),
            (BookingStatus::Cancelled, Some(cancellation.at))
        );
        assert!(
            world.store.claims_of(student.id).is_empty() && world.store.claims_of(teacher.user.id).is_empty()
        );
        let event = DomainEvent::BookingCancelled {
            booking: id,
            instructor: teacher.user.id,
            student: student.id,
            by: actor.id,
        };
        assert_eq!(world.events_after(seen), [event]);
    }
}

#[test]
fn a_late_cancellation_is_allowed_even_after_the_lesson_began() {
    for now in ["2026-07-15T13:59:59Z", "2026-07-15T14:30:00Z"] {
        let world = World::at(NOW);
        let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
        let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
        world.clock.set(now);
        world.bookings.cancel(&student, id, &reason()).unwrap();
    }
}

#[test]
fn strangers_cannot_cancel_and_unknown_bookings_are_not_found() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    assert_eq!(outcome(&world.bookings.cancel(&world.student("Rita"), id, &reason())), "NotParty");
    assert_eq!(outcome(&world.bookings.cancel(&student, BookingId::new(99).unwrap(), &reason())), "NotFound");
}

#[test]
fn each_ending_is_allowed_only_from_the_right_states() {
    use BookingStatus::{Cancelled, Completed, Confirmed, NoShow, Pending};
    for (status, cancel, complete, no_show) in [
        (Pending, "ok", "Transition PENDING", "Transition PENDING"),
        (Confirmed, "ok", "ok", "ok"),
        (Completed, "Transition COMPLETED", "Transition COMPLETED", "Transition COMPLETED"),
        (Cancelled, "Transition CANCELLED", "Transition CANCELLED", "Transition CANCELLED"),
        (NoShow, "Transition NO_SHOW", "Transition NO_SHOW", "Transition NO_SHOW"),
    ] {
        let world = World::at(NOW);
        let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
        let in_this_state = |start| {
            let made = world.book(&student, &teacher, DAY, start);
            world.write(|uow| uow.bookings().update(&Booking { status, ..made.booking.clone() }));
            made.booking.id
        };
        let (first, second, third) = (in_this_state("08:00"), in_this_state("09:00"), in_this_state("10:00"));
        world.clock.set("2026-07-16T00:00:00Z");
        assert_eq!(outcome(&world.bookings.cancel(&student, first, &reason())), cancel, "{status}");
        assert_eq!(outcome(&world.bookings.complete(&teacher.user, second)), complete, "{status}");
        assert_eq!(outcome(&world.bookings.mark_no_show(&teacher.user, third)), no_show, "{status}");
    }
}

#[test]
fn a_lesson_can_be_completed_or_missed_once_it_began() {
    for missed in [false, true] {
        let world = World::at(NOW);
        let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
        let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
        let seen = world.store.events().len();
        let end = || match missed {
            false => world.bookings.complete(&teacher.user, id),
            true => world.bookings.mark_no_show(&teacher.user, id),
        };
        world.clock.set("2026-07-15T13:59:59.999999Z");
        let message = if missed { "marked as a no-show" } else { "completed" };
        assert_eq!(end().unwrap_err().to_string(), format!("A lesson can be {message} only after it began"));
        world.clock.set("2026-07-15T14:00:00Z");
        let done = end().unwrap();
        assert_eq!(done, world.stored(id));
        let now = Some("2026-07-15T14:00:00Z".parse().unwrap());
        let (instructor, student) = (teacher.user.id, student.id);
        let (status, completed_at, event) = if missed {
            (BookingStatus::NoShow, None, DomainEvent::BookingMissed { booking: id, instructor, student })
        } else {
            (
                BookingStatus::Completed,
                now,
                DomainEvent::BookingCompleted { booking: id, instructor, student },
            )
        };
        assert_eq!(
            (done.booking.status, done.booking.completed_at, done.booking.updated_at),
            (status, completed_at, now)
        );
        assert_eq!(world.events_after(seen), [event]);
        assert_eq!(world.store.claims_of(student).len(), 1, "the time was used");
    }
}

#[test]
fn an_installation_may_allow_marking_lessons_early() {
    let world = World::with_rules(NOW, BookingRules { allow_early_complete: true });
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    world.bookings.complete(&teacher.user, world.book(&student, &teacher, DAY, "10:00").booking.id).unwrap();
    world
        .bookings
        .mark_no_show(&teacher.user, world.book(&student, &teacher, DAY, "12:00").booking.id)
        .unwrap();
}

#[test]
fn only_the_instructor_of_a_booking_ends_it_and_the_role_is_checked_first() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    let unknown = BookingId::new(99).unwrap();
    let other = world.teacher("Bob").user;
    for (actor, booking, expected) in [
        (&student, unknown, "NotInstructor"),
        (&student, id, "NotInstructor"),
        (&other, unknown, "NotFound"),
        (&other, id, "NotItsInstructor"),
        (&teacher.user, id, "NotYet"),
    ] {
        assert_eq!(outcome(&world.bookings.complete(actor, booking)), expected);
        assert_eq!(outcome(&world.bookings.mark_no_show(actor, booking)), expected);
    }
    let message = |result: Result<_, instainstru_service::bookings::BookingError>| match result {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    assert_eq!(
        message(world.bookings.complete(&student, id)),
        "Only instructors can mark bookings as complete"
    );
    let missed = message(world.bookings.mark_no_show(&student, id));
    assert_eq!(missed, "Only instructors can mark bookings as a no-show");
}

#[test]
fn the_instructor_changes_note_and_place_in_any_state_and_what_is_not_given_stays() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    world.bookings.cancel(&student, id, &reason()).unwrap();
    world.clock.set("2026-07-14T12:00:00Z");
    let note = Some(Note::new("bring the étude").unwrap());
    let place = Some(MeetingLocation::new("Studio 2").unwrap());
    let change = |change: UpdateBooking| world.bookings.update(&teacher.user, id, &change).unwrap().booking;
    let first = change(UpdateBooking { instructor_note: note.clone(), meeting_location: None });
    assert_eq!((&first.instructor_note, &first.meeting_location), (&note, &None));
    let second = change(UpdateBooking { instructor_note: None, meeting_location: place.clone() });
    assert_eq!((&second.instructor_note, &second.meeting_location), (&note, &place));
    assert_eq!(second.updated_at.unwrap().to_string(), "2026-07-14T12:00:00Z");
    let third = change(UpdateBooking::default());
    assert_eq!(third, second);
    assert_eq!(third.status, BookingStatus::Cancelled);
}

#[test]
fn nobody_but_its_instructor_updates_a_booking() {
    let world = World::at(NOW);
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let id = world.book(&student, &teacher, DAY, "10:00").booking.id;
    let nothing = UpdateBooking::default();
    for actor in [student.clone(), world.student("Rita"), world.teacher("Bob").user] {
        assert_eq!(outcome(&world.bookings.update(&actor, id, &nothing)), "NotItsInstructor");
    }
    let unknown = world.bookings.update(&teacher.user, BookingId::new(99).unwrap(), &nothing);
    assert_eq!(outcome(&unknown), "NotFound");
}

#[test]
fn whatever_fails_the_booking_stays_as_it_was() {
    let world = World::with_rules(NOW, BookingRules { allow_early_complete: true });
    let (teacher, student) = (world.free_teacher("Ada"), world.student("Sam"));
    let made = world.book(&student, &teacher, DAY, "10:00");
    let (id, events) = (made.booking.id, world.store.events());
    let change = UpdateBooking { instructor_note: Some(Note::new("x").unwrap()), meeting_location: None };
    let cancel = || outcome(&world.bookings.cancel(&student, id, &reason()));
    let complete = || outcome(&world.bookings.complete(&teacher.user, id));
    let miss = || outcome(&world.bookings.mark_no_show(&teacher.user, id));
    let update = || outcome(&world.bookings.update(&teacher.user, id, &change));
    let actions: [(&str, &dyn Fn() -> String, u32); 4] =
        [("update", &update, 3), ("miss", &miss, 4), ("complete", &complete, 4), ("cancel", &cancel, 6)];
    for (name, action, calls) in actions {
        for fault in [Fault::Begin, Fault::Commit].into_iter().chain((1..=calls).map(Fault::Call)) {
            world.store.fail_next(fault, unavailable);
            assert_eq!(action(), "Storage", "{name} {fault:?}");
            assert_eq!(world.stored(id), made, "{name} {fault:?}");
            assert_eq!(world.store.events(), events, "{name} {fault:?}");
            assert_eq!(world.store.claims_of(student.id).len(), 1, "{name} {fault:?}");
        }
    }
    world.spy.calls();
    assert_eq!(
        (cancel().as_str(), world.spy.calls()),
        ("ok", 6),
        "every call of a cancellation was made to fail"
    );
    assert_eq!(outcome(&world.bookings.create(&student, &lesson(&teacher, DAY, "10:00", 60))), "ok");
}
