//! Scoring of golden sets: what was understood against what was meant. Shared by the gate and the evaluation.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use instainstru_search::{
    query::{PriceWord, Query, Scope},
    vocabulary::{Vocabulary, data::PlaceKind},
};
use serde_json::Value;

/// One labelled query.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) kind: String,
    pub(crate) query: String,
    pub(crate) today: jiff::civil::Date,
    pub(crate) expect: Value,
}

/// Where the data files lie.
pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/search")
}

/// Reads a golden file.
pub(crate) fn load(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let text =
        |case: &Value, key: &str| case[key].as_str().unwrap_or_else(|| panic!("{case}: no {key}")).to_owned();
    cases
        .iter()
        .map(|case| Case {
            kind: text(case, "kind"),
            query: text(case, "query"),
            today: text(case, "today").parse().unwrap(),
            expect: case["expect"].clone(),
        })
        .collect()
}

/// Counts of one kind of query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) cases: u32,
    pub(crate) exact: u32,
    pub(crate) wrong: u32,
    pub(crate) empty: u32,
    pub(crate) all: u32,
    pub(crate) slots: u32,
    pub(crate) slots_right: u32,
}

impl Tally {
    pub(crate) fn share(part: u32, of: u32) -> f64 {
        if of == 0 { 100.0 } else { 100.0 * f64::from(part) / f64::from(of) }
    }
}

/// The outcome of a set.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) kinds: BTreeMap<String, Tally>,
    pub(crate) slots: BTreeMap<String, (u32, u32)>,
    pub(crate) confusions: Vec<String>,
}

impl Report {
    pub(crate) fn total(&self) -> Tally {
        let mut total = Tally::default();
        for tally in self.kinds.values() {
            total.cases += tally.cases;
            total.exact += tally.exact;
            total.wrong += tally.wrong;
            total.empty += tally.empty;
            total.all += tally.all;
            total.slots += tally.slots;
            total.slots_right += tally.slots_right;
        }
        total
    }

    pub(crate) fn print(&self, title: &str) {
        println!("\n== {title}");
        println!(
            "{:<12} {:>5} {:>7} {:>7} {:>7} {:>7} {:>7}",
            "kind", "n", "exact", "wrong", "empty", "slots", "all"
        );
        let line = |name: &str, t: &Tally| {
            println!(
                "{name:<12} {:>5} {:>6.1}% {:>6.1}% {:>6.1}% {:>6.1}% {:>6.1}%",
                t.cases,
                Tally::share(t.exact, t.cases),
                Tally::share(t.wrong, t.cases),
                Tally::share(t.empty, t.cases),
                Tally::share(t.slots_right, t.slots),
                Tally::share(t.all, t.cases)
            );
        };
        for (kind, tally) in &self.kinds {
            line(kind, tally);
        }
        line("TOTAL", &self.total());
        let slots: Vec<String> =
            self.slots.iter().map(|(slot, (right, of))| format!("{slot} {right}/{of}")).collect();
        println!("slots: {}", slots.join("  "));
        for confusion in &self.confusions {
            println!("  - {confusion}");
        }
    }
}

/// Scores every case.
pub(crate) fn score(vocabulary: &Vocabulary, cases: &[Case]) -> Report {
    let mut report = Report::default();
    for case in cases {
        score_one(vocabulary, case, &mut report);
    }
    report
}

fn score_one(vocabulary: &Vocabulary, case: &Case, report: &mut Report) {
    let query = Query::parse(vocabulary, &case.query, case.today);
    let found: BTreeSet<String> =
        query.services.iter().map(|ix| vocabulary.service(*ix).unwrap().slug.clone()).collect();
    let categories: Vec<String> =
        query.categories.iter().map(|ix| vocabulary.category(*ix).unwrap().slug.clone()).collect();
    let tally = report.kinds.entry(case.kind.clone()).or_default();
    tally.cases += 1;
    let mut problems = Vec::new();
    let mut exact = true;
    if let Some(list) = case.expect["services"].as_array() {
        let expected: BTreeSet<String> = list.iter().map(|slug| slug.as_str().unwrap().to_owned()).collect();
        let any_of = case.expect["services_any_of"].as_bool() == Some(true);
        exact = if any_of { !found.is_empty() && found.is_subset(&expected) } else { found == expected };
        if case.expect["out_of_catalog"].as_bool() == Some(true) {
            exact &= query.scope == Scope::Nothing;
        }
        if !found.is_subset(&expected) {
            tally.wrong += 1;
        }
        if found.is_empty() && !expected.is_empty() {
            tally.empty += 1;
        }
        if !exact {
            problems.push(format!("services {found:?}, not {expected:?}"));
        }
    }
    if let Some(category) = case.expect["category"].as_str()
        && !categories.iter().any(|found| found == category)
    {
        exact = false;
        problems.push(format!("categories {categories:?} services {found:?}, not {category}"));
    }
    tally.exact += u32::from(exact);
    let mut all = exact;
    for (slot, found) in slots(vocabulary, &query) {
        let Some(expected) = case.expect.get(slot) else { continue };
        let right = same(slot, expected, &found);
        tally.slots += 1;
        tally.slots_right += u32::from(right);
        let count = report.slots.entry(slot.to_owned()).or_default();
        count.0 += u32::from(right);
        count.1 += 1;
        if !right {
            all = false;
            problems.push(format!("{slot} {found}, not {expected}"));
        }
    }
    tally.all += u32::from(all);
    if !problems.is_empty() {
        let guess: Vec<&str> =
            query.did_you_mean.iter().map(|ix| vocabulary.service(*ix).unwrap().slug.as_str()).collect();
        report.confusions.push(format!(
            "[{}] {:?}: {} (perhaps {guess:?})",
            case.kind,
            case.query,
            problems.join("; ")
        ));
    }
}

