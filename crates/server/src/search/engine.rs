//! The search engine as use cases see it.

use std::{collections::BTreeSet, sync::Arc};

use instainstru_core::money::Cents;
use instainstru_domain::ports::{
    InstructorSearch,
    instructor_search::{
        SearchAnswer, SearchChip, SearchMatch, SearchNearMiss, SearchQuestion, SearchRelaxation, SearchSlot,
        SearchStart, Suggestion, SuggestionKind, Understood,
    },
};
use instainstru_search::{
    answer::{CompletionKind, Context, SearchResult},
    query::{Chip, Evidence, Mode, Query, Slot},
};

use super::live::{LiveSearch, Searchable};

/// The search engine as use cases see it.
#[derive(Debug, Clone)]
pub struct EngineSearch(Arc<LiveSearch>);

impl EngineSearch {
    /// Searching with whatever this holds at the moment.
    #[must_use]
    pub const fn new(live: Arc<LiveSearch>) -> Self {
        Self(live)
    }
}

impl InstructorSearch for EngineSearch {
    fn search(&self, question: &SearchQuestion) -> SearchAnswer {
        let context = Context { now: question.now, zone: question.zone.tz().clone(), limit: question.limit };
        // One pair for the whole question: the words may be edited meanwhile.
        let now = self.0.now();
        let answer = now.engine.search(&question.text, &context);
        let people = now.engine.index().snapshot();
        let near = answer.near_misses.iter().map(|near| &near.result);
        let slugs: BTreeSet<&str> =
            answer.results.iter().chain(near).map(|found| found.service.as_str()).collect();
        let services = slugs.into_iter().filter_map(|slug| now.listing(slug, &people)).collect();
        let relevance = match answer.query.evidence {
            Evidence::Meaning(similarity) => f64::from(similarity),
            Evidence::None | Evidence::Words | Evidence::Typo => 1.0,
        };
        SearchAnswer {
            understood: understood(&now, &answer.query),
            services,
            matches: answer.results.into_iter().map(|found| matched(found, relevance)).collect(),
            total: answer.total,
            chips: answer.chips.into_iter().map(chip).collect(),
            relaxations: answer
                .relaxations
                .into_iter()
                .map(|other| SearchRelaxation {
                    slot: slot(other.slot),
                    change: other.change,
                    count: other.count,
                })
                .collect(),
            near_misses: answer
                .near_misses
                .into_iter()
                .map(|near| SearchNearMiss { found: matched(near.result, relevance), differs: near.differs })
                .collect(),
            did_you_mean: answer.did_you_mean,
            used_semantic: answer.used_semantic,
        }
    }

    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        let completions = self.0.now().engine.suggest(prefix);
        completions
            .into_iter()
            .take(limit)
            .map(|completion| Suggestion {
                kind: match completion.kind {
                    CompletionKind::Service => SuggestionKind::Service,
                    CompletionKind::Category => SuggestionKind::Category,
                },
                slug: Some(completion.slug),
                name: completion.name,
                phrase: completion.phrase,
            })
            .collect()
    }
}

fn matched(found: SearchResult, relevance: f64) -> SearchMatch {
    SearchMatch {
        service: found.service,
        instructor: found.instructor,
        offer: found.offer,
        score: found.score,
        relevance,
        why: found.why,
        length: found.length,
        next_starts: found
            .next_starts
            .into_iter()
            .map(|start| SearchStart { date: start.date, time: start.time })
            .collect(),
    }
}

fn chip(chip: Chip) -> SearchChip {
    SearchChip {
        slot: slot(chip.slot),
        value: chip.value,
        text: chip.text,
        start: chip.span.start,
        end: chip.span.end,
        corrected_from: chip.corrected_from,
        removable: chip.removable,
        alternatives: chip.alternatives,
    }
}

const fn slot(slot: Slot) -> SearchSlot {
    match slot {
        Slot::Service => SearchSlot::Service,
        Slot::Category => SearchSlot::Category,
        Slot::Excluded => SearchSlot::Excluded,
        Slot::Price => SearchSlot::Price,
        Slot::Date => SearchSlot::Date,
        Slot::Time => SearchSlot::Time,
        Slot::Duration => SearchSlot::Duration,
        Slot::Place => SearchSlot::Place,
        Slot::UnknownPlace => SearchSlot::UnknownPlace,
        Slot::NearMe => SearchSlot::NearMe,
        Slot::Mode => SearchSlot::Mode,
        Slot::Level => SearchSlot::Level,
        Slot::Audience => SearchSlot::Audience,
    }
}

/// Whether a chip says what is to be learnt, and not when, where, for whom or at what price.
const fn names_subject(slot: Slot) -> bool {
    match slot {
        Slot::Service | Slot::Category | Slot::Excluded => true,
        Slot::Price
        | Slot::Date
        | Slot::Time
        | Slot::Duration
        | Slot::Place
        | Slot::UnknownPlace
        | Slot::NearMe
        | Slot::Mode
        | Slot::Level
        | Slot::Audience => false,
    }
}

