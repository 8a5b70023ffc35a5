//! Leaving a server alone that fails again and again.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use instainstru_domain::ports::{
    Clock,
    response_cache::{Breaker, BreakerState},
};
use jiff::{SignedDuration, Timestamp};

/// When to leave a server alone, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerRules {
    /// Failures in a row after which the server is left alone.
    pub threshold: u32,
    /// Time after which it is asked again.
    pub open_for: Duration,
}

impl Default for BreakerRules {
    /// Five failures, a minute.
    fn default() -> Self {
        Self { threshold: 5, open_for: Duration::from_secs(60) }
    }
}

/// Counts failures in a row. Closed it lets everything through, open nothing; after a while it lets one question through, whose
/// outcome decides.
pub(crate) struct CircuitBreaker {
    rules: BreakerRules,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    opened: AtomicU64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { since: Timestamp },
    HalfOpen { since: Timestamp },
}

impl CircuitBreaker {
    pub(crate) fn new(rules: BreakerRules, clock: Arc<dyn Clock>) -> Self {
        Self { rules, clock, state: Mutex::new(State::Closed { failures: 0 }), opened: AtomicU64::new(0) }
    }

    /// Whether the server may be asked now. Whoever is let through says later how it went.
    pub(crate) fn admits(&self) -> bool {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => true,
            // A trial that nobody reported on is forgotten after the same time.
            State::Open { since } | State::HalfOpen { since } => {
                let now = self.clock.now();
                let waited = now.duration_since(since);
                // A clock that was set back must not keep it open for longer than it should be.
                let is_over = waited < SignedDuration::ZERO || waited.unsigned_abs() >= self.rules.open_for;
                if is_over {
                    *state = State::HalfOpen { since: now };
                }
                is_over
            }
        }
    }

    /// The server answered.
    pub(crate) fn succeeded(&self) {
        let mut state = self.state();
        if !matches!(*state, State::Closed { .. }) {
            tracing::info!("the shared cache server answers again");
        }
        *state = State::Closed { failures: 0 };
    }

    /// The server did not answer, or not as it should.
    pub(crate) fn failed(&self) {
        let mut state = self.state();
        let next = match *state {
            State::Closed { failures } if failures.saturating_add(1) < self.rules.threshold => {
                State::Closed { failures: failures.saturating_add(1) }
            }
            State::Closed { .. } | State::HalfOpen { .. } => {
                self.opened.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(
                    seconds = self.rules.open_for.as_secs(),
                    "the shared cache server fails and is left alone"
                );
                State::Open { since: self.clock.now() }
            }
            // Questions that were under way when it opened.
            open @ State::Open { .. } => open,
        };
        *state = next;
    }

    /// How it stands.
    pub(crate) fn snapshot(&self) -> Breaker {
        let (state, failures) = match *self.state() {
            State::Closed { failures } => (BreakerState::Closed, failures),
            State::Open { .. } => (BreakerState::Open, self.rules.threshold),
            State::HalfOpen { .. } => (BreakerState::HalfOpen, self.rules.threshold),
        };
        Breaker { state, failures, threshold: self.rules.threshold }
    }

    /// How often it opened.
    pub(crate) fn times_opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// Forgets how often it opened.
    pub(crate) fn reset_times_opened(&self) {
        self.opened.store(0, Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A number and an instant: nothing a panic could leave half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use instainstru_test_support::clock::FixedClock;

    use super::*;

    fn breaker() -> (CircuitBreaker, FixedClock) {
        let clock = FixedClock::at("2026-07-15T12:00:00Z");
        (CircuitBreaker::new(BreakerRules::default(), Arc::new(clock.clone())), clock)
    }

    fn fail(breaker: &CircuitBreaker, times: u32) {
        for _ in 0..times {
            breaker.failed();
        }
    }

    fn state(breaker: &CircuitBreaker) -> BreakerState {
        breaker.snapshot().state
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_a_success_between_them_does_not_count() {
        let (breaker, _clock) = breaker();
        fail(&breaker, 4);
        breaker.succeeded();
        fail(&breaker, 4);
        assert_eq!(breaker.snapshot(), Breaker { state: BreakerState::Closed, failures: 4, threshold: 5 });
        assert!(breaker.admits());
        fail(&breaker, 1);
        assert_eq!(state(&breaker), BreakerState::Open);
        assert!(!breaker.admits());
        assert_eq!(breaker.times_opened(), 1);
    }

    #[test]
    fn after_a_minute_one_question_decides() {
        let (breaker, clock) = breaker();
        fail(&breaker, 5);
        clock.advance(SignedDuration::from_millis(59_999));
        assert!(!breaker.admits());
        clock.advance(SignedDuration::from_millis(1));
        assert!(breaker.admits());
        assert_eq!(state(&breaker), BreakerState::HalfOpen);
        assert!(!breaker.admits(), "one at a time");

        breaker.failed();
        assert_eq!((state(&breaker), breaker.times_opened()), (BreakerState::Open, 2));
        assert!(!breaker.admits());

        clock.advance(SignedDuration::from_mins(1));
        assert!(breaker.admits());
        breaker.succeeded();
        assert_eq!(breaker.snapshot(), Breaker { state: BreakerState::Closed, failures: 0, threshold: 5 });
        assert!(breaker.admits() && breaker.admits());
    }

    #[test]
    fn failures_that_come_late_do_not_prolong_it() {
        let (breaker, clock) = breaker();
        fail(&breaker, 5);
        clock.advance(SignedDuration::from_secs(50));
        fail(&breaker, 3);
        clock.advance(SignedDuration::from_secs(10));
        assert!(breaker.admits());
        assert_eq!(breaker.times_opened(), 1);
    }

    #[test]
    fn a_trial_nobody_reports_on_and_a_clock_set_back_do_not_keep_it_open_for_ever() {
        let (breaker, clock) = breaker();
        fail(&breaker, 5);
        clock.advance(SignedDuration::from_mins(1));
        assert!(breaker.admits());
        clock.advance(SignedDuration::from_mins(1));
        assert!(breaker.admits(), "the trial was lost");
        breaker.failed();
        clock.advance(-SignedDuration::from_hours(1));
        assert!(breaker.admits());
    }
}
