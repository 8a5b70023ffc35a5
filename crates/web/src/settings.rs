//! What may differ between installations.

use std::{fmt, path::PathBuf};

use hmac::{Hmac, Mac as _};
use instainstru_domain::calendar::LessonCalendar;
use jiff::SignedDuration;
use sha2::Sha256;

/// Settings of the pages.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Seals form tokens and messages.
    pub key: PageKey,
    /// Writes lessons for the calendars of people, the same way as the mails do.
    pub calendar: LessonCalendar,
    /// Whether the server stands on the internet: cookies travel over HTTPS only.
    pub secure: bool,
    /// How long a browser keeps the cookie of a session after its last visit: as long as its token counts.
    pub session_lifetime: SignedDuration,
    /// Whether the style guide is shown.
    pub styleguide: bool,
    /// Address of the site for robots and sitemaps, such as `https://instainstru.com`; without it they name the host asked.
    pub origin: Option<String>,
    /// The directory of this crate's sources: templates and assets are then read from it at every request.
    pub source_dir: Option<PathBuf>,
}

impl WebSettings {
    /// The settings for a look around, sealed with `key`.
    #[must_use]
    pub const fn development(key: PageKey, calendar: LessonCalendar) -> Self {
        Self {
            key,
            calendar,
            secure: false,
            session_lifetime: SignedDuration::from_hours(14 * 24),
            styleguide: true,
            origin: None,
            source_dir: None,
        }
    }
}

/// The key that seals what visitors carry and must not make up.
#[derive(Clone)]
pub struct PageKey([u8; 32]);

impl PageKey {
    /// The key of the pages, derived from the secret of the installation. It cannot be used to sign anything else.
    #[must_use]
    pub fn derive(secret: &[u8]) -> Self {
        Self(authenticate(secret, "instainstru/web/page-key/v1", &[]))
    }

    /// The code that authenticates `parts` for one `purpose`.
    pub(crate) fn seal(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        authenticate(&self.0, purpose, parts)
    }
}

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKey(***)")
    }
}

fn authenticate(key: &[u8], purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
    // Keys of any length are allowed, so the other arm is never taken; an empty key would only make another code.
    let mut code = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(code) => code,
        Err(_any_length_is_allowed) => return [0; 32],
    };
    // Lengths come first, so that parts cannot be moved into each other.
    for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
        code.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        code.update(part);
    }
    code.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_depend_on_key_purpose_and_every_part() {
        let key = PageKey::derive(b"secret");
        let seal = key.seal("form", &[b"ab", b"c"]);
        assert_eq!(seal, PageKey::derive(b"secret").seal("form", &[b"ab", b"c"]));
        assert_ne!(seal, PageKey::derive(b"other").seal("form", &[b"ab", b"c"]));
        assert_ne!(seal, key.seal("flash", &[b"ab", b"c"]));
        assert_ne!(seal, key.seal("form", &[b"a", b"bc"]));
        assert_eq!(format!("{key:?}"), "PageKey(***)");
    }
}
