//! One person's connection to the marketplace, which notes what becomes of each request.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::Value;

use crate::report::{Outcome, Report};

/// After this nobody looks at the page any more.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client with connections of its own. Clones share them and the report.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    report: Arc<Mutex<Report>>,
}

/// What a request got, if the server took it.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    pub(crate) etag: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    /// The body, when it is JSON. Read when somebody wants to know: reading costs as much as sending, and those who send the most
    /// do not look.
    pub(crate) fn body(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl Client {
    pub(crate) fn new(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build().context("cannot make a client")?;
        Ok(Self { http, url: url.to_owned(), report: Arc::default() })
    }

    /// A request, not sent yet.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, token: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).bearer_auth(token).json(body)
    }

    /// Sends a request, notes how it went under `name`, and returns the answer unless it failed or was refused for lack of room.
    pub(crate) async fn send(&self, name: &'static str, request: RequestBuilder) -> Option<Answer> {
        let begin = Instant::now();
        let answered = read(request).await;
        let took = begin.elapsed();
        let (outcome, answer) = match answered {
            Err(error) => (Outcome::Failed(error.to_string()), None),
            Ok((answer, retry_after)) => {
                let outcome = outcome(&answer, retry_after);
                let heard = matches!(outcome, Outcome::Answered | Outcome::Lost);
                (outcome, heard.then_some(answer))
            }
        };
        self.report.lock().unwrap_or_else(PoisonError::into_inner).note(name, took, outcome);
        answer
    }

    /// What was noted so far; the next note begins a new report.
    pub(crate) fn take_report(&self) -> Report {
        std::mem::take(&mut *self.report.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn read(request: RequestBuilder) -> Result<(Answer, bool), reqwest::Error> {
    let response = request.send().await?;
    let text = |name| {
        response
            .headers()
            .get(name)
            .and_then(|value: &header::HeaderValue| value.to_str().ok())
            .map(str::to_owned)
    };
    let (status, etag, retry_after) = (response.status(), text(header::ETAG), text(header::RETRY_AFTER));
    let body = response.bytes().await?.to_vec();
    Ok((Answer { status, etag, body }, retry_after.is_some()))
}

fn outcome(answer: &Answer, retry_after: bool) -> Outcome {
    let is_code =
        |code: &str| answer.body().is_some_and(|body| body.get("code").is_some_and(|it| it == code));
    match answer.status {
        StatusCode::CONFLICT => Outcome::Lost,
        // The week was changed since the time was read in it: lost to the instructor.
        StatusCode::UNPROCESSABLE_ENTITY if is_code("BUSINESS_RULE_VIOLATION") => Outcome::Lost,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE if retry_after => Outcome::Refused,
        status if status.is_success() || status.is_redirection() => Outcome::Answered,
        status => Outcome::Failed(status.to_string()),
    }
}
