//! Where to go next, as a visitor may say it: a page of this site.

use std::fmt;

/// A path of this site, with its query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalPath(String);

/// Longest path that is carried along.
const MAX_BYTES: usize = 2000;

impl LocalPath {
    /// The path, unless it leads to another site or back to signing in.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_safe = text.starts_with('/')
            // Browsers read `//host` and `/\host` as another host.
            && !text.starts_with("//")
            && !text.contains('\\')
            && !text.chars().any(char::is_control)
            && text.len() <= MAX_BYTES;
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let leads_on = !matches!(path.trim_end_matches('/'), "/login" | "/signup" | "/logout" | "/theme");
        (is_safe && leads_on).then(|| Self(text.to_owned()))
    }

    /// The path that was asked for, or the home page.
    pub(crate) fn or_home(text: Option<&str>) -> Self {
        text.and_then(Self::parse).unwrap_or_else(|| Self("/".to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_are_gone_to() {
        for fine in ["/", "/lessons?tab=past", "/instructors/7-ada#times", "/book/7?next=//x"] {
            assert_eq!(LocalPath::parse(fine).unwrap().as_str(), fine);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "lessons",
            "/a\r\nb",
            "/x\\..\\y",
            "/login",
            "/login?next=/x",
            "/signup/",
            "/logout",
        ] {
            assert_eq!(LocalPath::parse(bad), None, "{bad:?}");
        }
        assert_eq!(LocalPath::parse(&format!("/{}", "x".repeat(MAX_BYTES))), None);
        assert_eq!(LocalPath::or_home(Some("//evil")).as_str(), "/");
    }
}
