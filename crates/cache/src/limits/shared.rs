//! The limiter whose counts all servers share.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use deadpool_redis::redis::Value;
use instainstru_domain::ports::{
    RateLimiter,
    rate_limiter::{LimitKey, LimitedKey, LimiterStats, Quota, Verdict},
    response_cache::Pending,
};

use super::{
    gcra::Gcra,
    local::{LocalLimiter, limited, summary},
    pattern::for_redis,
};
use crate::redis::{Link, LinkError, Listener, command};

const SCRIPT: &str = include_str!("spend.lua");
/// Channel on which servers tell each other what to forget.
const FORGET: &str = "rate_limit:forget";
/// Keys asked for at a time.
const PAGE: &[u8] = b"1000";

/// Counts requests in Redis, so that all servers count together. Each keeps in mind what it knows, and goes on with that while
/// Redis is away: nobody gets a fresh quota by that, neither when Redis goes nor when it comes back empty.
pub struct SharedLimiter {
    link: Arc<Link>,
    local: Arc<LocalLimiter>,
    /// The name by which Redis knows the script.
    script: String,
    fallbacks: AtomicU64,
}

impl SharedLimiter {
    pub(crate) fn new(link: Arc<Link>, local: Arc<LocalLimiter>) -> Self {
        let script = deadpool_redis::redis::Script::new(SCRIPT).get_hash().to_owned();
        Self { link, local, script, fallbacks: AtomicU64::new(0) }
    }

    async fn count(&self, key: &LimitKey, quota: Quota) -> Verdict {
        let gcra = Gcra::new(quota);
        // Taken before Redis looks at its own clock: what is kept in mind must never be more than what Redis counted, or the
        // time of each round trip would be taken from the quota.
        let asked_at = self.local.now();
        match self.run_script(key, gcra, self.local.taken(key, asked_at)).await {
            Ok(Counted { is_allowed, taken, wait }) => {
                self.local.learn(key, asked_at, taken, gcra.share);
                if is_allowed { gcra.allowed(taken) } else { Gcra::refused(wait) }
            }
            Err(error) => {
                tracing::debug!(%error, "counting requests alone");
                self.fallbacks.fetch_add(1, Ordering::Relaxed);
                self.local.count(key, quota)
            }
        }
    }

    async fn run_script(&self, key: &LimitKey, gcra: Gcra, known: i64) -> Result<Counted, LinkError> {
        let numbers = [gcra.share, gcra.whole, known].map(|number| number.to_string());
        let call = |name, script: &str| {
            let arguments = [script.as_bytes(), b"1", key.as_str().as_bytes()];
            command(name, arguments.into_iter().chain(numbers.iter().map(String::as_bytes)))
        };
        let answers = self.link.ask(vec![call("EVALSHA", &self.script)]).await?;
        let answer = match answers.into_iter().next() {
            // A server that was restarted does not know the script.
            Some(Value::ServerError(error)) if error.code() == "NOSCRIPT" => {
                self.link.ask(vec![call("EVAL", SCRIPT)]).await?.into_iter().next()
            }
            answer => answer,
        };
        answer
            .as_ref()
            .and_then(Counted::read)
            .ok_or_else(|| LinkError::Failed(format!("answers {answer:?}")))
    }

    /// All keys of this kind with what was counted, page by page.
    async fn shared_stats(&self) -> Result<Vec<LimitedKey>, LinkError> {
        let (names, now) = self.scan("*").await?;
        let mut keys = Vec::with_capacity(names.len());
        for page in names.chunks(1_000) {
            let values = self.link.ask(vec![command("MGET", page.iter().map(String::as_bytes))]).await?;
            let Some(Value::Array(values)) = values.into_iter().next() else { continue };
            for (name, value) in page.iter().zip(values) {
                // Whatever ran out in the meantime does not count.
                let Some((until, share)) = read_counted(&value) else { continue };
                if until > now {
                    keys.push(limited(name, until.saturating_sub(now), share));
                }
            }
        }
        Ok(keys)
    }

    async fn forget_shared(&self, pattern: &str) -> Result<u64, LinkError> {
        let (names, _now) = self.scan(&for_redis(pattern)).await?;
        let mut forgotten = 0;
        for page in names.chunks(1_000) {
            let answers = self.link.ask(vec![command("DEL", page.iter().map(String::as_bytes))]).await?;
            if let Some(Value::Int(count)) = answers.into_iter().next() {
                forgotten += u64::try_from(count).unwrap_or_default();
            }
        }
        Ok(forgotten)
    }

    /// The keys whose identifiers match, and the time of the server in microseconds since 1970.
    async fn scan(&self, pattern: &str) -> Result<(Vec<String>, i64), LinkError> {
        let pattern = format!("{}*:{pattern}", LimitKey::PREFIX);
        let mut cursor = "0".to_owned();
        let mut names = Vec::new();
        loop {
            let arguments = [cursor.as_bytes(), b"MATCH", pattern.as_bytes(), b"COUNT", PAGE];
            let mut answers =
                self.link.ask(vec![command("SCAN", arguments), command("TIME", [])]).await?.into_iter();
            let page = answers.next().and_then(read_page);
            let now = answers.next().and_then(|time| read_time(&time));
            let (Some((next, page)), Some(now)) = (page, now) else {
                return Err(LinkError::Failed("the keys cannot be listed".to_owned()));
            };
            names.extend(page);
            if next == "0" {
                // A key may be listed twice.
                names.sort_unstable();
                names.dedup();
                return Ok((names, now));
            }
            cursor = next;
        }
    }
}

