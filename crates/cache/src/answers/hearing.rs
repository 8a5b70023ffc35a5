//! How well this process hears of changes that others make. Whoever is deaf must not trust what it keeps.

use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

/// Nobody follows the outbox in this process: it is alone, or a test.
const NOBODY: i64 = i64::MIN;
/// When the outbox was read last before so long, changes may have been missed.
const FOLLOWED_WITHIN_MICROS: i64 = 2_000_000;
/// Longest life of an answer while the outbox cannot be read: then a change is seen within a second all the same.
const DEAF_MICROS: i64 = 1_000_000;
/// Longest life of an answer while the subscription is interrupted. The outbox is heard still; this is a second net.
const HARD_OF_HEARING_MICROS: i64 = 10_000_000;

/// The two ears: the outbox of the database, and the subscription to what other servers publish.
#[derive(Debug)]
pub(super) struct Hearing {
    followed_at: AtomicI64,
    subscription: AtomicU8,
}

const UNUSED: u8 = 0;
const OPEN: u8 = 1;
const INTERRUPTED: u8 = 2;

impl Hearing {
    pub(super) fn new() -> Self {
        Self { followed_at: AtomicI64::new(NOBODY), subscription: AtomicU8::new(UNUSED) }
    }

    /// The outbox was read up to its end at `now`.
    pub(super) fn followed(&self, now: i64) {
        self.followed_at.store(now, Ordering::Relaxed);
    }

    /// Whether the subscription stands.
    pub(super) fn subscribed(&self, is_open: bool) {
        self.subscription.store(if is_open { OPEN } else { INTERRUPTED }, Ordering::Relaxed);
    }

    /// The longest an answer may live now, in microseconds.
    pub(super) fn longest_life(&self, now: i64) -> i64 {
        let followed_at = self.followed_at.load(Ordering::Relaxed);
        let is_deaf = followed_at != NOBODY && now.saturating_sub(followed_at) > FOLLOWED_WITHIN_MICROS;
        match self.subscription.load(Ordering::Relaxed) {
            _ if is_deaf => DEAF_MICROS,
            INTERRUPTED => HARD_OF_HEARING_MICROS,
            _ => i64::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_live_shorter_the_less_is_heard() {
        let hearing = Hearing::new();
        let second = 1_000_000;
        assert_eq!(hearing.longest_life(0), i64::MAX, "nobody else makes changes");
        hearing.followed(10 * second);
        assert_eq!(hearing.longest_life(12 * second), i64::MAX);
        hearing.subscribed(false);
        assert_eq!(hearing.longest_life(12 * second), 10 * second);
        assert_eq!(hearing.longest_life(12 * second + 1), second);
        hearing.subscribed(true);
        assert_eq!(hearing.longest_life(12 * second + 1), second);
        hearing.followed(13 * second);
        assert_eq!(hearing.longest_life(13 * second), i64::MAX);
    }
}
