//! What operators see, and who counts as one.

use std::{sync::Arc, time::Duration};

use instainstru_domain::{
    alert::{AlertKind, IssueUrl, NewAlert},
    ids::AlertId,
    ports::{StorageError, TransactorExt as _},
};
use instainstru_http::{HttpSettings, MonitoringAccess};
use instainstru_service::alerts::{AlertService, AlertUseCases as _};
use instainstru_telemetry::sources::{Cache, CacheFigures, Pool, PoolFigures};
use jiff::SignedDuration;
use serde_json::json;

use crate::support::{Api, assert_field};

const KEY: &str = "aVeryGoodKeyOfThirtyTwoCharacte";
const GUARDED: [(&str, &str); 8] = [
    ("GET", "/dashboard"),
    ("GET", "/slow-queries"),
    ("GET", "/slow-requests"),
    ("GET", "/cache/extended-stats"),
    ("GET", "/alerts/recent"),
    ("GET", "/alerts/summary"),
    ("GET", "/alerts/live"),
    ("POST", "/alerts/acknowledge/high_memory_usage"),
];

async fn api(access: MonitoringAccess) -> Api {
    Api::with(HttpSettings { monitoring: access, ..HttpSettings::default() }).await
}

fn production(key: Option<&str>) -> MonitoringAccess {
    MonitoringAccess::with_key(key).guarding_monitoring(true)
}

struct SomePool(PoolFigures);

impl Pool for SomePool {
    fn figures(&self) -> PoolFigures {
        self.0
    }
}

struct SomeCache(CacheFigures);

impl Cache for SomeCache {
    fn figures(&self) -> CacheFigures {
        self.0.clone()
    }

    fn reset(&self) {}
}

/// Raises an alert now.
fn raise(api: &Api, kind: AlertKind, message: &str) {
    let (store, clock) = (Arc::new(api.store.clone()), Arc::new(api.clock.clone()));
    let alert = NewAlert::new(kind, message, api.telemetry.now()).saying("duration_ms", 1203);
    AlertService::new(store, clock).raise(&alert).unwrap().unwrap();
}

#[actix_web::test]
async fn in_production_either_header_with_the_key_opens_every_door_and_nothing_else_does() {
    let api = api(production(Some(KEY))).await;
    for base in ["/api/v1/monitoring", "/api/monitoring"] {
        for (method, path) in GUARDED {
            let path = format!("{base}{path}");
            for header in ["X-Monitoring-API-Key", "X-API-Key"] {
                let answer = api.call(method, &path).header(header, KEY).send().await;
                assert_eq!(answer.status, 200, "{method} {path} {header}");
                for wrong in ["", "wrong", KEY.trim_start_matches('a'), &KEY.to_uppercase()] {
                    let answer = api.call(method, &path).header(header, wrong).send().await;
                    answer.refused(403, "FORBIDDEN");
                }
            }
            api.call(method, &path).send().await.refused(403, "FORBIDDEN");
            let admin = api.admin();
            api.call(method, &path).by(&admin).send().await.refused(403, "FORBIDDEN");
        }
    }
}

#[actix_web::test]
async fn production_without_a_key_shows_monitoring_to_nobody() {
    let api = api(production(None)).await;
    for (method, path) in GUARDED {
        let path = format!("/api/monitoring{path}");
        for key in ["", KEY] {
            let answer = api.call(method, &path).header("X-Monitoring-API-Key", key).send().await;
            let refused = answer.refused(503, "SERVICE_UNAVAILABLE");
            assert!(refused["detail"].as_str().unwrap().contains("MONITORING_API_KEY"), "{refused}");
        }
    }
}

#[actix_web::test]
async fn outside_production_no_key_is_needed() {
    for key in [None, Some(KEY)] {
        let api = api(MonitoringAccess::with_key(key)).await;
        for (method, path) in GUARDED {
            let answer = api.call(method, &format!("/api/v1/monitoring{path}")).send().await;
            assert_eq!(answer.status, 200, "{method} {path}");
        }
    }
}

