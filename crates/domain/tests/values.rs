//! Small values: ids, names, pages, events, filters.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use instainstru_core::{dates::DateRange, grid::TimeRange, length::LessonLength};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, Role, User},
    availability::{Window, blocks_on},
    event::{Aggregate, DomainEvent},
    ids::{AlertId, AnalyticsRunId, BookingId, CatalogueServiceId, CategoryId, InvalidId, UserId, WindowId},
    instructor::{DurationOptions, ExperienceLevel, InstructorFilter},
    page::Page,
    text::{FullName, Tag},
    zone::{UnknownZone, Zone},
};
use jiff::civil::date;

fn user_id() -> UserId {
    UserId::new(7).unwrap()
}

fn user(role: Role, account_status: AccountStatus, is_active: bool) -> User {
    User {
        id: user_id(),
        email: EmailAddress::new("ada@example.com").unwrap(),
        full_name: FullName::new("Ada").unwrap(),
        role,
        is_admin: false,
        is_active,
        account_status,
        credential_version: 1,
        created_at: "2026-07-01T12:00:00Z".parse().unwrap(),
        updated_at: None,
        deleted_at: None,
    }
}

#[test]
fn ids_are_positive_32_bit_numbers() {
    for good in [1, 42, i64::from(i32::MAX)] {
        let id = BookingId::new(good).unwrap();
        assert_eq!(i64::from(id.get()), good);
        assert_eq!(id.to_string(), good.to_string());
    }
    for bad in [0, -1, i64::from(i32::MAX) + 1, i64::MIN] {
        assert_eq!(BookingId::new(bad), Err(InvalidId(bad)));
    }
    assert_eq!(InvalidId(0).to_string(), "0 is not an id; ids are whole numbers from 1 to 2147483647");
}

#[test]
fn roles_states_and_levels_are_read_back_from_their_names() {
    for role in [Role::Student, Role::Instructor] {
        assert_eq!(role.as_str().parse(), Ok(role));
    }
    for status in [AccountStatus::Active, AccountStatus::Suspended, AccountStatus::Deactivated] {
        assert_eq!(status.as_str().parse(), Ok(status));
    }
    for level in [ExperienceLevel::Beginner, ExperienceLevel::Intermediate, ExperienceLevel::Expert] {
        assert_eq!(level.as_str().parse(), Ok(level));
    }
    assert!("admin".parse::<Role>().is_err(), "administration is no role");
    assert!("ACTIVE".parse::<AccountStatus>().is_err());
    let long = "x".repeat(100).parse::<ExperienceLevel>().unwrap_err();
    assert_eq!(long.text.len(), 40, "messages stay short");
}

#[test]
fn only_active_instructors_can_be_booked_and_only_the_deactivated_cannot_log_in() {
    use AccountStatus::{Active, Deactivated, Suspended};
    for (role, status, is_active, bookable, can_log_in) in [
        (Role::Instructor, Active, true, true, true),
        (Role::Instructor, Active, false, false, true),
        (Role::Instructor, Suspended, true, false, true),
        (Role::Instructor, Deactivated, true, false, false),
        (Role::Student, Active, true, false, true),
    ] {
        let user = user(role, status, is_active);
        assert_eq!((user.is_bookable(), user.can_log_in()), (bookable, can_log_in), "{role:?} {status:?}");
    }
}

#[test]
fn pages_count_from_one_and_never_overflow() {
    assert_eq!(Page::numbered(1, 20), Page::first(20));
    assert_eq!(Page::numbered(3, 20).offset, 40);
    assert_eq!(Page::numbered(0, 20).offset, 0);
    assert_eq!(Page::numbered(u32::MAX, u32::MAX).offset, u32::MAX);
}

