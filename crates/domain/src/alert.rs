//! Alerts: what is wrong with the marketplace itself, as opposed to what happens on it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{account::UnknownName, ids::AlertId};

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertKind {
    /// A statement took longer than a second.
    ExtremelySlowQuery,
    /// A request took longer than five seconds.
    ExtremelySlowRequest,
    /// More than 80 % of the connections to the database are in use.
    HighDatabasePoolUsage,
    /// The process uses more than 80 % of the memory there is.
    HighMemoryUsage,
    /// Fewer than 70 % of the questions to the cache are answered by it.
    LowCacheHitRate,
}

impl AlertKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::ExtremelySlowQuery,
        Self::ExtremelySlowRequest,
        Self::HighDatabasePoolUsage,
        Self::HighMemoryUsage,
        Self::LowCacheHitRate,
    ];

    /// The same kind is not raised again for this long, unless somebody acknowledges it.
    pub const COOLDOWN: SignedDuration = SignedDuration::from_mins(15);

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExtremelySlowQuery => "extremely_slow_query",
            Self::ExtremelySlowRequest => "extremely_slow_request",
            Self::HighDatabasePoolUsage => "high_db_pool_usage",
            Self::HighMemoryUsage => "high_memory_usage",
            Self::LowCacheHitRate => "low_cache_hit_rate",
        }
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(self) -> AlertSeverity {
        match self {
            Self::ExtremelySlowQuery | Self::ExtremelySlowRequest => AlertSeverity::Critical,
            Self::HighDatabasePoolUsage | Self::HighMemoryUsage | Self::LowCacheHitRate => {
                AlertSeverity::Warning
            }
        }
    }

    /// A line for people: it stands above every alert of this kind.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ExtremelySlowQuery => "Performance Alert: Extremely Slow Query",
            Self::ExtremelySlowRequest => "Performance Alert: Extremely Slow Request",
            Self::HighDatabasePoolUsage => "Performance Alert: High Database Pool Usage",
            Self::HighMemoryUsage => "Performance Alert: High Memory Usage",
            Self::LowCacheHitRate => "Performance Alert: Low Cache Hit Rate",
        }
    }
}

impl fmt::Display for AlertKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AlertKind {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known = "extremely_slow_query, extremely_slow_request, high_db_pool_usage, high_memory_usage, \
                         low_cache_hit_rate";
            UnknownName::new(text, known)
        })
    }
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AlertSeverity {
    /// Somebody should look.
    Warning,
    /// Somebody must act: administrators are told by mail.
    Critical,
}

impl AlertSeverity {
    /// So many alerts of a kind during [`AlertSeverity::ISSUE_WINDOW`] are worth an issue.
    #[must_use]
    pub const fn alerts_worth_an_issue(self) -> u64 {
        match self {
            Self::Warning => 3,
            Self::Critical => 1,
        }
    }

    /// The time during which alerts of a kind are counted to decide whether they are worth an issue.
    pub const ISSUE_WINDOW: SignedDuration = SignedDuration::from_hours(1);

    /// Every severity, the mildest first.
    pub const ALL: [Self; 2] = [Self::Warning, Self::Critical];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl FromStr for AlertSeverity {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "warning, critical"))
    }
}

/// Something that was noticed and may become an alert. It holds no personal data: what it says is mailed and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// What is wrong.
    pub kind: AlertKind,
    /// What is wrong, in a sentence; at most [`NewAlert::MAX_MESSAGE_CHARS`] characters.
    pub message: String,
    /// A few names and values that help to find out why.
    pub details: BTreeMap<String, String>,
    /// When it was noticed.
    pub raised_at: Timestamp,
}

impl NewAlert {
    /// Greatest number of characters of a message.
    pub const MAX_MESSAGE_CHARS: usize = 1_000;

    /// Something that was noticed now. A message that is too long is cut.
    #[must_use]
    pub fn new(kind: AlertKind, message: &str, raised_at: Timestamp) -> Self {
        let message = message.chars().take(Self::MAX_MESSAGE_CHARS).collect();
        Self { kind, message, details: BTreeMap::new(), raised_at }
    }

    /// The same with one more name and value.
    #[must_use]
    pub fn saying(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.details.insert(name.to_owned(), value.to_string());
        self
    }
}

/// An alert as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// What it says.
    pub alert: NewAlert,
    /// When somebody said that they know.
    pub acknowledged_at: Option<Timestamp>,
    /// Whether administrators were told by mail.
    pub email_sent: bool,
    /// Where people read the issue that was opened for it.
    pub issue_url: Option<IssueUrl>,
}

/// Where people read an issue: an address of the web, so that a page may lead there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueUrl(String);

impl IssueUrl {
    /// Greatest number of characters.
    pub const MAX_CHARS: usize = 500;

    /// This address.
    ///
    /// # Errors
    /// [`InvalidIssueUrl`] when it is none of the web, is too long, or has spaces or control characters in it.
    pub fn new(url: &str) -> Result<Self, InvalidIssueUrl> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_fine = rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_graphic()))
            && url.len() <= Self::MAX_CHARS;
        if is_fine { Ok(Self(url.to_owned())) } else { Err(InvalidIssueUrl) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address at which nobody can read an issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an issue has an address of the web, of at most 500 characters")]
pub struct InvalidIssueUrl;

/// Which alerts to list. Everything given must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only those raised then or later.
    pub since: Timestamp,
    /// Only those so bad.
    pub severity: Option<AlertSeverity>,
}

/// How many alerts of a kind were raised on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertCount {
    /// The day, in UTC.
    pub date: Date,
    /// The kind.
    pub kind: AlertKind,
    /// How many.
    pub count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_severity_is_read_back_from_its_name() {
        for kind in AlertKind::ALL {
            assert_eq!(kind.as_str().parse::<AlertKind>().unwrap(), kind);
            assert!(kind.title().starts_with("Performance Alert: "));
        }
        for severity in AlertSeverity::ALL {
            assert_eq!(severity.as_str().parse::<AlertSeverity>().unwrap(), severity);
        }
        assert!("slow".parse::<AlertKind>().is_err() && "bad".parse::<AlertSeverity>().is_err());
    }

    #[test]
    fn what_is_extreme_is_critical() {
        for kind in AlertKind::ALL {
            let is_critical = kind.severity() == AlertSeverity::Critical;
            assert_eq!(is_critical, kind.as_str().contains("extremely"), "{kind}");
        }
    }

    #[test]
    fn an_issue_is_read_on_the_web() {
        let [longest, too_long] = [492, 493].map(|chars| format!("https://{}", "x".repeat(chars)));
        for (url, is_fine) in [
            ("https://github.com/studio/shop/issues/7", true),
            ("http://127.0.0.1:8080/issues/7", true),
            (&longest, true),
            (&too_long, false),
            ("https://", false),
            ("javascript:alert(1)", false),
            ("https://github.com/a b", false),
            ("https://github.com/\u{7}", false),
            ("", false),
        ] {
            assert_eq!(IssueUrl::new(url).is_ok(), is_fine, "{url}");
        }
    }

    #[test]
    fn a_message_is_cut_between_characters() {
        let alert = NewAlert::new(AlertKind::HighMemoryUsage, &"é".repeat(1_001), Timestamp::UNIX_EPOCH);
        assert_eq!(alert.message.chars().count(), NewAlert::MAX_MESSAGE_CHARS);
    }
}
