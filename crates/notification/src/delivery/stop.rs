//! Telling threads to stop.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Tells threads to stop, and lets them sleep until then. Clones are the same signal.
#[derive(Debug, Clone, Default)]
pub struct StopSignal(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl StopSignal {
    /// Tells everybody to stop, for good.
    pub fn set(&self) {
        // Nothing is guarded that a panic could leave half done.
        *self.0.is_set.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }

    /// Whether to stop.
    #[must_use]
    pub fn is_set(&self) -> bool {
        *self.0.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps for this time, or until the signal is set; returns whether it is.
    pub fn wait(&self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        let mut is_set = self.0.is_set.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_set {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let woken = self.0.changed.wait_timeout(is_set, left);
            is_set = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        *is_set
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn sleepers_wake_when_they_are_told_to_stop() {
        let signal = StopSignal::default();
        assert!(!signal.is_set());
        assert!(!signal.wait(Duration::from_millis(1)));
        let sleeper = signal.clone();
        // Were it not woken, it would sleep for longer than any test may take.
        let thread = thread::spawn(move || sleeper.wait(Duration::from_secs(3_600)));
        signal.set();
        assert!(thread.join().is_ok_and(|is_set| is_set));
        assert!(signal.is_set() && signal.wait(Duration::from_secs(3_600)));
    }
}
