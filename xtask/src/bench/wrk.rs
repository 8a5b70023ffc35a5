//! Load from wrk, and what it measured.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

const REPORT: &str = include_str!("report.lua");
const LINES: &str = include_str!("lines.lua");

/// What one run of load measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// All answers.
    pub(crate) answers: f64,
    /// Answers per second.
    pub(crate) per_second: f64,
    /// Half of the answers came within this many milliseconds.
    pub(crate) p50_ms: f64,
    /// 99 of 100 answers came within this many milliseconds.
    pub(crate) p99_ms: f64,
    /// Answers with a status of 400 or above.
    pub(crate) refused: u64,
}

/// Asks for one address again and again.
pub(crate) fn get(url: &str, connections: u32, seconds: u32) -> Result<Measured> {
    run(url, connections, seconds, None)
}

/// Sends the prepared requests of a file, each once.
pub(crate) fn post_lines(url: &str, lines: &Path, connections: u32, seconds: u32) -> Result<Measured> {
    run(url, connections, seconds, Some(lines))
}

fn run(url: &str, connections: u32, seconds: u32, lines: Option<&Path>) -> Result<Measured> {
    let directory = tempfile::tempdir().context("cannot create a directory for wrk")?;
    let script = directory.path().join("load.lua");
    let source = if lines.is_some() { format!("{REPORT}\n{LINES}") } else { REPORT.to_owned() };
    fs::write(&script, source).context("cannot write the script of wrk")?;
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads=1", "--timeout=10s"])
        .arg(format!("--connections={connections}"))
        .arg(format!("--duration={seconds}s"))
        .arg("--script")
        .arg(&script)
        .arg(url);
    if let Some(lines) = lines {
        wrk.arg("--").arg(lines);
    }
    let printed = process::output(&mut wrk).context("is wrk installed? run `cargo xtask setup`")?;
    read(&printed).with_context(|| format!("wrk on {url} printed:\n{printed}"))
}

fn read(printed: &str) -> Result<Measured> {
    let line = printed.lines().find_map(|line| line.strip_prefix("RESULT ")).context("no result")?;
    let result: Value = serde_json::from_str(line)?;
    let number = |name: &str| result.get(name).and_then(Value::as_f64).with_context(|| format!("no {name}"));
    if number("broken")? > 0.0 {
        bail!("connections broke: {line}");
    }
    Ok(Measured {
        answers: number("requests")?,
        per_second: number("requests")? / (number("microseconds")? / 1e6),
        p50_ms: number("p50_us")? / 1e3,
        p99_ms: number("p99_us")? / 1e3,
        refused: result.get("refused").and_then(Value::as_u64).context("no refused")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_read_and_broken_connections_are_not_hidden() {
        let line = |broken| {
            format!(
                "noise\nRESULT {{\"requests\":100,\"microseconds\":2000000,\"p50_us\":500,\"p99_us\":1500,\"max_us\":9,\"refused\":3,\"broken\":{broken}}}\n"
            )
        };
        let measured = read(&line(0)).unwrap();
        assert!((measured.per_second - 50.0).abs() < 1e-9 && (measured.p99_ms - 1.5).abs() < 1e-9);
        assert_eq!(measured.refused, 3);
        assert!(read(&line(1)).is_err());
        assert!(read("").is_err());
    }
}
