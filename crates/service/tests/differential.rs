//! The promise of the product, held against itself: what is shown can be booked, and nothing else.
//!
//! For random instructors, students and days, every start of the day is put to everyone who has an opinion about it: the
//! public start times, the public "why not?", the check before booking, and booking itself (each booking is rolled back). They
//! must agree, also about the weightiest reason, and what is offered instead of a taken time must be the nearest that is free.
//!
//! A run decides about some 50,000 starts. `PROPTEST_CASES=5200 cargo test --release -p instainstru-service --test
//! differential` decides about a million; `PROPTEST_RNG_SEED` chooses other ones.

#![expect(clippy::unwrap_used, reason = "tests")]

mod world;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use instainstru_core::{
    blocks::BlockSet,
    grid::{GridTime, TimeRange},
    length::{LessonLength, Notice},
    offer::WhyNot,
    zone::{DayClock, UtcRange},
};
use instainstru_domain::{
    account::{AccountStatus, User},
    booking::{BookingClaims, LessonTime, LocationType, NewBooking},
    ports::{Conflict, Outcome, StorageError, Transactor},
    zone::Zone,
};
use instainstru_service::{
    bookings::{Alternative, BookingError, BookingUseCases, CheckTime, CreateBooking, TimeCheck, Who},
    instructors::{ServiceDraft, UpdateProfile},
    public::{
        PublicError, PublicRules, PublicService, PublicUseCases, Refusal, StartTimesQuery, WhyNotQuery,
    },
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use proptest::{
    prelude::{Just, Strategy, any, prop, prop_oneof},
    test_runner::{Config, RngSeed, TestRunner},
};
use world::{Setup, Teacher, World, draft, minutes};

/// Zones with the days of 2026 on which their clocks change.
const ZONES: [(&str, &[&str]); 12] = [
    ("America/New_York", &["2026-03-08", "2026-11-01"]),
    ("America/St_Johns", &["2026-03-08", "2026-11-01"]),
    ("America/Santiago", &["2026-04-04", "2026-04-05", "2026-09-05", "2026-09-06"]),
    ("Europe/London", &["2026-03-29", "2026-10-25"]),
    ("Atlantic/Azores", &["2026-03-29", "2026-10-25"]),
    ("Africa/Cairo", &["2026-04-24", "2026-10-29", "2026-10-30"]),
    ("Australia/Lord_Howe", &["2026-04-05", "2026-10-04"]),
    ("Pacific/Auckland", &["2026-04-05", "2026-09-27"]),
    ("Pacific/Chatham", &["2026-04-05", "2026-09-27"]),
    ("Asia/Kathmandu", &["2026-07-15"]),
    ("Pacific/Kiritimati", &["2026-12-31"]),
    ("Pacific/Pago_Pago", &["2026-02-28"]),
];
const ORDINARY_DAYS: [&str; 4] = ["2026-03-07", "2026-07-15", "2026-11-02", "2026-12-31"];

/// Time that somebody is taken: begin in minutes after the midnight (UTC) before the day, and length.
type Taken = (i64, i64);

#[derive(Debug, Clone)]
struct Case {
    zone: &'static str,
    day: &'static str,
    /// Now, in microseconds after the midnight (UTC) of the day.
    now: i64,
    notice_hours: i64,
    buffer_minutes: i64,
    /// Published blocks: first and number.
    windows: Vec<(u8, u8)>,
    blackout: bool,
    status: AccountStatus,
    instructor_taken: Vec<Taken>,
    student_taken: Vec<Taken>,
    lengths: [i64; 2],
}

fn cases() -> impl Strategy<Value = Case> {
    const MINUTE: i64 = 60_000_000;
    let place = prop_oneof![
        2 => prop::sample::select(ZONES.to_vec())
            .prop_flat_map(|(zone, days)| (Just(zone), prop::sample::select(days.to_vec()))),
        1 => (prop::sample::select(ZONES.map(|(zone, _)| zone).to_vec()), prop::sample::select(ORDINARY_DAYS.to_vec())),
    ];
    // Mostly some days before; sometimes around and during the day, where notice decides; sometimes too late.
    let now = prop_oneof![
        2 => (-8 * 1440 * MINUTE)..(-1440 * MINUTE),
        2 => (-1440 * MINUTE)..(2160 * MINUTE),
        1 => (-96_i64..144).prop_map(|quarter| quarter * 15 * MINUTE),
    ];
    let notice = prop_oneof![3 => Just(0_i64), 2 => 1_i64..=30, 1 => 0_i64..=168];
    let buffer = prop_oneof![1 => Just(0_i64), 2 => 0_i64..=60];
    let windows = prop_oneof![
        1 => Just(vec![(0, 96)]),
        3 => prop::collection::vec((0_u8..96, 1_u8..40), 0..6),
    ];
    let taken = || prop::collection::vec((-300_i64..2_700, 15_i64..200), 0..5);
    let status = prop_oneof![18 => Just(AccountStatus::Active), 1 => Just(AccountStatus::Suspended)];
    let length = || (2_i64..=16).prop_map(|blocks| blocks * 15);
    (
        place,
        now,
        (notice, buffer),
        (windows, prop::bool::weighted(0.08), status),
        (taken(), taken()),
        [length(), length()],
        any::<bool>(),
    )
        .prop_map(
            |(
                (zone, day),
                now,
                (notice_hours, buffer_minutes),
                (windows, blackout, status),
                busy,
                lengths,
                quiet,
            )| {
                let (instructor_taken, student_taken) = if quiet { (busy.0, Vec::new()) } else { busy };
                Case {
                    zone,
                    day,
                    now,
                    notice_hours,
                    buffer_minutes,
                    windows,
                    blackout,
                    status,
                    instructor_taken,
                    student_taken,
                    lengths,
                }
            },
        )
}

/// What a case looks like once it is stored.
struct Scene {
    world: World,
    public: PublicService,
    teacher: Teacher,
    student: User,
    date: Date,
    clock: DayClock,
    notice_hours: u16,
}

impl Scene {
    fn of(case: &Case) -> Self {
        let date: Date = case.day.parse().unwrap();
        let midnight = date.to_zoned(TimeZone::UTC).unwrap().timestamp();
        let now = midnight + SignedDuration::from_micros(case.now);
        let world = World::at(&now.to_string());
        let setup = Setup {
            zone: case.zone,
            notice_hours: case.notice_hours,
            buffer_minutes: case.buffer_minutes,
            ..Setup::default()
        };
        let teacher = world.teacher_with("Ada", setup);
        let durations = instainstru_domain::instructor::DurationOptions::from_minutes(&case.lengths).unwrap();
        let services = Some(vec![ServiceDraft { durations, ..draft("Piano", 10_000) }]);
        world.update(&teacher.user, UpdateProfile { services, ..UpdateProfile::default() });
        let (student, rival, other) = (world.student("Sam"), world.student("Rita"), world.teacher("Bob"));
        let blocks: BlockSet = case
            .windows
            .iter()
            .map(|(first, count)| BlockSet::between(*first, first + count))
            .fold(BlockSet::EMPTY, |all, window| all | window);
        world.write(|uow| uow.availability().replace(teacher.user.id, &[(date, blocks)], now));
        if case.blackout {
            world.block(&teacher, case.day);
        }
        for taken in &case.instructor_taken {
            take(&world, &teacher, &rival, midnight, *taken);
        }
        for taken in &case.student_taken {
            take(&world, &other, &student, midnight, *taken);
        }
        world.set_status(&teacher.user, case.status);
        let zone = TimeZone::get(case.zone).unwrap();
        Self {
            public: PublicService::new(
                Arc::new(world.store.clone()),
                Arc::new(world.clock.clone()),
                PublicRules::default(),
            ),
            clock: DayClock::new(date, &zone),
            notice_hours: Notice::from_hours(case.notice_hours).unwrap().hours(),
            world,
            teacher,
            student,
            date,
        }
    }

    /// The starts the public sees, or `None` when the day has passed.
    fn shown(&self, length: LessonLength) -> Option<BlockSet> {
        let query = StartTimesQuery {
            instructor: self.teacher.user.id,
            start_date: self.date,
            end_date: Some(self.date),
            duration_minutes: i64::from(length.minutes()),
            service: Some(self.teacher.service),
            step_minutes: None,
        };
        match self.public.start_times(&query) {
            Ok(answer) => Some(answer.days.into_iter().flat_map(|(_date, starts)| starts).collect()),
            Err(PublicError::PastStart) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    fn why_not(&self, start: GridTime, length: LessonLength) -> Vec<Refusal> {
        let query = WhyNotQuery {
            instructor: self.teacher.user.id,
            date: self.date,
            start_time: start,
            duration_minutes: i64::from(length.minutes()),
        };
        self.public.why_not(&query).unwrap().refusals
    }

    fn check(&self, lesson: TimeRange) -> Result<TimeCheck, BookingError> {
        let asked = CheckTime {
            instructor_id: self.teacher.user.id,
            instructor_service_id: self.teacher.service,
            date: self.date,
            lesson,
        };
        self.world.bookings.check(&self.student, &asked)
    }

    /// Books and takes it back.
    fn book(&self, start: GridTime, length: LessonLength) -> Result<(), BookingError> {
        let command = CreateBooking {
            instructor_id: self.teacher.user.id,
            instructor_service_id: self.teacher.service,
            date: self.date,
            start_time: start,
            length,
            student_note: None,
            meeting_location: None,
            location_type: LocationType::default(),
        };
        let mut result = None;
        self.world
            .store
            .enclose(&mut || {
                result = Some(self.world.bookings.create(&self.student, &command));
                Outcome::Rollback
            })
            .unwrap();
        result.unwrap().map(|_booked| ())
    }

    /// Whether the student has another lesson then; reasons with instants alone.
    fn student_busy(&self, start: GridTime, length: LessonLength) -> bool {
        let lesson = TimeRange::lesson(start, length).ok().and_then(|lesson| self.clock.instants(lesson));
        let claims = self.world.store.claims_of(self.student.id);
        lesson.is_some_and(|lesson| claims.iter().any(|claim| claim.overlaps(lesson)))
    }
}

/// Stores a booking past all rules; one that clashes with another is left out.
fn take(world: &World, teacher: &Teacher, student: &User, midnight: Timestamp, (begin, length): Taken) {
    let start = midnight + SignedDuration::from_mins(begin);
    let instants = UtcRange::new(start, start + SignedDuration::from_mins(length)).unwrap();
    let lesson_length = minutes(60);
    let booking = NewBooking {
        student_id: student.id,
        instructor_id: teacher.user.id,
        instructor_service_id: teacher.service,
        time: LessonTime {
            date: start.to_zoned(TimeZone::UTC).date(),
            range: TimeRange::FULL_DAY,
            zone: Zone::new_york(),
            instants,
        },
        length: lesson_length,
        service_name: "Piano".into(),
        hourly_rate: draft("Piano", 10_000).hourly_rate,
        total_price: draft("Piano", 10_000).hourly_rate.price_of(lesson_length),
        service_area: None,
        meeting_location: None,
        location_type: LocationType::default(),
        student_note: None,
        created_at: midnight,
    };
    let claims = BookingClaims { instructor: instants, student: instants };
    world.write(|uow| match uow.bookings().insert(&booking, &claims) {
        Ok(_) | Err(StorageError::Conflict(Conflict::TimeTaken(_))) => Ok(()),
        Err(other) => Err(other),
    });
}

/// The weightiest reason with the student's own lessons considered: theirs comes after the instructor's and before all that
/// concerns the hour.
fn weightiest(public: &[Refusal], student_busy: bool) -> Option<Refusal> {
    let first = public.first().copied();
    let outweighs = matches!(
        first,
        Some(
            Refusal::InstructorUnavailable
                | Refusal::Time(WhyNot::PastMidnight | WhyNot::ClockChange | WhyNot::InstructorBusy)
        )
    );
    if student_busy && !outweighs { Some(Refusal::Time(WhyNot::StudentBusy)) } else { first }
}

/// The reason that booking gives.
fn reason_of(error: &BookingError) -> Option<Refusal> {
    Some(match error {
        BookingError::PastMidnight => Refusal::Time(WhyNot::PastMidnight),
        BookingError::InstructorUnavailable(_) => Refusal::InstructorUnavailable,
        BookingError::Taken { who: Who::Instructor, .. } => Refusal::Time(WhyNot::InstructorBusy),
        BookingError::Taken { who: Who::Student, .. } => Refusal::Time(WhyNot::StudentBusy),
        BookingError::InsufficientNotice { .. } => Refusal::Time(WhyNot::TooSoon),
        BookingError::Refused { reason, .. } => Refusal::Time(*reason),
        _ => return None,
    })
}

/// The answer that the check must give for this reason.
fn answer_for(reason: Option<Refusal>, notice_hours: u16) -> TimeCheck {
    let Some(reason) = reason else { return TimeCheck::Available };
    TimeCheck::Refused {
        reason: match reason {
            Refusal::InstructorUnavailable => BookingError::InstructorUnavailable("suspended").to_string(),
            Refusal::Time(_) => reason.message(notice_hours),
        },
        min_advance_hours: (reason == Refusal::Time(WhyNot::TooSoon)).then_some(notice_hours),
        conflicts_with: match reason {
            Refusal::Time(WhyNot::InstructorBusy) => Some(Who::Instructor),
            Refusal::Time(WhyNot::StudentBusy) => Some(Who::Student),
            _ => None,
        },
    }
}

/// Whether the alternatives begin with the nearest free starts of the same day.
fn assert_nearest(alternatives: &[Alternative], free: BlockSet, start: GridTime, date: Date, context: &str) {
    let mut nearest: Vec<GridTime> = free.iter().collect();
    nearest.sort_by_key(|other| (other.block().abs_diff(start.block()), other.block()));
    nearest.truncate(3);
    let same_day: Vec<GridTime> =
        alternatives.iter().filter(|other| other.date == date).map(|other| other.start_time).collect();
    assert_eq!(same_day, nearest, "{context}");
    assert!(alternatives.len() <= 3, "{context}");
}

/// Puts every start of the day to everyone, and counts what was decided.
fn judge(case: &Case, counts: &Mutex<BTreeMap<String, u64>>) {
    let scene = Scene::of(case);
    let count = |what: &str| *counts.lock().unwrap().entry(what.to_owned()).or_default() += 1;
    for length in case.lengths.map(minutes) {
        let shown = scene.shown(length);
        let starts = || (0..=96).filter_map(GridTime::from_block);
        let free: BlockSet = starts()
            .filter(|start| start.block() < 96)
            .filter(|start| shown.is_some_and(|shown| shown.contains(*start)))
            .filter(|start| !scene.student_busy(*start, length))
            .collect();
        for start in starts() {
            let context = format!("{start} for {} minutes in {case:?}", length.minutes());
            let public = scene.why_not(start, length);
            let is_free = start.block() < 96 && free.contains(start);
            let is_shown = start.block() < 96 && shown.is_some_and(|shown| shown.contains(start));
            assert_eq!(public.is_empty(), is_shown, "shown and explained: {context}");
            let booked = scene.book(start, length);
            assert_eq!(booked.is_ok(), is_free, "shown and booked, {booked:?}: {context}");
            let lesson = TimeRange::lesson(start, length);

            if shown.is_none() {
                assert!(matches!(booked, Err(BookingError::PastDate(_))), "{booked:?}: {context}");
                if let Ok(lesson) = lesson {
                    let checked = scene.check(lesson);
                    assert!(matches!(checked, Err(BookingError::PastDate(_))), "{checked:?}: {context}");
                }
                count("past date");
                continue;
            }
            let reason = weightiest(&public, scene.student_busy(start, length));
            match &booked {
                Ok(()) => assert_eq!(reason, None, "{context}"),
                // A lesson past midnight is refused before anybody looks at the account.
                Err(BookingError::PastMidnight) => assert!(lesson.is_err(), "{context}"),
                Err(error) => {
                    assert_eq!(reason_of(error), reason, "{error:?}: {context}");
                    if let BookingError::Taken { alternatives, .. } = error {
                        assert_nearest(alternatives, free, start, scene.date, &context);
                    }
                }
            }
            if let Ok(lesson) = lesson {
                let checked = scene.check(lesson).unwrap();
                assert_eq!(checked, answer_for(reason, scene.notice_hours), "{context}");
            }
            count(reason.map_or("bookable", Refusal::code));
        }
    }
}

#[test]
fn what_is_shown_can_be_booked_and_nothing_else() {
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(20_260_715);
    }
    let cases_to_run = u64::from(config.cases);
    let counts = Mutex::new(BTreeMap::new());
    let mut runner = TestRunner::new(config);
    let result = runner.run(&cases(), |case| {
        judge(&case, &counts);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let counts = counts.into_inner().unwrap();
    let decisions: u64 = counts.values().sum();
    println!("{decisions} decisions, no mismatch: {counts:?}");
    assert_eq!(decisions, cases_to_run * 2 * 97);
    if decisions >= 10_000 {
        for outcome in [
            "bookable",
            "past date",
            "PAST_MIDNIGHT",
            "CLOCK_CHANGE",
            "INSTRUCTOR_BUSY",
            "STUDENT_BUSY",
            "INSUFFICIENT_NOTICE",
            "BLACKOUT",
            "OUTSIDE_AVAILABILITY",
            "INSTRUCTOR_UNAVAILABLE",
        ] {
            assert!(
                counts.get(outcome).is_some_and(|count| count * 1_000 > decisions),
                "{outcome} is too rare"
            );
        }
    }
}
