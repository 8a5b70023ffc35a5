//! From a question in words to its answer: random questions, put together from pieces whose meaning is known, must find what a
//! naive scan of the same rows finds.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod naive;
mod support;

use std::collections::BTreeSet;

use instainstru_core::{dates::DateRange, grid::GridTime};
use instainstru_search::{
    answer::{Context, MAX_LIMIT, SearchEngine},
    index::{Filter, InstructorRow},
    query::{Audience, Level, Mode, TimeWindow, Weekdays},
    vocabulary::{Vocabulary, places::Gazetteer},
};
use jiff::{
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use naive::naive;
use support::{Chance, NOW, TODAY};

const DAYS: u16 = 30;
const QUESTIONS: usize = 1_000;

/// What is to be learnt, and the services that may answer.
const SUBJECTS: &[(&str, &[&str])] = &[
    ("piano", &["piano"]),
    ("guitar lessons", &["guitar"]),
    ("a drum teacher", &["drums"]),
    ("yoga", &["yoga"]),
    ("spanish tutor", &["spanish"]),
    ("chess coach", &["chess"]),
    ("gitar lesons", &["guitar"]),
    ("español", &["spanish"]),
    ("piano or guitar", &["piano", "guitar"]),
    ("yoga and chess", &["yoga", "chess"]),
    ("drums, guitar or spanish", &["drums", "guitar", "spanish"]),
    ("spanish/chess", &["spanish", "chess"]),
    ("music lessons", &["piano", "guitar", "drums"]),
    ("music lessons but not piano", &["guitar", "drums"]),
    ("guitar, not piano", &["guitar"]),
    ("lessons", &["piano", "guitar", "drums", "yoga", "spanish", "chess"]),
];

/// A piece of a question, and what it asks of the filter.
type Piece = (&'static str, fn(&mut Filter, &Gazetteer));

const PRICES: &[Piece] = &[
    ("under $80", |filter, _| filter.max_cents = Some(8_000)),
    ("up to 95 dollars an hour", |filter, _| filter.max_cents = Some(9_500)),
    ("over $60", |filter, _| filter.min_cents = Some(6_000)),
    ("between $50 and $90", |filter, _| (filter.min_cents, filter.max_cents) = (Some(5_000), Some(9_000))),
    ("around $100", |filter, _| (filter.min_cents, filter.max_cents) = (Some(8_000), Some(12_000))),
    ("for less than a hundred dollars", |filter, _| filter.max_cents = Some(10_000)),
];
const PLACES: &[Piece] = &[
    ("in astoria", |filter, places| in_places(filter, places, &["Astoria"])),
    ("in brooklyn", |filter, places| in_places(filter, places, &["Brooklyn"])),
    ("upper west side", |filter, places| in_places(filter, places, &["Upper West Side"])),
    ("in harlem or chelsea", |filter, places| in_places(filter, places, &["Harlem", "Chelsea"])),
    ("in williamsberg", |filter, places| in_places(filter, places, &["Williamsburg"])),
];
const MODES: &[Piece] = &[
    ("online", |filter, _| filter.mode = Some(Mode::Online)),
    ("over zoom", |filter, _| filter.mode = Some(Mode::Online)),
    ("in person", |filter, _| filter.mode = Some(Mode::InPerson)),
    ("not online", |filter, _| filter.mode = Some(Mode::InPerson)),
];
const LEVELS: &[Piece] = &[
    ("for beginners", |filter, _| filter.levels = vec![Level::Beginner]),
    ("intermediate", |filter, _| filter.levels = vec![Level::Intermediate]),
    ("advanced", |filter, _| filter.levels = vec![Level::Advanced]),
];
const PEOPLE: &[Piece] = &[
    ("for kids", |filter, _| filter.audience = vec![Audience::Kids]),
    ("for my 8 year old", |filter, _| filter.audience = vec![Audience::Kids]),
    ("for a 15 yo", |filter, _| filter.audience = vec![Audience::Teens]),
    ("for adults", |filter, _| filter.audience = vec![Audience::Adults]),
];
const DATES: &[Piece] = &[
    ("tomorrow", |filter, _| filter.dates = vec![DateRange::day(date(2026, 3, 12))]),
    ("this weekend", |filter, _| filter.dates = vec![range(date(2026, 3, 14), date(2026, 3, 15))]),
    ("next week", |filter, _| filter.dates = vec![range(date(2026, 3, 16), date(2026, 3, 22))]),
    ("on friday", |filter, _| filter.dates = vec![DateRange::day(date(2026, 3, 13))]),
    ("next tuesday", |filter, _| filter.dates = vec![DateRange::day(date(2026, 3, 17))]),
    ("3/20", |filter, _| filter.dates = vec![DateRange::day(date(2026, 3, 20))]),
    ("saturday or monday", |filter, _| {
        filter.dates = vec![DateRange::day(date(2026, 3, 14)), DateRange::day(date(2026, 3, 16))];
    }),
    ("on weekends", |filter, _| filter.weekdays = Weekdays::WEEKEND),
    ("every tuesday", |filter, _| filter.weekdays = Weekdays::of(Weekday::Tuesday)),
];
const TIMES: &[Piece] = &[
    ("after 5pm", |filter, _| filter.time = Some(window(Some(17), None, false))),
    ("before noon", |filter, _| filter.time = Some(window(None, Some(12), false))),
    ("in the morning", |filter, _| filter.time = Some(window(Some(6), Some(12), false))),
    ("at 4pm", |filter, _| filter.time = Some(window(Some(16), Some(17), true))),
    ("between 2 and 4pm", |filter, _| filter.time = Some(window(Some(14), Some(16), false))),
    ("after school", |filter, _| filter.time = Some(window(Some(15), Some(18), false))),
];
const LENGTHS: &[Piece] = &[
    ("for 90 minutes", |filter, _| filter.duration = Some(90)),
    ("for half an hour", |filter, _| filter.duration = Some(30)),
    ("for 2 hours", |filter, _| filter.duration = Some(120)),
];
/// Each kind of piece, and one in how many questions has one.
const KINDS: &[(&[Piece], usize)] =
    &[(PRICES, 2), (PLACES, 3), (MODES, 3), (LEVELS, 4), (PEOPLE, 4), (DATES, 2), (TIMES, 3), (LENGTHS, 4)];

fn in_places(filter: &mut Filter, places: &Gazetteer, names: &[&str]) {
    filter.places = names.iter().map(|name| places.find(name).unwrap()).collect();
}

fn range(first: Date, last: Date) -> DateRange {
    DateRange::new(first, last).unwrap()
}

fn window(from: Option<u8>, to: Option<u8>, start_only: bool) -> TimeWindow {
    let hour = |hour: Option<u8>| hour.map(|hour| GridTime::new(hour, 0).unwrap());
    TimeWindow { from: hour(from), to: hour(to), start_only }
}

fn services() -> Vec<String> {
    ["piano", "guitar", "drums", "yoga", "spanish", "chess"].map(str::to_owned).to_vec()
}

/// A question and the filter it must be read as. The subject may stand anywhere among the pieces.
fn question(chance: &mut Chance, places: &Gazetteer, used: &mut [u32]) -> (String, Filter) {
    let (subject, answers) = chance.pick(SUBJECTS);
    let mut filter = Filter::default();
    filter.services = Some(answers.iter().map(|slug| ((*slug).to_owned(), 1000)).collect());
    let mut pieces = Vec::new();
    for ((kind, one_in), count) in KINDS.iter().zip(used) {
        if chance.one_in(*one_in) {
            let (text, ask) = chance.pick(kind);
            ask(&mut filter, places);
            pieces.insert(chance.below(pieces.len() + 1), *text);
            *count += 1;
        }
    }
    pieces.insert(if chance.one_in(4) { chance.below(pieces.len() + 1) } else { 0 }, subject);
    (pieces.join(" "), filter)
}

#[test]
fn a_thousand_random_questions_find_what_a_naive_scan_finds() {
    let rows: Vec<InstructorRow> = support::instructors(600, &services(), i32::from(DAYS), 11).collect();
    let engine = SearchEngine::new(Vocabulary::embedded().unwrap(), TODAY, DAYS);
    engine.rebuild(TODAY, rows.clone());
    let context = Context {
        now: NOW.parse().unwrap(),
        zone: TimeZone::get("America/New_York").unwrap(),
        limit: MAX_LIMIT,
    };
    let vocabulary = engine.vocabulary();
    let mut chance = Chance(2026);
    let (mut hits, mut used) = (0, [0u32; KINDS.len()]);
    for number in 0..QUESTIONS {
        let (text, filter) = question(&mut chance, vocabulary.places(), &mut used);
        let expected = naive(&rows, &filter, vocabulary.places(), context.now);
        let answer = engine.search(&text, &context);
        let found: BTreeSet<i32> = answer.results.iter().map(|result| result.offer.get()).collect();
        assert_eq!(answer.total, expected.len(), "question {number}: {text:?}: {:?}", answer.chips);
        assert!(found.is_subset(&expected), "question {number}: {text:?}");
        assert_eq!(found.len(), expected.len().min(MAX_LIMIT), "question {number}: {text:?}");
        hits += usize::from(!expected.is_empty());
    }
    assert!(hits > QUESTIONS / 3, "the questions must find something to prove anything: {hits}");
    assert!(used.iter().all(|count| *count > 100), "every kind of piece must be tried: {used:?}");
}
