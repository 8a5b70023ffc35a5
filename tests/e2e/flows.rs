//! What people do with the marketplace, from the first visit to the lesson.

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    api::Api,
    home::Home,
    market::{instructor, student},
    on_both_databases,
};

/// A Wednesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-15T14:00:00Z");
const NEXT_MONDAY: Date = date(2026, 7, 20);
const NEXT_TUESDAY: Date = date(2026, 7, 21);

on_both_databases![
    a_lesson_is_published_found_booked_moved_and_called_off,
    a_lesson_is_completed_or_missed_after_it_began,
    a_repeated_request_books_once,
    everything_survives_a_restart,
];

fn a_lesson_is_published_found_booked_moved_and_called_off(home: &Home) {
    let server = home.start(&[NOW]);
    let base = server.base();
    let (teacher, ann, ben) = (instructor(base).unwrap(), student(base).unwrap(), student(base).unwrap());

    // The instructor publishes a week and blocks its Tuesday.
    let week = teacher.publish_week(NEXT_MONDAY, "09:00", "12:00").unwrap();
    assert_eq!(week["2026-07-20"], json!([{"start_time": "09:00:00", "end_time": "12:00:00"}]));
    let blackouts = "/instructors/availability-windows/blackout-dates";
    teacher
        .api
        .post(blackouts, &json!({"date": "2026-07-21", "reason": "away"}))
        .unwrap()
        .expect(200)
        .unwrap();

    // A visitor sees the starts that fit an hour.
    let hours = ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15", "10:30", "10:45", "11:00"];
    assert_eq!(teacher.starts(base, NEXT_MONDAY).unwrap(), hours);
    assert!(teacher.starts(base, NEXT_TUESDAY).unwrap().is_empty());

    // A student books one of them.
    let booking = teacher.book(&ann, NEXT_MONDAY, "10:00").unwrap().expect(201).unwrap();
    assert_eq!(booking["status"], "CONFIRMED");
    assert_eq!(booking["total_price"], 80.0);
    assert_eq!(booking["starts_at"], "2026-07-20T14:00:00Z");
    // Only starts that leave 15 minutes before and after the lesson are left.
    assert!(teacher.starts(base, NEXT_MONDAY).unwrap().is_empty());

    // Another student is refused and told what is left; so is the first one at a blocked date.
    let refusal = teacher.book(&ben, NEXT_MONDAY, "10:30").unwrap().refused(409, "BOOKING_CONFLICT").unwrap();
    assert_eq!(refusal["details"]["conflicts_with"], "instructor");
    let alternative = refusal["details"]["alternatives"][0].clone();
    assert!(alternative["date"].is_string(), "{refusal}");
    let blocked = teacher.book(&ann, NEXT_TUESDAY, "10:00").unwrap();
    let blocked = blocked.refused(422, "BUSINESS_RULE_VIOLATION").unwrap();
    assert!(blocked["detail"].as_str().unwrap().contains("blackout"), "{blocked}");

    // The alternative can be booked as it stands.
    let day: Date = alternative["date"].as_str().unwrap().parse().unwrap();
    let start = alternative["start_time"].as_str().unwrap().to_owned();
    teacher.book(&ben, day, &start).unwrap().expect(201).unwrap();

    // The first lesson moves; its old time is free at once and its new one is taken.
    let path = format!("/api/v1/bookings/{}/reschedule", booking["id"]);
    let to = json!({"booking_date": "2026-07-20", "start_time": "09:00"});
    let moved = ann.post(&path, &to).unwrap().expect(200).unwrap();
    assert_eq!((&moved["start_time"], &moved["id"]), (&json!("09:00:00"), &booking["id"]));
    assert_eq!(teacher.starts(base, NEXT_MONDAY).unwrap(), ["10:15", "10:30", "10:45", "11:00"]);

    // It is called off, and all its time is free.
    let path = format!("/bookings/{}/cancel", booking["id"]);
    let cancelled = ann.post(&path, &json!({"reason": "ill"})).unwrap().expect(200).unwrap();
    assert_eq!(cancelled["status"], "CANCELLED");
    assert_eq!(teacher.starts(base, NEXT_MONDAY).unwrap(), hours);
    ann.post(&path, &json!({"reason": "ill"})).unwrap().expect(422).unwrap();

    server.stop();
    home.succeed(&["check"], &[]);
}

