//! Reading the audit log.

use instainstru_domain::account::User;
use instainstru_http::HttpSettings;
use serde_json::{Value, json};

use crate::support::{Answer, Api, assert_field, instructor};

const AUDIT: &str = "/api/v1/admin/audit";

fn admin(api: &Api) -> User {
    let user = api.student_at("admin@example.com");
    api.store.set_admin(user.id, true);
    user
}

async fn audit(api: &Api, admin: &User, query: &str) -> Answer {
    api.get(&format!("{AUDIT}{query}")).by(admin).send().await
}

async fn log_in(api: &Api, email: &str, password: &str) -> Answer {
    let form = format!("username={email}&password={password}");
    api.post("/auth/login")
        .header("X-Request-ID", "login-1")
        .body("application/x-www-form-urlencoded", form)
        .send()
        .await
}

#[actix_web::test]
async fn what_happened_can_be_read_with_the_request_that_caused_it() {
    let api = Api::start().await;
    let (admin, tom) = (admin(&api), api.student_at("tom@example.com"));
    log_in(&api, "tom@example.com", "wrong").await.refused(401, "UNAUTHORIZED");
    log_in(&api, "nobody@example.com", "wrong").await.refused(401, "UNAUTHORIZED");
    let page = audit(&api, &admin, "").await.expect(200);
    let failed = |id: i32, reason: &str, subject: Value| {
        json!({"id": id, "at": "2026-07-13T12:00:00Z", "action": "login.failed", "actor_id": null,
            "subject": subject, "detail": {"reason": reason}, "request_id": "login-1", "address": null})
    };
    let about_tom = json!({"kind": "user", "id": tom.id.get()});
    let expected = [failed(2, "unknown_address", Value::Null), failed(1, "wrong_password", about_tom)];
    assert_eq!(page, json!({"entries": expected, "next_after": null}));
    assert!(!page.to_string().contains("example.com"), "no addresses of people");
}

#[actix_web::test]
async fn an_action_is_noted_with_the_address_of_its_client_and_not_of_our_proxy() {
    let settings = HttpSettings { trusted_proxies: "10.0.0.0/8".parse().unwrap(), ..HttpSettings::default() };
    let api = Api::with(settings).await;
    let admin = admin(&api);
    for peer in ["10.0.0.1:4711", "203.0.113.7:4711"] {
        let form = "username=nobody@example.com&password=wrong";
        let call = api.post("/auth/login").from(peer).header("X-Forwarded-For", "6.6.6.6, 198.51.100.9");
        call.body("application/x-www-form-urlencoded", form).send().await.refused(401, "UNAUTHORIZED");
    }
    let page = audit(&api, &admin, "").await.expect(200);
    let addresses: Vec<&Value> =
        page["entries"].as_array().unwrap().iter().map(|entry| &entry["address"]).collect();
    assert_eq!(addresses, ["203.0.113.7", "198.51.100.9"]);
}

#[actix_web::test]
async fn a_list_is_filtered_and_goes_on_where_it_ended() {
    let api = Api::start().await;
    let (admin, ada) = (admin(&api), instructor(&api).user);
    for change in ["suspend", "reactivate", "suspend", "reactivate"] {
        api.post(&format!("/instructors/{}/{change}", ada.id)).by(&ada).send().await.expect(200);
        api.clock.advance(jiff::SignedDuration::from_mins(1));
    }
    let actions = |page: &Value| -> Vec<String> {
        let entries = page["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    };
    let first = audit(&api, &admin, "?limit=3").await.expect(200);
    assert_eq!(actions(&first), ["account.reactivated", "account.suspended", "account.reactivated"]);
    let rest = audit(&api, &admin, &format!("?limit=3&after={}", first["next_after"])).await.expect(200);
    assert_eq!((actions(&rest), &rest["next_after"]), (vec!["account.suspended".to_owned()], &Value::Null));
    for (query, count) in [
        (format!("?actor={}", ada.id), 4),
        (format!("?actor={}", admin.id), 0),
        ("?action=account.suspended".to_owned(), 2),
        ("?since=2026-07-13T12:02:00Z".to_owned(), 2),
        ("?since=2026-07-13T08:02:00-04:00&action=account.suspended".to_owned(), 1),
    ] {
        let page = audit(&api, &admin, &query).await.expect(200);
        assert_eq!(page["entries"].as_array().unwrap().len(), count, "{query}");
    }
}

#[actix_web::test]
async fn only_administrators_get_in() {
    let api = Api::start().await;
    let (ada, tom) = (instructor(&api).user, api.student());
    api.get(AUDIT).send().await.refused(401, "UNAUTHORIZED");
    for user in [&ada, &tom] {
        api.get(AUDIT).by(user).send().await.refused(403, "FORBIDDEN");
    }
    let admin = admin(&api);
    audit(&api, &admin, "").await.expect(200);
    api.store.set_user_active(admin.id, false);
    audit(&api, &admin, "").await.refused(400, "VALIDATION_ERROR");
    api.get("/admin/audit").by(&admin).send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn a_malformed_query_says_what_is_wrong() {
    let api = Api::start().await;
    let admin = admin(&api);
    for (query, field) in [
        ("?actor=0", "actor"),
        ("?actor=ada", "actor"),
        ("?action=login", "action"),
        ("?since=yesterday", "since"),
        ("?since=2026-07-13", "since"),
        ("?limit=0", "limit"),
        ("?limit=201", "limit"),
        ("?after=0", "after"),
        ("?after=x", "after"),
    ] {
        let body = audit(&api, &admin, query).await.refused(422, "VALIDATION_ERROR");
        assert_field(&body, field);
    }
}
