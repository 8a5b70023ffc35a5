//! A block of instructors, in columns. The unit of copy on write.
//!
//! Availability is day-major: for each day one column of pattern numbers, and a pool of the distinct 96-block patterns. People
//! publish the same few patterns week after week, so a number of 16 bits replaces a set of 128: 120 days of 100,000 people
//! take about 50 MB instead of 190. A segment holds 500 people and at most 130 days, so even if every day of everybody differs
//! the numbers suffice.

use instainstru_core::{
    blocks::BlockSet,
    grid::BLOCK_MINUTES,
    length::LessonLength,
    offer::{Agenda, DayPlan},
};
use instainstru_domain::{
    ids::{InstructorServiceId, UserId},
    instructor::ExperienceLevel,
};
use jiff::{Timestamp, civil::Date};
use rustc_hash::FxHashMap;

use super::{
    facts::{Ages, Levels, Modes},
    rows::{InstructorRow, OfferRow},
};
use crate::vocabulary::places::{Gazetteer, PlaceSet};

/// People of one segment.
pub(super) const PEOPLE: u16 = 500;
/// Longest time ahead that is indexed, in days.
pub(super) const MAX_DAYS: u16 = 130;

/// Number of a service in the index.
pub(super) type ServiceKey = u16;
/// Number of a combination of zone and notice.
pub(super) type ClassKey = u16;

/// One offer, packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) service: ServiceKey,
    pub(super) person: u16,
    pub(super) rate_cents: u32,
    pub(super) id: InstructorServiceId,
    /// Bit `n` stands for a length of `n + 1` quarter hours.
    pub(super) lengths: u32,
    pub(super) levels: Levels,
    pub(super) ages: Ages,
    pub(super) modes: Modes,
    pub(super) experience: Option<ExperienceLevel>,
}

impl Offer {
    pub(super) fn pack(row: &OfferRow, service: ServiceKey) -> Self {
        let lengths =
            row.durations.iter().fold(0, |all, length| all | 1u32 << (length.blocks().clamp(1, 32) - 1));
        Self {
            service,
            person: 0,
            rate_cents: u32::try_from(row.rate.cents()).unwrap_or(u32::MAX),
            id: row.id,
            lengths,
            levels: Levels::from_tags(&row.levels),
            ages: Ages::from_tags(&row.ages),
            modes: Modes::from_tags(&row.location_types),
            experience: row.experience,
        }
    }

    /// Quarter hours of the shortest lesson; an hour if none is named.
    pub(super) fn shortest(&self) -> u8 {
        if self.lengths == 0 { 4 } else { u8::try_from(self.lengths.trailing_zeros()).unwrap_or(3) + 1 }
    }

    pub(super) const fn takes(&self, blocks: u8) -> bool {
        blocks >= 1 && blocks <= 32 && (self.lengths >> (blocks - 1)) & 1 == 1
    }
}

/// One instructor, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) id: UserId,
    pub(super) class: ClassKey,
    pub(super) places: PlaceSet,
    pub(super) offers: Vec<Offer>,
    /// Free time of each day, claims taken out; whether it is too soon is asked later.
    pub(super) days: Vec<BlockSet>,
}

impl Packed {
    /// Packs a bookable instructor. `service` and `class` number what they are given.
    pub(super) fn new(
        row: &InstructorRow,
        places: &Gazetteer,
        first_day: Date,
        days: u16,
        mut service: impl FnMut(&str) -> Option<ServiceKey>,
        class: ClassKey,
    ) -> Self {
        let mut free = vec![BlockSet::EMPTY; usize::from(days)];
        let agenda = Agenda {
            zone: &row.zone,
            earliest_start: Timestamp::MIN,
            buffer: row.buffer,
            instructor_claims: &row.claims,
            student_claims: &[],
        };
        for day in &row.days {
            let ahead = (day.date - first_day).get_days();
            if let Some(slot) = usize::try_from(ahead).ok().and_then(|ahead| free.get_mut(ahead)) {
                let plan = DayPlan { date: day.date, available: day.available, blackout: day.blackout };
                *slot = bookable_blocks(&agenda, &plan);
            }
        }
        Self {
            id: row.id,
            class,
            places: places.coverage(row.areas.iter().map(String::as_str)),
            offers: row
                .offers
                .iter()
                .filter_map(|offer| Some(Offer::pack(offer, service(&offer.service)?)))
                .collect(),
            days: free,
        }
    }

