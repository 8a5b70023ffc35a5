//! Every route against input nobody sends by accident: never an internal error, always the envelope.

use instainstru_domain::account::User;
use serde_json::{Value, json};

use crate::support::{Answer, Api, instructor};

const IDS: [&str; 8] =
    ["0", "-1", "999999", "2147483648", "9223372036854775808", "1e3", "%00", "%F0%9F%8E%B9"];
const DATES: [&str; 6] = ["0001-01-01", "9999-12-31", "2026-02-30", "now", "", "%00"];

fn check(what: &str, answer: &Answer) {
    assert!(answer.status < 500, "{what}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    if answer.status >= 400 {
        answer.check_envelope();
    }
}

fn document() -> Value {
    serde_json::from_str(&instainstru_http::document_json().unwrap()).unwrap()
}

/// Values of the wrong type, size or meaning for any member.
fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(2_147_483_648_i64),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("nul\u{0}"),
        json!("\u{202e}🎹".repeat(2000)),
        json!("0001-01-01"),
        json!("9999-12-31"),
        json!("9999-12-27"),
        json!("24:00"),
        json!("'; DROP TABLE users; --"),
        json!([]),
        json!([[null]]),
        json!({"a": {"b": []}}),
        json!({"9999-12-31": [{"start_time": "00:00", "end_time": "24:00"}]}),
    ]
}

/// A body that is right, to be spoilt one member at a time.
fn body_of(operation: &str) -> Value {
    match operation {
        "register" => {
            json!({"email": "x@example.com", "password": "TestPassword123!", "full_name": "X", "role": "student"})
        }
        "update_my_account" => json!({"full_name": "Ada King"}),
        // With the wrong password, so that people are still there for the rest.
        "delete_my_account" => json!({"password": "wrong", "cancel_upcoming": true}),
        "suspend_user"
        | "reactivate_user"
        | "suspend_instructor"
        | "reactivate_instructor"
        | "cancel_booking_as_admin" => {
            json!({"reason": "x"})
        }
        "request_password_reset" => json!({"email": "tom@example.com"}),
        "confirm_password_reset" => json!({"token": "x", "new_password": "NewPassword456!"}),
        "change_password" => {
            json!({"current_password": "wrong", "new_password": "NewPassword456!"})
        }
        "create_booking" => {
            json!({"instructor_id": 1, "instructor_service_id": 1, "booking_date": "2026-07-15", "start_time": "10:00", "selected_duration": 60, "student_note": "x", "location_type": "neutral", "end_time": "11:00"})
        }
        "check_availability" => {
            json!({"instructor_id": 1, "instructor_service_id": 1, "booking_date": "2026-07-15", "start_time": "10:00", "end_time": "11:00"})
        }
        "cancel_booking" => json!({"reason": "x"}),
        "reschedule_booking" => {
            json!({"booking_date": "2026-07-15", "start_time": "10:00", "selected_duration": 60})
        }
        "update_booking" => json!({"instructor_note": "x", "meeting_location": "y"}),
        "save_week" => {
            json!({"schedule": [{"date": "2026-07-15", "start_time": "09:00", "end_time": "10:00"}], "clear_existing": true, "week_start": "2026-07-13"})
        }
        "copy_week" => json!({"from_week_start": "2026-07-13", "to_week_start": "2026-07-20"}),
        "apply_week" => {
            json!({"from_week_start": "2026-07-13", "start_date": "2026-07-20", "end_date": "2026-07-26"})
        }
        "add_window" => json!({"specific_date": "2026-07-15", "start_time": "17:00", "end_time": "18:00"}),
        "bulk_update" => {
            json!({"operations": [{"action": "add", "date": "2026-07-15", "start_time": "09:00", "end_time": "10:00", "slot_id": 1}], "validate_only": false, "atomic": true})
        }
        "update_window" => json!({"start_time": "09:00", "end_time": "10:00"}),
        "validate_week_changes" => json!({"current_week": {}, "saved_week": {}, "week_start": "2026-07-13"}),
        "add_blackout" => json!({"date": "2026-07-15", "reason": "x"}),
        "create_profile" | "update_profile" => {
            json!({"bio": "0123456789", "areas_of_service": ["x"], "years_experience": 1, "min_advance_booking_hours": 1, "buffer_time_minutes": 0, "timezone": "UTC", "services": [{"service_catalog_id": 1, "hourly_rate": 50, "skill": "piano", "duration_options": [60], "levels_taught": ["x"], "max_distance_miles": 5}]})
        }
        "add_service" => {
            json!({"catalog_service_id": 2, "hourly_rate": 50, "custom_description": "x", "duration_options": [60]})
        }
        "create_category" => {
            json!({"slug": "x", "name": "X", "subtitle": "x", "description": "x", "display_order": 1, "icon_name": "x"})
        }
        "update_category" => {
            json!({"slug": "music", "name": "X", "subtitle": null, "description": "x", "display_order": 1, "icon_name": null})
        }
        "create_service" => {
            json!({"slug": "x", "category_id": 1, "name": "X", "description": "x", "search_terms": ["xx"], "synonyms": ["xy"], "hints": ["xz"], "not": ["x y"], "display_order": 1, "online_capable": true, "requires_certification": false, "typical_price_min": 50, "typical_price_max": "80.50", "related_services": [1]})
        }
        "update_service" => {
            json!({"slug": "piano", "category_id": 1, "name": "Piano", "description": null, "search_terms": ["piano"], "display_order": 1, "online_capable": true, "requires_certification": false, "typical_price_min": 50, "typical_price_max": 80, "related_services": [1]})
        }
        "create_alias" => json!({"phrase": "x", "kind": "synonym", "service_id": 1}),
        "create_group" => json!({"name": "x", "services": [1, 2]}),
        "update_group" => json!({"services": [1, 2]}),
        "create_place" => {
            json!({"name": "X", "kind": "landmark", "borough": "Queens", "aliases": ["x"], "neighbours": ["Astoria"]})
        }
        "update_place" => {
            json!({"name": "Queens", "borough": "Queens", "aliases": ["x"], "neighbours": ["Astoria"]})
        }
        other => panic!("no body for {other}: add one"),
    }
}

