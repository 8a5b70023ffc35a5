//! Contracts of the storage of bookings, one by one.

use instainstru_core::{booking::BookingStatus, length::LessonLength};
use instainstru_domain::{
    booking::{Booking, BookingDetails, Cancellation, LocationType, NewBooking, Party},
    ids::BookingId,
    ports::Transactor,
    text::{CancellationReason, Note},
};
use jiff::civil::date;

use super::{Contract, assert_unexpected, at, attempt, done, named, read};
use crate::builders::{a_booking, a_user, an_instructor, built_at, lesson_time};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "bookings":
        a_booking_is_read_back_as_it_was_stored,
        a_booking_without_options_is_read_back_as_it_was_stored,
        a_lesson_may_end_with_the_day,
        a_lesson_keeps_its_instants_in_every_zone,
        an_unknown_booking_is_none,
        a_booking_is_locked_as_it_is,
        a_cancellation_is_stored,
        an_end_is_stored,
        a_move_is_stored,
        notes_are_stored_and_removed,
        updating_an_unknown_booking_is_unexpected,
        a_booking_keeps_what_it_copied_when_the_service_changes,
    }
}

fn confirmed(id: BookingId, new: NewBooking) -> Booking {
    Booking {
        id,
        student_id: new.student_id,
        instructor_id: new.instructor_id,
        instructor_service_id: new.instructor_service_id,
        time: new.time,
        length: new.length,
        service_name: new.service_name,
        hourly_rate: new.hourly_rate,
        total_price: new.total_price,
        service_area: new.service_area,
        meeting_location: new.meeting_location,
        location_type: new.location_type,
        student_note: new.student_note,
        instructor_note: None,
        status: BookingStatus::Confirmed,
        created_at: new.created_at,
        updated_at: None,
        moved_at: None,
        confirmed_at: Some(new.created_at),
        completed_at: None,
        cancellation: None,
    }
}

#[track_caller]
fn find(tx: &dyn Transactor, id: BookingId) -> BookingDetails {
    read(tx, |uow| uow.bookings().find(id)).expect("a booking that was stored")
}

fn a_booking_is_read_back_as_it_was_stored(tx: &dyn Transactor) {
    let student = a_user(tx).named("Zoë").insert();
    let ada = an_instructor(tx)
        .named("Ada")
        .offering("piano", 75_50, &[45])
        .described("Jazz, mostly")
        .areas(&["Brooklyn", "Soho"])
        .insert();
    let (new, claims) = a_booking(tx)
        .of(&student)
        .with(&ada)
        .at(date(2026, 7, 15), "10:15", 45)
        .note("I'm new.\nПривет 🎹")
        .place(LocationType::StudentHome, "12 Main St; ring \"B\"")
        .created_at(at("2026-07-01T12:00:00.123456Z"))
        .build();
    let stored = done(tx, |uow| uow.bookings().insert(&new, &claims));
    let expected = confirmed(stored.id, new);
    assert_eq!(stored, expected);
    let party = |user: &instainstru_domain::account::User| Party {
        id: user.id,
        full_name: user.full_name.clone(),
        email: user.email.clone(),
    };
    let details = BookingDetails {
        booking: expected,
        student: party(&student),
        instructor: party(&ada.user),
        service_description: Some("Jazz, mostly".into()),
    };
    assert_eq!(find(tx, stored.id), details);
}

fn a_booking_without_options_is_read_back_as_it_was_stored(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 1, &[30]).areas(&[]).insert();
    let (new, claims) = a_booking(tx).with(&ada).at(date(2026, 7, 15), "00:00", 720).build();
    assert_eq!((&new.service_area, &new.meeting_location, &new.student_note), (&None, &None, &None));
    let stored = done(tx, |uow| uow.bookings().insert(&new, &claims));
    let found = find(tx, stored.id);
    assert_eq!(found.booking, confirmed(stored.id, new));
    assert_eq!(found.service_description, None);
}

fn a_lesson_may_end_with_the_day(tx: &dyn Transactor) {
    let lesson = a_booking(tx).at(date(2026, 7, 15), "23:00", 60).insert();
    let found = find(tx, lesson.id).booking;
    assert_eq!(found.time.range.to_string(), "23:00-24:00");
    assert_eq!(found.time.instants.end(), at("2026-07-16T04:00:00Z"));
}

