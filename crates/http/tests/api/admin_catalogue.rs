//! Administrators edit categories and services.

use instainstru_domain::account::User;
use instainstru_test_support::builders::a_catalogue;
use serde_json::{Value, json};

use crate::support::{Answer, Api, assert_field, instructor};

const CATALOG: &str = "/api/v1/admin/catalog";

/// An API with a small catalogue, and an administrator.
async fn edited() -> (Api, User) {
    let api = Api::start().await;
    let _ = a_catalogue(&api.store);
    let admin = api.admin();
    (api, admin)
}

async fn create(api: &Api, admin: &User, what: &str, body: Value) -> Answer {
    api.post(&format!("{CATALOG}/{what}")).by(admin).json(&body).send().await
}

async fn change(api: &Api, admin: &User, what: &str, body: Value) -> Answer {
    api.patch(&format!("{CATALOG}/{what}")).by(admin).json(&body).send().await
}

async fn switch(api: &Api, admin: &User, what: &str) -> Answer {
    api.post(&format!("{CATALOG}/{what}")).by(admin).send().await
}

/// Slugs of a public list.
async fn public(api: &Api, path: &str) -> Vec<String> {
    let found = api.get(path).send().await.expect(200);
    let slugs = found.as_array().unwrap().iter().map(|entry| entry["slug"].as_str().unwrap().to_owned());
    slugs.collect()
}

fn theremin() -> Value {
    json!({
        "slug": "theremin",
        "category_id": 1,
        "name": "Theremin",
        "description": "Play without touching",
        "search_terms": ["Theremin Lessons"],
        "synonyms": ["aetherphone"],
        "hints": ["spooky music"],
        "not": ["theremin museum"],
        "typical_price_min": 50,
        "typical_price_max": "80.50",
        "related_services": [1],
    })
}

