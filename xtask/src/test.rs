//! `cargo xtask test`: every check of the project, in order, until one fails.
#![expect(
    clippy::disallowed_methods,
    reason = "a server named in TEST_POSTGRES_URL is used instead of a private one"
)]

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::postgres::{Durability, PrivatePostgres};
use crate::process::execute;
use crate::server::{self, Profile};
use crate::workspace::Workspace;
use crate::{api_clients, browser, cluster, schemathesis, setup};

/// One check, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Install what is missing
    Setup,
    /// The code is formatted
    Fmt,
    /// The linter has nothing to say
    Clippy,
    /// The documentation builds, without a broken link
    Doc,
    /// Each crate passes its tests alone
    Crates,
    /// The tests of the whole: architecture, hygiene and the running binary
    Whole,
    /// Three nodes hold together while one of them dies, and Redis
    Cluster,
    /// The committed API clients are fresh
    ApiClients,
    /// The server keeps the promises of its `OpenAPI` document
    Schemathesis,
    /// Chromium finds the pages usable, light and whole
    Browser,
}

impl Step {
    fn run(self, workspace: &Workspace) -> Result<()> {
        match self {
            Self::Setup => setup::run(workspace),
            Self::Fmt => execute(workspace.cargo("fmt").args(["--all", "--check"])),
            // With all features libpq is compiled from source, so this needs no package of the system.
            Self::Clippy => execute(
                workspace
                    .cargo("clippy")
                    .args(["--workspace", "--all-targets", "--all-features"])
                    .args(["--", "-D", "warnings"]),
            ),
            Self::Doc => execute(
                workspace.cargo("doc").args(["--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"),
            ),
            Self::Crates => test_crates(workspace),
            Self::Whole => test_whole(workspace),
            Self::Cluster => cluster::run(workspace, &cluster::Options::SHORT),
            Self::ApiClients => api_clients::run(workspace, &api_clients::Options { check: true }),
            Self::Schemathesis => schemathesis::run(workspace, &schemathesis::Options::DEFAULT),
            Self::Browser => browser::run(workspace, &browser::Options::default()),
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// How a step went.
#[derive(Debug)]
struct Report {
    step: Step,
    took: Duration,
    passed: bool,
}

/// Runs the steps, all of them when none is named, and prints a summary whatever happens.
pub(crate) fn run(workspace: &Workspace, named: &[Step]) -> Result<()> {
    let steps = in_order(named);
    let begin = Instant::now();
    let mut reports = Vec::new();
    let mut outcome = Ok(());
    for &step in &steps {
        let name = step.name();
        println!("\n== {name}");
        let started = Instant::now();
        outcome = step.run(workspace).with_context(|| format!("step {name} failed"));
        let report = Report { step, took: started.elapsed(), passed: outcome.is_ok() };
        println!("== {}", line(&report));
        reports.push(report);
        if outcome.is_err() {
            break;
        }
    }
    println!("\n{}", summary(&steps, &reports, begin.elapsed()));
    outcome
}

/// The named steps in the order of the list, each once.
fn in_order(named: &[Step]) -> Vec<Step> {
    Step::value_variants().iter().copied().filter(|step| named.is_empty() || named.contains(step)).collect()
}

fn line(report: &Report) -> String {
    let verdict = if report.passed { "ok" } else { "FAILED" };
    format!("{:<14} {verdict:<8} {:>7.1} s", report.step.name(), report.took.as_secs_f64())
}

fn summary(steps: &[Step], reports: &[Report], took: Duration) -> String {
    let mut lines: Vec<String> = reports.iter().map(line).collect();
    let left = steps.iter().skip(reports.len());
    lines.extend(left.map(|step| format!("{:<14} not run", step.name())));
    lines.push(format!("{:<23} {:>7.1} s", "total", took.as_secs_f64()));
    lines.join("\n")
}

/// Tests every crate alone, all with one PostgreSQL server.
fn test_crates(workspace: &Workspace) -> Result<()> {
    let (url, server) = postgres()?;
    for name in workspace.crates.iter().map(String::as_str).chain(["xtask"]) {
        execute(workspace.cargo("test").args(["--quiet", "--package", name]).env("TEST_POSTGRES_URL", &url))?;
    }
    // What the image links: the libpq of the system, with TLS.
    execute(
        workspace
            .cargo("test")
            .args(["--quiet", "--package", "instainstru-repository", "--test=tls"])
            .args(["--no-default-features", "--features=postgres-tls"]),
    )?;
    server.map_or(Ok(()), PrivatePostgres::stop).context("cannot stop the PostgreSQL server of the tests")
}

/// Tests the binary as users get it.
fn test_whole(workspace: &Workspace) -> Result<()> {
    let binary = server::build(workspace, Profile::Debug)?;
    let (url, server) = postgres()?;
    execute(
        workspace
            .cargo("test")
            .args(["--quiet", "--package", "instainstru-tests"])
            .env("INSTAINSTRU_BIN", binary)
            .env("TEST_POSTGRES_URL", url),
    )?;
    server.map_or(Ok(()), PrivatePostgres::stop).context("cannot stop the PostgreSQL server of the tests")
}

/// The server named by the user, or else a private one that lives as long as its owner.
fn postgres() -> Result<(String, Option<PrivatePostgres>)> {
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        return Ok((url, None));
    }
    let server = PrivatePostgres::start(Durability::Tests).context("the tests need PostgreSQL")?;
    Ok((server.url("postgres"), Some(server)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_names_every_step_runs_in_order() {
        assert_eq!(in_order(&[]), Step::value_variants());
        assert_eq!(Step::value_variants().first(), Some(&Step::Setup));
    }

    #[test]
    fn named_steps_run_once_and_in_the_order_of_the_list() {
        assert_eq!(in_order(&[Step::Doc, Step::Fmt, Step::Doc]), [Step::Fmt, Step::Doc]);
    }

    #[test]
    fn the_summary_shows_what_was_not_run() {
        let took = Duration::from_millis(1_240);
        let reports = [
            Report { step: Step::Fmt, took, passed: true },
            Report { step: Step::Clippy, took, passed: false },
        ];
        let summary = summary(&[Step::Fmt, Step::Clippy, Step::ApiClients], &reports, took * 2);
        let expected = "\
fmt            ok           1.2 s
clippy         FAILED       1.2 s
api-clients    not run
total                       2.5 s";
        assert_eq!(summary, expected);
    }
}
