//! A small marketplace in memory: a catalogue, people, and short ways to say what a test is about.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test whose arrangement fails has failed"
)]
#![expect(clippy::needless_pass_by_value, reason = "commands read better without a reference")]

pub(crate) mod spy;

use std::sync::Arc;

use instainstru_core::{
    blocks::BlockSet,
    grid::{GridTime, TimeRange},
    length::{Buffer, LessonLength, Notice},
    money::HourlyRate,
};
use instainstru_domain::{
    account::{AccountStatus, EmailAddress, NewUser, PasswordHash, Role, User},
    booking::{BookingDetails, LocationType},
    catalogue::{CatalogueEntry, CatalogueService, CategoryFacts, ServiceFacts},
    event::DomainEvent,
    ids::{BookingId, CatalogueServiceId, InstructorServiceId, UserId},
    instructor::{Areas, DurationOptions, Instructor, InstructorService, ProfileDetails},
    ports::{Clock, StorageError, TransactorExt, UnitOfWork},
    text::FullName,
    zone::Zone,
};
use instainstru_service::{
    bookings::{
        Alternative, BookingError, BookingRules, BookingService, BookingUseCases, CheckTime, CreateBooking,
        Reschedule,
    },
    instructors::{
        CatalogueRef, CreateProfile, InstructorUseCases, InstructorsService, ServiceDraft, UpdateProfile,
    },
};
use instainstru_test_support::{clock::FixedClock, memory::MemoryStore};
use jiff::civil::Date;

/// Monday; most tests are about Wednesday, two days later.
pub(crate) const NOW: &str = "2026-07-13T12:00:00Z";
/// The Wednesday most tests are about.
pub(crate) const DAY: &str = "2026-07-15";

/// Everything there is.
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) clock: FixedClock,
    pub(crate) spy: Arc<spy::Spy>,
    pub(crate) bookings: BookingService,
    pub(crate) instructors: InstructorsService,
}

/// What a test says about an instructor; the rest is ordinary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) zone: &'static str,
    pub(crate) notice_hours: i64,
    pub(crate) buffer_minutes: i64,
    pub(crate) durations: &'static [i64],
    pub(crate) rate_cents: i64,
    pub(crate) areas: &'static [&'static str],
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            zone: Zone::DEFAULT,
            notice_hours: 0,
            buffer_minutes: 0,
            durations: &[30, 60, 90],
            rate_cents: 10_000,
            areas: &["Brooklyn", "Upper West Side"],
        }
    }
}

/// An instructor who teaches the piano.
#[derive(Debug, Clone)]
pub(crate) struct Teacher {
    pub(crate) user: User,
    pub(crate) service: InstructorServiceId,
}

impl World {
    /// A marketplace at this instant.
    pub(crate) fn at(now: &str) -> Self {
        Self::with_rules(now, BookingRules::default())
    }

