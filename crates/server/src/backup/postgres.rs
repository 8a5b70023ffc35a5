//! The programs of PostgreSQL that copy a database out and in.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use instainstru_repository::PostgresAddress;

/// Writes the state at `snapshot` to a file.
pub(super) fn dump(address: &PostgresAddress, snapshot: &str, file: &Path) -> anyhow::Result<()> {
    let mut arguments =
        vec![OsString::from("--format=custom"), "--no-owner".into(), "--no-privileges".into()];
    arguments.extend(["--snapshot".into(), snapshot.into(), "--file".into(), file.into()]);
    run("pg_dump", address, arguments)
}

/// Puts the contents of a file in place of what is in a database: everything or nothing.
pub(super) fn restore(address: &PostgresAddress, file: &Path) -> anyhow::Result<()> {
    let options = [
        "--clean",
        "--if-exists",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
    ];
    run("pg_restore", address, options.iter().map(OsString::from).chain([file.into()]))
}

/// Runs a program on the database. The password goes through the environment: arguments can be seen by everybody.
fn run(
    program: &str,
    address: &PostgresAddress,
    arguments: impl IntoIterator<Item = OsString>,
) -> anyhow::Result<()> {
    let mut command = Command::new(program);
    command.arg("--dbname").arg(&address.url).args(arguments).stdin(Stdio::null());
    if let Some(password) = &address.password {
        command.env("PGPASSWORD", OsStr::new(password));
    }
    let output = match command.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "{program} is not installed; it comes with the client programs of PostgreSQL, in Debian's package \
             postgresql-client, and must be at least as new as the server"
        ),
        other => other.with_context(|| format!("cannot run {program}"))?,
    };
    if !output.status.success() {
        bail!("{program} failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
