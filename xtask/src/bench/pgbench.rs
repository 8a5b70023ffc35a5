//! The ceiling of booking: the same SQL sent by pgbench, which does nothing else.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use super::market::Market;
use super::wrk::Measured;
use crate::postgres::PrivatePostgres;
use crate::process;

const BOOKING: &str = include_str!("booking.sql");
/// Lessons that no earlier run of this process has taken.
const LESSONS_BETWEEN_RUNS: u64 = 100_000;

/// Books distinct times with plain SQL for some seconds. `run` numbers the runs on one database.
pub(crate) fn book(
    postgres: &PrivatePostgres,
    database: &str,
    market: &Market,
    clients: u32,
    seconds: u32,
    run: u64,
) -> Result<Measured> {
    let first = market.pairs.first().context("no pairs to book with")?;
    for (index, pair) in (0..).zip(&market.pairs) {
        let in_order = pair.instructor_id == first.instructor_id + index
            && pair.student_id == first.student_id + index
            && pair.service_id == first.service_id + index;
        anyhow::ensure!(in_order, "the script counts people up, and their ids have gaps");
    }
    let directory = tempfile::tempdir().context("cannot create a directory for pgbench")?;
    let script = directory.path().join("booking.sql");
    fs::write(&script, BOOKING).context("cannot write the script of pgbench")?;
    let log = directory.path().join("latency");
    let mut pgbench = Command::new(pgbench_binary());
    pgbench
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--log"])
        .arg(format!("--log-prefix={}", log.display()))
        .arg(format!("--client={clients}"))
        .arg(format!("--time={seconds}"))
        .arg("--file")
        .arg(&script);
    let variables = [
        ("clients", u64::from(clients)),
        ("pairs", u64::try_from(market.pairs.len())?),
        ("first_instructor", u64::try_from(first.instructor_id)?),
        ("first_student", u64::try_from(first.student_id)?),
        ("first_service", u64::try_from(first.service_id)?),
        ("lesson", run * LESSONS_BETWEEN_RUNS),
    ];
    for (name, value) in variables {
        pgbench.arg(format!("--define={name}={value}"));
    }
    pgbench.arg(postgres.url(database));
    let printed = process::output(&mut pgbench).context("is pgbench installed? run `cargo xtask setup`")?;
    let failed = printed.lines().find(|line| line.starts_with("number of failed transactions"));
    anyhow::ensure!(failed.is_none_or(|line| line.contains(": 0 ")), "pgbench had failures:\n{printed}");
    let mut latencies = Vec::new();
    for entry in fs::read_dir(directory.path())? {
        let path = entry?.path();
        if path != script {
            latencies.extend(fs::read_to_string(path)?.lines().filter_map(latency_us));
        }
    }
    measured(latencies, seconds)
}

/// pgbench of the newest installation; Debian does not put all of PostgreSQL on the path.
fn pgbench_binary() -> String {
    let versions = (15..=30).rev().map(|version| format!("/usr/lib/postgresql/{version}/bin/pgbench"));
    versions
        .into_iter()
        .find(|path| fs::exists(path).unwrap_or(false))
        .unwrap_or_else(|| "pgbench".to_owned())
}

/// The third field of a line of the transaction log: microseconds of one transaction.
fn latency_us(line: &str) -> Option<f64> {
    line.split_whitespace().nth(2)?.parse().ok()
}

fn measured(mut latencies: Vec<f64>, seconds: u32) -> Result<Measured> {
    latencies.sort_by(f64::total_cmp);
    let count = latencies.len();
    let at = |share: usize| latencies.get((count * share / 100).min(count.saturating_sub(1))).copied();
    let (p50, p99) = (at(50).context("pgbench booked nothing")?, at(99).context("pgbench booked nothing")?);
    let total = f64::from(u32::try_from(count)?);
    Ok(Measured {
        answers: total,
        per_second: total / f64::from(seconds),
        p50_ms: p50 / 1e3,
        p99_ms: p99 / 1e3,
        refused: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_the_third_field() {
        assert_eq!(latency_us("0 199 2241 0 1175850568 995598").map(f64::to_bits), Some(2241f64.to_bits()));
        assert_eq!(latency_us("nonsense"), None);
        assert!(measured(Vec::new(), 5).is_err());
    }
}
