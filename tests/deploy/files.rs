//! The repository, and what the manual says there is.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The root of the repository. Cargo runs tests in the directory of their package.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| std::env::current_dir().unwrap().parent().unwrap().to_owned())
}

/// A file of the repository.
#[track_caller]
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands first in the rows of the tables of the manual, in code.
fn first_cells() -> Vec<String> {
    let manual = read("docs/OPERATIONS.md");
    let rows = manual.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// The names that can be configured. That this is what the server reads is a test of its own.
pub(crate) fn variables() -> BTreeSet<String> {
    let is_name =
        |cell: &String| cell.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    first_cells().into_iter().filter(is_name).collect()
}

/// The first words of the commands.
pub(crate) fn commands() -> BTreeSet<String> {
    let manual = read("docs/OPERATIONS.md");
    let (_before, table) = manual.split_once("\n## Commands\n").unwrap();
    let (table, _after) = table.split_once("\n## ").unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| `"));
    cells.filter_map(|cell| cell.split(['`', ' ']).next()).map(str::to_owned).collect()
}

/// Insists that the program has this command.
#[track_caller]
pub(crate) fn assert_command(words: &[&str]) {
    let first = words.first().unwrap();
    assert!(commands().contains(*first), "there is no command {words:?}");
}

/// Insists that the server reads all of these.
#[track_caller]
pub(crate) fn assert_variables<'n>(names: impl IntoIterator<Item = &'n str>) {
    let known = variables();
    let unknown: Vec<&str> = names.into_iter().filter(|name| !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "the server does not read {unknown:?}");
}
