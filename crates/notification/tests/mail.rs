//! Mails: what they say, how they are sent, and what becomes of events when sending fails.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "tests may panic: that is how they report"
)]

#[path = "mail/alerts.rs"]
mod alerts;
#[path = "mail/files.rs"]
mod files;
#[path = "mail/lessons.rs"]
mod lessons;
#[path = "mail/mailbox.rs"]
mod mailbox;
#[path = "mail/people.rs"]
mod people;
#[path = "mail/resend.rs"]
mod resend;
#[path = "mail/smtp.rs"]
mod smtp;
#[path = "mail/templates.rs"]
mod templates;
#[path = "mail/trouble.rs"]
mod trouble;
#[path = "mail/world.rs"]
mod world;
