//! Passwords and tokens that anybody can read, for tests that are about something else.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use instainstru_domain::{
    account::{Password, PasswordHash, SessionKind, User},
    ids::UserId,
    password_reset::{ResetNonce, ResetToken, ResetTokenHash},
    ports::{
        PasswordHasher, ResetTokens, TokenIssuer,
        security::{SecurityError, TokenClaims},
    },
};
use jiff::{SignedDuration, Timestamp};

/// A hasher that only puts `plain:` before the password, at no cost. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct PlainHasher(Arc<Calls>);

#[derive(Debug, Default)]
struct Calls {
    hash: AtomicU32,
    verify: AtomicU32,
    waste_time: AtomicU32,
}

impl PlainHasher {
    const PREFIX: &'static str = "plain:";

    /// The hash of a password, without counting a call.
    #[must_use]
    pub fn hash_of(password: &str) -> PasswordHash {
        PasswordHash::new(format!("{}{password}", Self::PREFIX))
    }

    /// Number of calls of [`PasswordHasher::hash`].
    #[must_use]
    pub fn hashed(&self) -> u32 {
        self.0.hash.load(Ordering::SeqCst)
    }

    /// Number of calls of [`PasswordHasher::verify`].
    #[must_use]
    pub fn verified(&self) -> u32 {
        self.0.verify.load(Ordering::SeqCst)
    }

    /// Number of calls of [`PasswordHasher::waste_time`].
    #[must_use]
    pub fn wasted(&self) -> u32 {
        self.0.waste_time.load(Ordering::SeqCst)
    }
}

impl PasswordHasher for PlainHasher {
    fn hash(&self, password: &Password) -> Result<PasswordHash, SecurityError> {
        self.0.hash.fetch_add(1, Ordering::SeqCst);
        Ok(Self::hash_of(password.reveal()))
    }

    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, SecurityError> {
        self.0.verify.fetch_add(1, Ordering::SeqCst);
        hash.reveal()
            .strip_prefix(Self::PREFIX)
            .map(|plain| plain == password.reveal())
            .ok_or_else(|| SecurityError("the hash does not begin with plain:".into()))
    }

    fn waste_time(&self, _password: &Password) {
        self.0.waste_time.fetch_add(1, Ordering::SeqCst);
    }
}

/// Issues tokens that say what they mean, such as `user-7.version-1.issued-….expires-….token-3.program`, and prove nothing.
///
/// They hold only characters that a bearer token and a cookie may have; times are microseconds since 1970.
#[derive(Debug, Clone)]
pub struct PlainTokens {
    lifetime: SignedDuration,
    issued: Arc<AtomicU32>,
}

impl PlainTokens {
    /// How long the tokens of browsers live.
    pub const BROWSER_LIFETIME: SignedDuration = SignedDuration::from_hours(14 * 24);

    /// An issuer of tokens for programs that live this long.
    #[must_use]
    pub fn living(lifetime: SignedDuration) -> Self {
        Self { lifetime, issued: Arc::default() }
    }

    fn write(
        &self,
        (user, version): (UserId, i32),
        (kind, id): (SessionKind, &str),
        now: Timestamp,
    ) -> Result<String, SecurityError> {
        let (lifetime, kind) = match kind {
            SessionKind::Program => (self.lifetime, "program"),
            SessionKind::Browser => (Self::BROWSER_LIFETIME, "browser"),
        };
        let expires = now.checked_add(lifetime).map_err(|error| SecurityError(error.into()))?;
        let (issued, expires) = (now.as_microsecond(), expires.as_microsecond());
        Ok(format!("user-{user}.version-{version}.issued-{issued}.expires-{expires}.{id}.{kind}"))
    }
}

impl Default for PlainTokens {
    /// An issuer of tokens for programs that live for 30 minutes.
    fn default() -> Self {
        Self::living(SignedDuration::from_mins(30))
    }
}

impl TokenIssuer for PlainTokens {
    fn issue(&self, user: &User, kind: SessionKind, now: Timestamp) -> Result<String, SecurityError> {
        let id = format!("token-{}", self.issued.fetch_add(1, Ordering::SeqCst) + 1);
        self.write((user.id, user.credential_version), (kind, &id), now)
    }

    fn renew(&self, claims: &TokenClaims, now: Timestamp) -> Result<String, SecurityError> {
        self.write((claims.user_id, claims.credential_version), (claims.kind, &claims.token_id), now)
    }

    fn read(&self, token: &str, now: Timestamp) -> Option<TokenClaims> {
        fn number<'a>(parts: &mut impl Iterator<Item = &'a str>, name: &str) -> Option<i64> {
            parts.next()?.strip_prefix(name)?.parse().ok()
        }
        let mut parts = token.split('.');
        let user_id = UserId::new(number(&mut parts, "user-")?).ok()?;
        let credential_version = i32::try_from(number(&mut parts, "version-")?).ok()?;
        let issued_at = Timestamp::from_microsecond(number(&mut parts, "issued-")?).ok()?;
        let expires_at = Timestamp::from_microsecond(number(&mut parts, "expires-")?).ok()?;
        let token_id = parts.next().filter(|id| id.starts_with("token-"))?.to_owned();
        let kind = match parts.next()? {
            "program" => SessionKind::Program,
            "browser" => SessionKind::Browser,
            _ => return None,
        };
        (parts.next().is_none() && now < expires_at).then_some(TokenClaims {
            user_id,
            credential_version,
            issued_at,
            expires_at,
            token_id,
            kind,
        })
    }
}

