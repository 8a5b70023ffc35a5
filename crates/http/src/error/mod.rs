//! Errors as clients see them: one type, one envelope, one table of codes.

mod accounts;
mod administration;
mod analytics;
mod audit;
mod availability;
mod background;
mod body;
mod bookings;
mod catalogue;
mod code;
mod editorial;
mod fields;
mod idempotency;
mod instructors;
mod passwords;
mod personal_data;
mod public;
mod search;
mod storage;

use std::{borrow::Cow, error::Error, fmt, sync::Arc};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use serde_json::Value;

pub use self::{
    body::{ErrorBody, ErrorItem, Location},
    code::ErrorCode,
    fields::{FieldError, FieldErrors, Place},
};
use crate::limits::Standing;

const INTERNAL_TEXT: &str = "An internal error occurred. Please try again later.";
const UNAVAILABLE_TEXT: &str = "The service is temporarily unavailable. Please try again shortly.";

/// An error on its way to a client.
#[derive(Debug, Clone)]
pub struct ApiError(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    code: ErrorCode,
    detail: Cow<'static, str>,
    fields: Vec<FieldError>,
    details: Option<Value>,
    retry_after: Option<u32>,
    allow: Option<String>,
    standing: Option<Standing>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
    is_overload: bool,
}

impl ApiError {
    /// An error with this text for people.
    pub fn new(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            fields: Vec::new(),
            details: None,
            retry_after: None,
            allow: None,
            standing: None,
            cause: None,
            is_overload: false,
        }))
    }

    /// Our mistake. The cause is logged, the client sees a constant text.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(ErrorCode::Internal, INTERNAL_TEXT);
        error.0.cause = Some(cause.into().into());
        error
    }

    /// Not possible at the moment. The cause is logged, the client sees a constant text.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let mut error = Self::new(ErrorCode::Unavailable, UNAVAILABLE_TEXT).retry_after(1);
        error.0.cause = Some(cause.into().into());
        error
    }

    /// More work than can be done in time. Not logged for each request: that would be more work still, and who refuses says so.
    pub(crate) fn overloaded() -> Self {
        let mut error = Self::new(ErrorCode::Unavailable, UNAVAILABLE_TEXT).retry_after(1);
        error.0.is_overload = true;
        error
    }

    /// Whether the client is refused for lack of room, while nothing is broken.
    pub(crate) const fn is_overload(&self) -> bool {
        self.0.is_overload
    }

    /// Input that does not have the form it must have, about one field.
    pub fn field(place: Place, field: impl Into<String>, message: impl Into<String>) -> Self {
        FieldErrors::one(place, field, message).into()
    }

    /// The same error naming the field it is about.
    #[must_use]
    pub fn about(mut self, place: Place, field: &'static str) -> Self {
        let message = self.0.detail.clone().into_owned();
        self.0.fields.push(FieldError::new(place, field, message));
        self
    }

    /// The same error with facts for machines.
    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.0.details = Some(details);
        self
    }

    /// The same error saying after how many seconds trying again makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The same error saying how the sender stands with the limit that is exceeded.
    pub(crate) fn standing(mut self, standing: Standing) -> Self {
        self.0.standing = Some(standing);
        self
    }

    /// The path exists, but only with `allow`.
    pub(crate) fn method_not_allowed(allow: String) -> Self {
        let mut error = Self::new(ErrorCode::MethodNotAllowed, "Method Not Allowed");
        error.0.allow = Some(allow);
        error
    }

    /// Which kind of error this is.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// The text for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// Seconds after which trying again makes sense.
    #[must_use]
    pub const fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// The methods that the path takes, when that is the error.
    #[must_use]
    pub fn allowed_methods(&self) -> Option<&str> {
        self.0.allow.as_deref()
    }

    /// Each field that is wrong; empty when the error is not about input.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// What happened inside, outermost first; for the log only.
    pub(crate) fn cause_chain(&self) -> Option<String> {
        let mut text = self.0.cause.as_ref()?.to_string();
        let mut next = self.0.cause.as_ref()?.source();
        while let Some(cause) = next {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            next = cause.source();
        }
        Some(text)
    }

    /// The response in the envelope.
    pub(crate) fn render(&self, request_id: Option<&str>) -> HttpResponse {
        let inner = &self.0;
        let mut response = HttpResponse::build(inner.code.status());
        if let Some(seconds) = inner.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = inner.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            response.insert_header((header::ALLOW, allow));
        }
        if let Some(standing) = &inner.standing {
            standing.head(&mut response);
        }
        if inner.code == ErrorCode::Unauthorized {
            response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
        response.json(ErrorBody::of(inner, request_id))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.0.code.status().as_u16(), self.0.code.as_str(), self.0.detail)
    }
}

impl Error for ApiError {}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.render(None)
    }
}
