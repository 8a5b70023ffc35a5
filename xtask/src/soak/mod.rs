//! A server that works for long: nothing in it may grow with the number of requests.

mod people;
mod verdict;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

use self::verdict::{Sample, judge};
use crate::bench::market::{CLOCK, Market};
use crate::postgres::{Durability, PrivatePostgres};
use crate::process;
use crate::redis::PrivateRedis;
use crate::server::{self, Profile, Server};
use crate::workspace::Workspace;

/// People who teach, and as many who learn; the last of them teach for being looked at and change their weeks.
const PAIRS: usize = 24;
/// How often the server is measured, whatever the number of requests.
const SAMPLES: u64 = 60;
/// How long it may take to close what nobody uses any more.
const SETTLES_WITHIN: Duration = Duration::from_secs(60);
const DATABASE: &str = "soak";

/// Options of `cargo xtask soak`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// How many requests are sent
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
    /// How many people send them, each over a connection of their own
    #[arg(long, default_value_t = 16)]
    people: usize,
    /// Run the debug build
    #[arg(long)]
    debug: bool,
}

/// Builds the server, lets people loose on it, and fails when it holds more of anything in the end than it did early on.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = server::build(workspace, if options.debug { Profile::Debug } else { Profile::Release })?;
    let postgres = PrivatePostgres::start(Durability::Real)?;
    postgres.create_database(DATABASE)?;
    let redis = PrivateRedis::start(&["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"])?;
    let server = Server::start(
        &binary,
        &[
            ("DATABASE_URL", &postgres.url(DATABASE)),
            ("REDIS_URL", &redis.url()),
            ("TEST_CLOCK", CLOCK),
            ("BCRYPT_COST", "4"),
            ("RUST_LOG", "warn"),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "600"),
            // Full early, so that what grows later is no cache.
            ("CACHE_MEMORY_MB", "8"),
            // Limits count, under thousands of addresses, and refuse nobody.
            ("TRUSTED_PROXIES", "127.0.0.1"),
            ("RATE_LIMIT_GENERAL_PER_MINUTE", "1000000"),
            ("RATE_LIMIT_REGISTER_PER_HOUR", "1000000"),
            ("RATE_LIMIT_AUTH_PER_MINUTE", "1000000"),
            ("RATE_LIMIT_BOOKING_PER_MINUTE", "1000000"),
        ],
    )?;
    let market = Market::prepare(&server, PAIRS)?;
    let rest = measure(&server, &postgres, 0)?;
    println!("{}\n{rest}   at rest", Sample::HEADER);

    let began = Instant::now();
    let samples = work(&server, &postgres, &market, options)?;
    let took = began.elapsed();
    let settled = settle(&server, &postgres, options.requests, rest)?;
    println!("{settled}   at rest again");
    let rate = options.requests / took.as_secs().max(1);
    println!(
        "{} requests in {:.0} s, {rate} a second, every one answered as it should be",
        options.requests,
        took.as_secs_f64()
    );
    println!(
        "{}",
        judge(rest, &samples, settled).map_err(|growth| anyhow!("{growth}\n{}", server.end_of_log()))?
    );
    server.run(&["check"])?;
    server.stop()
}

/// Lets people loose until all requests are sent, and measures the server meanwhile.
fn work(
    server: &Server,
    postgres: &PrivatePostgres,
    market: &Market,
    options: &Options,
) -> Result<Vec<Sample>> {
    let (sent, failed) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let lanes: Vec<_> = (0..options.people.max(1))
            .map(|nth| {
                let (sent, failed) = (&sent, &failed);
                scope.spawn(move || {
                    let mut person = people::Person::new(server, market, nth)?;
                    while !failed.load(Ordering::Relaxed)
                        && sent.fetch_add(1, Ordering::Relaxed) < options.requests
                    {
                        person.act().inspect_err(|_error| failed.store(true, Ordering::Relaxed))?;
                    }
                    Ok::<_, anyhow::Error>(())
                })
            })
            .collect();
        let mut samples = Vec::new();
        let every = (options.requests / SAMPLES).max(1);
        while lanes.iter().any(|lane| !lane.is_finished()) {
            thread::sleep(Duration::from_millis(50));
            let so_far = sent.load(Ordering::Relaxed).min(options.requests);
            if so_far >= every * (u64::try_from(samples.len())? + 1) {
                let sample = measure(server, postgres, so_far)?;
                println!("{sample}");
                samples.push(sample);
            }
        }
        for lane in lanes {
            lane.join().map_err(|_panic| anyhow!("somebody panicked"))??;
        }
        Ok(samples)
    })
}

/// Measures until the server holds no more open than before it worked, or for as long as that may take.
fn settle(server: &Server, postgres: &PrivatePostgres, requests: u64, rest: Sample) -> Result<Sample> {
    let deadline = Instant::now() + SETTLES_WITHIN;
    loop {
        let sample = measure(server, postgres, requests)?;
        if sample.has_settled(rest) || Instant::now() > deadline {
            return Ok(sample);
        }
        thread::sleep(Duration::from_secs(1));
    }
}

/// What the server holds at this moment.
fn measure(server: &Server, postgres: &PrivatePostgres, requests: u64) -> Result<Sample> {
    let process = format!("/proc/{}", server.id());
    let status = std::fs::read_to_string(format!("{process}/status")).context("the server is gone")?;
    let field = |name: &str| {
        let line =
            status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
        let number = line.split_whitespace().next().with_context(|| format!("{name} is empty"))?;
        number.parse::<u64>().with_context(|| format!("{name} is no number"))
    };
    let descriptors = std::fs::read_dir(format!("{process}/fd")).context("the server is gone")?.count();
    let asked = format!("SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = '{DATABASE}'");
    let mut psql = process::command("psql", &std::env::temp_dir());
    psql.args([&postgres.url(DATABASE), "--no-psqlrc", "--tuples-only", "--no-align", "--command", &asked]);
    Ok(Sample {
        requests,
        resident_kib: field("VmRSS:")?,
        descriptors: u64::try_from(descriptors)?,
        threads: field("Threads:")?,
        connections: process::output(&mut psql)?
            .trim()
            .parse()
            .context("PostgreSQL does not count its connections")?,
    })
}
