//! Answers of search.

use std::time::Duration;

use instainstru_domain::{
    instructor::{ExperienceLevel, Instructor},
    ports::instructor_search::{SearchChip, SearchRelaxation, SearchStart, Suggestion},
    text::Tag,
};
use instainstru_service::search::{Hit, SearchOutcome};
use serde::Serialize;
use utoipa::ToSchema;

use super::parsed::ParsedQuery;
use crate::wire::{DateText, InstantText, Money, TimeText, seconds};

/// What a search found, and how it was understood.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchResponse {
    /// The text as typed.
    #[schema(example = "piano lessons under $80")]
    query: String,
    /// How it was understood.
    parsed: ParsedQuery,
    /// The best offers, the best first. Each meets everything that was asked for.
    results: Vec<SearchResultItem>,
    /// Number of all offers that fit, shown or not.
    total_found: usize,
    /// How the answer came about.
    search_metadata: SearchMetadata,
    /// What was understood, piece by piece.
    chips: Vec<ChipItem>,
    /// What a change of one constraint would find; only when nothing was found.
    relaxations: Vec<RelaxationItem>,
    /// Offers that miss one constraint, each saying which; only when nothing was found.
    near_misses: Vec<NearMissItem>,
    /// Names of services that may have been meant.
    did_you_mean: Vec<String>,
}

/// One offer of one instructor.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchResultItem {
    /// The service of the catalogue.
    service: FoundService,
    /// Who teaches.
    instructor: FoundInstructor,
    /// What the instructor offers of the service.
    offering: FoundOffering,
    /// How well it fits, 0 to 100.
    match_score: f64,
    /// Why it is here, in a few words each.
    #[schema(example = json!(["service Piano", "$75 an hour"]))]
    why: Vec<String>,
    /// Minutes of the lesson that fits at these starts: as asked for, else the shortest that is offered.
    #[schema(example = 60)]
    duration_minutes: u16,
    /// First starts that can be booked and fit, at most three, the soonest first; empty when no time is published.
    next_starts: Vec<StartItem>,
}

/// A service of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundService {
    /// Its id.
    id: i32,
    /// Category it belongs to.
    category_id: i32,
    /// Name of the category.
    #[schema(example = "Music")]
    category_name: String,
    /// Short name of the category.
    #[schema(example = "music")]
    category_slug: String,
    /// Name for people.
    #[schema(example = "Piano")]
    name: String,
    /// Unique short name.
    #[schema(example = "piano")]
    slug: String,
    /// One line about it.
    description: Option<String>,
    /// Words people look for it with.
    search_terms: Vec<String>,
    /// Lowest price at which it is offered now.
    actual_min_price: Option<Money>,
    /// Highest price at which it is offered now.
    actual_max_price: Option<Money>,
    /// Place within its category.
    display_order: i32,
    /// Services somebody interested in this one may like.
    related_services: Vec<i32>,
    /// Whether it can be taught over the internet.
    online_capable: bool,
    /// Whether instructors should hold a certificate.
    requires_certification: bool,
    /// Always true: others are not found.
    is_active: bool,
    /// Always true: somebody offers it.
    is_offered: bool,
    /// Number of bookable instructors who offer it.
    instructor_count: u32,
    /// How near it is to what was asked for, 0 to 1.
    relevance_score: f64,
    /// How sought-after it is, 0 to 100.
    demand_score: f64,
    /// Whether it is looked for more than before.
    is_trending: bool,
}

/// Who teaches.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundInstructor {
    /// Id of the account: what public paths name.
    id: i32,
    /// Name of the instructor.
    name: String,
    /// About the instructor.
    bio: String,
    /// Years of experience.
    years_experience: u8,
    /// Where lessons take place, joined by `, `.
    #[schema(example = "Upper West Side, Brooklyn")]
    areas_of_service: String,
}

