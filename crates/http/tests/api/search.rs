//! Searching. The engine says what it is told; what becomes of it on the wire is real.

use instainstru_core::money::Cents;
use instainstru_domain::{
    account::{AccountStatus, User},
    ports::{
        TransactorExt as _,
        instructor_search::{
            SearchAnswer, SearchChip, SearchNearMiss, SearchRelaxation, SearchSlot, Understood,
        },
    },
};
use instainstru_test_support::builders::an_instructor;
use serde_json::json;

use crate::support::{Api, Oracle, WEDNESDAY, assert_field, instructor};

const PATHS: [&str; 2] = ["/api/v1/search/instructors", "/api/search/instructors"];

/// An answer of which every member says something.
fn full_answer(api: &Api) -> SearchAnswer {
    let ada = instructor(api);
    let bob = an_instructor(&api.store).named("Bob").offering("guitar", 9_000, &[60]).insert();
    SearchAnswer {
        understood: Understood {
            cleaned: "piano lessons in".into(),
            services: vec!["Piano".into()],
            service_ids: vec![],
            categories: vec![],
            min_rate: None,
            max_rate: Cents::new(8_000).ok(),
            when: vec!["tomorrow".into(), "this weekend".into()],
            places: vec!["Staten Island".into()],
            online: Some(false),
            levels: vec!["kids".into()],
            residual: vec!["please".into()],
        },
        matches: vec![Oracle::matched(&ada)],
        total: 31,
        chips: vec![SearchChip {
            slot: SearchSlot::Service,
            value: "Piano".into(),
            text: "piono".into(),
            start: 0,
            end: 5,
            corrected_from: Some("piono".into()),
            removable: false,
            alternatives: vec!["Organ".into()],
        }],
        relaxations: vec![SearchRelaxation { slot: SearchSlot::Price, change: "up to $90".into(), count: 4 }],
        near_misses: vec![SearchNearMiss {
            found: Oracle::matched(&bob),
            differs: "begins at 18:00, not 17:00".into(),
        }],
        did_you_mean: vec!["Organ".into()],
        services: vec![],
        used_semantic: true,
    }
}

#[actix_web::test]
async fn the_answer_has_the_form_clients_know_on_both_mounts() {
    let api = Api::start().await;
    api.oracle.says(full_answer(&api));
    for path in PATHS {
        let answer = api.get(&format!("{path}?q=piono%20lessons")).send().await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let mut body = answer.expect(200);
        let took = body["search_metadata"]["search_time_ms"].take();
        assert!(took.as_f64().is_some_and(|took| (0.0..10_000.0).contains(&took)), "{took}");
        insta::allow_duplicates! { insta::assert_json_snapshot!("search", body); }
    }
}

#[actix_web::test]
async fn what_was_not_asked_for_is_empty_and_a_category_is_named() {
    let api = Api::start().await;
    let understood = Understood { categories: vec!["Music".into()], ..Understood::default() };
    api.oracle.says(SearchAnswer { understood, ..SearchAnswer::default() });
    let body = api.get("/api/search/instructors?q=Music%20lessons").send().await.expect(200);
    assert_eq!(
        body["parsed"],
        json!({"original_query": "Music lessons", "cleaned_query": "", "price": {}, "time": {}, "location": {},
            "level": {}, "services": [], "is_category_query": true, "category": "Music", "residual": []})
    );
    assert_eq!((&body["results"], &body["total_found"]), (&json!([]), &json!(0)));
    assert_eq!(body["search_metadata"]["applied_filters"], json!([]));
}

