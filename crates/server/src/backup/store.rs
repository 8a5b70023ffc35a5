//! The directory of backups: names, one maker at a time, and which are kept.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    num::NonZeroU32,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use jiff::Timestamp;

use super::manifest::{Kind, Manifest};

const PREFIX: &str = "instainstru-";
/// How names of copies end that are still being made.
const PARTIAL: &str = "partial";
/// Only whoever runs the server may read backups: they hold everything.
const PRIVATE_FILE: u32 = 0o600;
const PRIVATE_DIRECTORY: u32 = 0o700;

/// The directory of backups.
#[derive(Debug)]
pub(super) struct Store {
    directory: PathBuf,
}

impl Store {
    /// The store in a directory, which is created when missing.
    pub(super) fn open(directory: &Path) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(PRIVATE_DIRECTORY)
            .create(directory)
            .with_context(|| format!("cannot create the directory {}", directory.display()))?;
        Ok(Self { directory: directory.to_owned() })
    }

    /// The place for a new copy. It is nothing until [`NewCopy::keep`] makes a backup of it.
    pub(super) fn begin(&self, kind: Kind, at: Timestamp) -> anyhow::Result<NewCopy> {
        let lock = self.lock()?;
        self.remove_leftovers()?;
        let name = format!("{PREFIX}{}", at.strftime("%Y-%m-%dT%H%M%S%.3fZ"));
        let path = self.directory.join(format!("{name}.{}", kind.extension()));
        if path.with_extension("json").exists() {
            bail!("there is a backup of this very moment already: {}", path.display());
        }
        Ok(NewCopy { partial: self.directory.join(format!("{name}.{PARTIAL}")), path, _lock: lock })
    }

    /// All backups, newest first. What is damaged so far that it does not say what it is, is left out with a warning.
    pub(super) fn backups(&self) -> anyhow::Result<Vec<(Manifest, PathBuf)>> {
        let mut found = Vec::new();
        for path in self.entries()? {
            if path.extension().is_some_and(|extension| extension == "json") {
                match Manifest::read(&path) {
                    Ok(backup) => found.push(backup),
                    Err(error) => {
                        tracing::warn!(path = %path.display(), error = %format!("{error:#}"), "not a backup");
                    }
                }
            }
        }
        found.sort_by_key(|(manifest, _copy)| std::cmp::Reverse(manifest.created_at));
        Ok(found)
    }

    /// Removes all but the newest; returns what was removed.
    pub(super) fn rotate(&self, keep: NonZeroU32) -> anyhow::Result<Vec<PathBuf>> {
        let keep = usize::try_from(keep.get()).unwrap_or(usize::MAX);
        let old: Vec<PathBuf> =
            self.backups()?.into_iter().skip(keep).map(|(_manifest, copy)| copy).collect();
        for copy in &old {
            // The manifest first: a copy without one is no backup, a manifest without a copy would be a lie.
            for path in [copy.with_extension("json"), copy.clone()] {
                fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(old)
    }

    fn lock(&self) -> anyhow::Result<File> {
        let path = self.directory.join("lock");
        let opened =
            OpenOptions::new().create(true).write(true).truncate(false).mode(PRIVATE_FILE).open(&path);
        let file = opened.with_context(|| format!("cannot write to {}", self.directory.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                bail!("another backup is being made in {}", self.directory.display())
            }
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the directory of backups"),
        }
    }

    /// What a maker that died has left. There is no other maker while the lock is held.
    fn remove_leftovers(&self) -> anyhow::Result<()> {
        for path in self.entries()? {
            if path.extension().is_some_and(|extension| extension == PARTIAL) {
                fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Files with our names.
    fn entries(&self) -> anyhow::Result<Vec<PathBuf>> {
        let reading = || format!("cannot read the directory {}", self.directory.display());
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.directory).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            if entry.file_name().to_string_lossy().starts_with(PREFIX) {
                paths.push(entry.path());
            }
        }
        Ok(paths)
    }
}

/// A copy that is being made.
#[derive(Debug)]
pub(super) struct NewCopy {
    /// Where to write it.
    pub(super) partial: PathBuf,
    path: PathBuf,
    _lock: File,
}

impl NewCopy {
    /// Makes a backup of what was written: the copy and then its manifest get their names, each whole or not at all.
    pub(super) fn keep(
        self,
        manifest: impl FnOnce(&Path) -> anyhow::Result<Manifest>,
    ) -> anyhow::Result<(Manifest, PathBuf)> {
        let copy = File::open(&self.partial)
            .with_context(|| format!("{} was not written", self.partial.display()))?;
        copy.set_permissions(fs::Permissions::from_mode(PRIVATE_FILE))?;
        copy.sync_all()?;
        fs::rename(&self.partial, &self.path)?;
        let manifest = manifest(&self.path)?;
        let (final_name, partial) = (self.path.with_extension("json"), self.partial);
        // Whoever counted its rows may not have closed it yet; nothing was written, so what stands beside it holds nothing.
        for suffix in ["-wal", "-shm"] {
            let mut beside = partial.clone().into_os_string();
            beside.push(suffix);
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        let mut file =
            OpenOptions::new().create(true).write(true).truncate(true).mode(PRIVATE_FILE).open(&partial)?;
        file.write_all(manifest.to_json()?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, &final_name)?;
        if let Some(directory) = final_name.parent() {
            File::open(directory)?.sync_all()?;
        }
        Ok((manifest, self.path))
    }
}

#[cfg(test)]
mod tests {
    use instainstru_repository::RowCounts;

    use super::*;

    fn at(minute: i8) -> Timestamp {
        format!("2026-07-15T12:{minute:02}:00Z").parse().unwrap()
    }

    fn make(store: &Store, minute: i8) -> PathBuf {
        let copy = store.begin(Kind::Sqlite, at(minute)).unwrap();
        fs::write(&copy.partial, "everything").unwrap();
        copy.keep(|path| Manifest::of(path, Kind::Sqlite, at(minute), RowCounts::new())).unwrap().1
    }

    #[test]
    fn the_newest_are_kept_whatever_the_order_in_which_they_were_made() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("new")).unwrap();
        let made: Vec<PathBuf> = [3, 1, 2].map(|minute| make(&store, minute)).to_vec();
        assert_eq!(store.rotate(NonZeroU32::new(2).unwrap()).unwrap(), [made[1].clone()]);
        let left: Vec<PathBuf> = store.backups().unwrap().into_iter().map(|(_, path)| path).collect();
        assert_eq!(left, [made[0].clone(), made[2].clone()]);
        assert!(!made[1].exists() && !made[1].with_extension("json").exists());
    }

    #[test]
    fn a_copy_that_was_never_finished_is_no_backup_and_goes_with_the_next() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(place.path()).unwrap();
        let unfinished = store.begin(Kind::Sqlite, at(0)).unwrap();
        fs::write(&unfinished.partial, "half of ev").unwrap();
        let left = unfinished.partial.clone();
        drop(unfinished);
        assert!(left.exists() && store.backups().unwrap().is_empty());
        make(&store, 1);
        assert!(!left.exists());
    }

    #[test]
    fn one_backup_is_made_at_a_time() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(place.path()).unwrap();
        let first = store.begin(Kind::Postgres, at(0)).unwrap();
        assert!(store.begin(Kind::Postgres, at(1)).unwrap_err().to_string().contains("another backup"));
        drop(first);
        store.begin(Kind::Postgres, at(1)).unwrap();
    }

    #[test]
    fn only_the_owner_may_read_backups() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open(&place.path().join("new")).unwrap();
        let copy = make(&store, 0);
        for path in [copy.with_extension("json"), copy] {
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
        }
    }
}
