//! When storage fails, clients learn that it did and nothing else.

use std::{num::NonZeroUsize, sync::mpsc, time::Duration};

use instainstru_domain::ports::{Outcome, Transactor as _};
use instainstru_http::{HttpSettings, Lanes};
use instainstru_test_support::memory::{Fault, unavailable, unexpected};
use serde_json::json;

use crate::support::{Api, instructor};

#[actix_web::test]
async fn a_database_that_is_away_is_503_and_anything_else_500() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let lesson = json!({"instructor_id": ada.user.id.get(), "instructor_service_id": ada.services[0].id.get(),
        "booking_date": "2026-07-15", "start_time": "10:00", "selected_duration": 60});
    for fault in [Fault::Begin, Fault::Call(1), Fault::Call(3), Fault::Commit] {
        api.store.fail_next(fault, unavailable);
        let answer = api.post("/bookings").by(&tom).json(&lesson).send().await;
        assert_eq!(answer.header("retry-after"), Some("1"), "{fault:?}");
        let body = answer.refused(503, "SERVICE_UNAVAILABLE");
        assert_eq!(body["detail"], "The service is temporarily unavailable. Please try again shortly.");
        assert_eq!(body["retry_after"], 1);
        api.store.fail_next(fault, unexpected);
        let body = api.post("/bookings").by(&tom).json(&lesson).send().await.refused(500, "INTERNAL_ERROR");
        assert_eq!(body["detail"], "An internal error occurred. Please try again later.");
        assert!(!body.to_string().contains("the test says"));
    }
    api.post("/bookings").by(&tom).json(&lesson).send().await.expect(201);
}

#[actix_web::test]
async fn every_public_read_survives_a_failing_database() {
    let api = Api::start().await;
    let ada = instructor(&api);
    api.oracle.finds(&[&ada]);
    let id = ada.user.id;
    for path in [
        "/instructors".to_owned(),
        format!("/instructors/{id}"),
        "/services/categories".to_owned(),
        "/services/catalog".to_owned(),
        "/services/catalog/top-per-category".to_owned(),
        "/services/search?q=piano".to_owned(),
        "/api/search/instructors?q=piano".to_owned(),
        format!("/api/public/instructors/{id}/availability?start_date=2026-07-15"),
        format!("/api/public/instructors/{id}/next-available"),
        format!("/api/public/instructors/{id}/start-times?start_date=2026-07-15&duration_minutes=60"),
        format!("/api/public/instructors/{id}/why-not?date=2026-07-15&start_time=10:00&duration_minutes=60"),
    ] {
        api.store.fail_next(Fault::Begin, unavailable);
        api.get(&path).send().await.refused(503, "SERVICE_UNAVAILABLE");
        api.store.fail_next(Fault::Begin, unexpected);
        api.get(&path).send().await.refused(500, "INTERNAL_ERROR");
    }
    api.get("/health").send().await.expect(200);
}

#[actix_web::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let settings = HttpSettings { request_timeout: Duration::from_millis(50), ..HttpSettings::default() };
    let api = Api::with(settings).await;
    let store = api.store.clone();
    let (held, is_held) = mpsc::channel();
    let (release, is_released) = mpsc::channel::<()>();
    // Somebody else writes for a long time.
    let writer = std::thread::spawn(move || {
        store.run(&mut |_uow| {
            held.send(()).unwrap();
            is_released.recv().unwrap();
            Outcome::Rollback
        })
    });
    is_held.recv().unwrap();
    let account = json!({"email": "a@example.com", "password": "TestPassword123!", "full_name": "A", "role": "student"});
    let answer = api.post("/auth/register").json(&account).send().await;
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    answer.refused(503, "SERVICE_UNAVAILABLE");
    release.send(()).unwrap();
    writer.join().unwrap().unwrap();
}

#[actix_web::test]
async fn one_connection_serves_many_requests_in_turn() {
    let lanes = Lanes::new(NonZeroUsize::MIN, NonZeroUsize::MIN, Duration::from_secs(10));
    let api = Api::with(HttpSettings { lanes, ..HttpSettings::default() }).await;
    let calls = (0..20).map(|_| api.get("/services/categories").send());
    for answer in futures_util::future::join_all(calls).await {
        answer.expect(200);
    }
}
