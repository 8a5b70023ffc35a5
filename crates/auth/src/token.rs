//! Tokens as JSON Web Tokens signed with HMAC-SHA-256.

use std::{collections::HashSet, fmt};

use instainstru_domain::{
    account::User,
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

    /// An issuer of tokens that live this long, signed with this secret.
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
        })
    }
}

impl fmt::Debug for JwtIssuer {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtIssuer").field("lifetime", &self.lifetime).finish_non_exhaustive()
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
}

impl TokenIssuer for JwtIssuer {
    fn issue(&self, user: &User, now: Timestamp) -> Result<String, SecurityError> {
        let expires = now.checked_add(self.lifetime).map_err(|error| SecurityError(error.into()))?;
        let claims = Claims {
            sub: user.id.to_string(),
            iat: now.as_second(),
            exp: expires.as_second(),
            jti: random_id()?,
            ver: user.credential_version,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map_err(|error| SecurityError(error.into()))
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
        })
    }
}

/// 128 random bits of the operating system, in hexadecimal.
fn random_id() -> Result<String, SecurityError> {
    let mut bytes = [0; 16];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| SecurityError(error.into()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
