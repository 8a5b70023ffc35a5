//! Where a server of a test lives: its directory, its database, its configuration. And the server itself.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use instainstru_test_support::postgres::{TestDatabase, fresh_database};
use tempfile::TempDir;

/// How long a server may take to stop.
const STOPS_WITHIN: Duration = Duration::from_secs(40);

/// A data directory and a database, which outlive the servers that use them.
pub(crate) struct Home {
    directory: TempDir,
    postgres: Option<TestDatabase>,
}

impl Home {
    pub(crate) fn sqlite() -> Self {
        Self { directory: TempDir::with_prefix("instainstru-e2e-").unwrap(), postgres: None }
    }

    pub(crate) fn postgres() -> Self {
        Self { postgres: Some(fresh_database(None).unwrap()), ..Self::sqlite() }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    /// A file in the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Starts a server in the environment `test`, unless `configuration` says otherwise.
    pub(crate) fn start(&self, configuration: &[(&str, &str)]) -> Server {
        self.begin("serve", "is listening on ", configuration)
    }

    /// Starts a worker, which has no address.
    pub(crate) fn work(&self, configuration: &[(&str, &str)]) -> Server {
        self.begin("worker", "is working", configuration)
    }

    /// Starts a process that goes on until it is stopped, and waits until it says that it has begun.
    fn begin(&self, command: &str, says: &str, configuration: &[(&str, &str)]) -> Server {
        let log = self.path("log");
        let mut child = self
            .command(&[command], configuration)
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut greeting = Vec::new();
        let base = loop {
            let Some(Ok(line)) = lines.next() else {
                let status = child.wait().unwrap();
                panic!("the server did not start ({status}):\n{}", fs::read_to_string(&log).unwrap());
            };
            greeting.push(line.clone());
            if let Some((_before, address)) = line.split_once(says) {
                break address.trim().to_owned();
            }
        };
        // Everything else it prints is read too, so that it never waits for a reader.
        let rest = thread::spawn(move || lines.map_while(Result::ok).collect());
        Server { child, base, rest: Some(rest), log }
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str], configuration: &[(&str, &str)]) -> Output {
        self.command(arguments, configuration).output().unwrap()
    }

    /// Runs a command that must succeed and returns what it printed.
    pub(crate) fn succeed(&self, arguments: &[&str], configuration: &[(&str, &str)]) -> String {
        let output = self.run(arguments, configuration);
        let printed = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {}\n{printed}{errors}", output.status);
        printed
    }

    fn command(&self, arguments: &[&str], configuration: &[(&str, &str)]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            // Nothing of the surrounding process, and away from any `.env`.
            .env_clear()
            .current_dir(self.directory.path())
            .env("ENVIRONMENT", "test")
            .env("PORT", "0")
            .env("INSTAINSTRU_DATA_DIR", self.path("data"))
            .env("RATE_LIMIT_ENABLED", "false")
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null());
        if let Some(database) = &self.postgres {
            command.env("DATABASE_URL", database.url());
        }
        command.envs(configuration.iter().copied());
        command
    }
}

/// A running server, killed when dropped.
pub(crate) struct Server {
    child: Child,
    base: String,
    rest: Option<thread::JoinHandle<Vec<String>>>,
    log: PathBuf,
}

impl Server {
    /// Its address, such as `http://127.0.0.1:40123`.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a signal such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until the server has ended.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + STOPS_WITHIN;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not stop:\n{}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops the server as a service manager does, and insists on success.
    pub(crate) fn stop(mut self) {
        self.signal("TERM");
        let status = self.wait();
        assert!(status.success(), "{status}:\n{}", self.log());
    }

    /// Ends the server without warning, as a power failure does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it printed after its address, once it has ended.
    pub(crate) fn rest_of_greeting(&mut self) -> Vec<String> {
        self.rest.take().map(|rest| rest.join().unwrap()).unwrap_or_default()
    }

    /// What it logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is fine.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// The binary named by `INSTAINSTRU_BIN`, or else built now.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says which binary to test")]
    BINARY.get_or_init(|| std::env::var_os("INSTAINSTRU_BIN").map_or_else(build, PathBuf::from))
}

fn build() -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "instainstru-server", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the server does not build");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "instainstru")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the binary it built")
}
