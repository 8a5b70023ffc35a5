//! What a visitor sees.

use instainstru_domain::account::AccountStatus;
use instainstru_http::{DetailLevel, HttpSettings};
use instainstru_test_support::builders::{a_booking, an_instructor};
use serde_json::json;

use crate::support::{Api, WEDNESDAY, assert_field, instructor};

#[actix_web::test]
async fn free_time_is_what_is_published_minus_what_is_booked() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let _ = a_booking(&api.store).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let id = ada.user.id;
    for mount in ["/api/v1/public", "/api/public"] {
        let path = format!("{mount}/instructors/{id}/availability?start_date=2026-07-15&end_date=2026-07-16");
        let answer = api.get(&path).send().await;
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        assert!(answer.header("vary").unwrap().contains("Accept-Encoding"));
        assert_eq!(
            answer.expect(200),
            json!({
                "instructor_id": id.get(), "instructor_name": "Ada Lovelace", "timezone": "America/New_York",
                "availability_by_date": {
                    "2026-07-15": {"date": "2026-07-15", "is_blackout": false, "available_slots": [
                        {"start_time": "09:00", "end_time": "10:00"}, {"start_time": "11:00", "end_time": "17:00"}]},
                    "2026-07-16": {"date": "2026-07-16", "is_blackout": false, "available_slots": []},
                },
                "total_available_slots": 2, "earliest_available_date": "2026-07-15",
            })
        );
    }
}

#[actix_web::test]
async fn less_detail_is_a_setting() {
    let settings = |detail_level| HttpSettings {
        detail_level,
        show_instructor_name: false,
        public_cache_ttl_seconds: 30,
        ..HttpSettings::default()
    };
    let api = Api::with(settings(DetailLevel::Summary)).await;
    let ada = instructor(&api);
    let path = format!("/api/public/instructors/{}/availability?start_date=2026-07-15", ada.user.id);
    let summary = api.get(&path).send().await;
    assert_eq!(summary.header("cache-control"), Some("public, max-age=30"));
    assert_eq!(
        summary.expect(200),
        json!({"instructor_id": ada.user.id.get(), "instructor_name": "Instructor", "timezone": "America/New_York",
            "availability_summary": {"2026-07-15": {"date": "2026-07-15", "morning_available": true,
                "afternoon_available": false, "evening_available": false, "total_hours": 8.0}},
            "total_available_days": 1, "detail_level": "summary"})
    );
    let api = Api::with(settings(DetailLevel::Minimal)).await;
    let ada = instructor(&api);
    let path = format!("/api/public/instructors/{}/availability?start_date=2026-07-15", ada.user.id);
    assert_eq!(
        api.get(&path).send().await.expect(200),
        json!({"instructor_id": ada.user.id.get(), "instructor_name": "Instructor", "has_availability": true,
            "earliest_available_date": "2026-07-15", "timezone": "America/New_York"})
    );
}

