//! Tokens for a new password, derived with HMAC-SHA-256.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use instainstru_domain::{
    password_reset::{ResetNonce, ResetToken, ResetTokenHash},
    ports::{ResetTokens, security::SecurityError},
};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest as _, Sha256};

use crate::{JwtIssuer, WeakSecret};

type HmacSha256 = Hmac<Sha256>;

/// Keeps the key apart from all other uses of the secret.
const PURPOSE: &[u8] = b"instainstru: tokens for new passwords, first version";
/// Random bytes of a nonce.
const NONCE_BYTES: usize = 32;

/// Derives tokens for new passwords from a secret.
#[derive(Clone)]
pub struct HmacResetTokens {
    /// Keyed, and waiting for a nonce.
    keyed: HmacSha256,
}

impl HmacResetTokens {
    /// Tokens derived with a key that is made of this secret for this purpose alone.
    ///
    /// # Errors
    /// [`WeakSecret`] for a secret of less than 32 bytes.
    pub fn new(secret: &[u8]) -> Result<Self, WeakSecret> {
        let weak = WeakSecret { length: secret.len() };
        if secret.len() < JwtIssuer::MIN_SECRET_BYTES {
            return Err(weak);
        }
        // Keys of any length will do, so neither of these fails.
        let mut derivation = HmacSha256::new_from_slice(secret).map_err(|_any_length| weak)?;
        derivation.update(PURPOSE);
        let key = derivation.finalize().into_bytes();
        let keyed = HmacSha256::new_from_slice(&key).map_err(|_any_length| weak)?;
        Ok(Self { keyed })
    }
}

impl fmt::Debug for HmacResetTokens {
    /// Nothing of the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HmacResetTokens").finish_non_exhaustive()
    }
}

impl ResetTokens for HmacResetTokens {
    fn nonce(&self) -> Result<ResetNonce, SecurityError> {
        let mut bytes = [0; NONCE_BYTES];
        OsRng.try_fill_bytes(&mut bytes).map_err(|error| SecurityError(error.into()))?;
        Ok(ResetNonce::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    fn token(&self, nonce: &ResetNonce) -> ResetToken {
        let code = self.keyed.clone().chain_update(nonce.as_str()).finalize().into_bytes();
        ResetToken::new(URL_SAFE_NO_PAD.encode(code))
    }

    fn hash(&self, token: &ResetToken) -> ResetTokenHash {
        let digest = Sha256::digest(token.as_str());
        ResetTokenHash::new(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn tokens(secret: &str) -> HmacResetTokens {
        HmacResetTokens::new(secret.as_bytes()).unwrap()
    }

    const SECRET: &str = "a secret of more than thirty-two bytes";

    #[test]
    fn a_token_is_43_characters_that_are_safe_in_a_url() {
        let tokens = tokens(SECRET);
        let mut seen = BTreeSet::new();
        for _ in 0..100 {
            let nonce = tokens.nonce().unwrap();
            assert!(nonce.as_str().len() <= 64);
            let token = tokens.token(&nonce);
            assert_eq!(token.as_str().len(), 43);
            assert!(token.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            assert!(seen.insert(token.as_str().to_owned()) && seen.insert(nonce.as_str().to_owned()));
        }
    }

    #[test]
    fn a_nonce_and_a_secret_make_one_token_for_ever() {
        let nonce = ResetNonce::new("nonce".into());
        let token = tokens(SECRET).token(&nonce);
        // Computed with another implementation (Python's hmac): mails that are on their way must stay good.
        assert_eq!(token.as_str(), "X0ppQeZD6O9hNzEOTn50Xvzas7kpNpYymF839GaZzRM");
        assert_eq!(
            tokens(SECRET).hash(&token).as_str(),
            "0f6396333d77a63c26097a25296bcff7c4e6501e122aa8447d653975b91c19e0"
        );
        assert_ne!(tokens("another secret of more than 32 bytes").token(&nonce), token);
        assert_ne!(tokens(SECRET).token(&ResetNonce::new("nonce2".into())), token);
    }

    #[test]
    fn a_hash_is_not_the_token_and_any_text_has_one() {
        let tokens = tokens(SECRET);
        let hashes = ["", "x", "🎹"].map(|text| tokens.hash(&ResetToken::new(text.to_owned())));
        assert!(hashes.iter().all(|hash| hash.as_str().len() == 64));
        assert_ne!(hashes[0], hashes[1]);
    }

    #[test]
    fn a_short_secret_is_refused_and_a_good_one_not_printed() {
        assert_eq!(HmacResetTokens::new(b"short").unwrap_err(), WeakSecret { length: 5 });
        assert_eq!(format!("{:?}", tokens(SECRET)), "HmacResetTokens { .. }");
    }
}
