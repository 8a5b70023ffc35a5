//! How values are written on the wire: dates, times, money, switches.

mod dates;
mod money;
mod switch;
mod times;

pub(crate) use self::{
    dates::{DateText, InstantText, InvalidDate, read_date},
    money::{Amount, InvalidAmount, Money, read_cents},
    switch::read_switch,
    times::{TimeText, TimeWindow, read_time, seconds},
};

/// Reads a member that is there, be it null: for members whose absence means something else than null.
pub(crate) fn given<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(deserializer).map(Some)
}

/// Reads a whole number written in decimal digits, as in paths and queries.
pub(crate) fn read_integer(text: &str) -> Result<i64, NotInteger> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || digits.len() > 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotInteger);
    }
    text.parse().map_err(|_too_large: std::num::ParseIntError| NotInteger)
}

/// A text that is no whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number")]
pub(crate) struct NotInteger;

/// A number outside its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidNumber {
    /// Not a number at all.
    #[error(transparent)]
    NotInteger(#[from] NotInteger),
    /// Outside the limits.
    #[error("must be from {min} to {max}")]
    OutOfRange {
        /// Least value.
        min: u32,
        /// Greatest value.
        max: u32,
    },
}

/// Reads a whole number within limits.
pub(crate) fn read_bounded(text: &str, min: u32, max: u32) -> Result<u32, InvalidNumber> {
    let number = read_integer(text)?;
    u32::try_from(number)
        .ok()
        .filter(|number| (min..=max).contains(number))
        .ok_or(InvalidNumber::OutOfRange { min, max })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_plain_digits() {
        assert_eq!(read_integer("-12"), Ok(-12));
        for bad in ["", "-", "+1", "1.0", "1e3", " 1", "٣", "99999999999999999999"] {
            assert_eq!(read_integer(bad), Err(NotInteger), "{bad}");
        }
        assert_eq!(read_bounded("100", 1, 100), Ok(100));
        assert_eq!(read_bounded("0", 1, 100).unwrap_err().to_string(), "must be from 1 to 100");
    }
}
