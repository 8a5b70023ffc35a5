//! The catalogue as those who edit it see it: everything, shown or not, and who wrote it last.

use std::fmt;

use instainstru_core::money::Cents;

use crate::{
    catalogue::{Category, ServiceFacts},
    ids::{CatalogueServiceId, CategoryId},
    text::InvalidText,
};

/// Who wrote a row last.
///
/// The content files that come with the program keep their rows up to date with every new version. What an administrator
/// wrote belongs to the administrator: the files never touch it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The content files.
    Content,
    /// An administrator.
    Admin,
}

impl Origin {
    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Admin => "admin",
        }
    }
}

/// A text that is none of the names of something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is none of {known}")]
pub struct UnknownName {
    /// The text, cut after 40 characters.
    pub text: String,
    /// The names there are.
    pub known: &'static str,
}

impl UnknownName {
    pub(crate) fn new(text: &str, known: &'static str) -> Self {
        Self { text: text.chars().take(40).collect(), known }
    }
}

impl std::str::FromStr for Origin {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Content, Self::Admin]
            .into_iter()
            .find(|origin| origin.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "content, admin"))
    }
}

/// Short name of a category or service for addresses: lower-case letters, digits and single hyphens between them.
///
/// It is also the name under which the content files and the search index know the thing, so it stays what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(String);

impl Slug {
    /// Greatest number of characters.
    pub const MAX: usize = 100;

    /// The slug that `text` spells.
    ///
    /// # Errors
    /// [`InvalidText`] when it has other characters, or none, or more than [`Slug::MAX`].
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if text.len() > Self::MAX {
            return Err(InvalidText::TooLong { what: "slug", max: Self::MAX });
        }
        let is_word = |part: &str| !part.is_empty();
        if !text.chars().all(legal) || !text.split('-').all(is_word) {
            return Err(InvalidText::Malformed {
                what: "slug",
                reason: "use lower-case letters, digits and single hyphens, as in music-theory",
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Place of something in a list that people see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplayOrder(i32);

/// A number that is no place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("display_order must be from 1 to {max}", max = DisplayOrder::MAX)]
pub struct InvalidOrder(pub i64);

impl DisplayOrder {
    /// The last place.
    pub const MAX: i32 = 100_000;

    /// The place with this number.
    ///
    /// # Errors
    /// [`InvalidOrder`] outside 1..=100000.
    pub fn new(number: i64) -> Result<Self, InvalidOrder> {
        i32::try_from(number)
            .ok()
            .filter(|place| (1..=Self::MAX).contains(place))
            .map(Self)
            .ok_or(InvalidOrder(number))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// Usual range of hourly prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypicalPrice {
    low: Cents,
    high: Cents,
}

/// Why two amounts are no usual range of prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTypicalPrice {
    /// The low end is above the high end.
    #[error("the lower typical price must not be above the higher one")]
    Reversed,
    /// Nobody may ask for as much.
    #[error("a typical price is at most ${max} an hour", max = TypicalPrice::MAX_CENTS / 100)]
    TooHigh,
}

impl TypicalPrice {
    /// Greatest amount, in cents: the highest rate there is.
    pub const MAX_CENTS: i64 = instainstru_core::money::HourlyRate::MAX_CENTS;

    /// The range from `low` to `high`.
    ///
    /// # Errors
    /// [`InvalidTypicalPrice`].
    pub const fn new(low: Cents, high: Cents) -> Result<Self, InvalidTypicalPrice> {
        if low.get() > high.get() {
            Err(InvalidTypicalPrice::Reversed)
        } else if high.get() > Self::MAX_CENTS {
            Err(InvalidTypicalPrice::TooHigh)
        } else {
            Ok(Self { low, high })
        }
    }

    /// The low and the high end.
    #[must_use]
    pub const fn ends(self) -> (Cents, Cents) {
        (self.low, self.high)
    }
}

/// A category, shown or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryRecord {
    /// The category.
    pub category: Category,
    /// Whether it and everything in it is shown.
    pub is_active: bool,
    /// Who wrote it last.
    pub origin: Origin,
}

/// A service of the catalogue, shown or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRecord {
    /// Its id.
    pub id: CatalogueServiceId,
    /// Category it belongs to.
    pub category_id: CategoryId,
    /// What is known about it.
    pub facts: ServiceFacts,
    /// Services somebody interested in this one may like.
    pub related: Vec<CatalogueServiceId>,
    /// Whether it is switched on. It is shown only if its category is, too.
    pub is_active: bool,
    /// Who wrote it last.
    pub origin: Origin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_words_with_hyphens_between() {
        for good in ["piano", "ap-statistics-2", "4x4", &"x".repeat(100)] {
            assert_eq!(Slug::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "-", "a-", "-a", "a--b", "Piano", "a b", "klavír", "a_b", &"x".repeat(101)] {
            assert!(Slug::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn places_in_lists_begin_at_one() {
        assert_eq!(DisplayOrder::new(1).map(DisplayOrder::get), Ok(1));
        for bad in [0, -1, 100_001, i64::MAX] {
            assert_eq!(DisplayOrder::new(bad), Err(InvalidOrder(bad)));
        }
    }

    #[test]
    fn typical_prices_go_upwards_and_stay_legal() {
        let range = |low, high| TypicalPrice::new(Cents::new(low).unwrap(), Cents::new(high).unwrap());
        assert!(range(0, 0).is_ok() && range(5_000, 100_000).is_ok());
        assert_eq!(range(2, 1), Err(InvalidTypicalPrice::Reversed));
        assert_eq!(range(1, 100_001), Err(InvalidTypicalPrice::TooHigh));
    }

    #[test]
    fn origins_are_read_back_from_their_names() {
        for origin in [Origin::Content, Origin::Admin] {
            assert_eq!(origin.as_str().parse(), Ok(origin));
        }
        let error = "robot".parse::<Origin>().unwrap_err();
        assert_eq!(error.to_string(), "'robot' is none of content, admin");
    }
}
