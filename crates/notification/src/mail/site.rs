//! What all mails of one installation have in common: the brand, the sender, and where links lead.

use instainstru_domain::{account::EmailAddress, calendar::LessonCalendar, ids::BookingId};

/// The name under which mails are sent.
pub const BRAND: &str = "iNSTAiNSTRU";

/// What all mails of one installation have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    from: EmailAddress,
    links: Links,
    reminder_hours: Option<u16>,
}

/// An address that mails cannot come from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mails can only come from an address of ASCII letters, digits and signs, not from {0:?}")]
pub struct InvalidSender(pub String);

impl Site {
    /// Mails come from `from`, and their links lead to pages below `base_url`, such as `https://studio.example`.
    ///
    /// # Errors
    /// [`InvalidSender`] when the address has other characters than ASCII: it becomes part of headers as it stands.
    pub fn new(from: EmailAddress, base_url: &str) -> Result<Self, InvalidSender> {
        if !from.as_str().is_ascii() {
            return Err(InvalidSender(from.as_str().to_owned()));
        }
        let links = Links { base_url: base_url.trim_end_matches('/').to_owned() };
        Ok(Self { from, links, reminder_hours: None })
    }

    /// The same where people are reminded of lessons, so many hours before they begin at the earliest.
    #[must_use]
    pub fn reminding(self, hours_before: Option<u16>) -> Self {
        Self { reminder_hours: hours_before, ..self }
    }

    /// How many hours before a lesson its parties are reminded, if they are.
    #[must_use]
    pub const fn reminder_hours(&self) -> Option<u16> {
        self.reminder_hours
    }

    /// The address mails come from, to which people can also write.
    #[must_use]
    pub const fn from(&self) -> &EmailAddress {
        &self.from
    }

    /// Where links lead.
    #[must_use]
    pub const fn links(&self) -> &Links {
        &self.links
    }

    /// The calendar of this installation.
    #[must_use]
    pub fn calendar(&self) -> LessonCalendar {
        LessonCalendar::new(BRAND, self.from.clone())
    }
}

/// The pages that mails link to. Their paths are those of the web client of 2025; our own pages answer to them too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    base_url: String,
}

impl Links {
    /// The start page, without a slash at its end.
    #[must_use]
    pub fn home(&self) -> &str {
        &self.base_url
    }

    fn page(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// The lessons of a student.
    #[must_use]
    pub fn student_lessons(&self) -> String {
        self.page("/dashboard/student/bookings")
    }

    /// The start page of an instructor.
    #[must_use]
    pub fn instructor_home(&self) -> String {
        self.page("/dashboard/instructor")
    }

    /// A booking, for its instructor.
    #[must_use]
    pub fn instructor_lesson(&self, booking: BookingId) -> String {
        self.page(&format!("/dashboard/instructor/bookings/{booking}"))
    }

    /// Everybody who can be booked.
    #[must_use]
    pub fn instructors(&self) -> String {
        self.page("/instructors")
    }

    /// The page to log in.
    #[must_use]
    pub fn login(&self) -> String {
        self.page("/login")
    }

    /// The page to ask for a new password.
    #[must_use]
    pub fn forgot_password(&self) -> String {
        self.page("/forgot-password")
    }

    /// The page to set a new password, opened by a token that is safe in a URL.
    #[must_use]
    pub fn reset_password(&self, token: &str) -> String {
        self.page(&format!("/reset-password?token={token}"))
    }

    /// Help.
    #[must_use]
    pub fn help(&self) -> String {
        self.page("/help")
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> String {
        self.page("/terms")
    }

    /// What becomes of data about people.
    #[must_use]
    pub fn privacy(&self) -> String {
        self.page("/privacy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_below_the_base() {
        let from = EmailAddress::new("noreply@studio.example").unwrap();
        let site = Site::new(from, "https://studio.example/app/").unwrap();
        assert_eq!(site.links().home(), "https://studio.example/app");
        assert_eq!(
            site.links().reset_password("a-b_c"),
            "https://studio.example/app/reset-password?token=a-b_c"
        );
    }

    #[test]
    fn a_sender_that_headers_cannot_carry_is_refused() {
        let from = EmailAddress::new("noreply@stüdio.example").unwrap();
        let refusal = Site::new(from, "https://studio.example").unwrap_err().to_string();
        assert!(refusal.contains("noreply@stüdio.example"), "{refusal}");
    }
}
