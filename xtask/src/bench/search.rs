//! How long searches take: the engine by itself, and over HTTP in a marketplace of many instructors.

use std::path::Path;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::market::{self, CLOCK, FIRST_MONDAY};
use super::{header, resident_memory_kb, row, wrk};
use crate::process;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

/// Options of `cargo xtask bench-search`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// How many instructors the marketplace has that is searched over HTTP
    #[arg(long, default_value_t = 10_000)]
    instructors: usize,
    /// How long each row is measured
    #[arg(long, default_value_t = 5)]
    seconds: u32,
}

/// Greatest 99th percentile over HTTP, in milliseconds.
const GOAL_MS: f64 = 50.0;
/// Requests at once while measuring: few enough that a machine with two cores is not at its limit by them alone.
const CONNECTIONS: [u32; 2] = [1, 4];
/// How long an edit may take to be understood before something is wrong.
const PATIENCE: Duration = Duration::from_secs(10);
/// Clients that register people at once.
const CLIENTS: usize = 4;
/// Where people teach.
const AREAS: [&str; 8] =
    ["Manhattan", "Brooklyn", "Queens", "Bronx", "Harlem", "Astoria", "Park Slope", "Upper West Side"];
/// What is searched for: a name, a category, every constraint, a typo, only a constraint, a sentence, and what nobody teaches.
const QUERIES: [&str; 8] = [
    "piano under $80",
    "music lessons",
    "guitar lessons tuesday evening in brooklyn under $90",
    "piono lessons saturday 10-12",
    "under $50",
    "teach grandma to use her laptop",
    "yoga for beginners this weekend in astoria for 90 minutes",
    "fix my sink",
];

/// Builds for release and prints every row.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    engine(workspace)?;
    let binary = server::build(workspace, Profile::Release)?;
    over_http(&binary, options)
}

/// The engine by itself: understanding, searching among 10,000 and 100,000 instructors, memory.
pub(super) fn engine(workspace: &Workspace) -> Result<()> {
    let mut example = workspace.cargo("run");
    example.args(["--quiet", "--release", "--package", "instainstru-search", "--example", "bench_search"]);
    println!("{}", process::output(&mut example)?);
    Ok(())
}

fn over_http(binary: &Path, options: &Options) -> Result<()> {
    let environment = [
        ("JOBS_ENABLED", "false"),
        ("TEST_CLOCK", CLOCK),
        ("BCRYPT_COST", "4"),
        ("RATE_LIMIT_ENABLED", "false"),
        ("RUST_LOG", "warn"),
    ];
    let server = Server::start(binary, &environment)?;
    let empty_kb = resident_memory_kb(server.id())?;
    settle(&server, options.instructors)?;
    println!("\nsearch over HTTP, SQLite, {} instructors", options.instructors);
    header();
    let mut worst: f64 = 0.0;
    for connections in CONNECTIONS {
        let ceiling = wrk::get(&server.url("/health/lite"), connections, options.seconds)?;
        row(&format!("static route, {connections} at once"), &ceiling, None);
        for query in QUERIES {
            let url = server.url(&path(query));
            let measured = wrk::get(&url, connections, options.seconds)?;
            anyhow::ensure!(
                measured.refused == 0,
                "{} searches for {query:?} were refused",
                measured.refused
            );
            let shown: String = query.chars().take(30).collect();
            row(&format!("{shown}, {connections} at once"), &measured, Some(ceiling.per_second));
            worst = worst.max(measured.p99_ms);
        }
    }
    let visible = edit(&server)?;
    println!("an alias is understood after {visible} ms at worst (goal: below 1000)");
    println!("worst p99: {worst:.2} ms (goal: below {GOAL_MS:.0})");
    println!(
        "memory of the server: {} MB with nobody, {} MB after this",
        empty_kb / 1024,
        resident_memory_kb(server.id())? / 1024
    );
    server.stop()
}

fn path(query: &str) -> String {
    let escaped: String = query
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("/api/v1/search/instructors?q={escaped}")
}

/// Adds aliases one after the other; returns the milliseconds the slowest took to be understood after its commit.
fn edit(server: &Server) -> Result<u128> {
    let email = "bench-instructor-0@example.com";
    server.run(&["admin", "grant", email])?;
    let token = market::log_in(server, email)?;
    let services: Vec<Value> =
        ureq::get(server.url("/api/v1/services/catalog")).call()?.body_mut().read_json()?;
    let service = services.first().context("an empty catalogue")?;
    let mut slowest = 0;
    for word in ["zorblax", "quuxly", "frobnik", "blivetry", "wibblom"] {
        let alias = json!({"phrase": word, "kind": "synonym", "service_id": market::number(service, "id")?});
        market::send(ureq::post(server.url("/api/v1/admin/catalog/aliases")), Some(&token), &alias)?;
        let committed = Instant::now();
        loop {
            let found: Value = ureq::get(server.url(&path(word))).call()?.body_mut().read_json()?;
            if found.pointer("/parsed/normalized_service") == service.pointer("/name") {
                break;
            }
            anyhow::ensure!(committed.elapsed() < PATIENCE, "{word:?} is not understood: {found}");
            sleep(Duration::from_millis(5));
        }
        slowest = slowest.max(committed.elapsed().as_millis());
    }
    Ok(slowest)
}

/// Registers so many instructors, each with two services and four weeks of free time.
fn settle(server: &Server, instructors: usize) -> Result<()> {
    let services: Vec<Value> =
        ureq::get(server.url("/api/v1/services/catalog")).call()?.body_mut().read_json()?;
    let services: Vec<i64> =
        services.iter().map(|service| market::number(service, "id")).collect::<Result<_>>()?;
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let services = &services;
                scope.spawn(move || {
                    (client..instructors)
                        .step_by(CLIENTS)
                        .try_for_each(|nth| settle_one(server, services, nth))
                })
            })
            .collect();
        clients.into_iter().try_for_each(|client| {
            client.join().map_err(|_panic| anyhow::anyhow!("a client that registers people panicked"))?
        })
    })
}

fn settle_one(server: &Server, services: &[i64], nth: usize) -> Result<()> {
    let (_id, token) = market::register(server, "instructor", nth)?;
    let pick = |step: usize| services.get((nth * step + step) % services.len()).context("an empty catalogue");
    let offers: Vec<Value> = [pick(7)?, pick(13)?]
        .into_iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .map(|service| {
            json!({"service_catalog_id": service, "hourly_rate": 35 + nth % 90, "duration_options": [30, 60, 90]})
        })
        .collect();
    let area = AREAS.get(nth % AREAS.len()).context("no area")?;
    let profile = json!({
        "bio": "One of many, for the sake of measurement.",
        "areas_of_service": [area],
        "min_advance_booking_hours": 2,
        "buffer_time_minutes": 15,
        "services": offers,
    });
    market::send(ureq::put(server.url("/api/v1/instructors/profile")), Some(&token), &profile)?;
    let ranges: &[&str] = match nth % 3 {
        0 => &["09:00-12:00", "17:00-21:00"],
        1 => &["10:00-18:00"],
        _ => &["15:00-20:00"],
    };
    market::publish(server, &token, ranges, 28).with_context(|| format!("from {FIRST_MONDAY} on"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_searched_for_is_escaped() {
        assert_eq!(path("a-1 $ü"), "/api/v1/search/instructors?q=a-1%20%24%C3%BC");
    }
}
