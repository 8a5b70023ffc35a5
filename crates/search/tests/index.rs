//! The index against a naive scan of the same rows, and against itself after changes.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::{collections::BTreeSet, sync::Arc};

use instainstru_core::{
    blocks::BlockSet,
    dates::DateRange,
    grid::GridTime,
    length::LessonLength,
    offer::{Agenda, DayPlan},
};
use instainstru_search::{
    index::{Filter, Index, InstructorRow, NEXT_STARTS, OfferRow},
    query::{Audience, Level, Mode, TimeWindow, Weekdays},
    vocabulary::{
        Sources,
        places::{Gazetteer, PlaceSet},
    },
};
use jiff::{Timestamp, ToSpan, civil::Weekday};
use support::{AREAS, Chance, NOW, TODAY};

const DAYS: u16 = 21;

fn services() -> Vec<String> {
    ["piano", "guitar", "drums", "yoga", "spanish", "chess"].map(str::to_owned).to_vec()
}

fn rows(seed: u64) -> Vec<InstructorRow> {
    // More than one segment.
    support::instructors(1_100, &services(), i32::from(DAYS), seed).collect()
}

fn places() -> Arc<Gazetteer> {
    Arc::new(Gazetteer::new(Sources::embedded().unwrap().places))
}

fn random_filter(chance: &mut Chance, places: &Gazetteer) -> Filter {
    let mut filter = Filter::default();
    if !chance.one_in(3) {
        let all = services();
        let count = 1 + chance.below(2);
        let chosen: BTreeSet<String> = (0..count).map(|_| chance.pick(&all).clone()).collect();
        filter.services = Some(chosen.into_iter().map(|slug| (slug, 1000)).collect());
    }
    if chance.one_in(3) {
        filter.max_cents = Some(u32::try_from(4_000 + 500 * chance.below(25)).unwrap());
    }
    if chance.one_in(4) {
        filter.min_cents = Some(u32::try_from(3_000 + 500 * chance.below(15)).unwrap());
    }
    if chance.one_in(3) {
        filter.places = places.find(chance.pick::<&str>(AREAS)).into_iter().collect::<PlaceSet>();
    }
    if chance.one_in(4) {
        filter.mode = Some(*chance.pick(&[Mode::Online, Mode::InPerson]));
    }
    if chance.one_in(4) {
        filter.levels = vec![*chance.pick(&[Level::Beginner, Level::Intermediate, Level::Advanced])];
    }
    if chance.one_in(4) {
        filter.audience = vec![*chance.pick(&[Audience::Kids, Audience::Teens, Audience::Adults])];
    }
    if chance.one_in(4) {
        filter.duration = Some(*chance.pick(&[30, 45, 60, 90, 120]));
    }
    if chance.one_in(2) {
        let first = TODAY.saturating_add(i64::try_from(chance.below(15)).unwrap().days());
        filter.dates = vec![DateRange::of_days(first, u16::try_from(1 + chance.below(3)).unwrap())];
    }
    if chance.one_in(5) {
        filter.weekdays =
            *chance.pick(&[Weekdays::WEEKEND, Weekdays::WORKING, Weekdays::of(Weekday::Tuesday)]);
    }
    if chance.one_in(2) {
        let from = u8::try_from(chance.below(80)).unwrap();
        let to = from + 4 + u8::try_from(chance.below(16)).unwrap();
        filter.time = Some(TimeWindow {
            from: (!chance.one_in(4)).then(|| GridTime::from_block(from).unwrap()),
            to: (!chance.one_in(4)).then(|| GridTime::from_block(to.min(96)).unwrap()),
            start_only: chance.one_in(3),
        });
    }
    filter
}

/// Looks at every row, with the same function that decides bookings.
fn naive(rows: &[InstructorRow], filter: &Filter, places: &Gazetteer, now: Timestamp) -> BTreeSet<i32> {
    let mut found = BTreeSet::new();
    for row in rows.iter().filter(|row| row.bookable) {
        let near = filter.places.is_empty()
            || places.coverage(row.areas.iter().map(String::as_str)).meets(&filter.places);
        found.extend(
            row.offers
                .iter()
                .filter(|offer| near && offer_fits(offer, filter) && free(row, offer, filter, now))
                .map(|offer| offer.id.get()),
        );
    }
    found
}

