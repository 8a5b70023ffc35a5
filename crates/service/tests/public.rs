//! What a visitor sees of an instructor's time, on the store in memory.
//!
//! | Rule | Held by |
//! |---|---|
//! | range of dates, default, cap and limits | `the_dates_shown_are_those_asked_for_within_limits` |
//! | PA-1 split or exclude, blackouts | `a_booked_part_is_cut_out`, `a_partly_booked_range_can_be_hidden_whole`, `a_blocked_day_is_empty_and_says_so` |
//! | PA-2 one calendar for all levels of detail | there is only one |
//! | PA-3 past times and notice are not filtered | `the_calendar_does_not_depend_on_the_hour` |
//! | PA-4 no ids of windows | the types hold none |
//! | PA-7 next lesson | `the_next_lesson_is_the_first_that_can_be_booked` and following |
//! | suspended and deactivated instructors | `an_instructor_who_cannot_be_booked_has_no_time` |
//!
//! That the answers agree with each other is held by `offers.rs`; caching (PA-5, PA-6) is no matter of use cases.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::Arc;

use instainstru_core::{
    grid::GridTime,
    length::{InvalidLength, LessonLength},
};
use instainstru_domain::{
    account::AccountStatus,
    ids::{InstructorServiceId, UserId},
    instructor::Instructor,
    ports::{Clock, StorageError, TransactorExt},
};
use instainstru_service::public::{
    FreeOther, MAX_SPAN_DAYS, NextAvailable, OthersQuery, PartlyBooked, PublicCalendar, PublicError,
    PublicRules, PublicService, PublicUseCases, Refusal, StartTimesQuery, WhyNotQuery,
};
use instainstru_test_support::{
    builders::{InstructorBuilder, a_booking, a_user, an_instructor},
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::{
    ToSpan,
    civil::{Date, date},
};

/// Wednesday, 15 July 2026, 10:20 in New York.
const NOW: &str = "2026-07-15T14:20:00Z";
const TUESDAY: Date = date(2026, 7, 14);
const TODAY: Date = date(2026, 7, 15);
const THURSDAY: Date = date(2026, 7, 16);
const FRIDAY: Date = date(2026, 7, 17);

struct World {
    store: MemoryStore,
    clock: FixedClock,
    service: PublicService,
    ada: Instructor,
}

impl World {
    fn with(change: impl FnOnce(InstructorBuilder<'_>) -> InstructorBuilder<'_>) -> Self {
        Self::under(PublicRules::default(), change)
    }

    fn under(
        rules: PublicRules,
        change: impl FnOnce(InstructorBuilder<'_>) -> InstructorBuilder<'_>,
    ) -> Self {
        let store = MemoryStore::new();
        let clock = FixedClock::at(NOW);
        let service = PublicService::new(Arc::new(store.clone()), Arc::new(clock.clone()), rules);
        let ada = an_instructor(&store).named("Ada").notice(0).offering("piano", 75_00, &[30, 60, 90]);
        let ada = change(ada).insert();
        Self { store, clock, service, ada }
    }

    fn id(&self) -> UserId {
        self.ada.user.id
    }

    fn book(&self, date: Date, start: &str, minutes: i64) {
        let _booking = a_booking(&self.store).with(&self.ada).at(date, start, minutes).insert();
    }

    fn calendar(&self, start: Date, end: Date) -> PublicCalendar {
        self.service.calendar(self.id(), start, Some(end)).unwrap()
    }

    /// The free ranges of one day.
    fn free(&self, date: Date) -> Vec<String> {
        self.calendar(date, date).days[0].free.iter().map(ToString::to_string).collect()
    }

    fn query(&self, start_date: Date) -> StartTimesQuery {
        StartTimesQuery {
            instructor: self.id(),
            start_date,
            end_date: Some(start_date),
            duration_minutes: 60,
            service: None,
            step_minutes: None,
        }
    }

    /// The starts of one day.
    fn starts(&self, date: Date, minutes: i64) -> Vec<String> {
        let query = StartTimesQuery { duration_minutes: minutes, ..self.query(date) };
        let days = self.service.start_times(&query).unwrap().days;
        days.into_iter().flat_map(|(_, starts)| starts).map(|start| start.to_string()).collect()
    }

    fn next(&self, minutes: i64) -> Option<String> {
        let next = self.service.next_available(self.id(), minutes).unwrap();
        next.map(|NextAvailable { date, lesson }| format!("{date} {lesson}"))
    }

    fn why_not(&self, date: Date, start: &str, minutes: i64) -> Vec<&'static str> {
        let start_time: GridTime = start.parse().unwrap();
        let query = WhyNotQuery { instructor: self.id(), date, start_time, duration_minutes: minutes };
        self.service.why_not(&query).unwrap().refusals.into_iter().map(Refusal::code).collect()
    }
}

#[test]
fn every_date_asked_for_is_shown_in_order() {
    let world = World::with(|ada| {
        ada.zone("Europe/Paris").publishing(FRIDAY, "09:00-10:00").publishing(FRIDAY, "12:00-13:00")
    });
    let calendar = world.calendar(THURSDAY, date(2026, 7, 18));
    assert_eq!((calendar.instructor_id, calendar.instructor_name.as_str()), (world.id(), "Ada"));
    assert_eq!(calendar.zone.name(), "Europe/Paris");
    let dates: Vec<Date> = calendar.days.iter().map(|day| day.date).collect();
    assert_eq!(dates, [THURSDAY, FRIDAY, date(2026, 7, 18)]);
    let counts: Vec<usize> = calendar.days.iter().map(|day| day.free.len()).collect();
    assert_eq!(counts, [0, 2, 0]);
    assert!(calendar.days.iter().all(|day| !day.blackout));
}

#[test]
fn a_booked_part_is_cut_out() {
    let world = World::with(|ada| ada.buffer(15).publishing(FRIDAY, "09:00-12:00"));
    world.book(FRIDAY, "10:00", 60);
    assert_eq!(world.free(FRIDAY), ["09:00-10:00", "11:15-12:00"], "the buffer is taken too");
    world.book(FRIDAY, "09:00", 30);
    assert_eq!(world.free(FRIDAY), ["09:45-10:00", "11:15-12:00"]);
}

#[test]
fn a_partly_booked_range_can_be_hidden_whole() {
    let rules = PublicRules { partly_booked: PartlyBooked::Exclude, ..PublicRules::default() };
    let world = World::under(rules, |ada| {
        ada.publishing(FRIDAY, "09:00-12:00")
            .publishing(FRIDAY, "13:00-15:00")
            .publishing(THURSDAY, "09:00-10:00")
    });
    world.book(FRIDAY, "11:30", 30);
    assert_eq!(world.free(FRIDAY), ["13:00-15:00"]);
    assert_eq!(world.free(THURSDAY), ["09:00-10:00"]);
}

#[test]
fn a_cancelled_lesson_gives_its_time_back() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
    let _cancelled = a_booking(&world.store).with(&world.ada).at(FRIDAY, "10:00", 60).cancelled().insert();
    assert_eq!(world.free(FRIDAY), ["09:00-12:00"]);
}

#[test]
fn a_blocked_day_is_empty_and_says_so() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00").away_on(FRIDAY).away_on(THURSDAY));
    let calendar = world.calendar(TODAY, FRIDAY);
    let shown: Vec<(bool, usize)> = calendar.days.iter().map(|day| (day.blackout, day.free.len())).collect();
    assert_eq!(shown, [(false, 0), (true, 0), (true, 0)]);
    assert_eq!(world.starts(FRIDAY, 60), Vec::<String>::new());
    assert_eq!(world.why_not(FRIDAY, "09:00", 60), ["BLACKOUT"]);
}

