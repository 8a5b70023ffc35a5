//! Finding instructors by what a student types, while the marketplace changes.

use std::{
    collections::BTreeSet,
    thread::sleep,
    time::{Duration, Instant},
};

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    api::Api,
    home::Home,
    market::{instructor, student},
    on_both_databases,
};

const DEVELOPMENT: (&str, &str) = ("ENVIRONMENT", "development");
/// A Wednesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-15T14:00:00Z");
const TOMORROW: Date = date(2026, 7, 16);
/// Tomorrow is a day of this week, which begins on Monday.
const MONDAY: Date = date(2026, 7, 13);
/// What people may ask.
const QUESTIONS: &str = include_str!("../../content/search/golden_dev.json");
/// Rows on a page of results.
const ON_A_PAGE: usize = 20;
/// A change must be seen within this time of its commit.
const VISIBLE_WITHIN: Duration = Duration::from_secs(1);

on_both_databases![
    demo_people_are_found_by_what_students_say,
    pages_show_what_the_api_finds,
    changes_are_seen_within_a_second,
    a_started_server_knows_what_was_published_before,
];

fn encoded(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn search(base: &str, words: &str) -> Value {
    let path = format!("/api/v1/search/instructors?q={}&limit=100", encoded(words));
    Api::visitor(base).get(&path).unwrap().expect(200).unwrap()
}

fn results(answer: &Value) -> &[Value] {
    answer["results"].as_array().unwrap()
}

fn services(answer: &Value) -> BTreeSet<&str> {
    results(answer).iter().map(|found| found["service"]["slug"].as_str().unwrap()).collect()
}

pub(crate) fn finds(base: &str, words: &str, id: i64) -> bool {
    results(&search(base, words)).iter().any(|found| found["instructor"]["id"] == id)
}

/// Asks until the answer is `expected`, and insists that this does not take longer than a second.
#[track_caller]
pub(crate) fn soon(expected: bool, base: &str, words: &str, id: i64) {
    within(VISIBLE_WITHIN, expected, base, words, id);
}

/// Asks until the answer is `expected`, and insists that this does not take longer than `patience`.
#[track_caller]
pub(crate) fn within(patience: Duration, expected: bool, base: &str, words: &str, id: i64) {
    let committed = Instant::now();
    while finds(base, words, id) != expected {
        let waited = committed.elapsed();
        assert!(waited < patience, "{words:?} is not {expected} after {waited:?}");
        // What is waited for needs the processor, too.
        sleep(Duration::from_millis(10));
    }
}

/// Every question of the collection that the search is judged by has the same answer on the page as through the API.
fn pages_show_what_the_api_finds(home: &Home) {
    let server = home.start(&[DEVELOPMENT, NOW]);
    let base = server.base();
    let questions: Value = serde_json::from_str(QUESTIONS).unwrap();
    let mut found = 0;
    for question in questions.as_array().unwrap() {
        let words = question["query"].as_str().unwrap();
        let answer = search(base, words);
        let row =
            |found: &Value| (found["instructor"]["id"].to_string(), found["offering"]["id"].to_string());
        let expected: Vec<_> = results(&answer).iter().take(ON_A_PAGE).map(row).collect();
        let (total, rows) = shown(base, words);
        assert_eq!(rows, expected, "{words}");
        assert_eq!(total, answer["total_found"].to_string(), "{words}");
        found += rows.len();
    }
    assert!(found > 100, "{found} rows compare something");
}

/// How many offers the page of results says there are, and whose they are: instructor and offer of each row.
fn shown(base: &str, words: &str) -> (String, Vec<(String, String)>) {
    let address = format!("{base}/search?q={}", encoded(words));
    let page = ureq::get(&address).call().unwrap().body_mut().read_to_string().unwrap();
    let Some((_, results)) = page.split_once("<h2 id=\"results-title\">") else {
        return ("0".to_owned(), Vec::new());
    };
    let total = results.split(' ').next().unwrap().to_owned();
    let rows = results.split("<h3><a href=\"/instructors/").skip(1).map(|link| {
        let (person, rest) = link.split_once('-').unwrap();
        let (_, offer) = rest.split_once("?service=").unwrap();
        (person.to_owned(), offer.split('"').next().unwrap().to_owned())
    });
    (total, rows.collect())
}

fn demo_people_are_found_by_what_students_say(home: &Home) {
    let server = home.start(&[DEVELOPMENT]);
    let base = server.base();

    let cheap = search(base, "piano under $80");
    assert!(!results(&cheap).is_empty(), "{cheap}");
    for found in results(&cheap) {
        assert_eq!(found["service"]["slug"], "piano");
        assert!(found["offering"]["hourly_rate"].as_f64().unwrap() <= 80.0, "{found}");
    }
    assert_eq!(cheap["parsed"]["normalized_service"], "Piano");
    assert_eq!(cheap["search_metadata"]["applied_filters"], json!(["price: <$80"]));
    assert_eq!(cheap["total_found"], results(&cheap).len());

    let either = search(base, "piano or guitar");
    assert_eq!(services(&either), BTreeSet::from(["piano", "guitar"]), "a union");
    assert_eq!(services(&search(base, "piono")), BTreeSet::from(["piano"]), "a misspelling");
    assert!(services(&search(base, "music lessons")).len() >= 2, "a category");
    let everything = search(base, "lessons under $70");
    assert!(services(&everything).len() >= 2, "{everything}");
    for found in results(&everything) {
        assert!(found["offering"]["hourly_rate"].as_f64().unwrap() <= 70.0, "{found}");
    }
    let music = search(base, "music lessons under $70");
    for found in results(&music) {
        assert_eq!(found["service"]["category_slug"], "music");
    }
    assert!(results(&search(base, "plumber to fix my sink")).is_empty());

    // The older paths answer the same, and typing is completed.
    let visitor = Api::visitor(base);
    let older = visitor.get("/api/search/instructors?q=piano").unwrap().expect(200).unwrap();
    assert_eq!(services(&older), BTreeSet::from(["piano"]));
    let suggested = visitor.get("/api/v1/search/suggest?q=pian").unwrap().expect(200).unwrap();
    assert_eq!(suggested["suggestions"][0]["slug"], "piano");
    visitor.get("/api/search/instructors?q=+").unwrap().refused(400, "VALIDATION_ERROR").unwrap();
    visitor.get("/api/search/instructors").unwrap().refused(422, "VALIDATION_ERROR").unwrap();
}

fn changes_are_seen_within_a_second(home: &Home) {
    let server = home.start(&[NOW]);
    let base = server.base();
    let question = "piano tomorrow 9-10am";
    assert!(results(&search(base, question)).is_empty());

    // A new instructor publishes time.
    let teacher = instructor(base).unwrap();
    soon(true, base, "piano", teacher.id);
    assert!(!finds(base, question, teacher.id), "no time is published");
    teacher.publish_week(MONDAY, "09:00", "10:00").unwrap();
    soon(true, base, question, teacher.id);
    let answer = search(base, question);
    let found = &results(&answer)[0];
    assert_eq!(
        found["next_starts"][0],
        json!({"date": "2026-07-16", "start_time": "09:00:00", "timezone": "America/New_York"})
    );
    assert!(!finds(base, "piano tomorrow 10-11am", teacher.id));

    // A booking takes it, and calling it off gives it back.
    let ann = student(base).unwrap();
    let booking = teacher.book(&ann, TOMORROW, "09:00").unwrap().expect(201).unwrap();
    soon(false, base, question, teacher.id);
    assert!(finds(base, "piano on friday 9-10am", teacher.id), "other days are free");
    let answer = search(base, question);
    assert!(!answer["relaxations"].as_array().unwrap().is_empty(), "{answer}");
    let cancel = format!("/bookings/{}/cancel", booking["id"]);
    ann.post(&cancel, &json!({"reason": "ill"})).unwrap().expect(200).unwrap();
    soon(true, base, question, teacher.id);

    // A blocked day, a dearer lesson, and another place.
    let blackouts = "/instructors/availability-windows/blackout-dates";
    teacher.api.post(blackouts, &json!({"date": "2026-07-16"})).unwrap().expect(200).unwrap();
    soon(false, base, question, teacher.id);
    assert!(finds(base, "piano in harlem under $80", teacher.id));
    let profile = json!({"areas_of_service": ["Astoria"]});
    teacher.api.send("PUT", "/instructors/profile", Some(&profile), &[]).unwrap().expect(200).unwrap();
    soon(false, base, "piano in harlem", teacher.id);
    soon(true, base, "piano in astoria", teacher.id);

    // Who is suspended vanishes, and comes back with the account.
    let account = |action: &str| {
        let path = format!("/instructors/{}/{action}", teacher.id);
        teacher.api.post(&path, &json!({})).unwrap().expect(200).unwrap()
    };
    account("suspend");
    soon(false, base, "piano", teacher.id);
    account("reactivate");
    soon(true, base, "piano on friday 9-10am", teacher.id);
    server.stop();
}

fn a_started_server_knows_what_was_published_before(home: &Home) {
    let server = home.start(&[NOW]);
    let teacher = instructor(server.base()).unwrap();
    teacher.publish_week(MONDAY, "09:00", "10:00").unwrap();
    server.kill();
    let server = home.start(&[NOW]);
    assert!(finds(server.base(), "piano tomorrow 9-10am", teacher.id), "from the first answer on");
    server.stop();
    // The next day it is past.
    let server = home.start(&[("TEST_CLOCK", "2026-07-16T15:00:00Z")]);
    assert!(!finds(server.base(), "piano today", teacher.id));
    assert!(finds(server.base(), "piano tomorrow", teacher.id));
}

#[test]
fn a_query_is_explained_without_a_database() {
    let home = Home::sqlite();
    // 22:30 on Wednesday in New York.
    for now in ["2026-07-16T02:30:00Z", "2026-07-15T22:30"] {
        let said = home.succeed(
            &["search", "explain", "--now", now, "piono or guitar under $80 tomorrow after 5pm in astoria"],
            &[],
        );
        let explained: Value = serde_json::from_str(said.trim_end()).unwrap();
        assert_eq!(
            explained,
            json!({
                "query": "piono or guitar under $80 tomorrow after 5pm in astoria",
                "services": ["Piano", "Guitar"],
                "categories": [],
                "price": {"min": null, "max": 80},
                "dates": {"from": "2026-07-16", "to": "2026-07-16"},
                "time": {"from": "17:00", "to": null},
                "areas": ["Astoria"],
                "online": null,
                "levels": [],
                "audience": [],
                "residual": "",
                "strict": true,
            })
        );
    }
    assert!(!home.path("data").exists());
    let refused = home.run(&["search", "explain", "--now", "soon", "piano"], &[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("RFC 3339"));
}
