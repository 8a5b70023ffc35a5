#![doc = include_str!("../README.md")]

mod answers;
mod breaker;
mod limits;
mod redis;
mod watched;

use std::sync::Arc;

use instainstru_domain::ports::Clock;

use self::{answers::Ears, limits::ForgetListener, redis::Link};
pub use self::{
    answers::{AnswerCache, AnswerSettings, KeptSearch},
    breaker::BreakerRules,
    limits::{LocalLimiter, SharedLimiter},
    redis::{RedisError, RedisSettings},
    watched::WatchedTransactor,
};

/// A cache and a limiter that talk to one Redis.
///
/// Redis need not be there: until it is, and whenever it is not, both work in process.
///
/// # Errors
/// [`RedisError`] when the address is none, or when the system has no thread to give.
pub fn shared(
    redis: &RedisSettings,
    answers: &AnswerSettings,
    clock: &Arc<dyn Clock>,
) -> Result<(AnswerCache, SharedLimiter), RedisError> {
    let ears = Ears::new(answers);
    let local = Arc::new(LocalLimiter::new(Arc::clone(clock)));
    let forget = Arc::new(ForgetListener(Arc::clone(&local)));
    let link = Link::start(redis, Arc::clone(clock), vec![ears.listener(), forget])?;
    let cache = AnswerCache::new(answers, Arc::clone(clock), ears, Some(Arc::clone(&link)));
    Ok((cache, SharedLimiter::new(link, local)))
}