#[test]
fn the_calendar_does_not_depend_on_the_hour() {
    let world = World::with(|ada| ada.notice(48).publishing(TODAY, "06:00-12:00"));
    assert_eq!(world.free(TODAY), ["06:00-12:00"]);
    world.clock.set("2026-07-16T03:59:00Z");
    assert_eq!(world.free(TODAY), ["06:00-12:00"]);
}

#[test]
fn hours_that_do_not_exist_are_not_shown() {
    let (spring, autumn) = (date(2027, 3, 14), date(2027, 11, 7));
    for partly_booked in [PartlyBooked::Split, PartlyBooked::Exclude] {
        let world = World::under(PublicRules { partly_booked, ..PublicRules::default() }, |ada| {
            ada.publishing(spring, "01:00-04:00").publishing(autumn, "00:00-03:00")
        });
        assert_eq!(world.free(spring), ["01:00-02:00", "03:00-04:00"], "{partly_booked:?}");
        assert_eq!(world.free(autumn), ["00:00-03:00"]);
        assert_eq!(world.starts(spring, 60), ["01:00", "03:00"]);
        assert_eq!(world.why_not(spring, "01:30", 60), ["CLOCK_CHANGE"]);
        assert_eq!(world.why_not(autumn, "01:30", 60), ["CLOCK_CHANGE"], "it would take two hours");
        assert_eq!(world.why_not(autumn, "01:00", 60), Vec::<&str>::new());
    }
}

