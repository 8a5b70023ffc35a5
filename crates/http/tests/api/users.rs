//! Accounts as administrators see them.

use instainstru_domain::account::User;
use serde_json::{Value, json};

use crate::support::{Answer, Api, assert_field, instructor};

fn admin(api: &Api) -> User {
    let user = api.student_at("admin@example.com");
    api.store.set_admin(user.id, true);
    user
}

async fn users(api: &Api, admin: &User, query: &str) -> Answer {
    api.get(&format!("/api/v1/admin/users{query}")).by(admin).send().await
}

async fn switch(api: &Api, by: &User, path: &str) -> Answer {
    let reason = json!({"reason": "three complaints"});
    api.post(&format!("/api/v1/admin/{path}")).by(by).json(&reason).send().await
}

fn emails(page: &Value) -> Vec<&str> {
    page["users"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn accounts_are_found_by_text_role_and_status() {
    let api = Api::start().await;
    let (admin, _ada) = (admin(&api), instructor(&api));
    let tom = api.student_at("tom@example.com");
    let page = users(&api, &admin, "").await.expect(200);
    assert_eq!(emails(&page), ["tom@example.com", "ada@example.com", "admin@example.com"]);
    assert_eq!((&page["total"], &page["page"], &page["per_page"]), (&json!(3), &json!(1), &json!(20)));
    let shown = &page["users"][0];
    assert_eq!(
        *shown,
        json!({"id": tom.id.get(), "email": "tom@example.com", "full_name": "Tom Jones", "role": "student",
            "is_admin": false, "status": "active", "created_at": shown["created_at"], "updated_at": null})
    );
    for (query, expected) in [
        ("?query=LOVELACE", vec!["ada@example.com"]),
        ("?query=%25", vec![]),
        ("?role=instructor", vec!["ada@example.com"]),
        ("?status=switched_off", vec![]),
        ("?per_page=1&page=2", vec!["ada@example.com"]),
        ("?role=student&query=tom%40&status=active", vec!["tom@example.com"]),
    ] {
        assert_eq!(emails(&users(&api, &admin, query).await.expect(200)), expected, "{query}");
    }
    for (query, field) in [
        ("?query=", "query"),
        ("?query=%00", "query"),
        ("?role=admin", "role"),
        ("?status=gone", "status"),
        ("?page=0", "page"),
        ("?per_page=101", "per_page"),
    ] {
        assert_field(&users(&api, &admin, query).await.refused(422, "VALIDATION_ERROR"), field);
    }
}

#[actix_web::test]
async fn a_suspended_instructor_vanishes_at_once_and_comes_back() {
    let api = Api::start().await;
    let (admin, ada) = (admin(&api), instructor(&api).user);
    let old = format!("Bearer {}", api.token(&ada));
    let public = format!("/instructors/{}", ada.id);
    api.get(&public).send().await.expect(200);
    let off = switch(&api, &admin, &format!("instructors/{}/suspend", ada.id)).await.expect(200);
    assert_eq!(off["status"], "switched_off");
    api.get(&public).send().await.refused(404, "NOT_FOUND");
    api.get("/auth/me").header("Authorization", &old).send().await.refused(401, "UNAUTHORIZED");
    let listed = users(&api, &admin, "?status=switched_off").await.expect(200);
    assert_eq!(emails(&listed), ["ada@example.com"]);
    let on = switch(&api, &admin, &format!("instructors/{}/reactivate", ada.id)).await.expect(200);
    assert_eq!(on["status"], "active");
    api.get(&public).send().await.expect(200);
    let audit =
        api.get("/api/v1/admin/audit?action=account.switched_off").by(&admin).send().await.expect(200);
    assert_eq!(audit["entries"][0]["detail"]["reason"], "three complaints");
}

#[actix_web::test]
async fn any_account_can_be_suspended_but_those_of_administrators() {
    let api = Api::start().await;
    let (admin, tom) = (admin(&api), api.student_at("tom@example.com"));
    switch(&api, &admin, &format!("instructors/{}/suspend", tom.id)).await.refused(404, "NOT_FOUND");
    let off = switch(&api, &admin, &format!("users/{}/suspend", tom.id)).await.expect(200);
    assert_eq!(off["status"], "switched_off");
    switch(&api, &admin, &format!("users/{}/reactivate", tom.id)).await.expect(200);
    switch(&api, &admin, &format!("users/{}/suspend", admin.id)).await.refused(409, "CONFLICT");
    switch(&api, &admin, "users/4711/suspend").await.refused(404, "NOT_FOUND");
    for bad in ["0", "x"] {
        let refused = switch(&api, &admin, &format!("users/{bad}/suspend")).await;
        assert_field(&refused.refused(422, "VALIDATION_ERROR"), "user_id");
    }
    for body in [json!({}), json!({"reason": " "}), json!({"reason": "x".repeat(501)})] {
        let path = format!("/api/v1/admin/users/{}/suspend", tom.id);
        let refused = api.post(&path).by(&admin).json(&body).send().await;
        assert_field(&refused.refused(422, "VALIDATION_ERROR"), "reason");
    }
}

#[actix_web::test]
async fn nobody_but_administrators_gets_in() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api).user, api.student());
    for (method, path) in [
        ("GET", "users"),
        ("POST", "users/1/suspend"),
        ("POST", "users/1/reactivate"),
        ("POST", "instructors/1/suspend"),
        ("POST", "instructors/1/reactivate"),
    ] {
        let path = format!("/api/v1/admin/{path}");
        let body = json!({"reason": "x"});
        api.call(method, &path).json(&body).send().await.refused(401, "UNAUTHORIZED");
        for user in [&ada, &tom] {
            api.call(method, &path).by(user).json(&body).send().await.refused(403, "FORBIDDEN");
        }
    }
}
