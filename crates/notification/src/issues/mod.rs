//! Issues: what is wrong, where those who look after the program see it.
//!
//! [`IssueConsumer`] is handed events of alerts and opens an issue for each in an [`IssueTracker`]. Opening is done at least once; an
//! issue carries a mark by which it is found again, so that one alert is one issue although its event may be handled twice.

mod consumer;
mod github;

use instainstru_domain::{
    alert::{Alert, IssueUrl},
    ports::ConsumerError,
};
use jiff::Timestamp;

pub use self::{
    consumer::IssueConsumer,
    github::{GITHUB_API, GitHub, GitHubRepo, InvalidRepo},
};

/// An issue that is to be opened. Holds no personal data, because alerts hold none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What is wrong, in a line.
    pub title: String,
    /// What is wrong, in Markdown, with [`Issue::mark`] in it.
    pub body: String,
    /// Words by which issues are sorted.
    pub labels: Vec<&'static str>,
    /// What no other issue has in its body.
    pub mark: String,
    /// When it was noticed: no issue about it is older.
    pub since: Timestamp,
}

/// Where issues are kept.
pub trait IssueTracker: Send + Sync {
    /// The issue with this mark, if there is one. May take as long as a network may.
    ///
    /// # Errors
    /// [`ConsumerError`], without secrets.
    fn find(&self, issue: &Issue) -> Result<Option<IssueUrl>, ConsumerError>;

    /// Opens an issue and returns where people read it. May take as long as a network may.
    ///
    /// # Errors
    /// [`ConsumerError`], without secrets. It is unknown then whether the issue was opened.
    fn open(&self, issue: &Issue) -> Result<IssueUrl, ConsumerError>;
}

impl Issue {
    /// The issue about an alert of an installation of this kind, such as `production`.
    #[must_use]
    pub fn about(kept: &Alert, environment: &str) -> Self {
        let alert = &kept.alert;
        let (kind, severity) = (alert.kind.as_str(), alert.kind.severity().as_str());
        let mark = format!("<!-- instainstru-alert {kind} {} {} -->", kept.id, alert.raised_at);
        // Lines that begin with four spaces are shown as they are: whatever is in them links to nothing and calls nobody.
        let facts = alert.details.iter().map(|(name, value)| format!("{name}: {value}"));
        let quoted: String = [alert.message.clone(), String::new()]
            .into_iter()
            .chain(facts)
            .flat_map(|text| text.lines().map(|line| format!("    {line}\n")).collect::<Vec<_>>())
            .collect();
        let body = format!(
            "An alert of the kind `{kind}`, noticed at {} in `{environment}`:\n\n{quoted}\nThe page `/admin/alerts` of the \
             marketplace has the others.\n\n{mark}\n",
            alert.raised_at,
        );
        Self {
            title: format!("[{}] {}", severity.to_uppercase(), alert.kind.title()),
            body,
            labels: vec!["instainstru-alert", severity],
            mark,
            since: alert.raised_at,
        }
    }
}