/// Tokens for new passwords that anybody can foretell: the first nonce is `nonce-1`, its token `token-of-nonce-1`. Clones count
/// together.
#[derive(Debug, Clone, Default)]
pub struct PlainResetTokens {
    nonces: Arc<AtomicU32>,
    hashes: Arc<AtomicU32>,
}

impl PlainResetTokens {
    /// Number of calls of [`ResetTokens::nonce`].
    #[must_use]
    pub fn nonces(&self) -> u32 {
        self.nonces.load(Ordering::SeqCst)
    }

    /// Number of calls of [`ResetTokens::hash`].
    #[must_use]
    pub fn hashes(&self) -> u32 {
        self.hashes.load(Ordering::SeqCst)
    }
}

impl ResetTokens for PlainResetTokens {
    fn nonce(&self) -> Result<ResetNonce, SecurityError> {
        let number = self.nonces.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(ResetNonce::new(format!("nonce-{number}")))
    }

    fn token(&self, nonce: &ResetNonce) -> ResetToken {
        ResetToken::new(format!("token-of-{}", nonce.as_str()))
    }

    fn hash(&self, token: &ResetToken) -> ResetTokenHash {
        self.hashes.fetch_add(1, Ordering::SeqCst);
        ResetTokenHash::new(format!("hash-of-{}", token.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use instainstru_domain::{
        account::{AccountStatus, EmailAddress, Role},
        text::FullName,
    };

    use super::*;

    fn ada(at: Timestamp) -> User {
        User {
            id: UserId::new(7).unwrap(),
            email: EmailAddress::new("ada@example.com").unwrap(),
            full_name: FullName::new("Ada").unwrap(),
            role: Role::Student,
            is_admin: false,
            is_active: true,
            account_status: AccountStatus::Active,
            credential_version: 2,
            created_at: at,
            updated_at: None,
            deleted_at: None,
        }
    }

    #[test]
    fn plain_hashes_verify_and_calls_are_counted() {
        let hasher = PlainHasher::default();
        let (right, wrong) =
            (Password::new("TestPassword123!").unwrap(), Password::new("wrong one").unwrap());
        let hash = hasher.hash(&right).unwrap();
        assert_eq!(hash.reveal(), "plain:TestPassword123!");
        assert!(hasher.verify(&right, &hash).unwrap());
        assert!(!hasher.verify(&wrong, &hash).unwrap());
        assert!(hasher.verify(&right, &PasswordHash::new("$2b$".into())).is_err());
        hasher.clone().waste_time(&right);
        assert_eq!((hasher.hashed(), hasher.verified(), hasher.wasted()), (1, 3, 1));
    }

    #[test]
    fn plain_tokens_say_what_they_mean_until_they_expire() {
        let now: Timestamp = "2026-07-15T12:00:00Z".parse().unwrap();
        let tokens = PlainTokens::default();
        let token = tokens.issue(&ada(now), SessionKind::Program, now).unwrap();
        let claims = tokens.read(&token, now).unwrap();
        assert_eq!((claims.user_id.get(), claims.credential_version), (7, 2));
        assert_eq!(claims.issued_at, now);
        assert_eq!(claims.expires_at, now + SignedDuration::from_mins(30));
        assert!(tokens.read(&token, claims.expires_at - SignedDuration::from_micros(1)).is_some());
        assert!(tokens.read(&token, claims.expires_at).is_none());

        let second = tokens.read(&tokens.issue(&ada(now), SessionKind::Program, now).unwrap(), now).unwrap();
        assert_ne!(second.token_id, claims.token_id);
        let browser = tokens.issue(&ada(now), SessionKind::Browser, now).unwrap();
        let browser = tokens.read(&browser, now).unwrap();
        assert_eq!(browser.expires_at, now + PlainTokens::BROWSER_LIFETIME);
        let later = now + SignedDuration::from_hours(24);
        let renewed = tokens.read(&tokens.renew(&browser, later).unwrap(), later).unwrap();
        assert_eq!(renewed.expires_at, later + PlainTokens::BROWSER_LIFETIME);
        assert_eq!((renewed.token_id, renewed.kind), (browser.token_id, browser.kind));
        let (nobody, king) = (
            "user-0.version-1.issued-0.expires-9999999999999999.token-1.program",
            "user-7.version-1.issued-0.expires-9999999999999999.token-1.king",
        );
        for nonsense in ["", "user-7", nobody, king, "x.y.z"] {
            assert!(tokens.read(nonsense, now).is_none(), "{nonsense}");
        }
        assert!(tokens.read(&format!("{token}.more"), now).is_none());
    }
}
