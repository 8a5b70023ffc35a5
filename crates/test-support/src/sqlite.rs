//! Places for SQLite databases that vanish after use.

use std::{
    io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// A directory of its own for one SQLite database, removed with everything in it when dropped.
///
/// The file does not exist until somebody opens the database. A file and not memory, because every connection to a
/// database in memory would see another one.
#[derive(Debug)]
pub struct TempSqlite {
    directory: TempDir,
}

impl TempSqlite {
    /// A fresh place.
    ///
    /// # Errors
    /// When the directory cannot be created.
    pub fn new() -> io::Result<Self> {
        Ok(Self { directory: TempDir::with_prefix("instainstru-sqlite-")? })
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("test.db")
    }

    /// The database as a configuration names it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_gone_when_dropped() {
        let place = TempSqlite::new().unwrap();
        std::fs::write(place.path(), b"rows").unwrap();
        assert!(place.url().starts_with("sqlite:///") && place.url().ends_with("/test.db"));
        assert_ne!(TempSqlite::new().unwrap().path(), place.path());
        let directory = place.directory().to_owned();
        drop(place);
        assert!(!directory.exists());
    }
}
