//! The key that signs tokens: made, kept and checked.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, bail};
use rand::{TryRngCore, rngs::OsRng};

use crate::config::{Config, Environment, LEAST_SECRET_BYTES, Secret};

/// Name of the file in the data directory.
const FILE: &str = "secret.key";

/// A new key: 256 bits of the system's randomness, in hexadecimal.
///
/// # Errors
/// When the system has no randomness to give.
pub fn generate() -> anyhow::Result<Secret> {
    let mut bytes = [0; LEAST_SECRET_BYTES];
    OsRng.try_fill_bytes(&mut bytes).context("the system gives no random bytes")?;
    Ok(Secret::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
}

/// Letters and digits that nobody mistakes for each other.
const READABLE: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789";
/// Characters of a readable key: more than 180 bits.
const READABLE_CHARS: usize = 32;

/// A new key that people can read to each other: letters and digits without `0`, `O`, `I` and `l`.
///
/// # Errors
/// When the system has no randomness to give.
pub fn generate_readable() -> anyhow::Result<Secret> {
    let mut key = String::with_capacity(READABLE_CHARS);
    while key.len() < READABLE_CHARS {
        let mut bytes = [0; READABLE_CHARS];
        OsRng.try_fill_bytes(&mut bytes).context("the system gives no random bytes")?;
        // What lies beyond is thrown away, and not wrapped around, so that all characters are equally likely.
        let chosen = bytes.iter().filter_map(|byte| READABLE.get(usize::from(byte & 63)));
        key.extend(chosen.map(|byte| char::from(*byte)).take(READABLE_CHARS - key.len()));
    }
    Ok(Secret::new(key))
}

/// The key of this installation: the one configured, else the one in the data directory, which is made on first use.
///
/// # Errors
/// When the file cannot be read or written, or when production is configured with the key of a development server.
pub fn resolve(config: &Config) -> anyhow::Result<Secret> {
    let path = config.data_dir.join(FILE);
    match (&config.security.secret_key, config.environment) {
        (Some(key), Environment::Production) => {
            if stored(&path)?.is_some_and(|own| own == *key) {
                bail!(
                    "SECRET_KEY is the key that development made in {}; make another with `instainstru keygen`",
                    path.display()
                );
            }
            Ok(key.clone())
        }
        (Some(key), Environment::Development | Environment::Test) => Ok(key.clone()),
        (None, Environment::Production) => bail!("SECRET_KEY is required in production"),
        (None, Environment::Development | Environment::Test) => match stored(&path)? {
            Some(key) => Ok(key),
            None => store(&path, generate()?),
        },
    }
}

fn stored(path: &Path) -> anyhow::Result<Option<Secret>> {
    match fs::read_to_string(path) {
        Ok(text) if text.trim().len() >= LEAST_SECRET_BYTES => Ok(Some(Secret::new(text.trim().to_owned()))),
        Ok(_too_short) => bail!(
            "{} does not hold a key of {LEAST_SECRET_BYTES} bytes; remove it to get a new one",
            path.display()
        ),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Writes the key where nobody else can read it. Of two servers that start at once, both use what the first wrote.
fn store(path: &Path, key: Secret) -> anyhow::Result<Secret> {
    let own = path.with_extension(format!("key.{}", std::process::id()));
    let written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&own).and_then(
        |mut file| {
            file.write_all(key.reveal().as_bytes())?;
            file.write_all(b"\n")?;
            file.sync_all()
        },
    );
    // A link appears whole or not at all, and not in place of another.
    let linked = written.and_then(|()| fs::hard_link(&own, path));
    // The second name has served; if it cannot be removed it does no harm.
    let _harmless = fs::remove_file(&own);
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            stored(path)?.with_context(|| format!("{} was there and is gone", path.display()))
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn readable_keys_are_made_of_what_nobody_confuses_and_of_all_of_it() {
        let keys: Vec<Secret> = (0..200).map(|_nth| generate_readable().unwrap()).collect();
        let mut seen = std::collections::BTreeSet::new();
        for key in &keys {
            assert_eq!(key.reveal().len(), READABLE_CHARS);
            assert!(!key.reveal().contains(['0', 'O', 'I', 'l']));
            seen.extend(key.reveal().bytes());
        }
        assert_eq!(seen.len(), READABLE.len());
        assert!(keys[0] != keys[1]);
    }

    fn config(environment: &str, data_dir: &Path, key: Option<&str>) -> Config {
        let given = [
            ("ENVIRONMENT", Some(environment.to_owned())),
            ("INSTAINSTRU_DATA_DIR", Some(data_dir.display().to_string())),
            ("SECRET_KEY", key.map(str::to_owned)),
        ];
        let lookup =
            |name: &str| given.iter().find(|(known, _)| *known == name).and_then(|(_, value)| value.clone());
        Config::read(&lookup, []).unwrap()
    }

    #[test]
    fn keys_are_long_and_never_the_same() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert_eq!(one.reveal().len(), 64);
        assert_ne!(one.reveal(), other.reveal());
    }

    #[test]
    fn development_makes_a_key_once_that_only_its_owner_can_read() {
        let directory = tempfile::tempdir().unwrap();
        let config = config("development", directory.path(), None);
        let first = resolve(&config).unwrap();
        assert_eq!(resolve(&config).unwrap().reveal(), first.reveal());
        let mode = fs::metadata(directory.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn servers_that_start_at_once_agree_on_a_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let first = store(&path, generate().unwrap()).unwrap();
        let second = store(&path, generate().unwrap()).unwrap();
        assert_eq!(first.reveal(), second.reveal());
    }

    #[test]
    fn production_refuses_the_key_of_development() {
        let directory = tempfile::tempdir().unwrap();
        let made = resolve(&config("development", directory.path(), None)).unwrap();
        let refusal = resolve(&config("production", directory.path(), Some(made.reveal()))).unwrap_err();
        assert!(refusal.to_string().contains("keygen"), "{refusal}");
        let own = generate().unwrap();
        assert_eq!(resolve(&config("production", directory.path(), Some(own.reveal()))).unwrap(), own);
    }

    #[test]
    fn a_damaged_key_file_is_not_used() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(FILE), "short\n").unwrap();
        assert!(resolve(&config("test", directory.path(), None)).is_err());
    }
}