    /// A number that two packed instructors share only if they are the same.
    pub(super) fn checksum(&self, service: impl Fn(ServiceKey) -> u64, class: u64) -> u64 {
        let mut sum = Sum::default();
        sum.add(u64::from(self.id.get().unsigned_abs()));
        sum.add(class);
        self.places.words().iter().for_each(|word| sum.add(*word));
        let mut offers: Vec<&Offer> = self.offers.iter().collect();
        offers.sort_by_key(|offer| offer.id);
        for offer in offers {
            sum.add(service(offer.service));
            sum.add(u64::from(offer.id.get().unsigned_abs()));
            sum.add(u64::from(offer.rate_cents));
            sum.add(u64::from(offer.lengths));
            let experience = offer.experience.map_or(0, |experience| match experience {
                ExperienceLevel::Beginner => 1,
                ExperienceLevel::Intermediate => 2,
                ExperienceLevel::Expert => 3,
            });
            sum.add(u64::from(u32::from_le_bytes([
                offer.levels.bits(),
                offer.ages.bits(),
                offer.modes.bits(),
                experience,
            ])));
        }
        for (day, free) in (0u64..).zip(&self.days).filter(|(_, free)| !free.is_empty()) {
            sum.add(day);
            let bits = free.bits();
            sum.add(u64::try_from(bits & u128::from(u64::MAX)).unwrap_or(0));
            sum.add(u64::try_from(bits >> 64).unwrap_or(0));
        }
        sum.0
    }
}

/// A running sum in which order matters.
#[derive(Debug)]
pub(super) struct Sum(pub(super) u64);

impl Default for Sum {
    fn default() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }
}

impl Sum {
    pub(super) fn add(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(27) ^ (self.0 >> 31);
    }

    pub(super) fn text(text: &str) -> u64 {
        let mut sum = Self::default();
        text.bytes().for_each(|byte| sum.add(u64::from(byte)));
        sum.0
    }
}

/// The blocks of a day such that a lesson can be booked exactly where its whole run lies in them.
///
/// Runs of blocks say so on all days but those on which the clock jumps between two existing blocks: there the block before the
/// jump is given up, so that no start is ever shown that cannot be booked.
fn bookable_blocks(agenda: &Agenda<'_>, day: &DayPlan) -> BlockSet {
    let Ok(block) = LessonLength::from_minutes(i64::from(BLOCK_MINUTES)) else { return BlockSet::EMPTY };
    let Ok(two) = LessonLength::from_minutes(i64::from(BLOCK_MINUTES) * 2) else { return BlockSet::EMPTY };
    let free = agenda.offered_starts(day, block);
    let jumps = free.starts_of_runs(2) - agenda.offered_starts(day, two);
    free - jumps
}

/// Up to [`PEOPLE`] instructors in columns.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    ids: Vec<Option<UserId>>,
    classes: Vec<ClassKey>,
    places: Vec<PlaceSet>,
    sums: Vec<u64>,
    /// Number of the pattern of each person on each day: `day * PEOPLE + person`.
    days: Vec<u16>,
    patterns: Vec<BlockSet>,
    /// By service, then person.
    offers: Vec<Offer>,
}

impl Segment {
    /// Puts people into columns, the first [`PEOPLE`] of them, each with a checksum.
    pub(super) fn new(people: &[(Packed, u64)], days: u16) -> Self {
        let mut segment = Self {
            ids: Vec::new(),
            classes: Vec::new(),
            places: Vec::new(),
            sums: Vec::new(),
            days: vec![0; usize::from(days) * usize::from(PEOPLE)],
            patterns: vec![BlockSet::EMPTY],
            offers: Vec::new(),
        };
        let mut known: FxHashMap<BlockSet, u16> = [(BlockSet::EMPTY, 0)].into_iter().collect();
        for (slot, (person, sum)) in (0..PEOPLE).zip(people) {
            segment.ids.push(Some(person.id));
            segment.classes.push(person.class);
            segment.places.push(person.places);
            segment.sums.push(*sum);
            segment.offers.extend(person.offers.iter().map(|offer| Offer { person: slot, ..*offer }));
            for (day, free) in (0..days).zip(&person.days) {
                let fresh = u16::try_from(segment.patterns.len()).unwrap_or(0);
                let number = *known.entry(*free).or_insert(fresh);
                if number == fresh && fresh != 0 {
                    segment.patterns.push(*free);
                }
                if let Some(cell) = segment.days.get_mut(cell(day, slot)) {
                    *cell = number;
                }
            }
        }
        segment.offers.sort_by_key(|offer| (offer.service, offer.person, offer.id));
        segment.offers.shrink_to_fit();
        segment.patterns.shrink_to_fit();
        segment
    }