fn understood(now: &Searchable, query: &Query) -> Understood {
    let vocabulary = now.engine.vocabulary();
    let cents = |cents: Option<u32>| cents.and_then(|cents| Cents::new(i64::from(cents)).ok());
    let named: Vec<_> = query.services.iter().filter_map(|ix| vocabulary.service(*ix)).collect();
    let services: Vec<String> = named.iter().map(|service| service.name.clone()).collect();
    let listed = named.iter().filter_map(|service| now.listings.get(&service.slug));
    let places = query.places.iter().filter_map(|ix| vocabulary.places().get(*ix));
    let levels = query.levels.iter().map(|level| level.as_str());
    let audience = query.audience.iter().map(|audience| audience.as_str());
    Understood {
        cleaned: cleaned(query, &services),
        categories: query
            .categories
            .iter()
            .filter_map(|ix| vocabulary.category(*ix))
            .map(|category| category.name.clone())
            .collect(),
        service_ids: listed.map(|listing| listing.service.id).collect(),
        services,
        min_rate: cents(query.price.min),
        max_rate: cents(query.price.max),
        when: when(query),
        places: places.map(|place| place.name.clone()).chain(query.unknown_place.clone()).collect(),
        online: query.mode.map(|mode| mode == Mode::Online),
        levels: levels.chain(audience).map(str::to_owned).collect(),
        residual: query.residual.clone(),
    }
}

/// The text without what says when, where, for whom and at what price; a single service by its own name.
fn cleaned(query: &Query, services: &[String]) -> String {
    let mut chips: Vec<&Chip> = query.chips.iter().collect();
    chips.sort_by_key(|chip| (chip.span.start, chip.span.end));
    let mut text = String::new();
    let mut at = 0;
    for chip in chips {
        if chip.span.start < at {
            continue;
        }
        text.push_str(query.text.get(at..chip.span.start).unwrap_or_default());
        at = chip.span.end;
        match (chip.slot, services) {
            (Slot::Service, [only]) => text.push_str(&only.to_lowercase()),
            (kind, _) if names_subject(kind) => text.push_str(&chip.text),
            _ => drop_preposition(&mut text),
        }
    }
    text.push_str(query.text.get(at..).unwrap_or_default());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words that lead to a time, place or person and mean nothing without it.
const PREPOSITIONS: [&str; 8] = ["at", "by", "for", "from", "in", "near", "on", "with"];

/// Takes the preposition away whose words were taken away.
fn drop_preposition(text: &mut String) {
    let kept = text.trim_end();
    let last = kept.rsplit(char::is_whitespace).next().unwrap_or_default();
    if PREPOSITIONS.iter().any(|preposition| last.eq_ignore_ascii_case(preposition)) {
        let end = kept.len() - last.len();
        text.truncate(end);
    }
}

/// Words of time that clients of 2025 know.
const WORDS_OF_TIME: [&str; 16] = [
    "today",
    "tomorrow",
    "this week",
    "next week",
    "this weekend",
    "next weekend",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "morning",
    "afternoon",
    "evening",
];

/// The words that say when: those that are known, otherwise the phrase itself.
fn when(query: &Query) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for chip in query.chips.iter().filter(|chip| matches!(chip.slot, Slot::Date | Slot::Time)) {
        let lower = chip.text.to_lowercase();
        let words: Vec<&str> =
            lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let spaced = format!(" {} ", words.join(" "));
        let mut known: Vec<String> = WORDS_OF_TIME
            .iter()
            .filter(|known| spaced.contains(&format!(" {known} ")))
            .map(|known| (*known).to_owned())
            .collect();
        if known.is_empty() {
            known.push(lower);
        }
        known.retain(|word| !all.contains(word));
        all.append(&mut known);
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use instainstru_domain::zone::Zone;
    use instainstru_search::{answer::SearchEngine, vocabulary::Vocabulary};
    use jiff::civil::date;

    use super::*;

    /// Searching with the words that come with the program, among nobody.
    fn search() -> EngineSearch {
        let engine = SearchEngine::new(Vocabulary::embedded().unwrap(), date(2026, 3, 11), 30);
        EngineSearch::new(Arc::new(LiveSearch::of(engine, HashMap::new())))
    }

    fn answer(text: &str) -> SearchAnswer {
        search().search(&SearchQuestion {
            text: text.to_owned(),
            now: "2026-03-11T15:00:00Z".parse().unwrap(),
            zone: Zone::new_york(),
            limit: 20,
        })
    }

    #[test]
    fn a_question_is_told_apart_into_its_parts() {
        let found =
            answer("online keybord lessons for beginners under $80 tomorrow evening in Staten Island");
        let understood = found.understood;
        assert_eq!(understood.services, ["Piano"]);
        assert_eq!(understood.when, ["tomorrow", "evening"]);
        assert_eq!(understood.places, ["Staten Island"]);
        assert_eq!(understood.levels, ["beginner"]);
        assert_eq!((understood.online, understood.max_rate), (Some(true), Cents::new(8_000).ok()));
        assert_eq!(understood.cleaned, "piano lessons");
        let price = found.chips.iter().find(|chip| chip.slot == SearchSlot::Price).unwrap();
        assert_eq!((price.text.as_str(), price.value.as_str()), ("under $80", "up to $80"));
    }

    #[test]
    fn a_category_is_not_a_service() {
        let understood = answer("music lessons").understood;
        assert_eq!((understood.services.len(), understood.categories), (0, vec!["Music".to_owned()]));
    }

    #[test]
    fn suggestions_are_as_many_as_asked_for() {
        let search = search();
        let found = search.suggest("pian", 1);
        assert_eq!((found.len(), found[0].slug.as_deref()), (1, Some("piano")));
        assert_eq!(search.suggest("", 5), []);
    }
}
