//! What we know about somebody: a copy of all of it, and forgetting it.

mod export;
mod leave;

use std::sync::Arc;

use instainstru_domain::{
    account::{Password, User},
    audit::AuditEntry,
    availability::{Blackout, Window},
    booking::BookingDetails,
    instructor::{InstructorProfile, InstructorService},
    ports::{Clock, PasswordHasher, StorageError, Transactor, security::SecurityError},
};
use jiff::Timestamp;

use crate::{accounts::ProofError, search_history::RememberedSearch};

/// A list of which very long ones show only a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded<T> {
    /// The entries, newest first.
    pub items: Vec<T>,
    /// Whether these are all.
    pub is_complete: bool,
}

/// Everything about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// When it was made.
    pub made_at: Timestamp,
    /// The account.
    pub account: User,
    /// What an instructor publishes.
    pub teaching: Option<Teaching>,
    /// Lessons taken.
    pub bookings_as_student: Bounded<BookingDetails>,
    /// Lessons given.
    pub bookings_as_instructor: Bounded<BookingDetails>,
    /// What the person searched for while signed in, the latest first; no more is kept.
    pub searches: Vec<RememberedSearch>,
    /// What the person did that is written down, and what was done to the account.
    pub audit: Bounded<AuditEntry>,
}

/// What an instructor publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Teaching {
    /// The profile.
    pub profile: InstructorProfile,
    /// All services, inactive ones included.
    pub services: Vec<InstructorService>,
    /// All windows, past ones included, by date and start.
    pub windows: Vec<Window>,
    /// All blocked dates, past ones included, by date.
    pub blackouts: Vec<Blackout>,
}

/// How somebody wants to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    /// The password, once more.
    pub password: Password,
    /// Whether lessons that are still ahead are to be called off.
    pub cancel_upcoming: bool,
}

/// Everything about oneself.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PersonalDataUseCases: Send + Sync {
    /// Everything about the caller. Of each long list at most [`PersonalDataService::MAX_ENTRIES`] are shown. Others appear in it
    /// only as parties of bookings; whoever shows it must show no more of them than the caller may know.
    ///
    /// # Errors
    /// Only storage failures.
    fn export(&self, actor: &User) -> Result<Archive, PersonalDataError>;

    /// Deletes the caller's account for good. The address is free at once, every session ends, and only nameless bookings remain,
    /// for the other party. Leaving twice is no error.
    ///
    /// # Errors
    /// [`PersonalDataError::WrongPassword`], [`PersonalDataError::LessonUnderWay`],
    /// [`PersonalDataError::UpcomingLessons`] unless they are to be called off.
    fn leave(&self, actor: &User, command: &Leave) -> Result<(), PersonalDataError>;
}

/// Why there is no copy, or why somebody cannot leave.
#[derive(Debug, thiserror::Error)]
pub enum PersonalDataError {
    /// The password is another one.
    #[error("The password is incorrect")]
    WrongPassword,
    /// Lessons are ahead.
    #[error(
        "{} ahead. Cancel first, or send cancel_upcoming: true to have all upcoming lessons cancelled",
        if *.count == 1 { "1 lesson is".to_owned() } else { format!("{} lessons are", .count) }
    )]
    UpcomingLessons {
        /// How many.
        count: usize,
    },
    /// A lesson has begun and not ended.
    #[error("A lesson of yours is under way; try again when it is over")]
    LessonUnderWay,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Hashing failed.
    #[error(transparent)]
    Security(#[from] SecurityError),
}

impl From<ProofError> for PersonalDataError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Storage(error) => Self::Storage(error),
            ProofError::Security(error) => Self::Security(error),
        }
    }
}

/// Everything about oneself, over any storage and hash.
pub struct PersonalDataService {
    tx: Arc<dyn Transactor>,
    hasher: Arc<dyn PasswordHasher>,
    clock: Arc<dyn Clock>,
}

impl PersonalDataService {
    /// Greatest number of entries of each list of an archive: more lessons than somebody gives in ten years.
    pub const MAX_ENTRIES: u32 = 20_000;

    /// The use cases over these adapters.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, hasher: Arc<dyn PasswordHasher>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, hasher, clock }
    }
}

impl PersonalDataUseCases for PersonalDataService {
    fn export(&self, actor: &User) -> Result<Archive, PersonalDataError> {
        Ok(export::archive(self, actor)?)
    }

    fn leave(&self, actor: &User, command: &Leave) -> Result<(), PersonalDataError> {
        leave::leave(self, actor, command)
    }
}
