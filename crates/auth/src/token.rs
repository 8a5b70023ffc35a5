//! Tokens as JSON Web Tokens signed with HMAC-SHA-256.

use std::{collections::HashSet, fmt};

use instainstru_domain::{
    account::{SessionKind, User},
    ids::UserId,
    ports::{
        TokenIssuer,
        security::{SecurityError, TokenClaims},
    },
};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::{TryRngCore, rngs::OsRng};
use serde::{Deserialize, Serialize};

/// Issues and reads tokens signed with HS256, and with nothing else.
///
/// Times in tokens are whole seconds, so a token is issued at the second in which it is asked for.
#[derive(Clone)]
pub struct JwtIssuer {
    signing: EncodingKey,
    reading: DecodingKey,
    validation: Validation,
    lifetime: SignedDuration,
    browser_lifetime: SignedDuration,
}

/// A secret that is too short to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a token secret has at least {min} bytes, not {length}", min = JwtIssuer::MIN_SECRET_BYTES)]
pub struct WeakSecret {
    /// Length of the secret that was given, in bytes.
    pub length: usize,
}

impl JwtIssuer {
    /// Least length of a secret: that of the signature, as RFC 7518 demands.
    pub const MIN_SECRET_BYTES: usize = 32;
    /// How far another machine's clock may be ahead of ours.
    const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
    /// How long the tokens of browsers live unless there is a reason for something else: 14 days.
    pub const USUAL_BROWSER_LIFETIME: SignedDuration = SignedDuration::from_hours(14 * 24);

    /// An issuer of tokens signed with this secret: those of programs live this long, those of browsers
    /// [`JwtIssuer::USUAL_BROWSER_LIFETIME`].
    ///
    /// # Errors
    /// [`WeakSecret`] for a secret of less than 32 bytes.
    pub fn new(secret: &[u8], lifetime: SignedDuration) -> Result<Self, WeakSecret> {
        if secret.len() < Self::MIN_SECRET_BYTES {
            return Err(WeakSecret { length: secret.len() });
        }
        let mut validation = Validation::new(Algorithm::HS256);
        // The library would ask the system clock; `read` compares with the time it is given.
        validation.validate_exp = false;
        validation.required_spec_claims = HashSet::new();
        Ok(Self {
            signing: EncodingKey::from_secret(secret),
            reading: DecodingKey::from_secret(secret),
            validation,
            lifetime,
            browser_lifetime: Self::USUAL_BROWSER_LIFETIME,
        })
    }

    /// The same issuer, whose tokens for browsers live this long.
    #[must_use]
    pub fn with_browser_lifetime(self, browser_lifetime: SignedDuration) -> Self {
        Self { browser_lifetime, ..self }
    }

    const fn lifetime(&self, kind: SessionKind) -> SignedDuration {
        match kind {
            SessionKind::Program => self.lifetime,
            SessionKind::Browser => self.browser_lifetime,
        }
    }

    fn sign(&self, claims: &Claims) -> Result<String, SecurityError> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.signing)
            .map_err(|error| SecurityError(error.into()))
    }

    /// When a token that is issued at `now` ends, in seconds since 1970.
    fn end(&self, kind: SessionKind, now: Timestamp) -> Result<i64, SecurityError> {
        let end = now.checked_add(self.lifetime(kind)).map_err(|error| SecurityError(error.into()))?;
        Ok(end.as_second())
    }
}

impl fmt::Debug for JwtIssuer {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtIssuer")
            .field("lifetime", &self.lifetime)
            .field("browser_lifetime", &self.browser_lifetime)
            .finish_non_exhaustive()
    }
}

/// What is signed.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// User id; the standard wants a text.
    sub: String,
    /// When it was issued, in seconds since 1970.
    iat: i64,
    /// When it ends, in seconds since 1970.
    exp: i64,
    /// Its own id.
    jti: String,
    /// Credential version.
    ver: i32,
    /// Who keeps it; nothing for a program, as in every token of before there were others.
    #[serde(default, skip_serializing_if = "Keeper::is_program")]
    kept_by: Keeper,
}

/// How tokens name a [`SessionKind`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Keeper {
    #[default]
    Program,
    Browser,
}

impl Keeper {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    const fn is_program(&self) -> bool {
        matches!(self, Self::Program)
    }
}

impl From<SessionKind> for Keeper {
    fn from(kind: SessionKind) -> Self {
        match kind {
            SessionKind::Program => Self::Program,
            SessionKind::Browser => Self::Browser,
        }
    }
}

impl From<Keeper> for SessionKind {
    fn from(keeper: Keeper) -> Self {
        match keeper {
            Keeper::Program => Self::Program,
            Keeper::Browser => Self::Browser,
        }
    }
}

impl TokenIssuer for JwtIssuer {
    fn issue(&self, user: &User, kind: SessionKind, now: Timestamp) -> Result<String, SecurityError> {
        self.sign(&Claims {
            sub: user.id.to_string(),
            iat: now.as_second(),
            exp: self.end(kind, now)?,
            jti: random_id()?,
            ver: user.credential_version,
            kept_by: kind.into(),
        })
    }

    fn renew(&self, claims: &TokenClaims, now: Timestamp) -> Result<String, SecurityError> {
        self.sign(&Claims {
            sub: claims.user_id.to_string(),
            iat: now.as_second(),
            exp: self.end(claims.kind, now)?,
            jti: claims.token_id.clone(),
            ver: claims.credential_version,
            kept_by: claims.kind.into(),
        })
    }

    fn read(&self, token: &str, now: Timestamp) -> Option<TokenClaims> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.reading, &self.validation).ok()?.claims;
        let issued_at = Timestamp::from_second(claims.iat).ok()?;
        let expires_at = Timestamp::from_second(claims.exp).ok()?;
        let is_current = now < expires_at && issued_at.duration_since(now) <= Self::LEEWAY;
        is_current.then_some(())?;
        Some(TokenClaims {
            user_id: UserId::new(claims.sub.parse().ok()?).ok()?,
            credential_version: claims.ver,
            issued_at,
            expires_at,
            token_id: claims.jti,
            kind: claims.kept_by.into(),
        })
    }
}

/// 128 random bits of the operating system, in hexadecimal.
fn random_id() -> Result<String, SecurityError> {
    let mut bytes = [0; 16];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| SecurityError(error.into()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
