//! What was understood, piece by piece, for people to see and correct.

use serde::Serialize;

use super::{
    Mode, PriceLimit, PriceWord, TimeWindow,
    lattice::{Candidate, Found, People, When},
    reading::Reading,
};
use crate::{
    text::Span,
    vocabulary::{Meaning, Vocabulary},
};

/// What a chip is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// A service, or several by one name.
    Service,
    /// A category.
    Category,
    /// A service that was ruled out.
    Excluded,
    /// The price.
    Price,
    /// Dates or days of the week.
    Date,
    /// The time of day.
    Time,
    /// The length of the lesson.
    Duration,
    /// A place.
    Place,
    /// A place we do not know or serve.
    UnknownPlace,
    /// Near the student.
    NearMe,
    /// Online or in person.
    Mode,
    /// The level.
    Level,
    /// Who is to be taught.
    Audience,
}

/// One understood piece of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chip {
    /// What it is about.
    pub slot: Slot,
    /// What was understood.
    pub value: String,
    /// The words that say so.
    pub text: String,
    /// Where they stand, in bytes.
    pub span: Span,
    /// The misspelt words, if any were corrected.
    pub corrected_from: Option<String>,
    /// Whether the query makes sense without it.
    pub removable: bool,
    /// What else may have been meant.
    pub alternatives: Vec<String>,
}

impl Chip {
    pub(super) fn new(reading: &Reading<'_>, from: usize, to: usize, slot: Slot, value: String) -> Self {
        let span = reading.span(from, to);
        Self {
            slot,
            value,
            text: span.of(reading.text).to_owned(),
            span,
            corrected_from: None,
            removable: true,
            alternatives: Vec::new(),
        }
    }
}

/// The chips of a span that is not a service.
pub(super) fn of(reading: &Reading<'_>, candidate: &Candidate) -> Vec<Chip> {
    let chip = |slot, value| Chip::new(reading, candidate.from, candidate.to, slot, value);
    match &candidate.found {
        Found::Phrase(phrase) => match phrase.meaning {
            Meaning::Place(place) => {
                let name = reading
                    .vocabulary
                    .places()
                    .get(place)
                    .map_or_else(String::new, |place| place.name.clone());
                let typed = reading.span(candidate.from, candidate.to).of(reading.text).to_owned();
                vec![Chip { corrected_from: phrase.corrected.then_some(typed), ..chip(Slot::Place, name) }]
            }
            Meaning::WholeCity => vec![chip(Slot::Place, "New York City".to_owned())],
            Meaning::Elsewhere => vec![chip(Slot::UnknownPlace, phrase.spelled.clone())],
            Meaning::Services { .. }
            | Meaning::Group(_)
            | Meaning::Category(_)
            | Meaning::NotService(_)
            | Meaning::Slot => Vec::new(),
        },
        Found::Price(price) => vec![chip(Slot::Price, show_price(*price))],
        Found::When(when) => show_when(when).into_iter().map(|(slot, value)| chip(slot, value)).collect(),
        Found::Duration(minutes) => vec![chip(Slot::Duration, format!("{minutes} minutes"))],
        Found::Mode(mode) => vec![chip(Slot::Mode, show_mode(*mode).to_owned())],
        Found::NearUser => vec![chip(Slot::NearMe, "near me".to_owned())],
        Found::Level(level) => vec![chip(Slot::Level, level.as_str().to_owned())],
        Found::People(people) => vec![chip(Slot::Audience, show_people(*people))],
        Found::Noise => Vec::new(),
    }
}

/// The chip of services that go by one name.
pub(super) fn of_services(vocabulary: &Vocabulary, services: &[u16], group: Option<u16>) -> String {
    if let Some(group) = group.and_then(|group| vocabulary.group(group)) {
        return group.name.clone();
    }
    let names: Vec<&str> =
        services.iter().filter_map(|ix| vocabulary.service(*ix)).map(|s| s.name.as_str()).collect();
    names.join(", ")
}

pub(crate) const fn show_mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Online => "online",
        Mode::InPerson => "in person",
    }
}

/// Cents as dollars, without `.00`.
pub(crate) fn dollars(cents: u32) -> String {
    if cents.is_multiple_of(100) {
        format!("${}", cents / 100)
    } else {
        format!("${}.{:02}", cents / 100, cents % 100)
    }
}

pub(crate) fn show_price(price: PriceLimit) -> String {
    match (price.min, price.max, price.word) {
        (Some(min), Some(max), _) => format!("{} to {}", dollars(min), dollars(max)),
        (None, Some(max), _) => format!("up to {}", dollars(max)),
        (Some(min), None, _) => format!("from {}", dollars(min)),
        (None, None, Some(PriceWord::Budget)) => "budget".to_owned(),
        (None, None, Some(PriceWord::Premium)) => "premium".to_owned(),
        (None, None, None) => "any".to_owned(),
    }
}

fn show_when(when: &When) -> Vec<(Slot, String)> {
    let mut out = Vec::new();
    if !when.dates.is_empty() {
        let days = when.dates.iter().map(|range| match (range.first(), range.last()) {
            (first, last) if first == last => first.to_string(),
            (first, last) if last == jiff::civil::Date::MAX => format!("from {first}"),
            (first, last) => format!("{first} to {last}"),
        });
        out.push((Slot::Date, days.collect::<Vec<_>>().join(", ")));
    }
    if !when.weekdays.is_empty() {
        out.push((Slot::Date, when.weekdays.letters()));
    }
    if let Some(time) = when.time {
        out.push((Slot::Time, show_time(time)));
    }
    out
}

pub(crate) fn show_time(time: TimeWindow) -> String {
    match (time.from, time.to, time.start_only) {
        (Some(from), _, true) => format!("at {from}"),
        (Some(from), Some(to), false) => format!("{from}-{to}"),
        (Some(from), None, false) => format!("after {from}"),
        (None, Some(to), _) => format!("before {to}"),
        (None, None, _) => "any time".to_owned(),
    }
}

fn show_people(people: People) -> String {
    let audience = people.audience.map(|audience| audience.as_str().to_owned());
    let age = match (people.age, people.max_age) {
        (Some(low), Some(high)) => Some(format!("age {low}-{high}")),
        (Some(age), None) => Some(format!("age {age}")),
        (None, Some(limit)) => Some(format!("up to {limit}")),
        (None, None) => None,
    };
    [audience, age].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
