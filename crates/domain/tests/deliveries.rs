//! What administrators can do to a delivery, and who is reminded when.
#![expect(clippy::unwrap_used, reason = "tests")]

use instainstru_core::{
    booking::BookingStatus,
    length::LessonLength,
    money::HourlyRate,
    zone::{DayClock, UtcRange},
};
use instainstru_domain::{
    booking::{Booking, LessonTime, LocationType},
    delivery::{Delivery, DeliveryId, DeliveryRefusal, DeliveryState, ISSUES, MAIL, consumers_of},
    event::{DomainEvent, RecordedEvent},
    ids::{AlertId, BookingId, InstructorServiceId, InvalidId, UserId},
    job::JobRunId,
    reminder::{InvalidLead, ReminderLead},
    zone::Zone,
};
use jiff::{Timestamp, civil::Date};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn user() -> UserId {
    UserId::new(7).unwrap()
}

const NOW: &str = "2026-07-15T12:00:00Z";

fn delivery(state: DeliveryState) -> Delivery {
    let event = DomainEvent::UserRegistered { user: user() };
    Delivery {
        id: DeliveryId::new(1).unwrap(),
        event: RecordedEvent { number: 1, event },
        consumer: MAIL.to_owned(),
        state,
        attempts: 3,
        available_at: at("2026-07-15T13:00:00Z"),
        lease: None,
        last_error: Some("busy".to_owned()),
        created_at: at("2026-07-15T11:00:00Z"),
        settled_at: (state != DeliveryState::Pending).then(|| at("2026-07-15T11:30:00Z")),
    }
}

#[test]
fn a_delivery_that_failed_is_tried_anew() {
    for state in [DeliveryState::Pending, DeliveryState::Dead, DeliveryState::Discarded] {
        let revived = delivery(state).revived(at(NOW)).unwrap();
        assert_eq!((revived.state, revived.attempts), (DeliveryState::Pending, 0));
        assert_eq!((revived.available_at, revived.settled_at), (at(NOW), None));
        assert_eq!(revived.last_error.as_deref(), Some("busy"), "what went wrong is still known");
    }
}

#[test]
fn a_delivery_is_discarded_once() {
    for state in [DeliveryState::Pending, DeliveryState::Dead] {
        let discarded = delivery(state).discarded(at(NOW)).unwrap();
        assert_eq!((discarded.state, discarded.settled_at), (DeliveryState::Discarded, Some(at(NOW))));
        assert_eq!(discarded.clone().discarded(at("2026-07-15T15:00:00Z")).unwrap(), discarded);
    }
}

#[test]
fn what_has_arrived_stays_as_it_is() {
    let arrived = delivery(DeliveryState::Delivered);
    assert_eq!(arrived.clone().revived(at(NOW)), Err(DeliveryRefusal::Delivered));
    assert_eq!(arrived.discarded(at(NOW)), Err(DeliveryRefusal::Delivered));
}

#[test]
fn nobody_takes_a_delivery_out_of_the_hand_of_a_worker() {
    let held = Delivery { lease: Some("worker".to_owned()), ..delivery(DeliveryState::Pending) };
    assert_eq!(held.clone().revived(at(NOW)), Err(DeliveryRefusal::InHand));
    assert_eq!(held.clone().discarded(at(NOW)), Err(DeliveryRefusal::InHand));
    let revived = held.revived(at("2026-07-15T13:00:00Z")).unwrap();
    assert_eq!(revived.lease, None, "the worker is thought dead when its time is over");
}

#[test]
fn long_numbers_are_positive() {
    assert_eq!(DeliveryId::new(i64::MAX).unwrap().get(), i64::MAX);
    assert_eq!(DeliveryId::new(0), Err(InvalidId(0)));
    assert_eq!(JobRunId::new(-1), Err(InvalidId(-1)));
}

#[test]
fn people_are_written_to_about_what_concerns_them() {
    let booking = BookingId::new(1).unwrap();
    let instructor = user();
    assert_eq!(
        consumers_of(&DomainEvent::BookingConfirmed { booking, instructor, student: instructor }),
        [MAIL]
    );
    assert_eq!(consumers_of(&DomainEvent::ReminderDue { booking, hours_before: 24 }), [MAIL]);
    let alert = AlertId::new(1).unwrap();
    assert_eq!(consumers_of(&DomainEvent::AlertRaised { alert }), [MAIL, ISSUES]);
    assert_eq!(consumers_of(&DomainEvent::InstructorChanged { instructor }), [""; 0]);
    assert_eq!(consumers_of(&DomainEvent::VocabularyChanged), [""; 0]);
}

