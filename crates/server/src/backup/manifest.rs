//! What a backup says about itself. A copy without it is not a backup: it is written last.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use instainstru_repository::{Backend, RowCounts};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The form of manifest that this program writes and reads.
const FORMAT: u32 = 1;
/// Bytes read at once.
const CHUNK: usize = 1 << 16;

/// Which kind of database was copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// A file that SQLite opens.
    Sqlite,
    /// The custom format of `pg_dump`.
    Postgres,
}

impl Kind {
    /// The kind of a database.
    pub(super) const fn of(backend: Backend) -> Self {
        match backend {
            Backend::Postgres => Self::Postgres,
            Backend::Sqlite => Self::Sqlite,
        }
    }

    /// How names of copies end.
    pub(super) const fn extension(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite3",
            Self::Postgres => "pgdump",
        }
    }
}

/// What a backup says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    format: u32,
    /// When the copy was begun.
    pub(super) created_at: Timestamp,
    /// Which kind of database was copied.
    pub(super) kind: Kind,
    /// Version of the program that made it.
    pub(super) program_version: String,
    /// Name of the copy, in the directory of the manifest.
    pub(super) file: String,
    /// Its size in bytes.
    pub(super) bytes: u64,
    /// Its digest, in hexadecimal digits.
    pub(super) sha256: String,
    /// Number of rows of every table.
    pub(super) rows: RowCounts,
}

impl Manifest {
    /// The manifest of a copy that has just been made.
    pub(super) fn of(
        copy: &Path,
        kind: Kind,
        created_at: Timestamp,
        rows: RowCounts,
    ) -> anyhow::Result<Self> {
        let file =
            copy.file_name().and_then(|name| name.to_str()).context("the copy has no name")?.to_owned();
        let (bytes, sha256) = digest(copy)?;
        let program_version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Self { format: FORMAT, created_at, kind, program_version, file, bytes, sha256, rows })
    }

    /// Reads the manifest of a backup; `path` names it or the copy beside it.
    pub(super) fn read(path: &Path) -> anyhow::Result<(Self, PathBuf)> {
        let path = path.with_extension("json");
        let text = fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}, which belongs to every backup", path.display()))?;
        let manifest: Self =
            serde_json::from_str(&text).with_context(|| format!("{} is no manifest", path.display()))?;
        if manifest.format != FORMAT {
            bail!("{} has format {}; this program reads format {FORMAT}", path.display(), manifest.format);
        }
        let plain = Path::new(&manifest.file);
        if plain.file_name() != Some(plain.as_os_str()) {
            bail!("{} names a copy outside of its directory", path.display());
        }
        let copy = path.with_file_name(plain);
        Ok((manifest, copy))
    }

    /// Insists that the copy is still what was written.
    pub(super) fn verify_digest(&self, copy: &Path) -> anyhow::Result<()> {
        let (bytes, sha256) = digest(copy)?;
        if (bytes, &sha256) != (self.bytes, &self.sha256) {
            bail!(
                "{} is damaged: {} bytes with digest {sha256}, where {} bytes with digest {} were written",
                copy.display(),
                bytes,
                self.bytes,
                self.sha256
            );
        }
        Ok(())
    }

    /// Insists that a database has as many rows in every table as the one that was copied.
    pub(super) fn verify_rows(&self, found: &RowCounts) -> anyhow::Result<()> {
        if *found == self.rows {
            return Ok(());
        }
        let names = self.rows.keys().chain(found.keys());
        let different = names.filter(|name| self.rows.get(*name) != found.get(*name)).map(|name| {
            let number = |rows: &RowCounts| rows.get(name).map_or("no table".to_owned(), u64::to_string);
            format!("{name}: {} copied, {} found", number(&self.rows), number(found))
        });
        let different: std::collections::BTreeSet<String> = different.collect();
        bail!(
            "the copy does not hold what was copied: {}",
            different.into_iter().collect::<Vec<_>>().join("; ")
        )
    }

    /// Number of rows altogether.
    pub(super) fn total_rows(&self) -> u64 {
        self.rows.values().sum()
    }

    /// The manifest as it is stored.
    pub(super) fn to_json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

/// Size and digest of a file.
fn digest(path: &Path) -> anyhow::Result<(u64, String)> {
    let reading = || format!("cannot read {}", path.display());
    let mut file = File::open(path).with_context(reading)?;
    let (mut bytes, mut hasher, mut chunk) = (0, Sha256::new(), vec![0; CHUNK]);
    loop {
        let read = file.read(&mut chunk).with_context(reading)?;
        let Some(part) = chunk.get(..read).filter(|part| !part.is_empty()) else { break };
        bytes += u64::try_from(read)?;
        hasher.update(part);
    }
    Ok((bytes, format!("{:x}", hasher.finalize())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(directory: &Path) -> (Manifest, PathBuf) {
        let copy = directory.join("instainstru-1.sqlite3");
        fs::write(&copy, "everything").unwrap();
        let rows = RowCounts::from([("users".to_owned(), 3), ("bookings".to_owned(), 4)]);
        let manifest =
            Manifest::of(&copy, Kind::Sqlite, "2026-07-15T12:00:00Z".parse().unwrap(), rows).unwrap();
        fs::write(copy.with_extension("json"), manifest.to_json().unwrap()).unwrap();
        (manifest, copy)
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written_from_either_name() {
        let place = tempfile::tempdir().unwrap();
        let (manifest, copy) = written(place.path());
        for name in [copy.clone(), copy.with_extension("json")] {
            assert_eq!(Manifest::read(&name).unwrap(), (manifest.clone(), copy.clone()));
        }
        assert_eq!(manifest.total_rows(), 7);
    }

    #[test]
    fn a_damaged_copy_is_noticed() {
        let place = tempfile::tempdir().unwrap();
        let (manifest, copy) = written(place.path());
        manifest.verify_digest(&copy).unwrap();
        fs::write(&copy, "everythinh").unwrap();
        let refused = manifest.verify_digest(&copy).unwrap_err().to_string();
        assert!(refused.contains("is damaged"), "{refused}");
    }

    #[test]
    fn missing_rows_are_named() {
        let place = tempfile::tempdir().unwrap();
        let (manifest, _copy) = written(place.path());
        let found = RowCounts::from([("users".to_owned(), 2), ("bookings".to_owned(), 4)]);
        let refused = manifest.verify_rows(&found).unwrap_err().to_string();
        assert!(refused.ends_with("users: 3 copied, 2 found"), "{refused}");
        manifest.verify_rows(&manifest.rows.clone()).unwrap();
    }

    #[test]
    fn a_manifest_cannot_point_elsewhere() {
        let place = tempfile::tempdir().unwrap();
        let (mut manifest, copy) = written(place.path());
        manifest.file = "../secret".to_owned();
        fs::write(copy.with_extension("json"), manifest.to_json().unwrap()).unwrap();
        assert!(Manifest::read(&copy).is_err());
    }
}