#[actix_web::test]
async fn a_service_is_added_and_everybody_sees_it() {
    let (api, admin) = edited().await;
    let made = create(&api, &admin, "services", theremin()).await.expect(201);
    let id = made["id"].as_i64().unwrap();
    let aliases = made["aliases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|alias| json!([alias["kind"].clone(), alias["phrase"].clone(), alias["origin"].clone()]));
    let aliases: Vec<Value> = aliases.collect();
    assert_eq!(
        aliases,
        [
            json!(["synonym", "aetherphone", "admin"]),
            json!(["hint", "spooky music", "admin"]),
            json!(["not", "theremin museum", "admin"]),
        ]
    );
    let mut rest = made.clone();
    rest["aliases"].take();
    assert_eq!(
        rest,
        json!({"id": id, "slug": "theremin", "category_id": 1, "category": "Music", "name": "Theremin",
            "description": "Play without touching", "search_terms": ["theremin lessons"], "aliases": null,
            "display_order": 3, "online_capable": true, "requires_certification": false,
            "typical_price_min": 50.0, "typical_price_max": 80.5, "related_services": [1],
            "is_active": true, "is_listed": true, "origin": "admin"})
    );
    assert_eq!(api.get(&format!("{CATALOG}/services/{id}")).by(&admin).send().await.expect(200), made);
    assert_eq!(public(&api, "/services/catalog?category=music").await, ["piano", "guitar", "theremin"]);
    let entries = api.get("/api/v1/admin/audit?action=catalogue.edited").by(&admin).send().await.expect(200);
    assert_eq!(entries["entries"][0]["subject"], json!({"kind": "catalogue_service", "id": id}));
    assert_eq!(entries["entries"][0]["detail"], json!({"deed": "added", "slug": "theremin"}));
}

#[actix_web::test]
async fn what_is_absent_stays_and_null_takes_away() {
    let (api, admin) = edited().await;
    let before = api.get(&format!("{CATALOG}/services/1")).by(&admin).send().await.expect(200);
    assert_eq!((&before["slug"], &before["origin"]), (&json!("piano"), &json!("content")));
    let body = json!({"description": null, "typical_price_min": 60, "typical_price_max": 90, "requires_certification": true});
    let mut changed = change(&api, &admin, "services/1", body).await.expect(200);
    let mut expected = before.clone();
    for (member, value) in [
        ("description", Value::Null),
        ("typical_price_min", json!(60.0)),
        ("typical_price_max", json!(90.0)),
        ("requires_certification", json!(true)),
        ("origin", json!("admin")),
    ] {
        expected[member] = value;
    }
    assert_eq!(changed, expected);
    changed =
        change(&api, &admin, "services/1", json!({"typical_price_min": null, "typical_price_max": null}))
            .await
            .expect(200);
    assert_eq!((&changed["typical_price_min"], &changed["typical_price_max"]), (&Value::Null, &Value::Null));
    // The slug may be repeated but not changed.
    change(&api, &admin, "services/1", json!({"slug": "piano"})).await.expect(200);
    let refused = change(&api, &admin, "services/1", json!({"slug": "klavier"})).await;
    let body = refused.refused(422, "BUSINESS_RULE_VIOLATION");
    assert!(body["detail"].as_str().unwrap().contains("stays so"), "{body}");
}

#[actix_web::test]
async fn what_is_switched_off_is_not_listed_until_it_is_switched_on() {
    let (api, admin) = edited().await;
    for _ in 0..2 {
        let off = switch(&api, &admin, "services/1/deactivate").await.expect(200);
        assert_eq!((&off["is_active"], &off["is_listed"]), (&json!(false), &json!(false)));
    }
    assert_eq!(public(&api, "/services/catalog?category=music").await, ["guitar"]);
    let off = api.get(&format!("{CATALOG}/services?is_active=false")).by(&admin).send().await.expect(200);
    assert_eq!((&off["total"], &off["services"][0]["slug"]), (&json!(1), &json!("piano")));
    assert_eq!(switch(&api, &admin, "services/1/reactivate").await.expect(200)["is_listed"], true);
    assert_eq!(switch(&api, &admin, "categories/1/deactivate").await.expect(200)["is_active"], false);
    assert_eq!(public(&api, "/services/categories").await, ["wellbeing-languages"]);
    assert_eq!(public(&api, "/services/catalog").await, ["yoga", "spanish"]);
    api.get("/services/catalog?category=music").send().await.refused(404, "NOT_FOUND");
    let all = api.get(&format!("{CATALOG}/categories")).by(&admin).send().await.expect(200);
    assert_eq!((all.as_array().unwrap().len(), &all[0]["is_active"]), (2, &json!(false)));
    let piano = api.get(&format!("{CATALOG}/services/1")).by(&admin).send().await.expect(200);
    assert_eq!((&piano["is_active"], &piano["is_listed"]), (&json!(true), &json!(false)));
    switch(&api, &admin, "categories/1/reactivate").await.expect(200);
    assert_eq!(public(&api, "/services/catalog").await.len(), 4);
}

#[actix_web::test]
async fn nobody_begins_to_offer_what_is_switched_off() {
    let (api, admin) = edited().await;
    let ada = instructor(&api);
    switch(&api, &admin, "services/2/deactivate").await.expect(200);
    let body = json!({"services": [
        {"service_catalog_id": 1, "hourly_rate": 75, "duration_options": [30, 60]},
        {"service_catalog_id": 2, "hourly_rate": 50, "duration_options": [60]},
    ]});
    let offer = || api.put("/instructors/profile").by(&ada.user).json(&body).send();
    assert_field(&offer().await.refused(422, "VALIDATION_ERROR"), "services");
    switch(&api, &admin, "services/2/reactivate").await.expect(200);
    assert_eq!(offer().await.expect(200)["services"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn categories_are_added_and_changed() {
    let (api, admin) = edited().await;
    let body = json!({"slug": "crafts", "name": "Crafts", "subtitle": "By hand", "icon_name": "needle"});
    let made = create(&api, &admin, "categories", body).await.expect(201);
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        made,
        json!({"id": id, "slug": "crafts", "name": "Crafts", "subtitle": "By hand", "description": null,
            "display_order": 3, "icon_name": "needle", "is_active": true, "origin": "admin"})
    );
    let body = json!({"name": "Arts & Crafts", "subtitle": null, "display_order": 1});
    let changed = change(&api, &admin, &format!("categories/{id}"), body).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["subtitle"], &changed["icon_name"]),
        (&json!("Arts & Crafts"), &Value::Null, &json!("needle"))
    );
    assert!(public(&api, "/services/categories").await.contains(&"crafts".to_owned()));
}

#[actix_web::test]
async fn a_slug_and_a_phrase_mean_one_thing() {
    let (api, admin) = edited().await;
    for (what, body, said) in [
        ("categories", json!({"slug": "music", "name": "Tunes"}), "the slug 'music' is taken"),
        ("categories", json!({"slug": "keys", "name": "Piano"}), "'Piano' already means Piano"),
        ("services", json!({"slug": "piano", "category_id": 1, "name": "P"}), "the slug 'piano' is taken"),
        ("services", json!({"slug": "p", "category_id": 1, "name": "piano"}), "'piano' already means Piano"),
        (
            "services",
            json!({"slug": "p", "category_id": 1, "name": "P", "synonyms": ["klavier"]}),
            "'klavier' already means Piano",
        ),
    ] {
        let body = create(&api, &admin, what, body).await.refused(409, "CONFLICT");
        assert_eq!(body["detail"], said);
    }
}

#[actix_web::test]
async fn services_are_listed_in_pages_and_filtered() {
    let (api, admin) = edited().await;
    let list = |query: &'static str| {
        let call = api.get(&format!("{CATALOG}/services{query}")).by(&admin).send();
        async move { call.await.expect(200) }
    };
    let slugs = |page: &Value| -> Vec<String> {
        let services = page["services"].as_array().unwrap();
        services.iter().map(|service| service["slug"].as_str().unwrap().to_owned()).collect()
    };
    let first = list("?per_page=3").await;
    assert_eq!(slugs(&first), ["piano", "guitar", "yoga"]);
    assert_eq!((&first["total"], &first["page"], &first["per_page"]), (&json!(4), &json!(1), &json!(3)));
    assert_eq!(slugs(&list("?per_page=3&page=2").await), ["spanish"]);
    assert_eq!(slugs(&list("?page=9").await), Vec::<String>::new());
    assert_eq!(slugs(&list("?category_id=2").await), ["yoga", "spanish"]);
    assert_eq!(slugs(&list("?q=KLAV").await), ["piano"]);
    assert_eq!(slugs(&list("?q=a&is_active=true&category_id=1").await), ["piano", "guitar"]);
}

