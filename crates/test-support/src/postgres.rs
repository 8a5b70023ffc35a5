//! A private PostgreSQL server for tests and benchmarks, and databases in it that vanish after use.
//!
//! ```no_run
//! use instainstru_test_support::postgres::{Durability, PrivatePostgres};
//!
//! let server = PrivatePostgres::start(Durability::Tests)?;
//! server.create_database("lessons")?;
//! assert!(server.url("lessons").ends_with("/lessons"));
//! server.stop()?;
//! # Ok::<(), instainstru_test_support::postgres::PostgresError>(())
//! ```
#![expect(
    clippy::disallowed_methods,
    reason = "where PostgreSQL is can only be asked of the environment; this never runs in production"
)]

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, OnceLock};

/// The oldest major version the schema runs on.
const OLDEST_VERSION: u32 = 15;

/// Ports offered to the server; it takes the first that is still free when it starts.
const PORTS_OFFERED: usize = 5;

/// The life of a private server from `initdb` to the removal of its directory.
///
/// Standard input is the pipe held by the owner. Reading it returns when the owner asks for the end or is gone,
/// however it went, and because every step runs in sequence there is no moment at which the owner's death
/// leaves something behind. Signals are ignored so that Ctrl-C, which reaches every process of a terminal,
/// cannot end the watch before the server.
const LIFE_OF_THE_SERVER: &str = r#"
bin=$1 settings=$2 certificate=$3 key=$4; shift 4
trap '' HUP INT TERM QUIT PIPE
exec 2>&1
dir=$(mktemp -d "${TMPDIR:-/tmp}/instainstru-postgres-XXXXXX" || mktemp -d /tmp/instainstru-postgres-XXXXXX) || exit 1
give_up() { echo "$1"; cat "$dir/log" 2>/dev/null; rm -rf "$dir"; exit 1; }

initialised=$("$bin/initdb" --auth=trust -U postgres -E UTF8 --locale=C.UTF-8 --no-sync -D "$dir/data") ||
    give_up "initdb failed: $initialised"
printf '%s\n' "$settings" "unix_socket_directories = '$dir'" >>"$dir/data/postgresql.conf"
if [ -n "$certificate" ]; then
    umask 077
    printf '%s' "$certificate" >"$dir/data/server.crt"
    printf '%s' "$key" >"$dir/data/server.key"
    echo 'ssl = on' >>"$dir/data/postgresql.conf"
fi

started=
for port in "$@"; do
    if "$bin/pg_ctl" start -s -w -D "$dir/data" -l "$dir/log" -o "-p $port" </dev/null >/dev/null; then
        started=$port
        break
    fi
done
[ -n "$started" ] || give_up "the server did not start on any of the ports $*:"
echo "ready $started"

read -r _
"$bin/pg_ctl" stop -s -w -m immediate -D "$dir/data" >/dev/null
stopped=$?
rm -rf "$dir"
exit $stopped
"#;

/// How much the server does to survive a power failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing is forced to disk: several times faster, and no test pulls the plug.
    Tests,
    /// The defaults of PostgreSQL, for measurements that are to mean something.
    Real,
}

impl Durability {
    fn settings(self) -> &'static str {
        match self {
            Self::Tests => {
                "listen_addresses = '127.0.0.1'\nmax_connections = 200\n\
                 fsync = off\nsynchronous_commit = off\nfull_page_writes = off"
            }
            Self::Real => "listen_addresses = '127.0.0.1'\nmax_connections = 200",
        }
    }
}

/// Why a server or a database could not be had.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PostgresError {
    /// No PostgreSQL of a supported version was found on this machine.
    NotInstalled,
    /// A program of PostgreSQL could not be run at all.
    NotRunnable {
        /// The program.
        program: PathBuf,
        /// What the operating system said.
        source: Arc<io::Error>,
    },
    /// The private server gave up before it was ready, or did not stop cleanly.
    Server(String),
    /// A program ran and refused.
    Refused {
        /// What was attempted, such as `createdb lessons`.
        action: String,
        /// What the program said.
        message: String,
    },
}

impl fmt::Display for PostgresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => write!(
                f,
                "PostgreSQL {OLDEST_VERSION} or newer is not installed: run `cargo xtask setup`, \
                 or name a running server in TEST_POSTGRES_URL"
            ),
            Self::NotRunnable { program, source } => write!(f, "cannot run {}: {source}", program.display()),
            Self::Server(message) => write!(f, "private PostgreSQL server: {message}"),
            Self::Refused { action, message } => write!(f, "{action}: {message}"),
        }
    }
}

impl std::error::Error for PostgresError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotRunnable { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }
}

