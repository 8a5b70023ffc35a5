//! The audit log.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    audit::{AuditEntry, AuditFilter, NewAuditEntry},
    ids::UserId,
};

/// Where security-relevant and administrative actions are written down.
///
/// Entries are never deleted, and the storage itself MUST refuse to change them, except that what they hold about a person
/// can be removed for good: [`AuditLog::forget_person`] and [`AuditLog::forget_addresses`].
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AuditLog {
    /// Writes an entry.
    ///
    /// # Errors
    /// Only storage failures.
    fn record(&mut self, entry: &NewAuditEntry) -> Result<(), StorageError>;

    /// Entries that fit the filter, newest first, at most `limit`. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn entries(&mut self, filter: &AuditFilter, limit: u32) -> Result<Vec<AuditEntry>, StorageError>;

    /// Removes the origin of everything the account did or that was done to it, and the facts of what was done to it. That it
    /// was done remains.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget_person(&mut self, user: UserId) -> Result<(), StorageError>;

    /// Removes the address from entries written before this moment, from the oldest `limit` that have one, and returns from how
    /// many.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget_addresses(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
}
