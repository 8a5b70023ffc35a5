//! Passwords through bcrypt.

use std::str::FromStr;

use bcrypt::{BcryptError, HashParts};
use instainstru_domain::{
    account::{Password, PasswordHash},
    ports::{PasswordHasher, security::SecurityError},
};

/// Hashes passwords with bcrypt, and reads what other software made of it (`$2a$`, `$2b$`, `$2y$`).
///
/// Every call takes a core for a good while; run no more of them at once than there are cores.
#[derive(Debug, Clone)]
pub struct BcryptHasher {
    cost: u32,
    /// A hash of this cost that no password has.
    decoy: PasswordHash,
}

/// A cost that is too weak to protect passwords or too slow to serve people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a bcrypt cost is {min} to {max}, not {0}", min = BcryptHasher::MIN_COST, max = BcryptHasher::MAX_COST)]
pub struct CostNotAllowed(pub u32);

impl BcryptHasher {
    /// Lowest cost, for tests.
    pub const MIN_COST: u32 = 4;
    /// Highest cost: each step doubles the time, and this one takes seconds.
    pub const MAX_COST: u32 = 15;
    /// What to use unless there is a reason: about a quarter of a second.
    pub const DEFAULT_COST: u32 = 12;

    /// A hasher of this cost.
    ///
    /// # Errors
    /// [`CostNotAllowed`] outside 4..=15.
    pub fn new(cost: u32) -> Result<Self, CostNotAllowed> {
        if (Self::MIN_COST..=Self::MAX_COST).contains(&cost) {
            Ok(Self::of_legal_cost(cost))
        } else {
            Err(CostNotAllowed(cost))
        }
    }

    /// Salt and hash are zeros, so it needs no work to make, and the first call of `waste_time` takes as long as any other.
    fn of_legal_cost(cost: u32) -> Self {
        Self { cost, decoy: PasswordHash::new(format!("$2b${cost:02}${zeros}", zeros = ".".repeat(53))) }
    }
}

impl Default for BcryptHasher {
    /// A hasher of [`BcryptHasher::DEFAULT_COST`].
    fn default() -> Self {
        Self::of_legal_cost(Self::DEFAULT_COST)
    }
}

impl PasswordHasher for BcryptHasher {
    fn hash(&self, password: &Password) -> Result<PasswordHash, SecurityError> {
        bcrypt::hash(whole(password)?, self.cost).map(PasswordHash::new).map_err(failed)
    }

    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, SecurityError> {
        let cost = HashParts::from_str(hash.reveal()).map_err(failed)?.get_cost();
        if cost > Self::MAX_COST {
            // Nobody waits hours for a login, and no thread should.
            return Err(failed(BcryptError::CostNotAllowed(cost)));
        }
        bcrypt::verify(whole(password)?, hash.reveal()).map_err(failed)
    }

    fn waste_time(&self, password: &Password) {
        // Neither answer nor error means anything: only the time does.
        let _proves_nothing = self.verify(password, &self.decoy);
    }
}

/// The bytes of a password, of which bcrypt reads at most 72.
///
/// The `non_truncating_` functions of the crate count a closing NUL, which bcrypt drops when there is no room, and so refuse
/// 72 bytes as well; the domain allows them, and they are hashed whole.
fn whole(password: &Password) -> Result<&[u8], SecurityError> {
    let bytes = password.reveal().as_bytes();
    if bytes.len() > Password::MAX_BYTES {
        return Err(failed(BcryptError::Truncation(bytes.len())));
    }
    Ok(bytes)
}

