//! Mail: what it says, and how it is sent.
//!
//! [`MailConsumer`] is handed events. It reads what is true by then, lets a [`Writer`] write, and hands each mail to a
//! [`MailSender`]. [`AlertMailer`] sends what administrators must know by the same ways.

mod alert;
mod consumer;
mod kind;
mod letters;
mod mailbox;
mod message;
pub mod preview;
mod render;
mod sender;
mod site;
mod view;

pub use self::{
    alert::{Alert, AlertMailer, Severity},
    consumer::MailConsumer,
    kind::{MailKind, Palette},
    letters::{Letter, Occasion, Writer},
    mailbox::{Kept, KeptAttachment, Listed, Mailbox},
    message::{Mail, MessageId, Recipient, Subject},
    render::{TemplateError, Templates},
    sender::{
        Cause, Encryption, FileSender, InvalidSmtpUrl, LogSender, MailSender, RESEND_API, ResendSender,
        SendError, SmtpSender, SmtpServer,
    },
    site::{BRAND, InvalidSender, Links, Site},
};
