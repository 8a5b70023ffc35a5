//! What administrators and others see of the limits, and trying them out.

use std::sync::Arc;

use instainstru_domain::ports::{
    RateLimiter as _,
    rate_limiter::{LimitKey, Quota},
};
use instainstru_http::{Edge, HttpSettings};
use instainstru_test_support::edge::PlainLimiter;
use serde_json::json;

use crate::support::Api;

const HERE: &str = "/metrics/rate-limits";

async fn counting() -> (Api, PlainLimiter) {
    let limiter = PlainLimiter::default();
    let edge = Edge { cache: None, limiter: Some(Arc::new(limiter.clone())) };
    (Api::behind(edge, HttpSettings::default()).await, limiter)
}

async fn spend(limiter: &PlainLimiter, window: &str, who: &str, times: u32) {
    let quota = Quota::per_minute(100.try_into().unwrap());
    for _time in 0..times {
        limiter.spend(&LimitKey::new(window, who), quota).await;
    }
}

#[actix_web::test]
async fn everybody_sees_what_is_counted_and_administrators_see_whom() {
    let (api, limiter) = counting().await;
    let (tom, root) = (api.student(), api.admin());
    spend(&limiter, "general", "203.0.113.7", 42).await;
    spend(&limiter, "create_booking_20perminute", "user_7", 20).await;
    api.get(HERE).send().await.refused(401, "UNAUTHORIZED");
    let hidden = api.get(HERE).by(&tom).send().await.expect(200);
    // The request itself is counted, too.
    let by_type = json!({"create_booking_20perminute": 1, "general": 2});
    assert_eq!(hidden["by_type"], by_type);
    assert_eq!(hidden["total_keys"], 3);
    let first = json!({"key": "rate_limit:general:...", "requests": 42, "ttl_seconds": 60});
    assert_eq!(hidden["top_limited"][0], first);
    assert_eq!(hidden["top_limited"][1]["key"], "rate_limit:create_booking_20perminute:...");
    let shown = api.get("/api/v1/metrics/rate-limits").by(&root).send().await.expect(200);
    assert_eq!(shown["top_limited"][0]["key"], "rate_limit:general:203.0.113.7");
}

#[actix_web::test]
async fn administrators_let_somebody_ask_again() {
    let (api, limiter) = counting().await;
    let (tom, root) = (api.student(), api.admin());
    spend(&limiter, "create_booking_20perminute", "user_7", 20).await;
    let reset = "/metrics/rate-limits/reset?pattern=user_7";
    api.post(reset).send().await.refused(401, "UNAUTHORIZED");
    api.post(reset).by(&tom).send().await.refused(403, "FORBIDDEN");
    let done = api.post(reset).by(&root).send().await.expect(200);
    let message = "Reset 1 rate limits matching pattern 'user_7'";
    assert_eq!(
        done,
        json!({"status": "success", "pattern": "user_7", "limits_reset": 1, "message": message})
    );
    assert!(limiter.counted().iter().all(|(key, _count)| !key.contains("user_7")));
    for wrong in ["", "?pattern=", &format!("?pattern={}", "x".repeat(201))] {
        let path = format!("/metrics/rate-limits/reset{wrong}");
        api.post(&path).by(&root).send().await.refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn where_nothing_is_counted_there_is_nothing_to_show_or_to_forget() {
    let api = Api::start().await;
    let root = api.admin();
    let report = api.get(HERE).by(&root).send().await.expect(200);
    assert_eq!(report, json!({"error": "Requests are not counted"}));
    let reset = api.post("/metrics/rate-limits/reset?pattern=*").by(&root).send().await;
    reset.refused(503, "SERVICE_UNAVAILABLE");
    for _time in 0..4 {
        api.get("/metrics/rate-limits/test").send().await.expect(200);
    }
}

#[actix_web::test]
async fn the_limits_are_tried_out_three_times_a_minute() {
    let (api, limiter) = counting().await;
    let answer = api.get("/metrics/rate-limits/test").send().await.expect(200);
    assert_eq!(answer["message"], "This request was within the limit");
    assert_eq!(answer["timestamp"], "2026-07-13T12:00:00Z");
    assert_eq!(answer["note"], "Of 5 requests within a minute, 3 pass");
    for wrong in ["0", "21", "x"] {
        let path = format!("/metrics/rate-limits/test?requests={wrong}");
        api.get(&path).send().await.refused(422, "VALIDATION_ERROR");
    }
    // What makes no sense costs nothing of this limit.
    let two = api.get("/metrics/rate-limits/test?requests=2").send().await.expect(200);
    assert_eq!(two["note"], "Of 2 requests within a minute, 2 pass");
    api.get("/api/v1/metrics/rate-limits/test").send().await.expect(200);
    let refused = api.get("/metrics/rate-limits/test").send().await;
    assert_eq!(refused.refused(429, "RATE_LIMIT_EXCEEDED")["retry_after"], 60);
    let key = "rate_limit:test_rate_limits_3perminute:unknown".to_owned();
    assert!(limiter.counted().contains(&(key, 3)));
}
