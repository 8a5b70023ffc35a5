//! Answers before they become responses: they can be stored under an idempotency key.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::Serialize;

use crate::error::ApiError;

/// Says that an answer was stored before and is sent again.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// What belongs to one person is kept by nobody.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    version: Option<String>,
}

impl Reply {
    /// 200 with this body.
    pub(crate) fn ok<T: Serialize>(body: &T) -> Result<Self, ApiError> {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with this body.
    pub(crate) fn created<T: Serialize>(body: &T) -> Result<Self, ApiError> {
        Self::json(StatusCode::CREATED, body)
    }

    /// 202 with this body.
    pub(crate) fn accepted<T: Serialize>(body: &T) -> Result<Self, ApiError> {
        Self::json(StatusCode::ACCEPTED, body)
    }

    /// 204.
    pub(crate) const fn nothing() -> Self {
        Self::stored(204, String::new())
    }

    /// An answer that was stored.
    pub(crate) const fn stored(status: u16, body: String) -> Self {
        Self { status, body, version: None }
    }

    /// The same answer carrying the version of the thing as its `ETag`.
    #[must_use]
    pub(crate) fn of_version(mut self, version: &str) -> Self {
        self.version = Some(format!("\"{version}\""));
        self
    }

    fn json<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, ApiError> {
        let body = serde_json::to_string(body).map_err(ApiError::internal)?;
        Ok(Self::stored(status.as_u16(), body))
    }

    /// The response, for the caller's eyes only.
    pub(crate) fn into_response(self) -> Result<HttpResponse, ApiError> {
        let mut response = self.begin()?;
        response.insert_header((header::CACHE_CONTROL, PRIVATE));
        Ok(self.end(response))
    }

    /// The response to a repeated request.
    pub(crate) fn into_replay(self) -> Result<HttpResponse, ApiError> {
        let mut response = self.begin()?;
        response
            .insert_header((header::CACHE_CONTROL, PRIVATE))
            .insert_header((REPLAYED, HeaderValue::from_static("true")));
        Ok(self.end(response))
    }

    /// The response of something that changes and that its reader wants to check for changes.
    pub(crate) fn into_revalidated(self) -> Result<HttpResponse, ApiError> {
        let mut response = self.begin()?;
        response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")));
        Ok(self.end(response))
    }

    fn begin(&self) -> Result<HttpResponseBuilder, ApiError> {
        let status = StatusCode::from_u16(self.status).map_err(ApiError::internal)?;
        let mut response = HttpResponse::build(status);
        if let Some(version) = &self.version {
            response
                .insert_header((header::ETAG, HeaderValue::from_str(version).map_err(ApiError::internal)?));
        }
        Ok(response)
    }

    fn end(self, mut response: HttpResponseBuilder) -> HttpResponse {
        if self.body.is_empty() {
            response.finish()
        } else {
            response.insert_header(header::ContentType::json()).body(self.body)
        }
    }
}
