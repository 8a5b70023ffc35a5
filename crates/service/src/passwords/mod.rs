//! New passwords: for people who know the old one, and for people who lost it.

mod service;

use instainstru_domain::{
    account::{EmailAddress, Password, SessionKind, User},
    password_reset::ResetToken,
    ports::{StorageError, security::SecurityError},
};

pub use self::service::PasswordService;
use crate::accounts::{ProofError, Session};

/// New passwords.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PasswordUseCases: Send + Sync {
    /// Asks for a new password. The account, if there is one, gets a mail; earlier tokens become void.
    ///
    /// Whoever asks learns nothing: an address that nobody has costs as many hashes and statements as one that somebody has.
    /// So does the address of an account that cannot log in.
    ///
    /// # Errors
    /// Only failures of storage and of randomness.
    fn request_reset(&self, email: &EmailAddress) -> Result<(), PasswordError>;

    /// The address of the account for which the token sets a new password now; `None` when it sets none.
    ///
    /// # Errors
    /// Only storage failures.
    fn inspect_reset(&self, token: &ResetToken) -> Result<Option<EmailAddress>, PasswordError>;

    /// Sets a new password with a token. All tokens of the account become void, and every session ends.
    ///
    /// # Errors
    /// [`PasswordError::UnknownToken`], [`PasswordError::UsedToken`], [`PasswordError::ExpiredToken`], or a failure of storage
    /// or hashing.
    fn reset(&self, token: &ResetToken, new: &Password) -> Result<(), PasswordError>;

    /// Sets a new password for somebody who is logged in and knows the old one. Every session ends, requests for a
    /// new password become void, and the caller goes on in a session of this kind.
    ///
    /// # Errors
    /// [`PasswordError::WrongPassword`], or a failure of storage, hashing or signing.
    fn change(
        &self,
        actor: &User,
        current: &Password,
        new: &Password,
        kind: SessionKind,
    ) -> Result<Session, PasswordError>;
}

/// Why there is no new password.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// There is no such token, or its account is gone.
    #[error("Invalid or expired reset token")]
    UnknownToken,
    /// The token was used, or a later request or another change of the password made it void.
    #[error("This reset token has already been used")]
    UsedToken,
    /// The token was not used in time.
    #[error("This reset token has expired; ask for a new one")]
    ExpiredToken,
    /// The current password is another one.
    #[error("The current password is incorrect")]
    WrongPassword,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Hashing, signing or randomness failed.
    #[error(transparent)]
    Security(#[from] SecurityError),
}

impl From<ProofError> for PasswordError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Storage(error) => Self::Storage(error),
            ProofError::Security(error) => Self::Security(error),
        }
    }
}
