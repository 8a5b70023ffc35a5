//! The clocks: that of the system, and one that starts where a test wants it.

use std::time::Instant;

use instainstru_domain::ports::Clock;
use jiff::{SignedDuration, Timestamp};

/// The clock of the system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Timestamp {
        whole_microseconds(Timestamp::now())
    }
}

/// A clock that starts at a given instant and ticks on.
#[derive(Debug, Clone, Copy)]
pub struct TestClock {
    start: Timestamp,
    started: Instant,
}

impl TestClock {
    /// A clock on which it is `start` now.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self { start, started: Instant::now() }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX);
        whole_microseconds(self.start.saturating_add(elapsed).unwrap_or(Timestamp::MAX))
    }
}

/// Databases keep microseconds; a finer instant would not be equal to itself after it was stored.
fn whole_microseconds(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_knows_whole_microseconds_only() {
        let now = SystemClock.now();
        assert_eq!(now.subsec_nanosecond() % 1000, 0);
        assert!(now > "2025-01-01T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn a_test_clock_starts_where_it_is_told_and_ticks_on() {
        let start: Timestamp = "2026-07-15T12:00:00.0000019Z".parse().unwrap();
        let clock = TestClock::starting_at(start);
        let first = clock.now();
        assert!(first >= "2026-07-15T12:00:00.000001Z".parse().unwrap());
        assert!(first < "2026-07-15T12:01:00Z".parse().unwrap());
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(clock.now() > first);
    }

    #[test]
    fn a_test_clock_at_the_end_of_time_stands_still() {
        assert!(TestClock::starting_at(Timestamp::MAX).now() <= Timestamp::MAX);
    }
}
