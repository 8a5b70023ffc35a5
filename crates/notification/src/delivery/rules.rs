//! How often, how long and how patiently.

use jiff::SignedDuration;

/// Longest time to wait because a consumer asks for it.
const LONGEST_WISH: SignedDuration = SignedDuration::from_hours(24);

/// How often, how long and how patiently events are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryRules {
    /// Deliveries that a thread takes in hand at once.
    pub batch: u32,
    /// For how long it takes them. When half of the time has passed, what has not been tried is put back; so acting on one
    /// event should take less than the other half.
    pub lease: SignedDuration,
    /// Attempts after which a delivery is dead.
    pub most_attempts: u32,
    /// Longest time before the second attempt. It doubles with every further one.
    pub first_wait: SignedDuration,
    /// Longest time between two attempts.
    pub longest_wait: SignedDuration,
}

impl Default for DeliveryRules {
    /// Ten at once for two minutes; 24 attempts, two seconds apart at first and an hour at last: a consumer that is out of
    /// order for a night loses nothing.
    fn default() -> Self {
        Self {
            batch: 10,
            lease: SignedDuration::from_mins(2),
            most_attempts: 24,
            first_wait: SignedDuration::from_secs(2),
            longest_wait: SignedDuration::from_hours(1),
        }
    }
}

/// Chance, to keep those who failed together from trying again together.
pub trait Jitter: Send + Sync {
    /// Any number from 0 to `most`, each as likely as the others.
    fn up_to(&self, most: u64) -> u64;
}

impl DeliveryRules {
    /// How long to wait after the failed attempt with this number, counted from 1: anything between nothing and a limit that
    /// doubles ("full jitter"), and no less than the consumer asks for.
    #[must_use]
    pub fn wait(&self, attempt: u32, wish_seconds: Option<u32>, jitter: &dyn Jitter) -> SignedDuration {
        let doubled = 1_i32.checked_shl(attempt.saturating_sub(1)).filter(|factor| *factor > 0);
        let limit = doubled
            .and_then(|factor| self.first_wait.checked_mul(factor))
            .map_or(self.longest_wait, |limit| limit.min(self.longest_wait));
        let most = u64::try_from(limit.as_millis()).unwrap_or(0);
        let chosen = i64::try_from(jitter.up_to(most)).unwrap_or(i64::MAX);
        let wish = SignedDuration::from_secs(wish_seconds.unwrap_or(0).into()).min(LONGEST_WISH);
        SignedDuration::from_millis(chosen).max(wish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Always as long as may be.
    struct Longest;

    impl Jitter for Longest {
        fn up_to(&self, most: u64) -> u64 {
            most
        }
    }

    /// No time at all.
    struct AtOnce;

    impl Jitter for AtOnce {
        fn up_to(&self, _most: u64) -> u64 {
            0
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let rules = DeliveryRules::default();
        let waits: Vec<i64> = [1, 2, 3, 11, 12, 13, 24, 31, 32, 33, u32::MAX]
            .map(|attempt| rules.wait(attempt, None, &Longest).as_secs())
            .to_vec();
        assert_eq!(waits, [2, 4, 8, 2_048, 3_600, 3_600, 3_600, 3_600, 3_600, 3_600, 3_600]);
        assert_eq!(rules.wait(5, None, &AtOnce), SignedDuration::ZERO);
    }

    #[test]
    fn a_consumer_that_asks_for_time_gets_it_within_reason() {
        let rules = DeliveryRules::default();
        assert_eq!(rules.wait(1, Some(60), &Longest).as_secs(), 60);
        assert_eq!(rules.wait(12, Some(60), &Longest).as_secs(), 3_600);
        assert_eq!(rules.wait(1, Some(u32::MAX), &AtOnce), LONGEST_WISH);
    }
}