    pub(crate) fn with_rules(now: &str, rules: BookingRules) -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at(now));
        let spy = Arc::new(spy::Spy::new(store.clone()));
        let world = Self {
            bookings: BookingService::new(spy.clone(), Arc::new(clock.clone()), rules),
            instructors: InstructorsService::new(spy.clone(), Arc::new(clock.clone())),
            spy,
            store,
            clock,
        };
        world.stock_catalogue();
        world
    }

    /// Changes the store past all use cases.
    pub(crate) fn write<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.transaction(|uow| work(uow)).unwrap()
    }

    fn stock_catalogue(&self) {
        let category = |slug: &str, name: &str, display_order| CategoryFacts {
            slug: slug.into(),
            name: name.into(),
            subtitle: None,
            description: None,
            display_order,
            icon_name: None,
        };
        let entry = |category: &str, slug: &str, name: &str, display_order| CatalogueEntry {
            category_slug: category.into(),
            facts: ServiceFacts {
                slug: slug.into(),
                name: name.into(),
                description: None,
                search_terms: vec![],
                display_order,
                online_capable: true,
                requires_certification: false,
                typical_price: None,
            },
            related_slugs: vec![],
        };
        let at = self.clock.now();
        self.write(|uow| {
            uow.catalogue().upsert_categories(
                &[
                    category("music", "Music", 2),
                    category("language", "Languages & Speech", 1),
                    category("kids", "Kids", 3),
                ],
                at,
            )?;
            uow.catalogue().upsert_services(
                &[
                    entry("music", "piano", "Piano", 1),
                    entry("music", "guitar", "Guitar", 2),
                    entry("music", "violin", "Violin", 3),
                    entry("music", "theremin", "Theremin", 4),
                    entry("language", "spanish", "Spanish", 1),
                    entry("language", "french", "Français", 2),
                ],
                at,
            )
        });
        self.store.set_catalogue_service_active(self.entry("Theremin").id, false);
    }

    /// A service of the catalogue, active or not.
    pub(crate) fn entry(&self, name: &str) -> CatalogueService {
        let ids: Vec<CatalogueServiceId> = (1..=6).map(|id| CatalogueServiceId::new(id).unwrap()).collect();
        let all = self.write(|uow| uow.catalogue().find(&ids));
        all.into_iter().find(|entry| entry.facts.name == name).unwrap()
    }

    fn account(&self, name: &str, role: Role) -> User {
        let user = NewUser {
            email: EmailAddress::new(&format!("{}@example.com", name.to_lowercase().replace(' ', ".")))
                .unwrap(),
            password_hash: PasswordHash::new("none".into()),
            full_name: FullName::new(name).unwrap(),
            role,
            account_status: AccountStatus::Active,
            created_at: self.clock.now(),
        };
        self.write(|uow| uow.users().insert(&user))
    }

    /// Somebody who books.
    pub(crate) fn student(&self, name: &str) -> User {
        self.account(name, Role::Student)
    }

    /// Somebody who teaches the piano under these conditions.
    pub(crate) fn teacher_with(&self, name: &str, setup: Setup) -> Teacher {
        let user = self.account(name, Role::Student);
        let command = CreateProfile {
            details: details(setup),
            services: vec![ServiceDraft {
                durations: DurationOptions::from_minutes(setup.durations).unwrap(),
                ..draft("Piano", setup.rate_cents)
            }],
        };
        let instructor = self.instructors.create_profile(&user, &command).unwrap();
        Teacher { user: instructor.user, service: instructor.services[0].id }
    }

    /// Somebody who teaches the piano.
    pub(crate) fn teacher(&self, name: &str) -> Teacher {
        self.teacher_with(name, Setup::default())
    }

    /// A teacher who is free all of [`DAY`].
    pub(crate) fn free_teacher(&self, name: &str) -> Teacher {
        let teacher = self.teacher(name);
        self.publish(&teacher, DAY, &["00:00-24:00"]);
        teacher
    }

    /// Makes the free time of one date exactly these ranges.
    pub(crate) fn publish(&self, teacher: &Teacher, day: &str, ranges: &[&str]) {
        let blocks: BlockSet = ranges.iter().map(|range| range.parse::<TimeRange>().unwrap()).collect();
        let at = self.clock.now();
        self.write(|uow| uow.availability().replace(teacher.user.id, &[(date(day), blocks)], at));
    }

    pub(crate) fn block(&self, teacher: &Teacher, day: &str) {
        let at = self.clock.now();
        self.write(|uow| uow.availability().insert_blackout(teacher.user.id, date(day), None, at));
    }

    /// Books an hour that must be free.
    pub(crate) fn book(&self, student: &User, teacher: &Teacher, day: &str, start: &str) -> BookingDetails {
        self.bookings.create(student, &lesson(teacher, day, start, 60)).unwrap()
    }

    /// The account as it is now.
    pub(crate) fn account_of(&self, user: &User) -> User {
        self.write(|uow| uow.users().find(user.id)).unwrap()
    }

    /// Sets the account status past all rules.
    pub(crate) fn set_status(&self, user: &User, status: AccountStatus) {
        let account = User { account_status: status, ..self.account_of(user) };
        self.write(|uow| uow.users().update(&account));
    }

    pub(crate) fn profile_of(&self, user: &User) -> Instructor {
        self.write(|uow| uow.instructors().find(user.id)).unwrap()
    }

    /// All services of a profile, inactive ones included.
    pub(crate) fn services_of(&self, user: &User) -> Vec<InstructorService> {
        let profile = self.profile_of(user).profile.id;
        self.write(|uow| uow.instructors().services(profile))
    }

    /// Changes a profile through the use case.
    pub(crate) fn update(&self, user: &User, change: UpdateProfile) -> Instructor {
        self.instructors.update_profile(&self.account_of(user), &change).unwrap()
    }

    /// Events committed after the first `seen`.
    pub(crate) fn events_after(&self, seen: usize) -> Vec<DomainEvent> {
        self.store.events().split_off(seen)
    }

    pub(crate) fn stored(&self, booking: BookingId) -> BookingDetails {
        self.write(|uow| uow.bookings().find(booking)).unwrap()
    }
}