/// What was understood, in the words of the golden files.
fn slots(vocabulary: &Vocabulary, query: &Query) -> Vec<(&'static str, Value)> {
    let dollars =
        |cents: Option<u32>| cents.map_or(Value::Null, |cents| Value::from(f64::from(cents) / 100.0));
    let place = |kind_is_borough: bool| -> Vec<String> {
        let places = query.places.iter().filter_map(|ix| vocabulary.places().get(*ix));
        places.filter(|p| (p.kind == PlaceKind::Borough) == kind_is_borough).map(|p| p.name.clone()).collect()
    };
    let dates =
        match (query.dates.iter().map(|r| r.first()).min(), query.dates.iter().map(|r| r.last()).max()) {
            (Some(from), Some(to)) => serde_json::json!({
                "from": from.to_string(),
                "to": if to == jiff::civil::Date::MAX { Value::Null } else { Value::from(to.to_string()) },
                "list": query.dates.iter().map(|r| r.first().to_string()).collect::<Vec<_>>(),
            }),
            _ => Value::Null,
        };
    let clock = |time: Option<instainstru_core::grid::GridTime>| {
        time.map_or(Value::Null, |t| Value::from(t.to_string()))
    };
    let time =
        query.time.map_or(Value::Null, |t| serde_json::json!({"from": clock(t.from), "to": clock(t.to)}));
    let boroughs = place(true);
    let hoods = place(false);
    let audience: Vec<&str> = query.audience.iter().map(|a| a.as_str()).collect();
    vec![
        ("max_price", dollars(query.price.max)),
        ("min_price", dollars(query.price.min)),
        (
            "price_word",
            query.price.word.map_or(Value::Null, |word| {
                Value::from(match word {
                    PriceWord::Budget => "budget",
                    PriceWord::Premium => "premium",
                })
            }),
        ),
        ("dates", dates),
        ("time", time),
        ("borough", if boroughs.is_empty() { Value::Null } else { Value::from(boroughs) }),
        ("neighborhood", if hoods.is_empty() { Value::Null } else { Value::from(hoods) }),
        (
            "mode",
            query.mode.map_or(Value::Null, |mode| {
                Value::from(match mode {
                    instainstru_search::query::Mode::Online => "online",
                    instainstru_search::query::Mode::InPerson => "in_person",
                })
            }),
        ),
        ("level", Value::from(query.levels.iter().map(|l| l.as_str()).collect::<Vec<_>>())),
        ("age", serde_json::json!({"audience": audience, "age": query.age.map(|a| a.to_string())})),
        ("max_age", query.max_age.map_or(Value::Null, Value::from)),
        (
            "weekdays",
            if query.weekdays.is_empty() { Value::Null } else { Value::from(query.weekdays.letters()) },
        ),
        ("duration_min", query.duration.map_or(Value::Null, Value::from)),
        ("near_user", Value::from(query.near_user)),
        ("unknown_location", Value::from(query.unknown_place.is_some())),
    ]
}

