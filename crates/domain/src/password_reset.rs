//! Requests for a new password by people who lost theirs.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::ids::{PasswordResetId, UserId};

/// What the token of a request is derived from: random, and worth nothing without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetNonce(String);

/// What is stored of a token. Worth nothing either: a token cannot be found from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetTokenHash(String);

/// The token itself: whoever has it may set a new password. Never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetToken(String);

macro_rules! texts {
    ($($name:ident,)+) => {$(
        impl $name {
            /// This text, made by a [`crate::ports::ResetTokens`] or read back from where it was kept.
            #[must_use]
            pub const fn new(text: String) -> Self {
                Self(text)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    )+};
}

texts! { ResetNonce, ResetTokenHash, ResetToken, }

impl fmt::Debug for ResetToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResetToken(***)")
    }
}

/// A request that does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasswordReset {
    /// Whose password.
    pub user_id: UserId,
    /// What its token is derived from.
    pub nonce: ResetNonce,
    /// Hash of its token.
    pub token_hash: ResetTokenHash,
    /// When it was made; it counts for [`PasswordReset::LIFETIME`].
    pub created_at: Timestamp,
}

/// A request for a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordReset {
    /// Its id.
    pub id: PasswordResetId,
    /// Whose password.
    pub user_id: UserId,
    /// What its token is derived from.
    pub nonce: ResetNonce,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it does not count any more.
    pub expires_at: Timestamp,
    /// When its token was used, or made void by a later request or another change of the password.
    pub used_at: Option<Timestamp>,
}

/// What a request is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetState {
    /// Its token sets a new password.
    Usable,
    /// Its token was used, or made void.
    Used,
    /// Nobody used its token in time.
    Expired,
}

impl PasswordReset {
    /// How long a request counts.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

    /// What the request is good for now.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ResetState {
        if self.used_at.is_some() {
            ResetState::Used
        } else if now < self.expires_at {
            ResetState::Usable
        } else {
            ResetState::Expired
        }
    }

    /// Whether its token still sets a new password: otherwise nobody needs to be sent it any more.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.state(now) == ResetState::Usable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_counts_for_an_hour_and_once() {
        let created_at: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let mut reset = PasswordReset {
            id: PasswordResetId::new(1).unwrap(),
            user_id: UserId::new(7).unwrap(),
            nonce: ResetNonce::new("n".into()),
            created_at,
            expires_at: created_at + PasswordReset::LIFETIME,
            used_at: None,
        };
        let last = reset.expires_at - SignedDuration::from_micros(1);
        assert_eq!((reset.state(created_at), reset.state(last)), (ResetState::Usable, ResetState::Usable));
        assert_eq!(reset.state(reset.expires_at), ResetState::Expired);
        reset.used_at = Some(created_at);
        assert_eq!(
            (reset.state(created_at), reset.state(reset.expires_at)),
            (ResetState::Used, ResetState::Used)
        );
    }

    #[test]
    fn a_token_is_not_printed() {
        assert_eq!(format!("{:?}", ResetToken::new("secret".into())), "ResetToken(***)");
    }
}
