//! Sending mails through the HTTP API of Resend.

use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use ureq::{Agent, Body, http::Response};

use super::{MailSender, SendError, excerpt, mime};
use crate::mail::{
    message::{Mail, digest},
    site::BRAND,
};

/// Where the provider is, unless configured otherwise.
pub const RESEND_API: &str = "https://api.resend.com";

/// Longest time until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Longest time for everything, usually.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Most bytes of an answer that are read; what the provider says is much shorter.
const MOST_ANSWER_BYTES: u64 = 64 * 1024;
/// Longest wait that the provider can ask for, in seconds.
const LONGEST_WAIT_SECONDS: u32 = 3600;

/// Sends mails through the HTTP API of Resend, <https://resend.com/docs/api-reference/emails/send-email>.
///
/// Each request carries an idempotency key made of the mail, so that trying again after a lost answer sends nothing twice.
#[derive(Clone)]
pub struct ResendSender {
    agent: Agent,
    url: String,
    authorization: String,
}

#[derive(Serialize)]
struct Request<'a> {
    from: String,
    to: [&'a str; 1],
    subject: &'a str,
    html: &'a str,
    text: &'a str,
    headers: Headers,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<Attachment>,
}

#[derive(Serialize)]
struct Headers {
    #[serde(rename = "Message-ID")]
    message_id: String,
    #[serde(rename = "Auto-Submitted")]
    auto_submitted: &'static str,
}

#[derive(Serialize)]
struct Attachment {
    filename: &'static str,
    /// The file in base64.
    content: String,
    content_type: String,
}

/// The answer to a mail that was accepted.
#[derive(Deserialize)]
struct Accepted {
    id: String,
}

/// The answer to one that was not.
#[derive(Deserialize)]
struct Refused {
    name: String,
    message: String,
}

impl ResendSender {
    /// A sender that is known by `api_key`. Requests go to `{api_url}/emails`.
    #[must_use]
    pub fn new(api_url: &str, api_key: &str) -> Self {
        Self::waiting(api_url, api_key, ANSWER_WITHIN)
    }

    /// As [`ResendSender::new`], for those who want to give up sooner or later on a provider that does not answer.
    #[must_use]
    pub fn waiting(api_url: &str, api_key: &str, answer_within: Duration) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // The key is for the provider alone.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(answer_within))
            .user_agent(concat!("InstaInstru/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let url = format!("{}/emails", api_url.trim_end_matches('/'));
        Self { agent, url, authorization: format!("Bearer {api_key}") }
    }
}

impl std::fmt::Debug for ResendSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResendSender").field("url", &self.url).finish_non_exhaustive()
    }
}

impl MailSender for ResendSender {
    fn name(&self) -> &'static str {
        "resend"
    }

    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let body = serde_json::to_vec(&request(mail))
            .map_err(|error| SendError::never("the request cannot be written", Some(error.into())))?;
        let answer = self
            .agent
            .post(&self.url)
            .header("Authorization", &self.authorization)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", &idempotency_key(mail, &body))
            .send(&body)
            .map_err(|error| {
                SendError::later(format!("the mail provider does not answer: {error}"), Some(error.into()))
            })?;
        judge(answer)
    }
}

fn request(mail: &Mail) -> Request<'_> {
    Request {
        from: format!("{BRAND} <{}>", mail.from),
        // The address alone: a name is read by rules that are not written down.
        to: [mail.to.address.as_str()],
        subject: mail.subject.as_str(),
        html: &mail.html,
        text: &mail.text,
        headers: Headers { message_id: format!("<{}>", mail.message_id), auto_submitted: "auto-generated" },
        attachments: mail
            .calendar
            .iter()
            .map(|file| Attachment {
                filename: mime::CALENDAR_FILE,
                content: BASE64_STANDARD.encode(file.text.as_bytes()),
                content_type: mime::calendar_type(file),
            })
            .collect(),
    }
}

/// The key under which the provider remembers a request for a day. Other words make another key: the provider refuses a key that
/// it knows with other words.
fn idempotency_key(mail: &Mail, body: &[u8]) -> String {
    let local = mail.message_id.as_str().split('@').next().unwrap_or_default();
    format!("{local}-{}", digest(body))
}

/// What the answer of the provider means.
fn judge(mut answer: Response<Body>) -> Result<(), SendError> {
    let status = answer.status().as_u16();
    let wait_seconds = answer
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok())
        .map(|seconds| seconds.min(LONGEST_WAIT_SECONDS));
    let text =
        answer.body_mut().with_config().limit(MOST_ANSWER_BYTES).read_to_string().map_err(|error| {
            SendError::later(
                format!("the answer {status} of the mail provider broke off"),
                Some(error.into()),
            )
        })?;
    match status {
        // Anybody can say "fine"; only the provider names the mail. The key makes asking again harmless.
        200..=299 => match serde_json::from_str::<Accepted>(&text) {
            Ok(accepted) => {
                tracing::debug!(provider.id = accepted.id, "the mail provider accepted a mail");
                Ok(())
            }
            Err(error) => Err(SendError::later(
                format!(
                    "the mail provider answered {status} without saying what became of the mail: {}",
                    excerpt(&text)
                ),
                Some(error.into()),
            )),
        },
        // The mail itself is refused: its address, its size, its form.
        400 | 413 | 422 => Err(SendError::never(told(status, &text), None)),
        // Everything else passes: too many requests, a key that is wrong today, an address of ours that is not verified yet.
        _ => Err(SendError::Later { reason: told(status, &text), wait_seconds, cause: None }),
    }
}

fn told(status: u16, text: &str) -> String {
    match serde_json::from_str::<Refused>(text) {
        Ok(refused) => {
            let (name, message) = (excerpt(&refused.name), excerpt(&refused.message));
            format!("the mail provider answered {status}, {name}: {message}")
        }
        Err(_not_of_the_provider) => format!("the mail provider answered {status}: {}", excerpt(text)),
    }
}
