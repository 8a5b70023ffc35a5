//! How requests are counted, and what administrators see of the inside.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use instainstru_domain::ports::response_cache::CacheServerInfo;
use instainstru_http::{HttpSettings, MonitoringAccess};
use instainstru_telemetry::{
    Check, SharedRedis,
    process::Machine,
    sources::{Cache, CacheFigures, Pool, PoolFigures},
};
use serde_json::json;

use crate::support::Api;

const KEY: &str = "aVeryGoodKeyOfThirtyTwoCharacte";
const SERIES: &str = "/metrics/prometheus";

async fn scrape(api: &Api) -> String {
    let answer = api.get(SERIES).send().await;
    assert_eq!(answer.status, 200);
    String::from_utf8(answer.body.to_vec()).unwrap()
}

/// The samples of a series, as they are written.
fn samples<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    text.lines()
        .filter(|line| line.starts_with(&format!("{name}{{")) || line.starts_with(&format!("{name} ")))
        .collect()
}

const TOTAL: &str = "instainstru_http_requests_total";

#[actix_web::test]
async fn requests_are_counted_by_method_route_and_status() {
    let api = Api::start().await;
    api.get("/health").send().await.expect(200);
    api.get("/health/").send().await.expect(200);
    api.get("/api/v1/bookings/7").send().await.refused(401, "UNAUTHORIZED");
    api.get("/bookings/8").send().await.refused(401, "UNAUTHORIZED");
    api.delete("/health").send().await.refused(405, "METHOD_NOT_ALLOWED");
    api.call("HEAD", "/health").send().await;
    api.post("/api/v1/auth/login").send().await;
    let text = scrape(&api).await;
    let expected = [
        "instainstru_http_requests_total{endpoint=\"/api/v1/auth/login\",method=\"POST\",status_code=\"422\"} 1",
        "instainstru_http_requests_total{endpoint=\"/api/v1/bookings/{booking_id}\",method=\"GET\",status_code=\"401\"} 1",
        "instainstru_http_requests_total{endpoint=\"/bookings/{booking_id}\",method=\"GET\",status_code=\"401\"} 1",
        "instainstru_http_requests_total{endpoint=\"/health\",method=\"DELETE\",status_code=\"405\"} 1",
        "instainstru_http_requests_total{endpoint=\"/health\",method=\"GET\",status_code=\"200\"} 2",
        "instainstru_http_requests_total{endpoint=\"/health\",method=\"HEAD\",status_code=\"200\"} 1",
    ];
    assert_eq!(samples(&text, TOTAL), expected);
    let durations = samples(&text, "instainstru_http_request_duration_seconds_bucket");
    let of_health: Vec<&&str> =
        durations.iter().filter(|line| line.contains("\"GET\",status_code=\"200\"")).collect();
    assert_eq!(of_health.len(), 12, "11 buckets and one without end");
    assert!(of_health[11].contains("le=\"+Inf\"") && of_health[11].ends_with(" 2"));
    for line in samples(&text, "instainstru_http_requests_in_progress") {
        assert!(line.ends_with(" 0"), "{line}");
    }
}

#[actix_web::test]
async fn reading_the_series_is_not_counted() {
    let api = Api::start().await;
    scrape(&api).await;
    assert_eq!(samples(&scrape(&api).await, TOTAL), [""; 0]);
}

#[actix_web::test]
async fn a_server_that_does_not_measure_counts_nothing_and_answers() {
    let api = Api::with(HttpSettings { is_measured: false, ..HttpSettings::default() }).await;
    api.get("/health").send().await.expect(200);
    let text = scrape(&api).await;
    assert_eq!(samples(&text, TOTAL), [""; 0]);
    assert!(text.contains("process_resident_memory_bytes"), "{text}");
}

#[actix_web::test]
async fn whatever_is_asked_for_there_are_only_so_many_series() {
    let api = Api::start().await;
    for nth in 0..2_000 {
        api.get(&format!("/nowhere/{nth}")).send().await.refused(404, "NOT_FOUND");
    }
    for nth in 0..50 {
        api.get(&format!("/api/public/instructors/{nth}/availability?start_date=x")).send().await;
        api.call(&format!("BREW{nth}"), "/health").send().await;
    }
    let text = scrape(&api).await;
    let found = samples(&text, TOTAL);
    assert_eq!(found.len(), 3, "{found:#?}");
    let unmatched =
        "instainstru_http_requests_total{endpoint=\"unmatched\",method=\"GET\",status_code=\"404\"} 2000";
    assert!(found.contains(&unmatched), "{found:#?}");
    assert!(found.contains(
        &"instainstru_http_requests_total{endpoint=\"/health\",method=\"OTHER\",status_code=\"405\"} 50"
    ));
}

