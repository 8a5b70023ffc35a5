//! The catalogue.

use instainstru_test_support::builders::{a_catalogue, an_instructor};
use serde_json::json;

use crate::support::{Api, assert_field, instructor};

#[actix_web::test]
async fn categories_and_services_are_listed_in_order() {
    let api = Api::start().await;
    let _ada = instructor(&api);
    let categories = api.get("/services/categories").send().await.expect(200);
    assert_eq!(
        (&categories[0]["slug"], &categories[0]["subtitle"]),
        (&json!("music"), &json!("Instruments and voice"))
    );
    let all = api.get("/api/v1/services/catalog/").send().await.expect(200);
    assert_eq!(all.as_array().unwrap().len(), 4);
    let music = api.get("/services/catalog?category=music").send().await.expect(200);
    assert_eq!(music.as_array().unwrap().len(), 2);
    insta::assert_json_snapshot!("catalogue_service", music[0]);
    api.get("/services/catalog?category=alchemy").send().await.refused(404, "NOT_FOUND");
    api.get("/services/catalog?category=%00").send().await.refused(422, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn the_front_page_shows_the_first_services_of_each_category() {
    let api = Api::start().await;
    let _ = a_catalogue(&api.store);
    let top = api.get("/services/catalog/top-per-category?limit=1").send().await;
    assert_eq!(top.header("cache-control"), Some("public, max-age=3600"));
    let top = top.expect(200);
    assert_eq!(top["categories"][0]["services"].as_array().unwrap().len(), 1);
    assert_eq!(
        top["metadata"],
        json!({"services_per_category": 1, "total_categories": 2, "cached_for_seconds": 3600, "updated_at": "2026-07-13T12:00:00Z"})
    );
    for limit in ["0", "21", "x"] {
        api.get(&format!("/services/catalog/top-per-category?limit={limit}"))
            .send()
            .await
            .refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn services_are_searched_by_text() {
    let api = Api::start().await;
    let ada = instructor(&api);
    let found = api.get("/services/search?q=piano").send().await.expect(200);
    assert_eq!((&found["search_type"], &found["query"]), (&json!("service"), &json!("piano")));
    assert_eq!(found["instructors"][0]["user_id"], ada.user.id.get());
    assert_eq!(found["metadata"]["pagination"], json!({"skip": 0, "limit": 50, "count": 1}));
    for query in ["", "q=", "q=a", "q=%20a%20", &format!("q={}", "x".repeat(101))] {
        assert_field(
            &api.get(&format!("/services/search?{query}")).send().await.refused(422, "VALIDATION_ERROR"),
            "q",
        );
    }
}

#[actix_web::test]
async fn an_instructor_offers_one_more_service_once() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let guitar = a_catalogue(&api.store).id("guitar").get();
    let body = json!({"catalog_service_id": guitar, "hourly_rate": 80, "more": 1});
    let path = "/api/v1/services/instructor/add";
    let added = api.post(path).by(&ada.user).json(&body).send().await.expect(200);
    assert_eq!(
        (&added["category"], &added["duration_options"], &added["hourly_rate"]),
        (&json!("Music"), &json!([60]), &json!(80.0))
    );
    assert!(added["description"].is_string(), "the catalogue's description: {added}");
    let again = api.post("/services/instructor/add").by(&ada.user).json(&body).send().await;
    assert!(again.refused(400, "VALIDATION_ERROR")["detail"].as_str().unwrap().contains("already offer"));
    api.post(path).by(&tom).json(&body).send().await.refused(403, "FORBIDDEN");
    api.post(path).json(&body).send().await.refused(401, "UNAUTHORIZED");
    let bob = an_instructor(&api.store).insert();
    for (member, value, status, code) in [
        ("catalog_service_id", json!(999), 404, "NOT_FOUND"),
        ("catalog_service_id", json!(0), 422, "VALIDATION_ERROR"),
        ("hourly_rate", json!(0), 422, "VALIDATION_ERROR"),
        ("hourly_rate", json!(1001), 422, "VALIDATION_ERROR"),
        ("duration_options", json!([]), 422, "VALIDATION_ERROR"),
        ("duration_options", json!([300]), 422, "VALIDATION_ERROR"),
        ("custom_description", json!("x".repeat(501)), 422, "VALIDATION_ERROR"),
    ] {
        let mut bad = body.clone();
        bad[member] = value;
        api.post(path).by(&bob.user).json(&bad).send().await.refused(status, code);
    }
}
