//! Times and memory at 10,000 and 100,000 generated instructors:
//! `cargo run --release -p instainstru-search --example bench_search`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a tool for people"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "shared with the tests")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use instainstru_search::{
    answer::{Context, SearchEngine},
    query::Query,
    vocabulary::Vocabulary,
};
use jiff::tz::TimeZone;

const QUERIES: &[&str] = &[
    "piano under $80",
    "guitar lessons tomorrow evening in brooklyn",
    "under $50",
    "tomorrow",
    "music lessons",
    "piono lessons saturday 10-12",
    "piano or guitar online",
    "yoga for beginners this weekend in astoria for 90 minutes",
    "teach grandma to use her laptop",
    "fitness classes tomorrow morning",
    "chess for a 7 year old near park slope",
    "cheap spanish lessons",
    "photography in atlantis",
    "lessons under $70",
    "drums at 3am",
    "lessons at 3am under $40 in staten island",
    "music lessons at 3am on sunday under $35",
    "asdfgh qwerty",
];

fn main() {
    let begun = Instant::now();
    let vocabulary = Vocabulary::embedded().unwrap();
    println!("vocabulary ready in {:.1?}", begun.elapsed());
    let begun = Instant::now();
    let again = Vocabulary::embedded().unwrap();
    println!("vocabulary rebuilt in {:.1?}", begun.elapsed());
    let services: Vec<String> = vocabulary.services().map(|(_, service)| service.slug.clone()).collect();
    let mut times = Vec::new();
    for _ in 0..300 {
        for query in QUERIES {
            let begun = Instant::now();
            let parsed = Query::parse(&again, query, support::TODAY);
            times.push(begun.elapsed());
            assert!(!parsed.text.is_empty());
        }
    }
    report("understand a query", times);
    println!("  goal: p99 below 500 us");
    let long = "piano lessions 😀 tommorow ".repeat(400);
    let begun = Instant::now();
    let parsed = Query::parse(&again, &long, support::TODAY);
    println!("understand {} bytes in {:.1?} ({} chips)", long.len(), begun.elapsed(), parsed.chips.len());
    let engine = SearchEngine::new(vocabulary, support::TODAY, 120);
    let mut times = Vec::new();
    for prefix in ["p", "pi", "gui", "s", "span", "x", "math t"].iter().cycle().take(7_000) {
        let begun = Instant::now();
        let found = engine.suggest(prefix);
        times.push(begun.elapsed());
        assert!(found.len() <= 8);
    }
    report("suggest", times);
    let context = Context {
        now: support::NOW.parse().unwrap(),
        zone: TimeZone::get("America/New_York").unwrap(),
        limit: 20,
    };
    for count in [10_000, 100_000] {
        let begun = Instant::now();
        engine.rebuild(support::TODAY, support::instructors(count, &services, 120, 7));
        let snapshot = engine.index().snapshot();
        println!(
            "\n{count} instructors: generated and indexed in {:.1?}, {:.1} MB of columns",
            begun.elapsed(),
            snapshot.bytes() as f64 / 1e6
        );
        let mut times = Vec::new();
        for query in QUERIES {
            let mut own = Vec::new();
            for _ in 0..40 {
                let begun = Instant::now();
                let answer = engine.search(query, &context);
                own.push(begun.elapsed());
                assert!(answer.results.len() <= 20);
            }
            own.sort_unstable();
            let total = engine.search(query, &context).total;
            println!("  {query:<60} {total:>7} found, worst {:>9.1?}", own[own.len() - 1]);
            times.extend(own);
        }
        report("search", times);
        println!("  goal: p99 below {} ms", if count == 10_000 { 5 } else { 25 });
        let mut chance = support::Chance(3);
        let mut times = Vec::new();
        for id in 1..=100 {
            let row = support::instructor(id * 37 % count + 1, &services, 120, &mut chance);
            let begun = Instant::now();
            engine.index().replace_instructor(&row);
            times.push(begun.elapsed());
        }
        report("replace an instructor", times);
    }
    println!("  goal: memory of the index below 100 MB at 100,000");
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 1000).min(times.len() - 1)];
    println!("{what}: p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}", at(500), at(990), at(999));
}
