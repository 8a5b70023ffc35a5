//! What stands before the use cases: kept answers, counted requests, and what keeps the answers true.

mod follower;
mod warming;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    io,
    sync::Arc,
};

use anyhow::Context;
use instainstru_cache::{
    AnswerCache, AnswerSettings, LocalLimiter, RedisError, RedisSettings, WatchedTransactor, shared,
};
use instainstru_domain::{
    event::DomainEvent,
    ports::{Clock, CommitListener, InstructorSearch, RateLimiter, ResponseCache, Transactor},
};
use instainstru_http::{Application, Edge};

pub use self::follower::CacheFollower;
use self::warming::WarmList;
use crate::{
    config::{Config, Mistakes},
    search::LiveSearch,
};

/// What stands before the use cases.
pub struct Keeper {
    cache: Option<Arc<AnswerCache>>,
    /// The way to ask the Redis that servers share how it is, whether or not answers are kept.
    redis: Option<Arc<AnswerCache>>,
    limiter: Option<Arc<dyn RateLimiter>>,
    warm: WarmList,
}

impl Keeper {
    /// What this configuration asks for. A Redis that is named need not be there.
    ///
    /// # Errors
    /// [`Mistakes`] when the address of Redis is none; otherwise when the system has no thread to give.
    pub fn new(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Self> {
        let mut answers =
            AnswerSettings { memory_bytes: config.cache.memory_bytes, ..AnswerSettings::default() };
        let (cache, limiter): (AnswerCache, Arc<dyn RateLimiter>) = match &config.cache.redis {
            Some(url) => {
                answers.space = space(config)?;
                let redis = RedisSettings {
                    connections: config.cache.redis_connections,
                    ..RedisSettings::new(url.reveal())
                };
                let (cache, limiter) = shared(&redis, &answers, clock).map_err(|error| match error {
                    RedisError::Address(reason) => Mistakes(vec![format!("REDIS_URL: {reason}")]).into(),
                    other @ RedisError::Thread(_) => anyhow::Error::from(other),
                })?;
                (cache, Arc::new(limiter))
            }
            None => (
                AnswerCache::in_process(&answers, Arc::clone(clock)),
                Arc::new(LocalLimiter::new(Arc::clone(clock))),
            ),
        };
        let cache = Arc::new(cache);
        Ok(Self {
            cache: config.cache.enabled.then(|| Arc::clone(&cache)),
            redis: config.cache.redis.is_some().then_some(cache),
            limiter: config.limits.enabled.then_some(limiter),
            warm: WarmList::default(),
        })
    }

    /// The transactor through which everything must be changed that the answers tell about.
    #[must_use]
    pub fn watch(&self, tx: Arc<dyn Transactor>) -> Arc<dyn Transactor> {
        match &self.cache {
            Some(cache) => {
                let listener = Announcer { cache: Arc::clone(cache), warm: self.warm.clone() };
                Arc::new(WatchedTransactor::new(tx, Arc::new(listener)))
            }
            None => tx,
        }
    }

    /// The search engine, with its answers kept.
    #[must_use]
    pub fn searching(&self, engine: Arc<dyn InstructorSearch>) -> Arc<dyn InstructorSearch> {
        match &self.cache {
            Some(cache) => Arc::new(cache.searching(engine)),
            None => engine,
        }
    }

    /// What knows how the Redis that servers share is; `None` without one.
    #[must_use]
    pub fn redis(&self) -> Option<Arc<dyn ResponseCache>> {
        self.redis.clone().map(|cache| -> Arc<dyn ResponseCache> { cache })
    }

    /// What the HTTP layer asks first.
    #[must_use]
    pub fn edge(&self) -> Edge {
        let mut edge = Edge { cache: None, limiter: self.limiter.clone() };
        if let Some(cache) = &self.cache {
            edge.cache = Some(Arc::<AnswerCache>::clone(cache));
        }
        edge
    }

    /// Starts hearing of what other servers commit; nothing without a cache.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn follow(
        &self,
        tx: &Arc<dyn Transactor>,
        live: &Arc<LiveSearch>,
    ) -> io::Result<Option<CacheFollower>> {
        let cache = self.cache.as_ref().map(Arc::clone);
        cache.map(|cache| CacheFollower::start(Arc::clone(tx), cache, Arc::clone(live))).transpose()
    }

    /// Makes answers ahead for as long as it is polled.
    pub async fn keep_warm(&self, application: Application) {
        self.warm.clone().keep_warm(application).await;
    }
}

/// Hears of every commit of this process.
struct Announcer {
    cache: Arc<AnswerCache>,
    warm: WarmList,
}

impl CommitListener for Announcer {
    fn committed(&self, events: &[DomainEvent]) {
        self.cache.committed(events);
        self.warm.note(events);
    }
}

/// What keys begin with: equal for servers whose answers have the same form and follow the same rules, so that servers of two
/// versions or configurations never give each other their answers.
fn space(config: &Config) -> anyhow::Result<String> {
    let mut hasher = DefaultHasher::new();
    instainstru_http::document_json().context("the document of the API")?.hash(&mut hasher);
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    format!("{:?}", config.public).hash(&mut hasher);
    Ok(format!("instainstru:{:016x}", hasher.finish()))
}
