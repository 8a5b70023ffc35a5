//! Speaking to the API as one visitor, student or instructor.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use ureq::http::Request;

/// Longest time an answer may take before it counts as none.
const PATIENCE: Duration = Duration::from_secs(30);

/// The API of a running server, as one person sees it. Clones share connections.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The body; null when it is not JSON.
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) text: String,
}

impl Api {
    /// Nobody in particular.
    pub(crate) fn visitor(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .new_agent();
        Self { agent, base: base.to_owned(), token: None }
    }

    /// Opens an account with the password [`PASSWORD`] and logs in.
    pub(crate) fn register(base: &str, email: &str, role: &str) -> Result<Self> {
        let account = json!({"email": email, "password": PASSWORD, "full_name": "Some Body", "role": role});
        Self::visitor(base).post("/auth/register", &account)?.expect(201)?;
        Self::log_in(base, email, PASSWORD)
    }

    /// Logs in.
    pub(crate) fn log_in(base: &str, email: &str, password: &str) -> Result<Self> {
        let visitor = Self::visitor(base);
        let form = [("username", email), ("password", password)];
        let answer = visitor.agent.post(format!("{base}/auth/login")).send_form(form)?;
        let session = Reply::read(answer)?.expect(200)?;
        let token = session["access_token"].as_str().context("no token")?.to_owned();
        // Connections of its own, as a person at another computer has.
        Ok(Self { token: Some(token), ..Self::visitor(base) })
    }

    /// The same person at a server that moved.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same person with connections of its own.
    pub(crate) fn apart(&self) -> Self {
        Self { token: self.token.clone(), ..Self::visitor(&self.base) }
    }

    pub(crate) fn get(&self, path: &str) -> Result<Reply> {
        self.send("GET", path, None, &[])
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Reply> {
        self.send("POST", path, Some(body), &[])
    }

    /// A request of any kind with more headers.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Result<Reply> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = match body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json").body(body.to_string())?;
                self.agent.run(request)
            }
            None => self.agent.run(request.body(())?),
        };
        Reply::read(answer.with_context(|| format!("{method} {path}"))?)
    }
}

impl Reply {
    fn read(answer: ureq::http::Response<ureq::Body>) -> Result<Self> {
        let (parts, mut body) = answer.into_parts();
        let text = body.read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Self { status: parts.status.as_u16(), body, text })
    }

    /// The body of an answer that must have this status.
    pub(crate) fn expect(self, status: u16) -> Result<Value> {
        if self.status != status {
            bail!("status {} instead of {status}: {}", self.status, self.body);
        }
        Ok(self.body)
    }

    /// The body of a refusal with this status and code.
    pub(crate) fn refused(self, status: u16, code: &str) -> Result<Value> {
        let body = self.expect(status)?;
        if body["code"] != code {
            bail!("code {} instead of {code}: {body}", body["code"]);
        }
        Ok(body)
    }
}

/// Password of everybody these tests register.
pub(crate) const PASSWORD: &str = "Correct-Horse-9";
