//! How long a run of the analytics takes on a large market.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

use super::market::CLOCK;
use crate::postgres::{Durability, PrivatePostgres};
use crate::process;
use crate::server::{self, Profile};
use crate::workspace::Workspace;

/// Options of `cargo xtask bench-analytics`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// How many bookings the market has
    #[arg(long, default_value_t = 1_000_000)]
    bookings: u32,
    /// How often each row is measured; the median counts
    #[arg(long, default_value_t = 3)]
    repeats: usize,
}

/// The date on which the market ends: that of [`CLOCK`].
const TODAY: &str = "2026-07-15";
/// Days over which the bookings are spread, and how far the measured runs look back.
const MARKETS: [(u32, &[u32]); 2] = [(90, &[90, 30]), (1095, &[30, 365])];

/// Builds the release binary, fills both databases, and prints how long runs take.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = server::build(workspace, Profile::Release)?;
    for (days, windows) in MARKETS {
        println!("\n{} bookings on the {days} days up to today", options.bookings);
        let postgres = PrivatePostgres::start(Durability::Real)?;
        postgres.create_database("bench")?;
        measure(workspace, &binary, "PostgreSQL", &postgres.url("bench"), days, windows, options)?;
        let directory = tempfile::tempdir().context("cannot create a directory for SQLite")?;
        let url = format!("sqlite://{}", directory.path().join("market.sqlite3").display());
        measure(workspace, &binary, "SQLite", &url, days, windows, options)?;
    }
    println!("\ngoal on PostgreSQL: below 10 s");
    Ok(())
}

fn measure(
    workspace: &Workspace,
    binary: &Path,
    name: &str,
    url: &str,
    days: u32,
    windows: &[u32],
    options: &Options,
) -> Result<()> {
    command(binary, url, &["seed"])?;
    let mut fill = workspace.cargo("run");
    fill.args(["--quiet", "--release", "--package=instainstru-repository", "--example=fill_market", "--"])
        .args([url, &options.bookings.to_string(), &days.to_string(), TODAY]);
    print!("{name}: {}", process::output(&mut fill)?);
    for window in windows {
        let mut taken = Vec::new();
        for _ in 0..options.repeats {
            let began = Instant::now();
            let said = command(binary, url, &["analytics", "run", "--json", "--days", &window.to_string()])?;
            taken.push(began.elapsed().as_secs_f64());
            ensure_it_counted(&said)?;
        }
        taken.sort_by(f64::total_cmp);
        let typical = taken.get(taken.len() / 2).context("nothing was measured")?;
        println!("  {window:>3} days back: {typical:.2} s, from starting the command to its end");
    }
    Ok(())
}

/// A run that found nothing would be quick and say nothing.
fn ensure_it_counted(said: &str) -> Result<()> {
    let status: Value = serde_json::from_str(said).context("the command prints JSON")?;
    let total = |name| status.pointer(&format!("/report/totals/{name}")).and_then(Value::as_u64);
    let services = total("services");
    let counted = services > Some(0)
        && total("services_with_bookings") == services
        && total("services_with_searches") == services;
    anyhow::ensure!(counted, "every service was booked and searched for, and the run says otherwise: {said}");
    Ok(())
}

/// Runs a command of the binary on a database and returns what it prints.
fn command(binary: &Path, url: &str, arguments: &[&str]) -> Result<String> {
    let directory = tempfile::tempdir().context("cannot create a data directory")?;
    process::output(
        process::command(binary, directory.path())
            .args(arguments)
            .env("ENVIRONMENT", "test")
            .env("INSTAINSTRU_DATA_DIR", directory.path())
            .env("DATABASE_URL", url)
            .env("TEST_CLOCK", CLOCK)
            .env("RUST_LOG", "warn"),
    )
}
