//! Short names under which instructors are found: `maya-g` in `/@maya-g`.

use std::{fmt, str::FromStr};

use crate::{ids::UserId, text::FullName};

/// The short name of an instructor: small letters, digits and single hyphens between them. It stays when its owner is renamed,
/// because it is printed on cards and sent to students.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

/// The text is no short name of anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a short name has 1 to {max} small letters, digits and single hyphens between them", max = Handle::MAX_CHARS)]
pub struct InvalidHandle;

impl Handle {
    /// Longest short name, in characters.
    pub const MAX_CHARS: usize = 40;
    /// Characters of a name that are used; the rest is for a number.
    const MAX_NAME_CHARS: usize = 28;
    /// How many people of one name are numbered before the number of their account tells them apart.
    const NUMBERED: u32 = 9;
    /// For people whose names have no letter that everybody can type.
    const NAMELESS: &'static str = "instructor";

    /// Short names for somebody, the nicest first: `maya-g`, `maya-g-2`, … and in the end one with the number of the account.
    pub fn candidates(name: &FullName, user: UserId) -> impl Iterator<Item = Self> {
        let base = base(name);
        let plain = std::iter::once(base.clone());
        let numbered = (2..=Self::NUMBERED).map({
            let base = base.clone();
            move |number| format!("{base}-{number}")
        });
        plain.chain(numbered).chain([format!("{base}-{user}")]).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Handle {
    type Err = InvalidHandle;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if text.len() <= Self::MAX_CHARS && text.split('-').all(is_word) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidHandle)
        }
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The part of a short name that says who it is: the first name and the initial of the last, which the public sees anyway.
fn base(name: &FullName) -> String {
    let mut base = String::new();
    for letter in name.short().chars().flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            base.push(letter);
        } else if let Some(letters) = without_marks(letter) {
            base.push_str(letters);
        } else if !matches!(letter, '\'' | '\u{2019}') && !base.is_empty() && !base.ends_with('-') {
            base.push('-');
        }
    }
    base.truncate(Handle::MAX_NAME_CHARS);
    let base = base.trim_end_matches('-');
    if base.is_empty() { Handle::NAMELESS.to_owned() } else { base.to_owned() }
}

/// A letter of a European language as everybody can type it.
const fn without_marks(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ġ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ľ' | 'ĺ' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' | 'ŕ' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(name: &str) -> Vec<String> {
        let (name, user) = (FullName::new(name).unwrap(), UserId::new(47).unwrap());
        Handle::candidates(&name, user).map(|handle| handle.to_string()).collect()
    }

    #[test]
    fn the_nicest_short_name_comes_first_and_one_that_is_nobody_elses_last() {
        let all = candidates("Maya Goldberg");
        assert_eq!(all.len(), 10);
        assert_eq!((all[0].as_str(), all[1].as_str(), all[9].as_str()), ("maya-g", "maya-g-2", "maya-g-47"));
    }

    #[test]
    fn every_name_has_short_names_that_can_be_read_back() {
        let (long, short) = ("x".repeat(FullName::MAX), "x".repeat(28));
        for (name, expected) in [
            ("Ada", "ada"),
            ("Łukasz Ørsted", "lukasz-o"),
            ("Jean-Luc O'Neill", "jean-luc-o"),
            ("D'Arcy W.", "darcy-w"),
            ("李 小龍", "instructor"),
            ("  Zoë  van der  Straße ", "zoe-s"),
            ("🎹", "instructor"),
            (&long, &short),
        ] {
            let all = candidates(name);
            assert_eq!(all[0], expected, "{name}");
            for handle in all {
                assert_eq!(
                    handle.parse::<Handle>().map(|read| read.to_string()),
                    Ok(handle.clone()),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn only_small_letters_digits_and_single_hyphens_make_a_short_name() {
        for good in ["a", "maya-g", "maya-g-2", "7-up", &"x".repeat(40)] {
            assert!(good.parse::<Handle>().is_ok(), "{good}");
        }
        for bad in
            ["", "-", "Maya", "maya--g", "-maya", "maya-", "maya_g", "maya g", "zoë", "a/b", &"x".repeat(41)]
        {
            assert_eq!(bad.parse::<Handle>(), Err(InvalidHandle), "{bad}");
        }
    }
}