    /// Everybody in it, unpacked, to be put into columns again with a change.
    pub(super) fn people(&self, days: u16) -> Vec<(Packed, u64)> {
        let mut people: Vec<(Packed, u64)> = Vec::with_capacity(self.ids.len() + 1);
        let mut position: Vec<Option<usize>> = Vec::with_capacity(self.ids.len());
        for (slot, id) in (0..PEOPLE).zip(&self.ids) {
            let Some(id) = *id else {
                position.push(None);
                continue;
            };
            position.push(Some(people.len()));
            let packed = Packed {
                id,
                class: self.class(slot),
                places: self.places.get(usize::from(slot)).copied().unwrap_or_default(),
                offers: Vec::new(),
                days: (0..days).map(|day| self.free(day, slot)).collect(),
            };
            people.push((packed, self.sums.get(usize::from(slot)).copied().unwrap_or(0)));
        }
        for offer in &self.offers {
            let at = position.get(usize::from(offer.person)).copied().flatten();
            if let Some((person, _)) = at.and_then(|at| people.get_mut(at)) {
                person.offers.push(*offer);
            }
        }
        people
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = UserId> {
        self.ids.iter().filter_map(|id| *id)
    }

    pub(super) fn sum(&self) -> u64 {
        self.sums.iter().fold(0, |all, sum| all.wrapping_add(*sum))
    }

    pub(super) fn id(&self, person: u16) -> Option<UserId> {
        self.ids.get(usize::from(person)).copied().flatten()
    }

    pub(super) fn class(&self, person: u16) -> ClassKey {
        self.classes.get(usize::from(person)).copied().unwrap_or(0)
    }

    pub(super) fn comes_to(&self, person: u16, asked: &PlaceSet) -> bool {
        self.places.get(usize::from(person)).is_some_and(|places| places.meets(asked))
    }

    /// Free time of a person on a day.
    pub(super) fn free(&self, day: u16, person: u16) -> BlockSet {
        let pattern = self.days.get(cell(day, person)).copied().unwrap_or(0);
        self.patterns.get(usize::from(pattern)).copied().unwrap_or(BlockSet::EMPTY)
    }

    /// Whether anybody is free in the window on any day.
    pub(super) fn ever_free(&self, window: BlockSet) -> bool {
        self.patterns.iter().any(|pattern| !(*pattern & window).is_empty())
    }

    /// All offers, by service.
    pub(super) fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// The offers of one service.
    pub(super) fn offers_of(&self, service: ServiceKey) -> &[Offer] {
        let from = self.offers.partition_point(|offer| offer.service < service);
        let rest = self.offers.get(from..).unwrap_or_default();
        let count = rest.partition_point(|offer| offer.service == service);
        rest.get(..count).unwrap_or_default()
    }

    /// Bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.ids.as_slice())
            + size_of_val(self.classes.as_slice())
            + size_of_val(self.places.as_slice())
            + size_of_val(self.sums.as_slice())
            + size_of_val(self.days.as_slice())
            + size_of_val(self.patterns.as_slice())
            + size_of_val(self.offers.as_slice())
    }
}

fn cell(day: u16, person: u16) -> usize {
    usize::from(day) * usize::from(PEOPLE) + usize::from(person)
}

#[cfg(test)]
mod tests {
    use instainstru_core::length::Buffer;
    use jiff::{civil::date, tz::TimeZone};

    use super::*;

    /// Runs of the packed blocks against the function that decides bookings, on the days on which the clock changes.
    #[test]
    fn no_start_is_shown_across_a_change_of_the_clock() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let agenda = Agenda {
            zone: &zone,
            earliest_start: Timestamp::MIN,
            buffer: Buffer::NONE,
            instructor_claims: &[],
            student_claims: &[],
        };
        for day in [date(2026, 3, 8), date(2026, 11, 1), date(2026, 7, 1)] {
            let plan = DayPlan { date: day, available: BlockSet::FULL, blackout: false };
            let packed = bookable_blocks(&agenda, &plan);
            for minutes in (15..=240).step_by(15) {
                let length = LessonLength::from_minutes(minutes).unwrap();
                let shown = packed.starts_of_runs(length.blocks());
                let offered = agenda.offered_starts(&plan, length);
                assert!((shown - offered).is_empty(), "{day} {minutes}: {:?}", shown - offered);
                assert!((offered - shown).len() <= 1, "{day} {minutes}: {:?}", offered - shown);
            }
        }
    }

    #[test]
    fn people_survive_being_put_into_columns() {
        let person = |id: i64, blocks: u8| {
            let days = (0..7).map(|day| BlockSet::between(30 + day, 30 + day + blocks)).collect();
            let packed = Packed {
                id: UserId::new(id).unwrap(),
                class: 0,
                places: PlaceSet::from_iter([3, 70]),
                offers: Vec::new(),
                days,
            };
            (packed, u64::try_from(id).unwrap())
        };
        let people = vec![person(1, 4), person(2, 0), person(3, 9)];
        assert_eq!(Segment::new(&people, 7).people(7), people);
    }
}
