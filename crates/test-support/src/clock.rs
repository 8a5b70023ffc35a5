//! A clock that stands still until a test moves it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use instainstru_domain::ports::Clock;
use jiff::{SignedDuration, Timestamp};

/// A clock that stands still until a test moves it. Clones show the same time.
#[derive(Debug, Clone)]
pub struct FixedClock(Arc<AtomicI64>);

impl FixedClock {
    /// A clock that shows this instant, such as `2026-07-15T12:00:00Z`.
    ///
    /// # Panics
    /// When the text is no instant.
    #[must_use]
    pub fn at(instant: &str) -> Self {
        Self(Arc::new(AtomicI64::new(microsecond_of(instant))))
    }

    /// Sets the clock to another instant, forth or back.
    ///
    /// # Panics
    /// When the text is no instant.
    pub fn set(&self, instant: &str) {
        self.0.store(microsecond_of(instant), Ordering::SeqCst);
    }

    /// Lets time pass, in whole microseconds; a negative duration goes back.
    ///
    /// # Panics
    /// When the duration is longer than all of the calendar.
    #[expect(clippy::expect_used, reason = "a test that asks for more than the calendar holds is wrong")]
    pub fn advance(&self, by: SignedDuration) {
        let microseconds = i64::try_from(by.as_micros()).expect("a duration within the calendar");
        self.0.fetch_add(microseconds, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

#[expect(clippy::expect_used, reason = "a test with a malformed instant is wrong")]
fn microsecond_of(instant: &str) -> i64 {
    instant.parse::<Timestamp>().expect("an instant such as 2026-07-15T12:00:00Z").as_microsecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_still_until_it_is_moved() {
        let clock = FixedClock::at("2026-07-15T12:00:00.1234567Z");
        assert_eq!(clock.now().to_string(), "2026-07-15T12:00:00.123456Z", "whole microseconds");
        let other = clock.clone();
        other.advance(SignedDuration::from_mins(90));
        assert_eq!(clock.now().to_string(), "2026-07-15T13:30:00.123456Z");
        other.advance(-SignedDuration::from_hours(1));
        assert_eq!(clock.now().to_string(), "2026-07-15T12:30:00.123456Z");
        clock.set("2027-01-01T00:00:00Z");
        assert_eq!(other.now().to_string(), "2027-01-01T00:00:00Z");
    }
}