fn same(slot: &str, expected: &Value, found: &Value) -> bool {
    match slot {
        "max_price" | "min_price" => expected.as_f64() == found.as_f64(),
        "borough" | "neighborhood" => {
            let set = |value: &Value| -> BTreeSet<String> {
                let lower = |v: &Value| v.as_str().map(|s| s.to_lowercase().replace(['-', '_'], " "));
                value.as_array().map_or_else(
                    || lower(value).into_iter().collect(),
                    |list| list.iter().filter_map(lower).collect(),
                )
            };
            set(expected) == set(found)
        }
        "level" => {
            let found = found.as_array().unwrap();
            match expected {
                Value::Null => found.is_empty(),
                Value::Array(list) => {
                    list.len() == found.len() && list.iter().all(|level| found.contains(level))
                }
                one => found.len() == 1 && found.contains(one),
            }
        }
        "age" => {
            let audience = found["audience"].as_array().unwrap();
            match expected {
                Value::Null => audience.is_empty() && found["age"].is_null(),
                Value::Number(number) => found["age"].as_str() == Some(number.to_string().as_str()),
                one => found["age"] == *one || audience.contains(one),
            }
        }
        "dates" => match (expected, found) {
            (Value::Null, found) => found.is_null(),
            (_, Value::Null) => false,
            (expected, found) => {
                if let Some(any_of) = expected.get("any_of").and_then(Value::as_array) {
                    let first =
                        |v: &Value| v.as_str().or_else(|| v["from"].as_str()).unwrap_or_default().to_owned();
                    let wanted: BTreeSet<String> = any_of.iter().map(first).collect();
                    let got: BTreeSet<String> = found["list"].as_array().unwrap().iter().map(first).collect();
                    wanted == got
                } else {
                    expected["from"] == found["from"] && expected["to"] == found["to"]
                }
            }
        },
        "time" => match (expected, found) {
            (Value::Null, found) => found.is_null(),
            (_, Value::Null) => false,
            (expected, found) => expected["from"] == found["from"] && expected["to"] == found["to"],
        },
        "near_user" | "unknown_location" => {
            expected.as_bool().unwrap_or(false) == found.as_bool().unwrap_or(false)
        }
        _ => expected == found,
    }
}

/// One misspelt word in every name and alias of at least five letters: a letter left out, doubled in from its neighbour, changed
/// or swapped, at places that depend on the phrase alone. A result that is itself a correct word is no misspelling and is left out.
pub(crate) fn typos(
    vocabulary: &Vocabulary,
    catalogue: &toml::Value,
    english: &BTreeSet<String>,
) -> Vec<Case> {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for service in catalogue["service"].as_array().unwrap() {
        let slug = service["slug"].as_str().unwrap();
        let names = std::iter::once(&service["name"]).chain(service["search_terms"].as_array().unwrap());
        for name in names {
            owners.entry(name.as_str().unwrap().to_lowercase()).or_default().insert(slug.to_owned());
        }
    }
    let today: jiff::civil::Date = "2026-03-11".parse().unwrap();
    let slugs = |text: &str| -> BTreeSet<String> {
        let query = Query::parse(vocabulary, text, today);
        query.services.iter().map(|ix| vocabulary.service(*ix).unwrap().slug.clone()).collect()
    };
    let known: BTreeSet<&str> = owners.keys().flat_map(|phrase| phrase.split([' ', '-'])).collect();
    let mut out = Vec::new();
    for phrase in owners.keys() {
        // What the phrase means when spelt correctly is what it must mean with a typo.
        let meant = slugs(phrase);
        if meant.is_empty() {
            continue;
        }
        let words: Vec<&str> = phrase.split(' ').collect();
        let Some((at, word)) = words
            .iter()
            .enumerate()
            .filter(|(_, w)| w.len() >= 5 && w.bytes().all(|b| b.is_ascii_lowercase()))
            .max_by_key(|(_, w)| w.len())
        else {
            continue;
        };
        for (kind, place) in [(0, 1), (1, 2), (2, word.len() / 2), (3, word.len() - 3)] {
            let mut letters: Vec<char> = word.chars().collect();
            match kind {
                0 => drop(letters.remove(place)),
                1 => letters.insert(place, letters[place - 1]),
                2 => letters[place] = if letters[place] == 'e' { 'a' } else { 'e' },
                _ => letters.swap(place, place + 1),
            }
            let wrong: String = letters.into_iter().collect();
            if wrong == **word || english.contains(&wrong) || known.contains(wrong.as_str()) {
                continue;
            }
            let mut typed = words.clone();
            typed[at] = &wrong;
            out.push(Case {
                kind: ["deletion", "insertion", "substitution", "transposition"][kind].to_owned(),
                query: typed.join(" "),
                today,
                expect: serde_json::json!({ "services": meant }),
            });
        }
    }
    out
}

/// The correct words of English.
pub(crate) fn english() -> BTreeSet<String> {
    let text = std::fs::read_to_string(data().join("words.txt")).unwrap();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

/// The catalogue as it is written.
pub(crate) fn catalogue() -> toml::Value {
    toml::from_str(&std::fs::read_to_string(data().join("../catalogue.toml")).unwrap()).unwrap()
}
