//! Which database, and how many connections.

use std::{num::NonZeroU32, path::Path, time::Duration};

use super::{reader::Reader, secret::DatabaseUrl};

/// Which database, and how many connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// Address of the database.
    pub url: DatabaseUrl,
    /// Number of connections; as many requests work on the database at a time.
    pub connections: NonZeroU32,
    /// How long a request waits for a connection before the answer is "try again later".
    pub acquire_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
}

/// Name of the SQLite file in the data directory.
const FILE: &str = "instainstru.sqlite3";

impl DatabaseConfig {
    /// Reads the part about the database. Without an address it is a file in the data directory.
    pub(super) fn read(reader: &Reader<'_>, data_dir: &Path) -> Self {
        const FIVE: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
        const MOST: NonZeroU32 = NonZeroU32::MIN.saturating_add(999);
        let size = reader.number("DATABASE_POOL_SIZE", NonZeroU32::MIN..=MOST, FIVE);
        let overflow = reader.number("DATABASE_MAX_OVERFLOW", 0..=1000, 5);
        Self {
            url: reader.parsed("DATABASE_URL", DatabaseUrl::file(&data_dir.join(FILE)), DatabaseUrl::new),
            connections: size.saturating_add(overflow),
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(30),
        }
    }
}