/// What an instructor offers of a service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundOffering {
    /// Its id: what a booking names.
    id: i32,
    /// Price of an hour.
    hourly_rate: Money,
    /// `beginner`, `intermediate` or `expert`.
    experience_level: Option<&'static str>,
    /// In the instructor's own words.
    description: Option<String>,
    /// Lengths that can be booked, in minutes.
    duration_options: Vec<u16>,
    /// What a student needs.
    equipment_required: Vec<String>,
    /// Levels taught; empty means all.
    levels_taught: Vec<String>,
    /// Ages taught; empty means all.
    age_groups: Vec<String>,
    /// Ways of meeting.
    location_types: Vec<String>,
    /// How far the instructor travels.
    max_distance_miles: Option<u16>,
}

/// When a lesson could begin.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StartItem {
    /// The date, on the clock of the instructor.
    date: DateText,
    /// The time, on the clock of the instructor.
    start_time: TimeText,
    /// Zone of that clock.
    #[schema(example = "America/New_York")]
    timezone: String,
}

/// How an answer came about.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchMetadata {
    /// Whether meaning was consulted, because words alone did not tell.
    used_semantic_search: bool,
    /// What results had to meet.
    #[schema(example = json!(["price: <$80", "tomorrow"]))]
    applied_filters: Vec<String>,
    /// When the answer was made.
    timestamp: InstantText,
    /// How long it took, in milliseconds.
    search_time_ms: f64,
}

/// One understood piece of a query.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChipItem {
    /// What it is about: `service`, `category`, `excluded`, `price`, `date`, `time`, `duration`, `place`, `unknown_place`,
    /// `near_me`, `mode`, `level` or `audience`.
    #[schema(example = "price")]
    slot: &'static str,
    /// What was understood.
    #[schema(example = "up to $80")]
    value: String,
    /// The words that say so.
    #[schema(example = "under $80")]
    text: String,
    /// Where they stand in the query.
    span: SpanItem,
    /// The misspelt words, if any were corrected.
    corrected_from: Option<String>,
    /// Whether the query makes sense without it.
    removable: bool,
    /// What else may have been meant.
    alternatives: Vec<String>,
}

/// A part of a text, in bytes of its UTF-8 form.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SpanItem {
    /// First byte.
    start: usize,
    /// First byte after it.
    end: usize,
}

/// One change of a constraint, and what it would find.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RelaxationItem {
    /// The constraint that changes, named as in a chip.
    #[schema(example = "price")]
    slot: &'static str,
    /// The change.
    #[schema(example = "up to $70")]
    change: String,
    /// Number of offers it would find.
    count: usize,
}

/// An offer that misses one constraint.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NearMissItem {
    /// The offer.
    result: SearchResultItem,
    /// What differs.
    #[schema(example = "begins at 18:30, not 17:00-18:00")]
    differs: String,
}

/// Ways to go on from what was typed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuggestResponse {
    /// What was typed.
    #[schema(example = "pia")]
    query: String,
    /// The suggestions, the likeliest first.
    suggestions: Vec<SuggestionItem>,
}

/// One way to go on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SuggestionItem {
    /// `service`, `category`, `recent` (the caller searched for it before) or `popular` (many people search for it).
    #[schema(example = "service")]
    kind: &'static str,
    /// Short name of the service or category; null for past searches.
    #[schema(example = "piano")]
    slug: Option<String>,
    /// Its name, or the whole query.
    #[schema(example = "Piano")]
    name: String,
    /// The phrase that begins with what was typed.
    #[schema(example = "piano")]
    phrase: String,
}

impl SearchResponse {
    pub(super) fn new(found: SearchOutcome, took: Duration) -> Self {
        let parsed = ParsedQuery::new(&found.text, &found.understood);
        Self {
            search_metadata: SearchMetadata {
                used_semantic_search: found.used_semantic,
                applied_filters: parsed.applied_filters(&found.understood),
                timestamp: found.at.into(),
                search_time_ms: (took.as_secs_f64() * 100_000.0).round() / 100.0,
            },
            query: found.text,
            parsed,
            results: found.hits.into_iter().map(Into::into).collect(),
            total_found: found.total,
            chips: found.chips.into_iter().map(Into::into).collect(),
            relaxations: found.relaxations.into_iter().map(Into::into).collect(),
            near_misses: found
                .near_misses
                .into_iter()
                .map(|(hit, differs)| NearMissItem { result: hit.into(), differs })
                .collect(),
            did_you_mean: found.did_you_mean,
        }
    }
}

