//! Installs what the other commands use: system packages, and the npm and Python tools pinned under `tools/`.
#![expect(clippy::disallowed_methods, reason = "installed programs are found through PATH")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, execute, succeeds};
use crate::workspace::Workspace;

/// A program and the Debian packages it comes in.
struct Requirement {
    packages: &'static [&'static str],
    purpose: &'static str,
    is_present: fn() -> bool,
}

const REQUIREMENTS: &[Requirement] = &[
    Requirement { packages: &["postgresql"], purpose: "repository tests", is_present: has_postgres },
    Requirement { packages: &["libpq-dev"], purpose: "TLS to PostgreSQL", is_present: || has("pg_config") },
    Requirement { packages: &["redis-server"], purpose: "cache tests", is_present: || has("redis-server") },
    Requirement { packages: &["nginx-light"], purpose: "the example of a proxy", is_present: has_nginx },
    Requirement { packages: &["wrk"], purpose: "benchmarks", is_present: || has("wrk") },
    Requirement {
        packages: &["chromium"],
        purpose: "browser tests",
        is_present: || has("chromium") || has("chromium-browser") || has("google-chrome"),
    },
    Requirement {
        packages: &["nodejs", "npm"],
        purpose: "API clients",
        is_present: || has("node") && has("npm"),
    },
    Requirement { packages: &["python3", "python3-venv"], purpose: "API tests", is_present: has_python },
];

/// Installs what is missing and leaves the rest alone.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    install_system_packages()?;
    install_node_tools(workspace)?;
    install_browser_tools(workspace)?;
    install_python_tools(workspace)?;
    install_prometheus(workspace)
}

fn install_system_packages() -> Result<()> {
    let missing: Vec<&Requirement> =
        REQUIREMENTS.iter().filter(|requirement| !(requirement.is_present)()).collect();
    if missing.is_empty() {
        println!("system packages: all present");
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|requirement| requirement.packages).copied().collect();
    let is_root = process::output(Command::new("id").arg("-u"))?.trim() == "0";
    if !is_root || !has("apt-get") {
        bail!("{}", instructions(&missing, &packages));
    }
    println!("installing {}", packages.join(", "));
    let apt = || {
        let mut apt = Command::new("apt-get");
        // What is installed is for private instances; none of it is to run by itself.
        apt.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
        apt
    };
    execute(apt().args(["update", "--quiet"]))?;
    execute(apt().args(["install", "--quiet", "--yes", "--no-install-recommends"]).args(&packages))
}

/// What a user without the right to install has to ask for.
fn instructions(missing: &[&Requirement], packages: &[&str]) -> String {
    let list: String = missing
        .iter()
        .map(|requirement| format!("  {} (for {})\n", requirement.packages.join(" "), requirement.purpose))
        .collect();
    format!(
        "these packages are missing, and only root can install them:\n{list}\
         On Debian or Ubuntu: sudo apt-get install {}\n\
         Elsewhere install the same programs and run `cargo xtask setup` again.",
        packages.join(" ")
    )
}

fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|directory| directory.join(program).is_file()))
}

fn has_postgres() -> bool {
    crate::postgres::is_installed()
}

/// Debian keeps it where only root looks for programs.
fn has_nginx() -> bool {
    has("nginx") || Path::new("/usr/sbin/nginx").is_file()
}

/// A Python that can make virtual environments; Debian packs that ability separately.
fn has_python() -> bool {
    succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"]))
}

/// The generators of API clients, exactly as locked.
fn install_node_tools(workspace: &Workspace) -> Result<()> {
    let inputs = ["package.json", "package-lock.json", "postman.cjs"];
    install_tools(workspace, "api-clients", &inputs, npm_ci)
}

/// What drives the browser. It uses the Chromium of the system, so no browser is downloaded.
fn install_browser_tools(workspace: &Workspace) -> Result<()> {
    install_tools(workspace, "browser", &["package.json", "package-lock.json"], npm_ci)
}

/// Installs exactly what is locked. Nothing in it needs to run while installing.
fn npm_ci(directory: &Path) -> Result<()> {
    execute(process::command("npm", directory).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}

/// Schemathesis, the test mail server and the reader of calendar files, in a virtual environment.
fn install_python_tools(workspace: &Workspace) -> Result<()> {
    install_tools(workspace, "python", &["requirements.txt"], |directory| {
        execute(process::command("python3", directory).args(["-m", "venv", "."]))?;
        execute(process::command(directory.join("bin/python"), directory).args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
            "requirements.txt",
        ]))
    })
}

