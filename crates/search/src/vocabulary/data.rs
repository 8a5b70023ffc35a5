//! The data files as they are written.

use serde::Deserialize;

/// The catalogue, as far as search needs it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Catalogue {
    /// Categories in their order.
    #[serde(default, rename = "category")]
    pub categories: Vec<CategoryEntry>,
    /// Services in their order.
    #[serde(default, rename = "service")]
    pub services: Vec<ServiceEntry>,
}

/// One category.
#[derive(Debug, Clone, Deserialize)]
pub struct CategoryEntry {
    /// Key.
    pub slug: String,
    /// Name for people.
    pub name: String,
}

/// One service.
#[derive(Debug, Clone, Deserialize)]
pub struct ServiceEntry {
    /// Key.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Slug of its category.
    pub category: String,
    /// Phrases that mean it.
    #[serde(default)]
    pub search_terms: Vec<String>,
}

/// What students call services, beyond the catalogue.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Words {
    /// Words that say nothing about the service, such as "lessons".
    #[serde(default)]
    pub weak: Vec<String>,
    /// Things people ask for that nobody teaches. A query nearer to one of these than to any service names none.
    #[serde(default)]
    pub outside: Vec<String>,
    /// More about single services.
    #[serde(default, rename = "service")]
    pub services: Vec<ServiceWords>,
    /// Named sets of services.
    #[serde(default, rename = "group")]
    pub groups: Vec<GroupEntry>,
    /// Words for whole categories.
    #[serde(default, rename = "category")]
    pub categories: Vec<CategoryWords>,
}

/// More words for one service.
#[derive(Debug, Clone, Deserialize)]
pub struct ServiceWords {
    /// Key of the service.
    pub slug: String,
    /// Phrases that mean exactly this service.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Phrases near it in meaning; they never match by their words alone.
    #[serde(default)]
    pub hints: Vec<String>,
    /// Phrases that contain its words and mean something else.
    #[serde(default)]
    pub not: Vec<String>,
}

/// A named set of services.
#[derive(Debug, Clone, Deserialize)]
pub struct GroupEntry {
    /// Name for people.
    pub name: String,
    /// Phrases that mean it.
    #[serde(default)]
    pub terms: Vec<String>,
    /// Slugs of its services.
    #[serde(default)]
    pub services: Vec<String>,
}

/// Words for one category.
#[derive(Debug, Clone, Deserialize)]
pub struct CategoryWords {
    /// Key of the category.
    pub slug: String,
    /// Phrases that mean it.
    #[serde(default)]
    pub terms: Vec<String>,
}

/// The gazetteer.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct PlaceList {
    /// Boroughs, neighborhoods and landmarks.
    #[serde(default, rename = "place")]
    pub places: Vec<PlaceEntry>,
}

/// One place.
#[derive(Debug, Clone, Deserialize)]
pub struct PlaceEntry {
    /// Name for people, unique.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Borough it lies in; its own name for a borough.
    pub borough: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Names of places next to it.
    #[serde(default)]
    pub neighbours: Vec<String>,
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// One of the five boroughs.
    Borough,
    /// Part of a borough.
    Neighborhood,
    /// A park, a square, a school.
    Landmark,
}
