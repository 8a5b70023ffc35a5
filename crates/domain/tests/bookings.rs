//! What can be done to a booking, and what follows.
#![expect(clippy::unwrap_used, reason = "tests")]

use instainstru_core::{
    booking::BookingStatus,
    length::LessonLength,
    money::{Cents, HourlyRate},
    zone::{DayClock, UtcRange},
};
use instainstru_domain::{
    booking::{Booking, Cancellation, LessonTime, LocationType},
    ids::{BookingId, InstructorServiceId, UserId},
    text::CancellationReason,
    zone::Zone,
};
use jiff::{Timestamp, civil::date};

fn user(id: i64) -> UserId {
    UserId::new(id).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn time(range: &str) -> LessonTime {
    let (day, range, zone) = (date(2026, 7, 15), range.parse().unwrap(), Zone::new_york());
    let instants: UtcRange = DayClock::new(day, zone.tz()).instants(range).unwrap();
    LessonTime { date: day, range, zone, instants }
}

fn booking(status: BookingStatus) -> Booking {
    let rate = HourlyRate::from_cents(8_000).unwrap();
    Booking {
        id: BookingId::new(1).unwrap(),
        student_id: user(1),
        instructor_id: user(2),
        instructor_service_id: InstructorServiceId::new(3).unwrap(),
        time: time("10:00-11:00"),
        length: LessonLength::HOUR,
        service_name: "Piano".to_owned(),
        hourly_rate: rate,
        total_price: rate.price_of(LessonLength::HOUR),
        service_area: None,
        meeting_location: None,
        location_type: LocationType::default(),
        student_note: None,
        instructor_note: None,
        status,
        created_at: at("2026-07-01T12:00:00Z"),
        updated_at: None,
        moved_at: None,
        confirmed_at: None,
        completed_at: None,
        cancellation: None,
    }
}

fn cancellation() -> Cancellation {
    Cancellation {
        at: at("2026-07-02T12:00:00Z"),
        by: user(1),
        reason: CancellationReason::new("ill").unwrap(),
    }
}

#[test]
fn only_the_two_parties_are_parties() {
    let booking = booking(BookingStatus::Confirmed);
    assert!(booking.is_party(user(1)) && booking.is_party(user(2)) && !booking.is_party(user(3)));
}

#[test]
fn a_cancelled_booking_says_who_when_and_why() {
    let cancelled = booking(BookingStatus::Confirmed).cancelled(cancellation()).unwrap();
    assert_eq!(cancelled.status, BookingStatus::Cancelled);
    assert_eq!(cancelled.cancellation, Some(cancellation()));
    assert_eq!(cancelled.updated_at, Some(cancellation().at));
    assert!(cancelled.cancelled(cancellation()).is_err(), "once is enough");
}

#[test]
fn a_lesson_ends_as_completed_or_missed_but_not_both() {
    let now = at("2026-07-15T16:00:00Z");
    let completed = booking(BookingStatus::Confirmed).completed(now).unwrap();
    assert_eq!((completed.status, completed.completed_at), (BookingStatus::Completed, Some(now)));
    assert!(completed.missed(now).is_err());
    let missed = booking(BookingStatus::Confirmed).missed(now).unwrap();
    assert_eq!(
        (missed.status, missed.completed_at, missed.updated_at),
        (BookingStatus::NoShow, None, Some(now))
    );
    assert!(missed.completed(now).is_err());
}

#[test]
fn a_moved_booking_keeps_its_rate_and_its_price_follows_its_length() {
    let now = at("2026-07-03T12:00:00Z");
    let half = LessonLength::from_minutes(30).unwrap();
    let moved = booking(BookingStatus::Confirmed).moved(time("12:00-12:30"), half, now).unwrap();
    assert_eq!(moved.time, time("12:00-12:30"));
    assert_eq!((moved.length, moved.total_price), (half, Cents::new(4_000).unwrap()));
    assert_eq!((moved.status, moved.updated_at), (BookingStatus::Confirmed, Some(now)));
    for over in [BookingStatus::Completed, BookingStatus::Cancelled, BookingStatus::NoShow] {
        assert!(booking(over).moved(time("12:00-12:30"), half, now).is_err(), "{over}");
    }
}

#[test]
fn every_kind_of_place_has_a_name_for_machines_and_one_for_people() {
    for (place, name, display) in [
        (LocationType::StudentHome, "student_home", "Student's Home"),
        (LocationType::InstructorLocation, "instructor_location", "Instructor's Location"),
        (LocationType::Neutral, "neutral", "Neutral Location"),
    ] {
        assert_eq!((place.as_str(), place.display()), (name, display));
        assert_eq!(name.parse(), Ok(place));
    }
    let error = "moon".parse::<LocationType>().unwrap_err().to_string();
    assert_eq!(error, "'moon' is not one of student_home, instructor_location, neutral");
}
