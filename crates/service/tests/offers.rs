//! Whatever was published, blocked and booked: all public answers tell the same story.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeSet, sync::Arc};

use instainstru_core::{
    dates::DateRange,
    grid::{BLOCKS_PER_DAY, GridTime, TimeRange},
    length::LessonLength,
};
use instainstru_domain::{
    ids::UserId,
    ports::{Conflict, StorageError, TransactorExt},
};
use instainstru_service::public::{
    NextAvailable, PartlyBooked, PublicRules, PublicService, PublicUseCases, StartTimesQuery, WhyNotQuery,
};
use instainstru_test_support::{
    builders::{a_booking, an_instructor},
    clock::FixedClock,
    memory::MemoryStore,
};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

/// Number of days of a case.
const DAYS: u16 = 3;

/// Everything that decides which starts an instructor offers.
#[derive(Debug, Clone)]
struct Case {
    first_day: Date,
    zone: &'static str,
    notice: i64,
    buffer: i64,
    /// Minutes between noon UTC of the first day and now.
    now: i64,
    /// Day and blocks of what is published.
    published: Vec<(i64, u8, u8)>,
    away: Option<i64>,
    /// Day, block and number of blocks of lessons; those that clash are not booked.
    lessons: Vec<(i64, u8, u8)>,
    minutes: i64,
}

fn cases() -> impl Strategy<Value = Case> {
    let days = 0..i64::from(DAYS);
    let first_day = prop_oneof![
        3 => Just(date(2026, 7, 15)),
        1 => Just(date(2027, 3, 13)), // The clocks of New York spring forward on the 14th,
        1 => Just(date(2027, 11, 6)), // and fall back on the 7th.
    ];
    let zone = prop_oneof![3 => Just("America/New_York"), 1 => Just("Asia/Kathmandu")];
    let published = prop::collection::vec((days.clone(), 0_u8..95, 1_u8..24), 0..8);
    let lessons = prop::collection::vec((days.clone(), 16_u8..88, 1_u8..6), 0..6);
    let minutes = prop_oneof![Just(15_i64), Just(45), Just(60), Just(120)];
    (
        (first_day, zone, 0_i64..30, 0_i64..=60, -800_i64..1500),
        (published, prop::option::weighted(0.2, days), lessons, minutes),
    )
        .prop_map(|((first_day, zone, notice, buffer, now), (published, away, lessons, minutes))| Case {
            first_day,
            zone,
            notice,
            buffer,
            now,
            published,
            away,
            lessons,
            minutes,
        })
}

struct World {
    service: PublicService,
    instructor: UserId,
    today: Date,
}

impl Case {
    fn day(&self, offset: i64) -> Date {
        self.first_day.saturating_add(offset.days())
    }

    fn build(&self, rules: PublicRules) -> World {
        let store = MemoryStore::new();
        let mut ada = an_instructor(&store).zone(self.zone).notice(self.notice).buffer(self.buffer).offering(
            "piano",
            75_00,
            &[60],
        );
        for (day, start, blocks) in &self.published {
            let end = (*start + *blocks).min(BLOCKS_PER_DAY);
            let range = TimeRange::new(at(*start), at(end)).unwrap();
            ada = ada.publishing(self.day(*day), &range.to_string());
        }
        if let Some(day) = self.away {
            ada = ada.away_on(self.day(day));
        }
        let ada = ada.insert();
        for (day, start, blocks) in &self.lessons {
            let minutes = i64::from(*blocks) * 15;
            let (new, claims) =
                a_booking(&store).with(&ada).at(self.day(*day), &at(*start).to_string(), minutes).build();
            let booked = store.transaction(|uow| uow.bookings().insert(&new, &claims));
            assert!(matches!(booked, Ok(_) | Err(StorageError::Conflict(Conflict::TimeTaken(_)))));
        }
        let noon: Timestamp = format!("{}T12:00:00Z", self.first_day).parse().unwrap();
        let now = noon + SignedDuration::from_mins(self.now);
        let clock = FixedClock::at(&now.to_string());
        World {
            service: PublicService::new(Arc::new(store), Arc::new(clock), rules),
            instructor: ada.user.id,
            today: ada.profile.details.zone.date_at(now),
        }
    }
}

