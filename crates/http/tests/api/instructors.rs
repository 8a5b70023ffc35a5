//! Profiles, lists and account lifecycle.

use instainstru_domain::account::AccountStatus;
use instainstru_test_support::builders::{a_booking, a_catalogue, an_instructor};
use serde_json::{Value, json};

use crate::support::{Api, WEDNESDAY, assert_field, instructor};

fn profile(service: i32) -> Value {
    json!({
        "bio": "I have taught the piano for ten years.",
        "areas_of_service": ["  upper west side ", "Upper West Side", "harlem"],
        "years_experience": 10,
        "services": [{"service_catalog_id": service, "hourly_rate": "75.505", "duration_options": [30, 60], "id": 7, "name": "x"}],
    })
}

#[actix_web::test]
async fn a_student_becomes_an_instructor() {
    let api = Api::start().await;
    let (tom, piano) = (api.student_at("tom@example.com"), a_catalogue(&api.store).id("piano").get());
    let created =
        api.post("/api/v1/instructors/profile").by(&tom).json(&profile(piano)).send().await.expect(201);
    insta::assert_json_snapshot!("profile", created);
    let again = api.post("/instructors/profile").by(&tom).json(&profile(piano)).send().await;
    assert!(again.refused(400, "VALIDATION_ERROR")["detail"].as_str().unwrap().contains("already exists"));
    assert_eq!(api.get("/auth/me").by(&tom).send().await.expect(200)["role"], "instructor");
    let own = api.get("/instructors/profile/").by(&tom).send().await;
    assert_eq!(own.header("cache-control"), Some("private, no-store"));
    assert_eq!(own.expect(200), created);
    let public = api.get(&format!("/instructors/{}", tom.id)).send().await.expect(200);
    assert_eq!(public, created);
}

#[actix_web::test]
async fn services_may_be_named_as_clients_of_2025_do() {
    let api = Api::start().await;
    let tom = api.student();
    let _ = a_catalogue(&api.store);
    let mut body = profile(1);
    body["services"] = json!([{"skill": "PIANO", "hourly_rate": 60, "duration_override": 45}]);
    let created = api.post("/instructors/profile").by(&tom).json(&body).send().await.expect(201);
    let service = &created["services"][0];
    assert_eq!((&service["skill"], &service["duration"]), (&json!("Piano"), &json!(45)));
    assert_eq!(service["duration_options"], json!([45]));
}

