//! Times of day: `HH:MM` or `HH:MM:SS` in, `HH:MM:SS` out. A range may end at 24:00.

use instainstru_core::grid::{GridTime, InvalidGridTime, InvalidTimeRange, TimeRange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A time of day on a quarter hour, written `HH:MM` or `HH:MM:SS`; 24:00 is the end of the day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(
    as = Time,
    pattern = r"^(([01][0-9]|2[0-3]):(00|15|30|45)|24:00)(:00(\.0{1,9})?)?$",
    example = "09:00:00"
)]
pub(crate) struct TimeText(pub(crate) String);

/// A stretch of time on one day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub(crate) struct TimeWindow {
    /// Begin.
    pub(crate) start_time: TimeText,
    /// End, after the begin.
    pub(crate) end_time: TimeText,
}

/// Reads a time on the grid.
pub(crate) fn read_time(text: &str) -> Result<GridTime, InvalidGridTime> {
    text.parse()
}

/// `HH:MM:SS`.
pub(crate) fn seconds(time: GridTime) -> TimeText {
    TimeText(format!("{time}:00"))
}

impl TimeText {
    /// The time.
    pub(crate) fn read(&self) -> Result<GridTime, InvalidGridTime> {
        read_time(&self.0)
    }
}

impl TimeWindow {
    /// The range.
    pub(crate) fn read(&self) -> Result<TimeRange, InvalidTimeRange> {
        TimeRange::new(self.start_time.read()?, self.end_time.read()?)
    }
}

impl From<TimeRange> for TimeWindow {
    fn from(range: TimeRange) -> Self {
        Self { start_time: seconds(range.start()), end_time: seconds(range.end()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_out_with_seconds_and_come_back() {
        for (text, out) in [("09:15", "09:15:00"), ("24:00", "24:00:00"), ("00:00:00.000", "00:00:00")] {
            assert_eq!(seconds(read_time(text).unwrap()).0, out);
        }
        assert!(read_time("9:15").is_err());
    }
}