fn at(block: u8) -> GridTime {
    GridTime::from_block(block).unwrap()
}

impl World {
    /// Every start listed from today on, in order.
    fn listed(&self, dates: DateRange, minutes: i64) -> Vec<(Date, GridTime)> {
        let query = StartTimesQuery {
            instructor: self.instructor,
            start_date: dates.first(),
            end_date: Some(dates.last()),
            duration_minutes: minutes,
            service: None,
            step_minutes: None,
        };
        let days = self.service.start_times(&query).unwrap().days;
        days.into_iter()
            .flat_map(|(date, starts)| starts.into_iter().map(move |start| (date, start)))
            .collect()
    }

    fn is_bookable(&self, date: Date, start_time: GridTime, minutes: i64) -> bool {
        let query = WhyNotQuery { instructor: self.instructor, date, start_time, duration_minutes: minutes };
        self.service.why_not(&query).unwrap().refusals.is_empty()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_start_is_listed_exactly_when_nothing_speaks_against_it(case in cases()) {
        let world = case.build(PublicRules::default());
        let dates = DateRange::of_days(world.today, DAYS + 1);
        let listed: BTreeSet<_> = world.listed(dates, case.minutes).into_iter().collect();
        for date in dates.iter() {
            for start in (0..=BLOCKS_PER_DAY).map(at) {
                let bookable = world.is_bookable(date, start, case.minutes);
                prop_assert_eq!(bookable, listed.contains(&(date, start)), "{} {}", date, start);
            }
        }
    }

    #[test]
    fn the_next_lesson_is_the_first_start_listed(case in cases(), days in 1_u16..6) {
        let world = case.build(PublicRules { days, ..PublicRules::default() });
        let listed = world.listed(DateRange::of_days(world.today, days), case.minutes);
        let length = LessonLength::from_minutes(case.minutes).unwrap();
        let first = listed.first().map(|(date, start)| NextAvailable {
            date: *date,
            lesson: TimeRange::lesson(*start, length).unwrap(),
        });
        prop_assert_eq!(world.service.next_available(world.instructor, case.minutes).unwrap(), first);
    }

    #[test]
    fn every_lesson_listed_lies_within_the_calendar(case in cases()) {
        let world = case.build(PublicRules::default());
        let dates = DateRange::of_days(world.today, DAYS + 1);
        let length = LessonLength::from_minutes(case.minutes).unwrap();
        let calendar = world.service.calendar(world.instructor, dates.first(), Some(dates.last())).unwrap();
        for (date, start) in world.listed(dates, case.minutes) {
            let lesson = TimeRange::lesson(start, length).unwrap();
            let day = calendar.days.iter().find(|day| day.date == date).unwrap();
            prop_assert!(day.free.iter().any(|free| free.contains(lesson)), "{} {}", date, lesson);
        }
    }

    #[test]
    fn what_is_hidden_whole_is_part_of_what_is_split(case in cases()) {
        let (split, exclude) = (
            case.build(PublicRules::default()),
            case.build(PublicRules { partly_booked: PartlyBooked::Exclude, ..PublicRules::default() }),
        );
        let end = Some(split.today.saturating_add(i64::from(DAYS).days()));
        let split = split.service.calendar(split.instructor, split.today, end).unwrap();
        let exclude = exclude.service.calendar(exclude.instructor, exclude.today, end).unwrap();
        for (more, less) in split.days.iter().zip(&exclude.days) {
            prop_assert_eq!((more.date, more.blackout), (less.date, less.blackout));
            prop_assert!(less.free.iter().all(|range| more.free.contains(range)), "{:?} {:?}", more, less);
        }
    }
}
