//! The commands besides `serve`: each takes the parts it needs and says in a line what it did.

use std::{io::Write, path::Path, sync::Arc};

use anyhow::{Context, anyhow, bail};
use instainstru_domain::{
    account::EmailAddress,
    audit::{AuditAction, NewAuditEntry},
    job::JobRun,
    ports::{Clock, StorageError, Transactor, TransactorExt},
};
use instainstru_service::{
    jobs::JobUseCases as _,
    reminders::{ReminderService, ReminderUseCases as _},
};

use crate::{
    background,
    backup::{self, Backup},
    check,
    clock::SystemClock,
    compose::Parts,
    config::Config,
    search::{Asked, explain, read_now},
    secret,
    seed::{ContentSeeder, DemoPeople, DemoSeeder, content},
    storage,
};

/// `openapi`: prints the document of the API.
///
/// # Errors
/// When it cannot be written.
pub fn openapi(out: &mut dyn Write) -> anyhow::Result<()> {
    out.write_all(instainstru_http::document_json()?.as_bytes())?;
    Ok(())
}

/// `keygen`: prints a new key, for signing tokens or for monitoring.
///
/// # Errors
/// When the system has no randomness, or the key cannot be written.
pub fn keygen(monitoring: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let key = if monitoring { secret::generate_readable()? } else { secret::generate()? };
    writeln!(out, "{}", key.reveal())?;
    Ok(())
}

/// `search explain`: prints how a query is understood, or each line of the input when it is `-` or not given.
///
/// # Errors
/// When `now` is no instant, or something cannot be read or written.
pub fn search_explain(now: Option<&str>, query: Option<&str>, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = now.map_or_else(|| Ok(SystemClock.now()), read_now)?;
    match query {
        None | Some("-") => explain(Asked::Lines(&mut std::io::stdin().lock()), now, out),
        Some(query) => explain(Asked::One(query), now, out),
    }
}

/// `migrate`: brings the schema up to date.
///
/// # Errors
/// When the database cannot be reached or a migration fails; then the schema is as before.
pub fn migrate(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let ran = storage::connect(config)?.migrate().context("cannot bring the schema up to date")?;
    for name in &ran {
        writeln!(out, "migrated: {name}")?;
    }
    writeln!(out, "The schema is up to date.")?;
    Ok(())
}

/// `seed`: stores the content files and, in development, the demo people.
///
/// # Errors
/// When the database cannot be reached or refuses something.
pub fn seed(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let parts = Parts::new(config, &storage::open(config)?)?;
    let seeder = ContentSeeder::new(Arc::clone(&parts.transactor), Arc::clone(&parts.clock));
    let is_new = seeder.store().context("cannot store the catalogue")?;
    let (content, what) = (content()?, if is_new { "stored" } else { "unchanged" });
    let (services, categories) = (content.services.len(), content.categories.len());
    writeln!(out, "Catalogue: {services} services in {categories} categories, {what}.")?;
    writeln!(out, "Search: {} words and {} places, {what}.", content.words.len(), content.places.len())?;
    if !config.seed.people {
        let environment = config.environment.as_str();
        writeln!(out, "Demo people: none, because this is {environment}; only development has them.")?;
        return Ok(());
    }
    let seeder = DemoSeeder::new(parts.transactor, parts.hasher, parts.clock);
    if seeder.is_done()? {
        writeln!(out, "Demo people: stored before, unchanged.")?;
    } else {
        let stored = seeder.store(&DemoPeople::from_files()?)?;
        writeln!(
            out,
            "Demo people: {} instructors and {} students with {} lessons, stored.",
            stored.instructors, stored.students, stored.lessons
        )?;
    }
    Ok(())
}

