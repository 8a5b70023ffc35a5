//! Accounts: who somebody is and what they may do.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

use crate::{
    ids::UserId,
    text::{FullName, InvalidText},
};

/// An e-mail address in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Greatest length in bytes (RFC 5321).
    pub const MAX: usize = 254;
    /// Domain of the addresses of deleted accounts.
    const DELETED: &str = "deleted.invalid";

    /// The trimmed address in lower case.
    ///
    /// The check is for what must hold for mail to arrive at all: one `@`, a local part without spaces, quotes or control
    /// characters, a domain of dot-separated labels. Whether somebody reads it, only a mail can tell.
    ///
    /// # Errors
    /// [`InvalidText`] when the text is no such address or is too long.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        const WHAT: &str = "email";
        let malformed = |reason| Err(InvalidText::Malformed { what: WHAT, reason });
        let address = text.trim().to_lowercase();
        if address.len() > Self::MAX {
            return Err(InvalidText::TooManyBytes { what: WHAT, max: Self::MAX });
        }
        let Some((local, domain)) = address.split_once('@') else {
            return malformed("an address has the form name@example.com");
        };
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "()<>[]:;,\\\"@".contains(c);
        if local.is_empty() || local.len() > 64 || local.contains(forbidden) {
            return malformed(
                "the part before the @ is empty, too long or has a character that is not allowed",
            );
        }
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return malformed("dots in the part before the @ must stand between other characters");
        }
        let label_is_fine = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        if !domain.contains('.') || !domain.split('.').all(label_is_fine) {
            return malformed("the part after the @ is not a domain such as example.com");
        }
        Ok(Self(address))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands in place of the address of a deleted account. Nobody can register it, and no mail reaches it (RFC 6761).
    #[must_use]
    pub fn of_deleted(user: UserId) -> Self {
        Self(format!("deleted-{user}@{}", Self::DELETED))
    }

    /// Whether the address only stands in place of one: mail to it goes nowhere.
    #[must_use]
    pub fn reaches_nobody(&self) -> bool {
        self.0.split_once('@').is_some_and(|(_local, domain)| domain == Self::DELETED)
    }

    /// The address so that its owner recognises it and nobody else reads it: `ad***@example.com`. Of a local part of two
    /// characters or less nothing is shown.
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or_default();
        let shown = if local.chars().count() > 2 { 2 } else { 0 };
        format!("{}***@{domain}", local.chars().take(shown).collect::<String>())
    }

    /// What comes after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_local, domain)| domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A password as a person typed it. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Least number of characters.
    pub const MIN: usize = 8;
    /// Greatest number of bytes: bcrypt reads no more, and we never cut a password short.
    pub const MAX_BYTES: usize = 72;

    /// A password for a new account or a change.
    ///
    /// # Errors
    /// [`InvalidText`] outside 8 characters ..= 72 bytes, or with a NUL, which bcrypt cannot read past.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        const WHAT: &str = "password";
        if text.chars().count() < Self::MIN {
            return Err(InvalidText::TooShort { what: WHAT, min: Self::MIN });
        }
        Self::presented(text)
    }

    /// A password to replace another: as [`Password::new`], and with a digit and a capital letter.
    ///
    /// # Errors
    /// [`InvalidText`] as [`Password::new`], or naming what is missing.
    pub fn replacing(text: &str) -> Result<Self, InvalidText> {
        let missing = |reason| Err(InvalidText::Malformed { what: "password", reason });
        let password = Self::new(text)?;
        if !text.chars().any(char::is_numeric) {
            return missing("it must have at least one digit");
        }
        if !text.chars().any(char::is_uppercase) {
            return missing("it must have at least one capital letter");
        }
        Ok(password)
    }

    /// A password as given at login, where only what could never have been accepted is refused.
    ///
    /// # Errors
    /// [`InvalidText`] beyond 72 bytes or with a NUL.
    pub fn presented(text: &str) -> Result<Self, InvalidText> {
        const WHAT: &str = "password";
        if text.len() > Self::MAX_BYTES {
            return Err(InvalidText::TooManyBytes { what: WHAT, max: Self::MAX_BYTES });
        }
        if text.contains('\0') {
            return Err(InvalidText::ControlCharacter { what: WHAT });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, for hashing.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(***)")
    }
}

/// What is stored of a password: a self-describing hash. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash made by a [`crate::ports::PasswordHasher`], or read back from storage.
    #[must_use]
    pub const fn new(hash: String) -> Self {
        Self(hash)
    }

    /// The hash.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(***)")
    }
}

/// Which side of the marketplace an account is on. Administration is granted besides ([`User::is_admin`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Books lessons.
    Student,
    /// Gives lessons.
    Instructor,
}

/// Whether an account may log in and be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountStatus {
    /// Everything works.
    Active,
    /// May log in, is hidden from the public and cannot be booked.
    Suspended,
    /// As suspended, and cannot log in.
    Deactivated,
}

/// Text that names no role or status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not one of {allowed}")]
pub struct UnknownName {
    /// The text that was given.
    pub text: String,
    /// The names that exist.
    pub allowed: &'static str,
}

impl UnknownName {
    /// The error for `text`, cut to a length that fits a message.
    #[must_use]
    pub fn new(text: &str, allowed: &'static str) -> Self {
        Self { text: text.chars().take(40).collect(), allowed }
    }
}

impl Role {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Instructor => "instructor",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "student" => Ok(Self::Student),
            "instructor" => Ok(Self::Instructor),
            other => Err(UnknownName::new(other, "student, instructor")),
        }
    }
}