#[actix_web::test]
async fn impossible_dates_are_refused() {
    let api = Api::start().await;
    let ada = instructor(&api);
    for what in ["availability", "start-times"] {
        for (query, status) in [
            ("start_date=2026-07-12", 400),
            ("start_date=2026-07-15&end_date=2026-07-14", 400),
            ("start_date=2026-07-15&end_date=2026-10-14", 400),
            ("start_date=2026-7-15", 422),
            ("", 422),
        ] {
            let path = format!("/api/public/instructors/{}/{what}?duration_minutes=60&{query}", ada.user.id);
            api.get(&path).send().await.refused(status, "VALIDATION_ERROR");
        }
        let query = "start_date=2026-07-15&duration_minutes=60";
        api.get(&format!("/api/v1/public/instructors/999/{what}?{query}"))
            .send()
            .await
            .refused(404, "NOT_FOUND");
        api.get(&format!("/api/v1/public/instructors/x/{what}?{query}"))
            .send()
            .await
            .refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn every_start_that_is_shown_can_be_booked() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let _ = a_booking(&api.store).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    let (id, service) = (ada.user.id, ada.services[0].id);
    let base =
        format!("/api/v1/public/instructors/{id}/start-times?start_date=2026-07-15&duration_minutes=60");
    let starts =
        api.get(&format!("{base}&step_minutes=60&instructor_service_id={service}")).send().await.expect(200);
    assert_eq!(
        starts,
        json!({"instructor_id": id.get(), "timezone": "America/New_York", "duration_minutes": 60, "days": [
            {"date": "2026-07-15", "times": ["09:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]}]})
    );
    for time in starts["days"][0]["times"].as_array().unwrap() {
        let body = json!({"instructor_id": id.get(), "instructor_service_id": service.get(), "booking_date": "2026-07-15",
            "start_time": time, "selected_duration": 60});
        api.post("/bookings").by(&api.student()).json(&body).send().await.expect(201);
    }
    assert_eq!(api.get(&base).send().await.expect(200)["days"], json!([]));
    for (query, status, field) in [
        ("step_minutes=20", 422, "step_minutes"),
        ("instructor_service_id=0", 422, "instructor_service_id"),
        ("duration_minutes=61", 422, "duration_minutes"),
    ] {
        let path = format!("/api/public/instructors/{id}/start-times?start_date=2026-07-15&{query}");
        let path = if field == "duration_minutes" { path } else { format!("{path}&duration_minutes=60") };
        assert_field(&api.get(&path).send().await.refused(status, "VALIDATION_ERROR"), field);
    }
    api.get(&format!("{base}&instructor_service_id=999")).send().await.refused(404, "NOT_FOUND");
    let path = format!(
        "/api/public/instructors/{id}/start-times?start_date=2026-07-15&duration_minutes=90&instructor_service_id={service}"
    );
    api.get(&path).send().await.refused(400, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn the_next_free_time_is_found_or_not() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let path = format!("/api/public/instructors/{}/next-available", ada.user.id);
    let next = api.get(&path).send().await;
    assert_eq!(next.header("cache-control"), Some("public, max-age=120"));
    assert_eq!(
        next.expect(200),
        json!({"found": true, "date": "2026-07-15", "start_time": "09:00:00", "end_time": "10:00:00", "duration_minutes": 60})
    );
    let none = api.get(&format!("{path}/?duration_minutes=720")).send().await;
    assert_eq!(none.header("cache-control"), Some("public, max-age=60"));
    let none = none.expect(200);
    assert_eq!(none["found"], false);
    assert!(none["message"].as_str().unwrap().contains("No available slots"));
    for bad in ["0", "-60", "x", "61", "100000000000000000000"] {
        api.get(&format!("{path}?duration_minutes={bad}")).send().await.refused(422, "VALIDATION_ERROR");
    }
    api.get("/api/public/instructors/999/next-available").send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn a_time_that_cannot_be_booked_is_explained() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let path = |query: &str| format!("/api/v1/public/instructors/{}/why-not?{query}", ada.user.id);
    let good = path("date=2026-07-15&start_time=09:00&duration_minutes=60");
    assert_eq!(api.get(&good).send().await.expect(200), json!({"bookable": true, "reasons": []}));
    let bad = path("date=2026-07-13&start_time=08:30&duration_minutes=60");
    let answer = api.get(&bad).send().await.expect(200);
    assert_eq!(answer["bookable"], false);
    let codes: Vec<_> =
        answer["reasons"].as_array().unwrap().iter().map(|r| r["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["INSUFFICIENT_NOTICE", "OUTSIDE_AVAILABILITY"]);
    for query in [
        "",
        "date=x&start_time=09:00&duration_minutes=60",
        "date=2026-07-15&start_time=9&duration_minutes=60",
        "date=2026-07-15&start_time=09:00&duration_minutes=7",
    ] {
        api.get(&path(query)).send().await.refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn who_takes_no_bookings_shows_no_time() {
    let api = Api::start().await;
    let ada = an_instructor(&api.store)
        .status(AccountStatus::Suspended)
        .publishing(WEDNESDAY, "09:00-17:00")
        .insert();
    let base = format!("/api/public/instructors/{}", ada.user.id);
    let calendar = api.get(&format!("{base}/availability?start_date=2026-07-15")).send().await.expect(200);
    assert_eq!(calendar["total_available_slots"], 0);
    let starts = api
        .get(&format!("{base}/start-times?start_date=2026-07-15&duration_minutes=60"))
        .send()
        .await
        .expect(200);
    assert_eq!(starts["days"], json!([]));
}
