//! Wall-clock times and half-open ranges on the 15-minute grid of one day.

use std::{fmt, str::FromStr};

use crate::length::LessonLength;

/// Length of one block of the grid, in minutes.
pub const BLOCK_MINUTES: u16 = 15;
/// Number of blocks in a day.
pub const BLOCKS_PER_DAY: u8 = 96;
const MINUTES_PER_DAY: u16 = 1440;

/// A wall-clock time on a quarter hour, from 00:00 to 24:00 inclusive.
///
/// 24:00 exists because a range may end with the day; it is never a legal start.
///
/// # Examples
/// ```
/// use instainstru_core::grid::GridTime;
/// assert_eq!("09:45".parse::<GridTime>()?.minutes(), 585);
/// assert!("09:50".parse::<GridTime>().is_err());
/// # Ok::<(), instainstru_core::grid::InvalidGridTime>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GridTime(u8);

/// Why a text or number is not a time on the grid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGridTime {
    /// Not of the form `HH:MM` or `HH:MM:SS`.
    #[error("'{0}' is not a time of day; write it as HH:MM")]
    Malformed(String),
    /// Later than 24:00.
    #[error("{minutes} minutes after midnight is not within one day")]
    OutsideDay {
        /// Minutes since midnight that were asked for.
        minutes: u16,
    },
    /// Between two grid lines.
    #[error("times must align with 15-minute blocks (:00, :15, :30 or :45, no seconds), not '{0}'")]
    OffGrid(String),
}

impl GridTime {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);
    /// 24:00, the end of the day.
    pub const END_OF_DAY: Self = Self(BLOCKS_PER_DAY);

    /// The time at which block `index` begins; 96 is the end of the day.
    #[must_use]
    pub const fn from_block(index: u8) -> Option<Self> {
        if index <= BLOCKS_PER_DAY { Some(Self(index)) } else { None }
    }

    /// The time that lies `minutes` (0..=1440) after local midnight.
    ///
    /// # Errors
    /// [`InvalidGridTime::OutsideDay`] beyond 1440, [`InvalidGridTime::OffGrid`] between two grid lines.
    pub fn from_minutes(minutes: u16) -> Result<Self, InvalidGridTime> {
        if minutes > MINUTES_PER_DAY {
            return Err(InvalidGridTime::OutsideDay { minutes });
        }
        if !minutes.is_multiple_of(BLOCK_MINUTES) {
            return Err(InvalidGridTime::OffGrid(format!("{:02}:{:02}", minutes / 60, minutes % 60)));
        }
        u8::try_from(minutes / BLOCK_MINUTES)
            .map(Self)
            .map_err(|_too_large| InvalidGridTime::OutsideDay { minutes })
    }

    /// The time `hour:minute`.
    ///
    /// # Errors
    /// As [`GridTime::from_minutes`].
    pub fn new(hour: u8, minute: u8) -> Result<Self, InvalidGridTime> {
        Self::from_minutes(u16::from(hour) * 60 + u16::from(minute))
    }

    /// Index of the block that begins here, 0..=96.
    #[must_use]
    pub const fn block(self) -> u8 {
        self.0
    }

    /// Minutes since local midnight, 0..=1440.
    #[must_use]
    pub fn minutes(self) -> u16 {
        u16::from(self.0) * BLOCK_MINUTES
    }

    /// Hour of the day, 0..=24.
    #[must_use]
    pub const fn hour(self) -> u8 {
        self.0 / 4
    }

    /// Minute of the hour: 0, 15, 30 or 45.
    #[must_use]
    pub const fn minute(self) -> u8 {
        (self.0 % 4) * 15
    }

    /// The same time as a civil time, unless it is 24:00, which civil time cannot express.
    #[must_use]
    pub fn to_civil(self) -> Option<jiff::civil::Time> {
        let (hour, minute) = (i8::try_from(self.hour()).ok()?, i8::try_from(self.minute()).ok()?);
        jiff::civil::Time::new(hour, minute, 0, 0).ok()
    }

    /// The earliest grid time at or after a civil time.
    #[must_use]
    pub fn at_or_after(time: jiff::civil::Time) -> Self {
        let minutes = u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
        let past_the_minute = time.second() > 0 || time.subsec_nanosecond() > 0;
        let minutes = minutes + u16::from(past_the_minute);
        u8::try_from(minutes.div_ceil(BLOCK_MINUTES))
            .map_or(Self::END_OF_DAY, |block| Self(block.min(BLOCKS_PER_DAY)))
    }
}