#[test]
fn a_lesson_before_midnight_does_not_touch_the_next_day() {
    let world = World::with(|ada| {
        ada.publishing(THURSDAY, "22:00-24:00").publishing(FRIDAY, "00:00-01:00").buffer(30)
    });
    world.book(THURSDAY, "23:00", 60);
    assert_eq!(world.free(THURSDAY), ["22:00-23:00"]);
    assert_eq!(world.free(FRIDAY), ["00:30-01:00"], "but its buffer does");
}

#[test]
fn the_dates_shown_are_those_asked_for_within_limits() {
    for (days, shown) in [(30, 30), (7, 7), (90, 90)] {
        let world = World::under(PublicRules { days, ..PublicRules::default() }, |ada| ada);
        let ask = |start: Date, end| world.service.calendar(world.id(), start, end);
        let count = |start, end| ask(start, end).unwrap().days.len();
        assert_eq!(count(TODAY, None), shown);
        assert_eq!(count(TODAY, Some(TODAY)), 1);
        assert_eq!(count(TODAY, Some(FRIDAY)), 3);
        let last = TODAY.saturating_add(i64::from(MAX_SPAN_DAYS).days());
        assert_eq!(count(TODAY, Some(last)), shown, "a longer range is cut");
        let too_long = ask(TODAY, Some(last.tomorrow().unwrap()));
        assert!(matches!(too_long, Err(PublicError::SpanTooLong)));
        assert!(matches!(ask(FRIDAY, Some(THURSDAY)), Err(PublicError::ReversedDates)));
        assert!(matches!(ask(TUESDAY, Some(FRIDAY)), Err(PublicError::PastStart)));
        assert_eq!(count(Date::MAX, None), 1, "the end of the calendar is no error");
    }
}

#[test]
fn start_times_span_the_same_dates_but_are_not_cut() {
    let world = World::with(|ada| {
        (0..120).fold(ada, |ada, day| ada.publishing(TODAY.saturating_add(day.days()), "18:00-19:00"))
    });
    let ask = |start_date, end_date| {
        world.service.start_times(&StartTimesQuery { start_date, end_date, ..world.query(TODAY) })
    };
    let last = TODAY.saturating_add(i64::from(MAX_SPAN_DAYS).days());
    assert_eq!(ask(TODAY, None).unwrap().days.len(), 30);
    assert_eq!(ask(TODAY, Some(last)).unwrap().days.len(), 91);
    assert!(matches!(ask(TODAY, Some(last.tomorrow().unwrap())), Err(PublicError::SpanTooLong)));
    assert!(matches!(ask(FRIDAY, Some(THURSDAY)), Err(PublicError::ReversedDates)));
    assert!(matches!(ask(TUESDAY, None), Err(PublicError::PastStart)));
}

#[test]
fn the_past_is_that_of_the_instructor() {
    // It is the 16th in Tokyo already, and still the 14th on Midway.
    for (zone, now, first) in [
        ("Asia/Tokyo", "2026-07-15T15:00:00Z", THURSDAY),
        ("Pacific/Midway", "2026-07-15T10:59:00Z", TUESDAY),
    ] {
        let world = World::with(|ada| ada.zone(zone));
        world.clock.set(now);
        assert!(world.service.calendar(world.id(), first, None).is_ok());
        let refused = world.service.calendar(world.id(), first.yesterday().unwrap(), None);
        assert!(matches!(refused, Err(PublicError::PastStart)), "{zone}");
    }
}

