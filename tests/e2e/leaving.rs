//! Leaving for good: afterwards nothing in the whole database leads to the person.

use std::process::Command;

use jiff::civil::date;
use serde_json::json;

use crate::{
    api::{Api, PASSWORD},
    home::Home,
    market::instructor,
    on_both_databases,
};

on_both_databases![
    nothing_in_the_database_leads_to_somebody_who_left,
    a_lost_password_is_asked_for_without_a_trace_of_the_token,
];

/// A Wednesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-15T14:00:00Z");

/// Words that only the student wrote, or that were written about the student.
const STUDENT: [&str; 7] = [
    "zebulon",
    "quixotry",
    "azalea bell",
    "wisteria mews",
    "hums while playing",
    "a sprained thumb",
    "a proud uncle",
];
/// Words that only the instructor wrote.
const INSTRUCTOR: [&str; 5] =
    ["philippa", "harpsichordist", "scales before songs", "a bench of good height", "moving to the seaside"];

impl Home {
    /// Every row of every table as text, in lower case.
    fn every_row(&self) -> String {
        let rows = match self.postgres_url() {
            Some(url) => {
                let dump = Command::new("pg_dump").args(["--data-only", "--inserts", url]).output().unwrap();
                assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
                dump.stdout
            }
            None => {
                // A backup is written anew, so nothing that was deleted is left between its rows.
                self.succeed(&["backup"], &[]);
                let listed = self.succeed(&["backup", "list"], &[]);
                std::fs::read(listed.lines().next().unwrap().split(", of ").next().unwrap()).unwrap()
            }
        };
        String::from_utf8_lossy(&rows).to_lowercase()
    }
}

#[track_caller]
fn assert_found(rows: &str, words: &[&str]) {
    let missing: Vec<_> = words.iter().filter(|word| !rows.contains(**word)).collect();
    assert!(missing.is_empty(), "the test would not see {missing:?}");
}

#[track_caller]
fn assert_gone(rows: &str, words: &[&str]) {
    let left: Vec<String> = words
        .iter()
        .filter_map(|word| {
            let at = rows.find(word)?;
            let around = rows.get(at.saturating_sub(200)..(at + 200).min(rows.len()));
            Some(format!("{word}: …{}…", around.unwrap_or_default()))
        })
        .collect();
    assert!(left.is_empty(), "{}", left.join("\n"));
}

fn nothing_in_the_database_leads_to_somebody_who_left(home: &Home) {
    let server = home.start(&[NOW]);
    let base = server.base();
    let teacher = instructor(base).unwrap();
    let profile = json!({
        "bio": "I am Philippa, and I was a harpsichordist.",
        "areas_of_service": ["Moving To The Seaside"],
        "services": [{"service_catalog_id": 1, "hourly_rate": 80, "description": "Scales before songs",
            "requirements": "A bench of good height", "duration_options": [60]}],
    });
    let profile =
        teacher.api.send("PUT", "/instructors/profile", Some(&profile), &[]).unwrap().expect(200).unwrap();
    let service = profile["services"][0]["id"].clone();
    teacher
        .api
        .send("PATCH", "/api/v1/me", Some(&json!({"full_name": "Philippa Key"})), &[])
        .unwrap()
        .expect(200)
        .unwrap();
    teacher.publish_week(date(2026, 7, 20), "09:00", "18:00").unwrap();
    let blackout = json!({"date": "2026-07-25", "reason": "moving to the seaside"});
    teacher
        .api
        .post("/instructors/availability-windows/blackout-dates", &blackout)
        .unwrap()
        .expect(200)
        .unwrap();

    let account = json!({"email": "zebulon.q@example.com", "password": PASSWORD, "full_name": "Zebulon Quixotry",
        "role": "student"});
    Api::visitor(base).post("/auth/register", &account).unwrap().expect(201).unwrap();
    assert!(Api::log_in(base, "zebulon.q@example.com", "wrong-Password-1").is_err());
    let student = Api::log_in(base, "zebulon.q@example.com", PASSWORD).unwrap();
    Api::visitor(base)
        .post("/auth/password-reset/request", &json!({"email": "zebulon.q@example.com"}))
        .unwrap()
        .expect(200)
        .unwrap();
    let book = |start: &str, key: &str| {
        let lesson = json!({"instructor_id": teacher.id, "instructor_service_id": service,
            "booking_date": "2026-07-20", "start_time": start, "selected_duration": 60,
            "student_note": "Ring the azalea bell", "meeting_location": "7 Wisteria Mews",
            "location_type": "student_home"});
        let headers = [("Idempotency-Key", key)];
        student.send("POST", "/bookings", Some(&lesson), &headers).unwrap().expect(201).unwrap()
    };
    let (cancelled, upcoming) = (book("10:00", "first"), book("14:00", "second"));
    let note = json!({"instructor_note": "Zebulon hums while playing"});
    let path = format!("/bookings/{}", upcoming["id"]);
    teacher
        .api
        .send("PATCH", &path, Some(&note), &[("Idempotency-Key", "note")])
        .unwrap()
        .expect(200)
        .unwrap();
    let path = format!("/bookings/{}/cancel", cancelled["id"]);
    student.post(&path, &json!({"reason": "A sprained thumb"})).unwrap().expect(200).unwrap();
    student
        .send("PATCH", "/api/v1/me", Some(&json!({"full_name": "Zebulon Quixotry, a proud uncle"})), &[])
        .unwrap()
        .expect(200)
        .unwrap();

    let rows = home.every_row();
    assert_found(&rows, &STUDENT);
    assert_found(&rows, &INSTRUCTOR);

    let leave = json!({"password": PASSWORD, "cancel_upcoming": true});
    student.send("DELETE", "/api/v1/me", Some(&leave), &[]).unwrap().expect(204).unwrap();
    let rows = home.every_row();
    assert_gone(&rows, &STUDENT);
    assert_found(&rows, &INSTRUCTOR);
    let theirs = teacher.api.get(&format!("/bookings/{}", upcoming["id"])).unwrap().expect(200).unwrap();
    assert_eq!((&theirs["status"], &theirs["total_price"]), (&json!("CANCELLED"), &json!(80.0)));

    let address = teacher.api.get("/auth/me").unwrap().expect(200).unwrap();
    let address = address["email"].as_str().unwrap();
    assert_found(&rows, &[address]);
    teacher
        .api
        .send("DELETE", "/api/v1/me", Some(&json!({"password": PASSWORD})), &[])
        .unwrap()
        .expect(204)
        .unwrap();
    let rows = home.every_row();
    assert_gone(&rows, &STUDENT);
    assert_gone(&rows, &INSTRUCTOR);
    assert_gone(&rows, &[address]);
    student.get("/auth/me").unwrap().refused(401, "UNAUTHORIZED").unwrap();
    assert!(home.succeed(&["check"], &[]).contains("agree"));
    server.stop();
}

