//! One mail, ready to be sent.

use std::fmt;

use instainstru_domain::{account::EmailAddress, calendar::CalendarFile, ids::UserId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{kind::MailKind, site::Site};

/// One mail to one person, ready to be sent. Printing shows only its name: a body can hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its name in the world.
    pub message_id: MessageId,
    /// What it is about.
    pub kind: MailKind,
    /// Who it comes from; the name is the brand.
    pub from: EmailAddress,
    /// Who it goes to.
    pub to: Recipient,
    /// What it is about, in a line.
    pub subject: Subject,
    /// What it says, for those who read text.
    pub text: String,
    /// What it says, for those who read HTML.
    pub html: String,
    /// The lesson, for a calendar.
    pub calendar: Option<CalendarFile>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Mail").field(&self.message_id).finish()
    }
}

/// Who a mail goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Name of the person, if it is known.
    pub name: Option<String>,
    /// Address.
    pub address: EmailAddress,
}

/// The name of a mail in the world: the same for everything that is the same mail, sent however often.
///
/// Derived from what is told and to whom, never from chance, so that a mail that was sent twice can be recognised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The name of the mail of this kind to `recipient` about the event with this number.
    ///
    /// `since` is when the thing that the event is about came into being. It keeps two databases apart that both begin to count
    /// at 1, such as one that was set up anew: mail programs hide what has the name of something they have.
    #[must_use]
    pub fn of_event(event: i64, kind: MailKind, recipient: UserId, since: Timestamp, site: &Site) -> Self {
        let (kind, since) = (kind.as_str(), since.as_second());
        Self(format!("{event}.{kind}.{recipient}.{since}@{}", site.from().domain()))
    }

    /// The name of the mail about the alert with this key to an administrator.
    pub(super) fn of_alert(key: &str, raised_at: Timestamp, to: &EmailAddress, site: &Site) -> Self {
        let recipient = digest(to.as_str().as_bytes());
        let key: String =
            key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect();
        Self(format!("{key}.alert.{recipient}.{}@{}", raised_at.as_second(), site.from().domain()))
    }

    /// The name without angle brackets: ASCII without spaces, at most 400 bytes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first 8 bytes of a SHA-256 in hexadecimal: a short name for something.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A subject: one line of at most [`Subject::MAX`] characters, whatever names and services it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// Greatest number of characters.
    pub const MAX: usize = 200;

    /// The text as a subject. What could begin another header, or make the line read backwards, becomes a space.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let is_harmful =
            |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let harmless: String = text.chars().map(|c| if is_harmful(c) { ' ' } else { c }).collect();
        // What looks like an encoded word would be decoded.
        let mut line = harmless.split_whitespace().collect::<Vec<_>>().join(" ").replace("=?", "= ?");
        if let Some((end, _character)) = line.char_indices().nth(Self::MAX) {
            let kept = line.char_indices().nth(Self::MAX - 1).map_or(end, |(place, _last)| place);
            line.truncate(kept);
            line.push('…');
        }
        Self(line)
    }

    /// The line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_short_line() {
        let nasty = "New Booking: Piano\r\nBcc: everybody@example.com\u{2028}\u{202e}x\u{0}\ty";
        assert_eq!(Subject::new(nasty).as_str(), "New Booking: Piano Bcc: everybody@example.com x y");
        assert_eq!(Subject::new("=?utf-8?q?x?=").as_str(), "= ?utf-8?q?x?=");
        assert_eq!(Subject::new(&"é".repeat(200)).as_str(), "é".repeat(200));
        assert_eq!(Subject::new(&"é".repeat(201)).as_str(), format!("{}…", "é".repeat(199)));
    }

    #[test]
    fn a_mail_keeps_its_name_and_shares_it_with_no_other() {
        let from = EmailAddress::new("noreply@studio.example").unwrap();
        let site = Site::new(from, "https://studio.example").unwrap();
        let (ada, zoe) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
        let since: Timestamp = "2026-07-01T12:00:00.5Z".parse().unwrap();
        let id = |event, kind, user, since| MessageId::of_event(event, kind, user, since, &site);
        let name = id(7, MailKind::ReminderStudent, ada, since);
        assert_eq!(name.as_str(), "7.reminder_student.1.1782907200@studio.example");
        assert_eq!(name, id(7, MailKind::ReminderStudent, ada, since));
        let later = "2026-07-02T12:00:00Z".parse().unwrap();
        for other in [
            id(8, MailKind::ReminderStudent, ada, since),
            id(7, MailKind::ReminderInstructor, ada, since),
            id(7, MailKind::ReminderStudent, zoe, since),
            id(7, MailKind::ReminderStudent, ada, later),
        ] {
            assert_ne!(name, other);
        }
        let admin = EmailAddress::new("admin@example.com").unwrap();
        let alert = MessageId::of_alert("database: slow\r\n<x>", since, &admin, &site);
        let expected =
            format!("database--slow---x-.alert.{}.1782907200@studio.example", digest(b"admin@example.com"));
        assert_eq!(alert.as_str(), expected);
    }

    #[test]
    fn the_longest_name_fits_where_it_is_kept() {
        let label = "d".repeat(60);
        let from = EmailAddress::new(&format!("n@{label}.{label}.{label}.{label}.example")).unwrap();
        assert!(from.as_str().len() > 250);
        let site = Site::new(from, "https://studio.example").unwrap();
        let user = UserId::new(i32::MAX.into()).unwrap();
        let longest = MailKind::ALL
            .iter()
            .map(|kind| MessageId::of_event(i64::MAX, *kind, user, Timestamp::MAX, &site));
        assert!(longest.map(|id| id.as_str().len()).max().unwrap() <= 400);
    }
}