fn failed(error: BcryptError) -> SecurityError {
    SecurityError(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher() -> BcryptHasher {
        BcryptHasher::new(BcryptHasher::MIN_COST).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::presented(text).unwrap()
    }

    fn verifies(text: &str, hash: &str) -> bool {
        hasher().verify(&password(text), &PasswordHash::new(hash.to_owned())).unwrap()
    }

    #[test]
    fn a_hash_verifies_its_password_and_no_other() {
        for text in ["TestPassword123!", "пароль 🎹 密码", " spaces count ", "x"] {
            let hash = hasher().hash(&password(text)).unwrap();
            assert!(hash.reveal().starts_with("$2b$04$") && hash.reveal().len() == 60);
            assert!(verifies(text, hash.reveal()), "{text}");
            assert!(!verifies(&format!("{text}."), hash.reveal()), "{text}");
            assert!(!verifies(&text.to_uppercase().replace('X', "y"), hash.reveal()), "{text}");
        }
    }

    #[test]
    fn the_same_password_never_has_the_same_hash_twice() {
        let hash = || hasher().hash(&password("TestPassword123!")).unwrap().reveal().to_owned();
        assert_ne!(hash(), hash());
    }

    #[test]
    fn long_passwords_count_to_the_last_byte() {
        for length in [71, 72] {
            let long = "a".repeat(length);
            let hash = hasher().hash(&password(&long)).unwrap();
            assert!(verifies(&long, hash.reveal()), "{length}");
            let mut other = "a".repeat(length - 1);
            assert!(!verifies(&other, hash.reveal()), "{length} without its last byte");
            other.push('b');
            assert!(!verifies(&other, hash.reveal()), "{length} with another last byte");
        }
        let unicode = "é".repeat(36);
        let hash = hasher().hash(&password(&unicode)).unwrap();
        assert!(verifies(&unicode, hash.reveal()));
        assert!(!verifies(&format!("{}è", "é".repeat(35)), hash.reveal()));
    }

    #[test]
    fn hashes_of_other_software_verify() {
        for (text, hash) in [
            // crypt_blowfish
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            ("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
            (
                "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui",
            ),
            // Python
            ("Kk4DQuMMfZL9o", "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"),
            // libxcrypt
            ("correct horse é", "$2y$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK"),
            ("TestPassword123!", "$2b$06$saltsaltsaltsaltsaltsed33mpIPV10IOdwywP.ynAwy0Dm4lBnm"),
            // PHP
            ("rasmuslerdorf", "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq"),
        ] {
            assert!(verifies(text, hash), "{hash}");
            assert!(!verifies("something else", hash), "{hash}");
        }
    }

    #[test]
    fn a_malformed_hash_is_an_error_and_no_wrong_password() {
        for hash in [
            "",
            "plain:TestPassword123!",
            "$2b$04$tooshort",
            "$1$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$xx$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$04$!!!!!!!!!!!!!!!!!!!!!!E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$04$ééééééééééééééééééééééééééé",
        ] {
            let read = hasher().verify(&password("U*U"), &PasswordHash::new(hash.to_owned()));
            assert!(read.is_err(), "{hash}");
        }
    }

    #[test]
    fn costs_outside_their_limits_are_refused() {
        for cost in [0, 3, 16, 31, u32::MAX] {
            assert_eq!(BcryptHasher::new(cost).unwrap_err(), CostNotAllowed(cost));
        }
        assert_eq!(CostNotAllowed(3).to_string(), "a bcrypt cost is 4 to 15, not 3");
        for cost in [4, 12, 15] {
            assert_eq!(BcryptHasher::new(cost).unwrap().cost, cost);
        }
        assert_eq!(BcryptHasher::default().cost, 12);
    }

    #[test]
    fn wasted_time_is_that_of_a_real_verification() {
        for cost in [4, 5, 12, 15] {
            let hasher = BcryptHasher::new(cost).unwrap();
            let decoy = HashParts::from_str(hasher.decoy.reveal()).unwrap();
            assert_eq!(decoy.get_cost(), cost);
        }
        let decoy = hasher().decoy;
        for text in ["", "TestPassword123!"] {
            // Neither refused early, which would be quick, nor ever right.
            assert!(!verifies(text, decoy.reveal()));
            hasher().waste_time(&password(text));
        }
    }
}
