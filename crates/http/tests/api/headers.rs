//! Headers of every answer, caching, CORS, compression, HTTPS.

use instainstru_http::HttpSettings;
use instainstru_test_support::builders::a_booking;
use serde_json::json;

use crate::support::{Api, WEDNESDAY, instructor};

#[actix_web::test]
async fn every_answer_is_named_timed_and_guarded() {
    let api = Api::start().await;
    for (path, status) in [("/", 200), ("/health", 200), ("/nowhere", 404), ("/auth/me", 401)] {
        let answer = api.get(path).header("X-Request-ID", "case-7").send().await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("x-request-id"), Some("case-7"));
        assert_eq!(answer.header("x-correlation-id"), Some("case-7"));
        let time = answer.header("x-process-time");
        assert_eq!(time.is_some(), path != "/health", "{path}");
        assert!(time.is_none_or(|time| time.ends_with("ms") && time.contains('.')));
        assert!(answer.header("x-response-time-ms").unwrap().parse::<u64>().is_ok());
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    let answer = api.get("/").header("X-Request-ID", "not sane").header("X-Correlation-ID", "c").send().await;
    assert_eq!(answer.header("x-request-id").map(str::len), Some(36));
    assert_eq!(answer.header("x-correlation-id"), Some("c"));
}

#[actix_web::test]
async fn the_front_door_and_the_health_checks() {
    let api = Api::start().await;
    assert_eq!(
        api.get("/").send().await.expect(200),
        json!({"message": "Welcome to the InstaInstru API", "version": "1.0.0", "docs": "/docs", "environment": "development", "secure": false})
    );
    assert_eq!(
        api.get("/health/").send().await.expect(200),
        json!({"status": "healthy", "service": "instainstru-api", "version": "1.0.0", "environment": "development"})
    );
    assert_eq!(api.get("/health/lite").send().await.expect(200), json!({"status": "ok"}));
    assert_eq!(api.call("HEAD", "/health").send().await.status, 200);
}

#[actix_web::test]
async fn what_is_known_already_is_not_sent_again() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let id = ada.user.id;
    for path in [
        format!("/api/v1/public/instructors/{id}/availability?start_date=2026-07-15"),
        format!("/api/v1/public/instructors/{id}/start-times?start_date=2026-07-15&duration_minutes=60"),
        format!("/api/v1/public/instructors/{id}/next-available"),
        "/services/catalog".to_owned(),
        "/services/categories".to_owned(),
        "/instructors".to_owned(),
        "/instructors?search=piano".to_owned(),
        format!("/instructors/{id}"),
    ] {
        let first = api.get(&path).send().await;
        let tag = first.header("etag").unwrap().to_owned();
        assert!(tag.starts_with("W/\"") && tag.len() == 36, "{tag}");
        for known in
            [tag.clone(), format!("\"x\", {tag}"), tag.trim_start_matches("W/").to_owned(), "*".to_owned()]
        {
            let again = api.get(&path).header("If-None-Match", &known).send().await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
            for header in ["etag", "cache-control"] {
                assert_eq!(again.header(header), first.header(header));
            }
        }
        assert_eq!(api.get(&path).header("If-None-Match", "W/\"x\"").send().await.status, 200);
    }
    let path = format!("/api/public/instructors/{id}/availability?start_date=2026-07-15");
    let before = api.get(&path).send().await.header("etag").unwrap().to_owned();
    let _ = a_booking(&api.store).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let after = api.get(&path).header("If-None-Match", &before).send().await;
    assert_eq!(after.status, 200, "a booking changes what is free");
}

#[actix_web::test]
async fn pages_of_known_origins_may_call() {
    let api = Api::start().await;
    let preflight = |origin: &'static str| {
        api.call("OPTIONS", "/api/v1/bookings")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization, idempotency-key, if-match")
            .send()
    };
    for origin in ["http://localhost:3000", "https://instainstru.com", "https://preview-7.vercel.app"] {
        let answer = preflight(origin).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert!(answer.header("access-control-allow-methods").unwrap().contains("PATCH"));
        assert!(answer.header("access-control-allow-headers").unwrap().contains("idempotency-key"));
        let real = api.get("/auth/me").header("Origin", origin).send().await;
        assert_eq!(real.header("access-control-allow-origin"), Some(origin), "errors too");
        real.refused(401, "UNAUTHORIZED");
    }
    for origin in ["https://evil.com", "https://vercel.app.evil.com", "https://evilvercel.app", "null"] {
        let answer = preflight(origin).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        let real = api.get("/health").header("Origin", origin).send().await;
        assert_eq!((real.status, real.header("access-control-allow-origin")), (200, None));
    }
}

#[actix_web::test]
async fn long_answers_are_compressed_and_short_ones_are_not() {
    let api = Api::start().await;
    let _ada = instructor(&api);
    let long = api.get("/services/catalog").header("Accept-Encoding", "gzip").send().await;
    assert_eq!(long.header("content-encoding"), Some("gzip"));
    assert_eq!(&long.body[..2], b"\x1f\x8b");
    let short = api.get("/health").header("Accept-Encoding", "gzip").send().await;
    assert_eq!(short.header("content-encoding"), None);
    short.expect(200);
    let refused = api.get("/nowhere").header("Accept-Encoding", "gzip").send().await;
    assert_eq!(refused.header("content-encoding"), None);
    refused.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn a_secure_server_insists_on_https_except_for_probes() {
    let api = Api::with(HttpSettings { secure: true, ..HttpSettings::default() }).await;
    let plain = |path: &'static str| {
        api.get(path).header("X-Forwarded-Proto", "http").header("Host", "api.instainstru.com").send()
    };
    let redirect = plain("/instructors?skip=1").await;
    assert_eq!(redirect.status, 301);
    assert_eq!(redirect.header("location"), Some("https://api.instainstru.com/instructors?skip=1"));
    for probe in ["/health", "/health/lite"] {
        assert_eq!(plain(probe).await.status, 200);
    }
    let https = api.get("/instructors").header("X-Forwarded-Proto", "https").send().await;
    assert_eq!(https.status, 200);
    assert_eq!(
        https.header("strict-transport-security"),
        Some("max-age=31536000; includeSubDomains; preload")
    );
}
