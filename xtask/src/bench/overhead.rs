//! What measuring costs: the same questions to a server that counts and to one that does not.

use std::path::Path;

use anyhow::{Context, Result};

use super::{header, market::Market, median, row, wrk};
use crate::server::Server;

/// A server that counts must reach this part of what it reaches without.
const GOAL: f64 = 0.98;
const CONNECTIONS: u32 = 16;

/// Measures both servers in turn, so that what disturbs one disturbs the other.
pub(super) fn rows(
    binary: &Path,
    common: &[(&str, &str)],
    question: impl Fn(&Market) -> (&'static str, String),
    seconds: u32,
    repeats: usize,
) -> Result<()> {
    println!("\nMeasuring (goal with it: {GOAL} of without)");
    header();
    let start = |is_enabled| {
        let environment = [common, &[("METRICS_ENABLED", is_enabled)]].concat();
        let server = Server::start(binary, &environment)?;
        let market = Market::prepare(&server, 1)?;
        anyhow::Ok((server, market))
    };
    let ((with, market), (without, same_market)) = (start("true")?, start("false")?);
    let (title, path) = question(&market);
    let (_title, same_path) = question(&same_market);
    let quiet = "/health/lite".to_owned();
    for (title, path, same_path) in [("static route", quiet.clone(), quiet), (title, path, same_path)] {
        let (mut counted, mut bare) = (Vec::new(), Vec::new());
        for nth in 0..repeats {
            // Neither is always the first.
            let mut turns = [(with.url(&path), &mut counted), (without.url(&same_path), &mut bare)];
            turns.rotate_left(nth % 2);
            for (url, runs) in turns {
                let run = wrk::get(&url, CONNECTIONS, seconds)?;
                anyhow::ensure!(run.refused == 0, "{} answers of {url} were refused", run.refused);
                runs.push(run);
            }
        }
        let (counted, bare) = (median(counted)?, median(bare)?);
        row(&format!("{title} without measuring, {CONNECTIONS} at once"), &bare, None);
        row(&format!("{title}, measured, {CONNECTIONS} at once"), &counted, Some(bare.per_second));
    }
    with.stop().context("the server that counts")?;
    without.stop().context("the server that does not count")
}
