//! Values that must never be printed.

use std::{fmt, path::Path};

/// A secret; printing it shows stars.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret of this text.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the one who needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// The address of a database; printing it hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The address `url`, of a database this server can use.
    ///
    /// # Errors
    /// A sentence about what is allowed.
    pub fn new(url: &str) -> Result<Self, String> {
        let has_scheme =
            ["postgres://", "postgresql://", "sqlite:"].iter().any(|known| url.starts_with(known));
        let is_file = [".db", ".sqlite", ".sqlite3"].iter().any(|suffix| url.ends_with(suffix));
        if has_scheme || is_file && !url.contains("://") {
            Ok(Self(url.to_owned()))
        } else {
            Err("must begin with postgres:// or sqlite://, or be a file that ends in .db or .sqlite"
                .to_owned())
        }
    }

    /// The address of an SQLite file.
    pub(super) fn file(path: &Path) -> Self {
        Self(format!("sqlite://{}", path.display()))
    }

    /// The address with its password.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_masked(&self.0, f)
    }
}

/// Writes an address without its password.
pub(super) fn write_masked(url: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    // A password may also stand among the parameters, so those are not shown at all.
    let (address, parameters) = url.split_once('?').map_or((url, ""), |(address, _hidden)| (address, "?***"));
    match address.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?))) {
        Some((scheme, (login, place))) => {
            let user = login.split_once(':').map_or(login, |(user, _password)| user);
            write!(f, "{scheme}://{user}:***@{place}{parameters}")
        }
        None => write!(f, "{address}{parameters}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".into())), "***");
        for (url, shown) in [
            ("postgres://app:hunter2@db:5432/instainstru", "postgres://app:***@db:5432/instainstru"),
            ("postgres://app:p@ss@db/instainstru", "postgres://app:***@db/instainstru"),
            ("postgres://app@db/x?password=hunter2", "postgres://app:***@db/x?***"),
            ("postgres:///x?host=/run", "postgres:///x?***"),
            ("data/other.db", "data/other.db"),
            ("sqlite://data/instainstru.sqlite3", "sqlite://data/instainstru.sqlite3"),
        ] {
            assert_eq!(format!("{:?}", DatabaseUrl::new(url).unwrap()), shown);
        }
    }

    #[test]
    fn other_databases_are_refused() {
        let refusal = DatabaseUrl::new("mysql://root:hunter2@db/x").unwrap_err();
        assert!(refusal.contains("postgres://") && !refusal.contains("hunter2"), "{refusal}");
    }
}