/// An hour on a date in New York, booked and perhaps moved at these instants.
fn lesson(date: &str, range: &str, booked: &str, moved: Option<&str>) -> Booking {
    let (date, range): (Date, _) = (date.parse().unwrap(), range.parse().unwrap());
    let zone = Zone::new_york();
    let instants: UtcRange = DayClock::new(date, zone.tz()).instants(range).unwrap();
    let rate = HourlyRate::from_cents(8_000).unwrap();
    Booking {
        id: BookingId::new(1).unwrap(),
        student_id: user(),
        instructor_id: UserId::new(8).unwrap(),
        instructor_service_id: InstructorServiceId::new(3).unwrap(),
        time: LessonTime { date, range, zone, instants },
        length: LessonLength::HOUR,
        service_name: "Piano".to_owned(),
        hourly_rate: rate,
        total_price: rate.price_of(LessonLength::HOUR),
        service_area: None,
        meeting_location: None,
        location_type: LocationType::default(),
        student_note: None,
        instructor_note: None,
        status: BookingStatus::Confirmed,
        created_at: at(booked),
        updated_at: None,
        moved_at: moved.map(at),
        confirmed_at: Some(at(booked)),
        completed_at: None,
        cancellation: None,
        revision: 0,
    }
}

#[test]
fn a_lead_is_some_hours() {
    for good in [1, 24, 168] {
        assert_eq!(i64::from(ReminderLead::from_hours(good).unwrap().hours()), good);
    }
    for bad in [0, -1, 169, i64::MAX] {
        assert_eq!(ReminderLead::from_hours(bad), Err(InvalidLead(bad)));
    }
    assert_eq!(InvalidLead(0).to_string(), "a reminder is sent 1 to 168 hours before the lesson, not 0");
    assert_eq!(ReminderLead::DAY.to_string(), "24 h");
}

#[test]
fn a_reminder_is_due_from_its_lead_until_the_lesson_begins() {
    // 10:00 in New York is 14:00 UTC in July.
    let lesson = lesson("2026-07-16", "10:00-11:00", "2026-07-01T12:00:00Z", None);
    for (now, is_due) in [
        ("2026-07-15T13:59:59.999999Z", false),
        ("2026-07-15T14:00:00Z", true),
        ("2026-07-16T13:59:59.999999Z", true),
        ("2026-07-16T14:00:00Z", false),
        ("2026-07-16T18:00:00Z", false),
    ] {
        assert_eq!(ReminderLead::DAY.is_due(&lesson, at(now)), is_due, "{now}");
    }
}

#[test]
fn a_day_before_means_24_hours_also_when_clocks_change() {
    // On 8 March 2026 the clocks of New York go forward: 10:00 is 14:00 UTC that day and 15:00 UTC the day before.
    let spring = lesson("2026-03-08", "10:00-11:00", "2026-03-01T12:00:00Z", None);
    assert!(!ReminderLead::DAY.is_due(&spring, at("2026-03-07T13:59:00Z")));
    assert!(ReminderLead::DAY.is_due(&spring, at("2026-03-07T14:00:00Z")), "9:00 on the clock");
    // On 1 November 2026 they go back: 10:00 is 15:00 UTC that day and 14:00 UTC the day before.
    let autumn = lesson("2026-11-01", "10:00-11:00", "2026-10-01T12:00:00Z", None);
    assert!(!ReminderLead::DAY.is_due(&autumn, at("2026-10-31T14:59:00Z")));
    assert!(ReminderLead::DAY.is_due(&autumn, at("2026-10-31T15:00:00Z")), "11:00 on the clock");
    // In the hour that comes twice, the first occurrence counts.
    let twice = lesson("2026-11-01", "01:00-01:30", "2026-10-01T12:00:00Z", None);
    assert!(!ReminderLead::from_hours(1).unwrap().is_due(&twice, at("2026-11-01T03:59:00Z")));
    assert!(ReminderLead::from_hours(1).unwrap().is_due(&twice, at("2026-11-01T04:00:00Z")));
    assert!(!ReminderLead::from_hours(1).unwrap().is_due(&twice, at("2026-11-01T05:00:00Z")));
}

#[test]
fn whoever_books_within_the_lead_needs_no_reminder_of_that_lead() {
    let start = "2026-07-16T14:00:00Z";
    let two_hours = ReminderLead::from_hours(2).unwrap();
    let now = at("2026-07-16T13:50:00Z");
    for (booked, a_day_before, two_hours_before) in [
        ("2026-07-15T13:00:00Z", true, true),
        // A little less than a day before: up to a twenty-fourth of the lead is forgiven.
        ("2026-07-15T15:00:00Z", true, true),
        ("2026-07-15T15:00:00.000001Z", false, true),
        ("2026-07-16T12:00:00Z", false, true),
        ("2026-07-16T12:05:00Z", false, true),
        ("2026-07-16T12:05:00.000001Z", false, false),
    ] {
        let lesson = lesson("2026-07-16", "10:00-11:00", booked, None);
        assert_eq!(lesson.time.instants.start(), at(start));
        assert_eq!(ReminderLead::DAY.is_due(&lesson, now), a_day_before, "{booked}");
        assert_eq!(two_hours.is_due(&lesson, now), two_hours_before, "{booked}");
    }
}

#[test]
fn a_lesson_that_was_moved_counts_from_its_move() {
    let booked = "2026-07-01T12:00:00Z";
    let now = at("2026-07-16T09:00:00Z");
    let early = lesson("2026-07-16", "10:00-11:00", booked, Some("2026-07-10T12:00:00Z"));
    assert!(ReminderLead::DAY.is_due(&early, now));
    let late = lesson("2026-07-16", "10:00-11:00", booked, Some("2026-07-16T08:00:00Z"));
    assert!(!ReminderLead::DAY.is_due(&late, now));
}
