//! Keys, tokens and passwords.

use super::{
    Environment,
    reader::{Reader, quoted},
    secret::Secret,
};

/// Keys, tokens and passwords.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityConfig {
    /// Key that signs tokens. Without one, the server makes its own and keeps it in the data directory; never in production.
    pub secret_key: Option<Secret>,
    /// How long the token of a client of the API counts, in minutes.
    pub access_token_minutes: u32,
    /// How long a browser stays signed in after its last visit, in days.
    pub session_days: u32,
    /// Work factor of password hashes: each step doubles the time.
    pub bcrypt_cost: u32,
}

/// Fewest bytes of a key: as many as HMAC-SHA-256 makes.
pub const LEAST_SECRET_BYTES: usize = 32;

/// Keys that stand in examples, so everybody knows them.
const KNOWN_TO_EVERYBODY: [&str; 3] =
    ["replace-this-by-the-output-of-instainstru-keygen", "your-secret-key-here", "change-me"];

impl SecurityConfig {
    /// Reads the part about keys, tokens and passwords.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        reader.parsed("ALGORITHM", (), |text| match text {
            "HS256" => Ok(()),
            other => Err(format!("tokens are signed with HS256 only, not {}", quoted(other))),
        });
        let (least_cost, usual_cost) = match environment {
            Environment::Production => (10, 12),
            Environment::Development => (4, 12),
            Environment::Test => (4, 4),
        };
        Self {
            secret_key: secret_key(reader, environment),
            access_token_minutes: reader.number("ACCESS_TOKEN_EXPIRE_MINUTES", 1..=525_600, 30),
            session_days: reader.number("SESSION_DAYS", 1..=400, 14),
            bcrypt_cost: reader.number("BCRYPT_COST", least_cost..=15, usual_cost),
        }
    }
}

fn secret_key(reader: &Reader<'_>, environment: Environment) -> Option<Secret> {
    const NAME: &str = "SECRET_KEY";
    let is_production = environment == Environment::Production;
    let Some(key) = reader.text(NAME) else {
        if is_production {
            reader.refuse(NAME, "is required in production; `instainstru keygen` makes one");
        }
        return None;
    };
    let is_example = KNOWN_TO_EVERYBODY.iter().any(|known| key.to_ascii_lowercase().starts_with(known));
    if key.len() < LEAST_SECRET_BYTES {
        let reason = format!(
            "must have at least {LEAST_SECRET_BYTES} bytes, not {}; `instainstru keygen` makes one",
            key.len()
        );
        reader.refuse(NAME, &reason);
    } else if is_production && (is_example || is_monotonous(&key)) {
        reader.refuse(NAME, "is one that anybody can guess; `instainstru keygen` makes a good one");
    }
    Some(Secret::new(key))
}

/// Whether a key is made of so few different characters that somebody leant on the keyboard.
fn is_monotonous(key: &str) -> bool {
    let mut bytes = key.as_bytes().to_vec();
    bytes.sort_unstable();
    bytes.dedup();
    bytes.len() < 8
}
