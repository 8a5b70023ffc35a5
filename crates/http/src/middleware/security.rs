//! Headers that tell browsers to be careful, and the way from HTTP to HTTPS.

use actix_web::{
    HttpResponse,
    dev::ServiceRequest,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};

use crate::application::HttpSettings;

const FORWARDED_PROTO: &str = "x-forwarded-proto";
/// Answers of the API are data: nothing in them may be run, shown in a frame or fetched from.
const API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// Swagger UI brings its own scripts and styles, some of them inline.
const DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'",
);
const ALWAYS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains; preload");

/// Adds the headers; what a handler set itself stays.
pub(super) fn apply(headers: &mut HeaderMap, path: &str, settings: &HttpSettings) {
    let mut add = |name: HeaderName, value: HeaderValue| {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    };
    for (name, value) in ALWAYS {
        add(name, value);
    }
    let docs = path == "/docs" || path.starts_with("/docs/");
    add(header::CONTENT_SECURITY_POLICY, if docs { DOCS_POLICY } else { API_POLICY });
    if settings.secure {
        add(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

/// The redirect to HTTPS for a request that came over plain HTTP to a secure server. Probes of the platform are answered.
pub(super) fn redirect(request: &ServiceRequest, settings: &HttpSettings) -> Option<HttpResponse> {
    let plain = request.headers().get(FORWARDED_PROTO).is_some_and(|proto| proto.as_bytes() == b"http");
    let exempt = request.path().starts_with("/health") || request.path().starts_with("/metrics");
    if !settings.secure || !plain || exempt {
        return None;
    }
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let location = HeaderValue::from_str(&format!("https://{host}{target}")).ok()?;
    Some(HttpResponse::MovedPermanently().insert_header((header::LOCATION, location)).finish())
}
