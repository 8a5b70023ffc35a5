//! Money in integer cents of the US dollar.

use std::fmt;

use crate::length::LessonLength;

/// An amount of money in cents. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cents(i64);

/// An amount that is not legal where it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// Less than nothing.
    #[error("an amount of money cannot be negative ({0} cents)")]
    Negative(i64),
    /// Not a legal hourly rate.
    #[error("an hourly rate is more than $0 and at most ${max}, not {0} cents", max = HourlyRate::MAX_CENTS / 100)]
    Rate(i64),
}

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of `cents`.
    ///
    /// # Errors
    /// [`InvalidMoney::Negative`] below zero.
    pub const fn new(cents: i64) -> Result<Self, InvalidMoney> {
        if cents < 0 { Err(InvalidMoney::Negative(cents)) } else { Ok(Self(cents)) }
    }

    /// The amount in cents.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Cents {
    /// `$1234.50`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Price of an hour of instruction: more than $0, at most $1000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HourlyRate(i64);

impl HourlyRate {
    /// Highest rate, in cents.
    pub const MAX_CENTS: i64 = 100_000;

    /// A rate of `cents` per hour.
    ///
    /// # Errors
    /// [`InvalidMoney::Rate`] outside 1..=100000.
    pub const fn from_cents(cents: i64) -> Result<Self, InvalidMoney> {
        if cents < 1 || cents > Self::MAX_CENTS { Err(InvalidMoney::Rate(cents)) } else { Ok(Self(cents)) }
    }

    /// The rate in cents per hour.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// What a lesson of this length costs; half a cent rounds up.
    ///
    /// # Examples
    /// ```
    /// use instainstru_core::{length::LessonLength, money::HourlyRate};
    /// let rate = HourlyRate::from_cents(7_550)?;
    /// assert_eq!(rate.price_of(LessonLength::from_minutes(45)?).to_string(), "$56.63");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn price_of(self, length: LessonLength) -> Cents {
        Cents((self.0 * i64::from(length.minutes()) + 30) / 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_round_half_a_cent_up() {
        let price = |cents, minutes| {
            let rate = HourlyRate::from_cents(cents).unwrap();
            rate.price_of(LessonLength::from_minutes(minutes).unwrap()).get()
        };
        assert_eq!(price(12_000, 60), 12_000);
        assert_eq!(price(7_550, 45), 5_663); // 5662.5
        assert_eq!(price(1, 15), 0); // a quarter of a cent
        assert_eq!(price(1, 30), 1); // half a cent
        assert_eq!(price(HourlyRate::MAX_CENTS, 720), 1_200_000);
    }

    #[test]
    fn rates_outside_their_limits_are_refused() {
        assert!(HourlyRate::from_cents(0).is_err());
        assert!(HourlyRate::from_cents(100_001).is_err());
        assert_eq!(
            HourlyRate::from_cents(-1).unwrap_err().to_string(),
            "an hourly rate is more than $0 and at most $1000, not -1 cents"
        );
        assert!(Cents::new(-1).is_err());
    }
}
