//! What administrators do: look after deliveries and jobs, and remind everybody.

use instainstru_domain::{
    delivery::{MAIL, Settlement},
    event::DomainEvent,
    ids::{BookingId, UserId},
    job::RunCause,
    ports::{Clock as _, StorageError, TransactorExt as _, UnitOfWork, deliveries::Claim},
};
use instainstru_test_support::builders::a_booking;
use jiff::{SignedDuration, civil::date};
use serde_json::{Value, json};

use crate::support::{Api, WEDNESDAY, assert_field, instructor};

const PATHS: [(&str, &str); 7] = [
    ("GET", "/api/v1/admin/outbox"),
    ("POST", "/api/v1/admin/outbox/1/retry"),
    ("POST", "/api/v1/admin/outbox/1/discard"),
    ("GET", "/api/v1/admin/jobs"),
    ("GET", "/api/v1/admin/jobs/sweep/runs"),
    ("POST", "/api/v1/admin/jobs/sweep/run"),
    ("POST", "/api/v1/bookings/send-reminders"),
];

fn write<T>(api: &Api, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
    api.store.transaction(|uow| work(uow)).unwrap()
}

/// Pushes an event for each of these lessons, and takes the first of them in hand.
fn push(api: &Api, lessons: &[i64]) -> i64 {
    let (now, instructor, student) = (api.clock.now(), UserId::new(1).unwrap(), UserId::new(2).unwrap());
    let booked = |id: &i64| DomainEvent::BookingConfirmed {
        booking: BookingId::new(*id).unwrap(),
        instructor,
        student,
    };
    let events: Vec<DomainEvent> = lessons.iter().map(booked).collect();
    write(api, |uow| uow.outbox().push_all(&events, now));
    let until = now + SignedDuration::from_mins(2);
    let claim = Claim { consumers: vec![MAIL], lease: "worker".into(), now, until, limit: 1 };
    write(api, |uow| uow.deliveries().claim(&claim))[0].id.get()
}

fn kill(api: &Api, id: i64) {
    let (id, now) = (instainstru_domain::delivery::DeliveryId::new(id).unwrap(), api.clock.now());
    let dead = Settlement::Dead { error: "no such address".into() };
    assert!(write(api, |uow| uow.deliveries().settle(id, "worker", &dead, now)));
}

#[actix_web::test]
async fn only_administrators_are_let_in() {
    let api = Api::start().await;
    let ada = instructor(&api);
    for (method, path) in PATHS {
        api.call(method, path).send().await.refused(401, "UNAUTHORIZED");
        for user in [&api.student(), &ada.user] {
            api.call(method, path).by(user).send().await.refused(403, "FORBIDDEN");
        }
    }
    for (method, path) in &PATHS[..6] {
        let unversioned = path.strip_prefix("/api/v1").unwrap();
        api.call(method, unversioned).by(&api.admin()).send().await.refused(404, "NOT_FOUND");
    }
}