impl fmt::Display for GridTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())
    }
}

impl fmt::Debug for GridTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for GridTime {
    type Err = InvalidGridTime;

    /// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff`; seconds must be zero.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || InvalidGridTime::Malformed(text.chars().take(40).collect());
        let two_digits = |part: &str| -> Option<u8> {
            (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten()
        };
        let mut parts = text.splitn(3, ':');
        let hour = parts.next().and_then(two_digits).ok_or_else(malformed)?;
        let minute = parts.next().and_then(two_digits).ok_or_else(malformed)?;
        if hour > 24 || minute > 59 || (hour == 24 && minute > 0) {
            return Err(malformed());
        }
        if let Some(seconds) = parts.next() {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            let digits =
                !fraction.is_empty() && fraction.len() <= 9 && fraction.bytes().all(|b| b.is_ascii_digit());
            let whole = two_digits(whole).filter(|s| *s < 60 && digits).ok_or_else(malformed)?;
            if whole != 0 || fraction.bytes().any(|b| b != b'0') {
                return Err(InvalidGridTime::OffGrid(text.to_owned()));
            }
        }
        Self::new(hour, minute)
    }
}

/// A half-open range `[start, end)` of wall-clock time within one day. Touching ranges do not overlap.
///
/// # Examples
/// ```
/// use instainstru_core::grid::TimeRange;
/// let lesson: TimeRange = "09:00-10:00".parse()?;
/// assert!(!lesson.overlaps("10:00-11:00".parse()?));
/// assert!("10:00-10:00".parse::<TimeRange>().is_err());
/// # Ok::<(), instainstru_core::grid::InvalidTimeRange>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeRange {
    start: GridTime,
    end: GridTime,
}

/// Why two times are not a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTimeRange {
    /// The end is not after the start.
    #[error("end time must be after start time ({start} to {end})")]
    NotForward {
        /// The start that was given.
        start: GridTime,
        /// The end that was given.
        end: GridTime,
    },
    /// A lesson of this length would run past 24:00.
    #[error("a lesson of {minutes} minutes from {start} would run past midnight")]
    PastMidnight {
        /// The start that was given.
        start: GridTime,
        /// The length that was given, in minutes.
        minutes: u16,
    },
    /// One of the two times is invalid.
    #[error(transparent)]
    Time(#[from] InvalidGridTime),
}

impl TimeRange {
    /// The whole day, 00:00 to 24:00.
    pub const FULL_DAY: Self = Self { start: GridTime::MIDNIGHT, end: GridTime::END_OF_DAY };

    /// The range from `start` to `end`.
    ///
    /// # Errors
    /// [`InvalidTimeRange::NotForward`] unless `start < end`.
    pub fn new(start: GridTime, end: GridTime) -> Result<Self, InvalidTimeRange> {
        if start < end { Ok(Self { start, end }) } else { Err(InvalidTimeRange::NotForward { start, end }) }
    }

    /// The range of a lesson that begins at `start` and lasts `length`.
    ///
    /// # Errors
    /// [`InvalidTimeRange::PastMidnight`] when it would not end on the same day.
    pub fn lesson(start: GridTime, length: LessonLength) -> Result<Self, InvalidTimeRange> {
        let end = start.block().checked_add(length.blocks()).and_then(GridTime::from_block);
        match end {
            Some(end) => Ok(Self { start, end }),
            None => Err(InvalidTimeRange::PastMidnight { start, minutes: length.minutes() }),
        }
    }

