//! Issues on GitHub, or on a server that speaks like it.

use std::{fmt, str::FromStr, time::Duration};

use instainstru_domain::{alert::IssueUrl, ports::ConsumerError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use ureq::{Agent, Body, http::Response};

use super::{Issue, IssueTracker};
use crate::excerpt::excerpt;

/// Where the API is, unless configured otherwise.
pub const GITHUB_API: &str = "https://api.github.com";

/// Longest time until a connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Longest time for everything, usually.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// Most bytes of an answer that are read: a hundred issues may be long.
const MOST_ANSWER_BYTES: u64 = 8 * 1024 * 1024;
/// Longest wait that GitHub can ask for, in seconds.
const LONGEST_WAIT_SECONDS: u32 = 3600;

/// A repository, as `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitHubRepo(String);

/// Something that names no repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a repository such as owner/name")]
pub struct InvalidRepo;

impl FromStr for GitHubRepo {
    type Err = InvalidRepo;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_name = |part: &str| {
            (1..=100).contains(&part.len())
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
                && !part.bytes().all(|byte| byte == b'.')
        };
        match text.split_once('/') {
            Some((owner, name)) if is_name(owner) && is_name(name) => Ok(Self(text.to_owned())),
            _ => Err(InvalidRepo),
        }
    }
}

impl fmt::Display for GitHubRepo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The issues of a repository on GitHub, <https://docs.github.com/en/rest/issues/issues>.
#[derive(Clone)]
pub struct GitHub {
    agent: Agent,
    url: String,
    authorization: String,
}

#[derive(Serialize)]
struct Request<'a> {
    title: &'a str,
    body: &'a str,
    labels: &'a [&'static str],
}

#[derive(Deserialize)]
struct Found {
    html_url: String,
    body: Option<String>,
}

#[derive(Deserialize)]
struct Opened {
    html_url: String,
}

#[derive(Deserialize)]
struct Refused {
    message: String,
}

impl GitHub {
    /// The issues of `repo`, for which `token` may read and open them. Requests go below `{api_url}/repos`.
    #[must_use]
    pub fn new(api_url: &str, repo: &GitHubRepo, token: &str) -> Self {
        Self::waiting(api_url, repo, token, ANSWER_WITHIN)
    }

    /// As [`GitHub::new`], for those who want to give up sooner or later on a server that does not answer.
    #[must_use]
    pub fn waiting(api_url: &str, repo: &GitHubRepo, token: &str, answer_within: Duration) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            // The token is for GitHub alone.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(answer_within))
            .user_agent(concat!("InstaInstru/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let url = format!("{}/repos/{repo}/issues", api_url.trim_end_matches('/'));
        Self { agent, url, authorization: format!("Bearer {token}") }
    }
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What every request says of itself.
macro_rules! introduced {
    ($self:ident, $request:expr) => {
        $request
            .header("Authorization", &$self.authorization)
            .header("Accept", "application/vnd.github+json")
            .header("X-GitHub-Api-Version", "2022-11-28")
    };
}

impl IssueTracker for GitHub {
    /// Looks at the latest hundred issues, open or closed: the search of GitHub would see a new one only after a while.
    fn find(&self, issue: &Issue) -> Result<Option<IssueUrl>, ConsumerError> {
        let request = introduced!(self, self.agent.get(&self.url))
            .query("state", "all")
            .query("sort", "created")
            .query("direction", "desc")
            .query("per_page", "100")
            .query("since", issue.since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        let answer = request.call().map_err(no_answer)?;
        let found: Vec<Found> = judged(answer, 200)?;
        let about = |found: &Found| found.body.as_ref().is_some_and(|body| body.contains(&issue.mark));
        found.into_iter().find(about).map(|found| address(&found.html_url)).transpose()
    }

    fn open(&self, issue: &Issue) -> Result<IssueUrl, ConsumerError> {
        let request = Request { title: &issue.title, body: &issue.body, labels: &issue.labels };
        let body = serde_json::to_vec(&request).map_err(|error| ConsumerError::Never {
            reason: "the issue cannot be written".to_owned(),
            cause: Some(error.into()),
        })?;
        let answer = introduced!(self, self.agent.post(&self.url))
            .header("Content-Type", "application/json")
            .send(&body)
            .map_err(no_answer)?;
        let opened: Opened = judged(answer, 201)?;
        address(&opened.html_url)
    }
}

fn no_answer(error: ureq::Error) -> ConsumerError {
    later(format!("GitHub does not answer: {error}"), None, Some(error.into()))
}

fn later(
    reason: String,
    wait_seconds: Option<u32>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
) -> ConsumerError {
    ConsumerError::Later { reason, wait_seconds, cause }
}

fn address(url: &str) -> Result<IssueUrl, ConsumerError> {
    IssueUrl::new(url)
        .map_err(|error| later("GitHub does not say where the issue is".to_owned(), None, Some(error.into())))
}

/// What the answer of GitHub means; `expected` is the status of success.
fn judged<T: DeserializeOwned>(mut answer: Response<Body>, expected: u16) -> Result<T, ConsumerError> {
    let status = answer.status().as_u16();
    let wait_seconds = answer
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok())
        .map(|seconds| seconds.min(LONGEST_WAIT_SECONDS));
    let text =
        answer.body_mut().with_config().limit(MOST_ANSWER_BYTES).read_to_string().map_err(|error| {
            later(format!("the answer {status} of GitHub broke off"), None, Some(error.into()))
        })?;
    if status == expected {
        return serde_json::from_str(&text).map_err(|error| {
            let reason = format!("GitHub answered {status} with something else: {}", excerpt(&text));
            later(reason, None, Some(error.into()))
        });
    }
    let said = serde_json::from_str::<Refused>(&text).map_or(text, |refused| refused.message);
    let reason = format!("GitHub answered {status}: {}", excerpt(&said));
    match status {
        // The issue itself is refused, or the repository has none.
        400 | 410 | 413 | 422 => Err(ConsumerError::Never { reason, cause: None }),
        // Everything else passes: a token that is wrong today, a repository it may not see yet, too many requests.
        _ => Err(later(reason, wait_seconds, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_named_by_owner_and_name() {
        for (text, is_fine) in [
            ("studio/shop", true),
            ("a-b/C_d.e", true),
            ("studio", false),
            ("studio/", false),
            ("/shop", false),
            ("studio/shop/issues", false),
            ("studio/..", false),
            ("studio/shop?x=1", false),
            ("https://github.com/studio/shop", false),
        ] {
            assert_eq!(text.parse::<GitHubRepo>().is_ok(), is_fine, "{text}");
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        let github = GitHub::new(GITHUB_API, &"studio/shop".parse().unwrap(), "ghp_secret");
        let printed = format!("{github:?}");
        assert!(printed.contains("studio/shop") && !printed.contains("secret"), "{printed}");
    }
}
