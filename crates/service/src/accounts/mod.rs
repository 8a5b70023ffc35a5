//! Registering, logging in, and telling who is calling.

mod proof;
mod service;

use instainstru_domain::{
    account::{EmailAddress, Password, Role, SessionKind, User},
    ports::{StorageError, security::SecurityError},
    text::FullName,
};

pub(crate) use self::proof::{ProofError, password_of, proven};
pub use self::service::AccountService;

/// An account to open.
#[derive(Debug, Clone)]
pub struct RegisterAccount {
    /// Address to log in with.
    pub email: EmailAddress,
    /// Password to log in with.
    pub password: Password,
    /// Name of the person.
    pub full_name: FullName,
    /// Side of the marketplace. An instructor gets an empty profile to complete.
    pub role: Role,
}

/// Somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The token that proves it.
    pub token: String,
    /// Who it is.
    pub user: User,
}

/// Somebody who comes back with the token of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Who it is.
    pub user: User,
    /// The token to keep from now on, when the one that was presented is no longer fresh.
    pub renewed: Option<String>,
}

/// Accounts and sessions.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AccountUseCases: Send + Sync {
    /// Opens an account. Hashes the password before the transaction begins.
    ///
    /// # Errors
    /// [`AccountError::EmailTaken`], or a failure of storage or hashing.
    fn register(&self, command: &RegisterAccount) -> Result<User, AccountError>;

    /// Logs in. An unknown address, a wrong password and a deactivated account are one answer that takes the same time.
    ///
    /// # Errors
    /// [`AccountError::BadCredentials`], or a failure of storage or hashing.
    fn log_in(
        &self,
        email: &EmailAddress,
        password: &Password,
        kind: SessionKind,
    ) -> Result<Session, AccountError>;

    /// Who bears a token, whether or not the account is switched on.
    ///
    /// # Errors
    /// [`AccountError::InvalidToken`] when it is forged, expired, revoked, older than the last change of credentials, or the
    /// account is deactivated; [`AccountError::UserGone`] when the account no longer exists.
    fn authenticate(&self, token: &str) -> Result<User, AccountError>;

    /// Who bears a token, as [`AccountUseCases::authenticate`] says. The session of a browser goes on for as long as it lasted
    /// at first, counted from its last visit: once a day there is a new token of the same session.
    ///
    /// # Errors
    /// As [`AccountUseCases::authenticate`], and a failure of signing.
    fn resume(&self, token: &str) -> Result<Returned, AccountError>;

    /// Changes the name of the caller.
    ///
    /// # Errors
    /// Only storage failures.
    fn rename(&self, actor: &User, name: &FullName) -> Result<User, AccountError>;

    /// Gives a session up, with all tokens it ever had; others of the same account stay valid.
    ///
    /// # Errors
    /// As [`AccountUseCases::authenticate`].
    fn log_out(&self, token: &str) -> Result<(), AccountError>;
}

/// Why something about an account failed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has the address.
    #[error("Email already registered")]
    EmailTaken,
    /// The address and the password do not belong together.
    #[error("Incorrect email or password")]
    BadCredentials,
    /// The token proves nothing.
    #[error("Could not validate credentials")]
    InvalidToken,
    /// The account of the token no longer exists.
    #[error("User not found")]
    UserGone,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Hashing or signing failed.
    #[error(transparent)]
    Security(#[from] SecurityError),
}