#[actix_web::test]
async fn the_dashboard_shows_what_is_known_and_leaves_out_what_is_not() {
    let api = Api::start().await;
    let shown = api.get("/api/v1/monitoring/dashboard").send().await.expect(200);
    assert_eq!((&shown["status"], &shown["timestamp"]), (&json!("ok"), &json!("2026-07-13T12:00:00Z")));
    for unknown in ["/cache", "/database/pool", "/database/current_pool_usage_percent"] {
        assert_eq!(shown.pointer(unknown), None, "{unknown}");
    }
    assert_eq!(shown["requests"]["active_count"], 1, "this one");
    assert_eq!(shown["alerts"], json!({"active_types": [], "last_alert_times": {}}));
    assert_eq!(shown["recommendations"], json!([]));
    assert!(shown["memory"]["rss_mb"].as_f64().unwrap() > 1.0);

    api.telemetry.watch_pool(Arc::new(SomePool(PoolFigures { size: 10, open: 9, idle: 1 })));
    api.telemetry.watch_cache(Arc::new(SomeCache(CacheFigures {
        hits: 1,
        misses: 1,
        ..CacheFigures::default()
    })));
    api.telemetry.sample();
    for _nth in 0..6 {
        api.telemetry.slow_statement("SELECT 1", Duration::from_millis(101));
    }
    raise(&api, AlertKind::HighMemoryUsage, "Full.");
    let shown = api.get("/api/monitoring/dashboard").send().await.expect(200);
    let database = &shown["database"];
    assert_eq!(
        database["pool"],
        json!({"size": 10, "checked_in": 1, "checked_out": 8, "total": 9, "overflow": 0})
    );
    assert_eq!(
        (&database["current_pool_usage_percent"], &database["average_pool_usage_percent"]),
        (&json!(80.0), &json!(80.0))
    );
    assert_eq!(
        (&database["slow_queries_count"], database["recent_slow_queries"].as_array().map(Vec::len)),
        (&json!(6), Some(5))
    );
    let cache = &shown["cache"];
    assert_eq!(
        (&cache["hit_rate"], &cache["healthy"], &cache["total_requests"]),
        (&json!("50.00%"), &json!(false), &json!(2))
    );
    assert_eq!(shown["alerts"]["active_types"], json!(["high_memory_usage"]));
    assert_eq!(shown["alerts"]["last_alert_times"]["high_memory_usage"], "2026-07-13T12:00:00Z");
    assert_eq!(shown["recommendations"][0]["type"], "database");
    let noticed: Vec<AlertKind> = api.telemetry.take_noticed().iter().map(|alert| alert.kind).collect();
    assert_eq!(noticed, [AlertKind::LowCacheHitRate], "because somebody looked");
}

#[actix_web::test]
async fn slow_queries_are_listed_newest_first_and_in_full_when_very_slow() {
    let api = Api::start().await;
    let long = format!("SELECT {}\n FROM users", "x, ".repeat(100));
    api.telemetry.slow_statement(&long, Duration::from_millis(501));
    api.telemetry.slow_statement("SELECT\n 1", Duration::from_millis(500));
    let listed = api.get("/api/monitoring/slow-queries?limit=2").send().await.expect(200);
    assert_eq!(listed["total_count"], 2);
    let (first, second) = (&listed["slow_queries"][0], &listed["slow_queries"][1]);
    assert_eq!(
        first,
        &json!({"timestamp": "2026-07-13T12:00:00Z", "duration_ms": 500.0, "query": "SELECT 1"})
    );
    assert_eq!(second["query"].as_str().unwrap().len(), 200);
    assert_eq!(second["full_query"], long);
    let one = api.get("/api/monitoring/slow-queries?limit=1").send().await.expect(200);
    assert_eq!((&one["total_count"], one["slow_queries"].as_array().map(Vec::len)), (&json!(2), Some(1)));
}

#[actix_web::test]
async fn no_more_than_a_hundred_slow_queries_are_remembered() {
    let api = Api::start().await;
    for nth in 0..150 {
        api.telemetry.slow_statement(&format!("SELECT {nth}"), Duration::from_millis(101));
    }
    let listed = api.get("/api/monitoring/slow-queries?limit=100").send().await.expect(200);
    assert_eq!(
        (&listed["total_count"], &listed["slow_queries"][0]["query"]),
        (&json!(100), &json!("SELECT 149"))
    );
}

#[actix_web::test]
async fn fast_requests_are_not_listed_as_slow() {
    let api = Api::start().await;
    api.get("/health").send().await.expect(200);
    let listed = api.get("/api/monitoring/slow-requests").send().await.expect(200);
    assert_eq!(listed, json!({"slow_requests": [], "total_count": 0}));
}

