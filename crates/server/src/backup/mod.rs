//! Backups: a consistent copy beside a running server, proof that it can be restored, and restoring it.

mod manifest;
mod postgres;
mod store;

use std::{
    fs, io,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use instainstru_domain::ports::Clock;
use instainstru_repository::{Database, Whereabouts, sibling_url};
use jiff::Timestamp;

use self::{
    manifest::{Kind, Manifest},
    store::Store,
};
use crate::{
    check,
    config::{Config, Secret},
    storage::{self, Exclusive},
};

/// A backup, as the commands tell about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The copy. Its manifest has the same name and ends in `.json`.
    pub path: PathBuf,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Size of the copy in bytes.
    pub bytes: u64,
    /// Rows in all tables together.
    pub rows: u64,
}

impl Backup {
    fn new((manifest, path): (Manifest, PathBuf)) -> Self {
        let rows = manifest.total_rows();
        Self { path, created_at: manifest.created_at, bytes: manifest.bytes, rows }
    }
}

/// Makes a backup of the configured database while it is in use, and removes the oldest beyond `keep`. Returns it and the
/// copies that were removed.
///
/// # Errors
/// When the database, the directory or a program of PostgreSQL fails, or another backup is being made; then there is one
/// backup less, never half of one.
pub fn create(
    config: &Config,
    clock: &dyn Clock,
    directory: &Path,
    keep: NonZeroU32,
) -> anyhow::Result<(Backup, Vec<PathBuf>)> {
    let database = storage::connect(config)?;
    storage::refuse_pending(&database)?;
    let (store, now) = (Store::open(directory)?, clock.now());
    let kind = Kind::of(database.backend());
    let copy = store.begin(kind, now)?;
    let rows = match whereabouts(config)? {
        Whereabouts::Sqlite(_) => {
            database.copy_to(&copy.partial).context("cannot copy the database")?;
            opened(&copy.partial)?.row_counts().context("cannot read the copy")?
        }
        Whereabouts::Postgres(address) => database.hold_still(|moment| {
            postgres::dump(&address, &moment.snapshot, &copy.partial).map(|()| moment.rows.clone())
        })??,
    };
    let kept = copy.keep(|path| Manifest::of(path, kind, now, rows))?;
    let removed = store.rotate(keep)?;
    tracing::info!(path = %kept.1.display(), bytes = kept.0.bytes, removed = removed.len(), "made a backup");
    Ok((Backup::new(kept), removed))
}

/// All backups in a directory, newest first.
///
/// # Errors
/// When the directory cannot be read.
pub fn list(directory: &Path) -> anyhow::Result<Vec<Backup>> {
    Ok(Store::open(directory)?.backups()?.into_iter().map(Backup::new).collect())
}

/// The newest backup in a directory.
///
/// # Errors
/// When there is none.
pub fn newest(directory: &Path) -> anyhow::Result<PathBuf> {
    let newest = list(directory)?.into_iter().next();
    Ok(newest.with_context(|| format!("there is no backup in {}", directory.display()))?.path)
}

/// Proves that a backup can be restored: restores it into a scratch database, compares the rows of every table, and verifies
/// that bookings and claims agree.
///
/// # Errors
/// When it cannot be restored or does not hold what was copied.
pub fn verify(config: &Config, clock: &dyn Clock, path: &Path) -> anyhow::Result<(Backup, check::Report)> {
    let (manifest, copy) = Manifest::read(path)?;
    manifest.verify_digest(&copy)?;
    let report = match (manifest.kind, whereabouts(config)?) {
        (Kind::Sqlite, _) => {
            let place = scratch_directory(config, clock)?;
            let verified = verify_file(&manifest, &copy, &place.join("copy.sqlite3"), clock);
            fs::remove_dir_all(&place).with_context(|| format!("cannot remove {}", place.display()))?;
            verified?
        }
        (Kind::Postgres, Whereabouts::Postgres(_)) => verify_dump(config, &manifest, &copy, clock)?,
        (Kind::Postgres, Whereabouts::Sqlite(_)) => {
            bail!(
                "{} is a backup of PostgreSQL; DATABASE_URL must name a server to try it on",
                copy.display()
            )
        }
    };
    if !report.findings.is_empty() {
        let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        bail!("bookings and claims in the copy do not agree:\n{}", findings.join("\n"));
    }
    Ok((Backup::new((manifest, copy)), report))
}

/// Puts a backup in place of the configured database.
///
/// # Errors
/// When the backup is damaged, comes from the other kind of database or a newer program, when there is something in the
/// database and `replace` is not set, or when somebody uses the SQLite file. Then the database is as before.
pub fn restore(config: &Config, clock: &dyn Clock, path: &Path, replace: bool) -> anyhow::Result<Restored> {
    let (manifest, copy) = Manifest::read(path)?;
    manifest.verify_digest(&copy)?;
    let set_aside = match (manifest.kind, whereabouts(config)?) {
        (Kind::Sqlite, Whereabouts::Sqlite(file)) => restore_file(&manifest, &copy, &file, clock, replace)?,
        (Kind::Postgres, Whereabouts::Postgres(address)) => {
            let database = storage::connect(config)?;
            refuse_to_overwrite(&database, &manifest, replace)?;
            postgres::restore(&address, &copy)?;
            manifest.verify_rows(&database.row_counts()?)?;
            None
        }
        (kind, _) => {
            bail!("a {} backup cannot be restored into the other kind of database", kind.extension())
        }
    };
    let pending = storage::connect(config)?.pending_migrations()?;
    tracing::info!(path = %copy.display(), "restored a backup");
    Ok(Restored { backup: Backup::new((manifest, copy)), set_aside, pending })
}