pub(crate) fn details(setup: Setup) -> ProfileDetails {
    ProfileDetails {
        bio: None,
        areas: Areas::new(setup.areas.iter().copied()).unwrap(),
        years_experience: 5,
        notice: Notice::from_hours(setup.notice_hours).unwrap(),
        buffer: Buffer::from_minutes(setup.buffer_minutes).unwrap(),
        zone: Zone::new(setup.zone).unwrap(),
    }
}

/// A service to offer, named by its catalogue name, with nothing but the price.
pub(crate) fn draft(name: &str, rate_cents: i64) -> ServiceDraft {
    ServiceDraft {
        catalogue: CatalogueRef::Named(name.into()),
        hourly_rate: HourlyRate::from_cents(rate_cents).unwrap(),
        description: None,
        durations: DurationOptions::one_hour(),
        experience_level: None,
        levels_taught: None,
        age_groups: None,
        location_types: None,
        equipment_required: None,
        max_distance_miles: None,
        requirements: None,
    }
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn time(text: &str) -> GridTime {
    text.parse().unwrap()
}

pub(crate) fn minutes(count: i64) -> LessonLength {
    LessonLength::from_minutes(count).unwrap()
}

pub(crate) fn user_id(id: i64) -> UserId {
    UserId::new(id).unwrap()
}

pub(crate) fn lesson(teacher: &Teacher, day: &str, start: &str, length: i64) -> CreateBooking {
    CreateBooking {
        instructor_id: teacher.user.id,
        instructor_service_id: teacher.service,
        date: date(day),
        start_time: time(start),
        length: minutes(length),
        student_note: None,
        meeting_location: None,
        location_type: LocationType::default(),
    }
}

pub(crate) fn question(teacher: &Teacher, day: &str, range: &str) -> CheckTime {
    CheckTime {
        instructor_id: teacher.user.id,
        instructor_service_id: teacher.service,
        date: date(day),
        lesson: range.parse().unwrap(),
    }
}

pub(crate) fn to(day: &str, start: &str) -> Reschedule {
    Reschedule { date: date(day), start_time: time(start), length: None }
}

/// Alternatives as text, for comparison: `2026-07-15 09:00`.
pub(crate) fn shown(alternatives: &[Alternative]) -> Vec<String> {
    alternatives.iter().map(|start| format!("{} {}", start.date, start.start_time)).collect()
}

/// The kind of an error, with what tells two of a kind apart.
pub(crate) fn kind(error: &BookingError) -> String {
    match error {
        BookingError::PastDate(_) => "PastDate".into(),
        BookingError::PastMidnight => "PastMidnight".into(),
        BookingError::NotStudent => "NotStudent".into(),
        BookingError::NotInstructor(_) => "NotInstructor".into(),
        BookingError::ServiceNotFound => "ServiceNotFound".into(),
        BookingError::InstructorNotFound => "InstructorNotFound".into(),
        BookingError::OtherInstructor => "OtherInstructor".into(),
        BookingError::InstructorUnavailable(why) => format!("InstructorUnavailable {why}"),
        BookingError::DurationNotOffered { options, minutes } => {
            format!("DurationNotOffered {minutes} of {options}")
        }
        BookingError::Taken { who, .. } => format!("Taken {}", who.as_str()),
        BookingError::InsufficientNotice { required_hours } => format!("InsufficientNotice {required_hours}"),
        BookingError::Refused { reason, .. } => format!("Refused {reason:?}"),
        BookingError::NotFound => "NotFound".into(),
        BookingError::NotParty => "NotParty".into(),
        BookingError::NotItsInstructor => "NotItsInstructor".into(),
        BookingError::Transition(wrong) => format!("Transition {}", wrong.status),
        BookingError::NotYet(_) => "NotYet".into(),
        BookingError::AlreadyBegan => "AlreadyBegan".into(),
        BookingError::Storage(_) => "Storage".into(),
    }
}

/// `ok`, or the kind of the error.
pub(crate) fn outcome<T>(result: &Result<T, BookingError>) -> String {
    result.as_ref().map_or_else(kind, |_| "ok".into())
}