/// A PostgreSQL server of its own in a temporary directory, reachable on 127.0.0.1 as user `postgres`.
///
/// It ends with its owner: when it is dropped, and equally when the owner is killed or keeps it in a `static`.
#[derive(Debug)]
pub struct PrivatePostgres {
    programs: Programs,
    port: u16,
    life: Child,
    /// While this end of the pipe is open, the server lives.
    lifeline: Option<ChildStdin>,
}

impl PrivatePostgres {
    /// Creates an empty server and waits until it accepts connections, about two seconds.
    ///
    /// `initdb` refuses to work for root, who therefore hands over to the user `postgres` of the package.
    ///
    /// # Errors
    /// When PostgreSQL is missing or too old, or when the server does not come up; the text holds its log.
    pub fn start(durability: Durability) -> Result<Self, PostgresError> {
        Self::launch(durability, ["", ""])
    }

    /// As [`PrivatePostgres::start`], with TLS: `certificate` and `key` are in PEM.
    ///
    /// # Errors
    /// As [`PrivatePostgres::start`].
    pub fn start_with_tls(
        durability: Durability,
        certificate: &str,
        key: &str,
    ) -> Result<Self, PostgresError> {
        Self::launch(durability, [certificate, key])
    }

    fn launch(durability: Durability, tls: [&str; 2]) -> Result<Self, PostgresError> {
        let programs = Programs::find()?;
        let ports =
            free_ports().map_err(|source| PostgresError::Server(format!("no free port: {source}")))?;
        let mut life = shell()
            .args(["-c", LIFE_OF_THE_SERVER, "sh"])
            .arg(&programs.directory)
            .arg(durability.settings())
            .args(tls)
            .args(ports.iter().map(u16::to_string))
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(not_runnable("sh"))?;
        let lifeline = life.stdin.take();
        let mut server = Self { programs, port: 0, life, lifeline };
        server.port = server.wait_until_ready()?;
        Ok(server)
    }

    /// The URL of a database in this server, whether it exists or not.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}:{}/{database}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Creates an empty database.
    ///
    /// # Errors
    /// When the name is taken or the server cannot be reached.
    pub fn create_database(&self, name: &str) -> Result<(), PostgresError> {
        self.admin().create_database(name, None)
    }

    /// Creates a database as a copy of another, to which nobody may be connected meanwhile.
    ///
    /// # Errors
    /// When the name is taken, the template is missing or in use, or the server cannot be reached.
    pub fn create_database_from(&self, name: &str, template: &str) -> Result<(), PostgresError> {
        self.admin().create_database(name, Some(template))
    }

    /// Removes a database, ending the connections to it; one that does not exist is fine.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub fn drop_database(&self, name: &str) -> Result<(), PostgresError> {
        self.admin().drop_database(name)
    }

    /// Stops the server at once, removes its directory and says whether both went well.
    ///
    /// # Errors
    /// When the server had already gone or could not be stopped.
    pub fn stop(mut self) -> Result<(), PostgresError> {
        self.end()
    }

    fn admin(&self) -> Admin {
        Admin { programs: self.programs.clone(), url: self.url("postgres") }
    }

    /// Reads `ready <port>`, or else everything the shell has to say about its failure.
    fn wait_until_ready(&mut self) -> Result<u16, PostgresError> {
        let mut said = String::new();
        if let Some(output) = self.life.stdout.take() {
            let mut output = BufReader::new(output);
            // What cannot be read is not said; then the port is missing and the failure is reported below.
            let _bytes = output.read_line(&mut said);
            if let Some(port) = said.strip_prefix("ready ").and_then(|port| port.trim().parse().ok()) {
                return Ok(port);
            }
            let _bytes = output.read_to_string(&mut said);
        }
        if let Some(mut errors) = self.life.stderr.take() {
            let _bytes = errors.read_to_string(&mut said);
        }
        Err(PostgresError::Server(said.trim().to_owned()))
    }

    fn end(&mut self) -> Result<(), PostgresError> {
        drop(self.lifeline.take());
        match self.life.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(PostgresError::Server(format!("did not stop cleanly ({status})"))),
            Err(error) => Err(PostgresError::Server(format!("cannot be waited for: {error}"))),
        }
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // After `stop` both the pipe and the process are gone and this does nothing.
        let _already_reported_or_nobody_listens = self.end();
    }
}

/// Whether a PostgreSQL recent enough for a private server is on this machine.
#[must_use]
pub fn is_installed() -> bool {
    Programs::find().is_ok()
}

/// The administration URL of the server that the tests of this process share.
///
/// This is the server named by `TEST_POSTGRES_URL` or else a private one, started on first use, that ends with
/// the process.
///
/// # Errors
/// When no server is named and a private one cannot be started.
pub fn server_url() -> Result<&'static str, PostgresError> {
    Ok(&shared()?.admin.url)
}