#[actix_web::test]
async fn alerts_are_listed_summed_up_shown_live_and_acknowledged() {
    let api = Api::start().await;
    raise(&api, AlertKind::HighMemoryUsage, "Full.");
    api.clock.advance(SignedDuration::from_hours(1));
    raise(&api, AlertKind::ExtremelySlowQuery, &"é".repeat(101));

    let recent = api.get("/api/monitoring/alerts/recent").send().await.expect(200);
    assert_eq!((&recent["total"], &recent["hours"]), (&json!(2), &json!(24)));
    let newest = &recent["alerts"][0];
    assert_eq!(newest["type"], "extremely_slow_query");
    assert_eq!(newest["severity"], "critical");
    assert_eq!(newest["title"], "Performance Alert: Extremely Slow Query");
    assert_eq!(newest["created_at"], "2026-07-13T13:00:00Z");
    assert_eq!((&newest["email_sent"], &newest["github_issue"]), (&json!(false), &json!(null)));
    assert_eq!(newest["details"], json!({"duration_ms": "1203"}));
    for (query, count) in
        [("?severity=warning", 1), ("?limit=1", 1), ("?hours=1", 2), ("?hours=720&limit=500", 2)]
    {
        let found = api.get(&format!("/api/monitoring/alerts/recent{query}")).send().await.expect(200);
        assert_eq!(found["total"], count, "{query}");
    }

    let summary = api.get("/api/monitoring/alerts/summary?days=2").send().await.expect(200);
    assert_eq!(
        summary,
        json!({
            "days": 2,
            "by_type": {"extremely_slow_query": 1, "high_memory_usage": 1},
            "by_severity": {"critical": 1, "warning": 1},
            "by_day": [{"date": "2026-07-13", "count": 2}, {"date": "2026-07-12", "count": 0}],
            "total": 2,
        })
    );

    let live = api.get("/api/monitoring/alerts/live").send().await.expect(200);
    assert_eq!((&live["minutes"], &live["count"]), (&json!(5), &json!(1)));
    let alert = &live["alerts"][0];
    assert_eq!((&alert["time"], &alert["severity"]), (&json!("13:00:00"), &json!("CRITICAL")));
    assert_eq!(alert["message"], format!("{}...", "é".repeat(100)));

    let path = "/api/v1/monitoring/alerts/acknowledge/extremely_slow_query";
    for _time in 0..2 {
        let done = api.post(path).send().await.expect(200);
        assert_eq!(done, json!({"status": "acknowledged", "alert_type": "extremely_slow_query"}));
    }
    let entries = api.store.audit_entries();
    assert_eq!((entries.len(), entries[0].actor), (1, None));
    assert_eq!(entries[0].detail.facts()["by"], "monitoring key");
    let issue = IssueUrl::new("https://github.com/studio/shop/issues/7").unwrap();
    let id = AlertId::new(newest["id"].as_i64().unwrap()).unwrap();
    api.store.transaction::<_, StorageError>(|uow| uow.alerts().note_issue(id, &issue)).unwrap();
    let recent = api.get("/api/monitoring/alerts/recent?limit=1").send().await.expect(200);
    assert_eq!(recent["alerts"][0]["acknowledged_at"], "2026-07-13T13:00:00Z");
    assert_eq!(recent["alerts"][0]["github_issue"], issue.as_str());
    let dashboard = api.get("/api/monitoring/dashboard").send().await.expect(200);
    assert_eq!(dashboard["alerts"]["active_types"], json!([]));
}

#[actix_web::test]
async fn kinds_of_alerts_that_do_not_exist_are_not_found() {
    let api = Api::start().await;
    for kind in ["nothing", "%00", "HIGH_MEMORY_USAGE"] {
        let path = format!("/api/monitoring/alerts/acknowledge/{kind}");
        api.post(&path).send().await.refused(404, "NOT_FOUND");
    }
}

#[actix_web::test]
async fn limits_that_make_no_sense_are_refused() {
    let api = Api::start().await;
    for (path, field) in [
        ("slow-queries?limit=0", "limit"),
        ("slow-requests?limit=101", "limit"),
        ("alerts/recent?hours=721", "hours"),
        ("alerts/recent?limit=x", "limit"),
        ("alerts/recent?severity=CRITICAL", "severity"),
        ("alerts/summary?days=31", "days"),
        ("alerts/live?minutes=-1", "minutes"),
    ] {
        let refused =
            api.get(&format!("/api/monitoring/{path}")).send().await.refused(422, "VALIDATION_ERROR");
        assert_field(&refused, field);
    }
}

#[actix_web::test]
async fn the_counters_of_a_cache_are_shown_when_there_is_one() {
    let api = Api::start().await;
    let path = "/api/v1/monitoring/cache/extended-stats";
    assert_eq!(api.get(path).send().await.expect(200), json!({"status": "no cache"}));
    api.telemetry.watch_cache(Arc::new(SomeCache(CacheFigures {
        hits: 3,
        misses: 1,
        ..CacheFigures::default()
    })));
    let shown = api.get(path).send().await.expect(200);
    assert_eq!((&shown["hits"], &shown["hit_rate"]), (&json!(3), &json!("75.00%")));
    assert_eq!((shown.get("redis"), shown.get("circuit_breaker")), (None, None));
}