#[actix_web::test]
async fn the_series_are_public_unless_the_operator_says_otherwise() {
    let api = Api::start().await;
    let answer = api.get(SERIES).send().await;
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store, must-revalidate"));
    assert_eq!((answer.header("pragma"), answer.header("expires")), (Some("no-cache"), Some("0")));

    let guarding = |key| MonitoringAccess::with_key(key).guarding_series(true);
    let private = |key| HttpSettings { monitoring: guarding(key), ..HttpSettings::default() };
    let api = Api::with(private(Some(KEY))).await;
    api.get(SERIES).send().await.refused(403, "FORBIDDEN");
    api.get(SERIES).header("Authorization", "Bearer wrong").send().await.refused(403, "FORBIDDEN");
    let bearer = format!("Bearer {KEY}");
    for (header, value) in [("X-Monitoring-API-Key", KEY), ("X-API-Key", KEY), ("Authorization", &bearer)] {
        assert_eq!(api.get(SERIES).header(header, value).send().await.status, 200, "{header}");
    }
    let api = Api::with(private(None)).await;
    api.get(SERIES).header("X-API-Key", KEY).send().await.refused(503, "SERVICE_UNAVAILABLE");
    api.get("/metrics/health").send().await.expect(200);
}

#[actix_web::test]
async fn the_series_take_no_other_method() {
    let api = Api::start().await;
    let answer = api.post(SERIES).send().await;
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
    answer.refused(405, "METHOD_NOT_ALLOWED");
}

#[actix_web::test]
async fn a_sign_of_life_needs_nothing() {
    let api = Api::start().await;
    for path in ["/metrics/health", "/api/v1/metrics/health"] {
        let answer = api.get(path).send().await;
        assert_eq!(answer.header("x-process-time").is_some(), path.starts_with("/api"), "{path}");
        assert_eq!(answer.expect(200), json!({"status": "healthy", "service": "InstaInstru API"}));
    }
}

#[actix_web::test]
async fn only_administrators_see_the_inside() {
    let api = Api::start().await;
    let (student, admin) = (api.student(), api.admin());
    for (method, path) in [
        ("GET", "/metrics/performance"),
        ("GET", "/metrics/cache"),
        ("GET", "/metrics/cache/availability"),
        ("POST", "/metrics/cache/reset-stats"),
        ("GET", "/metrics/slow-queries"),
    ] {
        for path in [path.to_owned(), format!("/api/v1{path}")] {
            api.call(method, &path).send().await.refused(401, "UNAUTHORIZED");
            api.call(method, &path).by(&student).send().await.refused(403, "FORBIDDEN");
            assert_eq!(api.call(method, &path).by(&admin).send().await.status, 200, "{method} {path}");
        }
    }
}

struct Fixed;

impl Pool for Fixed {
    fn figures(&self) -> PoolFigures {
        PoolFigures { size: 10, open: 3, idle: 2 }
    }
}

#[derive(Clone, Default)]
struct Forgetful(Arc<AtomicBool>);

impl Cache for Forgetful {
    fn figures(&self) -> CacheFigures {
        let hits = if self.0.load(Ordering::SeqCst) { 0 } else { 95 };
        CacheFigures {
            hits,
            misses: 5,
            availability_hits: 9,
            availability_misses: 1,
            ..CacheFigures::default()
        }
    }

