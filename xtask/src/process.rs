//! Running other programs: say what runs, say what failed, leave nothing behind.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a process is asked whether it has ended.
const POLL_EVERY: Duration = Duration::from_millis(20);

/// A command that starts in `directory`.
pub(crate) fn command(program: impl AsRef<OsStr>, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory);
    command
}

/// Prints the command, runs it to its end and fails unless it succeeds.
pub(crate) fn execute(command: &mut Command) -> Result<()> {
    let line = describe(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs the command to its end and returns what it printed, or fails with what it complained about.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = describe(command);
    let output = command.output().with_context(|| format!("cannot run `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed something that is not text"))
}

/// Whether the command can be run at all and succeeds.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it.
fn describe(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A process that is killed when its owner forgets it or fails.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
}

impl Process {
    /// Starts the command without waiting for it.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = describe(command);
        let child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
        Ok(Self { name, child })
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// How the process ended, or `None` while it runs.
    pub(crate) fn status(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().with_context(|| format!("cannot ask for the state of `{}`", self.name))
    }

    /// Asks the process to end (SIGTERM) and waits for it.
    pub(crate) fn terminate(mut self, patience: Duration) -> Result<ExitStatus> {
        let id = self.id().to_string();
        if self.status()?.is_none() {
            output(Command::new("kill").args(["-TERM", &id]))?;
        }
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.status()? {
                return Ok(status);
            }
            if Instant::now() > deadline {
                bail!("`{}` ignored SIGTERM for {} s", self.name, patience.as_secs());
            }
            sleep(POLL_EVERY);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when the process is gone already, which is what is wanted.
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_returned_and_complaints_are_passed_on() {
        assert_eq!(output(Command::new("echo").arg("hello")).unwrap(), "hello\n");
        let error =
            output(Command::new("sh").args(["-c", "echo no way >&2; exit 3"])).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.ends_with("no way"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = execute(&mut Command::new("no-such-program")).unwrap_err();
        assert!(format!("{error:#}").contains("cannot run `no-such-program`"));
        assert!(!succeeds(&mut Command::new("no-such-program")));
    }

    #[test]
    fn a_terminated_process_reports_its_status() {
        let script = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done";
        let mut process =
            Process::start(Command::new("sh").args(["-c", script]).stdout(Stdio::piped())).unwrap();
        let mut ready = [0; 6];
        std::io::Read::read_exact(process.child.stdout.as_mut().unwrap(), &mut ready).unwrap();
        assert!(process.terminate(Duration::from_secs(5)).unwrap().success());
    }

    #[test]
    fn a_dropped_process_is_gone() {
        let process = Process::start(Command::new("sleep").arg("60")).unwrap();
        let id = process.id().to_string();
        drop(process);
        assert!(!succeeds(Command::new("kill").args(["-0", &id])));
    }
}