#[actix_web::test]
async fn nothing_to_search_for_is_refused() {
    let api = Api::start().await;
    for path in PATHS {
        for query in ["", "?q=", "?limit=5", "?q=&limit=5"] {
            let body = api.get(&format!("{path}{query}")).send().await.refused(422, "VALIDATION_ERROR");
            assert_field(&body, "q");
            assert!(body["detail"].as_str().unwrap().contains("at least 1 character"), "{body}");
        }
        for blank in ["%20", "+", "%09%0A", "%C2%A0%E2%80%83"] {
            let body = api.get(&format!("{path}?q={blank}")).send().await.refused(400, "VALIDATION_ERROR");
            assert_eq!(body["field"], "q");
            assert!(body["detail"].as_str().unwrap().contains("empty"), "{body}");
        }
    }
}

#[actix_web::test]
async fn the_number_of_results_is_1_to_100_and_20_when_nothing_is_said() {
    let api = Api::start().await;
    let ada = instructor(&api);
    api.oracle.finds(&[&ada; 150]);
    for (limit, count) in [("", 20), ("&limit=1", 1), ("&limit=100", 100)] {
        let body = api.get(&format!("/api/search/instructors?q=piano{limit}")).send().await.expect(200);
        assert_eq!(body["results"].as_array().unwrap().len(), count, "{limit}");
        assert_eq!(body["total_found"], 150);
    }
    for limit in ["0", "101", "-1", "x", "", "1.5"] {
        let refused = api.get(&format!("/api/search/instructors?q=piano&limit={limit}")).send().await;
        assert_field(&refused.refused(422, "VALIDATION_ERROR"), "limit");
    }
}

#[actix_web::test]
async fn queries_of_all_kinds_are_answered_and_endless_ones_refused() {
    let api = Api::start().await;
    for query in [
        "x".repeat(5_000),
        "%F0%9F%8E%B9".repeat(5_000),
        "%00".into(),
        "%E2%80%AE%F0%9F%8E%B9".into(),
        "'%3B%20DROP%20TABLE%20users%3B%20--".into(),
        "%25_%5C".into(),
    ] {
        let body = api.get(&format!("/api/search/instructors?q={query}")).send().await.expect(200);
        assert_eq!(body["parsed"]["original_query"], body["query"]);
    }
    for query in ["x".repeat(5_001), "x".repeat(10_000), "%C3%A9".repeat(5_001)] {
        let refused = api.get(&format!("/api/search/instructors?q={query}")).send().await;
        assert_field(&refused.refused(422, "VALIDATION_ERROR"), "q");
    }
}

#[actix_web::test]
async fn who_was_suspended_a_moment_ago_is_not_shown() {
    let api = Api::start().await;
    let ada = instructor(&api);
    api.oracle.finds(&[&ada]);
    let found = || async { api.get("/api/search/instructors?q=piano").send().await.expect(200) };
    assert_eq!(found().await["results"][0]["instructor"]["id"], ada.user.id.get());
    assert_eq!(found().await["results"][0]["next_starts"][0]["date"], WEDNESDAY.to_string());
    let suspended = User { account_status: AccountStatus::Suspended, ..ada.user };
    api.store.transaction(|uow| uow.users().update(&suspended)).unwrap();
    let body = found().await;
    assert_eq!((&body["results"], &body["total_found"]), (&json!([]), &json!(0)));
}

#[actix_web::test]
async fn suggestions_complete_what_was_typed() {
    let api = Api::start().await;
    for path in ["/api/v1/search/suggest", "/api/search/suggest"] {
        let body = api.get(&format!("{path}?q=pia")).send().await.expect(200);
        let piano = json!({"kind": "service", "slug": "piano", "name": "Piano", "phrase": "piano"});
        assert_eq!(body, json!({"query": "pia", "suggestions": [piano]}));
        let body = api.get(&format!("{path}?q=%20&limit=1")).send().await.expect(200);
        assert_eq!(body["suggestions"].as_array().unwrap().len(), 1);
        for query in ["", "?q=", "?q=x&limit=0", "?q=x&limit=9"] {
            api.get(&format!("{path}{query}")).send().await.refused(422, "VALIDATION_ERROR");
        }
    }
}
