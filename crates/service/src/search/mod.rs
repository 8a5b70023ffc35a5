//! Finding instructors by what a student types.

mod service;
mod suggestions;

use std::sync::Arc;

use instainstru_core::length::LessonLength;
use instainstru_domain::{
    catalogue::ServiceListing,
    ids::UserId,
    instructor::{Instructor, InstructorService},
    ports::{
        StorageError,
        instructor_search::{SearchChip, SearchRelaxation, SearchStart, Suggestion, Understood},
    },
    search_history::SearchVia,
};
use jiff::Timestamp;

pub use self::service::SearchService;

/// Finding instructors by what a student types.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SearchUseCases: Send + Sync {
    /// Finds who can teach what `text` asks for: at most `limit` offers, the best first. No note is taken of it: this is for what a
    /// page asks by itself.
    ///
    /// # Errors
    /// [`SearchError::Empty`] when the text is blank.
    fn search(&self, text: &str, limit: usize) -> Result<SearchOutcome, SearchError>;

    /// As [`SearchUseCases::search`] for somebody who typed it: it is counted, and remembered for whoever is signed in.
    ///
    /// # Errors
    /// As [`SearchUseCases::search`].
    fn search_for(&self, searcher: Searcher, text: &str, limit: usize) -> Result<SearchOutcome, SearchError>;

    /// Ways to go on from `prefix`, at most `limit`: services and categories of which a phrase begins with it, then what many
    /// people search for. Answered from memory.
    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion>;

    /// As [`SearchUseCases::suggest`], after what the same person searched for before.
    ///
    /// # Errors
    /// Only storage failures.
    fn suggest_to(&self, user: UserId, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError>;
}

/// Who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Searcher {
    /// The account, if somebody is signed in.
    pub user: Option<UserId>,
    /// Through which door.
    pub via: SearchVia,
}

/// What a search found, and how it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOutcome {
    /// The text as typed.
    pub text: String,
    /// When it was answered.
    pub at: Timestamp,
    /// How it was understood.
    pub understood: Understood,
    /// The best offers, the best first.
    pub hits: Vec<Hit>,
    /// Number of all offers that fit.
    pub total: usize,
    /// What was understood, piece by piece.
    pub chips: Vec<SearchChip>,
    /// What a change of one constraint would find; only when nothing was found.
    pub relaxations: Vec<SearchRelaxation>,
    /// Offers that miss one constraint, each with what differs; only when nothing was found.
    pub near_misses: Vec<(Hit, String)>,
    /// Names of services that may have been meant.
    pub did_you_mean: Vec<String>,
    /// Whether meaning was consulted.
    pub used_semantic: bool,
}

/// An offer that was found, with everything there is to show about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The service of the catalogue.
    pub listing: Arc<ServiceListing>,
    /// Who teaches.
    pub instructor: Arc<Instructor>,
    /// What the instructor offers of the service.
    pub offer: InstructorService,
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

/// Why a search failed.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Nothing was asked.
    #[error("Search query cannot be empty")]
    Empty,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