#[test]
fn somebody_who_is_no_instructor_is_not_found() {
    let world = World::with(|ada| ada);
    let student = a_user(&world.store).insert().id;
    let without_profile = a_user(&world.store).instructor().insert().id;
    for instructor in [student, without_profile, UserId::new(4711).unwrap()] {
        let start_time = "09:00".parse().unwrap();
        let why = WhyNotQuery { instructor, date: FRIDAY, start_time, duration_minutes: 60 };
        let errors = [
            world.service.calendar(instructor, TODAY, None).err(),
            world.service.next_available(instructor, 60).err(),
            world.service.start_times(&StartTimesQuery { instructor, ..world.query(TODAY) }).err(),
            world.service.why_not(&why).err(),
        ];
        assert!(errors.iter().all(|error| matches!(error, Some(PublicError::NotFound))), "{errors:?}");
    }
}

#[test]
fn an_instructor_who_cannot_be_booked_has_no_time() {
    fn published(ada: InstructorBuilder<'_>) -> InstructorBuilder<'_> {
        ada.publishing(FRIDAY, "09:00-12:00").away_on(THURSDAY)
    }
    let suspended = World::with(|ada| published(ada).status(AccountStatus::Suspended));
    let deactivated = World::with(|ada| published(ada).status(AccountStatus::Deactivated));
    let off = World::with(published);
    off.store.set_user_active(off.id(), false);
    for world in [suspended, deactivated, off] {
        let calendar = world.calendar(TODAY, FRIDAY);
        assert_eq!(calendar.days.len(), 3);
        assert!(calendar.days.iter().all(|day| day.free.is_empty() && !day.blackout));
        assert_eq!(world.next(60), None);
        assert_eq!(world.starts(FRIDAY, 60), Vec::<String>::new());
        assert_eq!(world.why_not(FRIDAY, "09:00", 60), ["INSTRUCTOR_UNAVAILABLE"]);
    }
}

#[test]
fn the_next_lesson_is_the_first_that_can_be_booked() {
    let world = World::with(|ada| ada.publishing(TODAY, "08:00-12:00").publishing(FRIDAY, "09:00-11:00"));
    assert_eq!(world.next(60).unwrap(), "2026-07-15 10:30-11:30", "it is 10:20");
    assert_eq!(world.next(90).unwrap(), "2026-07-15 10:30-12:00");
    assert_eq!(world.next(120).unwrap(), "2026-07-17 09:00-11:00");
    assert_eq!(world.next(135), None);
    world.book(TODAY, "11:00", 60);
    assert_eq!(world.next(60).unwrap(), "2026-07-17 09:00-10:00");
    assert_eq!(world.next(30).unwrap(), "2026-07-15 10:30-11:00");
}

#[test]
fn the_next_lesson_keeps_notice_and_blocked_days() {
    let world = World::with(|ada| {
        ada.notice(24)
            .publishing(THURSDAY, "09:00-12:00")
            .publishing(FRIDAY, "09:00-12:00")
            .away_on(FRIDAY)
            .publishing(date(2026, 7, 18), "09:00-10:00")
    });
    assert_eq!(world.next(60).unwrap(), "2026-07-16 10:30-11:30");
    assert_eq!(world.next(90).unwrap(), "2026-07-16 10:30-12:00");
    world.clock.set("2026-07-15T15:01:00Z");
    assert_eq!(world.next(60).unwrap(), "2026-07-18 09:00-10:00", "only 45 minutes are left on Thursday");
}

#[test]
fn the_next_lesson_lies_within_the_days_shown() {
    let rules = PublicRules { days: 3, ..PublicRules::default() };
    let far = World::under(rules, |ada| ada.publishing(date(2026, 7, 18), "09:00-12:00"));
    assert_eq!(far.next(60), None);
    let near = World::under(rules, |ada| ada.publishing(FRIDAY, "09:00-12:00"));
    assert_eq!(near.next(60).unwrap(), "2026-07-17 09:00-10:00");
}

#[test]
fn starts_are_on_quarter_hours_unless_thinned() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:15-11:00"));
    assert_eq!(world.starts(FRIDAY, 60), ["09:15", "09:30", "09:45", "10:00"]);
    let answer =
        world.service.start_times(&StartTimesQuery { step_minutes: Some(30), ..world.query(FRIDAY) });
    let answer = answer.unwrap();
    assert_eq!((answer.instructor_id, answer.duration_minutes), (world.id(), 60));
    assert_eq!(answer.zone.name(), "America/New_York");
    let shown: Vec<_> = answer.days[0].1.iter().map(ToString::to_string).collect();
    assert_eq!((answer.days[0].0, shown), (FRIDAY, vec!["09:30".to_owned(), "10:00".to_owned()]));
    for (step, count) in [(15, 4), (60, 1)] {
        let query = StartTimesQuery { step_minutes: Some(step), ..world.query(FRIDAY) };
        assert_eq!(world.service.start_times(&query).unwrap().days[0].1.len(), count, "every {step} minutes");
    }
}

