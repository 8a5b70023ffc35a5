//! How often people ask, letting them ask again, and trying the limits out.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post};
use instainstru_domain::ports::rate_limiter::{LimitKey, LimitedKey, LimiterStats};
use serde::Serialize;
use utoipa::ToSchema;

use super::requests::{ResetParams, TryParams};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody, ErrorCode},
    extract::{AdminUser, CurrentUser, Query},
    limits::{Limited, Limits, Subject},
    reply::Reply,
    wire::InstantText,
};

/// Keys that are shown.
const SHOWN_KEYS: usize = 10;
/// What stands for whoever is counted, where the caller may not know.
const HIDDEN: &str = "...";

/// What is counted.
#[derive(Debug, Serialize, ToSchema)]
struct RateLimitStats {
    /// Keys with requests that still count.
    #[schema(example = 12)]
    total_keys: u64,
    /// The same by limit.
    by_type: BTreeMap<String, u64>,
    /// Those with most requests, the most first.
    top_limited: Vec<TopLimited>,
}

/// Somebody whose requests are counted.
#[derive(Debug, Serialize, ToSchema)]
struct TopLimited {
    /// The limit and whom it counts; only administrators see whom.
    #[schema(example = "rate_limit:general:...")]
    key: String,
    /// Requests that still count.
    #[schema(example = 42)]
    requests: u32,
    /// Seconds until none does.
    #[schema(example = 17)]
    ttl_seconds: u32,
}

impl TopLimited {
    fn new(counted: LimitedKey, may_see_whom: bool) -> Self {
        let LimitedKey { key, requests, ttl_seconds } = counted;
        let window = LimitKey::window_of(&key);
        let key = if may_see_whom { key } else { LimitKey::new(window, HIDDEN).as_str().to_owned() };
        Self { key, requests, ttl_seconds }
    }
}

/// What is said where requests are not counted.
#[derive(Debug, Serialize, ToSchema)]
struct NotCounted {
    /// Why there is nothing to say.
    #[schema(example = "Requests are not counted")]
    error: &'static str,
}

/// What is counted, if anything is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum RateLimitReport {
    /// Requests are counted.
    Counted(RateLimitStats),
    /// They are not.
    Not(NotCounted),
}

impl RateLimitReport {
    fn of(stats: LimiterStats, may_see_whom: bool) -> Self {
        let top = stats.top.into_iter().take(SHOWN_KEYS);
        Self::Counted(RateLimitStats {
            total_keys: stats.total_keys,
            by_type: stats.by_window,
            top_limited: top.map(|key| TopLimited::new(key, may_see_whom)).collect(),
        })
    }
}

/// Show how often people ask
///
/// Whose requests are counted under which limit, and who asks most. With Redis these are the counts of all servers together. Only
/// administrators see whom a key stands for.
#[utoipa::path(
    tag = "metrics",
    security(("bearer" = [])),
    responses((status = 200, description = "What is counted", body = RateLimitReport))
)]
#[get("/rate-limits")]
pub(super) async fn get_rate_limits(user: CurrentUser, read: Read) -> Result<HttpResponse, ApiError> {
    let report = match &read.app().edge.limiter {
        Some(limiter) => RateLimitReport::of(limiter.stats(SHOWN_KEYS).await, user.0.is_admin),
        None => RateLimitReport::Not(NotCounted { error: "Requests are not counted" }),
    };
    Reply::ok(&report)?.into_response()
}

/// What was forgotten.
#[derive(Debug, Serialize, ToSchema)]
struct ResetResponse {
    /// Always `success`.
    #[schema(example = "success")]
    status: &'static str,
    /// The pattern.
    #[schema(example = "203.0.113.*")]
    pattern: String,
    /// Keys under which nothing is counted any more.
    #[schema(example = 3)]
    limits_reset: u64,
    /// The same in words.
    #[schema(example = "Reset 3 rate limits matching pattern '203.0.113.*'")]
    message: String,
}

/// Let somebody ask again
///
/// Forgets what was counted for whoever fits the pattern, under every limit and on every server.
#[utoipa::path(
    tag = "metrics",
    security(("bearer" = [])),
    params(ResetParams),
    responses(
        (status = 200, description = "What was forgotten", body = ResetResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 503, description = "Requests are not counted", body = ErrorBody),
    )
)]
#[post("/rate-limits/reset")]
pub(super) async fn reset_rate_limits(
    admin: AdminUser,
    read: Read,
    reset: Query<ResetParams>,
) -> Result<HttpResponse, ApiError> {
    let Some(limiter) = &read.app().edge.limiter else {
        return Err(ApiError::new(ErrorCode::Unavailable, "Requests are not counted"));
    };
    let pattern = reset.0;
    let limits_reset = limiter.reset(&pattern).await;
    tracing::info!(user.id = %admin.0.id, keys = limits_reset, "an administrator had counted requests forgotten");
    let message = format!("Reset {limits_reset} rate limits matching pattern '{pattern}'");
    Reply::ok(&ResetResponse { status: "success", pattern, limits_reset, message })?.into_response()
}

/// A request that was not too many.
#[derive(Debug, Serialize, ToSchema)]
struct TryResponse {
    /// That it passed.
    #[schema(example = "This request was within the limit")]
    message: &'static str,
    /// When.
    timestamp: InstantText,
    /// What to expect of the next ones.
    #[schema(example = "Of 5 requests within a minute, 3 pass")]
    note: String,
}

/// Try the limits out
///
/// Answers three times a minute and refuses what comes on top, so that a client can be tested against refusals.
#[utoipa::path(
    tag = "metrics",
    params(TryParams),
    responses(
        (status = 200, description = "The request was not too many", body = TryResponse),
        (status = 429, description = "The request was too many", body = ErrorBody),
    )
)]
#[get("/rate-limits/test")]
pub(super) async fn try_rate_limits(
    limits: Limits,
    read: Read,
    params: Query<TryParams>,
) -> Result<HttpResponse, ApiError> {
    /// As the table of limits has it.
    const PASS: u32 = 3;
    limits.spend(Limited::TestRateLimits, Subject::Nobody).await?;
    let requests = params.0;
    let note = format!("Of {requests} requests within a minute, {} pass", requests.min(PASS));
    let timestamp = read.app().clock.now().into();
    let message = "This request was within the limit";
    Reply::ok(&TryResponse { message, timestamp, note })?.into_response()
}
