//! A real Prometheus, started as a process with the configuration that is shipped, and asked over HTTP.

use std::{
    env,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// How long Prometheus may take to start, or to have scraped something.
const PATIENCE: Duration = Duration::from_secs(60);

/// The directory of what is shipped for monitoring.
pub(crate) fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/monitoring").join(name)
}

/// A program of Prometheus: that of the system, or the one that `cargo xtask setup` put below the target directory.
#[expect(clippy::disallowed_methods, reason = "installed programs are found through PATH")]
pub(crate) fn program(name: &str) -> Command {
    let path = env::var_os("PATH").unwrap_or_default();
    let own = env::current_exe().unwrap();
    let tools = own.ancestors().map(|directory| directory.join("tools/prometheus/usr/bin"));
    let found = env::split_paths(&path)
        .chain(tools)
        .map(|directory| directory.join(name))
        .find(|file| file.is_file());
    Command::new(found.unwrap_or_else(|| panic!("{name} is missing: run `cargo xtask setup`")))
}

/// A Prometheus that scrapes one server every second. Stopped when dropped.
pub(crate) struct Prometheus {
    child: Child,
    base: String,
    // Its configuration and its data, gone after it.
    _directory: TempDir,
}

impl Prometheus {
    /// Starts with the configuration and the rules that are shipped, in a hurry.
    pub(crate) fn scraping(server: &str) -> Self {
        let directory = TempDir::with_prefix("instainstru-prometheus-").unwrap();
        let copy = |name: &str, changes: &[(&str, &str)]| {
            let mut text = fs::read_to_string(shipped("prometheus").join(name)).unwrap();
            for (from, to) in changes {
                assert!(text.contains(from), "{name} says nothing of {from}");
                text = text.replace(from, to);
            }
            let file = directory.path().join(name);
            fs::write(&file, text).unwrap();
            file
        };
        let address = server.trim_start_matches("http://");
        let config = copy(
            "prometheus.yml",
            &[
                ("scrape_interval: 15s", "scrape_interval: 1s"),
                ("app:8000", address),
                // Nobody is told, and nothing but the server is scraped: the discard port answers to nobody.
                ("alertmanager:9093", "127.0.0.1:9"),
                ("127.0.0.1:9090", "127.0.0.1:9"),
            ],
        );
        copy("alerts.yml", &[("interval: 1m", "interval: 1s")]);
        let log = directory.path().join("log");
        let child = program("prometheus")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", directory.path().join("data").display()))
            .arg("--web.listen-address=127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        // From here on it is stopped whatever happens.
        let mut started = Self { child, base: String::new(), _directory: directory };
        started.base = until("Prometheus listens", || address_in(&log));
        until("Prometheus is ready", || {
            ureq::get(format!("{}/-/ready", started.base)).call().is_ok().then_some(())
        });
        started
    }

    /// What an expression means at this moment: its series, each with its value.
    pub(crate) fn ask(&self, expression: &str) -> Result<Vec<(Value, String)>, String> {
        let answer = self.get("query", &[("query", expression)])?;
        let result = &answer["result"];
        let sample =
            |sample: &Value| (sample["metric"].clone(), sample["value"][1].as_str().unwrap().to_owned());
        Ok(match answer["resultType"].as_str() {
            Some("vector") => result.as_array().unwrap().iter().map(sample).collect(),
            Some("scalar") => vec![(Value::Null, result[1].as_str().unwrap().to_owned())],
            other => panic!("{expression} is a {other:?}"),
        })
    }

    /// The names of all labels.
    pub(crate) fn labels(&self) -> Vec<String> {
        let labels = self.get("labels", &[]).unwrap();
        labels.as_array().unwrap().iter().map(|label| label.as_str().unwrap().to_owned()).collect()
    }

    /// Every rule, once each was evaluated.
    pub(crate) fn rules(&self) -> Vec<Value> {
        until("every rule was evaluated", || {
            let groups = self.get("rules", &[]).unwrap();
            let groups = groups["groups"].as_array().unwrap().iter();
            let rules: Vec<Value> =
                groups.flat_map(|group| group["rules"].as_array().unwrap().clone()).collect();
            (!rules.is_empty() && rules.iter().all(|rule| rule["health"] != "unknown")).then_some(rules)
        })
    }

    fn get(&self, what: &str, query: &[(&str, &str)]) -> Result<Value, String> {
        let mut request = ureq::get(format!("{}/api/v1/{what}", self.base));
        for (name, value) in query {
            request = request.query(name, value);
        }
        let mut answer = request.config().http_status_as_error(false).build().call().unwrap();
        let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        match answer["status"].as_str() {
            Some("success") => Ok(answer["data"].clone()),
            _ => Err(answer["error"].to_string()),
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // Both fail when it has ended already, which is fine.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// The address that Prometheus says it listens on.
fn address_in(log: &Path) -> Option<String> {
    let lines = BufReader::new(File::open(log).unwrap()).lines().map_while(Result::ok);
    let mut said = lines.filter(|line| line.contains("Listening on"));
    let (_before, address) =
        said.next()?.split_once("address=").map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    Some(format!("http://{}", address.trim()))
}

/// Waits until there is something.
pub(crate) fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
        thread::sleep(Duration::from_millis(50));
    }
}
