//! Who may do what, over everything there is: what the document lists is tried, so that a new operation is guarded or named here.

use instainstru_test_support::builders::{a_user, an_instructor};
use serde_json::{Value, json};

use crate::support::{Api, instructor};

/// Operations that everybody may call. Whatever is added here is given away.
const PUBLIC: [&str; 23] = [
    "confirm_password_reset",
    "get_instructor",
    "get_metrics_health",
    "health",
    "health_lite",
    "list_catalogue",
    "list_categories",
    "list_instructors",
    "log_in",
    "next_available",
    "public_availability",
    "ready",
    "register",
    "request_password_reset",
    "search_instructors",
    "search_services",
    "start_times",
    "suggest_searches",
    "top_services",
    "try_rate_limits",
    "verify_password_reset",
    "welcome",
    "why_not",
];

/// An operation of the document.
struct Operation {
    id: String,
    method: String,
    /// With 1 in the place of every id, and the query that it cannot do without.
    path: String,
    template: String,
    is_public: bool,
    /// Whether it is opened by the key of monitoring, which has tests of its own, and not by a token.
    is_for_monitoring: bool,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&instainstru_http::document_json().unwrap()).unwrap();
    let mut operations = Vec::new();
    for (template, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schemes = operation["security"].as_array().unwrap();
            let segments = template.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: format!("{}?{}", segments.collect::<Vec<_>>().join("/"), query(operation)),
                template: template.clone(),
                is_public: schemes.is_empty() || schemes.contains(&json!({})),
                is_for_monitoring: *schemes == [json!({"monitoring_key": []})],
            });
        }
    }
    operations
}

/// The query that an operation cannot do without, from the examples of the document.
fn query(operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let needed = parameters.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    let pairs = needed.map(|parameter| {
        let example = parameter.get("example").unwrap_or(&parameter["schema"]["example"]);
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        format!("{}={}", parameter["name"].as_str().unwrap(), example.replace(' ', "+").replace('$', "%24"))
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[actix_web::test]
async fn what_is_not_public_answers_nobody_without_a_token() {
    let api = Api::start().await;
    let mut public = Vec::new();
    for operation in operations() {
        if operation.is_public {
            public.push(operation.id);
            continue;
        }
        if operation.is_for_monitoring {
            continue;
        }
        for forged in [None, Some("Bearer x"), Some("Basic YTpi")] {
            let call = api.call(&operation.method, &operation.path);
            let call = forged.into_iter().fold(call, |call, token| call.header("Authorization", token));
            let answer = call.send().await;
            assert_eq!(answer.status, 401, "{} {}", operation.method, operation.path);
            answer.check_envelope();
        }
    }
    public.sort();
    assert_eq!(public, PUBLIC);
}

#[actix_web::test]
async fn what_administrators_do_nobody_else_does() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let administrative: Vec<_> = operations()
        .into_iter()
        .filter(|it| it.template.contains("/admin/") || it.id == "send_reminders")
        .collect();
    assert!(administrative.len() > 20);
    for operation in administrative {
        for user in [&ada.user, &tom] {
            let answer = api.call(&operation.method, &operation.path).by(user).send().await;
            assert_eq!(answer.status, 403, "{} {}", operation.method, operation.path);
            answer.check_envelope();
        }
    }
}

/// Something right to send, where an operation wants anything.
fn body_of(operation: &str) -> Value {
    match operation {
        "cancel_booking" => json!({"reason": "mine"}),
        "reschedule_booking" => json!({"booking_date": "2026-07-15", "start_time": "14:00"}),
        "update_booking" => json!({"instructor_note": "mine", "meeting_location": "mine"}),
        "update_window" => json!({"start_time": "10:00", "end_time": "11:00"}),
        _ => Value::Null,
    }
}

#[actix_web::test]
async fn what_belongs_to_somebody_is_out_of_reach_of_others() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student());
    let windows = "/api/v1/instructors/availability-windows";
    let lesson = json!({"instructor_id": ada.user.id.get(), "instructor_service_id": ada.services[0].id.get(),
        "booking_date": "2026-07-15", "start_time": "10:00", "selected_duration": 60});
    let booking = api.post("/bookings").by(&tom).json(&lesson).send().await.expect(201);
    let blocked = json!({"date": "2026-07-20"});
    let blocked =
        api.post(&format!("{windows}/blackout-dates")).by(&ada.user).json(&blocked).send().await.expect(200);
    let all = || async {
        let of_ada = |path: String| api.get(&path).by(&ada.user).send();
        let booking = api.get(&format!("/bookings/{}", booking["id"])).by(&tom).send().await.expect(200);
        let days = of_ada(format!("{windows}/blackout-dates")).await.expect(200);
        (booking, days, of_ada(windows.to_owned()).await.expect(200))
    };
    let before = all().await;
    let window = before.2[0]["id"].clone();
    assert!(window.is_i64(), "{}", before.2);

    // A student and an instructor who have nothing to do with any of it.
    let eve = a_user(&api.store).named("Eve Moneypenny").insert();
    let bob = an_instructor(&api.store).named("Bob Moog").email("bob@example.com").insert().user;
    let mut tried = 0;
    for operation in operations().iter().filter(|operation| !operation.is_public) {
        let names =
            [("{booking_id}", &booking["id"]), ("{blackout_id}", &blocked["id"]), ("{window_id}", &window)];
        let Some((name, id)) = names.into_iter().find(|(name, _id)| operation.template.contains(name)) else {
            continue;
        };
        let path = operation.template.replace(name, &id.to_string());
        for stranger in [&eve, &bob] {
            let call = api.call(&operation.method, &path).by(stranger);
            let body = body_of(&operation.id);
            let answer = if body.is_null() { call.send().await } else { call.json(&body).send().await };
            // 400 is how clients of 2025 know some of these refusals.
            assert!(
                matches!(answer.status, 400 | 403 | 404),
                "{} {path}: {}",
                operation.method,
                answer.status
            );
            answer.check_envelope();
            tried += 1;
        }
    }
    assert_eq!(tried, 2 * 11);
    // Accounts of instructors are looked after by their owners.
    for action in ["suspend", "deactivate", "reactivate"] {
        let path = format!("/api/v1/instructors/{}/{action}", ada.user.id);
        for stranger in [&eve, &bob] {
            api.post(&path).by(stranger).json(&json!({})).send().await.refused(403, "FORBIDDEN");
        }
    }
    assert_eq!(all().await, before);
}

