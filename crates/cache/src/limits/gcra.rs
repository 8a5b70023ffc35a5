//! The arithmetic of the generic cell rate algorithm: one instant per key tells all that was counted.
//!
//! Each request takes a share of the window, `window / count`. The *theoretical arrival time* is the instant at which all shares
//! taken so far have been given back. A request is allowed when, with its own share, that instant lies at most a whole window
//! ahead. A key whose instant has passed is as good as new and may be forgotten. `spend.lua` does the same on Redis.

use instainstru_domain::ports::rate_limiter::{Quota, Verdict};

/// A quota in whole microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gcra {
    /// What one request takes.
    pub(super) share: i64,
    /// What all together may take.
    pub(super) whole: i64,
}

impl Gcra {
    pub(super) fn new(quota: Quota) -> Self {
        let count = i64::from(quota.count().get());
        let window = i64::from(quota.window_seconds().get()).saturating_mul(1_000_000);
        // Rounded up, so that a whole number of shares fits exactly and the last request is neither lost nor given away.
        let share = window.saturating_add(count - 1) / count;
        Self { share, whole: share.saturating_mul(count) }
    }

    /// Counts a request at `now`, when `taken` microseconds are taken already; returns what is taken then.
    pub(super) fn spend(self, taken: i64) -> (Verdict, i64) {
        let before = taken.clamp(0, self.whole);
        let after = before.saturating_add(self.share);
        if after <= self.whole {
            (self.allowed(after), after)
        } else {
            (Self::refused(after - self.whole), before)
        }
    }

    /// The verdict on a request after which so much is taken.
    pub(super) fn allowed(self, taken: i64) -> Verdict {
        let remaining = u32::try_from((self.whole - taken).max(0) / self.share).unwrap_or(u32::MAX);
        Verdict { is_allowed: true, remaining, retry_after_seconds: 0 }
    }

    /// The verdict on a request that came `wait` microseconds too early.
    pub(super) fn refused(wait: i64) -> Verdict {
        Verdict {
            is_allowed: false,
            remaining: 0,
            retry_after_seconds: u32::try_from(whole_seconds(wait)).unwrap_or(u32::MAX).max(1),
        }
    }
}

/// Seconds after which so many microseconds have surely passed.
pub(super) fn whole_seconds(micros: i64) -> i64 {
    micros.max(0).saturating_add(999_999) / 1_000_000
}

/// How many requests still count when so much is taken, in shares of this size.
pub(super) fn requests(taken: i64, share: i64) -> u32 {
    let share = share.max(1);
    u32::try_from(taken.max(0).saturating_add(share - 1) / share).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use proptest::prelude::*;

    use super::*;

    fn per_minute(count: u32) -> Gcra {
        Gcra::new(Quota::per_minute(NonZeroU32::new(count).unwrap()))
    }

    /// The rule in other words: a bucket of `count` tokens, one of which comes back every `window / count`, kept as fractions of a
    /// token and looked at request by request.
    struct Bucket {
        count: i128,
        share: i128,
        /// Tokens times the share: whole numbers.
        level: i128,
        at: i128,
    }

    impl Bucket {
        fn full(gcra: Gcra, at: i64) -> Self {
            let (count, share) = (i128::from(gcra.whole / gcra.share), i128::from(gcra.share));
            Self { count, share, level: count * share, at: at.into() }
        }

        /// Whether the request is allowed, and how many whole tokens are left.
        fn spend(&mut self, now: i64) -> (bool, i128) {
            let now = i128::from(now);
            self.level = (self.level + now - self.at).min(self.count * self.share);
            self.at = now;
            if self.level < self.share {
                return (false, 0);
            }
            self.level -= self.share;
            (true, self.level / self.share)
        }
    }

    proptest! {
        #[test]
        fn one_instant_counts_like_a_bucket_of_tokens(
            count in 1_u32..500,
            per_hour in any::<bool>(),
            pauses in proptest::collection::vec(prop_oneof![Just(0_i64), 0..2_000_000_i64, 0..90_000_000_i64], 1..400),
        ) {
            let count = NonZeroU32::new(count).unwrap();
            let gcra = Gcra::new(if per_hour { Quota::per_hour(count) } else { Quota::per_minute(count) });
            let mut now = 1_000_000_000_i64;
            let (mut bucket, mut arrival) = (Bucket::full(gcra, now), now);
            for pause in pauses {
                now += pause;
                let (verdict, taken) = gcra.spend(arrival - now);
                arrival = now + taken;
                let (is_allowed, left) = bucket.spend(now);
                prop_assert_eq!(verdict.is_allowed, is_allowed);
                prop_assert_eq!(i128::from(verdict.remaining), left);
                if !is_allowed {
                    // Whoever waits as long as told is allowed, and half a second before the whole seconds began was not.
                    let wait = i64::from(verdict.retry_after_seconds) * 1_000_000;
                    prop_assert!(gcra.spend(arrival - now - wait).0.is_allowed);
                    prop_assert!(wait <= 1_000_000 || !gcra.spend(arrival - now - (wait - 1_000_001)).0.is_allowed);
                }
            }
        }
    }

    #[test]
    fn exactly_as_many_as_allowed_pass_at_once() {
        for count in [1, 2, 3, 7, 100, 7_919, 9_999, 99_999] {
            let gcra = per_minute(count);
            let (mut taken, mut passed) = (0, 0);
            for _ in 0..count + 5 {
                let (verdict, after) = gcra.spend(taken);
                taken = after;
                passed += u32::from(verdict.is_allowed);
            }
            assert_eq!(passed, count);
            assert_eq!(requests(taken, gcra.share), count);
        }
    }

    #[test]
    fn headers_of_the_first_and_the_last_request() {
        let gcra = per_minute(5);
        assert_eq!(gcra.spend(0).0, Verdict { is_allowed: true, remaining: 4, retry_after_seconds: 0 });
        let refused = gcra.spend(gcra.whole).0;
        assert_eq!(refused, Verdict { is_allowed: false, remaining: 0, retry_after_seconds: 12 });
    }

    #[test]
    fn a_clock_set_back_by_an_hour_blocks_nobody_for_an_hour() {
        let (verdict, taken) = per_minute(60).spend(3_600_000_000);
        assert_eq!((verdict.retry_after_seconds, taken), (1, 60_000_000));
    }
}
