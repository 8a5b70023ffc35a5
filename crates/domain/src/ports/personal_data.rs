//! What is stored about a person, as a whole.

use jiff::Timestamp;

use super::StorageError;
use crate::ids::UserId;

/// What is stored about a person, wherever it is stored.
///
/// Whoever makes a table that holds something about people adds it here; a test of the whole looks through every text column.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PersonalData {
    /// Removes everything that leads to the person, and keeps what others need: that an account was there, and its bookings with
    /// their times and prices.
    ///
    /// - The account gets [`crate::account::EmailAddress::of_deleted`], [`crate::text::FullName::deleted`] and no password; it is
    ///   deactivated, switched off and no administrator, its credential version rises, and it is deleted from now on. Erasing it
    ///   again changes nothing of that.
    /// - The profile, windows, blackouts and requests for a new password are deleted; services are deleted unless a booking
    ///   refers to them, and those that stay are inactive and say nothing in the person's own words.
    /// - Notes and places of all bookings of the person are removed, and reasons of cancellations become
    ///   [`crate::booking::Cancellation::ERASED_REASON`], whoever wrote them.
    /// - What the person searched for is deleted, and nothing more is recorded of it ([`super::SearchHistoryRepository::record`]).
    /// - Stored answers to the person's requests, and those to anybody that hold the person's address, are deleted.
    /// - The audit log forgets the person ([`super::AuditLog::forget_person`]).
    ///
    /// A constant number of statements.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the account does not exist.
    fn erase(&mut self, user: UserId, at: Timestamp) -> Result<(), StorageError>;
}
