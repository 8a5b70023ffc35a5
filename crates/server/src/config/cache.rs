//! What is kept ready, and where servers share it.

use std::fmt;

use super::{reader::Reader, secret};

/// What is kept ready, and where servers share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheConfig {
    /// Whether answers to public questions are kept at all.
    pub enabled: bool,
    /// Most bytes of kept answers in this process.
    pub memory_bytes: u64,
    /// The Redis that servers share; without one each works for itself.
    pub redis: Option<RedisUrl>,
    /// Most connections to it.
    pub redis_connections: usize,
}

/// The address of a Redis; printing it hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl(String);

impl RedisUrl {
    fn new(url: &str) -> Result<Self, String> {
        const SCHEMES: [&str; 4] = ["redis://", "rediss://", "unix://", "redis+unix://"];
        if SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
            Ok(Self(url.to_owned()))
        } else {
            // Quoting it could print a password.
            Err("must be an address such as redis://host:6379".to_owned())
        }
    }

    /// The address with its password.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        secret::write_masked(&self.0, f)
    }
}

impl CacheConfig {
    /// Reads the part about keeping and sharing.
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let megabytes: u64 = reader.number("CACHE_MEMORY_MB", 1..=1_048_576, 64);
        Self {
            enabled: reader.flag("CACHE_ENABLED", true),
            memory_bytes: megabytes << 20,
            redis: reader.parsed("REDIS_URL", None, |text| RedisUrl::new(text).map(Some)),
            redis_connections: reader.number("REDIS_MAX_CONNECTIONS", 2..=1_000, 10),
        }
    }
}
