//! Offered starts and their refusals, held against each other and against a minute-by-minute judge.
//!
//! Each proptest case judges every start of a day for three lengths: the default of 64 cases is more than 18,000 decisions;
//! `PROPTEST_CASES=3500` makes it a million.
#![expect(clippy::unwrap_used, reason = "tests")]

use instainstru_core::{
    blocks::BlockSet,
    grid::{GridTime, TimeRange},
    length::{Buffer, LessonLength},
    offer::{Agenda, DayPlan, WhyNot},
    zone::UtcRange,
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, civil::date, tz::TimeZone};
use proptest::prelude::*;

const ZONES: [&str; 8] = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Antarctica/Troll",
    "Pacific/Chatham",
];

/// Days on which one of the zones changes its clock, and their neighbours.
fn day() -> impl Strategy<Value = Date> {
    let changes = [
        date(2026, 3, 8),
        date(2026, 11, 1),
        date(2026, 3, 29),
        date(2026, 10, 25),
        date(2026, 4, 5),
        date(2026, 10, 4),
        date(2026, 4, 24),
        date(2026, 10, 29),
        date(2026, 9, 27),
        date(2026, 7, 15),
    ];
    (prop::sample::select(changes.to_vec()), -1i64..=1)
        .prop_map(|(day, by)| day.checked_add(by.days()).unwrap())
}

fn midnight_utc(day: Date) -> Timestamp {
    TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap()
}

/// Claims anywhere around the day, some of them off the grid.
fn claims() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((-1_440i64..2_880, 1i64..240), 0..8)
}

fn at(day: Date, claims: &[(i64, i64)]) -> Vec<UtcRange> {
    let mut ranges = Vec::new();
    for (from, minutes) in claims {
        let start = midnight_utc(day) + SignedDuration::from_mins(*from);
        ranges.push(UtcRange::new(start, start + SignedDuration::from_mins(*minutes)).unwrap());
    }
    ranges
}

#[derive(Debug, Clone)]
struct Situation {
    zone: TimeZone,
    plan: DayPlan,
    buffer: Buffer,
    earliest_start: Timestamp,
    instructor: Vec<UtcRange>,
    student: Vec<UtcRange>,
}

fn situation() -> impl Strategy<Value = Situation> {
    let published = prop_oneof![
        prop::collection::vec((0u8..96, 1u8..=96), 0..5).prop_map(|pairs| pairs
            .into_iter()
            .fold(BlockSet::EMPTY, |set, (a, b)| set | BlockSet::between(a, b))),
        Just(BlockSet::FULL),
    ];
    let earliest = prop_oneof![3 => Just(-10_000i64), 2 => -600i64..2_000];
    (
        prop::sample::select(ZONES.to_vec()),
        day(),
        published,
        prop::bool::weighted(0.05),
        0i64..=60,
        earliest,
        0i64..60,
        claims(),
        claims(),
    )
        .prop_map(|(zone, date, available, blackout, buffer, earliest, second, instructor, student)| {
            Situation {
                zone: TimeZone::get(zone).unwrap(),
                plan: DayPlan { date, available, blackout },
                buffer: Buffer::from_minutes(buffer).unwrap(),
                earliest_start: midnight_utc(date)
                    + SignedDuration::from_mins(earliest)
                    + SignedDuration::from_secs(second),
                instructor: at(date, &instructor),
                student: at(date, &student),
            }
        })
}