/// What the script says.
struct Counted {
    is_allowed: bool,
    taken: i64,
    wait: i64,
}

impl Counted {
    fn read(answer: &Value) -> Option<Self> {
        let Value::Array(values) = answer else { return None };
        let [Value::Int(is_allowed), Value::Int(taken), Value::Int(wait)] = values.as_slice() else {
            return None;
        };
        Some(Self { is_allowed: *is_allowed == 1, taken: *taken, wait: *wait })
    }
}

/// The instant and the share that the script stores.
fn read_counted(value: &Value) -> Option<(i64, i64)> {
    let (until, share) = text(value)?.split_once(' ').map(|(until, share)| (until.parse(), share.parse()))?;
    Some((until.ok()?, share.ok()?))
}

fn read_page(answer: Value) -> Option<(String, Vec<String>)> {
    let Value::Array(parts) = answer else { return None };
    let [cursor, Value::Array(names)] = parts.as_slice() else { return None };
    Some((text(cursor)?.to_owned(), names.iter().filter_map(text).map(str::to_owned).collect()))
}

fn read_time(answer: &Value) -> Option<i64> {
    let Value::Array(parts) = answer else { return None };
    let [seconds, micros] = parts.as_slice() else { return None };
    let number = |part| text(part)?.parse::<i64>().ok();
    number(seconds)?.checked_mul(1_000_000)?.checked_add(number(micros)?)
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::BulkString(bytes) => std::str::from_utf8(bytes).ok(),
        Value::SimpleString(text) => Some(text),
        _ => None,
    }
}

impl RateLimiter for SharedLimiter {
    fn spend<'a>(&'a self, key: &'a LimitKey, quota: Quota) -> Pending<'a, Verdict> {
        Box::pin(self.count(key, quota))
    }

    fn stats(&self, most: usize) -> Pending<'_, LimiterStats> {
        Box::pin(async move {
            let stats = match self.shared_stats().await {
                Ok(keys) => summary(keys, most),
                Err(error) => {
                    tracing::debug!(%error, "telling what was counted alone");
                    self.local.stats(most).await
                }
            };
            LimiterStats { fallbacks: self.fallbacks.load(Ordering::Relaxed), ..stats }
        })
    }

    fn reset<'a>(&'a self, pattern: &'a str) -> Pending<'a, u64> {
        Box::pin(async move {
            let forgotten = self.local.forget(pattern);
            // Before anybody counts on with what it has in mind.
            self.link.tell(vec![command("PUBLISH", [FORGET.as_bytes(), pattern.as_bytes()])]);
            match self.forget_shared(pattern).await {
                Ok(shared) => shared.max(forgotten),
                Err(error) => {
                    tracing::warn!(%error, "the shared counts could not be forgotten");
                    forgotten
                }
            }
        })
    }
}

/// Hears what other servers forget.
pub(crate) struct ForgetListener(pub(crate) Arc<LocalLimiter>);

impl Listener for ForgetListener {
    fn channel(&self) -> &str {
        FORGET
    }

    fn hear(&self, message: &[u8]) {
        let forgotten = self.0.forget(&String::from_utf8_lossy(message));
        tracing::debug!(forgotten, "forgot what was counted, because another server did");
    }

    fn begins(&self) {}

    fn ends(&self) {}
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use instainstru_test_support::{clock::FixedClock, redis::PrivateRedis};
    use proptest::{prelude::*, test_runner::TestRunner};

    use super::*;
    use crate::redis::RedisSettings;

    fn limiter(redis: &PrivateRedis) -> SharedLimiter {
        let clock = Arc::new(FixedClock::at("2026-07-15T12:00:00Z"));
        let link = Link::start(&RedisSettings::new(redis.url()), clock.clone(), Vec::new()).unwrap();
        SharedLimiter::new(link, Arc::new(LocalLimiter::new(clock)))
    }

    #[test]
    fn the_script_counts_as_the_arithmetic_does() {
        let redis = PrivateRedis::start(&[]).unwrap();
        let limiter = limiter(&redis);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let case = std::cell::Cell::new(0);
        // What a server knows already, in halves of a share: half a share never decides by the microseconds that pass meanwhile.
        let knowledge = proptest::collection::vec(0_i64..12, 1..25);
        let cases = (1_u32..10, knowledge);
        TestRunner::new(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })
            .run(&cases, |(count, knowledge)| {
                case.set(case.get() + 1);
                let key = LimitKey::new("test", &case.get().to_string());
                // So few an hour that nothing comes back while this runs.
                let gcra = Gcra::new(Quota::per_hour(NonZeroU32::new(count).unwrap()));
                let mut taken = 0;
                for halves in knowledge {
                    let known = halves * gcra.share / 2 + gcra.share / 4;
                    let answer = runtime.block_on(limiter.run_script(&key, gcra, known)).unwrap();
                    let (verdict, after) = gcra.spend(known.max(taken));
                    prop_assert_eq!(answer.is_allowed, verdict.is_allowed);
                    let drift = after - answer.taken;
                    prop_assert!((0..gcra.share / 8).contains(&drift), "{} instead of {after}", answer.taken);
                    if verdict.is_allowed {
                        prop_assert_eq!(gcra.allowed(answer.taken).remaining, gcra.allowed(after).remaining);
                        // A refused request changes nothing, not even by what came with it.
                        taken = after;
                    } else {
                        let wait = known.max(taken).min(gcra.whole) + gcra.share - gcra.whole;
                        prop_assert!((0..gcra.share / 8).contains(&(wait - answer.wait)));
                    }
                }
                Ok(())
            })
            .unwrap();
    }
}
