//! What was searched for: suggested again to who did, forgotten when they wish so, and counted for administrators.

use instainstru_domain::ports::instructor_search::{SearchAnswer, Understood};
use serde_json::{Value, json};

use crate::support::{Answer, Api, Oracle, assert_field, instructor};

const HISTORY: &str = "/api/v1/me/search-history";
const QUALITY: &str = "/api/v1/admin/search/quality";

/// An API whose engine finds Ada, who teaches the piano, whatever is asked.
async fn finding_ada() -> Api {
    let api = Api::start().await;
    let ada = instructor(&api);
    let understood = Understood {
        services: vec!["Piano".into()],
        service_ids: vec![ada.services[0].offer.catalogue_service_id],
        ..Understood::default()
    };
    api.oracle.says(SearchAnswer {
        understood,
        matches: vec![Oracle::matched(&ada)],
        total: 1,
        ..SearchAnswer::default()
    });
    api
}

fn search(query: &str) -> String {
    format!("/api/v1/search/instructors?q={query}")
}

async fn suggest(api: &Api, user: Option<&instainstru_domain::account::User>, typed: &str) -> Answer {
    let call = api.get(&format!("/api/v1/search/suggest?q={typed}"));
    user.map_or_else(|| api.get(&format!("/api/v1/search/suggest?q={typed}")), |user| call.by(user))
        .send()
        .await
}

fn phrases(answer: Answer) -> Vec<String> {
    let body = answer.expect(200);
    let suggestions = body["suggestions"].as_array().unwrap().iter();
    suggestions
        .map(|one| format!("{} {}", one["kind"].as_str().unwrap(), one["phrase"].as_str().unwrap()))
        .collect()
}

#[actix_web::test]
async fn who_is_signed_in_finds_past_searches_and_can_have_them_forgotten() {
    let api = finding_ada().await;
    let (tom, eve) = (api.student(), api.student_at("eve@example.com"));
    for query in ["Piano%20%20Lessons", "jazz", "piano%20lessons"] {
        api.get(&search(query)).by(&tom).send().await.expect(200);
        api.clock.advance(jiff::SignedDuration::from_mins(1));
    }
    let history = |user| {
        let call = api.get(HISTORY).by(user).send();
        async move { call.await.expect(200)["searches"].clone() }
    };
    let piano = json!([{"id": 1, "name": "Piano"}]);
    assert_eq!(
        history(&tom).await,
        json!([
            {"query": "piano lessons", "last_at": "2026-07-13T12:02:00Z", "searches": 2, "results": 1,
                "services": piano, "source": "api"},
            {"query": "jazz", "last_at": "2026-07-13T12:01:00Z", "searches": 1, "results": 1,
                "services": piano, "source": "api"},
        ])
    );
    assert_eq!(history(&eve).await, json!([]));
    let first = suggest(&api, Some(&tom), "p").await;
    assert_eq!(first.header("cache-control"), Some("private, no-store"));
    assert!(first.header("vary").is_some_and(|vary| vary.starts_with("Authorization")));
    assert_eq!(phrases(first), ["recent piano lessons", "service piano"]);
    assert_eq!(phrases(suggest(&api, Some(&tom), "%20").await)[..2], ["recent piano lessons", "recent jazz"]);
    assert_eq!(phrases(suggest(&api, Some(&eve), "p").await), ["service piano"]);
    let forgotten = api.delete(HISTORY).by(&tom).send().await.expect(200);
    assert_eq!(forgotten, json!({"forgotten": 2}));
    assert_eq!(history(&tom).await, json!([]));
    assert_eq!(phrases(suggest(&api, Some(&tom), "p").await), ["service piano"]);
    assert_eq!(api.delete(HISTORY).by(&tom).send().await.expect(200), json!({"forgotten": 0}));
}

#[actix_web::test]
async fn a_void_token_searches_as_nobody() {
    let api = finding_ada().await;
    let tom = api.student();
    for token in ["Bearer nonsense", "Bearer ", "Basic dG9tOnRvbQ=="] {
        api.get(&search("jazz")).header("Authorization", token).send().await.expect(200);
        let answer = api.get("/api/v1/search/suggest?q=p").header("Authorization", token).send().await;
        assert_eq!(phrases(answer), ["service piano"]);
    }
    api.store.set_user_active(tom.id, false);
    api.get(&search("jazz")).by(&tom).send().await.expect(200);
    api.store.set_user_active(tom.id, true);
    assert_eq!(api.get(HISTORY).by(&tom).send().await.expect(200)["searches"], json!([]));
}