fn a_lesson_keeps_its_instants_in_every_zone(tx: &dyn Transactor) {
    for (zone, day, start, instant) in [
        ("America/New_York", date(2026, 11, 1), "00:30", "2026-11-01T04:30:00Z"),
        ("Pacific/Auckland", date(2026, 7, 15), "08:00", "2026-07-14T20:00:00Z"),
        ("Asia/Kathmandu", date(2026, 12, 31), "23:00", "2026-12-31T17:15:00Z"),
    ] {
        let ada = an_instructor(tx).zone(zone).offering("piano", 75_00, &[60]).insert();
        let lesson = a_booking(tx).with(&ada).at(day, start, 60).insert();
        let found = find(tx, lesson.id).booking;
        assert_eq!(found, lesson);
        assert_eq!((found.time.zone.name(), found.time.date), (zone, day));
        assert_eq!(found.time.instants.start(), at(instant));
    }
}

fn an_unknown_booking_is_none(tx: &dyn Transactor) {
    let _another = a_booking(tx).insert();
    let unknown = BookingId::new(i64::from(i32::MAX)).unwrap();
    assert_eq!(read(tx, |uow| uow.bookings().find(unknown)), None);
    assert_eq!(done(tx, |uow| uow.bookings().lock(unknown)), None);
}

fn a_booking_is_locked_as_it_is(tx: &dyn Transactor) {
    let lesson = a_booking(tx).note("First lesson").insert();
    assert_eq!(done(tx, |uow| uow.bookings().lock(lesson.id)), Some(lesson.clone()));
    let missed = a_booking(tx).missed().insert();
    done(tx, |uow| {
        assert_eq!(uow.bookings().lock(missed.id)?, Some(missed.clone()));
        assert_eq!(uow.bookings().lock(missed.id)?, Some(missed.clone()), "twice is fine");
        Ok(())
    });
    assert_eq!(find(tx, lesson.id).booking, lesson);
}

fn a_cancellation_is_stored(tx: &dyn Transactor) {
    let (lesson, other) = (a_booking(tx).insert(), a_booking(tx).insert());
    let cancellation = Cancellation {
        at: at("2026-07-10T08:00:00.000001Z"),
        by: lesson.instructor_id,
        reason: CancellationReason::new("Ill 🤒, sorry").unwrap(),
    };
    let cancelled = lesson.cancelled(cancellation).unwrap();
    done(tx, |uow| uow.bookings().update(&cancelled));
    assert_eq!(find(tx, cancelled.id).booking, cancelled);
    assert_eq!(find(tx, other.id).booking, other);
}

fn an_end_is_stored(tx: &dyn Transactor) {
    let after = at("2026-07-15T15:00:00Z");
    for ended in
        [a_booking(tx).insert().completed(after).unwrap(), a_booking(tx).insert().missed(after).unwrap()]
    {
        done(tx, |uow| uow.bookings().update(&ended));
        assert_eq!(find(tx, ended.id).booking, ended);
    }
    let waiting = a_booking(tx).pending().insert();
    assert_eq!(find(tx, waiting.id).booking.status, BookingStatus::Pending);
}

fn a_move_is_stored(tx: &dyn Transactor) {
    let lesson = a_booking(tx).insert();
    let length = LessonLength::from_minutes(90).unwrap();
    let time = lesson_time(&lesson.time.zone, date(2027, 1, 2), "22:30", 90);
    let moved = lesson.moved(time, length, at("2026-07-10T08:00:00Z")).unwrap();
    done(tx, |uow| uow.bookings().update(&moved));
    let found = find(tx, moved.id).booking;
    assert_eq!(found.total_price.get(), 11_250);
    assert_eq!(found, moved);
}

fn notes_are_stored_and_removed(tx: &dyn Transactor) {
    let lesson = a_booking(tx).note("See you!").insert();
    let updated_at = Some(at("2026-07-10T08:00:00Z"));
    let noted = Booking {
        instructor_note: Some(Note::new("Bring music").unwrap()),
        student_note: None,
        updated_at,
        ..lesson.clone()
    };
    for booking in [noted, Booking { updated_at, ..lesson }] {
        done(tx, |uow| uow.bookings().update(&booking));
        assert_eq!(find(tx, booking.id).booking, booking);
    }
}

fn updating_an_unknown_booking_is_unexpected(tx: &dyn Transactor) {
    let ghost = Booking { id: BookingId::new(i64::from(i32::MAX)).unwrap(), ..a_booking(tx).insert() };
    assert_unexpected(attempt(tx, |uow| uow.bookings().update(&ghost)));
}

fn a_booking_keeps_what_it_copied_when_the_service_changes(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).described("Jazz, mostly").insert();
    let lesson = a_booking(tx).with(&ada).insert();
    let mut offer = ada.services[0].offer.clone();
    offer.terms = crate::builders::terms(20_000, &[30]);
    done(tx, |uow| uow.instructors().update_service(ada.services[0].id, &offer, true, built_at()));
    let found = find(tx, lesson.id);
    assert_eq!(found.booking, lesson);
    assert_eq!(found.service_description, None, "the description is that of today");
}
