//! Running a use case for a request: reading, or acting at most once.
//!
//! An unsafe request may carry an `Idempotency-Key`. Its answer is then stored in the transaction of its effect, and a
//! repetition gets that answer and has no effect.

use std::{fmt::Write as _, future::Ready, future::ready};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload};
use instainstru_domain::{
    account::User,
    ports::{
        idempotency::AnswerKey,
        response_cache::{AnswerKind, Topic},
    },
};
use instainstru_service::idempotency::{Answer, Answered, OnceRequest};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    application::Application,
    error::{ApiError, Place},
    extract::{Digest, application},
    kept,
    limits::{Limited, Limits, Subject},
    reply::Reply,
};

/// Name of the header.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Greatest length of a key.
pub(crate) const MAX_KEY_CHARS: usize = 255;

/// Runs a use case that needs no idempotency key, on a thread that may block.
///
/// An extractor: a handler takes it, and it is the only way from a handler to the use cases.
pub struct Read(Application);

/// Acts: runs a use case that changes something, at most once per idempotency key.
pub(crate) struct Act {
    app: Application,
    key: Option<String>,
    /// Method, path without the version prefix, and query: what the request asks for besides its body.
    target: String,
}

impl FromRequest for Read {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(application(request).cloned().map(Self))
    }
}

impl Read {
    /// Runs `work`.
    ///
    /// # Errors
    /// What `work` returns, or that it could not run.
    pub async fn run<T, E>(
        self,
        work: impl FnOnce(&Application) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let Self(app) = self;
        let lanes = app.settings.lanes.clone();
        lanes.database().run(move || work(&app)).await
    }

    /// What `work` tells everybody alike about these topics: kept as long as nothing of them changes, or made now.
    ///
    /// # Errors
    /// As [`Read::run`].
    pub async fn keep<T, E>(
        &self,
        kind: AnswerKind,
        about: &[Topic],
        work: impl FnOnce(&Application) -> Result<T, E> + Send + 'static,
    ) -> Result<serde_json::Value, ApiError>
    where
        T: Serialize,
        E: Into<ApiError> + Send + 'static,
    {
        let key = kept::key(kind, "", about, kept::HOT);
        let (answer, _origin) = kept::find_or_make(&self.0, &key, work).await?;
        serde_json::from_slice(&answer.body).map_err(ApiError::internal)
    }

    /// Runs `work` that hashes a password.
    ///
    /// # Errors
    /// As [`Read::run`].
    pub async fn run_hashing<T, E>(
        self,
        work: impl FnOnce(&Application) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let Self(app) = self;
        let lanes = app.settings.lanes.clone();
        lanes.hashing().run(move || work(&app)).await
    }

    /// The application, for settings.
    #[must_use]
    pub const fn app(&self) -> &Application {
        &self.0
    }
}

impl FromRequest for Act {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Act {
    fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let path = request.path();
        let path = path.strip_prefix(crate::routes::VERSIONED).unwrap_or(path);
        Ok(Self {
            app: application(request)?.clone(),
            key: key_of(request)?,
            target: format!("{} {path}?{}", request.method(), request.query_string()),
        })
    }

    /// As [`Act::run`], for what is limited besides requests as such. A repetition gets its answer and is not counted: it costs
    /// what the limit protects nothing.
    ///
    /// # Errors
    /// As [`Act::run`], and 429 when `user` asked too often.
    pub(crate) async fn run_limited(
        self,
        limits: &Limits,
        limited: Limited,
        user: &User,
        body: Digest,
        work: impl Fn(&Application) -> Result<Reply, ApiError> + Send + 'static,
    ) -> Result<HttpResponse, ApiError> {
        if let Some(request) = self.once_request(user, &body) {
            let app = self.app.clone();
            let lanes = app.settings.lanes.clone();
            if let Some(answer) = lanes.database().run(move || app.idempotency.before(&request)).await? {
                return Reply::stored(answer.status, answer.body).into_replay();
            }
        }
        limits.spend(limited, Subject::User(user.id)).await?;
        self.run(user, body, work).await
    }

