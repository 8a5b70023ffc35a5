//! Clock, passwords and tokens.

use jiff::Timestamp;

use crate::{
    account::{Password, PasswordHash, SessionKind, User},
    ids::UserId,
    password_reset::{ResetNonce, ResetToken, ResetTokenHash},
};

/// The present moment. Nothing but its adapter reads the system clock.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds, which is what databases keep.
    fn now(&self) -> Timestamp;
}

/// Turns passwords into hashes. Slow on purpose: never call it inside a transaction.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PasswordHasher: Send + Sync {
    /// The hash of a password, salted anew each time.
    ///
    /// # Errors
    /// [`SecurityError`] when hashing fails, which is never the user's fault.
    fn hash(&self, password: &Password) -> Result<PasswordHash, SecurityError>;

    /// Whether the password belongs to the hash.
    ///
    /// # Errors
    /// [`SecurityError`] when the hash cannot be read.
    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, SecurityError>;

    /// Takes as long as [`PasswordHasher::verify`] and proves nothing: for addresses nobody has, so that the time an answer
    /// takes does not tell who has an account.
    fn waste_time(&self, password: &Password);
}

/// Issues and reads the tokens that prove who is calling.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait TokenIssuer: Send + Sync {
    /// A token for this account with an id of its own, valid from `now` on for as long as sessions of this kind last.
    ///
    /// # Errors
    /// [`SecurityError`] when signing fails.
    fn issue(&self, user: &User, kind: SessionKind, now: Timestamp) -> Result<String, SecurityError>;

    /// A token that says what `claims` say, its id included, and is valid from `now` on as if it were issued now. Making the id
    /// void ends both.
    ///
    /// # Errors
    /// [`SecurityError`] when signing fails.
    fn renew(&self, claims: &TokenClaims, now: Timestamp) -> Result<String, SecurityError>;

    /// What a token says, or `None` when it is forged, malformed or expired at `now`.
    fn read(&self, token: &str, now: Timestamp) -> Option<TokenClaims>;
}

/// Makes the tokens with which people set a new password.
///
/// A token is derived from the nonce of its request with a key that is not in the database: whoever reads the database, or the
/// outbox, can reset nothing, and whoever sends the mail needs nothing but the request.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait ResetTokens: Send + Sync {
    /// What the token of a new request is derived from; never the same twice.
    ///
    /// # Errors
    /// [`SecurityError`] when there is no randomness.
    fn nonce(&self) -> Result<ResetNonce, SecurityError>;

    /// The token of a request: always the same for a nonce, not to be guessed, of 43 characters that are safe in a URL.
    fn token(&self, nonce: &ResetNonce) -> ResetToken;

    /// What is stored of a token, also of one that somebody made up.
    fn hash(&self, token: &ResetToken) -> ResetTokenHash;
}

/// What a token says about its bearer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenClaims {
    /// Whose it is.
    pub user_id: UserId,
    /// Credential version of the account when it was issued.
    pub credential_version: i32,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Its own id, which it shares with those that were renewed from it.
    pub token_id: String,
    /// Who keeps it.
    pub kind: SessionKind,
}

/// A cryptographic operation failed.
#[derive(Debug, thiserror::Error)]
#[error("a cryptographic operation failed")]
pub struct SecurityError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
