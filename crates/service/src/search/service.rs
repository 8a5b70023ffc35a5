//! Search over any engine and any storage.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use instainstru_domain::{
    catalogue::ServiceListing,
    ids::{CatalogueServiceId, UserId},
    instructor::Instructor,
    ports::{
        Clock, InstructorSearch, SearchLog, StorageError, Transactor, TransactorExt,
        instructor_search::{SearchAnswer, SearchMatch, SearchQuestion, Suggestion, Understood},
    },
    search_history::{AnsweredSearch, NormalQuery},
    zone::Zone,
};

use super::{Hit, SearchError, SearchOutcome, SearchUseCases, Searcher, suggestions};

/// Search over any engine and any storage.
pub struct SearchService {
    tx: Arc<dyn Transactor>,
    engine: Arc<dyn InstructorSearch>,
    clock: Arc<dyn Clock>,
    log: Arc<dyn SearchLog>,
}

/// Remembers nothing.
struct Unheard;

impl SearchLog for Unheard {
    fn record(&self, _search: AnsweredSearch) {}

    fn popular(&self, _prefix: &str, _limit: usize) -> Vec<NormalQuery> {
        Vec::new()
    }
}

impl SearchService {
    /// Search by `engine` among the instructors kept in `tx`. Searches are not remembered.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, engine: Arc<dyn InstructorSearch>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, engine, clock, log: Arc::new(Unheard) }
    }

    /// The same, with searches remembered in `log`.
    #[must_use]
    pub fn remembering(self, log: Arc<dyn SearchLog>) -> Self {
        Self { log, ..self }
    }

    /// What there is to show about everybody in the answer: one read, however many they are; none when nobody is in it.
    fn read(&self, answer: &SearchAnswer) -> Result<Known, StorageError> {
        let near = answer.near_misses.iter().map(|near| &near.found);
        let ids: BTreeSet<UserId> = answer.matches.iter().chain(near).map(|found| found.instructor).collect();
        if ids.is_empty() {
            return Ok(Known::default());
        }
        let ids: Vec<UserId> = ids.into_iter().collect();
        self.tx.reading(|uow| {
            let instructors = uow.search_source().instructors(&ids)?;
            let services = answer.services.iter();
            Ok(Known {
                instructors: instructors
                    .into_iter()
                    .filter(|instructor| instructor.user.is_bookable())
                    .map(|instructor| (instructor.user.id, Arc::new(instructor)))
                    .collect(),
                listings: services.map(|listing| (listing.service.id, Arc::new(listing.clone()))).collect(),
            })
        })
    }

    /// Takes note of a search that was answered.
    fn note(&self, searcher: Searcher, outcome: &SearchOutcome) {
        let Some(query) = NormalQuery::new(&outcome.text) else { return };
        let understood = &outcome.understood;
        self.log.record(AnsweredSearch {
            query,
            at: outcome.at,
            user: searcher.user,
            via: searcher.via,
            services: searched_for(outcome),
            results: u32::try_from(outcome.total).unwrap_or(u32::MAX),
            is_understood: understood.residual.is_empty() && outcome.did_you_mean.is_empty(),
        });
    }
}

/// The services that were named, else those that were found in the categories that were named.
fn searched_for(outcome: &SearchOutcome) -> Vec<CatalogueServiceId> {
    let understood = &outcome.understood;
    let mut services = understood.service_ids.clone();
    if services.is_empty() && !understood.categories.is_empty() {
        services = outcome.hits.iter().map(|hit| hit.listing.service.id).collect();
    }
    let mut seen = BTreeSet::new();
    services.retain(|service| seen.insert(*service));
    services
}

impl SearchUseCases for SearchService {
    fn search(&self, text: &str, limit: usize) -> Result<SearchOutcome, SearchError> {
        if text.trim().is_empty() {
            return Err(SearchError::Empty);
        }
        let now = self.clock.now();
        let question = SearchQuestion { text: text.to_owned(), now, zone: Zone::new_york(), limit };
        let answer = self.engine.search(&question);
        let known = self.read(&answer)?;
        let hits: Vec<Hit> = answer
            .matches
            .iter()
            .filter_map(|found| known.hit(found).filter(|hit| costs_what_was_asked(hit, &answer.understood)))
            .collect();
        let gone = answer.matches.len().saturating_sub(hits.len());
        let near_misses = answer
            .near_misses
            .into_iter()
            .filter_map(|near| Some((known.hit(&near.found)?, near.differs)))
            .collect();
        Ok(SearchOutcome {
            text: question.text,
            at: now,
            understood: answer.understood,
            hits,
            total: answer.total.saturating_sub(gone),
            chips: answer.chips,
            relaxations: answer.relaxations,
            near_misses,
            did_you_mean: answer.did_you_mean,
            used_semantic: answer.used_semantic,
        })
    }

    fn search_for(&self, searcher: Searcher, text: &str, limit: usize) -> Result<SearchOutcome, SearchError> {
        let outcome = self.search(text, limit)?;
        self.note(searcher, &outcome);
        Ok(outcome)
    }

    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        self.blend(&[], prefix, limit)
    }

    fn suggest_to(&self, user: UserId, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        let past = self.tx.reading(|uow| uow.search_history().recent(user, suggestions::LOOKED_AT))?;
        let recent: Vec<NormalQuery> = past.into_iter().map(|past| past.query).collect();
        Ok(self.blend(&recent, prefix, limit))
    }
}

impl SearchService {
    fn blend(&self, recent: &[NormalQuery], prefix: &str, limit: usize) -> Vec<Suggestion> {
        let completions = self.engine.suggest(prefix, limit);
        // More than can be shown, because some say what others say already.
        let popular = self.log.popular(prefix, limit.saturating_mul(2));
        suggestions::blend(prefix, recent, completions, &popular, limit)
    }
}

/// What is stored about the people and services of an answer. The engine may be a moment behind; this is not.
#[derive(Default)]
struct Known {
    instructors: BTreeMap<UserId, Arc<Instructor>>,
    listings: BTreeMap<CatalogueServiceId, Arc<ServiceListing>>,
}

impl Known {
    /// The match as it can be shown; nothing when it cannot be booked any more.
    fn hit(&self, found: &SearchMatch) -> Option<Hit> {
        let instructor = self.instructors.get(&found.instructor)?;
        let offer =
            instructor.services.iter().find(|service| service.id == found.offer && service.is_active)?;
        let listing = self.listings.get(&offer.offer.catalogue_service_id)?;
        Some(Hit {
            listing: Arc::clone(listing),
            instructor: Arc::clone(instructor),
            offer: offer.clone(),
            score: found.score,
            relevance: found.relevance,
            why: found.why.clone(),
            length: found.length,
            next_starts: found.next_starts.clone(),
        })
    }
}

/// A price may have changed since the engine last heard of it.
fn costs_what_was_asked(hit: &Hit, understood: &Understood) -> bool {
    let cents = hit.offer.offer.terms.hourly_rate.cents();
    understood.min_rate.is_none_or(|min| cents >= min.get())
        && understood.max_rate.is_none_or(|max| cents <= max.get())
}