#[actix_web::test]
async fn malformed_profiles_name_every_field_that_is_wrong() {
    let api = Api::start().await;
    let (tom, piano) = (api.student(), a_catalogue(&api.store).id("piano").get());
    let bad = json!({
        "bio": "short", "areas_of_service": [" "], "years_experience": 51, "min_advance_booking_hours": 169,
        "buffer_time_minutes": -1, "timezone": "Mars/Olympus",
        "services": [{"service_catalog_id": 0, "hourly_rate": 0, "duration_options": [20], "max_distance_miles": 501}],
    });
    let refused =
        api.post("/instructors/profile").by(&tom).json(&bad).send().await.refused(422, "VALIDATION_ERROR");
    let locs: Vec<String> =
        refused["errors"].as_array().unwrap().iter().map(|e| e["loc"].to_string()).collect();
    assert_eq!(locs.len(), 10, "{refused}");
    assert!(locs.contains(&r#"["body","services",0,"hourly_rate"]"#.to_owned()), "{locs:?}");
    for (member, value) in [
        ("services", json!([])),
        ("services", json!([{"hourly_rate": 50}])),
        ("services", json!([{"service_catalog_id": 999, "hourly_rate": 50}])),
        ("services", json!([{"skill": "alchemy", "hourly_rate": 50}])),
        (
            "services",
            json!([{"service_catalog_id": piano, "hourly_rate": 50}, {"skill": "piano", "hourly_rate": 60}]),
        ),
        ("services", json!([{"service_catalog_id": piano, "hourly_rate": "NaN"}])),
        ("services", json!([{"service_catalog_id": piano, "hourly_rate": 1000.01}])),
        ("services", json!(vec![json!({"service_catalog_id": piano, "hourly_rate": 50}); 21])),
        ("areas_of_service", json!((0..21).map(|n| format!("Area {n}")).collect::<Vec<_>>())),
        ("areas_of_service", json!(["a, b"])),
        ("bio", json!("x".repeat(1001))),
        ("years_experience", json!("10")),
    ] {
        let mut body = profile(piano);
        body[member] = value.clone();
        api.post("/instructors/profile").by(&tom).json(&body).send().await.refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn a_profile_is_changed_in_parts() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let change = json!({"min_advance_booking_hours": 24, "buffer_time_minutes": 15, "timezone": "America/Chicago", "bio": null});
    let changed = api.put("/api/v1/instructors/profile").by(&ada.user).json(&change).send().await.expect(200);
    assert_eq!(
        (&changed["min_advance_booking_hours"], &changed["timezone"]),
        (&json!(24), &json!("America/Chicago"))
    );
    assert_eq!(changed["services"].as_array().unwrap().len(), 1);
    let removed =
        api.put("/instructors/profile").by(&ada.user).json(&json!({"services": []})).send().await.expect(200);
    assert_eq!(removed["services"], json!([]));
    let bad = json!({"bio": "short", "services": [{"skill": "", "hourly_rate": 5}]});
    assert_field(
        &api.put("/instructors/profile")
            .by(&ada.user)
            .json(&bad)
            .send()
            .await
            .refused(422, "VALIDATION_ERROR"),
        "bio",
    );
    let tom = api.student();
    api.put("/instructors/profile").by(&tom).json(&json!({})).send().await.refused(403, "FORBIDDEN");
    api.get("/instructors/profile").by(&tom).send().await.refused(403, "FORBIDDEN");
}

#[actix_web::test]
async fn somebody_who_registers_as_an_instructor_has_an_empty_profile_that_can_be_read_and_listed() {
    let api = Api::start().await;
    let body = json!({"email": "new@example.com", "password": "TestPassword123!", "full_name": "New", "role": "instructor"});
    let id = api.post("/auth/register").json(&body).send().await.expect(201)["id"].clone();
    let profile = api.get(&format!("/instructors/{id}")).send().await.expect(200);
    assert_eq!(
        (&profile["bio"], &profile["areas_of_service"], &profile["services"]),
        (&json!(""), &json!([]), &json!([]))
    );
    assert_eq!(api.get("/instructors").send().await.expect(200).as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_profile_is_deleted_unless_lessons_are_ahead() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let booking = a_booking(&api.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    api.delete("/instructors/profile").by(&ada.user).send().await.refused(409, "CONFLICT");
    let cancel = format!("/bookings/{}/cancel", booking.id);
    api.post(&cancel).by(&tom).json(&json!({"reason": "ill"})).send().await.expect(200);
    let gone = api.delete("/api/v1/instructors/profile").by(&ada.user).send().await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    api.get(&format!("/instructors/{}", ada.user.id)).send().await.refused(404, "NOT_FOUND");
    api.get(&format!("/bookings/{}", booking.id)).by(&tom).send().await.expect(200);
}

#[actix_web::test]
async fn lists_are_plain_without_filters_and_explained_with_them() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let _ = an_instructor(&api.store).named("Bob").offering("yoga", 4_000, &[60]).insert();
    let _ =
        an_instructor(&api.store).offering("yoga", 4_000, &[60]).status(AccountStatus::Suspended).insert();
    for path in
        ["/instructors", "/instructors/", "/api/v1/instructors?skip=0&limit=20", "/instructors?unknown=1"]
    {
        assert_eq!(api.get(path).send().await.expect(200).as_array().unwrap().len(), 2, "{path}");
    }
    assert_eq!(api.get("/instructors?skip=1&limit=1").send().await.expect(200).as_array().unwrap().len(), 1);
    let id = ada.services[0].offer.catalogue_service_id;
    let query =
        format!("search=%20PIANO%20&service_catalog_id={id}&min_price=7e1&max_price=80.5&skill=music");
    let found = api.get(&format!("/instructors?{query}")).send().await.expect(200);
    assert_eq!(found["instructors"][0]["user_id"], ada.user.id.get());
    assert_eq!(
        found["metadata"],
        json!({
            "filters_applied": {"search": "PIANO", "service_catalog_id": id.get(), "skill": "music", "min_price": 70.0, "max_price": 80.5},
            "pagination": {"skip": 0, "limit": 100, "count": 1}, "total_matches": 1, "active_instructors": 2,
        })
    );
    let none = api.get("/instructors?skill=alchemy").send().await.expect(200);
    assert_eq!(none["metadata"]["total_matches"], 0);
}

#[actix_web::test]
async fn filters_out_of_bounds_have_their_statuses() {
    let api = Api::start().await;
    let long = "x".repeat(101);
    for (query, status, field) in [
        ("min_price=50&max_price=40", 400, "max_price"),
        (&format!("search={long}"), 400, "search"),
        ("service_catalog_id=0", 400, "service_catalog_id"),
        ("service_catalog_id=x", 422, "service_catalog_id"),
        ("search=", 422, "search"),
        ("search=a%00b", 422, "search"),
        ("search=%FF", 200, ""),
        ("min_price=-1", 422, "min_price"),
        ("min_price=1e4", 422, "min_price"),
        ("min_price=1e", 422, "min_price"),
        ("min_price=NaN", 422, "min_price"),
        ("max_price=1000.01", 422, "max_price"),
        ("max_price=1e2", 200, ""),
        ("min_price=4e-275", 200, ""),
        ("skip=-1", 422, "skip"),
        ("limit=0", 422, "limit"),
        ("limit=101", 422, "limit"),
        ("limit=1&limit=2", 422, "limit"),
    ] {
        let answer = api.get(&format!("/api/v1/instructors?{query}")).send().await;
        if status == 200 {
            answer.expect(200);
        } else {
            assert_field(&answer.refused(status, "VALIDATION_ERROR"), field);
        }
    }
}

#[actix_web::test]
async fn only_bookable_instructors_are_shown() {
    let api = Api::start().await;
    let hidden = an_instructor(&api.store).status(AccountStatus::Suspended).insert();
    api.get(&format!("/instructors/{}", hidden.user.id)).send().await.refused(404, "NOT_FOUND");
    api.get("/instructors/999").send().await.refused(404, "NOT_FOUND");
    assert_field(&api.get("/instructors/abc").send().await.refused(422, "VALIDATION_ERROR"), "instructor_id");
}

#[actix_web::test]
async fn an_account_is_suspended_reactivated_and_deactivated_by_its_owner() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let path = |action: &str| format!("/api/v1/instructors/{}/{action}", ada.user.id);
    let status = api.get(&path("can-change-status")).by(&ada.user).send().await.expect(200);
    assert_eq!(
        (&status["can_suspend"], &status["can_reactivate"], &status["can_login"]),
        (&json!(true), &json!(false), &json!(true))
    );
    let already = api.post(&path("reactivate")).by(&ada.user).send().await.refused(400, "VALIDATION_ERROR");
    assert!(already["detail"].as_str().unwrap().contains("already active"));
    for action in ["suspend", "deactivate", "reactivate"] {
        let other = api.post(&path(action)).by(&tom).send().await.refused(403, "FORBIDDEN");
        assert!(other["detail"].as_str().unwrap().contains("only modify your own account"));
        api.post(&path(action)).send().await.refused(401, "UNAUTHORIZED");
        let own = format!("/instructors/{}/{action}", tom.id);
        let student = api.post(&own).by(&tom).send().await.refused(403, "FORBIDDEN");
        assert!(student["detail"].as_str().unwrap().contains("Only instructors can"), "{student}");
    }
    let booking = a_booking(&api.store).of(&tom).with(&ada).at(WEDNESDAY, "10:00", 60).insert();
    for action in ["suspend", "deactivate"] {
        let refused = api.post(&path(action)).by(&ada.user).send().await.refused(409, "CONFLICT");
        assert!(refused["detail"].as_str().unwrap().contains("future bookings"));
    }
    let cancel = format!("/bookings/{}/cancel", booking.id);
    api.post(&cancel).by(&tom).json(&json!({"reason": "ill"})).send().await.expect(200);
    let change = api.post(&path("suspend")).by(&ada.user).send().await.expect(200);
    assert_eq!((&change["previous_status"], &change["new_status"]), (&json!("active"), &json!("suspended")));
    api.post(&path("reactivate")).by(&ada.user).send().await.expect(200);
    api.post(&path("deactivate")).by(&ada.user).send().await.expect(200);
    api.get("/auth/me").by(&ada.user).send().await.refused(401, "UNAUTHORIZED");
    let own =
        api.get(&format!("/instructors/{}/can-change-status", tom.id)).by(&tom).send().await.expect(200);
    assert_eq!((&own["role"], &own["can_suspend"]), (&json!("student"), &json!(null)));
    api.get(&path("can-change-status")).by(&tom).send().await.refused(403, "FORBIDDEN");
}