#[test]
fn every_event_has_a_kind_of_its_own_and_belongs_to_one_thing() {
    let (user, instructor) = (user_id(), UserId::new(9).unwrap());
    let student = user;
    let booking = BookingId::new(5).unwrap();
    let service = CatalogueServiceId::new(3).unwrap();
    let category = CategoryId::new(4).unwrap();
    let run = AnalyticsRunId::new(6).unwrap();
    let alert = AlertId::new(4).unwrap();
    let dates = DateRange::day(date(2026, 7, 15));
    let of_booking = Aggregate::Booking(booking);
    let of_instructor = Aggregate::User(instructor);
    let events = [
        (DomainEvent::UserRegistered { user }, Aggregate::User(user)),
        (DomainEvent::BookingConfirmed { booking, instructor, student }, of_booking),
        (DomainEvent::BookingRescheduled { booking, instructor, student }, of_booking),
        (DomainEvent::BookingCancelled { booking, instructor, student, by: user }, of_booking),
        (DomainEvent::BookingCompleted { booking, instructor, student }, of_booking),
        (DomainEvent::BookingMissed { booking, instructor, student }, of_booking),
        (DomainEvent::AvailabilityChanged { instructor, dates }, of_instructor),
        (DomainEvent::InstructorChanged { instructor }, of_instructor),
        (DomainEvent::CatalogueChanged { service }, Aggregate::CatalogueService(service)),
        (DomainEvent::CategoryChanged { category }, Aggregate::Category(category)),
        (DomainEvent::VocabularyChanged, Aggregate::Vocabulary),
        (DomainEvent::CatalogueRanked { run }, Aggregate::AnalyticsRun(run)),
        (DomainEvent::AlertRaised { alert }, Aggregate::Alert(alert)),
    ];
    for (event, aggregate) in events {
        assert_eq!(event.aggregate(), aggregate, "{event:?}");
    }
    let kinds: BTreeSet<&str> = events.iter().map(|(event, _)| event.kind()).collect();
    assert_eq!(kinds.len(), events.len());
    assert_eq!(of_booking.key(), ("booking", 5));
    assert_eq!(of_instructor.key(), ("user", 9));
    assert_eq!(Aggregate::CatalogueService(service).key(), ("catalogue_service", 3));
    assert_eq!(Aggregate::Category(category).key(), ("category", 4));
    assert_eq!(Aggregate::Vocabulary.key(), ("vocabulary", 1));
    assert_eq!(Aggregate::Alert(alert).key(), ("alert", 4));
}

#[test]
fn the_free_time_of_a_day_is_what_its_windows_hold() {
    let day = date(2026, 7, 15);
    let window = |id, on, range: &str| Window {
        id: WindowId::new(id).unwrap(),
        instructor_id: user_id(),
        date: on,
        range: range.parse::<TimeRange>().unwrap(),
    };
    let windows = [
        window(1, day, "09:00-10:00"),
        window(2, day, "11:00-11:30"),
        window(3, date(2026, 7, 16), "09:00-24:00"),
    ];
    assert_eq!(blocks_on(day, &windows).minutes(), 90);
    assert!(blocks_on(date(2026, 7, 17), &windows).is_empty());
}

#[test]
fn a_filter_is_empty_until_something_is_asked_for() {
    assert!(InstructorFilter::default().is_empty());
    assert!(!InstructorFilter { min_rate_cents: Some(0), ..InstructorFilter::default() }.is_empty());
}

#[test]
fn the_first_duration_option_is_the_one_given_first() {
    let options = DurationOptions::from_minutes(&[90, 30]).unwrap();
    assert_eq!(options.first().minutes(), 90);
    assert!(
        options.contains(LessonLength::from_minutes(30).unwrap()) && !options.contains(LessonLength::HOUR)
    );
    assert_eq!(DurationOptions::one_hour().as_slice(), [LessonLength::HOUR]);
}

#[test]
fn texts_show_themselves_and_zones_name_what_is_wrong() {
    assert_eq!(Tag::new(" kids ").unwrap().to_string(), "kids");
    assert_eq!(Zone::new("Mars/Olympus"), Err(UnknownZone("Mars/Olympus".to_owned())));
    assert_eq!(
        UnknownZone("Mars".to_owned()).to_string(),
        "'Mars' is not an IANA time zone such as America/New_York"
    );
}