fn a_lesson_is_completed_or_missed_after_it_began(home: &Home) {
    let server = home.start(&[NOW]);
    let teacher = instructor(server.base()).unwrap();
    let ann = student(server.base()).unwrap();
    teacher.publish_week(NEXT_MONDAY, "09:00", "12:00").unwrap();
    let held = teacher.book(&ann, NEXT_MONDAY, "09:00").unwrap().expect(201).unwrap();
    let missed = teacher.book(&ann, NEXT_TUESDAY, "09:00").unwrap().expect(201).unwrap();
    let complete = format!("/bookings/{}/complete", held["id"]);
    let no_show = format!("/bookings/{}/no-show", missed["id"]);
    for path in [&complete, &no_show] {
        teacher.api.post(path, &json!({})).unwrap().refused(422, "BUSINESS_RULE_VIOLATION").unwrap();
    }
    server.stop();

    // A week later; everybody logs in again, because their sessions have ended.
    let server = home.start(&[("TEST_CLOCK", "2026-07-22T14:00:00Z")]);
    teacher.api.at(server.base()).post(&complete, &json!({})).unwrap().expect(401).unwrap();
    let email = held["instructor"]["email"].as_str().unwrap();
    let api = Api::log_in(server.base(), email, crate::api::PASSWORD).unwrap();
    let completed = api.post(&complete, &json!({})).unwrap().expect(200).unwrap();
    assert_eq!(completed["status"], "COMPLETED");
    assert!(completed["completed_at"].as_str().unwrap().starts_with("2026-07-22T14:00"), "{completed}");
    assert_eq!(api.post(&no_show, &json!({})).unwrap().expect(200).unwrap()["status"], "NO_SHOW");
    api.post(&complete, &json!({})).unwrap().expect(422).unwrap();
    let figures = api.get("/bookings/stats").unwrap().expect(200).unwrap();
    assert_eq!((&figures["completed_bookings"], &figures["total_earnings"]), (&json!(1), &json!(80.0)));
}

fn a_repeated_request_books_once(home: &Home) {
    let server = home.start(&[NOW]);
    let teacher = instructor(server.base()).unwrap();
    let ann = student(server.base()).unwrap();
    teacher.publish_week(NEXT_MONDAY, "09:00", "12:00").unwrap();
    let lesson = teacher.lesson(NEXT_MONDAY, "09:00");
    let send = |body: &Value| {
        ann.send("POST", "/bookings", Some(body), &[("Idempotency-Key", "one-lesson")]).unwrap()
    };
    let first = send(&lesson).expect(201).unwrap();
    assert_eq!(send(&lesson).expect(201).unwrap(), first);
    let other = teacher.lesson(NEXT_TUESDAY, "09:00");
    send(&other).refused(422, "IDEMPOTENCY_KEY_REUSED").unwrap();

    // The answer is as durable as the booking.
    server.kill();
    let server = home.start(&[NOW]);
    let ann = ann.at(server.base());
    let again = ann.send("POST", "/bookings", Some(&lesson), &[("Idempotency-Key", "one-lesson")]).unwrap();
    assert_eq!(again.expect(201).unwrap(), first);
    let list = ann.get("/bookings").unwrap().expect(200).unwrap();
    assert_eq!(list["total"], 1);
}

fn everything_survives_a_restart(home: &Home) {
    let server = home.start(&[NOW]);
    let teacher = instructor(server.base()).unwrap();
    let ann = student(server.base()).unwrap();
    teacher.publish_week(NEXT_MONDAY, "09:00", "12:00").unwrap();
    let booking = teacher.book(&ann, NEXT_MONDAY, "09:00").unwrap().expect(201).unwrap();
    let starts = teacher.starts(server.base(), NEXT_MONDAY).unwrap();
    server.stop();

    let server = home.start(&[NOW]);
    // The key was kept, so the session still holds.
    let found = ann.at(server.base()).get(&format!("/bookings/{}", booking["id"])).unwrap();
    assert_eq!(found.expect(200).unwrap(), booking);
    assert_eq!(teacher.starts(server.base(), NEXT_MONDAY).unwrap(), starts);
}
