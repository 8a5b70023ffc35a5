//! A world whose truth changes, and servers that answer questions about it through a cache.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use instainstru_cache::{AnswerCache, AnswerSettings, BreakerRules, RedisSettings, SharedLimiter, shared};
use instainstru_domain::{
    ids::UserId,
    ports::{
        Clock, ResponseCache,
        response_cache::{AnswerKind, CacheKey, MakeFailure, Origin, ReadyAnswer, Topic},
    },
};
use jiff::{SignedDuration, Timestamp};
use tokio::runtime;

/// A little after noon: between two quarters of an hour.
pub(crate) const NOON: &str = "2026-07-15T12:00:07Z";

/// A clock that ticks.
#[derive(Debug)]
pub(crate) struct Ticking(Timestamp, Instant);

impl Ticking {
    pub(crate) fn clock() -> Arc<dyn Clock> {
        Arc::new(Self(NOON.parse().unwrap(), Instant::now()))
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.1.elapsed()).unwrap();
        Timestamp::from_microsecond((self.0 + elapsed).as_microsecond()).unwrap()
    }
}

/// Runs something asynchronous to its end on this thread.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[track_caller]
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _attempt in 0..500 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("still not after ten seconds: {what}");
}

pub(crate) fn instructor(id: i64) -> Topic {
    Topic::Instructor(UserId::new(id).unwrap())
}

/// The question about the free time of an instructor.
pub(crate) fn availability(id: i64) -> CacheKey {
    CacheKey::new(AnswerKind::Availability, &id.to_string(), &[instructor(id)], Duration::from_secs(300))
}

pub(crate) fn answer(text: &str) -> ReadyAnswer {
    ReadyAnswer { body: text.as_bytes().to_vec(), gzip: None, tag: format!("\"{text}\"") }
}

pub(crate) fn text(answer: &ReadyAnswer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

/// Asks as the server does: what is in reach at once, otherwise what is found or made.
pub(crate) async fn ask_or_make(
    cache: &AnswerCache,
    key: &CacheKey,
    make: impl Future<Output = Result<ReadyAnswer, MakeFailure>>,
) -> Result<(String, Origin), MakeFailure> {
    match cache.find(key) {
        Some(found) => Ok((text(&found), Origin::Kept)),
        None => cache.find_or_make(key, Box::pin(make)).await.map(|(found, origin)| (text(&found), origin)),
    }
}

/// Something that is true: a number that grows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Truth {
    number: Arc<AtomicU64>,
    asked: Arc<AtomicU32>,
}

impl Truth {
    pub(crate) fn now(&self) -> u64 {
        self.number.load(Ordering::SeqCst)
    }

    pub(crate) fn change(&self) -> u64 {
        self.number.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// How often it was looked up.
    pub(crate) fn lookups(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn look_up(&self) -> ReadyAnswer {
        self.asked.fetch_add(1, Ordering::SeqCst);
        answer(&self.now().to_string())
    }

    /// What a visitor is told through this cache.
    pub(crate) async fn ask(&self, cache: &AnswerCache, key: &CacheKey) -> u64 {
        let make = async {
            let found = self.look_up();
            // Reading a database takes a moment.
            tokio::task::yield_now().await;
            Ok(found)
        };
        ask_or_make(cache, key, make).await.unwrap().0.parse().unwrap()
    }
}

/// A server among others.
pub(crate) struct Server {
    pub(crate) cache: AnswerCache,
    pub(crate) limiter: SharedLimiter,
}

/// Settings with which trouble is over soon.
pub(crate) fn redis(url: &str) -> RedisSettings {
    RedisSettings {
        connections: 4,
        breaker: BreakerRules { open_for: Duration::from_millis(300), ..BreakerRules::default() },
        ..RedisSettings::new(url)
    }
}

impl Server {
    pub(crate) fn start(url: &str) -> Self {
        Self::with(&redis(url))
    }

    pub(crate) fn with(settings: &RedisSettings) -> Self {
        let (cache, limiter) = shared(settings, &AnswerSettings::default(), &Ticking::clock()).unwrap();
        Self { cache, limiter }
    }

    /// Waits until another server finds what this one made.
    pub(crate) fn until_it_shares_with(&self, other: &Self) {
        // Each question is asked once in all tests.
        static NEXT: AtomicI64 = AtomicI64::new(1_000_000);
        eventually("answers are shared", || {
            let key = availability(NEXT.fetch_add(1, Ordering::SeqCst));
            let truth = Truth::default();
            wait(truth.ask(&self.cache, &key));
            // Storing is not waited for.
            thread::sleep(Duration::from_millis(5));
            let before = other.cache.stats().shared_hits;
            wait(truth.ask(&other.cache, &key));
            other.cache.stats().shared_hits > before
        });
        self.cache.reset_stats();
        other.cache.reset_stats();
    }
}
