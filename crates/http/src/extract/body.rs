//! JSON bodies. They are read only when a handler asks, which is after it knows who is calling.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web,
};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, ErrorCode, FieldError, FieldErrors, Place};

/// Greatest length of a body.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// SHA-256 of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest([u8; 32]);

impl Digest {
    /// The digest of no body at all.
    pub(crate) fn empty() -> Self {
        Self::of(&[])
    }

    fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A data transfer object that says which command it means.
pub(crate) trait IntoCommand {
    /// The command.
    type Command;

    /// The command, or everything that is wrong.
    fn into_command(self) -> Result<Self::Command, FieldErrors>;
}

/// A command that came in a body, with the digest of that body.
#[derive(Debug)]
pub(crate) struct Submitted<T> {
    pub(crate) command: T,
    pub(crate) digest: Digest,
}

/// A JSON body that nobody has read yet.
pub(crate) struct Body<T> {
    unread: Unread,
    shape: PhantomData<fn() -> T>,
}

impl<T> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { unread: Unread::new(request, payload), shape: PhantomData }))
    }
}

impl<T: DeserializeOwned + IntoCommand> Body<T> {
    /// Reads the body.
    ///
    /// # Errors
    /// 413, 415 or 422.
    pub(crate) async fn read(self) -> Result<Submitted<T::Command>, ApiError> {
        let bytes = self.unread.read(is_json, "application/json").await?;
        if bytes.is_empty() {
            return Err(ApiError::field(Place::Body, "", "a JSON body is required"));
        }
        let command = parse::<T>(&bytes)?.into_command()?;
        Ok(Submitted { command, digest: Digest::of(&bytes) })
    }
}

/// A body of any type that nobody has read yet.
pub(super) struct Unread {
    request: HttpRequest,
    payload: Payload,
}

impl Unread {
    pub(super) fn new(request: &HttpRequest, payload: &mut Payload) -> Self {
        Self { request: request.clone(), payload: payload.take() }
    }

    /// All bytes, when the headers announce a type that `fits`. An empty body needs no type.
    pub(super) async fn read(
        mut self,
        fits: fn(&str) -> bool,
        expected: &'static str,
    ) -> Result<web::Bytes, ApiError> {
        check_headers(self.request.headers(), fits, expected)?;
        let payload = web::Payload::from_request(&self.request, &mut self.payload)
            .await
            .map_err(|error| ApiError::internal(error.to_string()))?;
        let bytes = match payload.to_bytes_limited(MAX_BODY_BYTES).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(broken)) => {
                return Err(ApiError::field(Place::Body, "", format!("the body broke off: {broken}")));
            }
            Err(_too_long) => return Err(too_long()),
        };
        if !bytes.is_empty() && !self.request.headers().contains_key(header::CONTENT_TYPE) {
            return Err(wrong_type(expected));
        }
        Ok(bytes)
    }
}

/// Refuses what need not be read to be refused.
fn check_headers(
    headers: &HeaderMap,
    fits: fn(&str) -> bool,
    expected: &'static str,
) -> Result<(), ApiError> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if text(header::CONTENT_TYPE).is_some_and(|value| !fits(media_type(value))) {
        return Err(wrong_type(expected));
    }
    if text(header::CONTENT_ENCODING).is_some_and(|value| !value.eq_ignore_ascii_case("identity")) {
        return Err(ApiError::new(
            ErrorCode::UnsupportedMediaType,
            "send the body without a content encoding",
        ));
    }
    let length = text(header::CONTENT_LENGTH).and_then(|value| value.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_BODY_BYTES) { Err(too_long()) } else { Ok(()) }
}

fn media_type(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

fn is_json(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn wrong_type(expected: &'static str) -> ApiError {
    ApiError::new(ErrorCode::UnsupportedMediaType, format!("send the body as Content-Type: {expected}"))
}

fn too_long() -> ApiError {
    ApiError::new(ErrorCode::PayloadTooLarge, format!("the body may have at most {MAX_BODY_BYTES} bytes"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = path_of(error.path());
        let inner = error.into_inner();
        if inner.is_data() { wrong_shape(&path, &inner.to_string()) } else { not_json(&inner) }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> ApiError {
    let text = format!("the body is not valid JSON (line {}, column {})", error.line(), error.column());
    let mut errors = FieldErrors::new(Place::Body);
    errors.push("", text);
    errors.into()
}

/// `services[0].hourly_rate` as `services.0.hourly_rate`.
fn path_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let steps: Vec<String> = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    steps.join(".")
}

/// Says what is wrong with a value, naming the field that is missing or unknown.
fn wrong_shape(path: &str, text: &str) -> ApiError {
    let text = text.split(" at line ").next().unwrap_or(text);
    let quoted = text.split('`').nth(1).unwrap_or_default();
    let join = |name: &str| {
        if path.is_empty() || path == name || path.ends_with(&format!(".{name}")) {
            if path.is_empty() { name.to_owned() } else { path.to_owned() }
        } else {
            format!("{path}.{name}")
        }
    };
    let error = if text.starts_with("missing field") {
        FieldError::new(Place::Body, join(quoted), format!("{quoted} is required")).of_kind("missing")
    } else if text.starts_with("unknown field") {
        FieldError::new(Place::Body, join(quoted), format!("{quoted} is not known here"))
            .of_kind("extra_forbidden")
    } else if text.starts_with("duplicate field") {
        FieldError::new(Place::Body, join(quoted), format!("{quoted} is given twice"))
    } else {
        FieldError::new(Place::Body, path, text).of_kind("type_error")
    };
    FieldErrors::of(Place::Body, error).into()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Shape {
        #[expect(dead_code, reason = "only its reading is of interest")]
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only its reading is of interest")]
        count: i64,
    }

    #[test]
    fn errors_name_the_field_and_say_what_is_wrong_with_it() {
        for (json, path, text) in [
            (
                r#"{"items":[{"count":1},{"count":"x"}]}"#,
                "items.1.count",
                "invalid type: string \"x\", expected i64",
            ),
            (r#"{"items":[{}]}"#, "items.0.count", "count is required"),
            ("{}", "items", "items is required"),
            (r#"{"items":[],"more":1}"#, "more", "more is not known here"),
            (r#"{"items":"#, "", "the body is not valid JSON (line 1, column 9)"),
            (r#"{"items":[]} x"#, "", "the body is not valid JSON (line 1, column 14)"),
            (r#"{"\ud800":1}"#, "", "the body is not valid JSON"),
        ] {
            let error = parse::<Shape>(json.as_bytes()).unwrap_err();
            assert_eq!(error.fields()[0].path(), path, "{json}");
            assert!(error.fields()[0].message().starts_with(text), "{json}: {}", error.fields()[0].message());
        }
    }

    #[test]
    fn what_is_announced_as_too_long_is_not_read() {
        let announced = |length: &str| {
            let request =
                actix_web::test::TestRequest::default().insert_header((header::CONTENT_LENGTH, length));
            check_headers(request.to_http_request().headers(), is_json, "application/json")
        };
        assert!(announced("1048576").is_ok());
        assert_eq!(announced("1048577").unwrap_err().code(), ErrorCode::PayloadTooLarge);
    }
}
