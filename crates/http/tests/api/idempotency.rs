//! A request that is sent twice happens once.

use serde_json::{Value, json};

use crate::support::{Api, instructor};

fn lesson(ada: &instainstru_domain::instructor::Instructor, start: &str) -> Value {
    json!({"instructor_id": ada.user.id.get(), "instructor_service_id": ada.services[0].id.get(),
        "booking_date": "2026-07-15", "start_time": start, "selected_duration": 60})
}

#[actix_web::test]
async fn a_repeated_booking_gets_the_first_answer_and_books_nothing() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let body = lesson(&ada, "10:00");
    let first =
        api.post("/api/v1/bookings").by(&tom).header("Idempotency-Key", "k1").json(&body).send().await;
    assert_eq!(first.header("idempotency-replayed"), None);
    let first = first.expect(201);
    // The other mount and the other slash form are the same request.
    for path in ["/api/v1/bookings", "/bookings", "/bookings/"] {
        let again = api.post(path).by(&tom).header("Idempotency-Key", "k1").json(&body).send().await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
        assert_eq!(again.expect(201), first);
    }
    assert_eq!(api.get("/bookings").by(&tom).send().await.expect(200)["total"], 1);
    assert_eq!(api.store.events().len(), 1);
}

#[actix_web::test]
async fn a_key_means_one_request_of_one_person() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let eve = instainstru_test_support::builders::a_user(&api.store).insert();
    let keyed = |user, path: &'static str, body: Value| {
        api.post(path).by(user).header("Idempotency-Key", "k1").json(&body).send()
    };
    keyed(&tom, "/bookings", lesson(&ada, "10:00")).await.expect(201);
    for (path, body) in [
        ("/bookings", lesson(&ada, "12:00")),
        ("/bookings?x=1", lesson(&ada, "10:00")),
        ("/bookings/1/cancel", json!({"reason": "ill"})),
    ] {
        keyed(&tom, path, body).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    }
    keyed(&eve, "/bookings", lesson(&ada, "12:00")).await.expect(201);
}

#[actix_web::test]
async fn a_refusal_is_not_kept_so_the_request_may_be_tried_again() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let eve = instainstru_test_support::builders::a_user(&api.store).insert();
    let taken = api.post("/bookings").by(&eve).json(&lesson(&ada, "10:00")).send().await.expect(201);
    let keyed =
        || api.post("/bookings").by(&tom).header("Idempotency-Key", "k").json(&lesson(&ada, "10:00")).send();
    keyed().await.refused(409, "BOOKING_CONFLICT");
    let cancel = format!("/bookings/{}/cancel", taken["id"]);
    api.post(&cancel).by(&eve).json(&json!({"reason": "x"})).send().await.expect(200);
    let now = keyed().await;
    assert_eq!(now.header("idempotency-replayed"), None);
    now.expect(201);
}

#[actix_web::test]
async fn of_many_at_once_one_works_and_the_others_get_its_answer() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let body = lesson(&ada, "10:00");
    let calls =
        (0..16).map(|_| api.post("/bookings").by(&tom).header("Idempotency-Key", "k").json(&body).send());
    let answers = futures_util::future::join_all(calls).await;
    let replays = answers.iter().filter(|answer| answer.header("idempotency-replayed").is_some()).count();
    assert_eq!(replays, 15);
    let ids: std::collections::BTreeSet<String> =
        answers.into_iter().map(|answer| answer.expect(201)["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
}

#[actix_web::test]
async fn answers_are_kept_for_a_day() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let book =
        || api.post("/bookings").by(&tom).header("Idempotency-Key", "k").json(&lesson(&ada, "10:00")).send();
    book().await.expect(201);
    api.clock.advance(jiff::SignedDuration::from_hours(25));
    book().await.refused(409, "BOOKING_CONFLICT");
}

#[actix_web::test]
async fn empty_answers_are_replayed_too() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let gone = api.delete("/instructors/profile").by(&ada.user).header("Idempotency-Key", "k").send().await;
    assert_eq!(gone.status, 204);
    let path = "/instructors/availability-windows/week";
    let bob = instainstru_test_support::builders::an_instructor(&api.store).insert();
    let body = json!({"schedule": [], "week_start": "2026-07-13"});
    for (replayed, tagged) in [(None, true), (Some("true"), false)] {
        let answer = api.post(path).by(&bob.user).header("Idempotency-Key", "k").json(&body).send().await;
        assert_eq!(answer.header("idempotency-replayed"), replayed);
        assert_eq!(
            answer.header("etag").is_some(),
            tagged,
            "a replay does not claim to know the version of today"
        );
        assert_eq!(answer.expect(200), json!({}));
    }
}

#[actix_web::test]
async fn keys_that_are_no_keys_are_refused() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    for key in ["", "a b", "ключ", &"k".repeat(256)] {
        let answer = api
            .post("/bookings")
            .by(&tom)
            .header("Idempotency-Key", key)
            .json(&lesson(&ada, "10:00"))
            .send()
            .await;
        let body = answer.refused(422, "VALIDATION_ERROR");
        assert_eq!(body["errors"][0]["loc"], json!(["header", "Idempotency-Key"]));
    }
}
