//! The rules between crates: who may depend on whom, who owns which technology, and what may be linked at all.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read the repository has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

/// Which crates of the workspace a crate may depend on: dependencies point inward only.
///
/// A crate without a row fails, so the table cannot rot. Rows of crates that do not exist yet are in order.
const ALLOWED: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("domain", &["core"]),
    ("service", &["domain", "core"]),
    ("repository", &["domain", "core"]),
    ("search", &["domain", "core"]),
    ("notification", &["domain", "core"]),
    ("cache", &["domain"]),
    ("auth", &["domain"]),
    ("telemetry", &["service", "domain", "core"]),
    ("http", &["telemetry", "service", "domain", "core"]),
    ("web", &["http", "service", "domain", "core"]),
    ("reporting", &["telemetry", "domain"]),
    (
        "server",
        &[
            "auth",
            "cache",
            "core",
            "domain",
            "http",
            "notification",
            "reporting",
            "repository",
            "search",
            "service",
            "telemetry",
            "web",
        ],
    ),
    ("test-support", &["domain", "core"]),
    ("tests", &[]),
    ("load", &[]),
    ("xtask", &[]),
];

/// What any crate may use in its tests besides.
const ALLOWED_IN_TESTS: &[&str] = &["test-support", "auth", "telemetry"];

/// Technologies and the only crates that may depend on them, even in tests.
const OWNERS: &[(&str, &[&str])] = &[
    ("actix-cors", &["http", "web"]),
    ("actix-web", &["http", "web", "server"]),
    ("bcrypt", &["auth"]),
    ("brotli", &["web"]),
    ("deadpool-redis", &["cache"]),
    ("diesel", &["repository"]),
    ("diesel_migrations", &["repository"]),
    ("hdrhistogram", &["load"]),
    ("hmac", &["auth", "web"]),
    ("jsonwebtoken", &["auth"]),
    ("lettre", &["notification"]),
    ("libsqlite3-sys", &["repository"]),
    ("mail-parser", &["notification"]),
    ("moka", &["cache"]),
    ("opentelemetry", &["reporting"]),
    ("opentelemetry-http", &["reporting"]),
    ("opentelemetry-otlp", &["reporting"]),
    ("opentelemetry-proto", &["reporting", "tests"]),
    ("opentelemetry_sdk", &["reporting"]),
    ("png", &["xtask"]),
    ("pq-sys", &["repository"]),
    ("prometheus", &["telemetry"]),
    ("r2d2", &["repository"]),
    ("reqwest", &["load"]),
    ("rustls", &["cache", "server"]),
    ("sentry-core", &["reporting"]),
    ("tera", &["web", "notification"]),
    ("tracing-opentelemetry", &["reporting"]),
    ("ureq", &["notification", "reporting", "tests", "xtask"]),
    ("utoipa", &["http"]),
    ("utoipa-actix-web", &["http"]),
    ("utoipa-swagger-ui", &["http"]),
];

/// Crates that know no wire format: what travels is decided at the edges.
const WITHOUT_SERDE: &[&str] = &["core", "domain", "service"];

/// Crates with which a build script could reach for the network.
const NETWORK_CLIENTS: &[&str] = &["attohttpc", "curl", "hyper", "isahc", "minreq", "reqwest", "ureq"];

