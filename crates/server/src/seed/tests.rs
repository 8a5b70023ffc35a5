//! Seeding a store in memory, where every rule holds as it does in a database.

use std::sync::Arc;

use instainstru_core::{booking::BookingStatus, dates::DateRange, week::WeekStart, zone::UtcRange};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, Password},
    booking::{BookingDetails, BookingFilter, BookingOrder, Side},
    ids::UserId,
    page::Page,
    ports::{Clock, PasswordHasher, StorageError, Transactor, TransactorExt},
};
use instainstru_service::public::{PublicRules, PublicService, PublicUseCases, StartTimesQuery};
use instainstru_test_support::{clock::FixedClock, memory::MemoryStore, security::PlainHasher};

use super::*;

/// A Wednesday morning in New York.
const NOW: &str = "2026-07-15T14:00:00Z";

struct Seeded {
    store: Arc<MemoryStore>,
    clock: Arc<FixedClock>,
    people: DemoPeople,
}

impl Seeded {
    fn seeder(&self) -> DemoSeeder {
        DemoSeeder::new(self.store.clone(), Arc::new(PlainHasher::default()), self.clock.clone())
    }

    fn content(&self) -> ContentSeeder {
        ContentSeeder::new(self.store.clone(), self.clock.clone())
    }

    fn with_catalogue() -> Self {
        let seeded = Self {
            store: Arc::new(MemoryStore::default()),
            clock: Arc::new(FixedClock::at(NOW)),
            people: DemoPeople::from_files().unwrap(),
        };
        assert!(seeded.content().store().unwrap());
        seeded
    }

    fn with_people() -> (Self, StoredPeople) {
        let seeded = Self::with_catalogue();
        let stored = seeded.seeder().store(&seeded.people).unwrap();
        (seeded, stored)
    }

    fn id(&self, email: &EmailAddress) -> UserId {
        let found = self.store.reading(|uow| uow.users().find_credentials(email)).unwrap();
        found.unwrap().user.id
    }

    fn lessons(&self, side: Side) -> Vec<BookingDetails> {
        let filter =
            BookingFilter { side, status: None, from: None, until: None, order: BookingOrder::SoonestFirst };
        self.store.reading(|uow| uow.bookings().list(&filter, Page::first(1000))).unwrap().items
    }
}

#[test]
fn the_content_is_written_once() {
    let seeded = Seeded::with_catalogue();
    assert!(!seeded.content().store().unwrap());
    let stored =
        seeded.store.reading(|uow| Ok::<_, StorageError>(uow.vocabulary().aliases()?.len())).unwrap();
    let content = content().unwrap();
    assert!(stored > 5_000 && stored <= content.words.len(), "{stored}");
}

#[test]
fn everybody_is_stored_and_can_log_in_with_the_demo_password() {
    let (seeded, stored) = Seeded::with_people();
    assert_eq!(stored.instructors, seeded.people.instructors.len());
    assert_eq!(stored.students, seeded.people.students.len());
    assert!(seeded.seeder().is_done().unwrap());
    for email in [DEMO_INSTRUCTOR, DEMO_STUDENT] {
        let email = EmailAddress::new(email).unwrap();
        let found = seeded.store.reading(|uow| uow.users().find_credentials(&email)).unwrap().unwrap();
        let password = Password::new(DEMO_PASSWORD).unwrap();
        assert!(PlainHasher::default().verify(&password, &found.password_hash).unwrap());
    }
}

#[test]
fn instructors_are_in_the_state_their_file_says_and_publish_four_weeks() {
    let (seeded, _stored) = Seeded::with_people();
    for demo in &seeded.people.instructors {
        let id = seeded.id(&demo.email);
        let instructor = seeded.store.reading(|uow| uow.instructors().find(id)).unwrap().unwrap();
        assert_eq!(instructor.user.account_status, demo.status, "{}", demo.email);
        assert_eq!(instructor.profile.details, demo.profile.details);
        assert_eq!(instructor.services.len(), demo.profile.services.len());
        let today = demo.profile.details.zone.date_at(seeded.clock.now());
        let dates = DateRange::of_days(WeekStart::containing(today).monday(), 28);
        let windows = seeded.store.reading(|uow| uow.availability().windows(id, dates)).unwrap();
        let minutes: u32 = windows.iter().map(|window| u32::from(window.range.minutes())).sum();
        assert_eq!(minutes, 4 * demo.week.minutes(), "{}", demo.email);
    }
}

