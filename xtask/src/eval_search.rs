//! `cargo xtask eval-search`: how well queries are understood.

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Options of `cargo xtask eval-search`.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Golden sets to score; those of the repository and generated typos when none is named
    files: Vec<PathBuf>,
}

/// Scores the golden sets with the release build; its exit code is ours.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let files = absolute(&options.files)?;
    let mut cargo = workspace.cargo("run");
    exit_code(
        cargo
            .args(["--quiet", "--release", "--package=instainstru-search", "--example=eval", "--"])
            .args(files),
    )
}

/// The command runs at the root of the workspace, whatever directory the names were given in.
fn absolute(files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let absolute = |file: &PathBuf| {
        std::path::absolute(file).with_context(|| format!("cannot tell where {} is", file.display()))
    };
    files.iter().map(absolute).collect()
}

/// Runs a command and passes its exit code on; a command ended by a signal has failed.
fn exit_code(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_is_passed_on() {
        for code in [0, 1, 7] {
            let ended = exit_code(Command::new("sh").args(["-c", &format!("exit {code}")])).unwrap();
            assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::from(code)));
        }
        let killed = exit_code(Command::new("sh").args(["-c", "kill -9 $$"])).unwrap();
        assert_eq!(format!("{killed:?}"), format!("{:?}", ExitCode::FAILURE));
        assert!(exit_code(&mut Command::new("/nothing/here")).is_err());
    }
}
