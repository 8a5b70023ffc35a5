//! What was searched for: remembered for whoever is signed in, counted per day without anybody's name.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::{Timestamp, civil::Date};

use crate::{
    editorial::UnknownName,
    ids::{CatalogueServiceId, UserId},
    zone::Zone,
};

/// A query in the form in which equal ones are counted together: lower case, single spaces, no control characters, cut after
/// [`NormalQuery::MAX`] characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormalQuery(String);

impl NormalQuery {
    /// Greatest number of characters.
    pub const MAX: usize = 200;

    /// The normal form of what somebody typed; nothing when it is blank.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_gap = |c: char| c.is_whitespace() || c.is_control();
        let mut normal = String::new();
        let mut length = 0;
        for word in text.split(is_gap).filter(|word| !word.is_empty()) {
            let gap = (!normal.is_empty()).then_some(' ');
            for c in gap.into_iter().chain(word.chars().flat_map(char::to_lowercase)) {
                if length == Self::MAX {
                    return Some(Self(normal.trim_end().to_owned()));
                }
                normal.push(c);
                length += 1;
            }
        }
        (!normal.is_empty()).then_some(Self(normal))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NormalQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Through which door a search came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchVia {
    /// The API.
    Api,
    /// The pages of the server.
    Page,
}

impl SearchVia {
    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Page => "page",
        }
    }
}

impl FromStr for SearchVia {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Api, Self::Page]
            .into_iter()
            .find(|via| via.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "api, page"))
    }
}

/// A search that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredSearch {
    /// What was asked.
    pub query: NormalQuery,
    /// When.
    pub at: Timestamp,
    /// Who asked, if somebody is signed in.
    pub user: Option<UserId>,
    /// Through which door.
    pub via: SearchVia,
    /// The services that were asked for by name, else those that were found; each once.
    pub services: Vec<CatalogueServiceId>,
    /// How much was found.
    pub results: u32,
    /// Whether every word meant something to us.
    pub is_understood: bool,
}

/// What somebody searched for, as often as they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSearch {
    /// What was asked.
    pub query: NormalQuery,
    /// The services of the last time.
    pub services: Vec<CatalogueServiceId>,
    /// How much was found the last time.
    pub results: u32,
    /// How often it was asked, at least once.
    pub searches: u32,
    /// Through which door the last time.
    pub via: SearchVia,
    /// When it was asked last.
    pub last_at: Timestamp,
}

/// How often a query was asked and how it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchTally {
    /// Number of searches.
    pub searches: u32,
    /// How many of them found nothing.
    pub without_results: u32,
    /// How many of them had words that meant nothing to us.
    pub not_understood: u32,
}

impl SearchTally {
    fn count(&mut self, search: &AnsweredSearch) {
        self.searches = self.searches.saturating_add(1);
        if search.results == 0 {
            self.without_results = self.without_results.saturating_add(1);
        }
        if !search.is_understood {
            self.not_understood = self.not_understood.saturating_add(1);
        }
    }
}

/// Many searches, added up. Everything is in the order of its key, so that several servers that write at once meet in the same
/// order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchBatch {
    /// What each signed-in person searched for.
    pub history: BTreeMap<(UserId, NormalQuery), PastSearch>,
    /// How often each service was searched for, by date in New York.
    pub services: BTreeMap<(Date, CatalogueServiceId), u32>,
    /// How often each query was asked, by date in New York.
    pub queries: BTreeMap<(Date, NormalQuery), SearchTally>,
}

