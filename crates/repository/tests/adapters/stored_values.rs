//! What is stored against the rules of the domain is reported with its place, and never repaired in silence.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    editorial::Origin,
    event::{DomainEvent, RecordedEvent, UnreadableEvent},
    ports::{StorageError, TransactorExt, UnitOfWork},
    vocabulary::{Meaning, NewAlias, Phrase},
};
use instainstru_test_support::builders::{a_booking, a_user, an_instructor, built_at};
use jiff::civil::date;

use crate::databases::{Fresh, on_both_databases};

on_both_databases! {
    an_invalid_account_is_named,
    an_invalid_profile_is_named,
    an_invalid_service_is_named,
    an_invalid_booking_is_named,
    an_event_that_cannot_be_read_hides_no_other,
    events_of_bookings_from_before_both_parties_were_named_are_completed,
    an_invalid_word_is_named,
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

fn push(fresh: &Fresh, event: DomainEvent) {
    fresh.transaction::<_, StorageError>(|uow| uow.outbox().push(&event, built_at())).unwrap();
}

fn events(fresh: &Fresh) -> Vec<Result<RecordedEvent, UnreadableEvent>> {
    fresh.reading::<_, StorageError>(|uow| uow.outbox().events(0, 100)).unwrap()
}

fn an_event_that_cannot_be_read_hides_no_other(fresh: &Fresh) {
    let user = a_user(fresh).insert().id;
    let good = DomainEvent::UserRegistered { user };
    for event in [good, DomainEvent::InstructorChanged { instructor: user }, good] {
        push(fresh, event);
    }
    let whole = events(fresh);
    let number = whole[1].as_ref().unwrap().number;
    for (column, value, valid, reason) in [
        ("payload", "{\"user\": 7}", "{\"instructor\": 7}", "no number instructor"),
        ("event_type", "instructor.vanished", "instructor.changed", "no event is called instructor.vanished"),
    ] {
        fresh.sql(&format!("UPDATE outbox SET {column} = '{value}' WHERE id = {number}"));
        let found = events(fresh);
        assert_eq!(found[1], Err(UnreadableEvent { number, reason: reason.to_owned() }));
        assert_eq!([&found[0], &found[2]], [&whole[0], &whole[2]]);
        fresh.sql(&format!("UPDATE outbox SET {column} = '{valid}' WHERE id = {number}"));
    }
}

fn events_of_bookings_from_before_both_parties_were_named_are_completed(fresh: &Fresh) {
    let booking = a_booking(fresh).insert();
    let event = DomainEvent::BookingConfirmed {
        booking: booking.id,
        instructor: booking.instructor_id,
        student: booking.student_id,
    };
    push(fresh, event);
    push(fresh, DomainEvent::VocabularyChanged);
    let old = format!(r#"{{"booking": {}, "instructor": {}}}"#, booking.id, booking.instructor_id);
    fresh.sql(&format!("UPDATE outbox SET payload = '{old}' WHERE event_type = 'booking.confirmed'"));
    assert!(events(fresh)[0].is_err());
    let up = if fresh.is_postgres() {
        include_str!(
            "../../../../migrations/postgres/2026-11-21-000007_create_vocabulary_and_search_history/up.sql"
        )
    } else {
        include_str!(
            "../../../../migrations/sqlite/2026-11-21-000007_create_vocabulary_and_search_history/up.sql"
        )
    };
    fresh.sql(up.split_once("-- Events of bookings").unwrap().1.split_once('\n').unwrap().1);
    let found: Vec<_> = events(fresh).into_iter().map(|recorded| recorded.unwrap().event).collect();
    assert_eq!(found, [event, DomainEvent::VocabularyChanged]);
}

fn an_invalid_word_is_named(fresh: &Fresh) {
    let new =
        [NewAlias { phrase: Phrase::new("keys").unwrap(), meaning: Meaning::Weak, origin: Origin::Admin }];
    fresh.transaction::<_, StorageError>(|uow| uow.vocabulary().insert_aliases(&new, built_at())).unwrap();
    let id = fresh.reading::<_, StorageError>(|uow| uow.vocabulary().aliases()).unwrap()[0].id;
    fresh.sql("UPDATE search_aliases SET phrase = '!!'");
    let said = complaint(fresh, |uow| uow.vocabulary().aliases());
    assert_eq!(said, format!("search_aliases {id} holds an invalid phrase"));
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
