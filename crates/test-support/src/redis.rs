//! A private Redis server for tests and benchmarks, which can be killed, started again, and stalled.
//!
//! ```no_run
//! use instainstru_test_support::redis::PrivateRedis;
//!
//! let mut redis = PrivateRedis::start(&[])?;
//! assert!(redis.url().starts_with("redis://127.0.0.1:"));
//! redis.kill()?;
//! redis.start_again()?;
//! # Ok::<(), instainstru_test_support::redis::RedisError>(())
//! ```

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
};

/// Ports offered to the server; it takes the first that is still free when it starts.
const PORTS_OFFERED: usize = 5;

/// The life of a private server. Each line of standard input is a wish, and each wish is answered with a line. The end of the
/// input, however it comes, is the end of the server.
const LIFE_OF_THE_SERVER: &str = r#"
program=$1 settings=$2; shift 2
trap '' HUP INT TERM QUIT PIPE
exec 2>&1
dir=$(mktemp -d "${TMPDIR:-/tmp}/instainstru-redis-XXXXXX" || mktemp -d /tmp/instainstru-redis-XXXXXX) || exit 1
pid=

launch() {
    : >"$dir/log"
    # Expanded on purpose: each word is an option of its own.
    "$program" --port "$1" --bind 127.0.0.1 --dir "$dir" --save '' \
        $(printf %s "$settings" | sed "s/{port}/$1/g") </dev/null >>"$dir/log" 2>&1 &
    pid=$!
    tries=0
    until grep -q 'Ready to accept connections' "$dir/log"; do
        kill -0 $pid 2>/dev/null && [ $tries -lt 200 ] || { end; return 1; }
        tries=$((tries + 1))
        sleep 0.02
    done
}
end() { kill -KILL $pid 2>/dev/null; wait $pid 2>/dev/null; pid=; }

started=
for port in "$@"; do
    if launch "$port"; then started=$port; break; fi
done
[ -n "$started" ] || { echo "the server did not start on any of the ports $*:"; cat "$dir/log"; rm -rf "$dir"; exit 1; }
echo "ready $started"

while read -r wish; do
    case $wish in
        kill) end; echo done ;;
        start) if launch "$started"; then echo done; else echo "failed: $(tail -1 "$dir/log")"; fi ;;
        stall) kill -STOP $pid && echo done ;;
        go) kill -CONT $pid && echo done ;;
    esac
done
[ -n "$pid" ] && end
rm -rf "$dir"
"#;

/// Why a server could not be had, or did not do as it was told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RedisError {
    /// There is no Redis on this machine.
    NotInstalled,
    /// A shell could not be run.
    NotRunnable(Arc<io::Error>),
    /// The private server gave up.
    Server(String),
}

impl fmt::Display for RedisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str("redis-server is not installed: run `cargo xtask setup`"),
            Self::NotRunnable(source) => write!(f, "cannot run a shell: {source}"),
            Self::Server(message) => write!(f, "private Redis server: {message}"),
        }
    }
}

impl std::error::Error for RedisError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotRunnable(source) => Some(source.as_ref()),
            Self::NotInstalled | Self::Server(_) => None,
        }
    }
}

/// A Redis server of its own on 127.0.0.1, with an empty memory and nothing on disk.
///
/// It ends with its owner: when it is dropped, and equally when the owner is killed.
#[derive(Debug)]
pub struct PrivateRedis {
    port: u16,
    life: Child,
    wishes: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl PrivateRedis {
    /// Starts an empty server and waits until it accepts connections. `options` are further options of the server, such as
    /// `["--maxmemory", "2mb"]`; `{port}` in them stands for the port it listens on.
    ///
    /// # Errors
    /// When Redis is missing, or does not come up; the text holds its log.
    pub fn start(options: &[&str]) -> Result<Self, RedisError> {
        if !is_installed() {
            return Err(RedisError::NotInstalled);
        }
        let ports = free_ports().map_err(|error| RedisError::NotRunnable(Arc::new(error)))?;
        let mut life = Command::new("sh")
            .args(["-c", LIFE_OF_THE_SERVER, "sh", "redis-server"])
            .arg(options.join(" "))
            .args(ports.iter().map(u16::to_string))
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| RedisError::NotRunnable(Arc::new(error)))?;
        let wishes = life.stdin.take();
        let Some(answers) = life.stdout.take() else {
            return Err(RedisError::Server("its output cannot be read".to_owned()));
        };
        let mut server = Self { port: 0, life, wishes, answers: BufReader::new(answers) };
        let said = server.hear()?;
        match said.strip_prefix("ready ").and_then(|port| port.trim().parse().ok()) {
            Some(port) => server.port = port,
            None => {
                let mut rest = said;
                // What cannot be read is not said.
                let _bytes = server.answers.read_to_string(&mut rest);
                return Err(RedisError::Server(rest.trim().to_owned()));
            }
        }
        Ok(server)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Kills the server, as a power failure does. Its address stays reserved for [`PrivateRedis::start_again`].
    ///
    /// # Errors
    /// When the shell around it is gone.
    pub fn kill(&mut self) -> Result<(), RedisError> {
        self.wish("kill")
    }

    /// Starts a killed server again at the same address, with an empty memory unless its options say otherwise.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn start_again(&mut self) -> Result<(), RedisError> {
        self.wish("start")
    }

