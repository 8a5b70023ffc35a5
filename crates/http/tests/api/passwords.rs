//! Changing a password, and replacing a lost one.

use instainstru_domain::{account::User, event::DomainEvent, ports::TransactorExt as _};
use serde_json::{Value, json};

use crate::support::{Answer, Api, assert_field};

const REQUEST: &str = "/api/v1/auth/password-reset/request";
const CONFIRM: &str = "/api/v1/auth/password-reset/confirm";
const NEW: &str = "NewPassword456!";

async fn log_in(api: &Api, user: &User, password: &str) -> Answer {
    let form = format!("username={}&password={password}", user.email);
    api.post("/auth/login").body("application/x-www-form-urlencoded", form).send().await
}

/// Asks for a new password and returns the token as the mail would carry it.
async fn ask(api: &Api, user: &User) -> String {
    api.post(REQUEST).json(&json!({"email": user.email.as_str()})).send().await.expect(200);
    let Some(DomainEvent::PasswordResetRequested { reset, .. }) = api.store.events().pop() else {
        panic!("{:?}", api.store.events())
    };
    let reading = |uow: &mut dyn instainstru_domain::ports::UnitOfWork| uow.password_resets().find(reset);
    let reset = api.store.reading::<_, instainstru_domain::ports::StorageError>(reading).unwrap().unwrap();
    format!("token-of-{}", reset.nonce.as_str())
}

async fn confirm(api: &Api, token: &str) -> Answer {
    api.post(CONFIRM).json(&json!({"token": token, "new_password": NEW})).send().await
}

async fn verify(api: &Api, token: &str) -> Value {
    api.get(&format!("/auth/password-reset/verify/{token}")).send().await.expect(200)
}

#[actix_web::test]
async fn a_lost_password_is_replaced_with_a_token() {
    let api = Api::start().await;
    let tom = api.student_at("tom@example.com");
    let old = format!("Bearer {}", api.token(&tom));
    let token = ask(&api, &tom).await;
    assert_eq!(verify(&api, &token).await, json!({"valid": true, "email": "to***@example.com"}));
    let body = confirm(&api, &token).await.expect(200);
    assert!(body["message"].as_str().unwrap().contains("has been reset"), "{body}");
    assert_eq!(verify(&api, &token).await, json!({"valid": false}));
    log_in(&api, &tom, NEW).await.expect(200);
    log_in(&api, &tom, "TestPassword123!").await.refused(401, "UNAUTHORIZED");
    api.get("/auth/me").header("Authorization", &old).send().await.refused(401, "UNAUTHORIZED");
}

#[actix_web::test]
async fn whoever_asks_does_not_learn_who_has_an_account() {
    let api = Api::start().await;
    let tom = api.student_at("tom@example.com");
    let mut answers = Vec::new();
    for email in [tom.email.as_str(), "TOM@example.com", "nobody@example.com"] {
        let answer = api.post(REQUEST).json(&json!({"email": email})).send().await;
        answers.push((answer.status, answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == 200), "{answers:?}");
    let malformed = api.post(REQUEST).json(&json!({"email": "nobody"})).send().await;
    assert_field(&malformed.refused(422, "VALIDATION_ERROR"), "email");
}

#[actix_web::test]
async fn a_bad_token_is_refused_in_words_that_tell_what_to_do() {
    let api = Api::start().await;
    let tom = api.student_at("tom@example.com");
    let first = ask(&api, &tom).await;
    let second = ask(&api, &tom).await;
    let refusal = async |token: &str| {
        let body = confirm(&api, token).await.refused(400, "VALIDATION_ERROR");
        assert_field(&body, "token");
        body["detail"].as_str().unwrap().to_owned()
    };
    assert!(refusal("x").await.contains("Invalid or expired"));
    assert!(refusal(&first).await.contains("already been used"));
    api.clock.advance(jiff::SignedDuration::from_hours(1));
    assert!(refusal(&second).await.contains("expired"));
    for bad in [&*second, "x", "%00", "%FF", "%F0%9F%8E%B9", &"x".repeat(5000)] {
        assert_eq!(verify(&api, bad).await, json!({"valid": false}), "{bad}");
    }
}

#[actix_web::test]
async fn a_weak_password_is_refused_before_the_token_is_looked_at() {
    let api = Api::start().await;
    for (weak, missing) in
        [("Short1", "at least 8 characters"), ("nocapital1", "capital letter"), ("NoDigitsHere", "digit")]
    {
        let body = json!({"token": "x", "new_password": weak});
        let body = api.post(CONFIRM).json(&body).send().await.refused(422, "VALIDATION_ERROR");
        assert_field(&body, "new_password");
        assert!(body["detail"].as_str().unwrap().contains(missing), "{body}");
    }
    for member in ["token", "new_password"] {
        let mut body = json!({"token": "x", "new_password": NEW});
        body.as_object_mut().unwrap().remove(member);
        assert_field(&api.post(CONFIRM).json(&body).send().await.refused(422, "VALIDATION_ERROR"), member);
    }
}

#[actix_web::test]
async fn a_changed_password_ends_every_other_session() {
    let api = Api::start().await;
    let tom = api.student_at("tom@example.com");
    let other = format!("Bearer {}", api.token(&tom));
    let change = async |current: &str| {
        let body = json!({"current_password": current, "new_password": NEW});
        api.post("/api/v1/auth/change-password").by(&tom).json(&body).send().await
    };
    let wrong = change("wrong").await.refused(400, "VALIDATION_ERROR");
    assert_field(&wrong, "current_password");
    let token = change("TestPassword123!").await.expect(200);
    assert_eq!(token["token_type"], "bearer");
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    api.get("/auth/me").header("Authorization", &bearer).send().await.expect(200);
    api.get("/auth/me").header("Authorization", &other).send().await.refused(401, "UNAUTHORIZED");
    log_in(&api, &tom, NEW).await.expect(200);
}

#[actix_web::test]
async fn only_somebody_with_a_token_changes_a_password() {
    let api = Api::start().await;
    let body = json!({"current_password": "TestPassword123!", "new_password": NEW});
    api.post("/auth/change-password").json(&body).send().await.refused(401, "UNAUTHORIZED");
    let tom = api.student();
    let weak = json!({"current_password": "TestPassword123!", "new_password": "weak"});
    let refused = api.post("/auth/change-password").by(&tom).json(&weak).send().await;
    assert_field(&refused.refused(422, "VALIDATION_ERROR"), "new_password");
    api.store.set_user_active(tom.id, false);
    let refused = api.post("/auth/change-password").by(&tom).json(&body).send().await;
    assert_eq!(refused.refused(400, "VALIDATION_ERROR")["detail"], "Inactive user");
}
