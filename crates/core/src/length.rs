//! Lengths of time with their limits: lessons, notice and buffers.

use crate::grid::BLOCK_MINUTES;

/// Length of a lesson: 15 to 720 minutes in steps of 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LessonLength(u16);

/// A number that is not a legal length of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLength {
    /// Not a legal lesson length.
    #[error("a lesson lasts {min} to {max} minutes in steps of {BLOCK_MINUTES}, not {0}", min = LessonLength::MIN_MINUTES, max = LessonLength::MAX_MINUTES)]
    Lesson(i64),
    /// Not a legal notice.
    #[error("notice is 0 to {max} hours, not {0}", max = Notice::MAX_HOURS)]
    Notice(i64),
    /// Not a legal buffer.
    #[error("the buffer between lessons is 0 to {max} minutes, not {0}", max = Buffer::MAX_MINUTES)]
    Buffer(i64),
}

impl LessonLength {
    /// Shortest lesson, in minutes.
    pub const MIN_MINUTES: u16 = 15;
    /// Longest lesson, in minutes.
    pub const MAX_MINUTES: u16 = 720;
    /// One hour, the default of every service.
    pub const HOUR: Self = Self(60);

    /// A length of `minutes`.
    ///
    /// # Errors
    /// [`InvalidLength::Lesson`] outside 15..=720 or off the 15-minute grid.
    pub fn from_minutes(minutes: i64) -> Result<Self, InvalidLength> {
        u16::try_from(minutes)
            .ok()
            .filter(|m| {
                (Self::MIN_MINUTES..=Self::MAX_MINUTES).contains(m) && m.is_multiple_of(BLOCK_MINUTES)
            })
            .map(Self)
            .ok_or(InvalidLength::Lesson(minutes))
    }

    /// The length in minutes.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The length in 15-minute blocks, 1..=48.
    #[must_use]
    pub fn blocks(self) -> u8 {
        // 720 / 15 = 48 always fits.
        u8::try_from(self.0 / BLOCK_MINUTES).unwrap_or(u8::MAX)
    }

    /// The length as a duration of elapsed time.
    #[must_use]
    pub fn duration(self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_mins(i64::from(self.0))
    }
}

/// How long before its start a lesson must be booked, in whole hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice(u16);

impl Notice {
    /// Longest notice an instructor may ask for, in hours.
    pub const MAX_HOURS: u16 = 168;

    /// A notice of `hours`.
    ///
    /// # Errors
    /// [`InvalidLength::Notice`] outside 0..=168.
    pub fn from_hours(hours: i64) -> Result<Self, InvalidLength> {
        u16::try_from(hours)
            .ok()
            .filter(|h| *h <= Self::MAX_HOURS)
            .map(Self)
            .ok_or(InvalidLength::Notice(hours))
    }

    /// The notice in hours.
    #[must_use]
    pub const fn hours(self) -> u16 {
        self.0
    }

    /// The first instant at which a lesson may begin when it is booked at `now`.
    #[must_use]
    pub fn earliest_start(self, now: jiff::Timestamp) -> jiff::Timestamp {
        now.saturating_add(jiff::SignedDuration::from_hours(i64::from(self.0)))
            .unwrap_or(jiff::Timestamp::MAX)
    }
}

/// Time an instructor keeps free after each lesson, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Buffer(u16);

impl Buffer {
    /// Longest buffer, in minutes.
    pub const MAX_MINUTES: u16 = 60;
    /// No buffer at all.
    pub const NONE: Self = Self(0);

    /// A buffer of `minutes`.
    ///
    /// # Errors
    /// [`InvalidLength::Buffer`] outside 0..=60.
    pub fn from_minutes(minutes: i64) -> Result<Self, InvalidLength> {
        u16::try_from(minutes)
            .ok()
            .filter(|m| *m <= Self::MAX_MINUTES)
            .map(Self)
            .ok_or(InvalidLength::Buffer(minutes))
    }

    /// The buffer in minutes.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// The buffer as a duration of elapsed time.
    #[must_use]
    pub fn duration(self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_mins(i64::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_inclusive_and_messages_name_them() {
        for ok in [15, 30, 60, 720] {
            assert_eq!(LessonLength::from_minutes(ok).map(|l| i64::from(l.minutes())), Ok(ok));
        }
        for bad in [i64::MIN, -15, 0, 14, 50, 735, i64::MAX] {
            assert_eq!(LessonLength::from_minutes(bad), Err(InvalidLength::Lesson(bad)));
        }
        assert_eq!(
            LessonLength::from_minutes(50).unwrap_err().to_string(),
            "a lesson lasts 15 to 720 minutes in steps of 15, not 50"
        );
        assert!(
            Notice::from_hours(168).is_ok()
                && Notice::from_hours(169).is_err()
                && Notice::from_hours(-1).is_err()
        );
        assert!(
            Buffer::from_minutes(60).is_ok()
                && Buffer::from_minutes(61).is_err()
                && Buffer::from_minutes(-1).is_err()
        );
    }
}
