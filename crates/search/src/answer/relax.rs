//! When nothing fits: what a change of one constraint would find. The service is never relaxed.

use instainstru_core::grid::GridTime;

use super::{SearchResult, Searcher};
use crate::{
    index::Filter,
    query::{Mode, Query, Slot, TimeWindow, Weekdays, shown_dollars},
    vocabulary::places::PlaceSet,
};

/// One change, and what it would find.
#[derive(Debug, Clone, PartialEq)]
pub struct Relaxation {
    /// The constraint that changes.
    pub slot: Slot,
    /// The change, in words.
    pub change: String,
    /// Number of results it would find, from 1 to 1,000; beyond that it is not counted on.
    pub count: usize,
    /// The filter with the change.
    pub filter: Filter,
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.services == other.services
            && (self.min_cents, self.max_cents) == (other.min_cents, other.max_cents)
            && self.places == other.places
            && self.mode == other.mode
            && self.levels == other.levels
            && self.audience == other.audience
            && self.duration == other.duration
            && self.dates == other.dates
            && self.weekdays == other.weekdays
            && self.time == other.time
    }
}

/// A result that misses one constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct NearMiss {
    /// The result.
    pub result: SearchResult,
    /// What differs, in words.
    pub differs: String,
}

/// Hours by which the time of day is moved unasked, as a labelled offer.
const SHIFT_BLOCKS: u8 = 8;

/// A change that finds as many needs no better number.
const MOST_COUNTED: usize = 1_000;

/// Every change of a single constraint that finds something, and the results of the smallest change of time.
pub(super) fn around(
    searcher: &Searcher<'_>,
    query: &Query,
    filter: &Filter,
    limit: usize,
) -> (Vec<Relaxation>, Vec<NearMiss>) {
    let mut relaxations = Vec::new();
    let unknown_place = query.unknown_place.as_deref();
    let mut offer = |slot: Slot, change: String, filter: Filter| {
        // Beside an unknown place every other change would have to guess where.
        if unknown_place.is_some() && slot != Slot::UnknownPlace {
            return;
        }
        let count = searcher.snapshot.count(&filter, searcher.now, MOST_COUNTED);
        if count > 0 {
            relaxations.push(Relaxation { slot, change, count, filter });
        }
    };
    if let Some(name) = unknown_place {
        offer(Slot::UnknownPlace, format!("anywhere in New York instead of {name}"), filter.clone());
    }
    if let Some(time) = filter.time {
        if let Some(from) = time.from {
            let earlier = TimeWindow { from: None, to: Some(from), start_only: time.start_only };
            offer(Slot::Time, format!("before {from}"), Filter { time: Some(earlier), ..filter.clone() });
        }
        if let Some(to) = time.to {
            let later = TimeWindow { from: Some(to), to: None, start_only: false };
            offer(Slot::Time, format!("after {to}"), Filter { time: Some(later), ..filter.clone() });
        }
    }
    if !filter.dates.is_empty() || !filter.weekdays.is_empty() {
        let change = if filter.time.is_some() { "at that time on another day" } else { "on another day" };
        let any_day = Filter { dates: Vec::new(), weekdays: Weekdays::default(), ..filter.clone() };
        offer(Slot::Date, change.to_owned(), any_day);
    }
    if let Some(max) = filter.max_cents {
        let dearer = Filter { max_cents: None, min_cents: Some(max.saturating_add(1)), ..filter.clone() };
        if let Some(cheapest) = searcher.snapshot.lowest_rate(&dearer, searcher.now) {
            let change = format!("up to {}", shown_dollars(cheapest));
            offer(Slot::Price, change, Filter { max_cents: Some(cheapest), ..filter.clone() });
        }
    }
    if let Some(min) = filter.min_cents {
        let change = format!("below {}", shown_dollars(min));
        offer(Slot::Price, change, Filter { min_cents: None, ..filter.clone() });
    }
    if !filter.places.is_empty() {
        let wider = around_places(searcher, query);
        if wider != filter.places {
            offer(
                Slot::Place,
                "in a neighborhood next to it".to_owned(),
                Filter { places: wider, ..filter.clone() },
            );
        }
        let online = Filter { places: PlaceSet::default(), mode: Some(Mode::Online), ..filter.clone() };
        offer(Slot::Place, "online".to_owned(), online);
        offer(
            Slot::Place,
            "anywhere in New York".to_owned(),
            Filter { places: PlaceSet::default(), ..filter.clone() },
        );
    }
    if let Some(mode) = filter.mode {
        let other = match mode {
            Mode::Online => (Mode::InPerson, "in person"),
            Mode::InPerson => (Mode::Online, "online"),
        };
        offer(Slot::Mode, other.1.to_owned(), Filter { mode: Some(other.0), ..filter.clone() });
    }
    if !filter.levels.is_empty() {
        offer(Slot::Level, "at another level".to_owned(), Filter { levels: Vec::new(), ..filter.clone() });
    }
    if !filter.audience.is_empty() {
        offer(Slot::Audience, "for other ages".to_owned(), Filter { audience: Vec::new(), ..filter.clone() });
    }
    if let Some(minutes) = filter.duration {
        offer(
            Slot::Duration,
            format!("with a length other than {minutes} minutes"),
            Filter { duration: None, ..filter.clone() },
        );
    }
    (relaxations, shifted(searcher, query, filter, limit))
}

fn around_places(searcher: &Searcher<'_>, query: &Query) -> PlaceSet {
    let gazetteer = searcher.vocabulary.places();
    let mut set = searcher.places(query);
    for place in query.places.iter().filter_map(|ix| gazetteer.get(*ix)) {
        place.neighbours.iter().for_each(|neighbour| set.insert(*neighbour));
    }
    set
}

/// Results within two hours of the time that was asked for, on the same days, each saying so.
fn shifted(searcher: &Searcher<'_>, query: &Query, filter: &Filter, limit: usize) -> Vec<NearMiss> {
    let Some(time) = filter.time.filter(|_| query.unknown_place.is_none()) else { return Vec::new() };
    let earlier = |time: GridTime| GridTime::from_block(time.block().saturating_sub(SHIFT_BLOCKS));
    let later = |time: GridTime| GridTime::from_block(time.block().saturating_add(SHIFT_BLOCKS).min(96));
    let wider = TimeWindow { from: time.from.and_then(earlier), to: time.to.and_then(later), ..time };
    let found = searcher.snapshot.find(&Filter { time: Some(wider), ..filter.clone() }, searcher.now, limit);
    let asked = crate::query::shown_time(time);
    found
        .matches
        .iter()
        .map(|found| NearMiss {
            differs: found
                .next_starts
                .first()
                .map_or_else(String::new, |start| format!("begins at {}, not {asked}", start.time)),
            result: searcher.result(query, found),
        })
        .collect()
}