fn offer_fits(offer: &OfferRow, filter: &Filter) -> bool {
    let cents = u32::try_from(offer.rate.cents()).unwrap();
    let has = |list: &[String], tag: &str| list.iter().any(|have| have == tag);
    filter.services.as_ref().is_none_or(|list| list.iter().any(|(slug, _)| *slug == offer.service))
        && filter.min_cents.is_none_or(|min| cents >= min)
        && filter.max_cents.is_none_or(|max| cents <= max)
        && filter.mode.is_none_or(|mode| {
            has(&offer.location_types, if mode == Mode::Online { "online" } else { "in-person" })
        })
        && (filter.levels.is_empty()
            || offer.levels.is_empty()
            || filter.levels.iter().any(|l| has(&offer.levels, l.as_str())))
        && (filter.audience.is_empty()
            || offer.ages.is_empty()
            || filter.audience.iter().any(|a| has(&offer.ages, a.as_str())))
        && filter
            .duration
            .is_none_or(|minutes| offer.durations.iter().any(|length| length.minutes() == minutes))
}

fn free(row: &InstructorRow, offer: &OfferRow, filter: &Filter, now: Timestamp) -> bool {
    if !filter.asks_for_time() {
        return true;
    }
    let length = filter.duration.map_or_else(
        || *offer.durations.iter().min().unwrap(),
        |minutes| LessonLength::from_minutes(i64::from(minutes)).unwrap(),
    );
    let agenda = Agenda {
        zone: &row.zone,
        earliest_start: row.notice.earliest_start(now),
        buffer: row.buffer,
        instructor_claims: &row.claims,
        student_claims: &[],
    };
    row.days.iter().any(|day| {
        let on_day = (filter.dates.is_empty() || filter.dates.iter().any(|range| range.contains(day.date)))
            && (filter.weekdays.is_empty() || filter.weekdays.contains(day.date.weekday()));
        let plan = DayPlan { date: day.date, available: day.available, blackout: day.blackout };
        on_day
            && agenda.offered_starts(&plan, length).iter().any(|start| in_window(start, length, filter.time))
    })
}

fn in_window(start: GridTime, length: LessonLength, time: Option<TimeWindow>) -> bool {
    let Some(time) = time else { return true };
    let end = u32::from(start.minutes()) + u32::from(if time.start_only { 15 } else { length.minutes() });
    time.from.is_none_or(|from| start >= from) && time.to.is_none_or(|to| end <= u32::from(to.minutes()))
}

fn indexed(index: &Index, filter: &Filter, now: Timestamp) -> BTreeSet<i32> {
    let found = index.snapshot().find(filter, now, 10_000);
    assert_eq!(found.total, found.matches.len());
    found.matches.iter().map(|found| found.offer.get()).collect()
}

#[test]
fn a_thousand_random_filters_find_what_a_naive_scan_finds() {
    let (rows, places) = (rows(1), places());
    let index = Index::new(Arc::clone(&places), TODAY, DAYS);
    index.rebuild(TODAY, rows.clone());
    let mut chance = Chance(42);
    let mut hits = 0;
    for number in 0..1_000 {
        let filter = random_filter(&mut chance, &places);
        let now = NOW.parse::<Timestamp>().unwrap() + i64::try_from(chance.below(72)).unwrap().hours();
        let expected = naive(&rows, &filter, &places, now);
        hits += usize::from(!expected.is_empty());
        assert_eq!(indexed(&index, &filter, now), expected, "filter {number}: {filter:?} at {now}");
    }
    assert!(hits > 300, "the filters must find something to prove anything: {hits}");
}

