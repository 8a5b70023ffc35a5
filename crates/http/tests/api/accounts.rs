//! Registering, logging in and out.

use serde_json::json;

use crate::support::{Api, assert_field};

fn ada() -> serde_json::Value {
    json!({"email": "Ada@Example.com", "password": "TestPassword123!", "full_name": " Ada ", "role": "student", "is_active": false})
}

#[actix_web::test]
async fn an_account_is_opened_once_whatever_the_case_of_its_address() {
    let api = Api::start().await;
    let body = api.post("/api/v1/auth/register").json(&ada()).send().await.expect(201);
    assert_eq!(
        body,
        json!({"id": body["id"], "email": "ada@example.com", "full_name": "Ada", "role": "student", "is_active": true})
    );
    let again = api.post("/auth/register/").json(&ada()).send().await.refused(400, "VALIDATION_ERROR");
    assert!(again["detail"].as_str().unwrap().contains("already registered"));
    assert_field(&again, "email");
}

#[actix_web::test]
async fn everything_wrong_with_a_registration_is_said_at_once() {
    let api = Api::start().await;
    let bad = json!({"email": "nobody", "password": "short", "full_name": "", "role": "student"});
    let body = api.post("/auth/register").json(&bad).send().await.refused(422, "VALIDATION_ERROR");
    let fields: Vec<_> = body["errors"].as_array().unwrap().iter().map(|e| e["loc"].clone()).collect();
    assert_eq!(fields, [json!(["body", "email"]), json!(["body", "password"]), json!(["body", "full_name"])]);
    assert!(body["detail"].as_str().unwrap().contains("at least 8 characters"));
    assert_field(&body, "email");
}

#[actix_web::test]
async fn registrations_out_of_bounds_are_refused() {
    let api = Api::start().await;
    for (member, value) in [
        ("email", json!("a@b")),
        ("email", json!(7)),
        ("email", json!(format!("{}@example.com", "a".repeat(250)))),
        ("password", json!("1234567")),
        ("password", json!("é".repeat(37))),
        ("password", json!("nul\u{0}inside")),
        ("full_name", json!("x".repeat(121))),
        ("full_name", json!("two\nlines")),
        ("full_name", json!(null)),
        ("role", json!("admin")),
    ] {
        let mut body = ada();
        body[member] = value.clone();
        let body = api.post("/auth/register").json(&body).send().await.refused(422, "VALIDATION_ERROR");
        assert_eq!(body["field"], member, "{value}: {body}");
    }
    for member in ["email", "password", "full_name", "role"] {
        let mut body = ada();
        body.as_object_mut().unwrap().remove(member);
        let body = api.post("/auth/register").json(&body).send().await.refused(422, "VALIDATION_ERROR");
        assert_field(&body, member);
        assert_eq!(body["errors"][0]["type"], "missing");
    }
}

#[actix_web::test]
async fn names_of_any_script_and_the_longest_password_are_welcome() {
    let api = Api::start().await;
    let mut body = ada();
    body["full_name"] = json!("שרה 🎹 Ñandú");
    body["password"] = json!("é".repeat(36));
    assert_eq!(api.post("/auth/register").json(&body).send().await.expect(201)["full_name"], "שרה 🎹 Ñandú");
}

async fn log_in(api: &Api, form: &str) -> crate::support::Answer {
    api.post("/auth/login").body("application/x-www-form-urlencoded", form.to_owned()).send().await
}

#[actix_web::test]
async fn a_token_proves_who_is_calling_until_it_is_given_up() {
    let api = Api::start().await;
    api.post("/auth/register").json(&ada()).send().await.expect(201);
    let form =
        "grant_type=password&username=ADA%40example.com&password=TestPassword123%21&scope=&client_id=x";
    let answer = log_in(&api, form).await;
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let token = answer.expect(200);
    assert_eq!(token["token_type"], "bearer");
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    for path in ["/auth/me", "/auth/me/", "/api/v1/auth/me", "/api/v1/auth/me/"] {
        let me = api.get(path).header("Authorization", &bearer).send().await.expect(200);
        assert_eq!((&me["email"], &me["role"]), (&json!("ada@example.com"), &json!("student")), "{path}");
    }
    let out = api.post("/api/v1/auth/logout").header("Authorization", &bearer).send().await.expect(200);
    assert_eq!(out, json!({"message": "Logged out"}));
    let gone = api.get("/auth/me").header("Authorization", &bearer).send().await.refused(401, "UNAUTHORIZED");
    assert!(gone["detail"].as_str().unwrap().contains("credentials"));
}

#[actix_web::test]
async fn wrong_credentials_get_one_answer_and_incomplete_forms_another() {
    let api = Api::start().await;
    api.post("/auth/register").json(&ada()).send().await.expect(201);
    for form in [
        "username=ada%40example.com&password=WrongPassword1",
        "username=nobody%40example.com&password=TestPassword123%21",
        "username=not+an+address&password=x",
        &format!("username=ada%40example.com&password={}", "x".repeat(100)),
        "username=ada%40example.com&password=%00",
    ] {
        let body = log_in(&api, form).await.refused(401, "UNAUTHORIZED");
        assert_eq!(body["detail"], "Incorrect email or password", "{form}");
    }
    for (form, field) in [
        ("", "username"),
        ("username=a", "password"),
        ("username=a&password=b&grant_type=code", "grant_type"),
    ] {
        assert_field(&log_in(&api, form).await.refused(422, "VALIDATION_ERROR"), field);
    }
    log_in(&api, "username=a&username=b&password=c").await.refused(422, "VALIDATION_ERROR");
    api.post("/auth/login").json(&ada()).send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[actix_web::test]
async fn nobody_without_a_valid_token_gets_in() {
    let api = Api::start().await;
    let user = api.student();
    for value in ["", "Bearer", "Bearer ", "Basic abc"] {
        let body =
            api.get("/auth/me").header("Authorization", value).send().await.refused(401, "UNAUTHORIZED");
        assert_eq!(body["detail"], "Not authenticated");
    }
    let body =
        api.get("/auth/me").header("Authorization", "Bearer junk").send().await.refused(401, "UNAUTHORIZED");
    assert!(body["detail"].as_str().unwrap().contains("credentials"));
    let token = format!("Bearer {}", api.token(&user));
    api.clock.advance(jiff::SignedDuration::from_mins(31));
    api.get("/auth/me").header("Authorization", &token).send().await.refused(401, "UNAUTHORIZED");
    api.post("/auth/logout").header("Authorization", &token).send().await.refused(401, "UNAUTHORIZED");
}

#[actix_web::test]
async fn an_account_that_is_switched_off_may_only_see_itself() {
    let api = Api::start().await;
    let user = api.student();
    api.store.set_user_active(user.id, false);
    assert_eq!(api.get("/auth/me").by(&user).send().await.expect(200)["is_active"], false);
    let body = api.get("/bookings").by(&user).send().await.refused(400, "VALIDATION_ERROR");
    assert_eq!(body["detail"], "Inactive user");
}

#[actix_web::test]
async fn an_account_that_is_gone_is_not_found() {
    let api = Api::start().await;
    let mut user = api.student();
    user.id = instainstru_domain::ids::UserId::new(999).unwrap();
    api.get("/auth/me").by(&user).send().await.refused(404, "NOT_FOUND");
}
