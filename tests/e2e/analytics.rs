//! The analytics, run by the command beside a server that shows what they found out.

use std::{
    thread,
    time::{Duration, Instant},
};

use jiff::{ToSpan, civil::date};
use serde_json::{Value, json};

use crate::{
    api::{Api, PASSWORD},
    background::NO_JOBS,
    home::Home,
    market::{fresh_email, instructor, student},
    on_both_databases,
};

on_both_databases![a_run_beside_the_server_ranks_what_was_booked];

/// The services of the first category, in the order in which they are shown.
fn first_category(base: &str) -> Vec<Value> {
    let top = Api::visitor(base).get("/services/catalog/top-per-category?limit=20").unwrap();
    top.expect(200).unwrap()["categories"][0]["services"].as_array().unwrap().clone()
}

fn a_run_beside_the_server_ranks_what_was_booked(home: &Home) {
    let monday = date(2026, 7, 13);
    let server = home.start(&[NO_JOBS, ("TEST_CLOCK", "2026-07-13T12:00:00Z")]);
    let base = server.base().to_owned();
    assert!(home.succeed(&["analytics", "status"], &[]).contains("never run"));

    let (teacher, learner) = (instructor(&base).unwrap(), student(&base).unwrap());
    teacher.publish_week(monday, "09:00", "17:00").unwrap();
    let wanted = first_category(&base).pop().unwrap();
    let offer = json!({"catalog_service_id": wanted["id"], "hourly_rate": 50});
    let offer = teacher.api.post("/services/instructor/add", &offer).unwrap().expect(200).unwrap();
    let tuesday = monday.saturating_add(1.days());
    let mut lesson = teacher.lesson(tuesday, "10:00");
    lesson["instructor_service_id"] = offer["id"].clone();
    learner.post("/bookings", &lesson).unwrap().expect(201).unwrap();

    let mine = teacher.api.get("/api/v1/instructors/me/analytics?weeks=1").unwrap().expect(200).unwrap();
    let totals = &mine["totals"];
    assert_eq!((&totals["bookings"], &totals["hours_booked"]), (&json!(1), &json!(1.0)));
    assert_eq!((&totals["hours_offered"], &totals["earnings"]), (&json!(56.0), &json!(0.0)));

    // What lies ahead is no demand yet.
    let run = |now: &str| -> Value {
        let said = home.succeed(&["analytics", "run", "--days", "7", "--json"], &[("TEST_CLOCK", now)]);
        serde_json::from_str(&said).unwrap()
    };
    assert_eq!(run("2026-07-13T13:00:00Z")["report"]["totals"]["bookings_30d"], 0);
    assert_ne!(first_category(&base)[0]["id"], wanted["id"]);
    let status = run("2026-07-16T07:00:00Z");
    assert_eq!(status["report"]["totals"]["bookings_30d"], 1);
    assert_eq!((&status["runs"][0]["status"], &status["runs"][0]["days"]), (&json!("succeeded"), &json!(7)));
    // The server hears of it from the database, within a second.
    let deadline = Instant::now() + Duration::from_secs(30);
    while first_category(&base)[0]["id"] != wanted["id"] {
        assert!(Instant::now() < deadline, "the server never showed the new order");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(first_category(&base)[0]["display_order"], 1);
    assert!(
        home.succeed(&["analytics", "status"], &[]).starts_with("Last 30 days: 1 booking of 1 service, ")
    );

    server.stop();
    let server = home.start(&[NO_JOBS, ("TEST_CLOCK", "2026-07-16T12:00:00Z")]);
    assert_eq!(first_category(server.base())[0]["id"], wanted["id"], "a new start does not undo the ranks");
    let email = fresh_email("admin");
    Api::register(server.base(), &email, "student").unwrap();
    home.succeed(&["admin", "grant", &email], &[]);
    let admin = Api::log_in(server.base(), &email, PASSWORD).unwrap();
    let run = admin.post("/api/v1/admin/analytics/run?days=30", &Value::Null).unwrap().expect(200).unwrap();
    let seen = admin.get("/api/v1/admin/analytics").unwrap().expect(200).unwrap();
    assert_eq!((&seen["runs"][0], seen["runs"].as_array().unwrap().len()), (&run, 3));
    assert_eq!(seen["totals"]["bookings"], 1);
    server.stop();
}