impl SearchBatch {
    /// The searches added up; later ones come later.
    #[must_use]
    pub fn of<'a>(searches: impl IntoIterator<Item = &'a AnsweredSearch>) -> Self {
        let zone = Zone::new_york();
        let mut batch = Self::default();
        for search in searches {
            let date = zone.date_at(search.at);
            batch.queries.entry((date, search.query.clone())).or_default().count(search);
            for service in &search.services {
                let count = batch.services.entry((date, *service)).or_default();
                *count = count.saturating_add(1);
            }
            if let Some(user) = search.user {
                batch.remember(user, search);
            }
        }
        batch
    }

    fn remember(&mut self, user: UserId, search: &AnsweredSearch) {
        let key = (user, search.query.clone());
        let before = self.history.get(&key).map_or(0, |past| past.searches);
        let past = PastSearch {
            query: search.query.clone(),
            services: search.services.clone(),
            results: search.results,
            searches: before.saturating_add(1),
            via: search.via,
            last_at: search.at,
        };
        self.history.insert(key, past);
    }

    /// Whether nothing was searched for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }
}

/// How often a service was searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceSearches {
    /// Which service.
    pub service: CatalogueServiceId,
    /// Number of searches.
    pub searches: u64,
}

/// How searches of one day went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySearches {
    /// The date in New York.
    pub date: Date,
    /// How they went.
    pub tally: SearchTally,
}

/// How searches for one query went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuerySearches {
    /// The query.
    pub query: NormalQuery,
    /// How they went.
    pub tally: SearchTally,
    /// The last date in New York on which it was asked.
    pub last_date: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> Option<String> {
        NormalQuery::new(text).map(|query| query.to_string())
    }

    fn search(query: &str, at: &str, user: Option<i64>, services: &[i64], results: u32) -> AnsweredSearch {
        AnsweredSearch {
            query: NormalQuery::new(query).unwrap(),
            at: at.parse().unwrap(),
            user: user.map(|id| UserId::new(id).unwrap()),
            via: SearchVia::Api,
            services: services.iter().map(|id| CatalogueServiceId::new(*id).unwrap()).collect(),
            results,
            is_understood: results > 0,
        }
    }

    #[test]
    fn equal_queries_have_one_form() {
        assert_eq!(normal("  PIANO\t under\n\0 $80 "), Some("piano under $80".into()));
        assert_eq!(normal("Übung 🎹"), Some("übung 🎹".into()));
        assert_eq!(normal(" \u{2003}\n\0"), None);
        assert_eq!(normal(&"İ".repeat(300)).unwrap().chars().count(), 200);
        assert_eq!(normal(&"abc ".repeat(100)).unwrap().len(), 199, "no space at the end");
    }

    #[test]
    fn searches_are_added_up_by_person_service_and_day() {
        // Half past three in the morning in London is still the day before in New York.
        let (monday, tuesday) = ("2026-07-14T03:30:00Z", "2026-07-14T12:00:00Z");
        let searches = [
            search("Piano", monday, Some(1), &[5], 3),
            search("piano ", tuesday, Some(1), &[5, 6], 0),
            search("piano", tuesday, None, &[5], 2),
            search("tuba", tuesday, Some(2), &[], 0),
        ];
        let batch = SearchBatch::of(&searches);
        let (day1, day2) = (jiff::civil::date(2026, 7, 13), jiff::civil::date(2026, 7, 14));
        let past: Vec<_> = batch.history.values().collect();
        assert_eq!(past.len(), 2);
        assert_eq!(
            (past[0].searches, past[0].results, past[0].services.len()),
            (2, 0, 2),
            "the last one counts"
        );
        assert_eq!(past[0].last_at.to_string(), tuesday);
        let services: Vec<_> = batch.services.iter().map(|((date, id), n)| (*date, id.get(), *n)).collect();
        assert_eq!(services, [(day1, 5, 1), (day2, 5, 2), (day2, 6, 1)]);
        let queries: Vec<_> = batch.queries.iter().map(|((date, q), t)| (*date, q.as_str(), *t)).collect();
        let tally = |searches, without_results| SearchTally {
            searches,
            without_results,
            not_understood: without_results,
        };
        assert_eq!(
            queries,
            [(day1, "piano", tally(1, 0)), (day2, "piano", tally(2, 1)), (day2, "tuba", tally(1, 1))]
        );
        assert!(SearchBatch::of([]).is_empty() && !batch.is_empty());
    }
}
