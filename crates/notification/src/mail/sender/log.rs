//! Not sending mails at all.

use super::{MailSender, SendError};
use crate::mail::message::Mail;

/// Notes in the log that there would have been a mail, for installations that cannot send any. What it says stays untold: it
/// could be a secret.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogSender;

impl MailSender for LogSender {
    fn name(&self) -> &'static str {
        "log"
    }

    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        tracing::warn!(
            mail.id = mail.message_id.as_str(),
            mail.kind = mail.kind.as_str(),
            "mail not sent: nothing to send mail with is configured"
        );
        Ok(())
    }
}