/// Creates a uniquely named database in the shared server: empty, or a copy of `template`.
///
/// # Errors
/// When there is no server, see [`server_url`], or it refuses.
pub fn fresh_database(template: Option<&str>) -> Result<TestDatabase, PostgresError> {
    let admin = shared()?.admin.clone();
    // Random because several processes, some long dead, may have left databases in a server that is named.
    let name = format!("test_{:016x}", RandomState::new().build_hasher().finish());
    admin.create_database(&name, template)?;
    Ok(TestDatabase { url: admin.url_of(&name), name, admin })
}

/// A database for one test, removed when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
    admin: Admin,
}

impl TestDatabase {
    /// The name of the database in its server.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL to connect to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // A leftover is harmless: it is empty of meaning, uniquely named, and goes with a private server.
        let _leftover = self.admin.drop_database(&self.name);
    }
}

/// The server shared by the tests of one process.
#[derive(Debug)]
struct Shared {
    admin: Admin,
    /// Held for its lifeline, which closes when the process ends.
    _private: Option<PrivatePostgres>,
}

fn shared() -> Result<&'static Shared, PostgresError> {
    static SHARED: OnceLock<Result<Shared, PostgresError>> = OnceLock::new();
    SHARED
        .get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
            Ok(url) => Ok(Shared { admin: Admin { programs: Programs::for_client(), url }, _private: None }),
            Err(_not_named) => {
                let server = PrivatePostgres::start(Durability::Tests)?;
                Ok(Shared { admin: server.admin(), _private: Some(server) })
            }
        })
        .as_ref()
        .map_err(Clone::clone)
}

/// Creates and removes databases through the programs that come with PostgreSQL.
#[derive(Debug, Clone)]
struct Admin {
    programs: Programs,
    /// Any existing database of the server, with the rights to create others.
    url: String,
}

impl Admin {
    fn create_database(&self, name: &str, template: Option<&str>) -> Result<(), PostgresError> {
        let template = template.map(|template| format!("--template={template}"));
        self.run("createdb", name, template.as_slice())
    }

    fn drop_database(&self, name: &str) -> Result<(), PostgresError> {
        self.run("dropdb", name, &["--force".to_owned(), "--if-exists".to_owned()])
    }

