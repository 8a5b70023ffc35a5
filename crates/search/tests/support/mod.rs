//! Generated instructors, the same for the same seed.
#![allow(dead_code, reason = "each test file uses a part")]

use instainstru_core::{
    blocks::BlockSet,
    grid::TimeRange,
    length::{Buffer, LessonLength, Notice},
    money::HourlyRate,
    zone::{DayClock, UtcRange},
};
use instainstru_domain::{
    ids::{InstructorServiceId, UserId},
    instructor::ExperienceLevel,
};
use instainstru_search::index::{DayRow, InstructorRow, OfferRow};
use jiff::{
    ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};

/// The date on which the generated calendars begin.
pub(crate) const TODAY: Date = date(2026, 3, 11);
pub(crate) const NOW: &str = "2026-03-11T15:00:00Z";

/// `SplitMix64`.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub(crate) const AREAS: &[&str] = &[
    "Manhattan",
    "Brooklyn",
    "Queens",
    "Bronx",
    "Staten Island",
    "Astoria",
    "Williamsburg",
    "Park Slope",
    "Harlem",
    "Chelsea",
    "Flushing",
    "Riverdale",
    "St. George",
    "Upper West Side",
    "Bushwick",
];
const PATTERNS: &[&[&str]] = &[
    &["09:00-17:00"],
    &["09:00-12:00", "13:00-17:00"],
    &["16:00-21:00"],
    &["07:00-10:00", "18:00-21:30"],
    &["10:00-14:30"],
    &["12:00-20:00"],
    &["08:00-11:15"],
];

/// An instructor with one to three offers, a weekly pattern for `days` days, some blackouts and some lessons.
pub(crate) fn instructor(id: i64, services: &[String], days: i32, chance: &mut Chance) -> InstructorRow {
    let zone =
        TimeZone::get(if chance.one_in(20) { "America/Los_Angeles" } else { "America/New_York" }).unwrap();
    let week: Vec<Option<&[&str]>> =
        (0..7).map(|_| (!chance.one_in(3)).then(|| *chance.pick(PATTERNS))).collect();
    let mut rows = Vec::new();
    let mut claims = Vec::new();
    for ahead in 0..days {
        let date = TODAY.saturating_add(ahead.days());
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap();
        let Some(pattern) = week[weekday] else { continue };
        let ranges = pattern.iter().map(|range| range.parse::<TimeRange>().unwrap());
        let available: BlockSet = ranges.collect();
        rows.push(DayRow { date, available, blackout: chance.one_in(30) });
        if chance.one_in(6)
            && let Some(start) = available.first()
            && let Ok(lesson) = TimeRange::lesson(start, LessonLength::HOUR)
            && let Some(instants) = DayClock::new(date, &zone).instants(lesson)
        {
            claims.push(UtcRange::new(instants.start(), instants.end()).unwrap());
        }
    }
    let offers = (0..1 + chance.below(3))
        .map(|number| OfferRow {
            id: InstructorServiceId::new(id * 4 + i64::try_from(number).unwrap()).unwrap(),
            service: chance.pick(services).clone(),
            rate: HourlyRate::from_cents(i64::try_from(3_000 + 500 * chance.below(30)).unwrap()).unwrap(),
            durations: [30, 45, 60, 90, 120]
                .into_iter()
                .filter(|_| chance.one_in(2))
                .chain([60])
                .map(|minutes| LessonLength::from_minutes(minutes).unwrap())
                .collect(),
            experience: *chance.pick(&[
                None,
                Some(ExperienceLevel::Intermediate),
                Some(ExperienceLevel::Expert),
            ]),
            levels: some(&["beginner", "intermediate", "advanced"], chance),
            ages: some(&["kids", "teens", "adults"], chance),
            location_types: some(&["in-person", "online"], chance),
        })
        .collect();
    InstructorRow {
        id: UserId::new(id).unwrap(),
        bookable: !chance.one_in(12),
        areas: (0..1 + chance.below(2)).map(|_| (*chance.pick(AREAS)).to_owned()).collect(),
        zone,
        notice: Notice::from_hours(*chance.pick(&[0, 1, 2, 12, 24])).unwrap(),
        buffer: Buffer::from_minutes(*chance.pick(&[0, 15, 30])).unwrap(),
        offers,
        days: rows,
        claims,
    }
}

fn some(tags: &[&str], chance: &mut Chance) -> Vec<String> {
    tags.iter().filter(|_| chance.one_in(2)).map(|tag| (*tag).to_owned()).collect()
}

/// Instructors `1..=count` over these services.
pub(crate) fn instructors(
    count: i64,
    services: &[String],
    days: i32,
    seed: u64,
) -> impl Iterator<Item = InstructorRow> {
    let mut chance = Chance(seed);
    let services = services.to_vec();
    (1..=count).map(move |id| instructor(id, &services, days, &mut chance))
}
