//! One's own account, a copy of everything, and leaving.

use instainstru_domain::account::User;
use serde_json::{Value, json};

use crate::support::{Answer, Api, assert_field, instructor};

const ME: &str = "/api/v1/me";
const PASSWORD: &str = "TestPassword123!";

async fn book(api: &Api, student: &User, start: &str) -> Value {
    let ada = instructor(api);
    let lesson = json!({"instructor_id": ada.user.id.get(), "instructor_service_id": ada.services[0].id.get(),
        "booking_date": "2026-07-15", "start_time": start, "selected_duration": 60, "student_note": "ring at Jones"});
    api.post("/bookings").by(student).json(&lesson).send().await.expect(201)
}

async fn leave(api: &Api, user: &User, body: &Value) -> Answer {
    api.delete(ME).by(user).json(body).send().await
}

#[actix_web::test]
async fn an_account_is_shown_and_renamed() {
    let api = Api::start().await;
    let tom = api.student_at("tom@example.com");
    let mine = api.get(ME).by(&tom).send().await.expect(200);
    let mut expected = json!({"id": tom.id.get(), "email": "tom@example.com", "full_name": "Tom Jones",
        "role": "student", "is_admin": false, "is_active": true, "account_status": "active",
        "created_at": mine["created_at"], "updated_at": null});
    assert_eq!(mine, expected);
    api.patch(ME).by(&tom).json(&json!({})).send().await.expect(200);
    let renamed = api.patch(ME).by(&tom).json(&json!({"full_name": " Tom King "})).send().await.expect(200);
    expected["full_name"] = json!("Tom King");
    expected["updated_at"] = json!("2026-07-13T12:00:00Z");
    assert_eq!(renamed, expected);
    assert_eq!(api.get("/auth/me").by(&tom).send().await.expect(200)["full_name"], "Tom King");
    for bad in [json!(""), json!("x".repeat(121)), json!("two\nlines"), json!(7)] {
        let refused = api.patch(ME).by(&tom).json(&json!({"full_name": bad})).send().await;
        assert_field(&refused.refused(422, "VALIDATION_ERROR"), "full_name");
    }
}

#[actix_web::test]
async fn a_copy_shows_others_by_first_name_and_initial_only() {
    let api = Api::start().await;
    let tom = api.student_at("tom@example.com");
    let booking = book(&api, &tom, "10:00").await;
    api.get("/api/search/instructors?q=Tuba").by(&tom).send().await.expect(200);
    let answer = api.get("/api/v1/me/export").by(&tom).send().await;
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"instainstru-1783944000.json\"")
    );
    assert_eq!(answer.header("cache-control"), Some("private, no-store"));
    let mine = answer.expect(200);
    assert_eq!(
        (&mine["format"], &mine["account"]["email"]),
        (&json!("instainstru-archive-1"), &json!("tom@example.com"))
    );
    assert_eq!((&mine["teaching"], &mine["bookings_complete"]), (&Value::Null, &json!(true)));
    let lesson = &mine["bookings"][0];
    assert_eq!((&lesson["role"], &lesson["with"]), (&json!("student"), &json!("Ada L.")));
    assert_eq!(
        (&lesson["student_note"], &lesson["total_price"]),
        (&json!("ring at Jones"), &booking["total_price"])
    );
    for foreign in ["Lovelace", "ada@example.com"] {
        assert!(!mine.to_string().contains(foreign), "{mine}");
    }
    assert_eq!(mine["audit"][0]["action"], "account.exported");
    assert_eq!(
        (&mine["searches"][0]["query"], &mine["searches"][0]["source"]),
        (&json!("tuba"), &json!("api"))
    );
}

#[actix_web::test]
async fn the_copy_of_an_instructor_holds_everything_published() {
    let api = Api::start().await;
    let ada = instructor(&api).user;
    let blackout = json!({"date": "2026-07-20", "reason": "moving house"});
    api.post("/instructors/availability-windows/blackout-dates")
        .by(&ada)
        .json(&blackout)
        .send()
        .await
        .expect(200);
    let mine = api.get("/api/v1/me/export").by(&ada).send().await.expect(200);
    let teaching = &mine["teaching"];
    assert_eq!(teaching["profile"]["timezone"], "America/New_York");
    assert_eq!(teaching["services"][0]["name"], "Piano");
    assert_eq!(teaching["availability"][0]["specific_date"], "2026-07-15");
    assert_eq!(teaching["blackouts"][0]["reason"], "moving house");
}

