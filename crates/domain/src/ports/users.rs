//! Storage of accounts.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    account::{Bearer, Credentials, EmailAddress, NewUser, PasswordHash, User},
    administration::UserFilter,
    ids::UserId,
    page::{Page, Paged},
};

/// Storage of accounts.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait UserRepository {
    /// Stores a new account: active, credential version 1, not an administrator.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::EmailTaken`] when the address is in use, also when the rival insert is concurrent.
    fn insert(&mut self, user: &NewUser) -> Result<User, StorageError>;

    /// The account with this id.
    ///
    /// # Errors
    /// Only storage failures.
    fn find(&mut self, id: UserId) -> Result<Option<User>, StorageError>;

    /// The account with this id, and whether the token with this id was revoked. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_bearer(&mut self, id: UserId, token_id: &str) -> Result<Option<Bearer>, StorageError>;

    /// Revokes one token; it can be forgotten after `expires_at`. Revoking twice is no error.
    ///
    /// # Errors
    /// Only storage failures.
    fn revoke_token(&mut self, token_id: &str, expires_at: Timestamp) -> Result<(), StorageError>;

    /// The account with this address and its password hash. A deleted account has neither.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_credentials(&mut self, email: &EmailAddress) -> Result<Option<Credentials>, StorageError>;

    /// Stores everything of the account that can change, `updated_at` included, but not its password nor that it was deleted.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the account does not exist.
    fn update(&mut self, user: &User) -> Result<(), StorageError>;

    /// Replaces the password and raises the credential version, so that tokens issued before are void.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the account does not exist.
    fn set_password(&mut self, id: UserId, hash: &PasswordHash, at: Timestamp) -> Result<(), StorageError>;

    /// Accounts that fit the filter, the youngest first, with the number of all that fit. The text is compared ignoring case, in
    /// all scripts. Constant statements.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(&mut self, filter: &UserFilter, page: Page) -> Result<Paged<User>, StorageError>;

    /// Everybody who administers the marketplace and whose account is switched on, the oldest first. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn administrators(&mut self) -> Result<Vec<User>, StorageError>;

    /// Holds the rows of these accounts against other writers until the transaction ends.
    ///
    /// MUST lock in ascending order of id whatever the order given, so that two transactions never wait for each other.
    /// Unknown ids are ignored. Readers are not held up.
    ///
    /// # Errors
    /// Only storage failures.
    fn lock(&mut self, ids: &[UserId]) -> Result<(), StorageError>;
}
