//! The gate: no kind of query may be understood worse than it was.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]
#![allow(missing_docs, unreachable_pub, dead_code, reason = "shared with the evaluation")]

mod golden_support;

use golden_support::{self as golden, Report, Tally};
use instainstru_search::vocabulary::Vocabulary;

/// Compares every kind, and the whole, with `tests/golden_floor.toml`.
fn hold(set: &str, report: &Report) {
    let floors: toml::Value = toml::from_str(include_str!("golden_floor.toml")).unwrap();
    let floor = |kind: &str, figure: &str| -> f64 {
        let value =
            floors[set].get(kind).unwrap_or_else(|| panic!("golden_floor.toml: [{set}.{kind}] is missing"));
        let value = &value[figure];
        value
            .as_float()
            .or_else(|| value.as_integer().map(|whole| f64::from(i32::try_from(whole).unwrap())))
            .unwrap()
    };
    let mut kinds: Vec<(&str, Tally)> =
        report.kinds.iter().map(|(kind, tally)| (kind.as_str(), tally.clone())).collect();
    kinds.push(("total", report.total()));
    let mut fallen = Vec::new();
    for (kind, tally) in kinds {
        let figures = [
            ("exact", Tally::share(tally.exact, tally.cases), 1.0),
            ("slots", Tally::share(tally.slots_right, tally.slots), 1.0),
            ("wrong", Tally::share(tally.wrong, tally.cases), -1.0),
        ];
        for (figure, found, sign) in figures {
            if (found - floor(kind, figure)) * sign < -0.05 {
                fallen.push(format!("{set} {kind} {figure}: {found:.1}, not {:.1}", floor(kind, figure)));
            }
        }
    }
    if !fallen.is_empty() {
        report.print(set);
        panic!("{}", fallen.join("\n"));
    }
}

#[test]
fn the_development_set_is_understood_as_well_as_before() {
    let vocabulary = Vocabulary::embedded().unwrap();
    hold("dev", &golden::score(&vocabulary, &golden::load(&golden::data().join("golden_dev.json"))));
}

#[test]
fn our_own_set_is_understood_as_well_as_before() {
    let vocabulary = Vocabulary::embedded().unwrap();
    hold("own", &golden::score(&vocabulary, &golden::load(&golden::data().join("golden_own.json"))));
}

#[test]
fn misspelt_names_are_understood_as_well_as_before() {
    let vocabulary = Vocabulary::embedded().unwrap();
    let mut cases = golden::typos(&vocabulary, &golden::catalogue(), &golden::english());
    // Every seventh is enough for a build that is not optimised; the evaluation scores all.
    let mut number = 0;
    cases.retain(|_| {
        number += 1;
        number % 7 == 0
    });
    let mut report = Report::default();
    for (_, tally) in golden::score(&vocabulary, &cases).kinds {
        let all = report.kinds.entry("all".to_owned()).or_default();
        all.cases += tally.cases;
        all.exact += tally.exact;
        all.wrong += tally.wrong;
        all.empty += tally.empty;
    }
    hold("typos", &report);
}
