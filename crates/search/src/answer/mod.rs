//! Answering: the engine that understands a query, searches the index and explains what it did.

mod explain;
mod relax;
mod suggest;

use std::sync::Arc;

use instainstru_core::length::LessonLength;
use instainstru_domain::ids::{InstructorServiceId, UserId};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

pub use self::{
    explain::{DateSpan, Explained, PriceSpan, TimeSpan},
    relax::{NearMiss, Relaxation},
    suggest::{Completion, CompletionKind},
};
use crate::{
    index::{Filter, Index, InstructorRow, Match, Snapshot, Start},
    query::{Chip, Evidence, PriceWord, Query, Scope, Slot},
    vocabulary::{ServiceIx, Vocabulary, data::PlaceKind, places::PlaceSet},
};

/// Most results an answer carries.
pub const MAX_LIMIT: usize = 100;

/// Under which circumstances a query is asked.
#[derive(Debug, Clone)]
pub struct Context {
    /// The present instant.
    pub now: Timestamp,
    /// Zone of the student: what "tomorrow" means.
    pub zone: TimeZone,
    /// Most results to return, at most [`MAX_LIMIT`].
    pub limit: usize,
}

impl Context {
    /// The date at the student's place.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }
}

/// One offer that answers the query.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// Slug of the service.
    pub service: String,
    /// Who teaches.
    pub instructor: UserId,
    /// Which offer.
    pub offer: InstructorServiceId,
    /// Price of an hour, in cents.
    pub rate_cents: u32,
    /// How well it fits, at most 100.
    pub score: f64,
    /// Why it is here, in a few words each.
    pub why: Vec<String>,
    /// The lesson that fits at these starts: of the length that was asked for, else the shortest that is offered.
    pub length: LessonLength,
    /// First starts that can be booked and fit, on the clock of the instructor, the soonest first.
    pub next_starts: Vec<Start>,
}

/// What a search says.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The query as it was understood.
    pub query: Query,
    /// The best results, the best first. Every one meets every constraint.
    pub results: Vec<SearchResult>,
    /// Number of all results.
    pub total: usize,
    /// What was understood, for people to see and correct.
    pub chips: Vec<Chip>,
    /// What a change of one constraint would find; only when nothing was found.
    pub relaxations: Vec<Relaxation>,
    /// Results that miss one constraint, each saying which; only when nothing was found.
    pub near_misses: Vec<NearMiss>,
    /// Names of services worth asking about.
    pub did_you_mean: Vec<String>,
    /// Meaning was consulted.
    pub used_semantic: bool,
}

/// Understands and answers queries. Share it; searching takes `&self` and never waits. Clones are the same engine.
///
/// Its words never change. When they are edited, [`SearchEngine::with_vocabulary`] makes another engine, and whoever holds the
/// present one swaps them: so a search sees one vocabulary from its first word to its last result.
#[derive(Debug, Clone)]
pub struct SearchEngine {
    vocabulary: Arc<Vocabulary>,
    index: Arc<Index>,
}

impl SearchEngine {
    /// An engine without instructors, for `days` days from `first_day` on.
    #[must_use]
    pub fn new(vocabulary: Vocabulary, first_day: Date, days: u16) -> Self {
        let index = Index::new(Arc::clone(vocabulary.places()), first_day, days);
        Self { vocabulary: Arc::new(vocabulary), index: Arc::new(index) }
    }

    /// The index, to fill and to change.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The vocabulary in use.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// An engine that knows other words about the same people: both share the index.
    ///
    /// # Errors
    /// The vocabulary itself when its places differ, because where somebody teaches is written in their numbers: then an engine
    /// has to be made of it and filled anew.
    pub fn with_vocabulary(&self, vocabulary: Vocabulary) -> Result<Self, Box<Vocabulary>> {
        if vocabulary.places() != self.vocabulary.places() {
            return Err(Box::new(vocabulary));
        }
        Ok(Self { vocabulary: Arc::new(vocabulary), index: Arc::clone(&self.index) })
    }