#[actix_web::test]
async fn deliveries_are_listed_with_figures() {
    let api = Api::start().await;
    let admin = api.admin();
    let dead = push(&api, &[1, 2, 3]);
    kill(&api, dead);
    api.clock.advance(SignedDuration::from_secs(90));
    let list = api.get("/api/v1/admin/outbox").by(&admin).send().await.expect(200);
    assert_eq!(
        list["figures"],
        json!([{"consumer": "mail", "pending": 2, "oldest_age_seconds": 90, "dead": 1}])
    );
    let first = &list["deliveries"][0];
    assert_eq!(
        first,
        &json!({
            "id": dead,
            "event_number": first["event_number"],
            "event_type": "booking.confirmed",
            "aggregate_type": "booking",
            "aggregate_id": 1,
            "consumer": "mail",
            "state": "dead",
            "attempts": 1,
            "last_error": "no such address",
            "created_at": "2026-07-13T12:00:00Z",
            "settled_at": "2026-07-13T12:00:00Z",
        })
    );
    assert_eq!(list["deliveries"][1]["next_attempt_at"], "2026-07-13T12:00:00Z");
    assert_eq!((list["deliveries"].as_array().unwrap().len(), &list["next_after"]), (3, &Value::Null));
    let ids = |list: &Value| -> Vec<i64> {
        list["deliveries"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect()
    };
    let all = ids(&list);
    let page = api.get("/api/v1/admin/outbox?limit=2").by(&admin).send().await.expect(200);
    assert_eq!((ids(&page), &page["next_after"]), (all[..2].to_vec(), &json!(all[1])));
    let rest = format!("/api/v1/admin/outbox?limit=2&after={}", all[1]);
    let rest = api.get(&rest).by(&admin).send().await.expect(200);
    assert_eq!((ids(&rest), &rest["next_after"]), (all[2..].to_vec(), &Value::Null));
    for (state, expected) in
        [("dead", &all[..1]), ("PENDING", &all[1..]), ("delivered", &[]), ("discarded", &[])]
    {
        let path = format!("/api/v1/admin/outbox?state={state}");
        assert_eq!(ids(&api.get(&path).by(&admin).send().await.expect(200)), expected, "{state}");
    }
}

#[actix_web::test]
async fn a_delivery_in_hand_says_until_when() {
    let api = Api::start().await;
    push(&api, &[1]);
    let list = api.get("/api/v1/admin/outbox").by(&api.admin()).send().await.expect(200);
    let held = &list["deliveries"][0];
    assert_eq!((&held["state"], &held["in_hand_until"]), (&json!("pending"), &json!("2026-07-13T12:02:00Z")));
    assert_eq!(held.get("next_attempt_at"), None);
}

#[actix_web::test]
async fn dead_deliveries_are_revived_or_discarded() {
    let api = Api::start().await;
    let admin = api.admin();
    let id = push(&api, &[1]);
    let post = |what: &str| api.post(&format!("/api/v1/admin/outbox/{id}/{what}")).by(&admin).send();
    post("retry").await.refused(409, "CONFLICT");
    post("discard").await.refused(409, "CONFLICT");
    kill(&api, id);
    let revived = post("retry").await.expect(200);
    assert_eq!((&revived["state"], &revived["attempts"]), (&json!("pending"), &json!(0)));
    let discarded = post("discard").await.expect(200);
    assert_eq!(
        (&discarded["state"], &discarded["settled_at"]),
        (&json!("discarded"), &json!("2026-07-13T12:00:00Z"))
    );
    assert_eq!(post("discard").await.expect(200), discarded);
}

#[actix_web::test]
async fn a_delivery_that_does_not_exist_is_not_found() {
    let api = Api::start().await;
    let admin = api.admin();
    for what in ["retry", "discard"] {
        for id in ["1", "999999999999999999"] {
            let path = format!("/api/v1/admin/outbox/{id}/{what}");
            api.post(&path).by(&admin).send().await.refused(404, "NOT_FOUND");
        }
        for id in ["0", "-1", "x", "9999999999999999999"] {
            let path = format!("/api/v1/admin/outbox/{id}/{what}");
            let body = api.post(&path).by(&admin).send().await.refused(422, "VALIDATION_ERROR");
            assert_field(&body, "delivery_id");
        }
    }
}

#[actix_web::test]
async fn lists_refuse_what_they_cannot_read() {
    let api = Api::start().await;
    let admin = api.admin();
    for (query, field) in [
        ("outbox?state=lost", "state"),
        ("outbox?limit=0", "limit"),
        ("outbox?limit=101", "limit"),
        ("outbox?after=x", "after"),
        ("outbox?after=-1", "after"),
        ("jobs/sweep/runs?limit=101", "limit"),
    ] {
        let path = format!("/api/v1/admin/{query}");
        let body = api.get(&path).by(&admin).send().await.refused(422, "VALIDATION_ERROR");
        assert_field(&body, field);
    }
}

#[actix_web::test]
async fn jobs_are_seen_and_asked_for() {
    let api = Api::start().await;
    let admin = api.admin();
    let jobs = api.get("/api/v1/admin/jobs").by(&admin).send().await.expect(200);
    let idle = json!({
        "name": "sweep",
        "about": "Sweeps",
        "schedule": "every 60 minutes",
        "next_run_at": "2026-07-13T12:00:00Z",
    });
    assert_eq!(jobs, json!([idle]));
    let requested = api.post("/api/v1/admin/jobs/sweep/run").by(&admin).send().await.expect(202);
    assert_eq!(requested["requested_at"], "2026-07-13T12:00:00Z");

    let now = api.clock.now();
    let run = write(&api, |uow| uow.jobs().insert_run("sweep", RunCause::Request, now));
    let running = json!({
        "id": run.id.get(),
        "cause": "request",
        "status": "running",
        "started_at": "2026-07-13T12:00:00Z",
    });
    let runs = api.get("/api/v1/admin/jobs/sweep/runs").by(&admin).send().await.expect(200);
    assert_eq!(runs, json!([running]));
    let jobs = api.get("/api/v1/admin/jobs").by(&admin).send().await.expect(200);
    assert_eq!(jobs[0]["latest_run"], running);

    use instainstru_domain::job::{RunEnd, RunOutcome};
    for (outcome, status) in [
        (RunOutcome::Succeeded, "succeeded"),
        (RunOutcome::Failed, "failed"),
        (RunOutcome::Abandoned, "abandoned"),
    ] {
        let run = write(&api, |uow| uow.jobs().insert_run("sweep", RunCause::Command, now));
        let end = RunEnd { at: now, outcome, report: "3 events".into() };
        assert!(write(&api, |uow| uow.jobs().end_run(run.id, &end)));
        let path = "/api/v1/admin/jobs/sweep/runs?limit=1";
        let runs = api.get(path).by(&admin).send().await.expect(200);
        assert_eq!((&runs[0]["status"], &runs[0]["cause"]), (&json!(status), &json!("command")));
        assert_eq!((&runs[0]["report"], runs.as_array().unwrap().len()), (&json!("3 events"), 1));
    }
}

#[actix_web::test]
async fn a_job_that_does_not_exist_is_not_found() {
    let api = Api::start().await;
    let admin = api.admin();
    for name in ["brew", "%00", "SWEEP", "9"] {
        let runs = format!("/api/v1/admin/jobs/{name}/runs");
        api.get(&runs).by(&admin).send().await.refused(404, "NOT_FOUND");
        api.post(&format!("/api/v1/admin/jobs/{name}/run")).by(&admin).send().await.refused(404, "NOT_FOUND");
    }
}

#[actix_web::test]
async fn everybody_is_reminded_of_tomorrow_once() {
    let api = Api::start().await;
    let (admin, ada) = (api.admin(), instructor(&api));
    // Today is Monday.
    let _tomorrow = a_booking(&api.store).with(&ada).at(date(2026, 7, 14), "20:00", 60).insert();
    let _wednesday = a_booking(&api.store).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let send = |path: &'static str| api.post(path).by(&admin).send();
    let sent = send("/bookings/send-reminders").await.expect(200);
    assert_eq!(sent, json!({"status": "success", "reminders_sent": 1, "message": "Reminding of 1 lesson"}));
    let again = send("/api/v1/bookings/send-reminders").await.expect(200);
    assert_eq!(again["reminders_sent"], 0);
    let reminders =
        api.store.events().into_iter().filter(|event| matches!(event, DomainEvent::ReminderDue { .. }));
    assert_eq!(reminders.count(), 1);
}

#[actix_web::test]
async fn a_request_with_a_key_reminds_once_and_says_the_same_again() {
    let api = Api::start().await;
    let (admin, ada) = (api.admin(), instructor(&api));
    let _tomorrow = a_booking(&api.store).with(&ada).at(date(2026, 7, 14), "20:00", 60).insert();
    let send = || api.post("/bookings/send-reminders").by(&admin).header("Idempotency-Key", "once").send();
    let first = send().await.expect(200);
    let second = send().await;
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(second.expect(200), first);
}
