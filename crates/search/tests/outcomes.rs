//! What searches must find, end to end on a small marketplace; and readings that are easy to get wrong.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::{collections::BTreeSet, sync::LazyLock};

use instainstru_core::{
    blocks::BlockSet,
    grid::TimeRange,
    length::{Buffer, LessonLength, Notice},
    money::HourlyRate,
};
use instainstru_domain::ids::{InstructorServiceId, UserId};
use instainstru_search::{
    answer::{Answer, CompletionKind, Context, Explained, SearchEngine},
    index::{DayRow, InstructorRow, OfferRow},
    query::Slot,
    vocabulary::Vocabulary,
};
use jiff::{ToSpan, tz::TimeZone};

/// Service, price, areas, ways of meeting, hours on every day.
const MARKET: &[(&str, i64, &str, &[&str], &str)] = &[
    ("piano", 75, "Upper West Side", &["in-person", "online"], "09:00-17:00"),
    ("piano", 140, "Brooklyn", &["in-person"], "17:00-21:00"),
    ("kids-piano", 60, "Queens", &["in-person"], "15:00-18:00"),
    ("guitar", 65, "Astoria", &["in-person"], "10:00-12:00"),
    ("drums", 60, "Bronx", &["online"], "18:00-21:00"),
    ("spanish", 55, "Manhattan", &["online"], "08:00-11:00"),
    ("yoga", 50, "Williamsburg", &["in-person"], "06:00-09:00"),
    ("voice", 90, "Staten Island", &["in-person"], "12:00-15:00"),
    ("sat-prep", 120, "Queens", &["online"], "16:00-20:00"),
    ("violin", 80, "Harlem", &["in-person"], "14:00-18:00"),
    ("karate", 45, "Brooklyn", &["in-person"], "17:00-20:00"),
    ("martial-arts", 55, "Brooklyn", &["in-person"], "17:00-20:00"),
    ("algebra-ii", 70, "Manhattan", &["online"], "16:00-20:00"),
];

fn row(number: usize, market: &(&str, i64, &str, &[&str], &str)) -> InstructorRow {
    let (service, dollars, area, modes, hours) = *market;
    let id = i64::try_from(number).unwrap() + 1;
    let available = BlockSet::of(hours.parse::<TimeRange>().unwrap());
    InstructorRow {
        id: UserId::new(id).unwrap(),
        bookable: true,
        areas: vec![area.to_owned()],
        zone: TimeZone::get("America/New_York").unwrap(),
        notice: Notice::from_hours(1).unwrap(),
        buffer: Buffer::NONE,
        offers: vec![OfferRow {
            id: InstructorServiceId::new(id).unwrap(),
            service: service.to_owned(),
            rate: HourlyRate::from_cents(dollars * 100).unwrap(),
            durations: vec![LessonLength::HOUR],
            experience: None,
            levels: Vec::new(),
            ages: Vec::new(),
            location_types: modes.iter().map(|mode| (*mode).to_owned()).collect(),
        }],
        days: (0..30)
            .map(|ahead| DayRow {
                date: support::TODAY.saturating_add(ahead.days()),
                available,
                blackout: false,
            })
            .collect(),
        claims: Vec::new(),
    }
}

static ENGINE: LazyLock<SearchEngine> = LazyLock::new(|| {
    let engine = SearchEngine::new(Vocabulary::embedded().unwrap(), support::TODAY, 30);
    engine.rebuild(support::TODAY, MARKET.iter().enumerate().map(|(number, market)| row(number, market)));
    engine
});

fn context() -> Context {
    Context {
        now: support::NOW.parse().unwrap(),
        zone: TimeZone::get("America/New_York").unwrap(),
        limit: 50,
    }
}

fn ask(text: &str) -> Answer {
    ENGINE.search(text, &context())
}

fn found(text: &str) -> BTreeSet<String> {
    ask(text)
        .results
        .into_iter()
        .map(|result| format!("{} {}", result.service, result.rate_cents / 100))
        .collect()
}

fn explained(text: &str) -> Explained {
    ENGINE.explain(text, context().now, &context().zone)
}

