//! Threads that do the same again and again while the server runs.

use std::{
    io,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often something is done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rhythm {
    /// Time between two beats.
    pub(crate) every: Duration,
    /// Longest time between two beats while they fail.
    pub(crate) at_least_every: Duration,
}

/// A thread that does the same again and again. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Beat {
    name: &'static str,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Beat {
    /// Starts doing `work`. A failure is logged and not the end; the beats come slower until one succeeds.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub(crate) fn start<E: std::error::Error + 'static>(
        name: &'static str,
        rhythm: Rhythm,
        mut work: impl FnMut() -> Result<(), E> + Send + 'static,
    ) -> io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let mut failures: u32 = 0;
            while stopped.recv_timeout(rhythm.pause(failures)) == Err(RecvTimeoutError::Timeout) {
                failures = match work() {
                    Ok(()) => 0,
                    Err(error) => {
                        let cause: &dyn std::error::Error = &error;
                        tracing::error!(error = cause, thread = name, "cannot follow the database");
                        failures.saturating_add(1)
                    }
                };
            }
        })?;
        Ok(Self { name, stop: Some(stop), thread: Some(thread) })
    }
}

impl Rhythm {
    /// How long to wait after so many failures in a row.
    fn pause(self, failures: u32) -> Duration {
        self.every.saturating_mul(1 << failures.min(6)).min(self.at_least_every)
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        // Without a sender the thread ends at its next pause.
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!(thread = self.name, "a thread panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use instainstru_domain::ports::StorageError;

    use super::*;

    const QUICK: Rhythm =
        Rhythm { every: Duration::from_millis(1), at_least_every: Duration::from_millis(3) };

    #[test]
    fn it_goes_on_after_a_failure_and_ends_when_dropped() {
        let (beats, heard) = sync_channel(0);
        let mut count = 0;
        let beat = Beat::start("test", QUICK, move || {
            count += 1;
            // Nobody listens any more at the end.
            let _gone = beats.send(count);
            if count == 2 { Err(StorageError::unexpected("on purpose")) } else { Ok(()) }
        });
        assert_eq!(heard.iter().take(4).collect::<Vec<u32>>(), [1, 2, 3, 4]);
        drop(heard);
        drop(beat.unwrap());
    }

    #[test]
    fn failures_make_it_slower_up_to_a_limit() {
        let rhythm = Rhythm { every: Duration::from_millis(100), at_least_every: Duration::from_secs(5) };
        let pauses = [0, 1, 3, 6, 60].map(|failures| rhythm.pause(failures).as_millis());
        assert_eq!(pauses, [100, 200, 800, 5_000, 5_000]);
    }
}
