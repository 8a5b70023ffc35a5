//! Storing what comes with the program: the catalogue, the words people use for it, and places.
//!
//! The content files own the rows they wrote. Storing a new version brings those up to date and takes away words that left the
//! files. Whatever an administrator wrote, changed or took away is left as it is, whether the files know it or not. Services
//! and places that left the files stay: somebody may teach there.

mod service;

use instainstru_domain::{
    catalogue::{CatalogueEntry, CategoryFacts},
    vocabulary::{Phrase, PlaceEntry},
};

pub use self::service::ContentService;

/// One version of the content files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// The categories.
    pub categories: Vec<CategoryFacts>,
    /// The services.
    pub services: Vec<CatalogueEntry>,
    /// Named sets of services: names, and slugs of their services.
    pub groups: Vec<(String, Vec<String>)>,
    /// What people call all of these.
    pub words: Vec<ContentWord>,
    /// The places.
    pub places: Vec<PlaceEntry>,
}

/// A phrase of the content files.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentWord {
    /// The phrase.
    pub phrase: Phrase,
    /// What it means.
    pub meaning: ContentMeaning,
}

/// What a phrase of the content files means: as [`instainstru_domain::vocabulary::Meaning`], by the keys of the files.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ContentMeaning {
    /// Exactly the service with this slug.
    Synonym(String),
    /// Something near the service with this slug.
    Hint(String),
    /// Not the service with this slug, though it has its words.
    Not(String),
    /// The group of this name.
    Group(String),
    /// The category with this slug.
    Category(String),
    /// Nothing about which service is meant.
    Weak,
    /// Something that nobody teaches here.
    Outside,
}
