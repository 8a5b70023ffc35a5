//! Measurements of the release build, as ratios to a ceiling measured in the same run.
//!
//! Absolute times depend on the machine and its neighbours; ratios within one run hold.

pub(crate) mod analytics;
mod cached;
pub(crate) mod delivery;
pub(crate) mod market;
mod overhead;
mod pgbench;
mod rush;
pub(crate) mod search;
mod wrk;

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

use self::market::{CLOCK, FIRST_MONDAY, Market};
use crate::postgres::{Durability, PrivatePostgres};
use crate::process;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

const PAIRS: usize = 32;
/// More bookings than any machine makes in the time given, per second.
const BOOKINGS_PREPARED_A_SECOND: u32 = 6_000;

/// Options of `cargo xtask bench`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// The parts to measure; all of them when none is named
    parts: Vec<Part>,
    /// How long each row is measured
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// How often the rows that are compared are measured, in turn; the median counts
    #[arg(long, default_value_t = 3)]
    repeats: usize,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Offered starts, without any server
    Core,
    /// Answers that are kept, and what counting requests costs
    Kept,
    /// What measuring costs
    Measuring,
    /// Reading, booking and a rush on `SQLite`
    Sqlite,
    /// Reading, booking and a rush on `PostgreSQL`
    Postgres,
    /// Time to the first answer, and memory
    Start,
    /// Searches in process
    Search,
}

/// Builds the release binary and prints every measurement.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = server::build(workspace, Profile::Release)?;
    let parts = if options.parts.is_empty() { Part::value_variants() } else { &options.parts };
    let common = [
        // What booking causes is measured by itself: `cargo xtask bench-delivery`.
        ("JOBS_ENABLED", "false"),
        ("TEST_CLOCK", CLOCK),
        ("BCRYPT_COST", "4"),
        ("RATE_LIMIT_ENABLED", "false"),
        ("RUST_LOG", "warn"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "600"),
        // These rows measure how answers are made.
        ("CACHE_ENABLED", "false"),
    ];
    let Options { seconds, repeats, .. } = *options;
    for part in parts {
        match part {
            Part::Core => core_row(workspace)?,
            Part::Kept => cached::rows(&binary, &common, kept_questions, seconds, repeats)?,
            Part::Measuring => overhead::rows(&binary, &common, uncached_availability, seconds, repeats)?,
            Part::Sqlite => sqlite_rows(&binary, &common, seconds)?,
            Part::Postgres => postgres_rows(&binary, &common, seconds, repeats)?,
            Part::Start => cold_start(&binary)?,
            Part::Search => search::engine(workspace)?,
        }
    }
    Ok(())
}

fn sqlite_rows(binary: &Path, common: &[(&str, &str)], seconds: u32) -> Result<()> {
    println!("\nSQLite, embedded");
    header();
    let server = Server::start(binary, common)?;
    let market = Market::prepare(&server, PAIRS)?;
    reading_rows(&server, &market, seconds)?;
    let mut next = 0;
    for connections in [1, 4, 8] {
        let (measured, after) = book(&server, &market, connections, seconds, next)?;
        next = after;
        row(&format!("book distinct times, {connections} at once"), &measured, None);
    }
    rush::row(&server, &market)?;
    server.stop()
}

fn postgres_rows(binary: &Path, common: &[(&str, &str)], seconds: u32, repeats: usize) -> Result<()> {
    println!("\nPostgreSQL, on this machine, fsync on");
    header();
    let postgres = PrivatePostgres::start(Durability::Real)?;
    postgres.create_database("bench")?;
    let url = postgres.url("bench");
    let server = Server::start(binary, &[common, &[("DATABASE_URL", url.as_str())]].concat())?;
    let market = Market::prepare(&server, PAIRS)?;
    rush::row(&server, &market)?;
    reading_rows(&server, &market, seconds)?;
    let mut next = 0;
    let mut runs = 0;
    for connections in [1, 4, 8] {
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for _ in 0..repeats {
            let (measured, after) = book(&server, &market, connections, seconds, next)?;
            next = after;
            ours.push(measured);
            theirs.push(pgbench::book(&postgres, "bench", &market, connections, seconds, runs)?);
            runs += 1;
        }
        let (ours, theirs) = (median(ours)?, median(theirs)?);
        row(&format!("same SQL by pgbench, {connections} at once"), &theirs, None);
        row(&format!("book distinct times, {connections} at once"), &ours, Some(theirs.per_second));
    }
    server.stop()
}

