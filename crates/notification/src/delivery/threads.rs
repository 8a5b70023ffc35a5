//! The threads that deliver.

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    thread,
    time::{Duration, Instant},
};

use super::{Courier, StopSignal};

/// Time between two looks at a database without anything to deliver.
const BEAT: Duration = Duration::from_millis(200);
/// Longest time between two looks while the database fails.
const LONGEST_BEAT: Duration = Duration::from_secs(10);

/// Threads that deliver until they are told to stop.
#[derive(Debug)]
pub struct Couriers {
    stop: StopSignal,
    /// Closed when the last thread has ended.
    ended: Receiver<()>,
}

impl Couriers {
    /// Starts so many threads, which end when `stop` is set.
    ///
    /// # Errors
    /// When the system has no thread to give; those that were started are told to stop.
    pub fn start(courier: Courier, threads: NonZeroUsize, stop: StopSignal) -> std::io::Result<Self> {
        let courier = Arc::new(courier);
        let (running, ended) = mpsc::channel();
        for number in 1..=threads.get() {
            let (courier, stopped, running) = (Arc::clone(&courier), stop.clone(), running.clone());
            let started = thread::Builder::new().name(format!("courier-{number}")).spawn(move || {
                deliver(&courier, &stopped);
                drop(running);
            });
            if let Err(error) = started {
                stop.set();
                return Err(error);
            }
        }
        Ok(Self { stop, ended })
    }

    /// Tells the threads to stop and waits until they have put down what they have in hand, until `deadline` at most; returns
    /// whether they have. What is not put down is delivered again when its lease ends.
    #[must_use]
    pub fn stop(self, deadline: Instant) -> bool {
        self.stop.set();
        let patience = deadline.saturating_duration_since(Instant::now());
        self.ended.recv_timeout(patience) == Err(mpsc::RecvTimeoutError::Disconnected)
    }
}

impl Drop for Couriers {
    /// Nobody waits for the threads, but they do not go on either.
    fn drop(&mut self) {
        self.stop.set();
    }
}

/// Delivers until told to stop. Failures are not the end: what waits goes on waiting until the database is back.
fn deliver(courier: &Courier, stop: &StopSignal) {
    let mut failures: u32 = 0;
    while !stop.is_set() {
        let round = catch_unwind(AssertUnwindSafe(|| courier.round(&|| stop.is_set())));
        match round {
            Ok(Ok(round)) => {
                failures = 0;
                if round.is_idle() {
                    stop.wait(BEAT);
                }
            }
            Ok(Err(error)) => {
                let cause: &dyn std::error::Error = &error;
                tracing::error!(error = cause, "events cannot be delivered at present");
                failures = failures.saturating_add(1);
                stop.wait(pause(failures));
            }
            Err(_panic) => {
                // Its message has been printed.
                tracing::error!("a round of delivering panicked");
                failures = failures.saturating_add(1);
                stop.wait(pause(failures));
            }
        }
    }
}

fn pause(failures: u32) -> Duration {
    BEAT.saturating_mul(1 << failures.min(10)).min(LONGEST_BEAT)
}
