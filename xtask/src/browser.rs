//! The browser tests: Playwright drives the Chromium of the system against the demo marketplace.
#![expect(clippy::disallowed_methods, reason = "the browser is found through PATH")]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::pictures;
use crate::process;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

/// When the browser tests take place: a Wednesday morning in New York, far from clock changes.
const CLOCK: &str = "2026-07-15T14:00:00Z";
/// Names under which distributions have Chromium, or what is as good.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The other server lives here: four days before the night in which New York sets its clocks back.
const AUTUMN: &str = "2026-10-28T14:00:00Z";

/// Another lives here: the evening of the Monday after, when lessons that were booked are over and nobody has said how they went.
const MONDAY: &str = "2026-07-20T20:00:00Z";

/// A demo student who administers the place in the tests, so that those of students meet nobody special.
const ADMIN: &str = "bridget.okonkwo@example.com";

/// Where the pictures are with which the looks are compared.
const LOOKS: &str = "tests/browser/look/__pictures__";

/// What the browser is to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Test the pages, and then how they look
    #[default]
    Tests,
    /// Compare how the pages look with the pictures in tests/browser/look
    Looks,
    /// Measure how fast the release build shows its pages
    Speed,
    /// Take the pictures of the README
    Pictures,
}

impl Suite {
    const fn project(self) -> &'static str {
        match self {
            Self::Tests => "tests",
            Self::Looks => "looks",
            Self::Speed => "speed",
            Self::Pictures => "pictures",
        }
    }

    const fn profile(self) -> Profile {
        match self {
            Self::Tests | Self::Looks | Self::Pictures => Profile::Debug,
            Self::Speed => Profile::Release,
        }
    }

    /// What lies there after a failure.
    const fn leaves(self) -> &'static str {
        match self {
            Self::Looks => {
                "what was expected, what was seen and what differs (*-expected.png, *-actual.png, *-diff.png; if the pages are to \
                 look like that, run `cargo xtask browser looks --update`)"
            }
            Self::Tests | Self::Speed | Self::Pictures => "screenshots of failures",
        }
    }
}

/// Options of `cargo xtask browser`.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Options {
    /// What to do
    #[arg(value_enum, default_value_t = Suite::Tests)]
    pub(crate) suite: Suite,
    /// Only tests whose title contains this
    #[arg(long, value_name = "WORDS")]
    pub(crate) grep: Option<String>,
    /// Take the pictures anew instead of comparing with them: only with `looks`
    #[arg(long)]
    pub(crate) update: bool,
}

/// Starts the demo marketplace and lets the browser loose on it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let playwright = workspace.tool("browser", "node_modules/.bin/playwright")?;
    // The letters of the pictures.
    workspace.tool("browser", "node_modules/@expo-google-fonts/inter")?;
    let browser = browser().context("there is no Chromium: run `cargo xtask setup`")?;
    if options.update && options.suite != Suite::Looks {
        bail!("only `cargo xtask browser looks` has something to --update");
    }
    let binary = server::build(workspace, options.suite.profile())?;
    // Beside the packages, where modules are looked for.
    let place = workspace.tools("browser").join("tests");
    if place.exists() {
        fs::remove_dir_all(&place).with_context(|| format!("cannot clear {}", place.display()))?;
    }
    copy(&workspace.root.join("tests/browser"), &place)?;
    let drive = |suite| {
        Run { workspace, options, suite, playwright: &playwright, browser: &browser, place: &place }
            .drive(&binary)
    };
    match options.suite {
        Suite::Tests => {
            // What a page does and how it looks are told apart: both are said.
            let looks = drive(Suite::Looks);
            drive(Suite::Tests).and(looks)
        }
        suite => drive(suite),
    }
}

/// One suite on a marketplace that nobody has changed yet.
struct Run<'a> {
    workspace: &'a Workspace,
    options: &'a Options,
    suite: Suite,
    playwright: &'a Path,
    browser: &'a Path,
    place: &'a Path,
}

impl Run<'_> {
    fn drive(&self, binary: &Path) -> Result<()> {
        let server = marketplace(binary, CLOCK)?;
        server.run(&["admin", "grant", ADMIN])?;
        let autumn = marketplace(binary, AUTUMN)?;
        let monday = marketplace(binary, CLOCK)?.again(&environment(MONDAY))?;
        let results = self.place.join("results").join(self.suite.project());
        let looks = self.workspace.root.join(LOOKS);
        let readme = self.workspace.root.join("docs/pictures");
        let mut command = process::command(self.playwright, self.place);
        command
            .args(["test", "--project", self.suite.project(), "--output"])
            .arg(&results)
            .env("BASE_URL", server.url(""))
            .env("AUTUMN_URL", autumn.url(""))
            .env("MONDAY_URL", monday.url(""))
            .env("LOOKS", &looks)
            .env("PICTURES", &readme)
            .env("CHROMIUM", self.browser);
        if let Some(words) = &self.options.grep {
            // Of several suites one may have no such test.
            command.args(["--pass-with-no-tests", "--grep", words]);
        }
        if self.options.update {
            command.args(["--update-snapshots", "changed"]);
        }
        process::execute(&mut command).with_context(|| {
            format!(
                "{} are in {}; end of the log of the server:\n{}",
                self.suite.leaves(),
                results.display(),
                server.end_of_log()
            )
        })?;
        if self.options.update {
            pictures::shrink_all(&looks)?;
        }
        if self.suite == Suite::Pictures {
            pictures::shrink_all(&readme)?;
        }
        monday.stop()?;
        autumn.stop()?;
        server.stop()
    }
}

/// The demo marketplace at this time.
fn marketplace(binary: &Path, clock: &str) -> Result<Server> {
    Server::start(binary, &environment(clock))
}

const fn environment(clock: &str) -> [(&'static str, &str); 4] {
    [
        ("ENVIRONMENT", "development"),
        ("TEST_CLOCK", clock),
        ("RATE_LIMIT_ENABLED", "false"),
        ("BCRYPT_COST", "4"),
    ]
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
