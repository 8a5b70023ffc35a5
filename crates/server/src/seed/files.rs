//! The data files, compiled in, and how they are read.

use serde::de::DeserializeOwned;

/// The catalogue.
pub(super) const CATALOGUE: DataFile =
    DataFile { name: "catalogue.toml", text: include_str!("../../../../content/catalogue.toml") };
/// What people call services.
pub(super) const VOCABULARY: DataFile = DataFile {
    name: "search/vocabulary.toml",
    text: include_str!("../../../../content/search/vocabulary.toml"),
};
/// Boroughs, neighborhoods and landmarks.
pub(super) const PLACES: DataFile =
    DataFile { name: "search/places.toml", text: include_str!("../../../../content/search/places.toml") };
/// The demo instructors.
pub(super) const INSTRUCTORS: DataFile = DataFile {
    name: "demo/instructors.toml",
    text: include_str!("../../../../content/demo/instructors.toml"),
};
/// The demo students.
pub(super) const STUDENTS: DataFile =
    DataFile { name: "demo/students.toml", text: include_str!("../../../../content/demo/students.toml") };
/// The weeks that demo instructors repeat.
pub(super) const PATTERNS: DataFile = DataFile {
    name: "demo/availability_patterns.toml",
    text: include_str!("../../../../content/demo/availability_patterns.toml"),
};

/// A data file.
#[derive(Debug, Clone, Copy)]
pub(super) struct DataFile {
    /// Its path below the directory of data files, for messages.
    pub(super) name: &'static str,
    /// What it says.
    pub(super) text: &'static str,
}

/// A data file that does not say what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFile {
    file: &'static str,
    entry: String,
    reason: String,
}

impl std::fmt::Display for BadFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "content/{}, {}: {}", self.file, self.entry, self.reason)
    }
}

impl std::error::Error for BadFile {}

impl DataFile {
    /// The entries of the file.
    pub(super) fn parse<T: DeserializeOwned>(self) -> Result<T, BadFile> {
        toml::from_str(self.text).map_err(|error| self.bad("the whole file", &error.to_string()))
    }

    /// The error that `entry` is wrong.
    pub(super) fn bad(self, entry: &str, reason: &str) -> BadFile {
        BadFile { file: self.name, entry: entry.to_owned(), reason: reason.trim_end().to_owned() }
    }

    /// Makes an error of any kind one about `entry`.
    pub(super) fn blame<'e, E: std::fmt::Display>(self, entry: &'e str) -> impl Fn(E) -> BadFile + 'e {
        move |error| self.bad(entry, &error.to_string())
    }

    /// The first of `keys` that stands twice is an error.
    pub(super) fn unique<'k>(self, keys: impl IntoIterator<Item = &'k str>) -> Result<(), BadFile> {
        let mut seen = std::collections::BTreeSet::new();
        match keys.into_iter().find(|key| !seen.insert(*key)) {
            None => Ok(()),
            Some(twice) => Err(self.bad(twice, "stands twice")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_file_and_the_entry() {
        let file = DataFile { name: "x.toml", text: "a = [" };
        let error = file.parse::<toml::Table>().unwrap_err().to_string();
        assert!(error.starts_with("content/x.toml, the whole file: "), "{error}");
        assert_eq!(file.bad("piano", "no price").to_string(), "content/x.toml, piano: no price");
        assert!(file.unique(["a", "b"]).is_ok());
        assert_eq!(file.unique(["a", "b", "a"]).unwrap_err().to_string(), "content/x.toml, a: stands twice");
    }
}
