//! What is stored against the rules of the domain is reported with its place, and never repaired in silence.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    event::DomainEvent,
    ports::{StorageError, TransactorExt, UnitOfWork},
};
use instainstru_test_support::builders::{a_booking, a_user, an_instructor, built_at};
use jiff::civil::date;

use crate::databases::{Fresh, on_both_databases};

on_both_databases! {
    an_invalid_account_is_named,
    an_invalid_profile_is_named,
    an_invalid_service_is_named,
    an_invalid_booking_is_named,
    an_invalid_event_is_named,
    moments_keep_their_microseconds_and_dates_their_order,
}

/// Reads what must not be readable and returns the causes.
#[track_caller]
fn complaint<T>(fresh: &Fresh, read: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> String {
    match fresh.reading::<T, StorageError>(read) {
        Err(StorageError::Unexpected(source)) => source.to_string(),
        Err(other) => panic!("an unexpected error, not {other:?}"),
        Ok(_) => panic!("what breaks a rule cannot be read"),
    }
}

fn an_invalid_account_is_named(fresh: &Fresh) {
    let user = a_user(fresh).insert();
    fresh.sql(&format!("UPDATE users SET email = 'no address' WHERE id = {}", user.id));
    let said = complaint(fresh, |uow| uow.users().find(user.id));
    assert_eq!(said, format!("users {} holds an invalid email", user.id));
}

fn an_invalid_profile_is_named(fresh: &Fresh) {
    let ada = an_instructor(fresh).insert();
    fresh.sql("UPDATE instructor_profiles SET timezone = 'Mars/Olympus'");
    let said = complaint(fresh, |uow| uow.instructors().find(ada.user.id));
    assert_eq!(said, format!("instructor_profiles {} holds an invalid timezone", ada.profile.id));
}

fn an_invalid_service_is_named(fresh: &Fresh) {
    let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
    let id = ada.services[0].id;
    for (column, value, valid) in [
        ("duration_options", "[61]", "[60]"),
        ("levels_taught", "[1]", "[]"),
        ("age_groups", "[\"\"]", "[\"adults\"]"),
    ] {
        fresh.sql(&format!("UPDATE instructor_services SET {column} = '{value}'"));
        let said = complaint(fresh, |uow| uow.instructors().find_service(id));
        assert_eq!(said, format!("instructor_services {id} holds an invalid {column}"));
        fresh.sql(&format!("UPDATE instructor_services SET {column} = '{valid}'"));
    }
}

fn an_invalid_booking_is_named(fresh: &Fresh) {
    let booking = a_booking(fresh).insert();
    fresh.sql("UPDATE bookings SET duration_minutes = 7");
    let said = complaint(fresh, |uow| uow.bookings().find(booking.id));
    assert_eq!(said, format!("bookings {} holds an invalid duration_minutes", booking.id));
}

fn an_invalid_event_is_named(fresh: &Fresh) {
    let user = a_user(fresh).insert().id;
    for event in [DomainEvent::UserRegistered { user }, DomainEvent::InstructorChanged { instructor: user }] {
        fresh.transaction::<_, StorageError>(|uow| uow.outbox().push(&event, built_at())).unwrap();
    }
    let last = fresh.reading::<_, StorageError>(|uow| uow.outbox().last_number()).unwrap();
    for (column, value, valid) in [
        ("payload", "{\"user\": 7}", "{\"instructor\": 7}"),
        ("event_type", "instructor.vanished", "instructor.changed"),
    ] {
        fresh.sql(&format!("UPDATE outbox SET {column} = '{value}' WHERE id = {last}"));
        let said = complaint(fresh, |uow| uow.outbox().events(0, 100));
        assert_eq!(said, format!("outbox {last} holds an invalid {column}"));
        fresh.sql(&format!("UPDATE outbox SET {column} = '{valid}' WHERE id = {last}"));
    }
}

fn moments_keep_their_microseconds_and_dates_their_order(fresh: &Fresh) {
    for moment in ["1969-12-31T23:59:59.999999Z", "2026-07-01T12:00:00.123456Z", "9998-12-31T23:59:59Z"] {
        let user = a_user(fresh).created_at(moment.parse().unwrap()).insert();
        let found = fresh.reading::<_, StorageError>(|uow| uow.users().find(user.id)).unwrap().unwrap();
        assert_eq!(found.created_at, moment.parse().unwrap());
    }
    let ada = an_instructor(fresh)
        .publishing(date(1, 1, 1), "09:00-10:00")
        .publishing(date(2026, 2, 28), "09:00-10:00")
        .publishing(date(9999, 12, 31), "09:00-24:00")
        .insert();
    let all = DateRange::new(date(-9999, 1, 1), date(9999, 12, 31)).unwrap();
    let windows =
        fresh.reading::<_, StorageError>(|uow| uow.availability().windows(ada.user.id, all)).unwrap();
    let dates: Vec<_> = windows.iter().map(|window| window.date).collect();
    assert_eq!(dates, [date(1, 1, 1), date(2026, 2, 28), date(9999, 12, 31)]);
}