#[test]
fn a_start_leaves_room_for_the_buffer_before_the_next_lesson() {
    let world = World::with(|ada| ada.buffer(30).publishing(FRIDAY, "09:00-14:00"));
    world.book(FRIDAY, "11:00", 60);
    assert_eq!(world.starts(FRIDAY, 60), ["09:00", "09:15", "09:30", "12:30", "12:45", "13:00"]);
    assert_eq!(world.why_not(FRIDAY, "09:45", 60), ["INSTRUCTOR_BUSY"]);
    assert_eq!(world.why_not(FRIDAY, "12:15", 60), ["INSTRUCTOR_BUSY"]);
    assert_eq!(world.why_not(FRIDAY, "13:00", 60), Vec::<&str>::new(), "the last buffer may end outside");
}

#[test]
fn days_without_a_start_are_left_out() {
    let world = World::with(|ada| {
        ada.publishing(THURSDAY, "09:00-09:45")
            .publishing(FRIDAY, "09:00-10:00")
            .publishing(TODAY, "09:00-11:00")
    });
    let query = StartTimesQuery { end_date: None, ..world.query(TODAY) };
    let dates: Vec<Date> = world.service.start_times(&query).unwrap().days.iter().map(|(d, _)| *d).collect();
    assert_eq!(dates, [FRIDAY]);
}

#[test]
fn the_length_must_be_an_option_of_the_service() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
    let piano = world.ada.services[0].id;
    let ask = |service, duration_minutes| {
        world.service.start_times(&StartTimesQuery {
            service: Some(service),
            duration_minutes,
            ..world.query(FRIDAY)
        })
    };
    assert_eq!(ask(piano, 90).unwrap().days[0].1.len(), 7);
    match ask(piano, 45) {
        Err(PublicError::DurationNotOffered { options }) => assert_eq!(options, "30, 60, 90"),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.starts(FRIDAY, 45).len(), 10, "without a service any length will do");
}

#[test]
fn a_service_must_be_an_active_one_of_the_instructor() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00").offering("guitar", 50_00, &[60]));
    let other = an_instructor(&world.store).offering("piano", 10_00, &[60]).insert();
    let guitar = world.ada.services[1].clone();
    let now = world.clock.now();
    let switched_off: Result<(), StorageError> =
        world.store.transaction(|uow| uow.instructors().update_service(guitar.id, &guitar.offer, false, now));
    switched_off.unwrap();
    for service in [other.services[0].id, guitar.id, InstructorServiceId::new(4711).unwrap()] {
        let query = StartTimesQuery { service: Some(service), ..world.query(FRIDAY) };
        let refused = world.service.start_times(&query);
        assert!(matches!(refused, Err(PublicError::ServiceNotFound)), "{refused:?}");
    }
}

#[test]
fn a_length_that_no_lesson_has_is_refused() {
    let world = World::with(|ada| ada);
    for minutes in [i64::MIN, -60, 0, 10, 50, 735, i64::MAX] {
        let start_time = "09:00".parse().unwrap();
        let why = WhyNotQuery { instructor: world.id(), date: FRIDAY, start_time, duration_minutes: minutes };
        let errors = [
            world.service.next_available(world.id(), minutes).err(),
            world
                .service
                .start_times(&StartTimesQuery { duration_minutes: minutes, ..world.query(TODAY) })
                .err(),
            world.service.why_not(&why).err(),
        ];
        for error in errors {
            assert!(
                matches!(error, Some(PublicError::Length(InvalidLength::Lesson(m))) if m == minutes),
                "{minutes}: {error:?}"
            );
        }
    }
}

