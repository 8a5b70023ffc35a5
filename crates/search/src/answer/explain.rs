//! What was understood, in one flat shape for people and tools.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::SearchEngine;
use crate::query::{Mode, Query};

/// A query as it was understood. Absent constraints are null or empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explained {
    /// The text as typed.
    pub query: String,
    /// Names of the services.
    pub services: Vec<String>,
    /// Slugs of the categories.
    pub categories: Vec<String>,
    /// Limits of the price, in dollars.
    pub price: PriceSpan,
    /// First and last date, both included.
    pub dates: DateSpan,
    /// Time of day, half-open.
    pub time: TimeSpan,
    /// Names of the places.
    pub areas: Vec<String>,
    /// Whether online is asked for, or ruled out.
    pub online: Option<bool>,
    /// Levels.
    pub levels: Vec<String>,
    /// Who is to be taught.
    pub audience: Vec<String>,
    /// Words that were not understood.
    pub residual: String,
    /// Whether a service was named.
    pub strict: bool,
}

/// A range of prices in dollars.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct PriceSpan {
    /// At least.
    pub min: Option<Dollars>,
    /// At most.
    pub max: Option<Dollars>,
}

/// Dollars that are written without decimals when they are whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dollars(u32);

impl Serialize for Dollars {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u32(self.0 / 100)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 100.0)
        }
    }
}

/// A range of dates, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DateSpan {
    /// First date.
    pub from: Option<String>,
    /// Last date.
    pub to: Option<String>,
}

/// A range of times, `HH:MM`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TimeSpan {
    /// Not before.
    pub from: Option<String>,
    /// Before.
    pub to: Option<String>,
}

impl SearchEngine {
    /// Says how `text` is understood at `now` by somebody in `zone`.
    #[must_use]
    pub fn explain(&self, text: &str, now: Timestamp, zone: &TimeZone) -> Explained {
        let vocabulary = self.vocabulary();
        let query = Query::parse(vocabulary, text, now.to_zoned(zone.clone()).date());
        Explained::of(vocabulary, &query)
    }
}

impl Explained {
    /// The flat shape of an understood query.
    #[must_use]
    pub fn of(vocabulary: &crate::vocabulary::Vocabulary, query: &Query) -> Self {
        let service = |ix: &u16| vocabulary.service(*ix).map(|service| service.name.clone());
        let category = |ix: &u16| vocabulary.category(*ix).map(|category| category.slug.clone());
        let mut areas: Vec<String> = query
            .places
            .iter()
            .filter_map(|ix| vocabulary.places().get(*ix))
            .map(|place| place.name.clone())
            .collect();
        areas.extend(query.unknown_place.clone());
        let first = query.dates.iter().map(|range| range.first()).min();
        let last = query.dates.iter().map(|range| range.last()).max().filter(|last| *last != Date::MAX);
        let time = query.time.unwrap_or_default();
        Self {
            query: query.text.clone(),
            services: query.services.iter().filter_map(service).collect(),
            categories: query.categories.iter().filter_map(category).collect(),
            price: PriceSpan { min: query.price.min.map(Dollars), max: query.price.max.map(Dollars) },
            dates: DateSpan {
                from: first.map(|date| date.to_string()),
                to: last.map(|date| date.to_string()),
            },
            time: TimeSpan {
                from: time.from.map(|time| time.to_string()),
                to: time.to.map(|time| time.to_string()),
            },
            areas,
            online: query.mode.map(|mode| mode == Mode::Online),
            levels: query.levels.iter().map(|level| level.as_str().to_owned()).collect(),
            audience: query.audience.iter().map(|audience| audience.as_str().to_owned()).collect(),
            residual: query.residual.join(" "),
            strict: query.strict,
        }
    }
}