impl From<Hit> for SearchResultItem {
    fn from(hit: Hit) -> Self {
        Self {
            service: FoundService::new(&hit),
            instructor: FoundInstructor::from(&*hit.instructor),
            offering: FoundOffering::new(&hit),
            match_score: hit.score,
            duration_minutes: hit.length.minutes(),
            next_starts: hit
                .next_starts
                .iter()
                .map(|start| StartItem::new(*start, &hit.instructor))
                .collect(),
            why: hit.why,
        }
    }
}

impl FoundService {
    fn new(hit: &Hit) -> Self {
        let (listing, facts) = (&*hit.listing, &hit.listing.service.facts);
        Self {
            id: listing.service.id.get(),
            category_id: listing.category.id.get(),
            category_name: listing.category.facts.name.clone(),
            category_slug: listing.category.facts.slug.clone(),
            name: facts.name.clone(),
            slug: facts.slug.clone(),
            description: facts.description.clone(),
            search_terms: facts.search_terms.clone(),
            actual_min_price: listing.offered_rates.map(|(low, _)| low.into()),
            actual_max_price: listing.offered_rates.map(|(_, high)| high.into()),
            display_order: listing.service.display_order,
            related_services: listing.service.related.iter().map(|id| id.get()).collect(),
            online_capable: facts.online_capable,
            requires_certification: facts.requires_certification,
            is_active: listing.service.is_active,
            is_offered: listing.active_instructors > 0,
            instructor_count: listing.active_instructors,
            relevance_score: hit.relevance,
            demand_score: listing.demand.score(),
            is_trending: listing.demand.is_trending(),
        }
    }
}

impl From<&Instructor> for FoundInstructor {
    fn from(instructor: &Instructor) -> Self {
        let details = &instructor.profile.details;
        Self {
            id: instructor.user.id.get(),
            name: instructor.user.full_name.to_string(),
            bio: details.bio.as_ref().map(ToString::to_string).unwrap_or_default(),
            years_experience: details.years_experience,
            areas_of_service: details.areas.joined(),
        }
    }
}

impl FoundOffering {
    fn new(hit: &Hit) -> Self {
        let terms = &hit.offer.offer.terms;
        let texts = |tags: &[Tag]| tags.iter().map(ToString::to_string).collect();
        Self {
            id: hit.offer.id.get(),
            hourly_rate: terms.hourly_rate.into(),
            experience_level: terms.experience_level.map(ExperienceLevel::as_str),
            description: terms.description.as_ref().map(ToString::to_string),
            duration_options: terms.durations.as_slice().iter().map(|length| length.minutes()).collect(),
            equipment_required: texts(&terms.equipment_required),
            levels_taught: texts(&terms.levels_taught),
            age_groups: texts(&terms.age_groups),
            location_types: texts(&terms.location_types),
            max_distance_miles: terms.max_distance_miles,
        }
    }
}

impl StartItem {
    fn new(start: SearchStart, instructor: &Instructor) -> Self {
        Self {
            date: start.date.into(),
            start_time: seconds(start.time),
            timezone: instructor.profile.details.zone.name().to_owned(),
        }
    }
}

impl From<SearchChip> for ChipItem {
    fn from(chip: SearchChip) -> Self {
        Self {
            slot: chip.slot.as_str(),
            value: chip.value,
            text: chip.text,
            span: SpanItem { start: chip.start, end: chip.end },
            corrected_from: chip.corrected_from,
            removable: chip.removable,
            alternatives: chip.alternatives,
        }
    }
}

impl From<SearchRelaxation> for RelaxationItem {
    fn from(relaxation: SearchRelaxation) -> Self {
        Self { slot: relaxation.slot.as_str(), change: relaxation.change, count: relaxation.count }
    }
}

impl SuggestResponse {
    pub(super) fn new(query: String, suggestions: Vec<Suggestion>) -> Self {
        Self { query, suggestions: suggestions.into_iter().map(Into::into).collect() }
    }
}

impl From<Suggestion> for SuggestionItem {
    fn from(suggestion: Suggestion) -> Self {
        Self {
            kind: suggestion.kind.as_str(),
            slug: suggestion.slug,
            name: suggestion.name,
            phrase: suggestion.phrase,
        }
    }
}
