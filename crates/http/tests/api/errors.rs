//! The table of errors, and what is wrong before a handler is reached.

use std::fmt::Write as _;

use instainstru_http::error::ErrorCode;
use serde_json::json;

use crate::support::Api;

#[test]
fn the_table_of_codes() {
    let table = ErrorCode::ALL.iter().fold(String::new(), |mut table, code| {
        writeln!(table, "{} {} ({code:?})", code.status().as_u16(), code.as_str()).unwrap();
        table
    });
    insta::assert_snapshot!("error_codes", table);
}

#[actix_web::test]
async fn unknown_paths_and_wrong_verbs_are_told_apart() {
    let api = Api::start().await;
    for path in [
        "/nowhere",
        "/api",
        "/api/v1",
        "/api/v1/nowhere",
        "/api/v2/bookings",
        "/api/v1/health",
        "/api/public/x",
        "/%00",
        "/bookings/1/x",
        "/api/v1/api/public/instructors/1/availability",
    ] {
        api.get(path).send().await.refused(404, "NOT_FOUND");
    }
    for (method, path, allow) in [
        ("DELETE", "/health", "GET, HEAD"),
        ("GET", "/auth/login", "POST"),
        ("DELETE", "/api/v1/bookings", "GET, POST, HEAD"),
        ("PUT", "/bookings/7", "GET, PATCH, HEAD"),
        ("DELETE", "/instructors/availability-windows/bulk-update", "PATCH"),
        ("PATCH", "/instructors/profile/", "GET, POST, PUT, DELETE, HEAD"),
        ("OPTIONS", "/bookings", "GET, POST, HEAD"),
        ("BREW", "/api/public/instructors/1/availability", "GET, HEAD"),
    ] {
        let answer = api.call(method, path).send().await;
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        answer.refused(405, "METHOD_NOT_ALLOWED");
    }
}

#[actix_web::test]
async fn bodies_that_are_no_json_are_refused() {
    let api = Api::start().await;
    let path = "/api/v1/auth/register";
    for (body, text) in [
        ("", "a JSON body is required"),
        ("{", "not valid JSON"),
        ("[1]", "invalid"),
        ("null", "invalid type"),
        ("\"\\ud800\"", "not valid JSON"),
        (r#"{"email":"\ud800"}"#, "not valid JSON"),
        (r#"{"email":"a","email":"b"}"#, "given twice"),
    ] {
        let refused =
            api.post(path).body("application/json", body).send().await.refused(422, "VALIDATION_ERROR");
        assert!(refused["detail"].as_str().unwrap().contains(text), "{body}: {refused}");
        assert_eq!(refused["errors"][0]["loc"][0], "body");
    }
    let deep = "[".repeat(10_000);
    api.post(path).body("application/json", deep).send().await.refused(422, "VALIDATION_ERROR");
    api.post(path).body("application/json", &b"\xff\xfe"[..]).send().await.refused(422, "VALIDATION_ERROR");
}

#[actix_web::test]
async fn bodies_of_other_types_and_sizes_are_refused() {
    let api = Api::start().await;
    let path = "/api/v1/auth/register";
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "é"] {
        api.post(path).body(kind, "{}").send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    api.post(path).untyped_body("{}").send().await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    let zipped =
        api.post(path).header("Content-Encoding", "gzip").body("application/json", "{}").send().await;
    zipped.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    for kind in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"] {
        api.post(path).body(kind, "{}").send().await.refused(422, "VALIDATION_ERROR");
    }
    let long = json!({"email": "x".repeat(1024 * 1024)}).to_string();
    api.post(path).body("application/json", long.clone()).send().await.refused(413, "PAYLOAD_TOO_LARGE");
    let form = api.post("/auth/login").body("application/x-www-form-urlencoded", long).send().await;
    form.refused(413, "PAYLOAD_TOO_LARGE");
}