/// The body with each member, and each member of the first entry of a list, spoilt with each value.
fn spoilt(body: &Value) -> Vec<Value> {
    let mut bodies: Vec<Value> = values();
    for member in body.as_object().unwrap().keys() {
        for value in values() {
            let mut spoilt = body.clone();
            spoilt[member] = value.clone();
            bodies.push(spoilt);
            let inner = body[member].as_array().and_then(|items| items.first()).and_then(Value::as_object);
            for inner_member in inner.into_iter().flat_map(|inner| inner.keys()) {
                let mut spoilt = body.clone();
                spoilt[member][0][inner_member] = value.clone();
                bodies.push(spoilt);
            }
        }
    }
    bodies
}

/// The path with ids in it: of this person where it names an instructor, else 1.
fn filled(template: &str, instructor: &User) -> String {
    let segment = |segment: &str| match segment {
        "{instructor_id}" => instructor.id.to_string(),
        name if name.starts_with('{') => "1".to_owned(),
        other => other.to_owned(),
    };
    template.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// An administrator, after adding one thing of each kind that no builder makes.
async fn admin(api: &Api) -> User {
    let admin = api.admin();
    for (path, body) in [
        ("groups", json!({"name": "Strings", "services": [2]})),
        ("aliases", json!({"phrase": "strings", "kind": "group", "group_id": 1})),
        ("places", json!({"name": "Queens", "kind": "borough"})),
        ("places", json!({"name": "Astoria", "kind": "neighborhood", "borough": "Queens"})),
    ] {
        let path = format!("/api/v1/admin/catalog/{path}");
        api.post(&path).by(&admin).json(&body).send().await.expect(201);
    }
    admin
}

#[actix_web::test]
async fn no_body_breaks_the_server() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let admin = admin(&api).await;
    let mut count = 0;
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            if operation.get("requestBody").is_none() || id == "log_in" {
                continue;
            }
            let users = if path.contains("/admin/") { vec![&admin] } else { vec![&ada.user, &tom] };
            let path = filled(path, &ada.user);
            for body in spoilt(&body_of(id)) {
                for user in &users {
                    let answer = api.call(&method.to_uppercase(), &path).by(user).json(&body).send().await;
                    check(&format!("{method} {path} {body}"), &answer);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 2000, "{count}");
}

#[actix_web::test]
async fn no_path_or_query_breaks_the_server() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let admin = admin(&api).await;
    for (template, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase();
            let user = if template.contains("/admin/") { &admin } else { &tom };
            let mut paths = vec![filled(template, &ada.user)];
            if template.contains('{') {
                let (before, after) = template.split_once('{').unwrap();
                let after = after.split_once('}').unwrap().1;
                paths.extend(IDS.iter().map(|id| format!("{before}{id}{after}")));
            }
            let names: Vec<&str> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|parameter| parameter["in"] == "query")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            let mut queries =
                vec![String::new(), "?%".into(), "?a=%FF&&&=".into(), format!("?{}", "x=1&".repeat(500))];
            for name in &names {
                for value in IDS.iter().chain(&DATES) {
                    let rest: String =
                        names.iter().filter(|other| *other != name).fold(String::new(), |rest, other| {
                            let good = match *other {
                                "start_date" | "end_date" | "date" => "2026-07-15",
                                "start_time" => "10:00",
                                "is_active" => "true",
                                _ => "60",
                            };
                            format!("{rest}&{other}={good}")
                        });
                    queries.push(format!("?{name}={value}{rest}"));
                }
            }
            for path in &paths {
                for query in &queries {
                    let uri = format!("{path}{query}");
                    let answer = api.call(&method, &uri).by(user).send().await;
                    check(&format!("{method} {uri}"), &answer);
                }
            }
        }
    }
}