    /// What `user` asks for under a key; `None` without one.
    fn once_request(&self, user: &User, body: &Digest) -> Option<OnceRequest> {
        let key = self.key.clone()?;
        Some(OnceRequest {
            key: AnswerKey { scope: format!("user:{}", user.id), key },
            fingerprint: fingerprint(&self.target, body),
        })
    }

    /// Runs `work` for `user`, whose request had a body with this digest.
    ///
    /// # Errors
    /// What `work` returns, or that it could not run.
    pub(crate) async fn run(
        self,
        user: &User,
        body: Digest,
        work: impl Fn(&Application) -> Result<Reply, ApiError> + Send + 'static,
    ) -> Result<HttpResponse, ApiError> {
        let request = self.once_request(user, &body);
        let Self { app, .. } = self;
        let lanes = app.settings.lanes.clone();
        let Some(request) = request else {
            return lanes.database().run(move || work(&app)).await?.into_response();
        };
        match lanes.database().run(move || once(&app, &request, &work)).await? {
            Done::Now(reply) => reply.into_response(),
            Done::Before(reply) => reply.into_replay(),
        }
    }
}

/// An answer and whether it was given before.
enum Done {
    Now(Reply),
    Before(Reply),
}

/// Runs `work` unless it ran before under the same key. A refusal is not an answer to keep: it comes back as it is.
fn once(
    app: &Application,
    request: &OnceRequest,
    work: &dyn Fn(&Application) -> Result<Reply, ApiError>,
) -> Result<Done, ApiError> {
    let mut fresh = None;
    let answered = app.idempotency.once(request, &mut || match work(app) {
        Ok(reply) => {
            let answer = Answer { status: reply.status, body: reply.body.clone() };
            fresh = Some(Ok(reply));
            (answer, true)
        }
        Err(error) => {
            let answer = Answer { status: error.code().status().as_u16(), body: String::new() };
            fresh = Some(Err(error));
            (answer, false)
        }
    })?;
    match (answered, fresh) {
        (Answered::Before(answer), _) => Ok(Done::Before(Reply::stored(answer.status, answer.body))),
        // The reply itself rather than its stored form, which has no headers.
        (Answered::Now(_), Some(reply)) => reply.map(Done::Now),
        (Answered::Now(answer), None) => Ok(Done::Now(Reply::stored(answer.status, answer.body))),
    }
}

fn key_of(request: &HttpRequest) -> Result<Option<String>, ApiError> {
    let mut values = request.headers().get_all(IDEMPOTENCY_KEY);
    let Some(value) = values.next() else { return Ok(None) };
    let visible =
        |key: &&str| (1..=MAX_KEY_CHARS).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    match (value.to_str().ok().filter(visible), values.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(ApiError::field(
            Place::Header,
            IDEMPOTENCY_KEY,
            format!("{IDEMPOTENCY_KEY} must be one key of 1 to {MAX_KEY_CHARS} visible ASCII characters"),
        )),
    }
}

fn fingerprint(target: &str, body: &Digest) -> String {
    let digest = Sha256::new().chain_update(target).chain_update("\n").chain_update(body.bytes()).finalize();
    hex(&digest)
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_key_is_visible_and_short() {
        let key = |value: &str| {
            key_of(&TestRequest::default().insert_header((IDEMPOTENCY_KEY, value)).to_http_request())
        };
        assert_eq!(key("6b1f-a!").unwrap().as_deref(), Some("6b1f-a!"));
        assert_eq!(key(&"k".repeat(255)).unwrap().map(|k| k.len()), Some(255));
        for bad in [String::new(), "a b".into(), "k".repeat(256), "k\u{e9}".into()] {
            assert!(key(&bad).is_err(), "{bad}");
        }
        let twice = TestRequest::default()
            .append_header((IDEMPOTENCY_KEY, "a"))
            .append_header((IDEMPOTENCY_KEY, "b"))
            .to_http_request();
        assert!(key_of(&twice).is_err());
    }

    #[test]
    fn the_fingerprint_covers_target_and_body() {
        let empty = Digest::empty();
        let prints = ["POST /a?", "POST /a?b", "PUT /a?"].map(|target| fingerprint(target, &empty));
        assert_eq!(prints[0].len(), 64);
        assert_ne!(prints[0], prints[1]);
        assert_ne!(prints[0], prints[2]);
    }
}
