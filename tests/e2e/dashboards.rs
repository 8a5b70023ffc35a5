//! The dashboards and alerts that are shipped, asked of a real Prometheus that scrapes a real server.

use std::{collections::BTreeMap, fs, process::Command};

use instainstru_test_support::redis::PrivateRedis;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    api::{Api, PASSWORD},
    home::Home,
    market::{Instructor, fresh_email, instructor, student},
    prometheus::{Prometheus, program, shipped, until},
    promql::{Named, named},
};

/// A Wednesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-15T14:00:00Z");
const NEXT_MONDAY: Date = date(2026, 7, 20);

/// The uids and titles that links and bookmarks of 2025 know.
const DASHBOARDS: [(&str, &str); 3] = [
    ("instainstru-api-health", "InstaInstru API Health"),
    ("instainstru-business-metrics", "InstaInstru Business Metrics"),
    ("instainstru-service-performance", "InstaInstru Service Performance"),
];

/// An expression and where it stands.
struct Expression {
    place: String,
    text: String,
}

fn dashboards() -> BTreeMap<String, Value> {
    let files = fs::read_dir(shipped("grafana/dashboards")).unwrap().map(|file| file.unwrap().path());
    let read = |file| serde_json::from_str::<Value>(&fs::read_to_string(file).unwrap()).unwrap();
    files.map(read).map(|dashboard| (dashboard["uid"].as_str().unwrap().to_owned(), dashboard)).collect()
}

/// Every expression of a dashboard, with every value of its variables.
fn expressions(dashboard: &Value) -> Vec<Expression> {
    let title = dashboard["title"].as_str().unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| {
        let targets = panel["targets"].as_array().cloned().unwrap_or_default();
        assert!(!targets.is_empty() || panel["type"] == "text", "{panel} shows nothing");
        targets.into_iter().map(|target| (panel["title"].clone(), target["expr"].clone()))
    });
    let variables = dashboard["templating"]["list"].as_array().unwrap().iter();
    let variables = variables.map(|variable| {
        let query = variable["query"]["query"].as_str().unwrap();
        // `label_values(selector, label)` asks for the values that one label has.
        let (selector, label) = query
            .strip_prefix("label_values(")
            .and_then(|query| query.strip_suffix(')')?.rsplit_once(", "))
            .unwrap_or_else(|| panic!("{query}"));
        (variable["label"].clone(), Value::from(format!("group by ({label}) ({selector})")))
    });
    targets
        .chain(variables)
        .map(|(place, text)| Expression {
            place: format!("{title} | {}", place.as_str().unwrap()),
            text: text.as_str().unwrap().replace("$service", ".*").replace("$operation", ".*"),
        })
        .collect()
}

/// A little of everything that people do; what is counted grows with every call.
fn visit(server: &str, teacher: &Instructor, start: &str) {
    let visitor = Api::visitor(server);
    let free = format!(
        "/api/v1/public/instructors/{}/availability?start_date={NEXT_MONDAY}&end_date={NEXT_MONDAY}",
        teacher.id
    );
    for _time in 0..4 {
        visitor.get(&free).unwrap().expect(200).unwrap();
        visitor.get("/api/v1/services/categories").unwrap().expect(200).unwrap();
    }
    visitor.get("/api/v1/search/instructors?q=piano").unwrap().expect(200).unwrap();
    visitor.get("/api/v1/search/instructors?q=underwater%20basket%20weaving").unwrap().expect(200).unwrap();
    let ann = student(server).unwrap();
    let booking = teacher.book(&ann, NEXT_MONDAY, start).unwrap().expect(201).unwrap();
    teacher.book(&ann, NEXT_MONDAY, start).unwrap().refused(409, "BOOKING_CONFLICT").unwrap();
    let cancel = format!("/api/v1/bookings/{}/cancel", booking["id"]);
    ann.post(&cancel, &json!({"reason": "ill"})).unwrap().expect(200).unwrap();
    let email = fresh_email("student");
    Api::register(server, &email, "student").unwrap();
    assert!(Api::log_in(server, &email, "Wrong-Horse-9").is_err());
    Api::log_in(server, &email, PASSWORD).unwrap();
}

