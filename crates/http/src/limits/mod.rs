//! How often somebody may ask: one limit for all requests, and stricter ones for what is worth attacking.
//!
//! The limit for all requests is looked at before anything else happens. The others are spent by handlers, once they know who is
//! calling and have read a body that makes sense: a request that is refused for its form costs nothing.

mod proxies;
mod table;

use std::{
    future::{Ready, ready},
    net::IpAddr,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponseBuilder,
    dev::Payload,
    http::header::{HeaderMap, HeaderName, HeaderValue},
};
use instainstru_domain::{
    account::EmailAddress,
    ids::UserId,
    ports::{
        Clock,
        rate_limiter::{LimitKey, Quota, Verdict},
    },
};
use sha2::{Digest as _, Sha256};

pub(crate) use self::table::{GENERAL, is_exempt};
use self::{proxies::Counted, table::Per};
pub use self::{
    proxies::{InvalidProxies, TrustedProxies},
    table::{Limited, RateLimits},
};
use crate::{
    act::hex,
    application::Application,
    error::{ApiError, ErrorCode},
    extract::application,
    origin,
};

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
/// Names of the headers, for pages of other origins.
pub(crate) const HEADERS: [HeaderName; 3] = [LIMIT, REMAINING, RESET];
/// Longer identifiers are counted under a digest.
const LONGEST_IDENTIFIER: usize = 32;

/// How the sender of a request stands with a limit: what the headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
    /// When the limit is as good as new, in seconds since 1970.
    reset: i64,
    retry_after_seconds: u32,
}

impl Standing {
    pub(crate) fn new(quota: Quota, verdict: Verdict, clock: &dyn Clock) -> Self {
        let wait =
            if verdict.is_allowed { quota.window_seconds().get() } else { verdict.retry_after_seconds };
        Self {
            limit: quota.count().get(),
            remaining: verdict.remaining,
            reset: clock.now().as_second().saturating_add(i64::from(wait)),
            retry_after_seconds: verdict.retry_after_seconds,
        }
    }

    /// Adds the headers, unless a stricter limit has spoken already.
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        if headers.contains_key(LIMIT) {
            return;
        }
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset));
    }

    /// The headers of a refusal.
    pub(crate) fn head(&self, response: &mut HttpResponseBuilder) {
        response
            .insert_header((LIMIT, self.limit))
            .insert_header((REMAINING, self.remaining))
            .insert_header((RESET, self.reset));
    }

    /// The refusal.
    pub(crate) fn refusal(self) -> ApiError {
        let seconds = self.retry_after_seconds;
        let unit = if seconds == 1 { "second" } else { "seconds" };
        let detail = format!("Too many requests. Please try again in {seconds} {unit}.");
        ApiError::new(ErrorCode::RateLimited, detail).retry_after(seconds).standing(self)
    }
}

/// The identifier under which requests of an address are counted. Requests without one, which no network brings, are counted
/// together: nobody is let through uncounted.
pub(crate) fn of_address(address: Option<IpAddr>) -> String {
    short(address.map_or_else(|| "unknown".to_owned(), |address| Counted(address).to_string()))
}

fn short(identifier: String) -> String {
    if identifier.len() <= LONGEST_IDENTIFIER {
        return identifier;
    }
    let digest = Sha256::digest(&identifier);
    let (beginning, _rest) = digest.split_at(8);
    hex(beginning)
}

/// Whom a request is about, besides the address it comes from.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// Nobody in particular.
    Nobody,
    /// Somebody who is logged in.
    User(UserId),
    /// An account, whether or not there is one with this address.
    Account(&'a EmailAddress),
}

/// Spends what the limits of an endpoint allow. An extractor.
pub struct Limits(HttpRequest);

impl FromRequest for Limits {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.clone())))
    }
}

impl Limits {
    /// Counts this request against the limits of what it wants to do.
    ///
    /// # Errors
    /// 429 when that was asked too often, by this address or about this subject.
    pub async fn spend(&self, limited: Limited, subject: Subject<'_>) -> Result<(), ApiError> {
        let Application { edge, settings, clock, .. } = application(&self.0)?;
        let Some(limiter) = &edge.limiter else { return Ok(()) };
        for rule in limited.rules(&settings.limits) {
            let identifier = match (rule.per, subject) {
                (Per::Address, _) => of_address(origin::current().address),
                (Per::User, Subject::User(id)) => format!("user_{id}"),
                (Per::Email, Subject::Account(email)) => short(format!("email_{}", email.as_str())),
                // The request is not about anybody this rule could count.
                (Per::User | Per::Email, _) => continue,
            };
            let key = LimitKey::new(&limited.window(rule.quota), &identifier);
            let verdict = limiter.spend(&key, rule.quota).await;
            if !verdict.is_allowed {
                return Err(Standing::new(rule.quota, verdict, &**clock).refusal());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_identifiers_are_counted_under_a_digest() {
        assert_eq!(short("email_ada@example.com".to_owned()), "email_ada@example.com");
        let long = |name: &str| short(format!("email_{name}@a-rather-long-domain.example.com"));
        assert_eq!(long("ada").len(), 16);
        assert_ne!(long("ada"), long("bob"));
        assert_eq!(of_address(None), "unknown");
    }
}
