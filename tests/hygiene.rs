//! Rules about the files of the repository that no compiler knows.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the repository has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A file longer than this has a second reason to change.
const MOST_LINES: usize = 900;

/// Kinds of files that people write; data, locks and generated documents may be any length.
const WRITTEN_BY_HAND: &[&str] = &["cjs", "css", "html", "js", "md", "rs", "sh", "sql", "yml"];

/// Directories that hold nothing of ours.
const NOT_OURS: &[&str] = &[".git", "node_modules", "target", "data/run"];

#[test]
fn every_module_says_what_it_is_for() {
    let offences = sources().filter(|(path, text)| {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        is_library_source(path) && !first.starts_with("//!") && !first.starts_with("#![doc = include_str!(")
    });
    assert_none("begins without a `//!` line", offences);
}

#[test]
fn nothing_is_left_over() {
    // Put together here, so that this file does not find itself.
    let leftovers = ["todo!", "unimplemented!", "dbg!"].map(|name| format!("{name}("));
    let ignored = ["#[ig", "nore"].concat();
    let offences = sources().filter(|(path, text)| {
        *path != Path::new("tests/hygiene.rs")
            && text.lines().any(|line| {
                let code = line.trim_start();
                !code.starts_with("//")
                    && (code.contains(&ignored) || leftovers.iter().any(|word| names_macro(code, word)))
            })
    });
    assert_none("contains an ignored test or an unfinished or debugging macro", offences);
}

#[test]
fn files_stay_short() {
    let offences = texts()
        .filter(|(path, text)| has_extension(path, WRITTEN_BY_HAND) && text.lines().count() > MOST_LINES);
    assert_none(&format!("is longer than {MOST_LINES} lines; split it"), offences);
}

#[test]
fn no_secret_is_committed() {
    let key = ["-----BEGIN ", "PRIVATE KEY-----"];
    let offences = texts().filter(|(_path, text)| {
        text.lines().any(|line| {
            line.contains(key[0]) && line.ends_with(key[1])
                || names_token(line, "AKIA", 16)
                || names_token(line, "ghp_", 36)
                || names_token(line, "github_pat_", 36)
                || names_token(line, "sk_live_", 16)
                || names_token(line, "xoxb-", 16)
        })
    });
    assert_none("contains what looks like a secret", offences);
}

#[test]
fn secrets_are_recognised() {
    assert!(names_token(&format!("key = AKIA{}", "Q7".repeat(8)), "AKIA", 16));
    assert!(!names_token("AKIA is how such keys begin", "AKIA", 16));
}

#[test]
fn both_databases_have_the_same_migrations() {
    let migrations = root().join("migrations");
    let of = |database: &str| -> BTreeMap<String, BTreeSet<String>> {
        directories(&migrations.join(database))
            .map(|directory| (name(&directory), entries(&directory).map(|file| name(&file)).collect()))
            .collect()
    };
    let (postgres, sqlite) = (of("postgres"), of("sqlite"));
    let names = |of: &BTreeMap<String, BTreeSet<String>>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&postgres), names(&sqlite), "migrations/postgres and migrations/sqlite differ");
    assert!(!postgres.is_empty(), "there are no migrations");
    for (migration, files) in postgres.iter().chain(&sqlite) {
        for wanted in ["up.sql", "down.sql"] {
            assert!(
                files.contains(wanted),
                "migration {migration} has no {wanted} in one of the directories"
            );
        }
    }
}

#[test]
fn the_readme_begins_with_running_and_testing() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    let first: Vec<&str> = commands(&readme).take(6).collect();
    for wanted in ["cargo run --release", "cargo xtask test"] {
        assert!(
            first.iter().any(|line| line.starts_with(wanted)),
            "README.md does not show `{wanted}` among its first commands: {first:?}"
        );
    }
}

/// A manual that names a test links to its file: [`name`](../path.rs).
#[test]
fn the_tests_that_manuals_name_exist() {
    let (mut missing, mut found) = (Vec::new(), 0);
    for manual in entries(&root().join("docs")).filter(|path| has_extension(path, &["md"])) {
        let text = fs::read_to_string(&manual).unwrap();
        for (name, target) in text.split("[`").skip(1).filter_map(|rest| rest.split_once("`](")) {
            let target = target.split([')', '#']).next().unwrap_or_default();
            let is_name = !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if !is_name || !name.contains('_') || !target.ends_with(".rs") {
                continue;
            }
            found += 1;
            let source = fs::read_to_string(root().join("docs").join(target)).unwrap_or_default();
            if !source.contains(&format!("fn {name}(")) {
                missing.push((PathBuf::from(name), target.to_owned()));
            }
        }
    }
    assert!(found > 50, "only {found} tests are named; how are they written now?");
    assert_none("is named by a manual and is no test", missing.into_iter());
}

#[test]
fn commands_are_the_lines_of_code_blocks() {
    let text = "Run `ls`.\n```sh\n# comment\n$ cargo run --release   # look\n\n```\nno\n  ```\n  cargo test\n  ```\n";
    assert_eq!(commands(text).collect::<Vec<_>>(), ["cargo run --release   # look", "cargo test"]);
}

/// The lines inside fenced code blocks, without prompts and comments.
fn commands(markdown: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    markdown.lines().map(str::trim).filter_map(move |line| {
        if line.starts_with("```") {
            is_code = !is_code;
            return None;
        }
        let is_command = is_code && !line.is_empty() && !line.starts_with('#');
        is_command.then(|| line.trim_start_matches("$ "))
    })
}

/// Whether the line calls a macro of that name, and not one whose name only ends alike.
fn names_macro(line: &str, call: &str) -> bool {
    line.split(call).next().is_some_and(|before| {
        before.len() < line.len() && !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}

/// Whether the prefix of a kind of token is followed by as many characters as such a token has.
fn names_token(line: &str, prefix: &str, length: usize) -> bool {
    line.split(prefix)
        .skip(1)
        .any(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').count() >= length)
}

fn is_library_source(path: &Path) -> bool {
    path.starts_with("crates") && path.components().any(|part| part.as_os_str() == "src")
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|it| extensions.contains(&it))
}

/// Every Rust file of the repository with its text.
fn sources() -> impl Iterator<Item = (PathBuf, String)> {
    texts().filter(|(path, _text)| has_extension(path, &["rs"]))
}

/// Every text file of the repository with its path from the root.
fn texts() -> impl Iterator<Item = (PathBuf, String)> {
    let mut waiting = vec![root().to_owned()];
    std::iter::from_fn(move || {
        while let Some(path) = waiting.pop() {
            let relative = path.strip_prefix(root()).unwrap().to_owned();
            if NOT_OURS.iter().any(|skipped| relative.ends_with(skipped)) {
                continue;
            }
            if path.is_dir() && !path.is_symlink() {
                waiting.extend(entries(&path));
            } else if let Ok(text) = fs::read_to_string(&path) {
                return Some((relative, text));
            }
        }
        None
    })
}

fn entries(directory: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    entries.map(|entry| entry.unwrap().path())
}

fn directories(directory: &Path) -> impl Iterator<Item = PathBuf> {
    entries(directory).filter(|path| path.is_dir())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The root of the repository. Cargo runs tests in the directory of their package.
fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| std::env::current_dir().unwrap().parent().unwrap().to_owned())
}

fn assert_none(what: &str, offences: impl Iterator<Item = (PathBuf, String)>) {
    let paths: Vec<String> = offences.map(|(path, _text)| path.display().to_string()).collect();
    assert!(
        paths.is_empty(),
        "\n{}\n",
        paths.iter().map(|path| format!("{path} {what}\n")).collect::<String>()
    );
}