/// How often Prometheus has reached the server.
fn scrapes(prometheus: &Prometheus) -> u64 {
    let scrapes = prometheus.ask(r#"sum_over_time(up{job="instainstru-backend"}[10m])"#).unwrap();
    scrapes.first().map_or(0, |(_series, value)| value.parse().unwrap())
}

fn await_scrapes(prometheus: &Prometheus, more: u64) {
    let before = scrapes(prometheus);
    until("the server was scraped", || (scrapes(prometheus) >= before + more).then_some(()));
}

/// The same selector whatever the status was: answers with some of them are rare, and should be.
fn of_any_status(selector: &str) -> String {
    match selector.split_once("status_code") {
        Some((before, matcher)) => {
            let after = matcher.splitn(3, '"').nth(2).unwrap();
            format!("{before}status_code=~\".+\"{after}")
        }
        None => selector.to_owned(),
    }
}

#[test]
fn every_expression_of_the_dashboards_and_alerts_is_about_series_that_exist() {
    let redis = PrivateRedis::start(&[]).unwrap();
    let redis_url = redis.url();
    let home = Home::sqlite();
    let server = home.start(&[NOW, ("REDIS_URL", &redis_url)]);
    let teacher = instructor(server.base()).unwrap();
    teacher.publish_week(NEXT_MONDAY, "09:00", "18:00").unwrap();
    let prometheus = Prometheus::scraping(server.base());
    // Rates need series that were there before.
    visit(server.base(), &teacher, "09:00");
    await_scrapes(&prometheus, 3);
    visit(server.base(), &teacher, "11:00");
    await_scrapes(&prometheus, 2);

    let rules = prometheus.rules();
    let alerts = rules.iter().map(|rule| Expression {
        place: format!("Alert | {}", rule["name"].as_str().unwrap()),
        text: rule["query"].as_str().unwrap().to_owned(),
    });
    let shown = dashboards();
    let all: Vec<Expression> = shown.values().flat_map(expressions).chain(alerts).collect();
    assert!(all.len() > 50, "{}", all.len());
    let labels = prometheus.labels();
    for Expression { place, text } in &all {
        let result = prometheus.ask(text).unwrap_or_else(|error| panic!("{place}: {text}: {error}"));
        let is_condition = place.starts_with("Alert");
        // Deviations from the last hour need more than the seconds there were.
        let needs_an_hour = text.contains("[1h:1m]");
        assert!(!result.is_empty() || is_condition || needs_an_hour, "{place}: {text} is nothing");
        let Named { selectors, labels: by } = named(text);
        assert!(!selectors.is_empty(), "{place}: {text} asks for no series");
        for selector in selectors {
            let series = prometheus.ask(&of_any_status(&selector)).unwrap();
            assert!(!series.is_empty(), "{place}: there is no {selector}");
        }
        for label in by {
            assert!(labels.contains(&label), "{place}: no series has a label {label}");
        }
        // For the table in docs/MONITORING.md: cargo test ... -- --nocapture
        let value = result.first().map_or("-", |(_series, value)| value);
        println!("{place} | {} | {value} | {text}", result.len());
    }
    for rule in &rules {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
    server.stop();
}

#[test]
fn the_dashboards_are_those_of_2025() {
    let shown = dashboards();
    let found: Vec<(&str, &str)> =
        shown.iter().map(|(uid, dashboard)| (uid.as_str(), dashboard["title"].as_str().unwrap())).collect();
    assert_eq!(found, DASHBOARDS);
    let source = fs::read_to_string(shipped("grafana/provisioning/datasources/prometheus.yml")).unwrap();
    assert!(source.contains("uid: prometheus-uid"), "{source}");
    for dashboard in shown.values() {
        assert_eq!(dashboard["refresh"], "30s");
        assert_eq!(dashboard["time"], json!({"from": "now-6h", "to": "now"}));
        for panel in dashboard["panels"].as_array().unwrap() {
            let sources =
                panel["targets"].as_array().into_iter().flatten().map(|target| &target["datasource"]);
            for source in sources.chain((panel["type"] != "text").then(|| &panel["datasource"])) {
                assert_eq!(source["uid"], "prometheus-uid", "{panel}");
            }
            assert!(panel["description"].is_string(), "{panel}");
        }
    }
}

#[test]
fn tiles_say_what_the_alerts_of_their_names_say() {
    let rules = fs::read_to_string(shipped("prometheus/alerts.yml")).unwrap();
    let shown = dashboards();
    let panels = shown["instainstru-service-performance"]["panels"].as_array().unwrap();
    let tiles: Vec<&Value> = panels
        .iter()
        .filter(|panel| panel["description"].as_str().unwrap().contains("as the alert "))
        .collect();
    assert_eq!(tiles.len(), 4);
    for tile in tiles {
        let (_before, name) = tile["description"].as_str().unwrap().split_once("as the alert ").unwrap();
        let name = name.split(' ').next().unwrap();
        let expression = tile["targets"][0]["expr"].as_str().unwrap().replace(" bool ", " ");
        let rule = format!("- alert: {name}\n        expr: {expression}\n");
        assert!(rules.contains(&rule), "{rule}");
    }
}

#[test]
fn the_rules_raise_the_alerts_that_their_tests_expect() {
    let directory = shipped("prometheus");
    let succeeds = |command: &mut Command| {
        let output = command.current_dir(&directory).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
    };
    succeeds(program("promtool").args(["check", "config", "prometheus.yml"]));
    succeeds(program("promtool").args(["test", "rules", "alerts_test.yml"]));
    // Every alert has a test that expects it.
    let read = |name: &str| fs::read_to_string(directory.join(name)).unwrap();
    let (rules, tests) = (read("alerts.yml"), read("alerts_test.yml"));
    for alert in rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        let expected = format!("alertname: {alert}\n        exp_alerts:\n");
        assert!(tests.contains(&expected), "no test expects {alert}");
    }
}