#[actix_web::test]
async fn nobody_gives_themselves_what_they_were_not_given() {
    let api = Api::start().await;
    // Members of an account that are not for its owner to set.
    let more = json!({"id": 1, "is_admin": true, "is_active": true, "account_status": "active", "hashed_password": "x",
        "credential_version": 9, "created_at": "2020-01-01T00:00:00Z"});
    let with_more = |mut body: Value| {
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    for role in ["admin", "administrator", "root"] {
        let account = json!({"email": "eve@example.com", "password": "TestPassword123!", "full_name": "Eve", "role": role});
        api.post("/auth/register").json(&account).send().await.refused(422, "VALIDATION_ERROR");
    }
    let account = json!({"email": "eve@example.com", "password": "TestPassword123!", "full_name": "Eve", "role": "student"});
    let answer = api.post("/auth/register").json(&with_more(account)).send().await;
    assert!(matches!(answer.status, 201 | 422), "{}", answer.status);
    let eve = if answer.status == 201 {
        api.store_user("eve@example.com")
    } else {
        api.student_at("eve@example.com")
    };
    let answer = api
        .patch("/api/v1/me")
        .by(&eve)
        .json(&with_more(json!({"full_name": "Eve", "role": "instructor"})))
        .send()
        .await;
    assert!(matches!(answer.status, 200 | 422), "{}", answer.status);
    assert_eq!(api.store_user("eve@example.com").role, eve.role);
    api.get("/api/v1/admin/users").by(&eve).send().await.refused(403, "FORBIDDEN");

    // The price, the parties and the state of a lesson are ours to say.
    let ada = instructor(&api);
    let lesson = json!({"instructor_id": ada.user.id.get(), "instructor_service_id": ada.services[0].id.get(),
        "booking_date": "2026-07-15", "start_time": "10:00", "selected_duration": 60,
        "total_price": 0.01, "hourly_rate": 0.01, "student_id": ada.user.id.get(), "status": "COMPLETED"});
    let answer = api.post("/bookings").by(&eve).json(&lesson).send().await;
    if answer.status == 201 {
        let booking = answer.expect(201);
        assert_eq!((&booking["total_price"], &booking["status"]), (&json!(75.0), &json!("CONFIRMED")));
        assert_eq!(booking["student_id"], eve.id.get());
    } else {
        answer.refused(422, "VALIDATION_ERROR");
    }
}

#[actix_web::test]
async fn no_answer_holds_what_its_reader_should_not_know() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api), api.student_at("tom@example.com"));
    let public = format!("/api/v1/instructors/{}", ada.user.id);
    for path in ["/api/v1/me", "/auth/me", "/api/v1/me/export", public.as_str(), "/api/v1/instructors"] {
        let answer = api.get(path).by(&tom).send().await;
        assert_eq!(answer.status, 200, "{path}");
        let body = String::from_utf8(answer.body.to_vec()).unwrap();
        for secret in ["password", "hash", "credential"] {
            assert!(!body.contains(secret), "{path} mentions {secret}: {body}");
        }
    }
}