#[test]
fn lessons_ahead_are_few_and_those_behind_are_completed() {
    let (seeded, stored) = Seeded::with_people();
    let now = seeded.clock.now();
    let mut behind = 0;
    for demo in &seeded.people.instructors {
        let lessons = seeded.lessons(Side::Instructor(seeded.id(&demo.email)));
        let (past, ahead): (Vec<_>, Vec<_>) =
            lessons.iter().partition(|lesson| lesson.booking.time.instants.start() < now);
        assert!(past.iter().all(|lesson| lesson.booking.status == BookingStatus::Completed));
        assert!(ahead.iter().all(|lesson| lesson.booking.status == BookingStatus::Confirmed));
        let expected = if demo.status == AccountStatus::Active { 1..=3 } else { 0..=0 };
        assert!(expected.contains(&ahead.len()), "{}: {}", demo.email, ahead.len());
        for lesson in ahead {
            let notice = demo.profile.details.notice.earliest_start(now);
            assert!(lesson.booking.time.instants.start() >= notice, "{}", demo.email);
            let week = &demo.week;
            assert!(week.day(lesson.booking.time.date.weekday()).covers(lesson.booking.time.range));
        }
        behind += past.len();
    }
    assert!(behind > 50, "{behind}");
    assert!(stored.lessons > behind);
}

#[test]
fn nobody_is_in_two_lessons_at_once() {
    let (seeded, stored) = Seeded::with_people();
    let mut counted = 0;
    for email in seeded.people.students.iter().map(|student| &student.email) {
        let mut times: Vec<UtcRange> = seeded
            .lessons(Side::Student(seeded.id(email)))
            .iter()
            .map(|lesson| lesson.booking.time.instants)
            .collect();
        counted += times.len();
        times.sort_by_key(|time| time.start());
        assert!(times.windows(2).all(|pair| !pair[0].overlaps(pair[1])), "{email}");
    }
    assert_eq!(counted, stored.lessons);
}

#[test]
fn what_is_booked_is_no_longer_offered_and_something_still_is() {
    let (seeded, _stored) = Seeded::with_people();
    let public = PublicService::new(seeded.store.clone(), seeded.clock.clone(), PublicRules::default());
    let instructor = seeded.id(&EmailAddress::new(DEMO_INSTRUCTOR).unwrap());
    let query = StartTimesQuery {
        instructor,
        start_date: "2026-07-15".parse().unwrap(),
        end_date: None,
        duration_minutes: 60,
        service: None,
        step_minutes: None,
    };
    let offered = public.start_times(&query).unwrap();
    assert!(offered.days.len() > 10, "{offered:?}");
    let lessons = seeded.lessons(Side::Instructor(instructor));
    let ahead = lessons.iter().find(|lesson| lesson.booking.status == BookingStatus::Confirmed).unwrap();
    let time = &ahead.booking.time;
    let of_that_day = offered.days.iter().find(|(date, _starts)| *date == time.date);
    assert!(of_that_day.is_none_or(|(_date, starts)| !starts.contains(&time.range.start())));
}

#[test]
fn an_address_in_use_keeps_its_account_and_the_others_are_stored() {
    let (seeded, first) = Seeded::with_people();
    let again = seeded.seeder().store(&seeded.people).unwrap();
    assert_eq!(again, StoredPeople::default());
    assert!(first.lessons > 0);
}

#[test]
fn without_a_catalogue_nobody_is_stored() {
    let store = Arc::new(MemoryStore::default());
    let seeder =
        DemoSeeder::new(store.clone(), Arc::new(PlainHasher::default()), Arc::new(FixedClock::at(NOW)));
    let error = seeder.store(&DemoPeople::from_files().unwrap()).unwrap_err();
    assert!(format!("{error:#}").contains(DEMO_INSTRUCTOR), "{error:#}");
    assert!(!seeder.is_done().unwrap(), "the transaction was rolled back");
    let transactor: &dyn Transactor = &*store;
    let student = EmailAddress::new(DEMO_STUDENT).unwrap();
    assert!(transactor.reading(|uow| uow.users().find_credentials(&student)).unwrap().is_none());
}

#[test]
fn seeding_the_same_morning_gives_the_same_lessons() {
    let lessons = || {
        let (seeded, _stored) = Seeded::with_people();
        let emails: Vec<_> = seeded.people.students.iter().map(|student| student.email.clone()).collect();
        emails
            .iter()
            .flat_map(|email| seeded.lessons(Side::Student(seeded.id(email))))
            .map(|lesson| (lesson.booking.time, lesson.student.email, lesson.instructor.email))
            .collect::<Vec<_>>()
    };
    assert_eq!(lessons(), lessons());
}
