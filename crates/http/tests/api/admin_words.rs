//! Administrators edit what search takes words for: aliases, groups and places.

use instainstru_domain::account::User;
use instainstru_test_support::builders::a_catalogue;
use serde_json::{Value, json};

use crate::support::{Answer, Api, assert_field};

const CATALOG: &str = "/api/v1/admin/catalog";

async fn edited() -> (Api, User) {
    let api = Api::start().await;
    let _ = a_catalogue(&api.store);
    let admin = api.admin();
    (api, admin)
}

async fn post(api: &Api, admin: &User, what: &str, body: Value) -> Answer {
    api.post(&format!("{CATALOG}/{what}")).by(admin).json(&body).send().await
}

async fn patch(api: &Api, admin: &User, what: &str, body: Value) -> Answer {
    api.patch(&format!("{CATALOG}/{what}")).by(admin).json(&body).send().await
}

async fn list(api: &Api, admin: &User, what: &str) -> Value {
    api.get(&format!("{CATALOG}/{what}")).by(admin).send().await.expect(200)
}

/// One member of each entry of a list.
fn each(entries: &Value, member: &str) -> Vec<String> {
    entries.as_array().unwrap().iter().map(|entry| entry[member].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn an_alias_is_added_listed_and_taken_away() {
    let (api, admin) = edited().await;
    let body = json!({"phrase": " Pianoforte ", "kind": "synonym", "service_id": 1});
    let made = post(&api, &admin, "aliases", body).await.expect(201);
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        made,
        json!({"id": id, "phrase": "pianoforte", "kind": "synonym", "service_id": 1, "group_id": null,
            "category_id": null, "origin": "admin"})
    );
    post(&api, &admin, "aliases", json!({"phrase": "lessons", "kind": "weak"})).await.expect(201);
    post(&api, &admin, "aliases", json!({"phrase": "tunes", "kind": "category", "category_id": 1}))
        .await
        .expect(201);
    let all = list(&api, &admin, "aliases").await;
    assert_eq!(each(&all["aliases"], "phrase"), ["lessons", "pianoforte", "tunes"]);
    assert_eq!((&all["total"], &all["page"], &all["per_page"]), (&json!(3), &json!(1), &json!(50)));
    for (query, expected) in [
        ("?kind=weak", vec!["lessons"]),
        ("?service_id=1", vec!["pianoforte"]),
        ("?category_id=1", vec!["tunes"]),
        ("?group_id=1", vec![]),
        ("?q=ON", vec!["lessons"]),
        ("?per_page=1&page=3", vec!["tunes"]),
    ] {
        let found = list(&api, &admin, &format!("aliases{query}")).await;
        assert_eq!(each(&found["aliases"], "phrase"), expected, "{query}");
    }
    let delete = || api.delete(&format!("{CATALOG}/aliases/{id}")).by(&admin).send();
    assert_eq!(delete().await.status, 204);
    delete().await.refused(404, "NOT_FOUND");
    assert_eq!(list(&api, &admin, "aliases").await["total"], 2);
}

#[actix_web::test]
async fn a_phrase_that_names_one_service_is_never_made_to_name_another() {
    let (api, admin) = edited().await;
    for (phrase, kind, said) in [
        ("klavier", "synonym", "'klavier' already means Piano"),
        ("PIANO", "synonym", "'piano' already means Piano"),
    ] {
        let body = json!({"phrase": phrase, "kind": kind, "service_id": 2});
        let refused = post(&api, &admin, "aliases", body).await.refused(409, "CONFLICT");
        assert_eq!(refused["detail"], said);
    }
    // Phrases near several services are near all of them.
    for service in [1, 2] {
        let body = json!({"phrase": "campfire songs", "kind": "hint", "service_id": service});
        post(&api, &admin, "aliases", body.clone()).await.expect(201);
        post(&api, &admin, "aliases", body).await.refused(409, "CONFLICT");
    }
}

#[actix_web::test]
async fn an_alias_is_about_what_its_kind_says() {
    let (api, admin) = edited().await;
    for (body, field) in [
        (json!({"phrase": "x", "kind": "synonym"}), "service_id"),
        (json!({"phrase": "x", "kind": "weak", "service_id": 1}), "service_id"),
        (json!({"phrase": "x", "kind": "group", "category_id": 1}), "group_id"),
        (json!({"phrase": "!!", "kind": "weak"}), "phrase"),
        (json!({"phrase": "x", "kind": "exact"}), "kind"),
        (json!({"kind": "weak"}), "phrase"),
        (json!({"phrase": "x", "kind": "synonym", "service_id": 99}), "services"),
        (json!({"phrase": "x", "kind": "group", "group_id": 99}), "group_id"),
        (json!({"phrase": "x", "kind": "category", "category_id": 99}), "category_id"),
    ] {
        let answer = post(&api, &admin, "aliases", body.clone()).await;
        let refused = answer.refused(422, "VALIDATION_ERROR");
        assert!(refused.to_string().contains(field), "{body}: {refused}");
    }
    for query in ["?kind=exact", "?service_id=0", "?page=0", "?per_page=101", "?q="] {
        api.get(&format!("{CATALOG}/aliases{query}"))
            .by(&admin)
            .send()
            .await
            .refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn groups_are_added_changed_and_switched() {
    let (api, admin) = edited().await;
    let made =
        post(&api, &admin, "groups", json!({"name": "Strings", "services": [1, 2, 1]})).await.expect(201);
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        made,
        json!({"id": id, "name": "Strings", "services": [1, 2], "is_active": true, "origin": "admin"})
    );
    let refused = post(&api, &admin, "groups", json!({"name": "STRINGS", "services": []})).await;
    assert_eq!(
        refused.refused(409, "CONFLICT")["detail"],
        "'STRINGS' is already the name of the group Strings"
    );
    let group = format!("groups/{id}");
    assert_eq!(
        patch(&api, &admin, &group, json!({"services": [2]})).await.expect(200)["services"],
        json!([2])
    );
    patch(&api, &admin, &group, json!({"services": [99]})).await.refused(422, "VALIDATION_ERROR");
    for (verb, is_active) in [("deactivate", false), ("reactivate", true)] {
        let path = format!("{CATALOG}/{group}/{verb}");
        assert_eq!(api.post(&path).by(&admin).send().await.expect(200)["is_active"], is_active);
        assert_eq!(list(&api, &admin, "groups").await[0]["is_active"], is_active);
    }
    patch(&api, &admin, "groups/99", json!({"services": []})).await.refused(404, "NOT_FOUND");
}

/// Queens with Astoria and Sunnyside next to each other.
async fn queens(api: &Api, admin: &User) {
    for body in [
        json!({"name": "Queens", "kind": "borough", "aliases": ["the world's borough"]}),
        json!({"name": "Astoria", "kind": "neighborhood", "borough": "queens"}),
        json!({"name": "Sunnyside", "kind": "neighborhood", "borough": "Queens", "neighbours": ["ASTORIA"]}),
    ] {
        post(api, admin, "places", body).await.expect(201);
    }
}

#[actix_web::test]
async fn places_are_added_listed_changed_and_switched() {
    let (api, admin) = edited().await;
    queens(&api, &admin).await;
    let body = json!({"name": "Hunters Point", "kind": "landmark", "borough": "Queens",
        "aliases": ["Hunterspoint"], "neighbours": ["Sunnyside"]});
    let made = post(&api, &admin, "places", body).await.expect(201);
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        made,
        json!({"id": id, "name": "Hunters Point", "kind": "landmark", "borough": "Queens",
            "aliases": ["hunterspoint"], "neighbours": ["Sunnyside"], "is_active": true, "origin": "admin"})
    );
    let names = |found: &Value| each(&found["places"], "name");
    let all = list(&api, &admin, "places").await;
    assert_eq!(names(&all), ["Astoria", "Hunters Point", "Queens", "Sunnyside"]);
    assert_eq!(all["places"][3]["neighbours"], json!(["Astoria", "Hunters Point"]), "neighbours are mutual");
    for (query, expected) in [
        ("?kind=landmark", vec!["Hunters Point"]),
        ("?borough=QUEENS&kind=neighborhood", vec!["Astoria", "Sunnyside"]),
        ("?q=hunters", vec!["Hunters Point"]),
        ("?is_active=false", vec![]),
    ] {
        assert_eq!(names(&list(&api, &admin, &format!("places{query}")).await), expected, "{query}");
    }
    let place = format!("places/{id}");
    let body = json!({"aliases": ["lic waterfront"], "neighbours": ["Astoria"]});
    let changed = patch(&api, &admin, &place, body).await.expect(200);
    assert_eq!(
        (&changed["aliases"], &changed["neighbours"]),
        (&json!(["lic waterfront"]), &json!(["Astoria"]))
    );
    for (verb, is_active) in [("deactivate", false), ("reactivate", true)] {
        let path = format!("{CATALOG}/{place}/{verb}");
        assert_eq!(api.post(&path).by(&admin).send().await.expect(200)["is_active"], is_active);
    }
}

#[actix_web::test]
async fn places_that_make_no_sense_are_refused() {
    let (api, admin) = edited().await;
    queens(&api, &admin).await;
    for (body, status, said) in [
        (json!({"name": "astoria", "kind": "landmark", "borough": "Queens"}), 409, "already the name"),
        (json!({"name": "X", "kind": "landmark"}), 422, "borough is required"),
        (json!({"name": "X", "kind": "landmark", "borough": "Astoria"}), 422, "no borough"),
        (json!({"name": "X", "kind": "borough", "borough": "Queens"}), 422, "no other borough"),
        (json!({"name": "X", "kind": "landmark", "borough": "Queens", "neighbours": ["Oz"]}), 422, "Oz"),
        (json!({"name": "X", "kind": "city"}), 422, "city"),
    ] {
        let answer = post(&api, &admin, "places", body.clone()).await;
        assert_eq!(answer.status, status, "{body}");
        answer.check_envelope();
        assert!(answer.json()["detail"].as_str().unwrap().contains(said), "{body}: {}", answer.json());
    }
    let refused = patch(&api, &admin, "places/2", json!({"neighbours": ["Astoria"]})).await;
    assert_field(&refused.refused(422, "VALIDATION_ERROR"), "neighbours");
    let refused = patch(&api, &admin, "places/2", json!({"name": "Astoria Heights"})).await;
    refused.refused(422, "BUSINESS_RULE_VIOLATION");
    let refused = api.post(&format!("{CATALOG}/places/1/deactivate")).by(&admin).send().await;
    let refused = refused.refused(422, "BUSINESS_RULE_VIOLATION");
    assert_eq!(refused["detail"], "2 places lie in this borough; switch them off first");
    patch(&api, &admin, "places/99", json!({})).await.refused(404, "NOT_FOUND");
}
