//! What stands before the use cases, in its simplest form: a cache that forgets nothing by itself, a limiter that never pardons.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use instainstru_domain::ports::{
    RateLimiter, ResponseCache,
    rate_limiter::{LimitKey, LimitedKey, LimiterStats, Quota, Verdict},
    response_cache::{
        AnswerKind, CacheKey, CacheServerInfo, CacheStats, MakeFailure, Origin, Pending, ReadyAnswer, Topic,
    },
};

/// A cache that keeps every answer until a test declares its topic void. Clones share everything.
#[derive(Debug, Clone, Default)]
pub struct PlainCache(Arc<Mutex<Answers>>);

/// Answers by question.
type Answers = HashMap<String, (CacheKey, Arc<ReadyAnswer>)>;

impl PlainCache {
    /// Forgets every answer about a topic.
    pub fn void(&self, topic: Topic) {
        locked(&self.0).retain(|_text, (key, _answer)| !key.about().contains(&topic));
    }

    /// The questions whose answers are kept, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<CacheKey> {
        let mut keys: Vec<CacheKey> = locked(&self.0).values().map(|(key, _answer)| key.clone()).collect();
        keys.sort_by(|a, b| a.text().cmp(b.text()));
        keys
    }
}

impl ResponseCache for PlainCache {
    fn find(&self, key: &CacheKey) -> Option<Arc<ReadyAnswer>> {
        locked(&self.0).get(key.text()).map(|(_key, answer)| Arc::clone(answer))
    }

    fn find_or_make<'a>(
        &'a self,
        key: &'a CacheKey,
        make: Pending<'a, Result<ReadyAnswer, MakeFailure>>,
    ) -> Pending<'a, Result<(Arc<ReadyAnswer>, Origin), MakeFailure>> {
        Box::pin(async move {
            if let Some(found) = self.find(key) {
                return Ok((found, Origin::Kept));
            }
            let made = Arc::new(make.await?);
            if !key.lifetime().is_zero() {
                locked(&self.0).insert(key.text().to_owned(), (key.clone(), Arc::clone(&made)));
            }
            Ok((made, Origin::Made))
        })
    }

    fn stats(&self) -> CacheStats {
        CacheStats::default()
    }

    fn reset_stats(&self) {}

    fn sample_keys(&self, kind: AnswerKind, most: usize) -> Vec<String> {
        let keys = self.keys().into_iter().filter(|key| key.kind() == kind);
        keys.map(|key| key.text().to_owned()).take(most).collect()
    }

    fn server_info(&self) -> Pending<'_, Option<CacheServerInfo>> {
        Box::pin(std::future::ready(None))
    }
}

/// A limiter for which no time passes: what was spent stays spent. Clones share everything.
#[derive(Debug, Clone, Default)]
pub struct PlainLimiter(Arc<Mutex<HashMap<String, u32>>>);

impl PlainLimiter {
    /// What was counted, by key, in order.
    #[must_use]
    pub fn counted(&self) -> Vec<(String, u32)> {
        let mut counted: Vec<(String, u32)> =
            locked(&self.0).iter().map(|(key, count)| (key.clone(), *count)).collect();
        counted.sort();
        counted
    }
}

impl RateLimiter for PlainLimiter {
    fn spend<'a>(&'a self, key: &'a LimitKey, quota: Quota) -> Pending<'a, Verdict> {
        let mut counted = locked(&self.0);
        let count = counted.entry(key.as_str().to_owned()).or_default();
        let left = quota.count().get().saturating_sub(*count);
        let verdict = if left == 0 {
            let retry_after_seconds = quota.window_seconds().get();
            Verdict { is_allowed: false, remaining: 0, retry_after_seconds }
        } else {
            *count += 1;
            Verdict { is_allowed: true, remaining: left - 1, retry_after_seconds: 0 }
        };
        Box::pin(std::future::ready(verdict))
    }

    fn stats(&self, most: usize) -> Pending<'_, LimiterStats> {
        let counted = self.counted();
        let mut stats = LimiterStats::default();
        for (key, requests) in &counted {
            stats.total_keys += 1;
            *stats.by_window.entry(LimitKey::window_of(key).to_owned()).or_default() += 1;
            // As no time passes, what counts counts for a minute more.
            stats.top.push(LimitedKey { key: key.clone(), requests: *requests, ttl_seconds: 60 });
        }
        stats.top.sort_by_key(|key| Reverse(key.requests));
        stats.top.truncate(most);
        Box::pin(std::future::ready(stats))
    }

    fn reset<'a>(&'a self, pattern: &'a str) -> Pending<'a, u64> {
        let mut counted = locked(&self.0);
        let before = counted.len();
        counted.retain(|key, _count| pattern != "*" && !key.ends_with(&format!(":{pattern}")));
        let forgotten = u64::try_from(before - counted.len()).unwrap_or(u64::MAX);
        Box::pin(std::future::ready(forgotten))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