/// What visitors ask most, of an instructor with many ranges and bookings.
fn kept_questions(market: &Market) -> [(&'static str, String); 3] {
    let id = market.shown_instructor;
    let dates = format!("start_date={FIRST_MONDAY}&end_date=2026-08-18");
    let public = format!("/api/v1/public/instructors/{id}");
    [
        ("kept availability, 30 days", format!("{public}/availability?{dates}")),
        ("kept start times, 30 days", format!("{public}/start-times?{dates}&duration_minutes=60")),
        ("kept profile", format!("/api/v1/instructors/{id}")),
    ]
}

/// The free time of an instructor, read from the database for every request.
fn uncached_availability(market: &Market) -> (&'static str, String) {
    let shown = format!("/api/v1/public/instructors/{}/availability", market.shown_instructor);
    ("public availability, 30 days", format!("{shown}?start_date={FIRST_MONDAY}&end_date=2026-08-18"))
}

fn reading_rows(server: &Server, market: &Market, seconds: u32) -> Result<()> {
    let shown = format!("/api/v1/public/instructors/{}", market.shown_instructor);
    let last = "2026-08-18";
    let availability = format!("{shown}/availability?start_date={FIRST_MONDAY}&end_date={last}");
    let starts = format!("{shown}/start-times?start_date={FIRST_MONDAY}&end_date={last}&duration_minutes=60");
    for connections in [1, 16] {
        let ceiling = wrk::get(&server.url("/health/lite"), connections, seconds)?;
        row(&format!("static route, {connections} at once"), &ceiling, None);
        for (name, path) in
            [("public availability, 30 days", &availability), ("start times, 30 days", &starts)]
        {
            let measured = wrk::get(&server.url(path), connections, seconds)?;
            anyhow::ensure!(measured.refused == 0, "{} answers of {path} were refused", measured.refused);
            row(&format!("{name}, {connections} at once"), &measured, Some(ceiling.per_second));
        }
    }
    Ok(())
}

fn book(
    server: &Server,
    market: &Market,
    connections: u32,
    seconds: u32,
    first: u32,
) -> Result<(wrk::Measured, u32)> {
    let directory = tempfile::tempdir().context("cannot create a directory for the bookings")?;
    let file = directory.path().join("bookings");
    let next = market.write_bookings(&file, first, seconds * BOOKINGS_PREPARED_A_SECOND)?;
    let measured = wrk::post_lines(&server.url("/api/v1/bookings"), &file, connections, seconds)?;
    anyhow::ensure!(measured.refused == 0, "{} bookings of distinct times were refused", measured.refused);
    Ok((measured, next))
}

/// One instructor-month of offered starts in `core`.
fn core_row(workspace: &Workspace) -> Result<()> {
    let mut example = workspace.cargo("run");
    example.args(["--quiet", "--release", "--package", "instainstru-core", "--example", "month_of_starts"]);
    let microseconds: f64 =
        process::output(&mut example)?.trim().parse().context("the example prints a number")?;
    println!("one instructor-month of offered starts in core: {microseconds:.1} us (goal: below 20)");
    Ok(())
}

/// Time from starting the binary on a seeded file to its first answer, and the memory it uses when idle.
fn cold_start(binary: &Path) -> Result<()> {
    let data = tempfile::tempdir().context("cannot create a data directory")?;
    let directory = data.path().to_string_lossy().into_owned();
    let environment = [("ENVIRONMENT", "development"), ("INSTAINSTRU_DATA_DIR", directory.as_str())];
    let began = Instant::now();
    Server::start(binary, &environment)?.stop()?;
    let first = began.elapsed().as_millis();
    let mut starts = Vec::new();
    let mut resident_kb = 0;
    for _ in 0..5 {
        let began = Instant::now();
        let server = Server::start(binary, &environment)?;
        starts.push(began.elapsed().as_millis());
        resident_kb = resident_memory_kb(server.id())?;
        server.stop()?;
    }
    starts.sort_unstable();
    let typical = starts.get(starts.len() / 2).context("no start was measured")?;
    println!("\nfirst start with seeding the demo marketplace: {first} ms");
    println!("cold start on a seeded SQLite file to the first answer: {typical} ms (goal: below 300)");
    println!("idle memory: {} MB (goal: below 100)", resident_kb / 1024);
    Ok(())
}

fn resident_memory_kb(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("cannot read /proc")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    line.trim().trim_end_matches("kB").trim().parse().context("VmRSS is no number")
}

fn median(mut all: Vec<wrk::Measured>) -> Result<wrk::Measured> {
    all.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    all.get(all.len() / 2).copied().context("nothing was measured")
}

fn header() {
    println!("{:<44} {:>10} {:>9} {:>9} {:>7}", "", "per second", "p50 ms", "p99 ms", "ratio");
}

fn row(name: &str, measured: &wrk::Measured, ceiling: Option<f64>) {
    let ratio = ceiling.map_or_else(String::new, |ceiling| format!("{:.2}", measured.per_second / ceiling));
    println!(
        "{name:<44} {:>10.0} {:>9.2} {:>9.2} {ratio:>7}",
        measured.per_second, measured.p50_ms, measured.p99_ms
    );
}
