//! Where things are: the repository, the target directory and the crates.
#![expect(clippy::disallowed_methods, reason = "cargo tells its subcommands where it is in the environment")]

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// What cargo tells a program that it runs about the package of that program.
const PACKAGE_VARIABLES: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// The repository this tool was built in.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The directory of the workspace manifest.
    pub(crate) root: PathBuf,
    /// Where cargo builds, and below which the tools of other languages are installed.
    pub(crate) target: PathBuf,
    /// The names of the packages under `crates/`, in alphabetical order.
    pub(crate) crates: Vec<String>,
}

impl Workspace {
    /// Asks cargo about the workspace.
    pub(crate) fn load() -> Result<Self> {
        // Asked at run time: checkouts that share a target directory share this binary as well.
        let own_directory = std::env::var("CARGO_MANIFEST_DIR").context("start this as `cargo xtask`")?;
        let root = Path::new(&own_directory).parent().context("xtask is not inside the workspace")?;
        let json = process::output(process::command(cargo(), root).args([
            "metadata",
            "--format-version=1",
            "--no-deps",
        ]))?;
        let metadata = serde_json::from_str(&json).context("cannot read the answer of `cargo metadata`")?;
        Self::from_metadata(&metadata)
    }

    fn from_metadata(metadata: &Value) -> Result<Self> {
        let path = |field: &str| {
            metadata
                .get(field)
                .and_then(Value::as_str)
                .map(PathBuf::from)
                .with_context(|| format!("`cargo metadata` names no {field}"))
        };
        let root = path("workspace_root")?;
        let library_crates = root.join("crates");
        let packages = metadata.get("packages").and_then(Value::as_array);
        let mut crates: Vec<String> = packages
            .context("`cargo metadata` names no packages")?
            .iter()
            .filter(|package| {
                text(package, "manifest_path")
                    .is_some_and(|path| Path::new(path).starts_with(&library_crates))
            })
            .filter_map(|package| text(package, "name").map(str::to_owned))
            .collect();
        crates.sort();
        Ok(Self { target: path("target_directory")?, root, crates })
    }

    /// A `cargo` command in the root of the workspace.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = process::command(cargo(), &self.root);
        command.arg(subcommand);
        // Build scripts such as ring's watch these variables, and what cargo says here is about this tool: left in place, everything
        // above ring would be built once for `cargo xtask` and once more for a plain `cargo build`.
        for (name, _value) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| PACKAGE_VARIABLES.iter().any(|start| name.starts_with(start)))
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// Where the tools of another language are installed, such as `python`.
    pub(crate) fn tools(&self, name: &str) -> PathBuf {
        self.target.join("tools").join(name)
    }

    /// A tool that `cargo xtask setup` installs, or an error that says so.
    pub(crate) fn tool(&self, set: &str, program: &str) -> Result<PathBuf> {
        let path = self.tools(set).join(program);
        if !path.exists() {
            anyhow::bail!("{} is not installed: run `cargo xtask setup`", path.display());
        }
        Ok(path)
    }
}

/// The cargo that runs this tool, so that the toolchain stays the same.
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_unset| "cargo".to_owned())
}

fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_packages_under_crates_count_and_they_are_sorted() {
        let package = |name: &str, path: &str| json!({"name": name, "manifest_path": path});
        let metadata = json!({
            "workspace_root": "/repo",
            "target_directory": "/elsewhere",
            "packages": [
                package("instainstru-http", "/repo/crates/http/Cargo.toml"),
                package("instainstru-core", "/repo/crates/core/Cargo.toml"),
                package("xtask", "/repo/xtask/Cargo.toml"),
            ],
        });
        let workspace = Workspace::from_metadata(&metadata).unwrap();
        assert_eq!(workspace.crates, ["instainstru-core", "instainstru-http"]);
        assert_eq!(workspace.tools("python"), Path::new("/elsewhere/tools/python"));
    }

    #[test]
    fn a_missing_tool_says_how_to_get_it() {
        let workspace = Workspace { root: "/repo".into(), target: "/nowhere".into(), crates: Vec::new() };
        let error = workspace.tool("python", "bin/schemathesis").unwrap_err().to_string();
        assert!(error.contains("cargo xtask setup"), "{error}");
    }
}