    /// First moment of the range.
    #[must_use]
    pub const fn start(self) -> GridTime {
        self.start
    }

    /// First moment after the range.
    #[must_use]
    pub const fn end(self) -> GridTime {
        self.end
    }

    /// Length in minutes, 15..=1440.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.end.minutes() - self.start.minutes()
    }

    /// Whether both ranges share at least one block.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies entirely within this range.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Both parts of the range around an inner time.
    ///
    /// # Errors
    /// [`InvalidTimeRange::NotForward`] when `at` is not strictly inside the range.
    pub fn split(self, at: GridTime) -> Result<(Self, Self), InvalidTimeRange> {
        Ok((Self::new(self.start, at)?, Self::new(at, self.end)?))
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

impl fmt::Debug for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for TimeRange {
    type Err = InvalidTimeRange;

    /// Reads `HH:MM-HH:MM`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (start, end) = text.split_once('-').ok_or_else(|| InvalidGridTime::Malformed(text.to_owned()))?;
        Self::new(start.parse()?, end.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_clients_send() {
        for (text, minutes) in [
            ("00:00", 0),
            ("09:15", 555),
            ("09:15:00", 555),
            ("09:15:00.000000", 555),
            ("23:45", 1425),
            ("24:00", 1440),
        ] {
            assert_eq!(text.parse::<GridTime>().map(GridTime::minutes), Ok(minutes), "{text}");
        }
    }

    #[test]
    fn times_off_the_grid_are_told_apart_from_nonsense() {
        for text in ["09:07", "09:00:30", "09:00:00.5", "23:59"] {
            assert!(matches!(text.parse::<GridTime>(), Err(InvalidGridTime::OffGrid(_))), "{text}");
        }
        for text in [
            "",
            "9",
            "9:00",
            "24:15",
            "25:00",
            "09:60",
            "noon",
            "09:00:",
            "09:00:00.",
            "-1:00",
            "+9:00",
            "09:00:00:00",
            "٠٩:٠٠",
        ] {
            assert!(matches!(text.parse::<GridTime>(), Err(InvalidGridTime::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn a_civil_time_rounds_up_to_the_next_quarter_hour() {
        let time = jiff::civil::time;
        for (civil, grid) in [
            (time(9, 0, 0, 0), "09:00"),
            (time(9, 0, 0, 1), "09:15"),
            (time(9, 1, 0, 0), "09:15"),
            (time(23, 45, 0, 0), "23:45"),
            (time(23, 59, 59, 0), "24:00"),
        ] {
            assert_eq!(GridTime::at_or_after(civil).to_string(), grid);
        }
    }

    #[test]
    fn a_lesson_must_end_on_the_day_it_begins() {
        let start = GridTime::new(23, 0).unwrap();
        let hour = LessonLength::from_minutes(60).unwrap();
        assert_eq!(TimeRange::lesson(start, hour).unwrap().to_string(), "23:00-24:00");
        let longer = LessonLength::from_minutes(75).unwrap();
        assert_eq!(
            TimeRange::lesson(start, longer),
            Err(InvalidTimeRange::PastMidnight { start, minutes: 75 })
        );
    }

    #[test]
    fn splitting_needs_an_inner_time() {
        let range: TimeRange = "09:00-11:00".parse().unwrap();
        let (a, b) = range.split(GridTime::new(10, 0).unwrap()).unwrap();
        assert_eq!((a.to_string().as_str(), b.to_string().as_str()), ("09:00-10:00", "10:00-11:00"));
        assert!(range.split(GridTime::new(9, 0).unwrap()).is_err());
        assert!(range.split(GridTime::new(11, 0).unwrap()).is_err());
    }
}
