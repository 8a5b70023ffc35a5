//! How often somebody may ask for something.

use std::{collections::BTreeMap, num::NonZeroU32};

use super::response_cache::Pending;

/// How many requests are allowed within a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    count: NonZeroU32,
    window_seconds: NonZeroU32,
}

impl Quota {
    /// So many a minute.
    #[must_use]
    pub const fn per_minute(count: NonZeroU32) -> Self {
        const MINUTE: NonZeroU32 = NonZeroU32::new(60).unwrap();
        Self { count, window_seconds: MINUTE }
    }

    /// So many an hour.
    #[must_use]
    pub const fn per_hour(count: NonZeroU32) -> Self {
        const HOUR: NonZeroU32 = NonZeroU32::new(3600).unwrap();
        Self { count, window_seconds: HOUR }
    }

    /// How many at once.
    #[must_use]
    pub const fn count(self) -> NonZeroU32 {
        self.count
    }

    /// The time in which as many become possible again.
    #[must_use]
    pub const fn window_seconds(self) -> NonZeroU32 {
        self.window_seconds
    }
}

/// Whose requests are counted together: the name of the limit and an identifier, such as `rate_limit:general:203.0.113.7`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LimitKey(String);

impl LimitKey {
    /// With this all keys begin.
    pub const PREFIX: &'static str = "rate_limit:";

    /// The key of `identifier` under the limit `window`.
    #[must_use]
    pub fn new(window: &str, identifier: &str) -> Self {
        Self(format!("{}{window}:{identifier}", Self::PREFIX))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the limit in a key.
    #[must_use]
    pub fn window_of(key: &str) -> &str {
        let rest = key.strip_prefix(Self::PREFIX).unwrap_or(key);
        rest.split(':').next().unwrap_or(rest)
    }
}

/// Whether a request may go on, and how the one who sent it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may go on. A refused request is not counted.
    pub is_allowed: bool,
    /// How many more are allowed at this moment.
    pub remaining: u32,
    /// Seconds after which the next one is allowed, at least 1; 0 when this one was.
    pub retry_after_seconds: u32,
}

/// Counts requests and says which are too many.
///
/// It MUST always come to a verdict from what has been counted. When a server it shares its counts with is not available, it
/// goes on with the counts of its own.
pub trait RateLimiter: Send + Sync {
    /// Counts one request.
    fn spend<'a>(&'a self, key: &'a LimitKey, quota: Quota) -> Pending<'a, Verdict>;

    /// What is being counted, with the `most` keys that have most requests.
    fn stats(&self, most: usize) -> Pending<'_, LimiterStats>;

    /// Forgets what was counted for identifiers that match `pattern`, in which `*` stands for any text and `?` for any character;
    /// returns how many keys that were.
    fn reset<'a>(&'a self, pattern: &'a str) -> Pending<'a, u64>;
}

/// What a limiter is counting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LimiterStats {
    /// Number of keys with requests that still count.
    pub total_keys: u64,
    /// The same by name of the limit.
    pub by_window: BTreeMap<String, u64>,
    /// The keys with most requests, the most first.
    pub top: Vec<LimitedKey>,
    /// Verdicts that were reached alone, because the shared counts were not available.
    pub fallbacks: u64,
}

/// A key and what was counted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitedKey {
    /// The key.
    pub key: String,
    /// Requests that still count.
    pub requests: u32,
    /// Seconds until none does.
    pub ttl_seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_which_limit_it_belongs_to() {
        let key = LimitKey::new("login_5perminute", "2001:db8::/64");
        assert_eq!(key.as_str(), "rate_limit:login_5perminute:2001:db8::/64");
        assert_eq!(LimitKey::window_of(key.as_str()), "login_5perminute");
        assert_eq!(LimitKey::window_of("nonsense"), "nonsense");
    }
}