impl Situation {
    fn agenda(&self) -> Agenda<'_> {
        Agenda {
            zone: &self.zone,
            earliest_start: self.earliest_start,
            buffer: self.buffer,
            instructor_claims: &self.instructor,
            student_claims: &self.student,
        }
    }

    /// Goes through the lesson minute by minute on the wall clock and asks everything of each minute.
    fn judge(&self, start: GridTime, length: LessonLength) -> bool {
        let Ok(lesson) = TimeRange::lesson(start, length) else { return false };
        if self.plan.blackout {
            return false;
        }
        let mut previous: Option<Timestamp> = None;
        let mut instants = Vec::new();
        for minute in lesson.start().minutes()..lesson.end().minutes() {
            let (hour, min) = (i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap());
            let shown = self.plan.date.at(hour, min, 0, 0);
            let ambiguous = self.zone.to_ambiguous_timestamp(shown);
            if matches!(ambiguous.offset(), jiff::tz::AmbiguousOffset::Gap { .. }) {
                return false;
            }
            let instant = ambiguous.earlier().unwrap();
            if previous.is_some_and(|p| instant.duration_since(p) != SignedDuration::from_mins(1)) {
                return false;
            }
            if !self.plan.available.contains(GridTime::from_minutes(minute / 15 * 15).unwrap()) {
                return false;
            }
            previous = Some(instant);
            instants.push(instant);
        }
        let Some(first) = instants.first().copied() else { return false };
        if first < self.earliest_start {
            return false;
        }
        let minute = |t: Timestamp| UtcRange::new(t, t + SignedDuration::from_mins(1)).unwrap();
        let buffer = (0..i64::from(self.buffer.minutes()))
            .map(|m| first + length.duration() + SignedDuration::from_mins(m));
        instants.iter().all(|t| self.student.iter().all(|claim| !claim.overlaps(minute(*t))))
            && instants
                .iter()
                .copied()
                .chain(buffer)
                .all(|t| self.instructor.iter().all(|claim| !claim.overlaps(minute(t))))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(64), ..ProptestConfig::default() })]

    #[test]
    fn a_start_is_offered_exactly_when_nothing_speaks_against_it(situation in situation(), odd in 1i64..=16) {
        let agenda = situation.agenda();
        for minutes in [30, 60, odd * 15] {
            let length = LessonLength::from_minutes(minutes).unwrap();
            let offered = agenda.offered_starts(&situation.plan, length);
            for block in 0u8..96 {
                let start = GridTime::from_block(block).unwrap();
                let reasons = agenda.why_not(&situation.plan, start, length);
                prop_assert_eq!(offered.contains(start), reasons.is_empty(), "{} {} {:?}", start, minutes, reasons);
                prop_assert_eq!(offered.contains(start), situation.judge(start, length), "{} {}", start, minutes);
            }
        }
    }

    #[test]
    fn what_remains_is_published_and_free(situation in situation()) {
        let agenda = situation.agenda();
        let remaining = agenda.remaining(&situation.plan);
        prop_assert!((remaining - situation.plan.available).is_empty());
        // Every start that can be booked lies in what the public calendar shows.
        let quarter = LessonLength::from_minutes(15).unwrap();
        prop_assert!((agenda.offered_starts(&situation.plan, quarter) - remaining).is_empty());
    }

    #[test]
    fn longer_lessons_and_more_claims_never_add_a_start(situation in situation()) {
        let agenda = situation.agenda();
        let starts = |agenda: &Agenda<'_>, minutes| agenda.offered_starts(&situation.plan, LessonLength::from_minutes(minutes).unwrap());
        prop_assert!((starts(&agenda, 90) - starts(&agenda, 60)).is_empty());
        let quiet = Agenda { instructor_claims: &[], student_claims: &[], ..agenda };
        prop_assert!((starts(&agenda, 60) - starts(&quiet, 60)).is_empty());
    }
}

#[test]
fn the_reasons_are_complete() {
    // A lesson against which everything speaks names every reason that can hold at once.
    let zone = TimeZone::get("America/New_York").unwrap();
    let day = date(2026, 7, 15);
    let always = at(day, &[(0, 2_000)]);
    let agenda = Agenda {
        zone: &zone,
        earliest_start: Timestamp::MAX,
        buffer: Buffer::NONE,
        instructor_claims: &always,
        student_claims: &always,
    };
    let plan = DayPlan { date: day, available: BlockSet::EMPTY, blackout: true };
    let reasons = agenda.why_not(&plan, "10:00".parse().unwrap(), LessonLength::HOUR);
    assert_eq!(reasons.len(), 5);
    assert!(!reasons.contains(&WhyNot::ClockChange) && !reasons.contains(&WhyNot::PastMidnight));
}