    /// Replaces all instructors; see [`Index::rebuild`].
    pub fn rebuild(&self, first_day: Date, rows: impl IntoIterator<Item = InstructorRow>) {
        self.index.rebuild(first_day, rows);
    }

    /// Understands `text` and finds who can teach it.
    #[must_use]
    pub fn search(&self, text: &str, context: &Context) -> Answer {
        let query = Query::parse(&self.vocabulary, text, context.today());
        self.answer(query, context)
    }

    /// Finds who can teach what a query asks for.
    #[must_use]
    pub fn answer(&self, mut query: Query, context: &Context) -> Answer {
        let vocabulary = &*self.vocabulary;
        let snapshot = self.index.snapshot();
        let limit = context.limit.min(MAX_LIMIT);
        let searcher = Searcher { vocabulary, snapshot: &snapshot, now: context.now };
        let mut answer = Answer { used_semantic: query.used_semantic, ..Answer::default() };
        if query.scope != Scope::Nothing {
            let mut filter = searcher.filter(&query);
            searcher.price_words(&mut query, &mut filter);
            if query.unknown_place.is_none() {
                let found = snapshot.find(&filter, context.now, limit);
                answer.total = found.total;
                answer.results = found.matches.iter().map(|found| searcher.result(&query, found)).collect();
            }
            if answer.total == 0 {
                (answer.relaxations, answer.near_misses) = relax::around(&searcher, &query, &filter, limit);
            }
        }
        let name = |ix: &ServiceIx| vocabulary.service(*ix).map(|service| service.name.clone());
        answer.did_you_mean = query.did_you_mean.iter().filter_map(name).collect();
        answer.chips.clone_from(&query.chips);
        answer.query = query;
        answer
    }
}

/// One search on one snapshot.
struct Searcher<'a> {
    vocabulary: &'a Vocabulary,
    snapshot: &'a Snapshot,
    now: Timestamp,
}