    /// Makes the server stop doing anything, while its connections stay open.
    ///
    /// # Errors
    /// When it is not running.
    pub fn stall(&mut self) -> Result<(), RedisError> {
        self.wish("stall")
    }

    /// Ends the stall.
    ///
    /// # Errors
    /// When it is not running.
    pub fn go_on(&mut self) -> Result<(), RedisError> {
        self.wish("go")
    }

    fn wish(&mut self, wish: &str) -> Result<(), RedisError> {
        let gone = |error: io::Error| RedisError::Server(format!("cannot be told to {wish}: {error}"));
        match &mut self.wishes {
            Some(wishes) => writeln!(wishes, "{wish}").map_err(gone)?,
            None => return Err(RedisError::Server("it has ended".to_owned())),
        }
        match self.hear()?.trim() {
            "done" => Ok(()),
            other => Err(RedisError::Server(other.to_owned())),
        }
    }

    fn hear(&mut self) -> Result<String, RedisError> {
        let mut said = String::new();
        self.answers.read_line(&mut said).map_err(|error| RedisError::Server(error.to_string()))?;
        Ok(said)
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        drop(self.wishes.take());
        // It cannot be waited for when it is gone already.
        let _status = self.life.wait();
    }
}

/// Whether Redis is on this machine.
#[must_use]
pub fn is_installed() -> bool {
    let mut server = Command::new("redis-server");
    server.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    server.status().is_ok_and(|status| status.success())
}

/// Ports nobody listens on right now. All are held until the last is known, so that they differ.
fn free_ports() -> io::Result<Vec<u16>> {
    let listeners: Vec<TcpListener> = (0..PORTS_OFFERED)
        .map(|_nth| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<io::Result<_>>()?;
    listeners.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}

#[cfg(test)]
mod tests {
    use std::{net::TcpStream, time::Duration};

    use super::*;

    /// Sends one command and returns the first line of the answer.
    fn ask(redis: &PrivateRedis, command: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, redis.port()))?;
        stream.set_read_timeout(Some(Duration::from_millis(300)))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    #[test]
    fn a_server_is_killed_and_started_again_without_a_memory() {
        let mut redis = PrivateRedis::start(&[]).unwrap();
        assert_eq!(ask(&redis, "SET a 1").unwrap(), "+OK");
        redis.kill().unwrap();
        assert!(ask(&redis, "PING").is_err());
        redis.start_again().unwrap();
        assert_eq!(ask(&redis, "GET a").unwrap(), "$-1");
    }

    #[test]
    fn a_stalled_server_accepts_connections_and_says_nothing() {
        let mut redis = PrivateRedis::start(&[]).unwrap();
        redis.stall().unwrap();
        assert!(ask(&redis, "PING").is_err());
        redis.go_on().unwrap();
        assert_eq!(ask(&redis, "PING").unwrap(), "+PONG");
    }

    #[test]
    fn options_are_passed_on_and_a_bad_one_is_reported() {
        let full = PrivateRedis::start(&["--maxmemory", "1kb", "--maxmemory-policy", "noeviction"]).unwrap();
        assert!(ask(&full, "SET a 1").unwrap().starts_with("-OOM"));
        let refused = PrivateRedis::start(&["--no-such-option", "1"]).unwrap_err().to_string();
        assert!(refused.contains("no-such-option"), "{refused}");
    }

    #[test]
    fn a_server_ends_with_its_owner() {
        let redis = PrivateRedis::start(&[]).unwrap();
        let address = (Ipv4Addr::LOCALHOST, redis.port());
        assert!(TcpStream::connect(address).is_ok());
        drop(redis);
        assert!(TcpStream::connect(address).is_err());
    }
}
