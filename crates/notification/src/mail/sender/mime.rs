//! A mail as a message of the internet (RFC 5322, MIME).

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::{
    Address, Message,
    message::{
        Attachment, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};

use super::SendError;
use crate::mail::{
    message::{Mail, Recipient},
    site::BRAND,
};
use instainstru_domain::{account::EmailAddress, calendar::CalendarFile};

/// Name of the attached calendar file.
pub(super) const CALENDAR_FILE: &str = "lesson.ics";

/// The message of a mail that is sent at `now`. The same mail always has the same parts and boundaries; only the date differs.
///
/// # Errors
/// [`SendError::Never`] when an address cannot stand in a header, or the message cannot be put together.
pub(super) fn message(mail: &Mail, now: Timestamp) -> Result<Message, SendError> {
    let impossible = |error: Box<dyn std::error::Error + Send + Sync>| {
        SendError::never("the message cannot be put together", Some(error))
    };
    let sent_as = |role: &str| format!("{role}.{}", boundary(mail.message_id.as_str()));
    let bodies = MultiPart::alternative()
        .boundary(sent_as("bodies"))
        .singlepart(SinglePart::plain(mail.text.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    let content = match &mail.calendar {
        Some(file) => {
            let attached = attachment(file).map_err(impossible)?;
            MultiPart::mixed().boundary(sent_as("all")).multipart(bodies).singlepart(attached)
        }
        None => bodies,
    };
    let to = Recipient { name: mail.to.name.clone(), address: mail.to.address.clone() };
    Message::builder()
        .message_id(Some(format!("<{}>", mail.message_id)))
        .date(SystemTime::from(now))
        .from(Mailbox::new(Some(BRAND.to_owned()), address(&mail.from)?))
        .to(Mailbox::new(to.name, address(&to.address)?))
        .subject(mail.subject.as_str())
        // No holiday answers, please (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(content)
        .map_err(|error| impossible(error.into()))
}

fn address(address: &EmailAddress) -> Result<Address, SendError> {
    address.as_str().parse().map_err(|error: lettre::address::AddressError| {
        SendError::never("no mail can be sent to this address", Some(error.into()))
    })
}

fn attachment(file: &CalendarFile) -> Result<SinglePart, Box<dyn std::error::Error + Send + Sync>> {
    let content_type = ContentType::parse(&calendar_type(file))?;
    // Lines and their ends must arrive as they are, whatever is between us and the calendar.
    let body = Body::new_with_encoding(file.text.clone().into_bytes(), ContentTransferEncoding::Base64)
        .map_err(|_text| "base64 cannot hold a calendar file")?;
    Ok(Attachment::new(CALENDAR_FILE.to_owned()).body(body, content_type))
}

/// The media type of a calendar file, from which mail programs learn what is asked of them.
pub(super) fn calendar_type(file: &CalendarFile) -> String {
    format!("text/calendar; charset=utf-8; method={}", file.method.as_str())
}

/// The Message-ID in characters that a boundary may have, at most 60.
fn boundary(message_id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    message_id.chars().map(safe).take(60).collect()
}