#[test]
fn every_reason_against_a_lesson_is_named() {
    let world =
        World::with(|ada| ada.notice(3).publishing(TODAY, "09:00-18:00").publishing(FRIDAY, "09:00-12:00"));
    world.book(FRIDAY, "10:00", 60);
    for (day, start, minutes, reasons) in [
        (FRIDAY, "09:00", 60, &[][..]),
        (FRIDAY, "10:30", 60, &["INSTRUCTOR_BUSY"][..]),
        (FRIDAY, "11:30", 60, &["OUTSIDE_AVAILABILITY"][..]),
        (THURSDAY, "10:00", 60, &["OUTSIDE_AVAILABILITY"][..]),
        (TODAY, "13:15", 60, &["INSUFFICIENT_NOTICE"][..]),
        (TODAY, "13:30", 60, &[][..]),
        (TUESDAY, "10:00", 60, &["INSUFFICIENT_NOTICE", "OUTSIDE_AVAILABILITY"][..]),
        (FRIDAY, "23:30", 60, &["PAST_MIDNIGHT"][..]),
        (FRIDAY, "24:00", 15, &["PAST_MIDNIGHT"][..]),
    ] {
        assert_eq!(world.why_not(day, start, minutes), reasons, "{day} {start}");
    }
    let start_time = "13:15".parse().unwrap();
    let query = WhyNotQuery { instructor: world.id(), date: TODAY, start_time, duration_minutes: 60 };
    let answer = world.service.why_not(&query).unwrap();
    assert_eq!(answer.notice_hours, 3);
    assert!(answer.refusals[0].message(answer.notice_hours).contains("3 or more hours in advance"));
}

#[test]
fn the_time_of_others_makes_no_difference() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
    let other = an_instructor(&world.store)
        .offering("piano", 10_00, &[60])
        .publishing(FRIDAY, "14:00-18:00")
        .away_on(FRIDAY)
        .insert();
    let _lesson = a_booking(&world.store).with(&other).at(FRIDAY, "09:00", 60).insert();
    assert_eq!(world.free(FRIDAY), ["09:00-12:00"]);
    assert_eq!(world.next(60).unwrap(), "2026-07-17 09:00-10:00");
}

#[test]
fn any_number_of_days_takes_four_statements_and_no_write() {
    type Act = fn(&World, Date) -> Result<(), PublicError>;
    let acts: [Act; 3] = [
        |world, last| world.service.calendar(world.id(), TODAY, Some(last)).map(|_| ()),
        |world, _| world.service.next_available(world.id(), 720).map(|_| ()),
        |world, last| {
            let query = StartTimesQuery { end_date: Some(last), ..world.query(TODAY) };
            world.service.start_times(&query).map(|_| ())
        },
    ];
    for (days, act) in [0, 90].into_iter().flat_map(|days| acts.map(|act| (days, act))) {
        let last = TODAY.saturating_add(days.days());
        let world = World::with(|ada| {
            (0..=days).fold(ada, |ada, day| {
                let date = TODAY.saturating_add(day.days());
                ada.publishing(date, "09:00-12:00").publishing(date, "13:00-18:00")
            })
        });
        world.book(TODAY, "10:00", 60);
        world.book(last, "15:00", 60);
        let commits = world.store.commits();
        // Instructor, windows, blackouts, claims.
        world.store.fail_next(Fault::Call(5), unavailable);
        assert!(act(&world, last).is_ok(), "{days} days");
        assert_eq!(world.store.commits(), commits);
    }
}

#[test]
fn a_failure_of_storage_is_told_as_such() {
    for call in 1..=4 {
        let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
        world.store.fail_next(Fault::Call(call), unavailable);
        let failed = world.service.next_available(world.id(), 60);
        assert!(matches!(failed, Err(PublicError::Storage(StorageError::Unavailable(_)))));
    }
}

/// Who else teaches what Ada teaches and is free on Friday at this time, for an hour.
fn others(world: &World, start: &str, student: Option<UserId>) -> Vec<String> {
    let query = OthersQuery {
        instructor: world.id(),
        service: world.ada.services[0].id,
        date: FRIDAY,
        start_time: start.parse().unwrap(),
        length: LessonLength::from_minutes(60).unwrap(),
        student,
        limit: 3,
    };
    let found = world.service.free_others(&query).unwrap();
    found
        .iter()
        .map(|other| {
            let FreeOther { instructor, service, date, start_time } = other;
            format!("{} {} {date} {start_time}", instructor.user.full_name, service.name)
        })
        .collect()
}