#[test]
fn every_start_that_is_shown_can_be_booked() {
    let (rows, places) = (rows(2), places());
    let index = Index::new(Arc::clone(&places), TODAY, DAYS);
    index.rebuild(TODAY, rows.clone());
    let now: Timestamp = NOW.parse().unwrap();
    let mut chance = Chance(9);
    let mut shown = 0;
    for _ in 0..100 {
        let filter = random_filter(&mut chance, &places);
        for found in index.snapshot().find(&filter, now, 50).matches {
            let row = rows.iter().find(|row| row.id == found.instructor).unwrap();
            let offer = row.offers.iter().find(|offer| offer.id == found.offer).unwrap();
            let length = filter.duration.map_or_else(
                || *offer.durations.iter().min().unwrap(),
                |minutes| LessonLength::from_minutes(i64::from(minutes)).unwrap(),
            );
            assert_eq!(found.length, length);
            let agenda = Agenda {
                zone: &row.zone,
                earliest_start: row.notice.earliest_start(now),
                buffer: row.buffer,
                instructor_claims: &row.claims,
                student_claims: &[],
            };
            assert!(found.next_starts.len() <= NEXT_STARTS);
            for two in found.next_starts.windows(2) {
                let apart = two[1].time.block().saturating_sub(two[0].time.block());
                assert!(two[0].date < two[1].date || apart >= length.blocks(), "{two:?} overlap");
            }
            for start in &found.next_starts {
                let day = row.days.iter().find(|day| day.date == start.date).unwrap();
                let plan = DayPlan { date: day.date, available: day.available, blackout: day.blackout };
                assert_eq!(agenda.why_not(&plan, start.time, length), []);
                shown += 1;
            }
        }
    }
    assert!(shown > 1_000, "starts must be shown to prove anything: {shown}");
}

#[test]
fn changes_one_by_one_give_the_index_that_a_rebuild_gives() {
    let places = places();
    let (before, after) = (rows(3), rows(4));
    let index = Index::new(Arc::clone(&places), TODAY, DAYS);
    index.rebuild(TODAY, before);
    for row in &after {
        if row.id.get() % 3 == 0 {
            index.remove_instructor(row.id);
        }
        index.replace_instructor(row);
    }
    let fresh = Index::new(places, TODAY, DAYS);
    fresh.replace_instructors(&after);
    assert_eq!(index.checksum(), fresh.checksum());
    assert_eq!(index.checksum(), index.checksum_of(after.clone()));
    assert_eq!(index.snapshot().len(), after.iter().filter(|row| row.bookable).count());
    let now = NOW.parse().unwrap();
    assert_eq!(indexed(&index, &Filter::default(), now), indexed(&fresh, &Filter::default(), now));
}

#[test]
fn a_drifted_calendar_changes_the_checksum() {
    let mut rows = rows(5);
    let index = Index::new(places(), TODAY, DAYS);
    index.rebuild(TODAY, rows.clone());
    let at = rows.iter().position(|row| row.bookable && !row.days.is_empty()).unwrap();
    let changed = if rows[at].days[0].available.is_empty() { BlockSet::FULL } else { BlockSet::EMPTY };
    rows[at].days[0].available = changed;
    rows[at].days[0].blackout = false;
    rows[at].claims.clear();
    assert_ne!(index.checksum(), index.checksum_of(rows));
}

#[test]
fn suspended_people_never_appear() {
    let rows = rows(6);
    let index = Index::new(places(), TODAY, DAYS);
    index.rebuild(TODAY, rows.clone());
    let now = NOW.parse().unwrap();
    let listed = |index: &Index| -> BTreeSet<i32> {
        index
            .snapshot()
            .find(&Filter::default(), now, 10_000)
            .matches
            .iter()
            .map(|found| found.instructor.get())
            .collect()
    };
    let suspended: BTreeSet<i32> = rows.iter().filter(|row| !row.bookable).map(|row| row.id.get()).collect();
    assert!(!suspended.is_empty() && listed(&index).is_disjoint(&suspended));
    let one = rows.iter().find(|row| row.bookable).unwrap();
    index.replace_instructor(&InstructorRow { bookable: false, ..one.clone() });
    assert!(!listed(&index).contains(&one.id.get()));
    index.replace_instructor(one);
    assert!(listed(&index).contains(&one.id.get()));
}
