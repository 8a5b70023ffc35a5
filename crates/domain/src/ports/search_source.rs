//! Reading everything the search index is made of, many people at a time.

use instainstru_core::{dates::DateRange, zone::UtcRange};

use super::StorageError;
use crate::{
    availability::{Blackout, Window},
    ids::{CatalogueServiceId, UserId},
    instructor::Instructor,
};

/// Reading everything the search index is made of, many people at a time.
///
/// The number of statements of each method does not depend on the number of people (up to the bind limit of the database).
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait SearchSource {
    /// Ids of all accounts that have a profile, ascending, whatever the state of the account.
    ///
    /// # Errors
    /// Only storage failures.
    fn instructor_ids(&mut self) -> Result<Vec<UserId>, StorageError>;

    /// Ids of all accounts whose profile has an active offer of one of these services, ascending.
    ///
    /// # Errors
    /// Only storage failures.
    fn instructors_offering(&mut self, services: &[CatalogueServiceId]) -> Result<Vec<UserId>, StorageError>;

    /// The accounts, profiles and active services of these people, by id, whatever the state of the account; those without
    /// a profile are left out.
    ///
    /// # Errors
    /// Only storage failures.
    fn instructors(&mut self, ids: &[UserId]) -> Result<Vec<Instructor>, StorageError>;

    /// The windows of these people on these dates, by person, date and start.
    ///
    /// # Errors
    /// Only storage failures.
    fn windows(&mut self, ids: &[UserId], dates: DateRange) -> Result<Vec<Window>, StorageError>;

    /// The blackouts of these people on these dates, by person and date.
    ///
    /// # Errors
    /// Only storage failures.
    fn blackouts(&mut self, ids: &[UserId], dates: DateRange) -> Result<Vec<Blackout>, StorageError>;

    /// The claims of these people that overlap `within`, by person and start.
    ///
    /// # Errors
    /// Only storage failures.
    fn claims(&mut self, ids: &[UserId], within: UtcRange) -> Result<Vec<(UserId, UtcRange)>, StorageError>;
}
