//! Administrators edit what can be taught and what words mean, while students search; and what they search for is remembered.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    api::{Api, PASSWORD, Reply},
    home::Home,
    market::{Instructor, fresh_email, instructor, student},
    on_both_databases,
    search::{finds, within},
};

/// A Wednesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-15T14:00:00Z");
/// Words are made anew after an edit, which takes a build without optimisation as long as an optimised one may need for everything.
/// `cargo xtask bench-search` measures the second that is promised.
const PATIENCE: Duration = Duration::from_secs(10);
const CATALOG: &str = "/api/v1/admin/catalog";
const HISTORY: &str = "/api/v1/me/search-history";

on_both_databases![
    edits_of_the_catalogue_are_found_soon,
    edits_of_words_and_places_are_understood_soon,
    what_administrators_wrote_outlives_seeding,
    searches_are_remembered_though_the_server_stops,
];

/// Asks until the answer is `expected`.
#[track_caller]
fn soon(expected: bool, base: &str, words: &str, id: i64) {
    within(PATIENCE, expected, base, words, id);
}

/// A new account that administers the marketplace.
fn admin(home: &Home, base: &str) -> Api {
    let email = fresh_email("admin");
    Api::register(base, &email, "student").unwrap();
    home.succeed(&["admin", "grant", &email], &[]);
    Api::log_in(base, &email, PASSWORD).unwrap()
}

fn create(admin: &Api, what: &str, body: &Value) -> Value {
    admin.post(&format!("{CATALOG}/{what}"), body).unwrap().expect(201).unwrap()
}

fn switch(admin: &Api, what: &str, on: bool) {
    let verb = if on { "reactivate" } else { "deactivate" };
    admin.send("POST", &format!("{CATALOG}/{what}/{verb}"), None, &[]).unwrap().expect(200).unwrap();
}

/// The service with this slug as administrators see it.
fn service(admin: &Api, slug: &str) -> Value {
    let found = admin.get(&format!("{CATALOG}/services?q={slug}")).unwrap().expect(200).unwrap();
    let services = found["services"].as_array().unwrap();
    services.iter().find(|service| service["slug"] == slug).unwrap().clone()
}

/// Offers the service beside the piano.
fn offer(teacher: &Instructor, piano: &Value, service: &Value) -> Reply {
    let offers = [piano, service].map(
        |service| json!({"service_catalog_id": service["id"], "hourly_rate": 60, "duration_options": [60]}),
    );
    let profile = json!({"services": offers});
    teacher.api.send("PUT", "/instructors/profile", Some(&profile), &[]).unwrap()
}

