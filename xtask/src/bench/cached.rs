//! Kept answers and counted requests, as shares of a static route of the same server.

use std::path::Path;

use anyhow::Result;

use super::{header, market::Market, median, row, wrk};
use crate::redis::PrivateRedis;
use crate::server::Server;

/// A limit that nobody reaches, so that counting is measured and not refusing.
const ENDLESS: &str = "10000000";
const GOAL: f64 = 0.6;

/// Measures one server that counts nothing, one that counts alone, and one that counts and shares through Redis.
pub(super) fn rows(
    binary: &Path,
    common: &[(&str, &str)],
    question: impl Fn(&Market) -> [(&'static str, String); 3],
    seconds: u32,
    repeats: usize,
) -> Result<()> {
    println!("\nKept answers (goal for public availability: {GOAL} of a static route)");
    header();
    let redis = PrivateRedis::start(&[])?;
    let address = redis.url();
    let kept = [("CACHE_ENABLED", "true"), ("PUBLIC_AVAILABILITY_CACHE_TTL", "300")];
    let counting = [("RATE_LIMIT_ENABLED", "true"), ("RATE_LIMIT_GENERAL_PER_MINUTE", ENDLESS)];
    let shared = [("REDIS_URL", address.as_str())];
    for (name, more) in [
        ("", [&kept[..], &[], &[]]),
        (", counted in process", [&kept[..], &counting, &[]]),
        (", counted through Redis", [&kept[..], &counting, &shared]),
    ] {
        // The people of the measurement come from one address and in no time.
        let environment: Vec<(&str, &str)> = common.iter().copied().chain(more.concat()).collect();
        let generous = [
            ("RATE_LIMIT_REGISTER_PER_HOUR", "1000000"),
            ("RATE_LIMIT_AUTH_PER_MINUTE", "1000000"),
            ("RATE_LIMIT_BOOKING_PER_MINUTE", "1000000"),
        ];
        let server = Server::start(binary, &[environment, generous.to_vec()].concat())?;
        let market = Market::prepare(&server, 1)?;
        for connections in [1, 16] {
            measure(&server, &question(&market), name, connections, seconds, repeats)?;
        }
        server.stop()?;
    }
    Ok(())
}

fn measure(
    server: &Server,
    questions: &[(&'static str, String)],
    name: &str,
    connections: u32,
    seconds: u32,
    repeats: usize,
) -> Result<()> {
    let mut ceilings = Vec::new();
    let mut measured = vec![Vec::new(); questions.len()];
    // In turn, so that what disturbs one disturbs all.
    for _ in 0..repeats {
        ceilings.push(wrk::get(&server.url("/health/lite"), connections, seconds)?);
        for ((_title, path), runs) in questions.iter().zip(&mut measured) {
            let run = wrk::get(&server.url(path), connections, seconds)?;
            anyhow::ensure!(run.refused == 0, "{} answers of {path} were refused", run.refused);
            runs.push(run);
        }
    }
    let ceiling = median(ceilings)?;
    row(&format!("static route, {connections} at once"), &ceiling, None);
    for ((title, _path), runs) in questions.iter().zip(measured) {
        row(&format!("{title}{name}, {connections} at once"), &median(runs)?, Some(ceiling.per_second));
    }
    Ok(())
}
