//! For how long an answer can be true when nothing changes but the time.

use instainstru_domain::ports::response_cache::CacheKey;
use jiff::Timestamp;

/// Microseconds of a quarter of an hour: starts of lessons and ends of days lie on this grid in every zone.
const QUARTER_MICROS: i64 = 15 * 60 * 1_000_000;
/// How far the clocks of two servers may differ, in microseconds.
const SKEW_MICROS: i64 = 5_000_000;

/// When a question is asked, as far as its answer depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Microseconds since 1970.
    pub(super) now: i64,
    /// The quarter of an hour; 0 when the answer does not age.
    pub(super) quarter: i64,
}

impl Moment {
    /// The moment of asking `key`; `None` when its answer must not be kept.
    ///
    /// Within a quarter of an hour, its ends excluded, an answer that ages stays the same. At the very instant between two
    /// quarters a day begins already, and a start that needs no more notice can be booked still: that belongs to neither.
    pub(super) fn of(key: &CacheKey, now: Timestamp) -> Option<Self> {
        let now = now.as_microsecond();
        let is_between = key.kind().ages() && now.rem_euclid(QUARTER_MICROS) == 0;
        let quarter = if key.kind().ages() { now.div_euclid(QUARTER_MICROS) } else { 0 };
        (!key.lifetime().is_zero() && !is_between).then_some(Self { now, quarter })
    }

    /// Whether an answer that was made at `made_at`, and may be kept for `lifetime` microseconds, is young enough.
    pub(super) fn allows(self, made_at: i64, lifetime: i64) -> bool {
        let age = self.now.saturating_sub(made_at);
        // An answer from the future was made before the clock was set back.
        (-SKEW_MICROS..lifetime).contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use instainstru_domain::ports::response_cache::AnswerKind;

    use super::*;

    fn at(kind: AnswerKind, lifetime: u64, now: &str) -> Option<Moment> {
        let key = CacheKey::new(kind, "x", &[], Duration::from_secs(lifetime));
        Moment::of(&key, now.parse().unwrap())
    }

    #[test]
    fn what_ages_is_kept_within_a_quarter_of_an_hour_only() {
        let starts = |now| at(AnswerKind::StartTimes, 60, now).map(|moment| moment.quarter);
        assert_eq!(starts("2026-07-15T12:00:00.000001Z"), starts("2026-07-15T12:14:59.999999Z"));
        assert_ne!(starts("2026-07-15T12:14:59.999999Z"), starts("2026-07-15T12:15:00.000001Z"));
        assert_eq!(starts("2026-07-15T12:15:00Z"), None);
        assert_eq!(starts("1969-12-31T23:59:59Z"), Some(-1));
    }

    #[test]
    fn what_does_not_age_is_kept_at_any_time_and_nothing_without_a_lifetime() {
        for now in ["2026-07-15T12:15:00Z", "2026-07-15T12:16:00Z"] {
            assert_eq!(at(AnswerKind::Profile, 60, now).map(|moment| moment.quarter), Some(0));
            assert_eq!(at(AnswerKind::Profile, 0, now), None);
        }
    }

    #[test]
    fn an_answer_lives_as_long_as_it_may_and_does_not_outlive_a_clock_set_back() {
        let moment = at(AnswerKind::Profile, 60, "2026-07-15T12:00:00Z").unwrap();
        let lifetime = 60_000_000;
        for (age, is_young) in
            [(0, true), (59_999_999, true), (60_000_000, false), (-5_000_000, true), (-5_000_001, false)]
        {
            assert_eq!(moment.allows(moment.now - age, lifetime), is_young, "{age}");
        }
    }
}