fn teaches(world: &World, name: &str, cents: i64, ranges: &str) -> Instructor {
    an_instructor(&world.store)
        .named(name)
        .notice(0)
        .offering("piano", cents, &[30, 60])
        .publishing(FRIDAY, ranges)
        .insert()
}

#[test]
fn others_are_those_who_teach_the_same_and_have_time_then() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
    let dear = teaches(&world, "Dear", 12_000, "09:00-17:00");
    teaches(&world, "Alike", 80_00, "10:00-11:00");
    teaches(&world, "Later", 75_00, "10:15-17:00");
    let busy = teaches(&world, "Busy", 75_00, "09:00-17:00");
    let _lesson = a_booking(&world.store).with(&busy).at(FRIDAY, "10:30", 30).insert();
    let away = teaches(&world, "Away", 75_00, "09:00-17:00");
    world
        .store
        .transaction(|uow| {
            uow.availability().insert_blackout(away.user.id, FRIDAY, None, world.clock.now()).map(|_| ())
        })
        .unwrap();
    let gone = teaches(&world, "Gone", 75_00, "09:00-17:00");
    world.store.set_user_active(gone.user.id, false);
    let _guitarist = an_instructor(&world.store)
        .named("Guitarist")
        .notice(0)
        .offering("guitar", 75_00, &[60])
        .publishing(FRIDAY, "09:00-17:00")
        .insert();
    let _brief = an_instructor(&world.store)
        .named("Brief")
        .notice(0)
        .offering("piano", 75_00, &[30])
        .publishing(FRIDAY, "09:00-17:00")
        .insert();

    assert_eq!(
        others(&world, "10:00", None),
        ["Alike Piano 2026-07-17 10:00", "Dear Piano 2026-07-17 10:00"],
        "the nearest price first"
    );
    assert_eq!(
        others(&world, "09:00", None),
        ["Dear Piano 2026-07-17 09:00", "Busy Piano 2026-07-17 09:00"].into_iter().rev().collect::<Vec<_>>()
    );
    assert_eq!(others(&world, "18:00", None), [""; 0]);
    assert_eq!(others(&world, "10:00", Some(dear.user.id)), ["Alike Piano 2026-07-17 10:00"]);
}

#[test]
fn nobody_is_offered_to_a_student_who_has_a_lesson_then() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
    let (tom, alike) = (a_user(&world.store).insert(), teaches(&world, "Alike", 75_00, "09:00-17:00"));
    let chess = an_instructor(&world.store)
        .offering("guitar", 75_00, &[60])
        .publishing(FRIDAY, "09:00-17:00")
        .insert();
    let _lesson = a_booking(&world.store).with(&chess).of(&tom).at(FRIDAY, "10:30", 60).insert();
    assert_eq!(others(&world, "10:00", Some(tom.id)), [""; 0]);
    assert_eq!(others(&world, "10:00", None).len(), 1);
    assert_eq!(others(&world, "09:30", Some(tom.id)).len(), 1, "lessons may touch");
    assert_eq!(alike.services.len(), 1);
}

#[test]
fn the_same_moment_is_another_time_elsewhere() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
    let paris = |name: &str, ranges: &str| {
        an_instructor(&world.store)
            .named(name)
            .zone("Europe/Paris")
            .notice(0)
            .offering("piano", 75_00, &[60])
            .publishing(FRIDAY, ranges)
            .insert()
    };
    paris("Marie", "16:00-17:00");
    paris("Pierre", "10:00-11:00");
    assert_eq!(others(&world, "10:00", None), ["Marie Piano 2026-07-17 16:00"]);
}

#[test]
fn who_else_is_free_takes_as_many_statements_however_many_teach() {
    let world = World::with(|ada| ada.publishing(FRIDAY, "09:00-12:00"));
    for name in ["One", "Two", "Three", "Four", "Five"] {
        teaches(&world, name, 75_00, "09:00-17:00");
    }
    world.store.fail_next(Fault::Call(7), unavailable);
    assert_eq!(others(&world, "10:00", None).len(), 3);
}
