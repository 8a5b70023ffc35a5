//! The Python of the tests: programs of other people that read what ours write.

use std::{path::PathBuf, process::Command};

/// A command of the Python that has the packages of `tools/python`, or nothing where `cargo xtask setup` has not installed it.
///
/// # Panics
/// Where `CI` is set and it is missing: a build server must run these tests too.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests are run differently on build servers")]
#[expect(clippy::print_stderr, reason = "whoever runs tests must learn what was not tested")]
pub fn python() -> Option<Command> {
    let found = installed();
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "a build server must run `cargo xtask setup` first");
        eprintln!("skipped: the Python tools are not installed; `cargo xtask setup` does it");
    }
    found.map(Command::new)
}

/// The interpreter below the target directory that this test runs from.
fn installed() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    test.ancestors().map(|directory| directory.join("tools/python/bin/python")).find(|path| path.exists())
}
