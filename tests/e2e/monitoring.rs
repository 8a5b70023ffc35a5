//! What a running server tells of itself.

use std::{collections::BTreeSet, thread, time::Duration};

use serde_json::json;

use crate::{
    api::{Api, PASSWORD},
    home::Home,
    market::fresh_email,
    on_both_databases,
};

const KEY: &str = "aVeryGoodKeyOfThirtyTwoCharacte";

on_both_databases![
    a_scrape_after_real_traffic_has_every_series_of_the_manual,
    a_server_that_stops_says_so_while_it_drains,
    production_shows_monitoring_to_whoever_has_the_key,
];

fn scrape(api: &Api) -> String {
    let reply = api.get("/metrics/prometheus").unwrap();
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.text
}

/// The value of a sample.
fn value(text: &str, sample: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
}

/// The series that the manual lists for every server.
fn listed() -> BTreeSet<String> {
    let manual = include_str!("../../docs/MONITORING.md");
    manual
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter(|(_name, rest)| ["histogram", "counter", "gauge"].iter().any(|kind| rest.starts_with(kind)))
        .map(|(name, _rest)| name.to_owned())
        .collect()
}

fn a_scrape_after_real_traffic_has_every_series_of_the_manual(home: &Home) {
    let server = home.start(&[]);
    let visitor = Api::visitor(server.base());
    let email = fresh_email("student");
    Api::register(server.base(), &email, "student").unwrap();
    visitor.get("/api/v1/search/instructors?q=underwater%20basket%20weaving").unwrap().expect(200).unwrap();
    visitor.get("/instructors/4711").unwrap().refused(404, "NOT_FOUND").unwrap();
    visitor.get("/nowhere/at/all").unwrap().expect(404).unwrap();
    assert!(Api::log_in(server.base(), &email, "Wrong-Horse-9").is_err());
    Api::log_in(server.base(), &email, PASSWORD).unwrap();

    let counted = "instainstru_outbox_counted_age_seconds";
    let text = (0..100)
        .map(|_attempt| {
            thread::sleep(Duration::from_millis(50));
            scrape(&visitor)
        })
        .find(|text| text.contains(counted))
        .unwrap();
    let found: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .map(|(name, _kind)| name.to_owned())
        .collect();
    assert_eq!(found, listed());

    for (sample, expected) in [
        (r#"instainstru_http_requests_total{endpoint="/auth/login",method="POST",status_code="200"}"#, 2.0),
        (r#"instainstru_http_requests_total{endpoint="/auth/login",method="POST",status_code="401"}"#, 1.0),
        (r#"instainstru_http_requests_total{endpoint="unmatched",method="GET",status_code="404"}"#, 1.0),
        (
            r#"instainstru_service_operations_total{operation="register_user",service="AuthService",status="success"}"#,
            1.0,
        ),
        (
            r#"instainstru_errors_total{error_type="UNAUTHORIZED",operation="authenticate_user",service="AuthService"}"#,
            1.0,
        ),
        (
            r#"instainstru_errors_total{error_type="NOT_FOUND",operation="get_instructor_profile",service="InstructorService"}"#,
            1.0,
        ),
        ("instainstru_search_queries_total", 1.0),
        ("instainstru_search_queries_without_results_total", 1.0),
        (r#"instainstru_outbox_dead{consumer="mail"}"#, 0.0),
    ] {
        assert_eq!(value(&text, sample), Some(expected), "{sample}\n{text}");
    }
    assert!(!text.contains("/metrics/prometheus"), "reading is not counted");
    for (sample, least) in [
        ("process_resident_memory_bytes", 1e6),
        ("instainstru_db_pool_connections_max", 1.0),
        ("process_open_fds", 3.0),
    ] {
        assert!(value(&text, sample).unwrap() >= least, "{sample}");
    }

    let ready = visitor.get("/ready").unwrap().expect(200).unwrap();
    let checks = json!({"database": "ok", "migrations": "ok", "search_index": "ok"});
    assert_eq!(ready, json!({"status": "ready", "checks": checks}));
    let dashboard = visitor.get("/api/v1/monitoring/dashboard").unwrap().expect(200).unwrap();
    assert!(dashboard["database"]["pool"]["total"].as_u64().unwrap() >= 1, "{dashboard}");
    server.stop();
}

fn a_server_that_stops_says_so_while_it_drains(home: &Home) {
    let mut server = home.start(&[("DRAIN_SECONDS", "300")]);
    let visitor = Api::visitor(server.base());
    visitor.get("/ready").unwrap().expect(200).unwrap();
    server.signal("TERM");
    let refused = (0..500)
        .find_map(|_attempt| {
            thread::sleep(Duration::from_millis(10));
            visitor.get("/ready").unwrap().refused(503, "SERVICE_UNAVAILABLE").ok()
        })
        .unwrap();
    assert_eq!(refused["details"]["status"], "draining");
    visitor.apart().get("/health").unwrap().expect(200).unwrap();
    // Who does not want to wait says so again.
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
}

fn production_shows_monitoring_to_whoever_has_the_key(home: &Home) {
    let production = [
        ("ENVIRONMENT", "production"),
        ("SECRET_KEY", "5f0c9b1e7a2d4c6880e3b5d7f9a1c2e4"),
        ("HOST", "127.0.0.1"),
        ("BCRYPT_COST", "10"),
    ];
    if home.is_postgres() {
        home.succeed(&["migrate"], &production);
    }
    let dashboard = |server: &crate::home::Server, headers: &[(&str, &str)]| {
        let path = "/api/monitoring/dashboard";
        Api::visitor(server.base()).send("GET", path, None, headers).unwrap()
    };
    let server = home.start(&production);
    dashboard(&server, &[("X-API-Key", KEY)]).refused(503, "SERVICE_UNAVAILABLE").unwrap();
    scrape(&Api::visitor(server.base()));
    server.stop();
    let key = home.succeed(&["keygen", "--monitoring"], &[]);
    let key = key.trim();
    let with_key = [&production[..], &[("MONITORING_API_KEY", key), ("METRICS_PUBLIC", "false")]].concat();
    let server = home.start(&with_key);
    dashboard(&server, &[]).refused(403, "FORBIDDEN").unwrap();
    dashboard(&server, &[("X-Monitoring-API-Key", KEY)]).refused(403, "FORBIDDEN").unwrap();
    for header in ["X-Monitoring-API-Key", "X-API-Key"] {
        dashboard(&server, &[(header, key)]).expect(200).unwrap();
    }
    let visitor = Api::visitor(server.base());
    visitor.get("/metrics/prometheus").unwrap().refused(403, "FORBIDDEN").unwrap();
    let bearer = format!("Bearer {key}");
    let scraped = visitor.send("GET", "/metrics/prometheus", None, &[("Authorization", &bearer)]).unwrap();
    assert_eq!(scraped.status, 200);
    assert!(scraped.text.contains("instainstru_build_info{"));
    server.stop();
}