#[test]
fn dependencies_point_inward() {
    let mut offences = Vec::new();
    for package in members() {
        let Some((_crate, allowed)) = ALLOWED.iter().find(|(name, _allowed)| *name == package.short_name())
        else {
            offences.push(format!("{} has no row in the table of this test", package.name()));
            continue;
        };
        for dependency in package.dependencies().filter(Dependency::is_ours) {
            let is_allowed = allowed.contains(&dependency.short_name())
                || dependency.is_for_tests()
                    && (ALLOWED_IN_TESTS.contains(&dependency.short_name())
                        || package.short_name() == "tests");
            if !is_allowed {
                offences.push(format!("{} must not depend on {}", package.name(), dependency.name()));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn technologies_stay_with_their_owners() {
    let mut offences = Vec::new();
    for package in members() {
        for dependency in package.dependencies() {
            let owners = OWNERS.iter().find(|(technology, _owners)| *technology == dependency.name());
            if owners.is_some_and(|(_technology, owners)| !owners.contains(&package.short_name())) {
                offences.push(format!("{} must not depend on {}", package.name(), dependency.name()));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn rules_know_no_wire_format() {
    let mut offences = Vec::new();
    for package in members().filter(|package| WITHOUT_SERDE.contains(&package.short_name())) {
        for dependency in package.dependencies().filter(|dependency| !dependency.is_for_tests()) {
            if dependency.name().starts_with("serde") {
                offences.push(format!("{} must not depend on {}", package.name(), dependency.name()));
            }
        }
    }
    assert_none(&offences);
}

#[test]
fn every_crate_follows_the_lints_of_the_workspace() {
    let offences: Vec<String> = members()
        .filter(|package| {
            let lints = package.manifest().get("lints").and_then(|lints| lints.get("workspace")).cloned();
            lints != Some(toml::Value::Boolean(true))
        })
        .map(|package| format!("{} does not say `lints.workspace = true`", package.name()))
        .collect();
    assert_none(&offences);
}

#[test]
fn every_crate_introduces_itself() {
    let crates = root().join("crates");
    let offences: Vec<String> = members()
        .map(|package| package.directory())
        .filter(|directory| directory.starts_with(&crates) && !directory.join("README.md").is_file())
        .map(|directory| format!("{} has no README.md", directory.display()))
        .collect();
    assert_none(&offences);
}

/// `test-support` may name the feature: nothing that ships depends on it, see [`dependencies_point_inward`].
#[test]
fn mocks_are_for_tests() {
    let mut offences = Vec::new();
    for package in members().filter(|package| package.short_name() != "test-support") {
        for dependency in package.dependencies().filter(|dependency| !dependency.is_for_tests()) {
            if dependency.features().any(|feature| feature == "mocks") {
                offences.push(format!("{} enables `mocks` of {}", package.name(), dependency.name()));
            }
        }
        for (feature, enables) in package.features() {
            if feature != "mocks" && enables.iter().any(|other| other == "mocks" || other.ends_with("/mocks"))
            {
                offences.push(format!("feature {feature} of {} enables `mocks`", package.name()));
            }
        }
    }
    assert_none(&offences);

    let linked: Vec<String> = linked_packages().into_iter().map(|(name, _licence)| name).collect();
    assert!(linked.iter().any(|name| name == "instainstru-server"), "cargo tree lists {linked:?}");
    assert!(!linked.iter().any(|name| name == "mockall"), "mockall is part of the server");
}

#[test]
fn licences_of_everything_linked_are_allowed() {
    let policy = Policy::read();
    let offences: Vec<String> = linked_packages()
        .into_iter()
        .filter(|(name, licence)| !policy.allows(name, licence))
        .map(|(name, licence)| format!("{name} is under `{licence}`, which deny.toml does not allow"))
        .collect();
    assert_none(&offences);
}

#[test]
fn licence_expressions_are_understood() {
    let policy = Policy {
        allowed: ["MIT", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(str::to_owned).into(),
        exceptions: BTreeMap::from([("vetted".to_owned(), BTreeSet::from(["MPL-2.0".to_owned()]))]),
    };
    for (licence, is_allowed) in [
        ("MIT", true),
        ("GPL-3.0-or-later", false),
        ("MIT OR GPL-3.0-only", true),
        ("GPL-3.0-only/MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("(GPL-3.0-only OR MIT) AND Unicode-3.0", true),
        ("GPL-3.0-only OR MIT AND Unicode-3.0", true),
        ("MIT AND (GPL-3.0-only OR LGPL-3.0-only)", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("MPL-2.0", false),
        ("", false),
        ("MIT OR", false),
        ("(MIT", false),
    ] {
        assert_eq!(policy.allows("any", licence), is_allowed, "{licence}");
    }
    assert!(policy.allows("vetted", "MPL-2.0"));
}

/// A build must work in a bare container that reaches nothing but crates.io.
#[test]
fn building_needs_no_network() {
    let mut offences = Vec::new();
    for package in packages() {
        for dependency in package.dependencies().filter(|dependency| dependency.kind() == Some("build")) {
            // An optional dependency counts only where its feature is on.
            let is_used = !dependency.is_optional() || is_enabled(&package, dependency.name());
            if is_used && NETWORK_CLIENTS.contains(&dependency.name()) {
                offences.push(format!("the build script of {} uses {}", package.name(), dependency.name()));
            }
        }
    }
    for package in members().filter(|package| package.directory().join("build.rs").exists()) {
        let script = fs::read_to_string(package.directory().join("build.rs")).unwrap();
        if ["curl", "wget", "TcpStream", "http://", "https://"].iter().any(|word| script.contains(word)) {
            offences.push(format!("the build script of {} speaks of the network", package.name()));
        }
    }
    let swagger = packages().find(|package| package.name() == "utoipa-swagger-ui");
    if swagger.is_some_and(|package| !enabled_features(&package).contains("vendored")) {
        offences.push("utoipa-swagger-ui without `vendored` downloads its pages while building".to_owned());
    }
    assert_none(&offences);
}

#[test]
fn one_file_crosses_into_blocking_code() {
    let files = files_naming("crates/http/src", &["web::block", "spawn_blocking"]);
    assert_eq!(files.len(), 1, "exactly one helper limits the blocking calls of the http crate: {files:?}");
}

#[test]
fn one_file_reads_the_clock() {
    let files = files_naming("crates", &["Timestamp::now(", "Zoned::now("]);
    let is_in_server = files.iter().all(|file| file.starts_with("crates/server/src"));
    assert!(
        files.len() == 1 && is_in_server,
        "only the system clock of the server reads the time: {files:?}"
    );
}

/// A package of the answer of `cargo metadata`.
struct Package(&'static Value);

impl Package {
    fn name(&self) -> &'static str {
        self.0["name"].as_str().unwrap()
    }

    fn short_name(&self) -> &'static str {
        short(self.name())
    }

    fn id(&self) -> &'static str {
        self.0["id"].as_str().unwrap()
    }

    fn directory(&self) -> PathBuf {
        Path::new(self.0["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned()
    }

    fn manifest(&self) -> toml::Table {
        fs::read_to_string(self.directory().join("Cargo.toml")).unwrap().parse().unwrap()
    }

    fn dependencies(&self) -> impl Iterator<Item = Dependency> {
        self.0["dependencies"].as_array().unwrap().iter().map(Dependency)
    }

    fn features(&self) -> impl Iterator<Item = (&'static String, Vec<String>)> {
        let features = self.0["features"].as_object().unwrap();
        features.iter().map(|(feature, enables)| (feature, strings(enables).collect()))
    }
}

/// A dependency as a manifest declares it.
struct Dependency(&'static Value);

impl Dependency {
    fn name(&self) -> &'static str {
        self.0["name"].as_str().unwrap()
    }

    fn short_name(&self) -> &'static str {
        short(self.name())
    }

    fn is_ours(&self) -> bool {
        self.0["path"].is_string()
    }

    fn is_optional(&self) -> bool {
        self.0["optional"] == true
    }

    /// `None` for a normal dependency.
    fn kind(&self) -> Option<&'static str> {
        self.0["kind"].as_str()
    }

    fn is_for_tests(&self) -> bool {
        self.kind() == Some("dev")
    }

    fn features(&self) -> impl Iterator<Item = String> {
        strings(&self.0["features"])
    }
}

/// The name of a crate of ours as the design writes it.
fn short(name: &str) -> &str {
    name.strip_prefix("instainstru-").unwrap_or(name)
}

fn strings(array: &Value) -> impl Iterator<Item = String> {
    array.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned())
}

/// The root of the repository. Cargo runs tests in the directory of their package.
fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| std::env::current_dir().unwrap().parent().unwrap().to_owned())
}

fn cargo(arguments: &[&str]) -> String {
    // Locked, and for this platform only, so that a machine which has built the workspace needs no network.
    let output =
        Command::new(env!("CARGO")).args(arguments).arg("--locked").current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let rustc = Command::new("rustc").arg("-vV").output().unwrap();
        let version = String::from_utf8(rustc.stdout).unwrap();
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let json = cargo(&["metadata", "--format-version=1", "--filter-platform", host]);
        serde_json::from_str(&json).unwrap()
    })
}

/// Every package that takes part in a build of the workspace.
fn packages() -> impl Iterator<Item = Package> {
    metadata()["packages"].as_array().unwrap().iter().map(Package)
}

/// The packages of the workspace itself.
fn members() -> impl Iterator<Item = Package> {
    let members: BTreeSet<String> = strings(&metadata()["workspace_members"]).collect();
    packages().filter(move |package| members.contains(package.id()))
}

fn enabled_features(package: &Package) -> BTreeSet<String> {
    let nodes = metadata()["resolve"]["nodes"].as_array().unwrap();
    let node = nodes.iter().find(|node| node["id"] == package.id()).unwrap();
    strings(&node["features"]).collect()
}

/// Whether an enabled feature switches an optional dependency on.
fn is_enabled(package: &Package, dependency: &str) -> bool {
    let enabled = enabled_features(package);
    enabled.contains(dependency)
        || package.features().any(|(feature, enables)| {
            enabled.contains(feature) && enables.contains(&format!("dep:{dependency}"))
        })
}

/// Names and licences of everything that is linked into the server or runs while compiling it.
fn linked_packages() -> Vec<(String, String)> {
    let tree = cargo(&[
        "tree",
        "--package=instainstru-server",
        "--edges=normal",
        "--prefix=none",
        "--format={p}|{l}",
    ]);
    let lines: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    lines
        .into_iter()
        .map(|line| {
            let (package, licence) = line.split_once('|').unwrap();
            let name = package.split(' ').next().unwrap();
            (name.to_owned(), licence.to_owned())
        })
        .collect()
}

/// The licences that `deny.toml` allows.
struct Policy {
    allowed: BTreeSet<String>,
    /// Further licences of single crates.
    exceptions: BTreeMap<String, BTreeSet<String>>,
}

impl Policy {
    fn read() -> Self {
        let deny: toml::Table = fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
        let licences = &deny["licenses"];
        let texts = |value: &toml::Value| -> BTreeSet<String> {
            value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let exceptions = licences["exceptions"].as_array().unwrap().iter();
        Self {
            allowed: texts(&licences["allow"]),
            exceptions: exceptions
                .map(|exception| {
                    (exception["crate"].as_str().unwrap().to_owned(), texts(&exception["allow"]))
                })
                .collect(),
        }
    }

    /// Whether one may choose a licence from the SPDX expression; one that cannot be read is not allowed.
    fn allows(&self, package: &str, expression: &str) -> bool {
        let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let mut words: Vec<&str> = spaced.split_whitespace().rev().collect();
        let is_allowed = self.either(package, &mut words);
        is_allowed == Some(true) && words.is_empty()
    }

    /// `AND` binds closer than `OR`. The next word is the last of `words`.
    fn either(&self, package: &str, words: &mut Vec<&str>) -> Option<bool> {
        let mut is_allowed = self.both(package, words)?;
        while words.pop_if(|word| *word == "OR").is_some() {
            is_allowed |= self.both(package, words)?;
        }
        Some(is_allowed)
    }

    fn both(&self, package: &str, words: &mut Vec<&str>) -> Option<bool> {
        let mut is_allowed = self.single(package, words)?;
        while words.pop_if(|word| *word == "AND").is_some() {
            is_allowed &= self.single(package, words)?;
        }
        Some(is_allowed)
    }

    fn single(&self, package: &str, words: &mut Vec<&str>) -> Option<bool> {
        match words.pop()? {
            "(" => {
                let is_allowed = self.either(package, words)?;
                (words.pop()? == ")").then_some(is_allowed)
            }
            licence => {
                let licence = match words.pop_if(|word| *word == "WITH") {
                    Some(_with) => format!("{licence} WITH {}", words.pop()?),
                    None => licence.to_owned(),
                };
                let exceptions = self.exceptions.get(package);
                Some(
                    self.allowed.contains(&licence) || exceptions.is_some_and(|more| more.contains(&licence)),
                )
            }
        }
    }
}

/// The source files below a directory that name one of the words outside comments, relative to the root.
fn files_naming(directory: &str, words: &[&str]) -> Vec<PathBuf> {
    let mut waiting = vec![root().join(directory)];
    let mut found = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            if code.any(|line| words.iter().any(|word| line.contains(word))) {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn assert_none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}