fn edits_of_the_catalogue_are_found_soon(home: &Home) {
    let server = home.start(&[NOW]);
    let base = server.base();
    let (admin, teacher) = (admin(home, base), instructor(base).unwrap());
    let piano = service(&admin, "piano");
    let music = piano["category_id"].clone();

    // A service nobody knew, found by each of its words.
    let theremin = create(
        &admin,
        "services",
        &json!({"slug": "zorblophone", "category_id": music, "name": "Zorblophone",
            "search_terms": ["zorblo lessons"], "synonyms": ["aetherphone"], "hints": ["music of the moon people"]}),
    );
    offer(&teacher, &piano, &theremin).expect(200).unwrap();
    soon(true, base, "zorblophone", teacher.id);
    for words in ["aetherphone lessons", "zorblo lessons", "zorblophnoe"] {
        assert!(finds(base, words, teacher.id), "{words}");
    }
    let suggested = Api::visitor(base).get("/api/v1/search/suggest?q=zorb").unwrap().expect(200).unwrap();
    assert_eq!(suggested["suggestions"][0]["slug"], "zorblophone");

    // Switched off, it is not found, not listed and not offered; switched on, it is.
    let path = format!("services/{}", theremin["id"]);
    switch(&admin, &path, false);
    soon(false, base, "aetherphone", teacher.id);
    let listed = || {
        let catalogue = Api::visitor(base).get("/services/catalog").unwrap().expect(200).unwrap();
        catalogue.as_array().unwrap().iter().any(|service| service["slug"] == "zorblophone")
    };
    assert!(!listed());
    let other = instructor(base).unwrap();
    offer(&other, &piano, &theremin).refused(422, "VALIDATION_ERROR").unwrap();
    switch(&admin, &path, true);
    soon(true, base, "aetherphone", teacher.id);
    assert!(listed());

    // A category goes with everything in it.
    let category = format!("categories/{music}");
    assert!(finds(base, "piano", teacher.id));
    switch(&admin, &category, false);
    soon(false, base, "piano", teacher.id);
    assert!(!finds(base, "aetherphone", teacher.id));
    switch(&admin, &category, true);
    soon(true, base, "piano", teacher.id);

    // A new name counts, the old one no more.
    let renamed = json!({"name": "Moonharp"});
    admin.send("PATCH", &format!("{CATALOG}/{path}"), Some(&renamed), &[]).unwrap().expect(200).unwrap();
    soon(true, base, "moonharp", teacher.id);

    let ann = student(base).unwrap();
    ann.post(&format!("{CATALOG}/services"), &json!({})).unwrap().refused(403, "FORBIDDEN").unwrap();
    let visitor = Api::visitor(base);
    visitor.post(&format!("{CATALOG}/services"), &json!({})).unwrap().refused(401, "UNAUTHORIZED").unwrap();
    server.stop();

    // The next server knows it from the first answer on.
    let server = home.start(&[NOW]);
    assert!(finds(server.base(), "aetherphone", teacher.id));
}

fn edits_of_words_and_places_are_understood_soon(home: &Home) {
    let server = home.start(&[NOW]);
    let base = server.base();
    let (admin, teacher) = (admin(home, base), instructor(base).unwrap());
    let piano = service(&admin, "piano")["id"].clone();

    soon(true, base, "piano", teacher.id);
    assert!(!finds(base, "zorblax", teacher.id));
    let alias =
        create(&admin, "aliases", &json!({"phrase": "Zorblax", "kind": "synonym", "service_id": piano}));
    soon(true, base, "zorblax", teacher.id);
    let path = format!("{CATALOG}/aliases/{}", alias["id"]);
    assert_eq!(admin.send("DELETE", &path, None, &[]).unwrap().status, 204);
    soon(false, base, "zorblax", teacher.id);

    // What means one thing is not made to mean another.
    let taken = json!({"phrase": "guitar", "kind": "synonym", "service_id": piano});
    let refused =
        admin.post(&format!("{CATALOG}/aliases"), &taken).unwrap().refused(409, "CONFLICT").unwrap();
    assert_eq!(refused["detail"], "'guitar' already means Guitar");

    // A group of services, asked for by a word.
    let group = create(&admin, "groups", &json!({"name": "zorbs", "services": [piano]}));
    create(&admin, "aliases", &json!({"phrase": "zorbs", "kind": "group", "group_id": group["id"]}));
    soon(true, base, "zorbs", teacher.id);

    // A place nobody knew, and a place next to it.
    let profile = json!({"areas_of_service": ["Zorbville"]});
    teacher.api.send("PUT", "/instructors/profile", Some(&profile), &[]).unwrap().expect(200).unwrap();
    soon(false, base, "piano in harlem", teacher.id);
    let place = json!({"name": "Zorbville", "kind": "neighborhood", "borough": "Queens", "aliases": ["zorb town"],
        "neighbours": ["Astoria"]});
    assert!(!finds(base, "piano in queens", teacher.id));
    let place = create(&admin, "places", &place);
    soon(true, base, "piano in queens", teacher.id);
    assert!(finds(base, "piano in zorb town", teacher.id));
    assert!(!finds(base, "piano in brooklyn", teacher.id));
    switch(&admin, &format!("places/{}", place["id"]), false);
    soon(false, base, "piano in queens", teacher.id);
    server.stop();
}

