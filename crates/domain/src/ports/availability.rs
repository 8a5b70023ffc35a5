//! Storage of windows and blackouts.

use instainstru_core::{blocks::BlockSet, dates::DateRange};
use jiff::{Timestamp, civil::Date};

use super::StorageError;
use crate::{
    availability::{Blackout, Window},
    ids::{BlackoutId, UserId, WindowId},
    text::BlackoutReason,
};

/// Storage of windows and blackouts.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AvailabilityRepository {
    /// The windows of an instructor on these dates, by date and start.
    ///
    /// # Errors
    /// Only storage failures.
    fn windows(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<Window>, StorageError>;

    /// One window, whoever it belongs to.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_window(&mut self, id: WindowId) -> Result<Option<Window>, StorageError>;

    /// Makes the windows of each given date exactly the maximal ranges of its blocks; other dates stay as they are.
    ///
    /// A stored window that overlaps one of the new ranges keeps its id and takes that range (the first free one in order);
    /// the rest are deleted and inserted. A date may be given once. The number of statements does not depend on the number
    /// of dates (up to the bind limit of the database).
    ///
    /// # Errors
    /// Only storage failures.
    fn replace(
        &mut self,
        instructor: UserId,
        days: &[(Date, BlockSet)],
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// The blackouts of an instructor on these dates, by date.
    ///
    /// # Errors
    /// Only storage failures.
    fn blackouts(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<Blackout>, StorageError>;

    /// One blackout, whoever it belongs to.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_blackout(&mut self, id: BlackoutId) -> Result<Option<Blackout>, StorageError>;

    /// Blocks a date.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::BlackoutExists`] when the instructor has blocked it already.
    fn insert_blackout(
        &mut self,
        instructor: UserId,
        date: Date,
        reason: Option<BlackoutReason>,
        at: Timestamp,
    ) -> Result<Blackout, StorageError>;

    /// Blocks dates, none of which is blocked, for one reason. One statement.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::BlackoutExists`] when one of them is blocked already; then none is.
    fn insert_blackouts(
        &mut self,
        instructor: UserId,
        dates: &[Date],
        reason: Option<BlackoutReason>,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Unblocks a date.
    ///
    /// # Errors
    /// Only storage failures; an unknown id is no error.
    fn delete_blackout(&mut self, id: BlackoutId) -> Result<(), StorageError>;
}
