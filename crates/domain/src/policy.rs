//! What a student and an instructor may rely on when plans change: one source for pages, mails and the checks themselves.

use jiff::{SignedDuration, Timestamp};

/// A cancellation closer to the lesson than this is late: allowed, and noted.
///
/// Unit: hours before the start of the lesson.
pub const LATE_CANCELLATION_HOURS: i64 = 2;

/// How a lesson is paid, in one sentence.
pub const PAYMENT: &str = "You pay your instructor directly; InstaInstru takes no payment and no fee.";

/// What cancelling costs, in one sentence.
pub const CANCELLATION: &str = "Cancelling is free for both sides at any time before the lesson begins.";

/// What becomes of the time of a cancelled lesson, in one sentence.
pub const CANCELLED_TIME: &str = "The time is free again at once, so somebody else can book it.";

/// What rescheduling costs, in one sentence.
pub const RESCHEDULING: &str = "Until it begins, either side can move a lesson to another free time at no cost; the old time \
     stays yours until the new one is confirmed.";

/// What is asked of people who have to cancel, in one sentence.
#[must_use]
pub fn late_notice() -> String {
    format!(
        "Please cancel {LATE_CANCELLATION_HOURS} or more hours ahead: less notice is recorded as a late cancellation."
    )
}

/// From when on a cancellation of a lesson is late.
#[must_use]
pub fn late_from(lesson_start: Timestamp) -> Timestamp {
    lesson_start.saturating_sub(SignedDuration::from_hours(LATE_CANCELLATION_HOURS)).unwrap_or(Timestamp::MIN)
}

/// Whether a cancellation at `now` of a lesson is late.
#[must_use]
pub fn is_late_cancellation(lesson_start: Timestamp, now: Timestamp) -> bool {
    now > late_from(lesson_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancellation_is_late_when_less_than_the_notice_remains() {
        let start: Timestamp = "2026-07-15T14:00:00Z".parse().unwrap();
        for (now, is_late) in [
            ("2026-07-15T11:59:00Z", false),
            ("2026-07-15T12:00:00Z", false),
            ("2026-07-15T12:00:01Z", true),
            ("2026-07-15T15:00:00Z", true),
        ] {
            assert_eq!(is_late_cancellation(start, now.parse().unwrap()), is_late, "{now}");
        }
        assert_eq!(late_from(Timestamp::MIN), Timestamp::MIN);
    }
}
