//! Dollars on the wire, cents inside. No arithmetic with floating-point numbers.

use instainstru_core::money::{Cents, HourlyRate};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::AnyOfBuilder},
};

/// An amount of dollars a client gives: a number or a text such as `"75.50"`, rounded to cents.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Amount {
    /// As a number.
    Number(serde_json::Number),
    /// As a text.
    Text(String),
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0.01)).maximum(Some(1000.0));
        let text =
            ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^[1-9][0-9]{0,2}(\.[0-9]{1,2})?$"));
        AnyOfBuilder::new()
            .item(number)
            .item(text)
            .description(Some("An amount in dollars, as a number or as text; rounded to cents"))
            .examples([serde_json::json!(75.5)])
            .into()
    }
}

impl ToSchema for Amount {}

/// An amount of dollars, as a number.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(example = 75.5)]
pub(crate) struct Money(f64);

/// A text that is no amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an amount in dollars, such as 75.50")]
pub(crate) struct InvalidAmount;

impl Amount {
    /// The amount in cents; half a cent rounds up.
    pub(crate) fn cents(&self) -> Result<i64, InvalidAmount> {
        match self {
            Self::Text(text) => read_cents(text),
            Self::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(dollars), _) => dollars.checked_mul(100).ok_or(InvalidAmount),
                // The shortest text that means this number, without an exponent.
                (None, Some(dollars)) if dollars.is_finite() => read_cents(&dollars.to_string()),
                (None, _) => Err(InvalidAmount),
            },
        }
    }
}

/// Reads an amount in dollars as cents; half a cent rounds up.
pub(crate) fn read_cents(text: &str) -> Result<i64, InvalidAmount> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(InvalidAmount);
    }
    let digit = |index: usize| i64::from(fraction.as_bytes().get(index).map_or(0, |b| b - b'0'));
    let rounding = i64::from(digit(2) >= 5);
    let cents = whole
        .parse::<i64>()
        .ok()
        .and_then(|dollars| dollars.checked_mul(100))
        .and_then(|cents| cents.checked_add(digit(0) * 10 + digit(1) + rounding))
        .ok_or(InvalidAmount)?;
    Ok(if negative { -cents } else { cents })
}

impl Money {
    /// The amount of so many cents.
    pub(crate) fn from_cents(cents: i64) -> Self {
        let sign = if cents < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
        // Digits and a point always parse.
        Self(text.parse().unwrap_or_default())
    }
}

impl From<Cents> for Money {
    fn from(cents: Cents) -> Self {
        Self::from_cents(cents.get())
    }
}

impl From<HourlyRate> for Money {
    fn from(rate: HourlyRate) -> Self {
        Self::from_cents(rate.cents())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(json: &str) -> Result<i64, InvalidAmount> {
        serde_json::from_str::<Amount>(json).map_err(|_no_amount| InvalidAmount)?.cents()
    }

    #[test]
    fn amounts_are_read_to_the_cent() {
        for (json, expected) in [
            ("75", 7_500),
            ("75.5", 7_550),
            ("\"75.50\"", 7_550),
            ("75.505", 7_551),
            ("75.504999", 7_550),
            ("1e2", 10_000),
            ("-1", -100),
            ("\"0.005\"", 1),
            ("0.29", 29),
        ] {
            assert_eq!(cents(json), Ok(expected), "{json}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for json in [
            "\"1e2\"", "\"NaN\"", "\"inf\"", "\"\"", "\" 1\"", "\"1.\"", "\".5\"", "1e300", "\"٣\"", "[]",
            "true",
        ] {
            assert!(cents(json).is_err(), "{json}");
        }
    }

    #[test]
    fn money_goes_out_as_a_number() {
        let out = |cents| serde_json::to_string(&Money::from_cents(cents)).unwrap();
        assert_eq!(
            (out(7_550), out(12_000), out(29), out(0)),
            ("75.5".into(), "120.0".into(), "0.29".into(), "0.0".into())
        );
    }
}
