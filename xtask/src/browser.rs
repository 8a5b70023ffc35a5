//! The browser tests: Playwright drives the Chromium of the system against the demo marketplace.
#![expect(clippy::disallowed_methods, reason = "the browser is found through PATH")]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

/// When the browser tests take place: a Wednesday morning in New York, far from clock changes.
const CLOCK: &str = "2026-07-15T14:00:00Z";
/// Names under which distributions have Chromium, or what is as good.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Options of `cargo xtask browser`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Options {
    /// Only tests whose title contains this
    #[arg(long, value_name = "WORDS")]
    pub(crate) grep: Option<String>,
}

/// Starts the demo marketplace and runs the tests against it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let playwright = workspace.tool("browser", "node_modules/.bin/playwright")?;
    let browser = browser().context("there is no Chromium: run `cargo xtask setup`")?;
    let binary = server::build(workspace, Profile::Debug)?;
    let server = Server::start(
        &binary,
        &[
            ("ENVIRONMENT", "development"),
            ("TEST_CLOCK", CLOCK),
            ("RATE_LIMIT_ENABLED", "false"),
            ("BCRYPT_COST", "4"),
        ],
    )?;
    // Beside the packages, where modules are looked for.
    let place = workspace.tools("browser").join("tests");
    if place.exists() {
        fs::remove_dir_all(&place).with_context(|| format!("cannot clear {}", place.display()))?;
    }
    copy(&workspace.root.join("tests/browser"), &place)?;
    let mut command = process::command(playwright, &place);
    command.arg("test").env("BASE_URL", server.url("")).env("CHROMIUM", browser);
    if let Some(words) = &options.grep {
        command.args(["--grep", words]);
    }
    process::execute(&mut command).with_context(|| {
        format!(
            "screenshots of failures are in {}; end of the log of the server:\n{}",
            place.join("results").display(),
            server.end_of_log()
        )
    })?;
    server.stop()
}

fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|directory| BROWSERS.map(|name| directory.join(name)))
        .find(|program| program.is_file())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let copying = || format!("cannot copy {}", from.display());
    fs::create_dir_all(to).with_context(copying)?;
    for entry in fs::read_dir(from).with_context(copying)? {
        let entry = entry.with_context(copying)?;
        let target = to.join(entry.file_name());
        if entry.file_type().with_context(copying)?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(copying)?;
        }
    }
    Ok(())
}