impl Searcher<'_> {
    /// The filter that a query asks for.
    fn filter(&self, query: &Query) -> Filter {
        Filter {
            services: self.services(query),
            min_cents: query.price.min,
            max_cents: query.price.max,
            places: self.places(query),
            mode: query.mode,
            levels: query.levels.clone(),
            audience: query.audience.clone(),
            duration: query.duration,
            dates: query.dates.clone(),
            weekdays: query.weekdays,
            time: query.time,
        }
    }

    /// The services to choose from, each with its relevance. Those for children join in when the query speaks of children.
    fn services(&self, query: &Query) -> Option<Vec<(String, u32)>> {
        let relevance = match query.evidence {
            Evidence::Meaning(similarity) => thousandths(similarity),
            Evidence::None | Evidence::Words | Evidence::Typo => 1000,
        };
        let young = query.is_for_children();
        let mut list: Vec<ServiceIx> = Vec::new();
        let mut add = |service: ServiceIx| {
            if !list.contains(&service) && !query.excluded.contains(&service) {
                list.push(service);
            }
        };
        let with_variants = |service: ServiceIx, add: &mut dyn FnMut(ServiceIx)| {
            add(service);
            if young && let Some(service) = self.vocabulary.service(service) {
                service.for_children.iter().copied().for_each(add);
            }
        };
        if !query.services.is_empty() {
            query.services.iter().for_each(|service| with_variants(*service, &mut add));
        } else if !query.categories.is_empty() {
            let members = self
                .vocabulary
                .services()
                .filter(|(_, service)| query.categories.contains(&service.category));
            members.for_each(|(service, _)| with_variants(service, &mut add));
        } else if query.excluded.is_empty() {
            return None;
        } else {
            self.vocabulary.services().for_each(|(service, _)| add(service));
        }
        let slug = |ix| self.vocabulary.service(ix).map(|service| (service.slug.clone(), relevance));
        Some(list.into_iter().filter_map(slug).collect())
    }

    /// The places to choose from. A borough beside one of its neighborhoods only says where that is.
    fn places(&self, query: &Query) -> PlaceSet {
        let gazetteer = self.vocabulary.places();
        let explained = |borough| {
            query.places.iter().any(|other| {
                *other != borough && gazetteer.get(*other).is_some_and(|place| place.borough == Some(borough))
            })
        };
        let mut set = PlaceSet::default();
        for ix in query.places.iter().copied().filter(|ix| !explained(*ix)) {
            set.insert(ix);
            let Some(place) = gazetteer.get(ix) else { continue };
            // Nobody lists a park as an area of service, so a landmark means what lies around it.
            if place.kind == PlaceKind::Landmark
                || (query.near_place && place.kind == PlaceKind::Neighborhood)
            {
                place.neighbours.iter().for_each(|neighbour| set.insert(*neighbour));
            }
        }
        set
    }

    /// Turns "cheap" into a number: the price below which the cheapest third of what was asked for lies at this moment.
    fn price_words(&self, query: &mut Query, filter: &mut Filter) {
        let Some(word) = query.price.word else { return };
        if query.price.min.is_some() || query.price.max.is_some() {
            return;
        }
        let without_time = Filter {
            dates: Vec::new(),
            weekdays: crate::query::Weekdays::default(),
            time: None,
            ..filter.clone()
        };
        let rates = self.snapshot.rates(&without_time, self.now);
        match word {
            PriceWord::Budget => {
                filter.max_cents = rates.get(rates.len().div_ceil(3).saturating_sub(1)).copied();
                query.price.max = filter.max_cents;
            }
            PriceWord::Premium => {
                filter.min_cents = rates.get(rates.len() - rates.len().div_ceil(3)).copied();
                query.price.min = filter.min_cents;
            }
        }
        let shown = crate::query::shown_price(query.price);
        for chip in query.chips.iter_mut().filter(|chip| chip.slot == Slot::Price) {
            chip.value.clone_from(&shown);
        }
    }

    fn result(&self, query: &Query, found: &Match) -> SearchResult {
        SearchResult {
            service: found.service.clone(),
            instructor: found.instructor,
            offer: found.offer,
            rate_cents: found.rate_cents,
            score: f64::from(found.score) / 1000.0,
            why: self.why(query, found),
            length: found.length,
            next_starts: found.next_starts.clone(),
        }
    }

    /// The reasons for a result, in the words of the query.
    fn why(&self, query: &Query, found: &Match) -> Vec<String> {
        let mut why = Vec::new();
        let service = self.vocabulary.find_service(&found.service).and_then(|ix| self.vocabulary.service(ix));
        let name = service.map_or(found.service.as_str(), |service| service.name.as_str());
        let chip = query.chips.iter().find(|chip| matches!(chip.slot, Slot::Service | Slot::Category));
        match (query.evidence, chip) {
            (Evidence::Meaning(similarity), _) => {
                why.push(format!("similar meaning {similarity:.2} -> {name}"))
            }
            (Evidence::Typo, Some(chip)) => why.push(format!("typo \"{}\" -> {name}", chip.text)),
            (Evidence::Words, Some(chip)) if chip.text.eq_ignore_ascii_case(name) => {
                why.push(format!("service {name}"))
            }
            (Evidence::Words, Some(chip)) => why.push(format!("\"{}\" -> {name}", chip.text)),
            (Evidence::None, _) | (_, None) => {}
        }
        if query.price.min.is_some() || query.price.max.is_some() {
            why.push(format!("{} an hour", crate::query::shown_dollars(found.rate_cents)));
        }
        if let Some(start) = found.next_starts.first() {
            let shown = if query.asks_for_time() { "free" } else { "next free" };
            why.push(format!("{shown} {} {}", start.date, start.time));
        }
        why
    }
}

/// A share of one, in thousandths.
#[expect(
    clippy::as_conversions,
    reason = "clamped to 0..=1000 before; `as` is the only way from float to integer"
)]
fn thousandths(share: f32) -> u32 {
    (share * 1000.0).clamp(0.0, 1000.0) as u32
}