/// `admin grant` and `admin revoke`: says whether an account may administer the marketplace.
///
/// # Errors
/// When the address is malformed or nobody has it.
pub fn admin(config: &Config, email: &str, is_admin: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let email = EmailAddress::new(email)?;
    let database = storage::open(config)?;
    let changed = set_admin(&database.transactor(), &SystemClock, &email, is_admin)?;
    let what = if is_admin { "an administrator" } else { "an ordinary account" };
    match changed {
        None => bail!("nobody has the address {email}; register the account first"),
        Some(true) => writeln!(out, "{email} is {what} now.")?,
        Some(false) => writeln!(out, "{email} is {what} already.")?,
    }
    Ok(())
}

/// Whether something changed, or `None` when nobody has the address.
fn set_admin(
    transactor: &dyn Transactor,
    clock: &dyn Clock,
    email: &EmailAddress,
    is_admin: bool,
) -> Result<Option<bool>, StorageError> {
    let now = clock.now();
    transactor.transaction(|uow| {
        let Some(found) = uow.users().find_credentials(email)? else { return Ok(None) };
        if found.user.is_admin == is_admin {
            return Ok(Some(false));
        }
        let mut user = found.user;
        user.is_admin = is_admin;
        user.updated_at = Some(now);
        uow.users().update(&user)?;
        let action = if is_admin { AuditAction::AdminGranted } else { AuditAction::AdminRevoked };
        uow.audit().record(&NewAuditEntry::new(action, now).about(user.id))?;
        Ok(Some(true))
    })
}

/// `reminders send`: reminds both parties of every lesson of tomorrow, and of what else is due.
///
/// # Errors
/// When the database cannot be reached or refuses something.
pub fn send_reminders(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let parts = Parts::new(config, &storage::open(config)?)?;
    let rules = config.background.reminders.clone();
    let lessons = ReminderService::new(parts.transactor, parts.clock, rules).send_for_tomorrow(None)?;
    let lessons = if lessons == 1 { "1 lesson".to_owned() } else { format!("{lessons} lessons") };
    writeln!(out, "Reminding of {lessons}; whatever delivers events sends the mails.")?;
    Ok(())
}

/// `jobs list`: prints the jobs, when they run, and how it went the last time.
///
/// # Errors
/// When the database cannot be reached.
pub fn list_jobs(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let parts = Parts::new(config, &storage::open(config)?)?;
    let service = background::job_service(&parts, &background::jobs(config, &parts))?;
    for job in service.list()? {
        writeln!(out, "{} ({}): {}", job.spec.name, job.spec.schedule, job.spec.about)?;
        match job.latest {
            None => writeln!(out, "  has never run; next at {}", job.next_at)?,
            Some(JobRun { started_at, end: None, .. }) => writeln!(out, "  running since {started_at}")?,
            Some(JobRun { end: Some(end), .. }) => writeln!(
                out,
                "  {} at {}: {}; next at {}",
                end.outcome.as_str(),
                end.at,
                end.report,
                job.next_at
            )?,
        }
    }
    Ok(())
}

/// `jobs run`: runs a job now, unless it is running already.
///
/// # Errors
/// When there is no such job, when it is running, or when it fails.
pub fn run_job(config: &Config, name: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    let parts = Parts::new(config, &storage::open(config)?)?;
    let jobs = background::jobs(config, &parts);
    let service = background::job_service(&parts, &jobs)?;
    let report = background::run_now(&service, &jobs, name)?;
    writeln!(out, "{name}: {report}")?;
    Ok(())
}

/// `check`: verifies that bookings and claims agree.
///
/// # Errors
/// When the database cannot be reached, or something does not agree: then everything that does not is printed.
pub fn check(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let database = storage::connect(config)?;
    storage::refuse_pending(&database)?;
    let report = check::verify(&database.transactor(), &SystemClock)?;
    for finding in &report.findings {
        writeln!(out, "{finding}")?;
    }
    if !report.findings.is_empty() {
        return Err(anyhow!("{} things do not agree", report.findings.len()));
    }
    writeln!(
        out,
        "{} accounts and {} live bookings: bookings and claims agree, nobody is in two lessons at once.",
        report.users, report.bookings
    )?;
    Ok(())
}

