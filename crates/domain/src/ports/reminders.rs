//! Storage of who has been reminded of what.

use instainstru_core::zone::UtcRange;
use jiff::Timestamp;

use super::StorageError;
use crate::{booking::Booking, ids::BookingId, reminder::ReminderLead};

/// Storage of who has been reminded of what. A lesson that is moved counts as another one: what matters is its start.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait ReminderRepository {
    /// Confirmed lessons that start within `starts` (its end excluded) and of whose start nobody was reminded with this lead,
    /// by start and id, behind the one named by `after`, at most `limit`.
    ///
    /// Held against other writers until the transaction ends. Those that somebody else holds are left out rather than waited
    /// for: they are found the next time.
    ///
    /// # Errors
    /// Only storage failures.
    fn unreminded(
        &mut self,
        lead: ReminderLead,
        starts: UtcRange,
        after: Option<(Timestamp, BookingId)>,
        limit: u32,
    ) -> Result<Vec<Booking>, StorageError>;

    /// Marks the starts of these lessons as reminded of with this lead, and returns those that were not marked before, by id.
    /// Constant statements.
    ///
    /// MUST mark each once, also when rivals mark at the same moment.
    ///
    /// # Errors
    /// Only storage failures.
    fn mark(
        &mut self,
        lead: ReminderLead,
        lessons: &[Booking],
        at: Timestamp,
    ) -> Result<Vec<BookingId>, StorageError>;
}