#[actix_web::test]
async fn what_many_search_for_is_suggested_to_all() {
    let api = finding_ada().await;
    for _ in 0..5 {
        api.get(&search("piano%20for%20kids")).send().await.expect(200);
    }
    api.get(&search("piano%20at%2055%20elm%20street")).send().await.expect(200);
    let answer = suggest(&api, None, "pia").await;
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let body = answer.expect(200);
    let popular =
        json!({"kind": "popular", "slug": null, "name": "piano for kids", "phrase": "piano for kids"});
    assert_eq!(body["suggestions"].as_array().unwrap().last(), Some(&popular));
    assert_eq!(body["suggestions"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn past_searches_are_nobody_elses_business() {
    let api = finding_ada().await;
    for method in ["GET", "DELETE"] {
        api.call(method, HISTORY).send().await.refused(401, "UNAUTHORIZED");
        let bad = api.call(method, HISTORY).header("Authorization", "Bearer nonsense").send().await;
        bad.refused(401, "UNAUTHORIZED");
    }
    api.get("/me/search-history").by(&api.student()).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn administrators_see_how_searches_go_and_not_whose_they_are() {
    let api = finding_ada().await;
    let (admin, tom) = (api.admin(), api.student());
    api.get(&search("piano")).by(&tom).send().await.expect(200);
    let lost = Understood { residual: vec!["harp".into()], ..Understood::default() };
    api.oracle.says(SearchAnswer { understood: lost, ..SearchAnswer::default() });
    for _ in 0..2 {
        api.get(&search("Harp%20lessons")).by(&tom).send().await.expect(200);
    }
    let quality = api.get(&format!("{QUALITY}?days=1")).by(&admin).send().await.expect(200);
    let harp = json!({"query": "harp lessons", "searches": 2, "without_results": 2, "not_understood": 2,
        "last_date": "2026-07-13"});
    assert_eq!(
        quality,
        json!({"from": "2026-07-13", "to": "2026-07-13", "searches": 3, "without_results": 2, "not_understood": 2,
            "days": [{"date": "2026-07-13", "searches": 3, "without_results": 2, "not_understood": 2}],
            "queries_without_results": [harp], "queries_not_understood": [harp]})
    );
    assert!(!quality.to_string().contains("example.com"));
    let week = api.get(QUALITY).by(&admin).send().await.expect(200);
    assert_eq!((&week["from"], &week["to"]), (&json!("2026-07-07"), &json!("2026-07-13")));
    for days in ["0", "91", "x", ""] {
        let refused = api.get(&format!("{QUALITY}?days={days}")).by(&admin).send().await;
        assert_field(&refused.refused(422, "VALIDATION_ERROR"), "days");
    }
    api.get(QUALITY).send().await.refused(401, "UNAUTHORIZED");
    for user in [&tom, &instructor_of(&api)] {
        api.get(QUALITY).by(user).send().await.refused(403, "FORBIDDEN");
    }
}

fn instructor_of(api: &Api) -> instainstru_domain::account::User {
    instainstru_test_support::builders::an_instructor(&api.store).insert().user
}

#[actix_web::test]
async fn a_person_who_deletes_twice_with_one_key_deletes_once() {
    let api = finding_ada().await;
    let tom = api.student();
    api.get(&search("piano")).by(&tom).send().await.expect(200);
    let delete = || api.delete(HISTORY).by(&tom).header("Idempotency-Key", "k").send();
    assert_eq!(delete().await.expect(200), json!({"forgotten": 1}));
    api.get(&search("jazz")).by(&tom).send().await.expect(200);
    let again = delete().await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(200), json!({"forgotten": 1}));
    let left: Value = api.get(HISTORY).by(&tom).send().await.expect(200);
    assert_eq!(left["searches"].as_array().unwrap().len(), 1);
}