#[actix_web::test]
async fn only_administrators_edit() {
    let (api, admin) = edited().await;
    let (ada, tom) = (instructor(&api).user, api.student());
    let calls = [
        ("GET", "categories"),
        ("POST", "categories"),
        ("PATCH", "categories/1"),
        ("POST", "categories/1/deactivate"),
        ("POST", "categories/1/reactivate"),
        ("GET", "services"),
        ("POST", "services"),
        ("GET", "services/1"),
        ("PATCH", "services/1"),
        ("POST", "services/1/deactivate"),
        ("POST", "services/1/reactivate"),
        ("GET", "aliases"),
        ("POST", "aliases"),
        ("DELETE", "aliases/1"),
        ("GET", "groups"),
        ("POST", "groups"),
        ("PATCH", "groups/1"),
        ("POST", "groups/1/deactivate"),
        ("POST", "groups/1/reactivate"),
        ("GET", "places"),
        ("POST", "places"),
        ("PATCH", "places/1"),
        ("POST", "places/1/deactivate"),
        ("POST", "places/1/reactivate"),
    ];
    for (method, path) in calls {
        let call = || api.call(method, &format!("{CATALOG}/{path}"));
        call().json(&json!({})).send().await.refused(401, "UNAUTHORIZED");
        for user in [&ada, &tom] {
            call().by(user).json(&json!({})).send().await.refused(403, "FORBIDDEN");
        }
    }
    // Whoever is an administrator no more is refused at once.
    api.store.set_admin(admin.id, false);
    switch(&api, &admin, "services/1/deactivate").await.refused(403, "FORBIDDEN");
    assert_eq!(public(&api, "/services/catalog").await.len(), 4);
    api.get("/admin/catalog/services").by(&admin).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn what_does_not_exist_is_404_and_what_names_it_422() {
    let (api, admin) = edited().await;
    for what in ["services/99", "categories/99"] {
        change(&api, &admin, what, json!({})).await.refused(404, "NOT_FOUND");
        switch(&api, &admin, &format!("{what}/deactivate")).await.refused(404, "NOT_FOUND");
    }
    api.get(&format!("{CATALOG}/services/99")).by(&admin).send().await.refused(404, "NOT_FOUND");
    let unknown = json!({"slug": "x", "category_id": 99, "name": "X"});
    let body = create(&api, &admin, "services", unknown).await.refused(422, "VALIDATION_ERROR");
    assert_field(&body, "category_id");
    let body = change(&api, &admin, "services/1", json!({"related_services": [2, 99]})).await;
    let body = body.refused(422, "VALIDATION_ERROR");
    assert!(body["detail"].as_str().unwrap().contains("99"), "{body}");
}

#[actix_web::test]
async fn malformed_bodies_say_what_is_wrong() {
    let (api, admin) = edited().await;
    for (body, field) in [
        (json!({"slug": "A b", "category_id": 1, "name": "X"}), "slug"),
        (json!({"slug": "x", "category_id": 0, "name": "X"}), "category_id"),
        (json!({"slug": "x", "category_id": 1, "name": " "}), "name"),
        (json!({"slug": "x", "category_id": 1, "name": "X", "search_terms": ["ok", "!!"]}), "search_terms"),
        (json!({"slug": "x", "category_id": 1, "name": "X", "display_order": 0}), "display_order"),
        (json!({"slug": "x", "category_id": 1, "name": "X", "hints": vec!["x"; 101]}), "hints"),
        (json!({"slug": "x", "category_id": 1, "name": "X", "typical_price_min": 5}), "typical_price_max"),
        (
            json!({"slug": "x", "category_id": 1, "name": "X", "typical_price_min": 9, "typical_price_max": 5}),
            "typical_price_max",
        ),
    ] {
        let answer = create(&api, &admin, "services", body).await;
        assert_field(&answer.refused(422, "VALIDATION_ERROR"), field);
    }
    // A member that is not known is a mistake, not something to ignore.
    let body = json!({"displayorder": 1});
    let refused = change(&api, &admin, "services/1", body).await.refused(422, "VALIDATION_ERROR");
    assert!(refused["detail"].as_str().unwrap().contains("displayorder"), "{refused}");
}

#[actix_web::test]
async fn an_edit_that_is_sent_twice_happens_once() {
    let (api, admin) = edited().await;
    let send = || {
        let call = api.post(&format!("{CATALOG}/services")).by(&admin);
        call.header("Idempotency-Key", "k").json(&theremin()).send()
    };
    let first = send().await.expect(201);
    let again = send().await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.expect(201), first);
    create(&api, &admin, "services", theremin()).await.refused(409, "CONFLICT");
}
