//! The real binary, running on a free port with a data directory of its own.
#![expect(
    clippy::disallowed_methods,
    reason = "the server starts with a clean environment, of which a little is kept"
)]

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::process::{self, Process};
use crate::workspace::Workspace;

/// How long the server may take to answer its first health check.
const STARTS_WITHIN: Duration = Duration::from_secs(30);
/// How long it may take to finish the requests under way after SIGTERM.
const STOPS_WITHIN: Duration = Duration::from_secs(30);
/// What the server inherits: nothing that configures it, so that a developer's settings change no result.
const INHERITED: &[&str] =
    &["HOME", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE", "PATH", "RUST_BACKTRACE", "TMPDIR"];
/// How many lines of its log a failure quotes.
const QUOTED_LINES: usize = 30;

/// Which build of the server to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build: for tests.
    Debug,
    /// Optimised: for measurements.
    Release,
}

/// Builds the server and returns the path of its binary.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let mut cargo = workspace.cargo("build");
    cargo.args(["--package", "instainstru-server"]);
    let directory = match profile {
        Profile::Debug => "debug",
        Profile::Release => {
            cargo.arg("--release");
            "release"
        }
    };
    process::execute(&mut cargo)?;
    Ok(workspace.target.join(directory).join("instainstru"))
}

/// The binary with the environment of a server, and nothing of the surrounding process.
fn command(
    binary: &Path,
    address: SocketAddr,
    directory: &TempDir,
    environment: &[(String, String)],
) -> Command {
    let mut command = Command::new(binary);
    command
        // Away from the repository, where a developer may keep an `.env`.
        .current_dir(directory.path())
        .env_clear()
        .envs(INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
        .env("ENVIRONMENT", "test")
        .env("HOST", address.ip().to_string())
        .env("PORT", address.port().to_string())
        .env("INSTAINSTRU_DATA_DIR", directory.path().join("data"))
        .envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

/// A running server. It is killed and its data removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    process: Process,
    address: SocketAddr,
    directory: TempDir,
    binary: PathBuf,
    environment: Vec<(String, String)>,
}

impl Server {
    /// Starts `instainstru serve` and waits until it is healthy.
    ///
    /// It listens on 127.0.0.1, keeps its data in a temporary directory and is in the environment `test`, with
    /// the catalogue and no people, unless `environment` says otherwise. The environment of the
    /// surrounding process is not passed on.
    pub(crate) fn start(binary: &Path, environment: &[(&str, &str)]) -> Result<Self> {
        let directory = tempfile::tempdir().context("cannot create a directory for the server")?;
        Self::begin(binary.to_owned(), directory, environment)
    }

    /// Stops the server and starts it again on its data, in another environment: at a later time, for example.
    pub(crate) fn again(self, environment: &[(&str, &str)]) -> Result<Self> {
        let (binary, directory) = (self.binary.clone(), self.end()?);
        Self::begin(binary, directory, environment)
    }

    fn begin(binary: PathBuf, directory: TempDir, environment: &[(&str, &str)]) -> Result<Self> {
        let address = free_address()?;
        let log =
            File::create(directory.path().join("log")).context("cannot create the log of the server")?;
        let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let environment: Vec<_> = environment.iter().map(text).collect();
        let mut command = command(&binary, address, &directory, &environment);
        command
            .arg("serve")
            .stdout(log.try_clone().context("cannot share the log of the server")?)
            .stderr(log);
        let process = Process::start(&mut command)?;
        let mut server = Self { process, address, directory, binary, environment };
        server.wait_until_healthy()?;
        Ok(server)
    }

    /// The address of a path, such as `http://127.0.0.1:40123/health`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs another command on the data of the server, such as `admin grant`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<()> {
        let mut command = command(&self.binary, self.address, &self.directory, &self.environment);
        process::execute(command.args(arguments))
    }

    /// The id of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends SIGTERM and insists on a clean end.
    pub(crate) fn stop(self) -> Result<()> {
        self.end().map(drop)
    }

    /// Stops it and leaves its data.
    fn end(self) -> Result<TempDir> {
        let Self { process, directory, .. } = self;
        let status = process.terminate(STOPS_WITHIN)?;
        if !status.success() {
            bail!("the server did not stop cleanly ({status}):\n{}", end_of_log(directory.path()));
        }
        Ok(directory)
    }

    /// The last lines the server logged, for error messages.
    pub(crate) fn end_of_log(&self) -> String {
        end_of_log(self.directory.path())
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let health = self.url("/health");
        let deadline = Instant::now() + STARTS_WITHIN;
        while ureq::get(&health).call().is_err() {
            if let Some(status) = self.process.status()? {
                bail!("the server ended before it was healthy ({status}):\n{}", self.end_of_log());
            }
            if Instant::now() > deadline {
                bail!("{health} does not answer after {STARTS_WITHIN:?}:\n{}", self.end_of_log());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

fn end_of_log(directory: &Path) -> String {
    let log = fs::read_to_string(directory.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let start = lines.len().saturating_sub(QUOTED_LINES);
    lines.into_iter().skip(start).collect::<Vec<_>>().join("\n")
}

/// An address nobody listens on right now.
fn free_address() -> Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .context("cannot find a free port")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// A stand-in for the binary, which gets `serve` as its argument.
    fn binary(directory: &TempDir, script: &str) -> PathBuf {
        let path = directory.path().join("instainstru");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    const SERVE: &str = r#"#!/usr/bin/env python3
import http.server, os, signal, sys
assert sys.argv[1:] == ["serve"] and "CARGO" not in os.environ
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
        self.wfile.write(os.environ["ENVIRONMENT"].encode())
signal.signal(signal.SIGTERM, lambda *_: sys.exit(int(os.environ.get("EXIT_CODE", 0))))
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"#;

    #[test]
    fn a_server_is_started_asked_and_stopped() {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::start(&binary(&directory, SERVE), &[]).unwrap();
        let mut answer = ureq::get(server.url("/health")).call().unwrap();
        assert_eq!(answer.body_mut().read_to_string().unwrap(), "test");
        server.stop().unwrap();
    }

    #[test]
    fn a_server_is_started_again_in_another_environment() {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::start(&binary(&directory, SERVE), &[]).unwrap();
        let data = server.directory.path().to_owned();
        let server = server.again(&[("ENVIRONMENT", "development")]).unwrap();
        assert_eq!(server.directory.path(), data);
        let mut answer = ureq::get(server.url("/health")).call().unwrap();
        assert_eq!(answer.body_mut().read_to_string().unwrap(), "development");
        server.stop().unwrap();
        assert!(!data.exists());
    }

    #[test]
    fn a_server_that_fails_while_stopping_is_reported() {
        let directory = tempfile::tempdir().unwrap();
        let environment = [("EXIT_CODE", "4"), ("ENVIRONMENT", "production")];
        let server = Server::start(&binary(&directory, SERVE), &environment).unwrap();
        let error = server.stop().unwrap_err().to_string();
        assert!(error.contains("exit status: 4"), "{error}");
    }

    #[test]
    fn a_server_that_does_not_start_is_quoted() {
        let directory = tempfile::tempdir().unwrap();
        let script = "#!/bin/sh\necho migrations are pending >&2\nexit 2\n";
        let error = Server::start(&binary(&directory, script), &[]).unwrap_err().to_string();
        assert!(error.contains("exit status: 2") && error.contains("migrations are pending"), "{error}");
    }
}
