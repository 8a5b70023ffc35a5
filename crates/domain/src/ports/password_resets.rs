//! Storage of requests for a new password.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    ids::{PasswordResetId, UserId},
    password_reset::{NewPasswordReset, PasswordReset, ResetTokenHash},
};

/// Storage of requests for a new password.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PasswordResetRepository {
    /// Stores a request.
    ///
    /// # Errors
    /// Only storage failures.
    fn insert(&mut self, reset: &NewPasswordReset) -> Result<PasswordReset, StorageError>;

    /// The request with this id.
    ///
    /// # Errors
    /// Only storage failures.
    fn find(&mut self, id: PasswordResetId) -> Result<Option<PasswordReset>, StorageError>;

    /// The request whose token has this hash.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_by_token(&mut self, hash: &ResetTokenHash) -> Result<Option<PasswordReset>, StorageError>;

    /// Makes all tokens of an account void; those that are void already keep their time.
    ///
    /// # Errors
    /// Only storage failures.
    fn void_all(&mut self, user: UserId, at: Timestamp) -> Result<(), StorageError>;

    /// Deletes requests that expired before this moment, used or not, the oldest `limit` of them, and returns how many.
    ///
    /// # Errors
    /// Only storage failures.
    fn delete_expired(&mut self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
}
