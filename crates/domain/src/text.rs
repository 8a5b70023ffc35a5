//! Texts with limits.

use std::fmt;

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Fewer characters than allowed, after trimming.
    #[error("{what} must have at least {min} character{}", if *.min == 1 { "" } else { "s" })]
    TooShort {
        /// Name of the field in words.
        what: &'static str,
        /// Least number of characters.
        min: usize,
    },
    /// More characters than allowed.
    #[error("{what} must have at most {max} characters")]
    TooLong {
        /// Name of the field in words.
        what: &'static str,
        /// Greatest number of characters.
        max: usize,
    },
    /// More bytes than allowed, where bytes are what counts.
    #[error("{what} must have at most {max} bytes")]
    TooManyBytes {
        /// Name of the field in words.
        what: &'static str,
        /// Greatest number of bytes.
        max: usize,
    },
    /// Contains a control character such as NUL, which no database or mail should carry.
    #[error("{what} must not contain control characters")]
    ControlCharacter {
        /// Name of the field in words.
        what: &'static str,
    },
    /// Does not have the form it must have.
    #[error("{what} is not valid: {reason}")]
    Malformed {
        /// Name of the field in words.
        what: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
}

/// Trims a text and checks its length in characters. Line breaks and tabs are legal, other control characters are not.
///
/// # Errors
/// [`InvalidText`] naming `what` when a limit is broken.
pub fn bounded(what: &'static str, text: &str, min: usize, max: usize) -> Result<String, InvalidText> {
    let trimmed = text.trim();
    if trimmed.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(InvalidText::ControlCharacter { what });
    }
    let length = trimmed.chars().count();
    if length < min {
        return Err(InvalidText::TooShort { what, min });
    }
    if length > max {
        return Err(InvalidText::TooLong { what, max });
    }
    Ok(trimmed.to_owned())
}

/// A single-line text: as [`bounded`], and without line breaks.
///
/// # Errors
/// [`InvalidText`] naming `what` when a limit is broken.
pub fn line(what: &'static str, text: &str, min: usize, max: usize) -> Result<String, InvalidText> {
    if text.trim().contains(['\n', '\r', '\t']) {
        return Err(InvalidText::ControlCharacter { what });
    }
    bounded(what, text, min, max)
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $check:ident($what:literal, $min:expr, $max:expr);)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Least number of characters.
            pub const MIN: usize = $min;
            /// Greatest number of characters.
            pub const MAX: usize = $max;

            /// The trimmed text.
            ///
            /// # Errors
            /// [`InvalidText`] outside `MIN..=MAX` characters or with control characters.
            pub fn new(text: &str) -> Result<Self, InvalidText> {
                $check($what, text, Self::MIN, Self::MAX).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

texts! {
    /// Name of a person as they write it.
    FullName: line("full_name", 1, 120);
    /// What an instructor says about themselves.
    Bio: bounded("bio", 10, 1000);
    /// Description of an instructor's service.
    ServiceDescription: bounded("description", 1, 500);
    /// A note of a student or an instructor on a booking.
    Note: bounded("note", 1, 1000);
    /// Where a lesson takes place, in words.
    MeetingLocation: bounded("meeting_location", 1, 500);
    /// Why a booking was cancelled.
    CancellationReason: bounded("reason", 1, 500);
    /// Why an administrator did something.
    AdminReason: bounded("reason", 1, 500);
    /// Why a day is blocked.
    BlackoutReason: bounded("reason", 1, 255);
    /// A short free word or phrase, such as a level or a piece of equipment.
    Tag: line("list entry", 1, 100);
    /// What must be true of a student or a place for a service.
    Requirements: bounded("requirements", 1, 1000);
    /// Name of a category, a service or a group of services.
    EntryName: line("name", 1, 100);
    /// A few words below the name of a category.
    Subtitle: line("subtitle", 1, 100);
    /// One line about a category or a service.
    EntryDescription: bounded("description", 1, 500);
    /// Name of an icon.
    IconName: line("icon_name", 1, 50);
}

impl FullName {
    /// The name of everybody who left for good.
    #[must_use]
    pub fn deleted() -> Self {
        Self("Deleted user".to_owned())
    }

    /// The first name and the initial of the last, such as `Ada L.`: enough for somebody who knows the person.
    #[must_use]
    pub fn short(&self) -> String {
        let mut words = self.0.split_whitespace();
        let first = words.next().unwrap_or_default();
        match words.next_back().and_then(|last| last.chars().next()) {
            Some(initial) => format!("{first} {}.", initial.to_uppercase()),
            None => first.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_count_characters_after_trimming() {
        assert_eq!(Bio::new("  tem chars!  ").unwrap().as_str(), "tem chars!");
        assert_eq!(Bio::new("  nine char").unwrap_err(), InvalidText::TooShort { what: "bio", min: 10 });
        assert!(Bio::new(&"é".repeat(1000)).is_ok());
        assert_eq!(Bio::new(&"é".repeat(1001)).unwrap_err(), InvalidText::TooLong { what: "bio", max: 1000 });
    }

    #[test]
    fn a_short_name_has_the_first_name_and_an_initial() {
        for (name, short) in [
            ("Ada Lovelace", "Ada L."),
            ("Jean-Luc de la tour", "Jean-Luc T."),
            ("Prince", "Prince"),
            ("שרה כהן", "שרה כ."),
        ] {
            assert_eq!(FullName::new(name).unwrap().short(), short);
        }
        assert_eq!(FullName::new(FullName::deleted().as_str()), Ok(FullName::deleted()));
    }

    #[test]
    fn control_characters_are_refused_and_line_breaks_only_where_they_make_sense() {
        assert!(Note::new("two\nlines").is_ok());
        assert!(Note::new("nul\0").is_err());
        assert!(FullName::new("two\nlines").is_err());
        assert!(FullName::new("\u{200f}שרה 🎹").is_ok());
    }

    #[test]
    fn messages_are_readable() {
        assert_eq!(FullName::new(" ").unwrap_err().to_string(), "full_name must have at least 1 character");
        assert_eq!(Bio::new("").unwrap_err().to_string(), "bio must have at least 10 characters");
    }
}
