//! Sending mails: the ways there are, behind one trait.

mod file;
mod log;
mod mime;
mod resend;
mod smtp;

use std::error::Error;

pub use self::{
    file::FileSender,
    log::LogSender,
    resend::{RESEND_API, ResendSender},
    smtp::{Encryption, InvalidSmtpUrl, SmtpSender, SmtpServer},
};
use super::message::Mail;
use crate::excerpt::excerpt;

/// Hands mails over to whoever delivers them.
pub trait MailSender: Send + Sync {
    /// Stable name, such as `smtp`, for logs.
    fn name(&self) -> &'static str;

    /// Hands a mail over. May take as long as a network may; never call it inside a transaction or on an async thread.
    ///
    /// # Errors
    /// [`SendError`]. It is unknown then whether the mail was delivered: sending it again is right, and whoever gets it twice
    /// can tell by its [`super::MessageId`].
    fn send(&self, mail: &Mail) -> Result<(), SendError>;
}

/// Why a mail was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It may work later: somebody does not answer, asks to wait, or does not know us.
    #[error("{reason}")]
    Later {
        /// What went wrong, in words an administrator understands, without secrets.
        reason: String,
        /// Shortest time to wait, in seconds, when the other side named one.
        wait_seconds: Option<u32>,
        /// What was behind it.
        #[source]
        cause: Option<Cause>,
    },
    /// It will never work: this mail is refused for what it is or for whom it goes to.
    #[error("{reason}")]
    Never {
        /// What went wrong, in words an administrator understands, without secrets.
        reason: String,
        /// What was behind it.
        #[source]
        cause: Option<Cause>,
    },
}

/// What was behind an error.
pub type Cause = Box<dyn Error + Send + Sync>;

impl SendError {
    fn later(reason: impl Into<String>, cause: Option<Cause>) -> Self {
        Self::Later { reason: reason.into(), wait_seconds: None, cause }
    }

    fn never(reason: impl Into<String>, cause: Option<Cause>) -> Self {
        Self::Never { reason: reason.into(), cause }
    }
}