#[test]
fn searches_find_what_they_must_and_nothing_beside_it() {
    let everything: Vec<String> = MARKET.iter().map(|m| format!("{} {}", m.0, m.1)).collect();
    let up_to = |dollars: i64| -> Vec<&str> {
        MARKET
            .iter()
            .zip(&everything)
            .filter(|(m, _)| m.1 <= dollars)
            .map(|(_, shown)| shown.as_str())
            .collect()
    };
    let all: Vec<&str> = everything.iter().map(String::as_str).collect();
    let cases: Vec<(&str, Vec<&str>)> = vec![
        ("piano under $80", vec!["piano 75"]),
        ("Piano Under $80", vec!["piano 75"]),
        ("guitar lessons", vec!["guitar 65"]),
        ("spanish lessons tomorrow", vec!["spanish 55"]),
        ("music lessons", vec!["piano 75", "piano 140", "guitar 65", "drums 60", "voice 90", "violin 80"]),
        ("music lessons under $70", vec!["guitar 65", "drums 60"]),
        ("lessons under $70", up_to(70)),
        ("under $50", up_to(50)),
        ("tomorrow", all.clone()),
        ("keyboard lessons", vec!["piano 75", "piano 140"]),
        ("drum", vec!["drums 60"]),
        ("piono", vec!["piano 75", "piano 140"]),
        ("piano or guitar", vec!["piano 75", "piano 140", "guitar 65"]),
        ("piano, drums and yoga", vec!["piano 75", "piano 140", "drums 60", "yoga 50"]),
        ("music but not piano", vec!["guitar 65", "drums 60", "voice 90", "violin 80"]),
        ("piano for kids", vec!["piano 75", "piano 140", "kids-piano 60"]),
        ("karate", vec!["karate 45"]),
        ("algebra ii", vec!["algebra-ii 70"]),
        ("piano tomorrow evening", vec!["piano 140"]),
        ("guitar saturday 10-12", vec!["guitar 65"]),
        ("guitar saturday 10-12 for 2 hours", vec![]),
        ("guitar saturday 11:30-12:30", vec![]),
        ("piano online", vec!["piano 75"]),
        ("piano in brooklyn", vec!["piano 140"]),
        ("guitar in queens", vec!["guitar 65"]),
        ("violin in chelsea", vec![]),
        ("piano between $70 and $80", vec!["piano 75"]),
        ("violin repair", vec![]),
        ("piano tuning", vec![]),
        ("plumber", vec![]),
        ("photography in atlantis", vec![]),
        ("piano in atlantis", vec![]),
        ("SAT tutor saturday", vec!["sat-prep 120"]),
    ];
    for (text, expected) in cases {
        let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(found(text), expected, "{text}");
    }
}

/// Query, services, first date, start of the window, lowest price, areas.
type Expected = (
    &'static str,
    &'static [&'static str],
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    &'static [&'static str],
);

#[test]
fn easy_mistakes_are_not_made() {
    let cases: [Expected; 13] = [
        ("sat morning yoga", &["Yoga"], Some("2026-03-14"), Some("06:00"), None, &[]),
        ("SAT tutor saturday", &["SAT Prep"], Some("2026-03-14"), None, None, &[]),
        ("LSAT", &["LSAT Prep"], None, None, None, &[]),
        ("singing", &["Voice"], None, None, None, &[]),
        ("yoga 2-4pm", &["Yoga"], None, Some("14:00"), None, &[]),
        ("yoga $40-60", &["Yoga"], None, None, Some("40"), &[]),
        ("guitar 30 minutes from bronx", &["Guitar"], None, None, None, &["Bronx"]),
        ("violin repair", &[], None, None, None, &[]),
        ("violin", &["Violin"], None, None, None, &[]),
        ("music theory", &["Music Theory"], None, None, None, &[]),
        ("mandarin chinese", &["Mandarin Chinese"], None, None, None, &[]),
        ("german next tuesday after 5pm", &["German"], Some("2026-03-17"), Some("17:00"), None, &[]),
        ("yoga classes in", &["Yoga"], None, None, None, &[]),
    ];
    for (text, services, date, time, price, areas) in cases {
        let got = explained(text);
        assert_eq!(got.services, services, "{text}");
        assert_eq!(got.dates.from.as_deref(), date, "{text}");
        assert_eq!(got.time.from.as_deref(), time, "{text}");
        let min = serde_json::to_value(got.price).unwrap()["min"].as_u64().map(|dollars| dollars.to_string());
        assert_eq!(min.as_deref(), price, "{text}");
        assert_eq!(got.areas, areas, "{text}");
    }
    let kids = ask("kids under 5").query;
    assert_eq!((kids.max_age, kids.price.max, kids.is_for_children()), (Some(5), None, true));
    let school = explained("science tutor high school");
    assert_eq!(school.levels, ["high_school"]);
    assert_eq!(explained("ap physics in queens").areas, ["Queens"]);
}

