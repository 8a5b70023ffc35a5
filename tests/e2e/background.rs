//! What the marketplace does by itself: jobs, reminders and deliveries, in the server or beside it.

use std::{
    thread,
    time::{Duration, Instant},
};

use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    api::{Api, PASSWORD},
    home::Home,
    market::{fresh_email, instructor, student},
    on_both_databases,
};

/// Tuesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-14T14:00:00Z");
const MONDAY: Date = date(2026, 7, 13);
const TOMORROW: Date = date(2026, 7, 15);
pub(crate) const NO_JOBS: (&str, &str) = ("JOBS_ENABLED", "false");

on_both_databases![
    a_server_runs_its_jobs_and_more_when_asked,
    a_worker_runs_the_jobs_of_a_server_that_does_not,
    everybody_is_reminded_of_tomorrow_once,
    jobs_are_listed_and_run_on_the_command_line,
    what_has_served_its_purpose_is_forgotten,
];

/// A new administrator.
pub(crate) fn administrator(home: &Home, base: &str) -> Api {
    let email = fresh_email("admin");
    Api::register(base, &email, "student").unwrap();
    home.succeed(&["admin", "grant", &email], &[]);
    Api::log_in(base, &email, PASSWORD).unwrap()
}

/// What is known about a job.
fn job(admin: &Api, name: &str) -> Value {
    let jobs = admin.get("/api/v1/admin/jobs").unwrap().expect(200).unwrap();
    jobs.as_array().unwrap().iter().find(|job| job["name"] == name).cloned().unwrap()
}

/// Waits until the latest run of a job is what is expected.
#[track_caller]
fn wait_for_run(admin: &Api, name: &str, expected: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let run = job(admin, name)["latest_run"].clone();
        if expected(&run) {
            return run;
        }
        assert!(Instant::now() < deadline, "the latest run of {name} is {run}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn a_server_runs_its_jobs_and_more_when_asked(home: &Home) {
    let server = home.start(&[]);
    let admin = administrator(home, server.base());
    for name in ["analytics", "reminders", "sweep"] {
        let run = wait_for_run(&admin, name, |run| run["status"] == "succeeded");
        assert_eq!(run["cause"], "schedule", "a job that never ran is due");
        let path = format!("/api/v1/admin/jobs/{name}/run");
        let asked = admin.send("POST", &path, None, &[]).unwrap().expect(202).unwrap();
        assert!(asked["requested_at"].is_string());
        wait_for_run(&admin, name, |run| run["cause"] == "request" && run["status"] == "succeeded");
        assert_eq!(job(&admin, name).get("requested_at"), None);
    }
    server.stop();
}

fn a_worker_runs_the_jobs_of_a_server_that_does_not(home: &Home) {
    let server = home.start(&[NO_JOBS]);
    let admin = administrator(home, server.base());
    admin.send("POST", "/api/v1/admin/jobs/sweep/run", None, &[]).unwrap().expect(202).unwrap();
    // Far longer than a server that runs jobs would take to begin one.
    thread::sleep(Duration::from_secs(3));
    assert_eq!(job(&admin, "sweep").get("latest_run"), None);
    let mut worker = home.work(&[]);
    wait_for_run(&admin, "sweep", |run| run["cause"] == "request" && run["status"] == "succeeded");
    worker.signal("TERM");
    assert_eq!(worker.wait().code(), Some(0), "{}", worker.log());
    server.stop();
}

fn everybody_is_reminded_of_tomorrow_once(home: &Home) {
    let server = home.start(&[NOW]);
    let (base, admin) = (server.base(), administrator(home, server.base()));
    let teacher = instructor(base).unwrap();
    teacher.publish_week(MONDAY, "09:00", "21:00").unwrap();
    for start in ["09:00", "20:00"] {
        teacher.book(&student(base).unwrap(), TOMORROW, start).unwrap().expect(201).unwrap();
    }
    let send = || {
        let reply = admin.send("POST", "/bookings/send-reminders", None, &[]).unwrap();
        reply.expect(200).unwrap()["reminders_sent"].as_u64().unwrap()
    };
    assert_eq!(send(), 2);
    assert_eq!(send(), 0);
    assert!(home.succeed(&["reminders", "send"], &[NOW]).contains("0 lessons"));
    let refused = student(base).unwrap().send("POST", "/bookings/send-reminders", None, &[]);
    refused.unwrap().refused(403, "FORBIDDEN").unwrap();
    let list = admin.get("/api/v1/admin/outbox?limit=100").unwrap().expect(200).unwrap();
    let deliveries = list["deliveries"].as_array().unwrap();
    let reminders = deliveries.iter().filter(|one| one["event_type"] == "booking.reminder_due");
    assert_eq!(reminders.count(), 2);
    server.stop();
}

fn jobs_are_listed_and_run_on_the_command_line(home: &Home) {
    let listed = home.succeed(&["jobs", "list"], &[]);
    assert!(listed.contains("reminders (every 15 minutes)") && listed.contains("has never run"), "{listed}");
    let said = home.succeed(&["jobs", "run", "sweep"], &[]);
    assert_eq!(said, "sweep: nothing to forget\n");
    assert!(home.succeed(&["jobs", "list"], &[]).contains("succeeded at "));
    let unknown = home.run(&["jobs", "run", "brew"], &[]);
    let complaint = String::from_utf8(unknown.stderr).unwrap();
    assert_eq!(unknown.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("There is no job 'brew'"), "{complaint}");
}

fn what_has_served_its_purpose_is_forgotten(home: &Home) {
    let server = home.start(&[NOW, NO_JOBS]);
    let (base, admin) = (server.base(), administrator(home, server.base()));
    let email = fresh_email("student");
    let student = Api::register(base, &email, "student").unwrap();
    let request = json!({"email": email});
    Api::visitor(base).post("/auth/password-reset/request", &request).unwrap().expect(200).unwrap();
    let id = student.get("/auth/me").unwrap().expect(200).unwrap()["id"].clone();
    let entries = |admin: &Api| -> Vec<Value> {
        let list = admin.get(&format!("/api/v1/admin/audit?actor={id}")).unwrap().expect(200).unwrap();
        list["entries"].as_array().unwrap().clone()
    };
    let before = entries(&admin);
    let known = before.iter().filter(|entry| entry["address"] == "127.0.0.1").count();
    assert!(known > 0 && known == before.len(), "{before:?}");
    server.stop();

    // The link counted for an hour, and is forgotten a day later.
    for (clock, expected) in [
        ("2026-07-15T14:50:00Z", ""),
        ("2026-07-15T15:10:00Z", "1 requests for new passwords"),
        ("2026-10-12T13:00:00Z", ""),
        ("2026-10-12T14:30:00Z", "network addresses"),
    ] {
        let said = home.succeed(&["jobs", "run", "sweep"], &[("TEST_CLOCK", clock)]);
        for kind in ["requests for new passwords", "network addresses"] {
            assert_eq!(
                said.contains(kind),
                expected.ends_with(kind) && !expected.is_empty(),
                "{clock}: {said}"
            );
        }
        assert!(said.contains(expected), "{clock}: {said}");
    }
    let server = home.start(&[("TEST_CLOCK", "2026-10-12T14:31:00Z"), NO_JOBS]);
    let mut expected = before;
    for entry in &mut expected {
        entry["address"] = Value::Null;
    }
    assert_eq!(entries(&administrator(home, server.base())), expected, "that it happened stays");
    server.stop();
}