/// Prometheus with promtool, for the tests of dashboards and alerts. Only its files are wanted: installed as a package it would
/// start a service of its own, so the package is unpacked below the target directory, for which nobody has to be root.
fn install_prometheus(workspace: &Workspace) -> Result<()> {
    let directory = workspace.tools("prometheus");
    let is_unpacked =
        ["prometheus", "promtool"].iter().all(|name| directory.join("usr/bin").join(name).is_file());
    if is_unpacked || (has("prometheus") && has("promtool")) {
        println!("tools/prometheus: installed");
        return Ok(());
    }
    if !has("apt-get") {
        bail!(
            "install prometheus and promtool (for the tests of dashboards and alerts), and run `cargo xtask setup` again"
        );
    }
    let packages = tempfile::tempdir().context("cannot create a directory for the package of Prometheus")?;
    let download =
        || execute(process::command("apt-get", packages.path()).args(["download", "--quiet", "prometheus"]));
    if download().is_err() {
        // The lists of packages are old, or there are none.
        execute(Command::new("apt-get").args(["update", "--quiet"]))?;
        download()?;
    }
    let mut files = fs::read_dir(packages.path()).context("cannot read what was downloaded")?;
    let package =
        files.next().context("nothing was downloaded")?.context("cannot read what was downloaded")?;
    fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
    execute(Command::new("dpkg-deb").arg("--extract").arg(package.path()).arg(&directory))
}

/// Copies the manifests of `tools/<name>` below the target directory and installs there, unless that was done
/// before with the same manifests.
fn install_tools(
    workspace: &Workspace,
    name: &str,
    inputs: &[&str],
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let source = workspace.root.join("tools").join(name);
    let destination = workspace.tools(name);
    let manifests = inputs
        .iter()
        .map(|input| {
            let path = source.join(input);
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok((destination.join(input), text))
        })
        .collect::<Result<Vec<(PathBuf, String)>>>()?;
    let stamp = destination.join(".installed");
    let wanted: String = manifests.iter().map(|(_path, text)| text.as_str()).collect();
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        println!("tools/{name}: installed");
        return Ok(());
    }
    // A half-finished installation must not pass for a finished one.
    if destination.exists() {
        fs::remove_dir_all(&destination)
            .with_context(|| format!("cannot clear {}", destination.display()))?;
    }
    fs::create_dir_all(&destination).with_context(|| format!("cannot create {}", destination.display()))?;
    for (path, text) in &manifests {
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    install(&destination).with_context(|| format!("cannot install tools/{name}"))?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn programs_are_found_through_the_path() {
        assert!(has("sh"));
        assert!(!has("no-such-program"));
    }

    #[test]
    fn instructions_name_every_package_and_its_purpose() {
        let missing: Vec<&Requirement> = REQUIREMENTS.iter().collect();
        let text = instructions(&missing, &["postgresql", "wrk"]);
        assert!(text.contains("  nodejs npm (for API clients)"), "{text}");
        assert!(text.contains("sudo apt-get install postgresql wrk"), "{text}");
    }

    #[test]
    fn tools_are_installed_again_only_when_their_manifests_change() {
        let directory = tempfile::tempdir().unwrap();
        let workspace = Workspace {
            root: directory.path().to_owned(),
            target: directory.path().join("target"),
            crates: Vec::new(),
        };
        let manifest = directory.path().join("tools/paint/list.txt");
        fs::create_dir_all(manifest.parent().unwrap()).unwrap();
        fs::write(&manifest, "red").unwrap();
        let installations = Cell::new(0);
        let install = |fails: bool| {
            install_tools(&workspace, "paint", &["list.txt"], |directory| {
                assert!(directory.join("list.txt").exists());
                installations.set(installations.get() + 1);
                if fails { bail!("no network") } else { Ok(()) }
            })
        };
        assert!(install(true).is_err());
        install(false).unwrap();
        install(false).unwrap();
        assert_eq!(installations.get(), 2);
        fs::write(&manifest, "blue").unwrap();
        install(false).unwrap();
        assert_eq!(installations.get(), 3);
    }

    #[test]
    fn the_npm_locks_name_no_registry() {
        for lock in [
            include_str!("../../tools/api-clients/package-lock.json"),
            include_str!("../../tools/browser/package-lock.json"),
        ] {
            assert!(
                !lock.contains("\"resolved\""),
                "regenerate with `npm install --omit-lockfile-registry-resolved`"
            );
        }
    }
}
