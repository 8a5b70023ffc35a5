//! Dates as `YYYY-MM-DD`, instants as RFC 3339 in UTC.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A date, written `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = Date, format = Date, example = "2026-07-15")]
pub(crate) struct DateText(pub(crate) String);

/// An instant in UTC, written as in RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = Instant, format = DateTime, example = "2026-07-15T14:00:00Z")]
pub(crate) struct InstantText(String);

/// A text that is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a date of the calendar, written YYYY-MM-DD")]
pub(crate) struct InvalidDate;

/// Reads `YYYY-MM-DD` and nothing else.
pub(crate) fn read_date(text: &str) -> Result<Date, InvalidDate> {
    let shape = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err(InvalidDate);
    }
    text.parse::<Date>().ok().filter(|date| date.year() > 0).ok_or(InvalidDate)
}

impl DateText {
    /// The date.
    pub(crate) fn read(&self) -> Result<Date, InvalidDate> {
        read_date(&self.0)
    }
}

impl From<Date> for DateText {
    fn from(date: Date) -> Self {
        Self(date.to_string())
    }
}

impl From<Timestamp> for InstantText {
    fn from(instant: Timestamp) -> Self {
        Self(instant.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plain_form_of_a_real_date_is_read() {
        assert_eq!(read_date("2028-02-29").unwrap().to_string(), "2028-02-29");
        for bad in [
            "",
            "2026-02-29",
            "20260715",
            "2026-7-15",
            "2026-07-15T00:00",
            "0000-01-01",
            "２026-07-15",
            "-026-07-15",
        ] {
            assert_eq!(read_date(bad), Err(InvalidDate), "{bad}");
        }
    }
}
