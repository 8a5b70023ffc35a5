//! Where backups go.

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use super::reader::Reader;

/// Where backups go, and how many are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupConfig {
    /// The directory.
    pub directory: PathBuf,
    /// How many are kept; older ones are removed when a new one is made.
    pub keep: NonZeroU32,
}

impl BackupConfig {
    /// Reads the part about backups.
    pub(super) fn read(reader: &Reader<'_>, data_dir: &Path) -> Self {
        const TWO_WEEKS: NonZeroU32 = NonZeroU32::MIN.saturating_add(13);
        const MOST: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);
        Self {
            directory: reader.text("BACKUP_DIR").map_or_else(|| data_dir.join("backups"), PathBuf::from),
            keep: reader.number("BACKUP_KEEP", NonZeroU32::MIN..=MOST, TWO_WEEKS),
        }
    }
}