#[test]
fn explanations_have_the_agreed_shape() {
    let got =
        serde_json::to_value(explained("piano under $79.50 tomorrow evening in astoria for kids online"))
            .unwrap();
    let expected = serde_json::json!({
        "query": "piano under $79.50 tomorrow evening in astoria for kids online",
        "services": ["Piano"], "categories": [],
        "price": {"min": null, "max": 79.5},
        "dates": {"from": "2026-03-12", "to": "2026-03-12"},
        "time": {"from": "17:00", "to": "21:00"},
        "areas": ["Astoria"], "online": true, "levels": [], "audience": ["kids"],
        "residual": "", "strict": true,
    });
    assert_eq!(got, expected);
    let nothing = serde_json::to_value(explained("zorblax")).unwrap();
    assert_eq!(
        (&nothing["online"], &nothing["residual"], &nothing["strict"]),
        (&serde_json::Value::Null, &"zorblax".into(), &false.into())
    );
}

#[test]
fn chips_say_what_was_read_where_and_what_was_corrected() {
    let text = "Piono lessons under $80 in Astoria";
    let answer = ask(text);
    let shown: Vec<(Slot, &str, &str)> =
        answer.chips.iter().map(|chip| (chip.slot, chip.value.as_str(), chip.span.of(text))).collect();
    assert_eq!(
        shown,
        [
            (Slot::Service, "Piano", "Piono"),
            (Slot::Price, "up to $80", "under $80"),
            (Slot::Place, "Astoria", "Astoria")
        ]
    );
    assert_eq!(answer.chips[0].corrected_from.as_deref(), Some("Piono"));
}

#[test]
fn cheap_is_a_number_taken_from_current_prices() {
    let answer = ask("cheap piano");
    assert_eq!(found("cheap piano"), BTreeSet::from(["piano 75".to_owned()]));
    assert_eq!(answer.query.price.max, Some(7_500));
    assert_eq!(answer.chips[0].value, "up to $75");
}

#[test]
fn when_nothing_fits_every_single_change_that_helps_is_offered() {
    let answer = ask("guitar tomorrow evening under $60 in astoria");
    assert_eq!(answer.total, 0);
    // Two constraints fail, so no single change helps, and none is offered.
    assert!(answer.relaxations.is_empty() && answer.near_misses.is_empty());

    let answer = ask("guitar tomorrow at 1pm in astoria");
    let changes: Vec<(Slot, &str, usize)> =
        answer.relaxations.iter().map(|change| (change.slot, change.change.as_str(), change.count)).collect();
    assert_eq!(changes, [(Slot::Time, "before 13:00", 1)]);
    assert_eq!(answer.near_misses.len(), 1);
    assert_eq!(answer.near_misses[0].differs, "begins at 11:00, not at 13:00");
    assert_eq!(answer.near_misses[0].result.service, "guitar");

    let answer = ask("violin under $70");
    assert_eq!(answer.relaxations[0].change, "up to $80");
    let answer = ask("piano in atlantis");
    assert_eq!((answer.relaxations[0].slot, answer.relaxations[0].count), (Slot::UnknownPlace, 2));
}

#[test]
fn results_say_why_and_come_in_a_fixed_order() {
    let answer = ask("piano tomorrow");
    let order: Vec<i32> = answer.results.iter().map(|result| result.instructor.get()).collect();
    assert_eq!(order, [1, 2]);
    assert_eq!(answer.results[0].why, ["service Piano", "free 2026-03-12 09:00"]);
    assert_eq!(ask("piano").results, ask("piano").results);
}

#[test]
fn beginnings_are_completed_with_names_first() {
    let names: Vec<String> = ENGINE.suggest("pia").into_iter().map(|completion| completion.name).collect();
    assert_eq!(names.first().map(String::as_str), Some("Piano"));
    assert!(
        ENGINE
            .suggest("musi")
            .iter()
            .any(|found| found.kind == CompletionKind::Category && found.slug == "music")
    );
    assert!(ENGINE.suggest("keyb").iter().any(|found| found.slug == "piano"));
    assert!(ENGINE.suggest("").is_empty() && ENGINE.suggest("zzzz").is_empty());
}

#[test]
fn hostile_input_is_answered_quickly() {
    let inputs = [
        "piano ".repeat(10_000),
        "a".repeat(100_000),
        "😀".repeat(5_000),
        "مرحبا بيانو".repeat(500),
        "'; DROP TABLE users; --".to_owned(),
        "\u{0}\u{1}\u{7f}\u{202e}piano\u{200d}".to_owned(),
        "$$$$ ---- //// 99999999999999999999 1/2/3/4/5".to_owned(),
        String::new(),
    ];
    let begun = std::time::Instant::now();
    for input in &inputs {
        let answer = ask(input);
        assert!(
            answer
                .query
                .chips
                .iter()
                .all(|chip| input.get(chip.span.start..chip.span.end) == Some(chip.text.as_str()))
        );
    }
    assert!(begun.elapsed().as_secs() < 5);
}
