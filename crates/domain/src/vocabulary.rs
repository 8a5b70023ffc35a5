//! What search takes words for: aliases of services, groups and categories, and places.

use std::{fmt, str::FromStr};

use crate::{
    editorial::{Origin, UnknownName},
    ids::{AliasId, CatalogueServiceId, CategoryId, GroupId, PlaceId},
    text::{InvalidText, line},
};

/// Most places that search can know at once.
pub const MAX_PLACES: usize = 512;

/// Something people type: lower case, single spaces, with at least one letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phrase(String);

impl Phrase {
    /// Greatest number of characters.
    pub const MAX: usize = 100;

    /// The phrase that `text` is.
    ///
    /// # Errors
    /// [`InvalidText`] when nothing in it can be looked for, or when it is longer than [`Phrase::MAX`] characters.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        let trimmed = line("phrase", text, 1, Self::MAX)?;
        if !trimmed.chars().any(char::is_alphanumeric) {
            return Err(InvalidText::Malformed { what: "phrase", reason: "it has no letter and no digit" });
        }
        let lower = trimmed.to_lowercase();
        let phrase = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        // A few letters become two in lower case.
        if phrase.chars().count() > Self::MAX {
            return Err(InvalidText::TooLong { what: "phrase", max: Self::MAX });
        }
        Ok(Self(phrase))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What search takes a phrase for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// Exactly this service; it may match alone.
    Synonym(CatalogueServiceId),
    /// Something near this service; it never matches by its words, only by being near in meaning.
    Hint(CatalogueServiceId),
    /// Has words of this service and means something else.
    Not(CatalogueServiceId),
    /// All services of this group.
    Group(GroupId),
    /// All services of this category.
    Category(CategoryId),
    /// Nothing about which service is meant, such as "lessons".
    Weak,
    /// Something that nobody teaches here, such as "plumber".
    Outside,
}

/// The kind of a [`Meaning`], without what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeaningKind {
    /// [`Meaning::Synonym`].
    Synonym,
    /// [`Meaning::Hint`].
    Hint,
    /// [`Meaning::Not`].
    Not,
    /// [`Meaning::Group`].
    Group,
    /// [`Meaning::Category`].
    Category,
    /// [`Meaning::Weak`].
    Weak,
    /// [`Meaning::Outside`].
    Outside,
}

impl MeaningKind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Synonym, Self::Hint, Self::Not, Self::Group, Self::Category, Self::Weak, Self::Outside];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Synonym => "synonym",
            Self::Hint => "hint",
            Self::Not => "not",
            Self::Group => "group",
            Self::Category => "category",
            Self::Weak => "weak",
            Self::Outside => "outside",
        }
    }
}

impl FromStr for MeaningKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "synonym, hint, not, group, category, weak, outside"))
    }
}

impl Meaning {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> MeaningKind {
        match self {
            Self::Synonym(_) => MeaningKind::Synonym,
            Self::Hint(_) => MeaningKind::Hint,
            Self::Not(_) => MeaningKind::Not,
            Self::Group(_) => MeaningKind::Group,
            Self::Category(_) => MeaningKind::Category,
            Self::Weak => MeaningKind::Weak,
            Self::Outside => MeaningKind::Outside,
        }
    }

    /// The service it is about.
    #[must_use]
    pub const fn service(self) -> Option<CatalogueServiceId> {
        match self {
            Self::Synonym(service) | Self::Hint(service) | Self::Not(service) => Some(service),
            Self::Group(_) | Self::Category(_) | Self::Weak | Self::Outside => None,
        }
    }
}

/// A phrase and what search takes it for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Its id.
    pub id: AliasId,
    /// What people type.
    pub phrase: Phrase,
    /// What it means.
    pub meaning: Meaning,
    /// Whether it counts. What an administrator took away is kept as inactive, so that the content files do not bring it back.
    pub is_active: bool,
    /// Who wrote it last.
    pub origin: Origin,
}

/// An alias to store. No two rows have the same phrase and meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlias {
    /// What people type.
    pub phrase: Phrase,
    /// What it means.
    pub meaning: Meaning,
    /// Who writes it.
    pub origin: Origin,
}

/// A named set of services, such as "strings". Its words are aliases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceGroup {
    /// Its id.
    pub id: GroupId,
    /// What it is and who wrote it.
    pub entry: GroupEntry,
    /// Whether it counts.
    pub is_active: bool,
}

/// A group without its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupEntry {
    /// Unique name for people; it stays what it is.
    pub name: String,
    /// Its services.
    pub services: Vec<CatalogueServiceId>,
    /// Who wrote it last.
    pub origin: Origin,
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// One of the five boroughs.
    Borough,
    /// Part of a borough.
    Neighborhood,
    /// A park, a square, a school.
    Landmark,
}

impl PlaceKind {
    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Borough => "borough",
            Self::Neighborhood => "neighborhood",
            Self::Landmark => "landmark",
        }
    }
}

impl FromStr for PlaceKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        [Self::Borough, Self::Neighborhood, Self::Landmark]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownName::new(text, "borough, neighborhood, landmark"))
    }
}

/// A place that a search may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// What it is and who wrote it.
    pub entry: PlaceEntry,
    /// Whether search knows it.
    pub is_active: bool,
}

/// A place without its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceEntry {
    /// Unique name for people; it stays what it is.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Name of the borough it lies in; its own name for a borough.
    pub borough: String,
    /// Other names.
    pub aliases: Vec<Phrase>,
    /// Names of the places next to it. Each of them names this one, too.
    pub neighbours: Vec<String>,
    /// Who wrote it last.
    pub origin: Origin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_lower_case_with_single_spaces() {
        assert_eq!(Phrase::new("  Jazz \u{a0} ÉTUDES ").unwrap().as_str(), "jazz études");
        assert_eq!(Phrase::new("1:1").unwrap().as_str(), "1:1");
        for bad in ["", "  ", "!?", "two\nlines", "nul\0", &"x".repeat(101), &"İ".repeat(100)] {
            assert!(Phrase::new(bad).is_err(), "{bad:?}");
        }
        assert!(Phrase::new(&"é".repeat(100)).is_ok());
    }

    #[test]
    fn kinds_are_read_back_from_their_names() {
        for kind in MeaningKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for kind in [PlaceKind::Borough, PlaceKind::Neighborhood, PlaceKind::Landmark] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("term".parse::<MeaningKind>().is_err() && "city".parse::<PlaceKind>().is_err());
    }

    #[test]
    fn only_words_of_services_are_about_a_service() {
        let service = CatalogueServiceId::new(7).unwrap();
        for meaning in [Meaning::Synonym(service), Meaning::Hint(service), Meaning::Not(service)] {
            assert_eq!(meaning.service(), Some(service));
        }
        let group = GroupId::new(7).unwrap();
        let category = CategoryId::new(7).unwrap();
        for meaning in [Meaning::Group(group), Meaning::Category(category), Meaning::Weak, Meaning::Outside] {
            assert_eq!(meaning.service(), None);
        }
    }
}
