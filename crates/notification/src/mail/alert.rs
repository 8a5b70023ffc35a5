//! Telling administrators that something is wrong.

use std::sync::Arc;

use instainstru_domain::{
    account::EmailAddress,
    alert::{AlertSeverity, NewAlert},
    ports::Clock,
};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    kind::MailKind,
    letters::{Letter, Writer},
    message::{Mail, MessageId, Recipient, Subject},
    sender::{MailSender, SendError},
};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Somebody must act now.
    Critical,
    /// Somebody should look.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// The name in subjects.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::Warning => "WARNING",
            Self::Info => "INFO",
        }
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// What it is, in a word: the same for each time that it happens, such as `database-unreachable`.
    pub key: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a line.
    pub title: String,
    /// What is wrong, in sentences.
    pub message: String,
    /// Names and values that help to find out why.
    pub details: Vec<(String, String)>,
    /// When it began. With the key it makes the name of the mail, so that one alert is one mail.
    pub raised_at: Timestamp,
}

impl From<NewAlert> for Alert {
    fn from(raised: NewAlert) -> Self {
        Self {
            key: raised.kind.as_str().to_owned(),
            severity: match raised.kind.severity() {
                AlertSeverity::Critical => Severity::Critical,
                AlertSeverity::Warning => Severity::Warning,
            },
            title: raised.kind.title().to_owned(),
            message: raised.message,
            details: raised.details.into_iter().collect(),
            raised_at: raised.raised_at,
        }
    }
}

#[derive(Serialize)]
struct AlertView<'a> {
    severity: &'static str,
    title: &'a str,
    message: &'a str,
    details: Vec<DetailView<'a>>,
    raised_at: String,
}

#[derive(Serialize)]
struct DetailView<'a> {
    name: &'a str,
    value: &'a str,
}

/// Sends alerts to administrators.
#[derive(Clone)]
pub struct AlertMailer {
    writer: Writer,
    sender: Arc<dyn MailSender>,
    clock: Arc<dyn Clock>,
}

impl AlertMailer {
    /// A mailer that writes with `writer` and sends with `sender`.
    #[must_use]
    pub fn new(writer: Writer, sender: Arc<dyn MailSender>, clock: Arc<dyn Clock>) -> Self {
        Self { writer, sender, clock }
    }

    /// Sends an alert to each of these addresses. May take as long as a network may.
    ///
    /// # Errors
    /// The first [`SendError`]; the others have been tried all the same. Sending the alert again makes the same mails again.
    pub fn send(&self, to: &[EmailAddress], alert: &Alert) -> Result<(), SendError> {
        let mut outcome = Ok(());
        for address in to {
            let sent = self.mail(address, alert).and_then(|mail| self.sender.send(&mail));
            outcome = outcome.and(sent);
        }
        outcome
    }

    /// The mail to one address.
    fn mail(&self, address: &EmailAddress, alert: &Alert) -> Result<Mail, SendError> {
        let letter = letter(&self.writer, address, alert, self.clock.now());
        self.writer.write(letter).map_err(|error| SendError::Never {
            reason: "the alert cannot be written".to_owned(),
            cause: Some(error.into()),
        })
    }
}

impl std::fmt::Debug for AlertMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AlertMailer").field("sender", &self.sender.name()).finish_non_exhaustive()
    }
}

/// The alert to this address.
pub(super) fn letter(writer: &Writer, address: &EmailAddress, alert: &Alert, now: Timestamp) -> Letter {
    let severity = alert.severity.as_str();
    let id = MessageId::of_alert(&alert.key, alert.raised_at, address, writer.site());
    let to = Recipient { name: None, address: address.clone() };
    let subject = Subject::new(&format!("[{severity}] InstaInstru Alert: {}", alert.title));
    let view = AlertView {
        severity,
        title: &alert.title,
        message: &alert.message,
        details: alert.details.iter().map(|(name, value)| DetailView { name, value }).collect(),
        raised_at: alert.raised_at.strftime("%A, %B %-d, %Y, %H:%M:%S UTC").to_string(),
    };
    writer.letter(id, MailKind::Alert, to, subject, now).telling("alert", &view)
}