    fn reset(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[actix_web::test]
async fn administrators_see_how_operations_fare() {
    let api = Api::start().await;
    let admin = api.admin();
    let operation = api.telemetry.operations().operation("BookingService", "create_booking");
    operation.ended(Duration::from_secs(3), None);
    operation.ended(Duration::from_secs(1), Some("BOOKING_CONFLICT"));
    let _never_runs = api.telemetry.operations().operation("BookingService", "cancel_booking");
    let shown = api.get("/metrics/performance").by(&admin).send().await.expect(200);
    let expected = json!({
        "count": 2, "avg_time": 2.0, "min_time": 1.0, "max_time": 3.0, "total_time": 4.0,
        "success_rate": 0.5, "success_count": 1, "failure_count": 1,
    });
    assert_eq!(shown["booking_service"], json!({"create_booking": expected}), "and none that never ran");
    assert_eq!((&shown["conflict_checker"], &shown["availability_service"]), (&json!({}), &json!({})));
    assert_eq!((&shown["database"], &shown["system"]), (&json!({}), &json!({})), "nothing is known of them");

    api.telemetry.watch_pool(Arc::new(Fixed));
    api.telemetry.watch_machine(Machine::new(std::env::temp_dir()));
    let shown = api.get("/metrics/performance").by(&admin).send().await.expect(200);
    let pool = json!({"size": 10, "checked_in": 2, "checked_out": 1, "total": 3, "overflow": 0});
    assert_eq!(shown["database"], json!({"active_connections": 1, "pool_status": pool}));
    for known in ["memory_percent", "disk_usage"] {
        assert!((0.0..=100.0).contains(&shown["system"][known].as_f64().unwrap()), "{known}");
    }
}

#[actix_web::test]
async fn administrators_see_what_the_cache_counted_and_reset_it() {
    let api = Api::start().await;
    let admin = api.admin();
    for path in ["/metrics/cache", "/metrics/cache/availability"] {
        let shown = api.get(path).by(&admin).send().await.expect(200);
        assert_eq!(shown, json!({"status": "no cache"}), "{path}");
    }
    let reset = api.post("/metrics/cache/reset-stats").by(&admin).send().await.expect(200);
    assert!(reset["status"].as_str().unwrap().contains("no cache"), "{reset}");

    api.telemetry.watch_cache(Arc::new(Forgetful::default()));
    let shown = api.get("/metrics/cache").by(&admin).send().await.expect(200);
    assert_eq!((&shown["hits"], &shown["hit_rate"]), (&json!(95), &json!("95.00%")));
    assert_eq!(shown["availability_metrics"]["availability_hit_rate"], "90.00%");
    assert_eq!(shown["performance_insights"], json!(["The hit rate is excellent"]));
    assert_eq!(shown["redis_info"], json!({}));
    let shown = api.get("/metrics/cache/availability").by(&admin).send().await.expect(200);
    assert_eq!(shown["availability_cache_metrics"]["cache_efficiency"], "excellent");
    api.post("/metrics/cache/reset-stats").by(&admin).send().await.expect(200);
    let shown = api.get("/metrics/cache").by(&admin).send().await.expect(200);
    assert_eq!(shown["hits"], 0);
    assert!(scrape(&api).await.contains("instainstru_cache_misses_total 5"));
}

#[actix_web::test]
async fn slow_queries_are_summed_up_by_their_text() {
    let api = Api::start().await;
    let admin = api.admin();
    for ms in [150, 250] {
        api.telemetry.slow_statement("SELECT 1", Duration::from_millis(ms));
    }
    let shown = api.get("/metrics/slow-queries").by(&admin).send().await.expect(200);
    let expected = json!({"query": "SELECT 1", "avg_time_ms": 200.0, "calls": 2, "total_time_ms": 400.0});
    assert_eq!(shown, json!({"slow_queries": [expected]}));
}

struct Flaky(Arc<AtomicBool>);

impl Check for Flaky {
    fn name(&self) -> &'static str {
        "database"
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.0.load(Ordering::SeqCst) { Err("unreachable") } else { Ok(()) }
    }
}

#[actix_web::test]
async fn a_server_without_redis_says_so_and_is_ready() {
    let api = Api::start().await;
    let redis = SharedRedis::default();
    api.telemetry.add_check(redis.clone());
    for (said, state) in [(None, "unreachable"), (Some(CacheServerInfo::default()), "ok")] {
        redis.said(said);
        let ready = json!({"status": "ready", "checks": {"redis": state}});
        assert_eq!(api.get("/ready").send().await.expect(200), ready);
    }
}

#[actix_web::test]
async fn a_server_is_ready_while_everything_it_needs_can_be_used_and_it_does_not_stop() {
    let api = Api::start().await;
    let is_away = Arc::new(AtomicBool::new(false));
    api.telemetry.add_check(Flaky(Arc::clone(&is_away)));
    let ready = json!({"status": "ready", "checks": {"database": "ok"}});
    assert_eq!(api.get("/ready").send().await.expect(200), ready);
    is_away.store(true, Ordering::SeqCst);
    let answer = api.get("/ready").send().await;
    assert_eq!(answer.header("retry-after"), Some("1"));
    let refused = answer.refused(503, "SERVICE_UNAVAILABLE");
    assert_eq!(refused["details"], json!({"status": "not_ready", "checks": {"database": "unreachable"}}));
    api.get("/health").send().await.expect(200);
    is_away.store(false, Ordering::SeqCst);
    api.telemetry.drain();
    let refused = api.get("/ready").send().await.refused(503, "SERVICE_UNAVAILABLE");
    assert_eq!(refused["details"], json!({"status": "draining", "checks": {"database": "ok"}}));
    api.get("/health/lite").send().await.expect(200);
}
