//! Who may look at what the server knows of itself.

use instainstru_notification::issues::{GITHUB_API, GitHubRepo};

use super::{
    Environment,
    http::web_address,
    reader::{Reader, quoted},
    secret::Secret,
};

/// Who may look at what the server knows of itself, and how it takes its leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitoringConfig {
    /// Whoever has it may look.
    pub key: Option<Secret>,
    /// Whether monitoring needs the key.
    pub guarded: bool,
    /// Whether requests and operations are counted and timed.
    pub counting: bool,
    /// Whether everybody may read the series of Prometheus.
    pub public_series: bool,
    /// How long a server that is told to stop goes on answering while it says that it is not ready.
    pub drain_secs: u64,
    /// Where issues are opened for alerts.
    pub issues: Option<IssuesConfig>,
}

/// Where issues are opened for alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuesConfig {
    /// Where the API is.
    pub api_url: String,
    /// In which repository.
    pub repo: GitHubRepo,
    /// By what it knows us.
    pub token: Secret,
}

impl MonitoringConfig {
    /// Reads the part about monitoring.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        Self {
            key: reader.text("MONITORING_API_KEY").map(Secret::new),
            guarded: environment == Environment::Production,
            counting: reader.flag("METRICS_ENABLED", true),
            public_series: reader.flag("METRICS_PUBLIC", true),
            drain_secs: reader.number("DRAIN_SECONDS", 0..=300, 0),
            issues: issues(reader),
        }
    }
}

/// The repository is what asks for issues: many an environment has a token of GitHub for other purposes.
fn issues(reader: &Reader<'_>) -> Option<IssuesConfig> {
    const TOKEN: &str = "GITHUB_TOKEN";
    let api_url = reader.parsed("GITHUB_API_URL", GITHUB_API.to_owned(), |text| {
        web_address(text)
            .map(|address| address.text)
            .ok_or_else(|| format!("must be an address such as {GITHUB_API}, not {}", quoted(text)))
    });
    let token = reader.text(TOKEN).map(Secret::new);
    let repo: GitHubRepo = reader.parsed("GITHUB_REPO", None, |text| {
        text.parse().map(Some).map_err(|error| format!("{error}, not {}", quoted(text)))
    })?;
    let Some(token) = token else {
        reader.refuse(TOKEN, "is missing; GITHUB_REPO is set");
        return None;
    };
    Some(IssuesConfig { api_url, repo, token })
}
