//! Lessons of others, called off by administrators.

use instainstru_test_support::builders::a_booking;
use serde_json::json;

use crate::support::{Api, WEDNESDAY, assert_field, instructor};

#[actix_web::test]
async fn a_lesson_is_called_off_in_the_name_of_the_marketplace() {
    let api = Api::start().await;
    let (admin, ada, tom) = (api.admin(), instructor(&api), api.student());
    let lesson = a_booking(&api.store).with(&ada).of(&tom).at(WEDNESDAY, "10:00", 60).insert();
    let path = format!("/api/v1/admin/bookings/{}/cancel", lesson.id);
    let body = json!({"reason": "The instructor is in hospital"});
    for bad in [json!({}), json!({"reason": " "}), json!({"reason": "x".repeat(501)})] {
        let refused = api.post(&path).by(&admin).json(&bad).send().await;
        assert_field(&refused.refused(422, "VALIDATION_ERROR"), "reason");
    }
    let off = api.post(&path).by(&admin).json(&body).send().await.expect(200);
    assert_eq!(
        (&off["status"], &off["cancelled_by_id"], &off["cancellation_reason"]),
        (&json!("CANCELLED"), &json!(admin.id.get()), &body["reason"])
    );
    assert!(api.store.claims_of(tom.id).is_empty(), "the time is free at once");
    api.post(&path).by(&admin).json(&body).send().await.refused(422, "BUSINESS_RULE_VIOLATION");
    let audit = api.get("/api/v1/admin/audit?action=booking.cancelled").by(&admin).send().await.expect(200);
    let entry = &audit["entries"][0];
    assert_eq!(
        (&entry["actor_id"], &entry["subject"]["kind"], &entry["subject"]["id"], &entry["detail"]),
        (&json!(admin.id.get()), &json!("booking"), &json!(lesson.id.get()), &body)
    );
    let seen = api.get(&format!("/bookings/{}", lesson.id)).by(&tom).send().await.expect(200);
    assert_eq!(seen["status"], "CANCELLED");
}

#[actix_web::test]
async fn a_repeated_request_is_answered_as_before() {
    let api = Api::start().await;
    let (admin, ada, tom) = (api.admin(), instructor(&api), api.student());
    let lesson = a_booking(&api.store).with(&ada).of(&tom).at(WEDNESDAY, "10:00", 60).insert();
    let path = format!("/api/v1/admin/bookings/{}/cancel", lesson.id);
    let body = json!({"reason": "No lights in the street"});
    let send = || api.post(&path).by(&admin).header("Idempotency-Key", "once").json(&body).send();
    assert_eq!(send().await.expect(200), send().await.expect(200));
}

#[actix_web::test]
async fn nobody_but_administrators_calls_off_lessons_of_others() {
    let api = Api::start().await;
    let (admin, ada, tom) = (api.admin(), instructor(&api), api.student());
    let lesson = a_booking(&api.store).with(&ada).of(&tom).at(WEDNESDAY, "10:00", 60).insert();
    let body = json!({"reason": "x"});
    let path = format!("/api/v1/admin/bookings/{}/cancel", lesson.id);
    api.post(&path).json(&body).send().await.refused(401, "UNAUTHORIZED");
    for party in [&ada.user, &tom] {
        api.post(&path).by(party).json(&body).send().await.refused(403, "FORBIDDEN");
    }
    api.post("/api/v1/admin/bookings/4711/cancel")
        .by(&admin)
        .json(&body)
        .send()
        .await
        .refused(404, "NOT_FOUND");
    let bad = api.post("/api/v1/admin/bookings/0/cancel").by(&admin).json(&body).send().await;
    assert_field(&bad.refused(422, "VALIDATION_ERROR"), "booking_id");
}
