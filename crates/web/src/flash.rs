//! A message that survives one redirect.

use serde::{Deserialize, Serialize};

use crate::{seal, settings::PageKey};

/// What kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tone {
    /// Something worked.
    Success,
    /// Something is worth knowing.
    Info,
    /// Something did not work.
    Error,
}

/// A message for the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    tone: Tone,
    text: String,
    seal: String,
}

const PURPOSE: &str = "flash";

impl Flash {
    /// As the value of a cookie.
    ///
    /// # Errors
    /// Never in practice: a tone and a text can be written as a form.
    pub(crate) fn to_cookie(&self, key: &PageKey) -> Result<String, serde_urlencoded::ser::Error> {
        let seal = seal::seal(key, PURPOSE, "", &self.text);
        serde_urlencoded::to_string(Sealed { tone: self.tone, text: self.text.clone(), seal })
    }

    /// Out of the value of a cookie; nothing when it is not ours.
    pub(crate) fn from_cookie(key: &PageKey, value: &str) -> Option<Self> {
        let Sealed { tone, text, seal } = serde_urlencoded::from_str(value).ok()?;
        seal::is_same(&seal, &seal::seal(key, PURPOSE, "", &text)).then_some(Self { tone, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back_and_cannot_be_made_up() {
        let key = PageKey::derive(b"k");
        let flash = Flash { tone: Tone::Success, text: "Saved & sent; 100% \u{2713}".into() };
        let cookie = flash.to_cookie(&key).unwrap();
        assert!(cookie.is_ascii() && !cookie.contains([';', ' ', ',', '"']), "{cookie}");
        assert_eq!(Flash::from_cookie(&key, &cookie), Some(flash));
        assert_eq!(Flash::from_cookie(&key, &cookie.replace("Saved", "Hacked")), None);
        assert_eq!(Flash::from_cookie(&PageKey::derive(b"other"), &cookie), None);
        assert_eq!(Flash::from_cookie(&key, "nonsense"), None);
    }
}