/// What restoring did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What was restored.
    pub backup: Backup,
    /// Where the SQLite file went that was there before.
    pub set_aside: Option<PathBuf>,
    /// Migrations that this program has and the backup had not; `migrate` runs them.
    pub pending: Vec<String>,
}

fn whereabouts(config: &Config) -> anyhow::Result<Whereabouts> {
    Ok(Whereabouts::of(config.database.url.reveal())?)
}

/// An SQLite file as a database of its own.
fn opened(file: &Path) -> anyhow::Result<Database> {
    Ok(storage::open_copy(&format!("sqlite://{}", file.display()))?)
}

/// A directory that nobody else uses.
fn scratch_directory(config: &Config, clock: &dyn Clock) -> anyhow::Result<PathBuf> {
    let place = config.data_dir.join(scratch_name(clock));
    fs::create_dir_all(&place).with_context(|| format!("cannot create the directory {}", place.display()))?;
    Ok(place)
}

fn scratch_name(clock: &dyn Clock) -> String {
    format!("instainstru_verify_{}_{}", std::process::id(), clock.now().as_microsecond())
}

fn verify_file(
    manifest: &Manifest,
    copy: &Path,
    scratch: &Path,
    clock: &dyn Clock,
) -> anyhow::Result<check::Report> {
    // A copy of the copy: looking at it must not change it.
    fs::copy(copy, scratch).with_context(|| format!("cannot copy {}", copy.display()))?;
    let database = opened(scratch)?;
    let damages = database.damages()?;
    if !damages.is_empty() {
        bail!("the copy is damaged: {}", damages.join("; "));
    }
    manifest.verify_rows(&database.row_counts()?)?;
    database.migrate().context("the copy cannot be brought up to date")?;
    Ok(check::verify(&database.transactor(), clock)?)
}

fn verify_dump(
    config: &Config,
    manifest: &Manifest,
    copy: &Path,
    clock: &dyn Clock,
) -> anyhow::Result<check::Report> {
    let (database, name) = (storage::connect(config)?, scratch_name(clock));
    database.create_sibling(&name).context(
        "cannot create a scratch database to restore into; the role of DATABASE_URL needs the right to create databases",
    )?;
    let verified = verify_in_sibling(config, manifest, copy, clock, &name);
    database.drop_sibling(&name).context("cannot remove the scratch database")?;
    verified
}

fn verify_in_sibling(
    config: &Config,
    manifest: &Manifest,
    copy: &Path,
    clock: &dyn Clock,
    name: &str,
) -> anyhow::Result<check::Report> {
    let url = Secret::new(sibling_url(config.database.url.reveal(), name));
    let Whereabouts::Postgres(address) = Whereabouts::of(url.reveal())? else {
        bail!("not an address of PostgreSQL")
    };
    postgres::restore(&address, copy)?;
    let database = storage::open_copy(url.reveal())?;
    manifest.verify_rows(&database.row_counts()?)?;
    database.migrate().context("the copy cannot be brought up to date")?;
    Ok(check::verify(&database.transactor(), clock)?)
}

/// Refuses where restoring would throw something away that nobody has agreed to, or leave tables of a newer schema behind.
fn refuse_to_overwrite(database: &Database, manifest: &Manifest, replace: bool) -> anyhow::Result<()> {
    let there = database.row_counts()?;
    let rows: u64 = there.values().sum();
    if rows > 0 && !replace {
        bail!("there is a database already, with {rows} rows; add --replace to put the backup in its place");
    }
    let unknown: Vec<&str> =
        there.keys().map(String::as_str).filter(|table| !manifest.rows.contains_key(*table)).collect();
    if !unknown.is_empty() {
        bail!(
            "the database has tables that the backup does not know ({}); restore into an empty database instead",
            unknown.join(", ")
        );
    }
    Ok(())
}

/// Puts a copy in the place of an SQLite file. What was there is set aside, not removed.
fn restore_file(
    manifest: &Manifest,
    copy: &Path,
    file: &Path,
    clock: &dyn Clock,
    replace: bool,
) -> anyhow::Result<Option<PathBuf>> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)
            .with_context(|| format!("cannot create the directory {}", parent.display()))?;
    }
    let _nobody_else = Exclusive::take(file)?;
    let incoming = beside(file, "restoring");
    fs::copy(copy, &incoming).with_context(|| format!("cannot write {}", incoming.display()))?;
    // Proven before anything is touched.
    let proven = opened(&incoming).and_then(|database| {
        let damages = database.damages()?;
        if damages.is_empty() {
            manifest.verify_rows(&database.row_counts()?)
        } else {
            bail!(damages.join("; "))
        }
    });
    let done = proven.and_then(|()| {
        let there = file.exists();
        if there && !replace {
            bail!(
                "there is a database already: {}; add --replace to put the backup in its place",
                file.display()
            );
        }
        let aside = there.then(|| beside(file, &format!("before-restore-{}", clock.now().as_second())));
        if let Some(aside) = &aside {
            set_aside(file, aside)?;
        }
        fs::rename(&incoming, file)?;
        Ok(aside)
    });
    for name in ["restoring", "restoring-wal", "restoring-shm"] {
        remove_if_there(&beside(file, name))?;
    }
    done
}

/// Moves a database file and what belongs to it.
fn set_aside(file: &Path, aside: &Path) -> anyhow::Result<()> {
    for suffix in ["-wal", "-shm", ""] {
        let (from, to) = (with_suffix(file, suffix), with_suffix(aside, suffix));
        match fs::rename(&from, &to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => moved.with_context(|| format!("cannot move {}", from.display()))?,
        }
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.with_context(|| format!("cannot remove {}", path.display())),
    }
}

/// The file `name` with a dot and an ending more.
fn beside(file: &Path, ending: &str) -> PathBuf {
    with_suffix(file, &format!(".{ending}"))
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