/// `backup`: makes a backup.
///
/// # Errors
/// As [`backup::create`].
pub fn backup(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    let place = &config.backup;
    let (made, removed) = backup::create(config, &SystemClock, &place.directory, place.keep)?;
    writeln!(out, "Backed up: {}", described(&made))?;
    for path in removed {
        writeln!(out, "Removed the old backup {}.", path.display())?;
    }
    Ok(())
}

/// `backup list`: lists the backups, newest first.
///
/// # Errors
/// When the directory cannot be read.
pub fn backups(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    for known in backup::list(&config.backup.directory)? {
        writeln!(out, "{}", described(&known))?;
    }
    Ok(())
}

/// `backup verify`: proves that a backup, or the newest one, can be restored.
///
/// # Errors
/// As [`backup::verify`].
pub fn verify_backup(config: &Config, file: Option<&Path>, out: &mut dyn Write) -> anyhow::Result<()> {
    let path = file.map_or_else(|| backup::newest(&config.backup.directory), |file| Ok(file.to_owned()))?;
    let (known, report) = backup::verify(config, &SystemClock, &path)?;
    writeln!(out, "Verified: {}", described(&known))?;
    writeln!(
        out,
        "Restored into a scratch database it has every row; of its {} accounts and {} live bookings, bookings and claims agree.",
        report.users, report.bookings
    )?;
    Ok(())
}

/// `restore`: puts a backup in place of the database.
///
/// # Errors
/// As [`backup::restore`].
pub fn restore(config: &Config, file: &Path, replace: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let restored = backup::restore(config, &SystemClock, file, replace)?;
    writeln!(out, "Restored: {}", described(&restored.backup))?;
    if let Some(aside) = restored.set_aside {
        writeln!(out, "The database that was there is now {}.", aside.display())?;
    }
    if !restored.pending.is_empty() {
        writeln!(out, "Run `instainstru migrate` next: {} migrations are pending.", restored.pending.len())?;
    }
    Ok(())
}

fn described(backup: &Backup) -> String {
    let Backup { path, created_at, bytes, rows } = backup;
    format!("{}, of {created_at}, {rows} rows, {bytes} bytes", path.display())
}

#[cfg(test)]
mod tests {
    use instainstru_domain::{
        account::{AccountStatus, NewUser, PasswordHash, Role},
        text::FullName,
    };
    use instainstru_test_support::{clock::FixedClock, memory::MemoryStore};

    use super::*;

    #[test]
    fn an_administrator_is_made_once_and_unmade_once() {
        let (store, clock) = (MemoryStore::default(), FixedClock::at("2026-07-15T14:00:00Z"));
        let email = EmailAddress::new("ada@example.com").unwrap();
        let ada = NewUser {
            email: email.clone(),
            password_hash: PasswordHash::new("x".into()),
            full_name: FullName::new("Ada").unwrap(),
            role: Role::Student,
            account_status: AccountStatus::Active,
            created_at: clock.now(),
        };
        store.transaction(|uow| uow.users().insert(&ada)).unwrap();
        for (wanted, changed) in [(true, true), (true, false), (false, true), (false, false)] {
            assert_eq!(set_admin(&store, &clock, &email, wanted).unwrap(), Some(changed));
            let found = store.reading(|uow| uow.users().find_credentials(&email)).unwrap().unwrap();
            assert_eq!(found.user.is_admin, wanted);
        }
        let entries = store.audit_entries();
        let actions: Vec<_> = entries.iter().map(|entry| (entry.action, entry.actor)).collect();
        assert_eq!(actions, [(AuditAction::AdminGranted, None), (AuditAction::AdminRevoked, None)]);
        let nobody = EmailAddress::new("nobody@example.com").unwrap();
        assert_eq!(set_admin(&store, &clock, &nobody, true).unwrap(), None);
    }

    #[test]
    fn a_key_is_one_line() {
        for (monitoring, length) in [(false, 64), (true, 32)] {
            let mut out = Vec::new();
            keygen(monitoring, &mut out).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.trim().len(), length);
            assert!(text.ends_with('\n'));
        }
    }
}
