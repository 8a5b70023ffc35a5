//! Finding instructors by what a student types.

use instainstru_core::{grid::GridTime, length::LessonLength, money::Cents};
use jiff::{Timestamp, civil::Date};

use crate::{
    catalogue::ServiceListing,
    ids::{CatalogueServiceId, InstructorServiceId, UserId},
    zone::Zone,
};

/// Understands what students type and finds who can teach it.
///
/// It answers at once and from what it knows: an answer may be a moment behind the storage, so whoever shows people out of it
/// checks that they can still be booked.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait InstructorSearch: Send + Sync {
    /// Finds who can teach what the question asks for. Every match meets every constraint that was understood.
    fn search(&self, question: &SearchQuestion) -> SearchAnswer;

    /// Services and categories of which a phrase begins with `prefix`, the likeliest first, at most `limit`.
    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion>;
}

/// What is typed, when and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuestion {
    /// The text as typed.
    pub text: String,
    /// The present instant.
    pub now: Timestamp,
    /// Zone of the student: what "tomorrow" means.
    pub zone: Zone,
    /// Most matches to return.
    pub limit: usize,
}

/// What a search found, and how the question was understood.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchAnswer {
    /// How the question was understood.
    pub understood: Understood,
    /// The best matches, the best first.
    pub matches: Vec<SearchMatch>,
    /// Number of all matches.
    pub total: usize,
    /// The services of the matches and near misses, each once, as they are offered at this moment.
    pub services: Vec<ServiceListing>,
    /// What was understood, piece by piece, for people to see and correct.
    pub chips: Vec<SearchChip>,
    /// What a change of one constraint would find; only when nothing was found.
    pub relaxations: Vec<SearchRelaxation>,
    /// Matches that miss one constraint; only when nothing was found.
    pub near_misses: Vec<SearchNearMiss>,
    /// Names of services that may have been meant.
    pub did_you_mean: Vec<String>,
    /// Whether meaning was consulted, because words alone did not tell.
    pub used_semantic: bool,
}

/// How a question was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Understood {
    /// The text without what says when, where, for whom and at what price.
    pub cleaned: String,
    /// Names of the services that were asked for: a union.
    pub services: Vec<String>,
    /// Ids of the same services.
    pub service_ids: Vec<CatalogueServiceId>,
    /// Names of the categories that were asked for, when no service was.
    pub categories: Vec<String>,
    /// Least price of an hour.
    pub min_rate: Option<Cents>,
    /// Greatest price of an hour.
    pub max_rate: Option<Cents>,
    /// The words that say when, such as `this weekend`, in lower case.
    pub when: Vec<String>,
    /// Names of the places, also of those we do not know.
    pub places: Vec<String>,
    /// Whether lessons over the internet are asked for, or ruled out.
    pub online: Option<bool>,
    /// Levels and ages asked for, such as `beginner` and `kids`.
    pub levels: Vec<String>,
    /// Words that were not understood.
    pub residual: Vec<String>,
}

/// One offer of one instructor that answers the question.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchMatch {
    /// Slug of the service.
    pub service: String,
    /// Who teaches.
    pub instructor: UserId,
    /// Which offer.
    pub offer: InstructorServiceId,
    /// How well it fits, 0..=100.
    pub score: f64,
    /// How near the service is to what was asked for, 0..=1.
    pub relevance: f64,
    /// Why it is here, in a few words each.
    pub why: Vec<String>,
    /// The lesson that fits at these starts: of the length that was asked for, else the shortest that is offered.
    pub length: LessonLength,
    /// First starts that can be booked and fit, the soonest first.
    pub next_starts: Vec<SearchStart>,
}

/// When a lesson could begin, on the clock of the instructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SearchStart {
    /// The date.
    pub date: Date,
    /// The time.
    pub time: GridTime,
}

/// What a piece of a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchSlot {
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
    /// A place that is not known or not served.
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

impl SearchSlot {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Category => "category",
            Self::Excluded => "excluded",
            Self::Price => "price",
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Place => "place",
            Self::UnknownPlace => "unknown_place",
            Self::NearMe => "near_me",
            Self::Mode => "mode",
            Self::Level => "level",
            Self::Audience => "audience",
        }
    }
}

/// One understood piece of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchChip {
    /// What it is about.
    pub slot: SearchSlot,
    /// What was understood.
    pub value: String,
    /// The words that say so.
    pub text: String,
    /// Where they begin, in bytes.
    pub start: usize,
    /// Where they end, in bytes.
    pub end: usize,
    /// The misspelt words, if any were corrected.
    pub corrected_from: Option<String>,
    /// Whether the question makes sense without it.
    pub removable: bool,
    /// What else may have been meant.
    pub alternatives: Vec<String>,
}

/// One change of a constraint, and what it would find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRelaxation {
    /// The constraint that changes.
    pub slot: SearchSlot,
    /// The change, in words.
    pub change: String,
    /// Number of matches it would find, at least 1.
    pub count: usize,
}

/// A match that misses one constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchNearMiss {
    /// The match.
    pub found: SearchMatch,
    /// What differs, in words.
    pub differs: String,
}

/// What a suggestion leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionKind {
    /// A service.
    Service,
    /// A category.
    Category,
    /// Something the same person searched for before.
    Recent,
    /// Something many people search for.
    Popular,
}

impl SuggestionKind {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Category => "category",
            Self::Recent => "recent",
            Self::Popular => "popular",
        }
    }
}

/// A way to go on from what was typed so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it leads to.
    pub kind: SuggestionKind,
    /// Slug of the service or category; nothing for what was searched for before.
    pub slug: Option<String>,
    /// Its name, or the whole query.
    pub name: String,
    /// The phrase that begins with what was typed.
    pub phrase: String,
}