#[actix_web::test]
async fn whoever_leaves_is_gone_and_the_other_party_keeps_a_nameless_booking() {
    let api = Api::start().await;
    let tom = api.student_at("tom@example.com");
    let booking = book(&api, &tom, "10:00").await;
    let refused = leave(&api, &tom, &json!({"password": PASSWORD})).await.refused(409, "CONFLICT");
    assert!(refused["detail"].as_str().unwrap().contains("1 lesson is ahead"), "{refused}");
    assert_eq!(refused["details"], json!({"upcoming_lessons": 1}));

    let gone = leave(&api, &tom, &json!({"password": PASSWORD, "cancel_upcoming": true})).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    leave(&api, &tom, &json!({"password": PASSWORD})).await.refused(401, "UNAUTHORIZED");
    let form = format!("username=tom%40example.com&password={PASSWORD}");
    let refused = api.post("/auth/login").body("application/x-www-form-urlencoded", form).send().await;
    refused.refused(401, "UNAUTHORIZED");

    let ada = api.store_user("ada@example.com");
    let path = format!("/bookings/{}", booking["id"]);
    let theirs = api.get(&path).by(&ada).send().await.expect(200);
    assert_eq!((&theirs["status"], &theirs["total_price"]), (&json!("CANCELLED"), &booking["total_price"]));
    assert_eq!(theirs["student"]["full_name"], "Deleted user");
    assert_eq!(theirs["cancellation_reason"], "The account was deleted");
    for trace in ["Tom", "Jones", "tom@example.com"] {
        assert!(!theirs.to_string().contains(trace), "{theirs}");
    }
    // The address is free again.
    let again =
        json!({"email": "tom@example.com", "password": PASSWORD, "full_name": "Tom", "role": "student"});
    api.post("/auth/register").json(&again).send().await.expect(201);
}

#[actix_web::test]
async fn the_password_guards_the_way_out() {
    let api = Api::start().await;
    let tom = api.student();
    let wrong = leave(&api, &tom, &json!({"password": "wrong"})).await.refused(400, "VALIDATION_ERROR");
    assert_field(&wrong, "password");
    for body in [json!({}), json!({"password": 7}), json!({"password": "x", "cancel_upcoming": "yes"})] {
        leave(&api, &tom, &body).await.refused(422, "VALIDATION_ERROR");
    }
    api.get(ME).by(&tom).send().await.expect(200);
}

#[actix_web::test]
async fn only_whoever_is_logged_in_has_an_account() {
    let api = Api::start().await;
    let (tom, body) = (api.student(), json!({"password": PASSWORD, "full_name": "X"}));
    api.store.set_user_active(tom.id, false);
    for (method, path) in [("GET", ME), ("PATCH", ME), ("DELETE", ME), ("GET", "/api/v1/me/export")] {
        api.call(method, path).json(&body).send().await.refused(401, "UNAUTHORIZED");
        let refused = api.call(method, path).by(&tom).json(&body).send().await;
        assert_eq!(refused.refused(400, "VALIDATION_ERROR")["detail"], "Inactive user", "{method} {path}");
    }
    api.get("/me").send().await.refused(404, "NOT_FOUND");
}

#[actix_web::test]
async fn renaming_twice_with_one_key_is_renaming_once() {
    let api = Api::start().await;
    let tom = api.student();
    let rename = async |name: &str, key: &str| {
        let request = api.patch(ME).by(&tom).header("Idempotency-Key", key);
        request.json(&json!({"full_name": name})).send().await
    };
    rename("Tom A", "k1").await.expect(200);
    rename("Tom B", "k2").await.expect(200);
    let replay = rename("Tom A", "k1").await;
    assert_eq!(replay.header("idempotency-replayed"), Some("true"));
    assert_eq!(replay.expect(200)["full_name"], "Tom A");
    assert_eq!(api.get(ME).by(&tom).send().await.expect(200)["full_name"], "Tom B");
}
