//! The limiter in process.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use instainstru_domain::ports::{
    Clock, RateLimiter,
    rate_limiter::{LimitKey, LimitedKey, LimiterStats, Quota, Verdict},
    response_cache::Pending,
};

use super::{
    gcra::{Gcra, requests, whole_seconds},
    pattern,
};

/// Independent parts, so that requests rarely wait for each other.
const SHARDS: usize = 16;
/// Most keys of one part.
const MOST_KEYS: usize = 32_768;
/// Looking through a full part costs time, which a flood must not be able to ask for with every request.
const REST_MICROS: i64 = 1_000_000;
/// When a part is full of keys that count, strangers share this many.
const CROWDED_KEYS: u64 = 1_024;

/// Counts requests in this process.
pub struct LocalLimiter {
    clock: Arc<dyn Clock>,
    hasher: RandomState,
    shards: Vec<Mutex<Shard>>,
    /// For the compiler, which does not see that there is always a shard; used like any other.
    last: Mutex<Shard>,
}

/// What was counted for some keys.
#[derive(Debug, Default)]
struct Shard {
    counted: HashMap<Box<str>, Counted>,
    /// Number of keys at which those that do not count any more are removed.
    sweep_at: usize,
    /// When a part that is full may look for such keys again, in microseconds since 1970.
    rests_until: i64,
}

/// What was counted for a key.
#[derive(Debug, Clone, Copy)]
struct Counted {
    /// When nothing counts any more, in microseconds since 1970.
    until: i64,
    /// Microseconds that one request takes.
    share: i64,
}

impl LocalLimiter {
    /// A limiter that has counted nothing.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let shards = (1..SHARDS).map(|_nth| Mutex::default()).collect();
        Self { clock, hasher: RandomState::new(), shards, last: Mutex::default() }
    }

    /// Counts one request.
    pub(super) fn count(&self, key: &LimitKey, quota: Quota) -> Verdict {
        let (gcra, now) = (Gcra::new(quota), self.now());
        let hash = self.hasher.hash_one(key);
        self.shard(hash).update(key.as_str(), hash, now, |taken| {
            let (verdict, taken) = gcra.spend(taken);
            (verdict, Counted { until: now.saturating_add(taken), share: gcra.share })
        })
    }

    /// Microseconds taken at `now` by what was counted for a key.
    pub(super) fn taken(&self, key: &LimitKey, now: i64) -> i64 {
        let shard = self.shard(self.hasher.hash_one(key));
        shard.counted.get(key.as_str()).map_or(0, |counted| counted.until.saturating_sub(now).max(0))
    }

    /// Takes over what others had counted at `now`, when it is more.
    pub(super) fn learn(&self, key: &LimitKey, now: i64, taken: i64, share: i64) {
        let hash = self.hasher.hash_one(key);
        self.shard(hash).update(key.as_str(), hash, now, |known| {
            ((), Counted { until: now.saturating_add(known.max(taken)), share })
        });
    }

    /// Forgets what was counted for identifiers that match.
    pub(super) fn forget(&self, pattern: &str) -> u64 {
        let mut forgotten = 0;
        for shard in self.all() {
            lock(shard).counted.retain(|key, _counted| {
                let is_meant = pattern::matches(pattern, identifier(key));
                forgotten += u64::from(is_meant);
                !is_meant
            });
        }
        forgotten
    }

    fn snapshot(&self, most: usize) -> LimiterStats {
        let now = self.now();
        let mut keys = Vec::new();
        for shard in self.all() {
            let shard = lock(shard);
            let live = shard.counted.iter().filter(|(_key, counted)| counted.until > now);
            keys.extend(
                live.map(|(key, counted)| limited(key, counted.until.saturating_sub(now), counted.share)),
            );
        }
        summary(keys, most)
    }

    /// Microseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.clock.now().as_microsecond()
    }

    fn all(&self) -> impl Iterator<Item = &Mutex<Shard>> {
        self.shards.iter().chain([&self.last])
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, Shard> {
        let index = usize::try_from(hash).unwrap_or_default() % SHARDS;
        lock(self.shards.get(index).unwrap_or(&self.last))
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    // A map of numbers: each change is whole.
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shard {
    /// Removes what does not count any more, when the keys have doubled since the last time.
    fn sweep(&mut self, now: i64) {
        let is_full = self.counted.len() >= MOST_KEYS;
        // A clock that was set back does not make it rest for ever.
        let rests = (self.rests_until.saturating_sub(REST_MICROS)..self.rests_until).contains(&now);
        if self.counted.len() < self.sweep_at.max(64) || is_full && rests {
            return;
        }
        // What has passed is as good as never counted, so nothing is lost.
        self.counted.retain(|_key, counted| counted.until > now);
        self.sweep_at = self.counted.len().saturating_mul(2).min(MOST_KEYS);
        self.rests_until = now.saturating_add(REST_MICROS);
    }

    fn update<T>(&mut self, key: &str, hash: u64, now: i64, change: impl FnOnce(i64) -> (T, Counted)) -> T {
        self.sweep(now);
        // Full of keys that count: a stranger shares with other strangers, and nobody is let through uncounted.
        let crowded = (self.counted.len() >= MOST_KEYS && !self.counted.contains_key(key))
            .then(|| format!("{}crowded:{}", LimitKey::PREFIX, hash % CROWDED_KEYS));
        let key = crowded.as_deref().unwrap_or(key);
        let taken = |counted: &Counted| counted.until.saturating_sub(now);
        if let Some(counted) = self.counted.get_mut(key) {
            let (answer, changed) = change(taken(counted));
            *counted = changed;
            return answer;
        }
        let (answer, counted) = change(0);
        self.counted.insert(key.into(), counted);
        answer
    }
}

impl RateLimiter for LocalLimiter {
    fn spend<'a>(&'a self, key: &'a LimitKey, quota: Quota) -> Pending<'a, Verdict> {
        Box::pin(std::future::ready(self.count(key, quota)))
    }

    fn stats(&self, most: usize) -> Pending<'_, LimiterStats> {
        Box::pin(std::future::ready(self.snapshot(most)))
    }

    fn reset<'a>(&'a self, pattern: &'a str) -> Pending<'a, u64> {
        Box::pin(std::future::ready(self.forget(pattern)))
    }
}

/// The identifier in a key.
fn identifier(key: &str) -> &str {
    let rest = key.strip_prefix(LimitKey::PREFIX).unwrap_or(key);
    rest.split_once(':').map_or(rest, |(_window, identifier)| identifier)
}

/// A key of which so many microseconds are taken, in shares of this size.
pub(super) fn limited(key: &str, taken: i64, share: i64) -> LimitedKey {
    LimitedKey {
        key: key.to_owned(),
        requests: requests(taken, share),
        ttl_seconds: u32::try_from(whole_seconds(taken)).unwrap_or(u32::MAX),
    }
}

/// Figures about keys.
pub(super) fn summary(mut keys: Vec<LimitedKey>, most: usize) -> LimiterStats {
    let mut stats =
        LimiterStats { total_keys: u64::try_from(keys.len()).unwrap_or(u64::MAX), ..LimiterStats::default() };
    for key in &keys {
        *stats.by_window.entry(LimitKey::window_of(&key.key).to_owned()).or_default() += 1;
    }
    keys.sort_by(|a, b| b.requests.cmp(&a.requests).then_with(|| a.key.cmp(&b.key)));
    keys.truncate(most);
    stats.top = keys;
    stats
}
