//! Forgetting what has served its purpose.

use jiff::Timestamp;

use super::StorageError;

/// Forgetting what has served its purpose, a limited number of rows at a time, so that no transaction is long.
///
/// Each method forgets at most `limit` things that ended before `before` and returns how many it forgot. What another part of
/// the marketplace keeps for a while is forgotten through the port of that part.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait RetentionRepository {
    /// Revoked tokens that have expired: they are void anyway.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget_revoked_tokens(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;

    /// Stored answers, and reservations that never got one.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget_answers(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;

    /// Events together with their deliveries, unless one of them is pending or dead.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget_events(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;

    /// Runs of jobs that have ended; the latest of each job stays.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget_runs(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;

    /// Marks of reminders of lessons that started.
    ///
    /// # Errors
    /// Only storage failures.
    fn forget_reminders(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
}