impl AccountStatus {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deactivated => "deactivated",
        }
    }
}

impl FromStr for AccountStatus {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            "deactivated" => Ok(Self::Deactivated),
            other => Err(UnknownName::new(other, "active, suspended, deactivated")),
        }
    }
}

/// Who keeps a session, which decides how long it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionKind {
    /// A client of the API: the session ends soon, and the client logs in again.
    Program,
    /// The browser of a person, in a cookie that no script can read: the session lasts as long as the person comes back.
    Browser,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Address it logs in with.
    pub email: EmailAddress,
    /// Name of the person.
    pub full_name: FullName,
    /// Side of the marketplace.
    pub role: Role,
    /// Whether the person may administer the marketplace; granted on the command line only.
    pub is_admin: bool,
    /// Whether the account is switched on at all; switched off by an administrator.
    pub is_active: bool,
    /// What the owner made of the account.
    pub account_status: AccountStatus,
    /// Rises whenever old tokens must die: password reset, deactivation.
    pub credential_version: i32,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When the person left for good: everything that led to them is gone, and the account only stands in the bookings of others.
    pub deleted_at: Option<Timestamp>,
}

/// An account that does not exist yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Address to log in with.
    pub email: EmailAddress,
    /// Hash of the password.
    pub password_hash: PasswordHash,
    /// Name of the person.
    pub full_name: FullName,
    /// Side of the marketplace.
    pub role: Role,
    /// State of the account.
    pub account_status: AccountStatus,
    /// When it is registered.
    pub created_at: Timestamp,
}

/// An account with what proves its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account.
    pub user: User,
    /// Hash of its password.
    pub password_hash: PasswordHash,
}

/// An account as the bearer of one token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub user: User,
    /// Whether the token was given up by logging out.
    pub token_revoked: bool,
}

impl User {
    /// Whether a valid password lets somebody in.
    #[must_use]
    pub fn can_log_in(&self) -> bool {
        self.account_status != AccountStatus::Deactivated && self.deleted_at.is_none()
    }

    /// Whether the account is an instructor that the public may see and book.
    #[must_use]
    pub fn is_bookable(&self) -> bool {
        self.role == Role::Instructor && self.is_active && self.account_status == AccountStatus::Active
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalised_and_nonsense_is_refused() {
        assert_eq!(
            EmailAddress::new(" Ada.Lovelace+x@Example.CO.uk ").unwrap().as_str(),
            "ada.lovelace+x@example.co.uk"
        );
        assert_eq!(EmailAddress::new("ada@Example.com").unwrap().domain(), "example.com");
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "a@b@example.com",
            ".a@example.com",
            "a..b@example.com",
            "ada@-example.com",
            "ada@exam ple.com",
            "ada@example..com",
            "a\r\nBcc: x@example.com",
            "\"ada\"@example.com",
            "ada@example.com,b@example.com",
        ] {
            assert!(EmailAddress::new(bad).is_err(), "{bad:?}");
        }
        assert!(EmailAddress::new(&format!("{}@example.com", "a".repeat(64))).is_ok());
        assert!(EmailAddress::new(&format!("{}@example.com", "a".repeat(65))).is_err());
    }

    #[test]
    fn passwords_are_limited_in_bytes_and_never_cut() {
        assert!(Password::new("1234567").is_err());
        assert!(Password::new("12345678").is_ok());
        assert!(Password::new(&"é".repeat(36)).is_ok());
        assert!(Password::new(&"é".repeat(37)).is_err(), "74 bytes");
        assert!(Password::presented("x").is_ok());
        assert!(Password::new("with\0nul!").is_err());
        assert_eq!(
            Password::new("short").unwrap_err().to_string(),
            "password must have at least 8 characters"
        );
    }

    #[test]
    fn a_replacement_has_a_digit_and_a_capital_letter() {
        for (text, missing) in [
            ("Short1", "at least 8 characters"),
            ("NoDigitsHere", "digit"),
            ("no capitals 1", "capital letter"),
        ] {
            let refused = Password::replacing(text).unwrap_err().to_string();
            assert!(refused.contains(missing), "{text}: {refused}");
        }
        for fine in ["TestPassword123!", "Пароль 12", "١٢٣٤٥٦٧Z"] {
            assert_eq!(Password::replacing(fine).unwrap().reveal(), fine);
        }
    }

    #[test]
    fn the_address_of_a_deleted_account_is_one_that_reaches_nobody() {
        let placeholder = EmailAddress::of_deleted(UserId::new(7).unwrap());
        assert_eq!(EmailAddress::new(placeholder.as_str()), Ok(placeholder.clone()));
        assert!(placeholder.reaches_nobody());
        assert!(!EmailAddress::new("deleted-7@example.com").unwrap().reaches_nobody());
    }

    #[test]
    fn a_masked_address_shows_two_characters_of_three_or_more() {
        for (address, masked) in [
            ("ada@example.com", "ad***@example.com"),
            ("ad@example.com", "***@example.com"),
            ("a@example.com", "***@example.com"),
            ("ñandú@example.com", "ña***@example.com"),
        ] {
            assert_eq!(EmailAddress::new(address).unwrap().masked(), masked);
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(format!("{:?}", Password::new("TestPassword123!").unwrap()), "Password(***)");
        assert_eq!(format!("{:?}", PasswordHash::new("$2b$".into())), "PasswordHash(***)");
    }
}
