//! Calls and answers.

use actix_web::{
    http::{Method, header::HeaderMap},
    test::TestRequest,
    web::Bytes,
};
use instainstru_domain::account::User;
use serde_json::Value;

use super::world::Api;

/// A request to be made.
pub struct Call<'a> {
    api: &'a Api,
    request: TestRequest,
}

impl<'a> Call<'a> {
    pub fn new(api: &'a Api, method: Method, path: &str) -> Self {
        Self { api, request: TestRequest::with_uri(path).method(method) }
    }

    /// With a fresh token of this account.
    pub fn by(self, user: &User) -> Self {
        let token = self.api.token(user);
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.append_header((name, value));
        self
    }

    /// From a network address, such as `203.0.113.7:4711`.
    pub fn from(mut self, peer: &str) -> Self {
        self.request = self.request.peer_addr(peer.parse().unwrap());
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.request = self.request.append_header(("Content-Type", content_type)).set_payload(body);
        self
    }

    pub fn untyped_body(mut self, body: impl Into<Bytes>) -> Self {
        self.request = self.request.set_payload(body);
        self
    }

    pub async fn send(self) -> Answer {
        (self.api.caller)(self.request.to_request()).await
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {:?}", self.body))
    }

    /// The body of a success.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The envelope of an error, after checking it.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.check_envelope();
        let body = self.json();
        assert_eq!(body["code"], code, "{body}");
        body
    }

    #[track_caller]
    pub fn check_envelope(&self) {
        let body = self.json();
        assert!(self.header("content-type").unwrap().starts_with("application/json"));
        assert!(body["detail"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        assert!(body["code"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
        assert_eq!(body["request_id"].as_str(), self.header("x-request-id"), "{body}");
        if self.status == 401 {
            assert_eq!(self.header("www-authenticate"), Some("Bearer"));
        }
        let known = ["detail", "code", "field", "errors", "retry_after", "details", "request_id"];
        for member in body.as_object().unwrap().keys() {
            assert!(known.contains(&member.as_str()), "{member}");
        }
    }
}

/// Says which field was refused.
#[track_caller]
pub fn assert_field(body: &Value, field: &str) {
    assert_eq!(body["field"], field, "{body}");
    assert!(body["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{body}");
}