fn a_lost_password_is_asked_for_without_a_trace_of_the_token(home: &Home) {
    let server = home.start(&[NOW]);
    let base = server.base();
    let student = Api::register(base, "zebulon.q@example.com", "student").unwrap();
    let ask = |email: &str| {
        let answer = Api::visitor(base).post("/api/v1/auth/password-reset/request", &json!({"email": email}));
        answer.unwrap().expect(200).unwrap()
    };
    assert_eq!(ask("zebulon.q@example.com"), ask("nobody@example.com"));
    let made_up = "A".repeat(43);
    let verified = Api::visitor(base).get(&format!("/auth/password-reset/verify/{made_up}")).unwrap();
    assert_eq!(verified.expect(200).unwrap(), json!({"valid": false}));
    let confirm = json!({"token": made_up, "new_password": "NewPassword456!"});
    let refused = Api::visitor(base).post("/auth/password-reset/confirm", &confirm).unwrap();
    let refused = refused.refused(400, "VALIDATION_ERROR").unwrap();
    assert!(refused["detail"].as_str().unwrap().contains("Invalid or expired"), "{refused}");

    let change = json!({"current_password": PASSWORD, "new_password": "NewPassword456!"});
    student.post("/auth/change-password", &change).unwrap().expect(200).unwrap();
    student.get("/auth/me").unwrap().refused(401, "UNAUTHORIZED").unwrap();
    Api::log_in(base, "zebulon.q@example.com", "NewPassword456!").unwrap();

    // The audit log knows what happened and where from, and no address of a person.
    home.succeed(&["admin", "grant", "zebulon.q@example.com"], &[]);
    let admin = Api::log_in(base, "zebulon.q@example.com", "NewPassword456!").unwrap();
    let page = admin.get("/api/v1/admin/audit").unwrap().expect(200).unwrap();
    let entries = page["entries"].as_array().unwrap();
    let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = [
        "login.succeeded",
        "admin.granted",
        "login.succeeded",
        "password.changed",
        "password.reset_requested",
        "password.reset_requested",
        "login.succeeded",
    ];
    assert_eq!(actions, expected);
    assert_eq!((&entries[0]["address"], &entries[1]["address"]), (&json!("127.0.0.1"), &json!(null)));
    assert!(entries[0]["request_id"].is_string() && !page.to_string().contains("example.com"), "{page}");
    server.stop();
}
