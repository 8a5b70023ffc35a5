//! What measuring costs: the same questions to a server that counts and to one that does not.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{market::Market, wrk};
use crate::server::Server;

/// A server that counts may take this much of the processor time that it takes without.
const GOAL: f64 = 1.02;
const CONNECTIONS: u32 = 16;

/// Measures both servers in turn, so that what disturbs one disturbs the other. What is compared is the processor time that an
/// answer takes: how many there are in a second depends on the neighbours of this machine much more than on measuring.
pub(super) fn rows(
    binary: &Path,
    common: &[(&str, &str)],
    question: impl Fn(&Market) -> (&'static str, String),
    seconds: u32,
    repeats: usize,
) -> Result<()> {
    println!("\nMeasuring, by the processor time of an answer (goal with it: {GOAL} of without)");
    println!("{:<44} {:>10} {:>10} {:>7}", "", "without us", "with us", "ratio");
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
            let mut turns = [(&with, &path, &mut counted), (&without, &same_path, &mut bare)];
            turns.rotate_left(nth % 2);
            for (server, path, runs) in turns {
                runs.push(microseconds_an_answer(server, path, seconds)?);
            }
        }
        let (counted, bare) = (middle(counted)?, middle(bare)?);
        let title = format!("{title}, {CONNECTIONS} at once");
        println!("{title:<44} {bare:>10.2} {counted:>10.2} {:>7.3}", counted / bare);
    }
    with.stop().context("the server that counts")?;
    without.stop().context("the server that does not count")
}

/// Processor time that the server takes for one answer.
fn microseconds_an_answer(server: &Server, path: &str, seconds: u32) -> Result<f64> {
    let before = processor_ticks(server.id())?;
    let run = wrk::get(&server.url(path), CONNECTIONS, seconds)?;
    anyhow::ensure!(run.refused == 0, "{} answers of {path} were refused", run.refused);
    Ok((processor_ticks(server.id())? - before) * MICROSECONDS_A_TICK / run.answers)
}

/// What the kernel counts processor time in, on every Linux.
const MICROSECONDS_A_TICK: f64 = 10_000.0;

/// Processor time of a process so far, its own and that of the kernel for it.
fn processor_ticks(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("cannot read /proc")?;
    // The name of the program is in brackets and may contain anything; the fields after it are numbered from 3.
    let (_name, fields) = stat.rsplit_once(')').context("/proc has no name of the program")?;
    let mut own_and_kernel = fields.split_whitespace().skip(14 - 3).take(2).map(str::parse::<f64>);
    let mut next = || own_and_kernel.next().context("/proc counts no processor time");
    Ok(next()?? + next()??)
}

fn middle(mut all: Vec<f64>) -> Result<f64> {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().context("nothing was measured")
}
