//! What requests notice of a queue that is being delivered.

use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::market::{FIRST_MONDAY, Market};
use super::{book, header, row, wrk};
use crate::postgres::{Durability, PrivatePostgres};
use crate::process;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

/// Options of `cargo xtask bench-delivery`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// How many events are queued; each booking is told to two people
    #[arg(long, default_value_t = 10_000)]
    events: u64,
    /// How long each row is measured
    #[arg(long, default_value_t = 5)]
    seconds: u32,
}

const PAIRS: usize = 32;
/// Requests at once while measuring: few enough that a machine with two cores is not at its limit by them alone.
const CONNECTIONS: u32 = 2;
/// How long the queue may take to become empty.
const PATIENCE: Duration = Duration::from_secs(600);
/// The clock of the server that fills the queue, and of the one that delivers it later.
const FILLING: &str = "2026-07-15T12:00:00Z";
const DELIVERING: &str = "2026-07-15T14:00:00Z";
const ADMIN: &str = "bench-student-0@example.com";

/// Builds the release binary, queues events on both databases, and prints what requests notice of the delivery.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = server::build(workspace, Profile::Release)?;
    println!("\nSQLite, embedded");
    measure(&binary, None, options)?;
    println!("\nPostgreSQL, on this machine, fsync on");
    let postgres = PrivatePostgres::start(Durability::Real)?;
    postgres.create_database("bench")?;
    measure(&binary, Some(&postgres.url("bench")), options)
}

fn measure(binary: &Path, database: Option<&str>, options: &Options) -> Result<()> {
    let data = tempfile::tempdir().context("cannot create a data directory")?;
    let directory = data.path().to_string_lossy().into_owned();
    let mut common = vec![
        ("INSTAINSTRU_DATA_DIR", directory.as_str()),
        ("BCRYPT_COST", "4"),
        ("RATE_LIMIT_ENABLED", "false"),
        ("RUST_LOG", "error"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "600"),
    ];
    common.extend(database.map(|url| ("DATABASE_URL", url)));

    let filling = environment(&common, &[("TEST_CLOCK", FILLING), ("JOBS_ENABLED", "false")]);
    let server = Server::start(binary, &filling)?;
    let market = Market::prepare(&server, PAIRS)?;
    grant(binary, &filling)?;
    let mut next = 0;
    while queued(&server)? < options.events {
        next = book(&server, &market, 8, 1, next)?.1;
    }
    header();
    let at_rest = requests(&server, &market, options.seconds, &mut next, "at rest", None)?;
    server.stop()?;

    let server = Server::start(binary, &environment(&common, &[("TEST_CLOCK", DELIVERING)]))?;
    let began = Instant::now();
    let before = queued(&server)?;
    requests(&server, &market, options.seconds, &mut next, "delivering", Some(at_rest))?;
    let after = queued(&server)?;
    anyhow::ensure!(after > 0, "the queue was empty before the end; queue more with --events");
    while queued(&server)? > 0 {
        anyhow::ensure!(began.elapsed() < PATIENCE, "{} events are still queued", queued(&server)?);
        sleep(Duration::from_millis(100));
    }
    println!(
        "{before} events queued, {after} left after the rows, all delivered after {:.1} s",
        began.elapsed().as_secs_f64()
    );
    server.stop()
}

/// What reading and booking took.
#[derive(Debug, Clone, Copy)]
struct Pair {
    reading: wrk::Measured,
    booking: wrk::Measured,
}

fn requests(
    server: &Server,
    market: &Market,
    seconds: u32,
    next: &mut u32,
    when: &str,
    compared: Option<Pair>,
) -> Result<Pair> {
    let shown = market.shown_instructor;
    let path = format!("/api/v1/public/instructors/{shown}/availability?start_date={FIRST_MONDAY}");
    let reading = wrk::get(&server.url(&path), CONNECTIONS, seconds)?;
    row(&format!("public availability, {when}"), &reading, compared.map(|other| other.reading.per_second));
    let (booking, after) = book(server, market, CONNECTIONS, seconds, *next)?;
    *next = after;
    row(&format!("book distinct times, {when}"), &booking, compared.map(|other| other.booking.per_second));
    if let Some(other) = compared {
        println!(
            "p99 delivering / at rest: reading {:.1}, booking {:.1}",
            reading.p99_ms / other.reading.p99_ms,
            booking.p99_ms / other.booking.p99_ms
        );
    }
    Ok(Pair { reading, booking })
}

fn environment<'a>(common: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    common.iter().chain(more).copied().collect()
}

/// Makes somebody an administrator who may look at the queue.
fn grant(binary: &Path, environment: &[(&str, &str)]) -> Result<()> {
    let mut command = Command::new(binary);
    command.args(["admin", "grant", ADMIN]).env("ENVIRONMENT", "test").envs(environment.iter().copied());
    process::output(&mut command).map(drop)
}

/// Number of deliveries under way.
fn queued(server: &Server) -> Result<u64> {
    let session: Value = ureq::post(server.url("/api/v1/auth/login"))
        .send_form([("username", ADMIN), ("password", super::market::PASSWORD)])?
        .body_mut()
        .read_json()?;
    let token = session.get("access_token").and_then(Value::as_str).context("no token")?;
    let list: Value = ureq::get(server.url("/api/v1/admin/outbox?limit=1"))
        .header("Authorization", format!("Bearer {token}"))
        .call()?
        .body_mut()
        .read_json()?;
    let figures = list.get("figures").and_then(Value::as_array).context("no figures")?;
    Ok(figures.iter().filter_map(|one| one.get("pending")?.as_u64()).sum())
}
