//! Line coverage of the crates that hold the rules, measured with cargo-tarpaulin.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::execute;
use crate::workspace::Workspace;

/// The crates measured; adapters are held by their contract suites instead.
const CRATES: [&str; 3] = ["core", "domain", "service"];
/// What each of them has to reach.
const LEAST_PERCENT: u64 = 85;

/// Lines that tests reach, of the lines they could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Coverage {
    covered: u64,
    coverable: u64,
}

impl Coverage {
    /// Rounded down, so that 85 % means at least 85 %. A measurement that saw no line at all proves nothing.
    fn percent(self) -> u64 {
        (self.covered * 100).checked_div(self.coverable).unwrap_or(0)
    }
}

/// Prints the coverage of each crate and fails when one falls short.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    install_tarpaulin(workspace)?;
    let results =
        CRATES.into_iter().map(|name| Ok((name, measure(workspace, name)?))).collect::<Result<Vec<_>>>()?;
    println!("\nline coverage");
    for (name, coverage) in &results {
        println!(
            "  {name:<10} {:>3} %  ({} of {} lines)",
            coverage.percent(),
            coverage.covered,
            coverage.coverable
        );
    }
    let short = results.iter().filter(|(_name, coverage)| coverage.percent() < LEAST_PERCENT);
    let short: Vec<&str> = short.map(|(name, _coverage)| *name).collect();
    if !short.is_empty() {
        bail!("below {LEAST_PERCENT} %: {}", short.join(", "));
    }
    Ok(())
}

fn install_tarpaulin(workspace: &Workspace) -> Result<()> {
    let root = workspace.tools("cargo");
    if root.join("bin/cargo-tarpaulin").exists() {
        return Ok(());
    }
    execute(workspace.cargo("install").args(["cargo-tarpaulin", "--locked", "--root"]).arg(root))
}

fn measure(workspace: &Workspace, name: &str) -> Result<Coverage> {
    let report = workspace.target.join("coverage").join(name);
    fs::create_dir_all(&report).with_context(|| format!("cannot create {}", report.display()))?;
    let tarpaulin = workspace.tool("cargo", "bin/cargo-tarpaulin")?;
    let mut command = crate::process::command(tarpaulin, &workspace.root);
    command
        .args(["tarpaulin", "--package", &format!("instainstru-{name}")])
        .args(["--include-files", &format!("crates/{name}/src/*")])
        .args(["--engine", "llvm", "--out", "Json", "--skip-clean", "--output-dir"])
        .arg(&report)
        // Instrumented code would otherwise displace everybody else's build.
        .arg("--target-dir")
        .arg(workspace.target.join("coverage/build"));
    execute(&mut command)?;
    read_report(&report.join("tarpaulin-report.json"))
}

fn read_report(path: &Path) -> Result<Coverage> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let report: Value = serde_json::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    let files = report.get("files").and_then(Value::as_array).context("the report lists no files")?;
    let sum = |field: &str| files.iter().filter_map(|file| file.get(field)?.as_u64()).sum();
    Ok(Coverage { covered: sum("covered"), coverable: sum("coverable") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_rounded_down_and_nothing_counts_as_none() {
        assert_eq!(Coverage { covered: 849, coverable: 1_000 }.percent(), 84);
        assert_eq!(Coverage { covered: 0, coverable: 0 }.percent(), 0);
    }

    #[test]
    fn a_report_is_summed_over_its_files() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.json");
        fs::write(&path, r#"{"files": [{"covered": 3, "coverable": 4}, {"covered": 5, "coverable": 6}]}"#)
            .unwrap();
        assert_eq!(read_report(&path).unwrap(), Coverage { covered: 8, coverable: 10 });
        fs::write(&path, "{}").unwrap();
        assert!(read_report(&path).unwrap_err().to_string().contains("lists no files"));
    }
}