fn what_administrators_wrote_outlives_seeding(home: &Home) {
    let server = home.start(&[NOW]);
    let admin = admin(home, server.base());
    let piano = service(&admin, "piano");
    let id = piano["id"].as_i64().unwrap();
    assert_eq!(piano["origin"], "content");
    let path = format!("{CATALOG}/services/{id}");
    let edit = json!({"description": "Eighty-eight keys", "typical_price_min": 11, "typical_price_max": 12});
    admin.send("PATCH", &path, Some(&edit), &[]).unwrap().expect(200).unwrap();
    let aliases = format!("{CATALOG}/aliases?service_id={id}");
    let before = admin.get(&aliases).unwrap().expect(200).unwrap();
    let gone = before["aliases"][0].clone();
    assert_eq!(gone["origin"], "content");
    admin.send("DELETE", &format!("{CATALOG}/aliases/{}", gone["id"]), None, &[]).unwrap();
    switch(&admin, &format!("services/{id}"), false);
    server.stop();

    home.succeed(&["seed"], &[]);
    let server = home.start(&[NOW]);
    let admin = admin.at(server.base());
    let after = service(&admin, "piano");
    assert_eq!(
        (&after["description"], &after["typical_price_max"], &after["is_active"], &after["origin"]),
        (&json!("Eighty-eight keys"), &json!(12.0), &json!(false), &json!("admin"))
    );
    let aliases = admin.get(&aliases).unwrap().expect(200).unwrap();
    assert_eq!(aliases["total"], before["total"].as_i64().unwrap() - 1);
    assert!(aliases["aliases"].as_array().unwrap().iter().all(|alias| alias["phrase"] != gone["phrase"]));
}

fn searches_are_remembered_though_the_server_stops(home: &Home) {
    let server = home.start(&[NOW]);
    let (admin, ann) = (admin(home, server.base()), student(server.base()).unwrap());
    let _teacher = instructor(server.base()).unwrap();
    server.stop();

    // A server that starts knows the teacher from the first answer on.
    let server = home.start(&[NOW]);
    let (admin, ann) = (admin.at(server.base()), ann.at(server.base()));
    ann.get("/api/v1/search/instructors?q=Piano++Lessons").unwrap().expect(200).unwrap();
    Api::visitor(server.base()).get("/api/v1/search/instructors?q=zorblax").unwrap().expect(200).unwrap();
    // At once: nothing of it is stored yet.
    server.stop();

    let server = home.start(&[NOW]);
    let (admin, ann) = (admin.at(server.base()), ann.at(server.base()));
    let history = || ann.get(HISTORY).unwrap().expect(200).unwrap();
    let past = history();
    assert_eq!(past["searches"].as_array().unwrap().len(), 1, "{past}");
    let search = &past["searches"][0];
    assert_eq!(
        (&search["query"], &search["services"][0]["name"], &search["source"]),
        (&json!("piano lessons"), &json!("Piano"), &json!("api"))
    );
    assert!(search["last_at"].as_str().unwrap().starts_with("2026-07-15T14:"), "{search}");
    let suggested = ann.get("/api/v1/search/suggest?q=pia").unwrap().expect(200).unwrap();
    assert_eq!(suggested["suggestions"][0]["kind"], "recent");
    let quality = admin.get("/api/v1/admin/search/quality?days=1").unwrap().expect(200).unwrap();
    assert_eq!((&quality["searches"], &quality["without_results"]), (&json!(2), &json!(1)));
    assert_eq!(quality["queries_without_results"][0]["query"], "zorblax");
    assert_eq!(ann.send("DELETE", HISTORY, None, &[]).unwrap().expect(200).unwrap(), json!({"forgotten": 1}));
    assert_eq!(history()["searches"], json!([]));
    ann.get("/api/v1/admin/search/quality").unwrap().refused(403, "FORBIDDEN").unwrap();
    server.stop();
}