    fn run(&self, program: &str, database: &str, options: &[String]) -> Result<(), PostgresError> {
        let path = self.programs.directory.join(program);
        let output = Command::new(&path)
            .arg(format!("--maintenance-db={}", self.url))
            .args(options)
            .arg(database)
            .stdin(Stdio::null())
            .output()
            .map_err(not_runnable(&path))?;
        if output.status.success() {
            return Ok(());
        }
        Err(PostgresError::Refused {
            action: format!("{program} {database}"),
            message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }

    /// The URL of another database in the same server.
    fn url_of(&self, database: &str) -> String {
        let (address, parameters) =
            self.url.split_once('?').map_or((self.url.as_str(), String::new()), |(address, parameters)| {
                (address, format!("?{parameters}"))
            });
        let (scheme, rest) = address.split_once("://").unwrap_or(("postgres", address));
        let authority = rest.split_once('/').map_or(rest, |(authority, _database)| authority);
        format!("{scheme}://{authority}/{database}{parameters}")
    }
}

/// The directory that holds `initdb`, `pg_ctl`, `createdb` and their like.
#[derive(Debug, Clone)]
struct Programs {
    directory: PathBuf,
}

impl Programs {
    /// The newest server installed, among `PATH` and where Debian keeps several versions side by side.
    fn find() -> Result<Self, PostgresError> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let versions = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten().flatten();
        std::env::split_paths(&path)
            .chain(versions.map(|version| version.path().join("bin")))
            .filter(|directory| directory.join("initdb").is_file() && directory.join("pg_ctl").is_file())
            .filter_map(|directory| Some((major_version(&directory)?, directory)))
            .filter(|(version, _directory)| *version >= OLDEST_VERSION)
            .max_by_key(|(version, _directory)| *version)
            .map(|(_version, directory)| Self { directory })
            .ok_or(PostgresError::NotInstalled)
    }

    /// The same, or whatever `PATH` has where only the client programs are installed.
    fn for_client() -> Self {
        Self::find().unwrap_or_else(|_no_server| Self { directory: PathBuf::new() })
    }
}

/// Reads `15` from `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)`.
fn major_version(directory: &Path) -> Option<u32> {
    let output = Command::new(directory.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split_whitespace().nth(2)?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A shell as a user for whom PostgreSQL is willing to work.
fn shell() -> Command {
    let is_root =
        Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    }
}

/// Ports nobody listens on right now. All are held until the last is known, so that they differ.
fn free_ports() -> io::Result<Vec<u16>> {
    let listeners: Vec<TcpListener> = (0..PORTS_OFFERED)
        .map(|_nth| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<io::Result<_>>()?;
    listeners.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}

fn not_runnable(program: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> PostgresError {
    let program = program.into();
    move |source| PostgresError::NotRunnable { program, source: Arc::new(source) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;
    use std::thread::sleep;
    use std::time::Duration;

    /// Runs a query and returns its only value.
    fn query(server: &PrivatePostgres, database: &str, sql: &str) -> String {
        let output = Command::new(server.programs.directory.join("psql"))
            .args(["-At", "-v", "ON_ERROR_STOP=1", "-c", sql, &server.url(database)])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
        for _attempt in 0..200 {
            if holds() {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("still not after ten seconds: {what}");
    }

    #[test]
    fn a_database_is_created_copied_and_dropped() {
        let server = PrivatePostgres::start(Durability::Tests).unwrap();
        assert_eq!(query(&server, "postgres", "SHOW fsync"), "off");
        assert_eq!(query(&server, "postgres", "SHOW max_connections"), "200");

        server.create_database("Odd \"name\"").unwrap();
        server.create_database("lessons").unwrap();
        query(&server, "lessons", "CREATE TABLE t AS SELECT 'rug' AS person");
        server.create_database_from("copy", "lessons").unwrap();
        assert_eq!(query(&server, "copy", "SELECT person FROM t"), "rug");

        let taken = server.create_database("copy").unwrap_err().to_string();
        assert!(taken.starts_with("createdb copy: ") && taken.contains("already exists"), "{taken}");

        server.drop_database("copy").unwrap();
        server.drop_database("copy").unwrap();
        assert_eq!(
            query(&server, "postgres", "SELECT count(*) FROM pg_database WHERE datname = 'copy'"),
            "0"
        );
        server.stop().unwrap();
    }

    #[test]
    fn a_durable_server_leaves_no_directory_when_dropped() {
        let server = PrivatePostgres::start(Durability::Real).unwrap();
        assert_eq!(query(&server, "postgres", "SHOW fsync"), "on");
        let directory = PathBuf::from(query(&server, "postgres", "SHOW data_directory"));
        assert!(directory.parent().unwrap().is_dir());
        drop(server);
        assert!(!directory.parent().unwrap().exists());
    }

    #[test]
    fn a_server_ends_with_its_killed_owner() {
        const OWNER: &str = "INSTAINSTRU_TEST_OWNS_A_POSTGRES";
        if std::env::var_os(OWNER).is_some() {
            let server = PrivatePostgres::start(Durability::Tests).unwrap();
            println!("\nserver {} {}", server.port, query(&server, "postgres", "SHOW data_directory"));
            loop {
                sleep(Duration::from_mins(1));
            }
        }

        // This test again, in a process that can be killed.
        let (_crate, module) = module_path!().split_once("::").unwrap();
        let mut owner = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture", &format!("{module}::a_server_ends_with_its_killed_owner")])
            .env(OWNER, "yes")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(owner.stdout.take().unwrap()).lines().map_while(Result::ok);
        let line = { lines }.find(|line| line.starts_with("server ")).unwrap();
        let [_, port, directory] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let address = (Ipv4Addr::LOCALHOST, port.parse::<u16>().unwrap());
        assert!(TcpStream::connect(address).is_ok());

        owner.kill().unwrap();
        owner.wait().unwrap();
        eventually("the port is closed", || TcpStream::connect(address).is_err());
        eventually("the directory is gone", || !Path::new(directory).parent().unwrap().exists());
    }

    #[test]
    fn a_fresh_database_is_gone_when_dropped() {
        let database = fresh_database(None).unwrap();
        let copy = fresh_database(Some(database.name())).unwrap();
        assert_ne!(database.url(), copy.url());
        assert!(copy.url().ends_with(copy.name()));

        let (admin, name) = (copy.admin.clone(), copy.name().to_owned());
        drop(copy);
        let missing = admin.create_database("unused", Some(&name)).unwrap_err().to_string();
        assert!(missing.contains("does not exist"), "{missing}");
    }

    #[test]
    fn the_database_in_a_url_is_replaced() {
        let url_of = |url: &str| {
            Admin { programs: Programs { directory: PathBuf::new() }, url: url.to_owned() }.url_of("new")
        };
        assert_eq!(url_of("postgres://me:pw@db:5432/old"), "postgres://me:pw@db:5432/new");
        assert_eq!(url_of("postgresql://db?sslmode=disable"), "postgresql://db/new?sslmode=disable");
        assert_eq!(url_of("postgres://db/?host=/run/pg"), "postgres://db/new?host=/run/pg");
    }

    #[test]
    fn a_missing_server_says_how_to_get_one() {
        assert!(PostgresError::NotInstalled.to_string().contains("cargo xtask setup"));
    }
}
