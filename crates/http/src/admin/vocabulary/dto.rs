//! Words and places as administrators see them.

use instainstru_domain::{
    ids::CatalogueServiceId,
    page::Paged,
    vocabulary::{Alias, Meaning, MeaningKind, Place, PlaceKind, ServiceGroup},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::paging::Paging;

/// What search takes a phrase for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AliasKind)]
pub(super) enum KindName {
    /// Exactly one service.
    Synonym,
    /// Something near a service; it never matches by its words alone.
    Hint,
    /// Has words of a service and means something else.
    Not,
    /// All services of a group.
    Group,
    /// All services of a category.
    Category,
    /// Nothing about which service is meant, such as "lessons".
    Weak,
    /// Something that nobody teaches here.
    Outside,
}

impl From<MeaningKind> for KindName {
    fn from(kind: MeaningKind) -> Self {
        match kind {
            MeaningKind::Synonym => Self::Synonym,
            MeaningKind::Hint => Self::Hint,
            MeaningKind::Not => Self::Not,
            MeaningKind::Group => Self::Group,
            MeaningKind::Category => Self::Category,
            MeaningKind::Weak => Self::Weak,
            MeaningKind::Outside => Self::Outside,
        }
    }
}

/// A phrase and what search takes it for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AliasResponse {
    /// Its id.
    id: i32,
    /// The phrase.
    #[schema(example = "pianoforte")]
    phrase: String,
    /// What it means.
    kind: KindName,
    /// The service it is about; for synonyms, hints and nots.
    service_id: Option<i32>,
    /// The group it means.
    group_id: Option<i32>,
    /// The category it means.
    category_id: Option<i32>,
    /// Who wrote it last: `content` (the files that come with the program) or `admin`.
    #[schema(example = "admin")]
    origin: &'static str,
}

impl From<&Alias> for AliasResponse {
    fn from(alias: &Alias) -> Self {
        let (group_id, category_id) = match alias.meaning {
            Meaning::Group(group) => (Some(group.get()), None),
            Meaning::Category(category) => (None, Some(category.get())),
            Meaning::Synonym(_) | Meaning::Hint(_) | Meaning::Not(_) | Meaning::Weak | Meaning::Outside => {
                (None, None)
            }
        };
        Self {
            id: alias.id.get(),
            phrase: alias.phrase.to_string(),
            kind: alias.meaning.kind().into(),
            service_id: alias.meaning.service().map(CatalogueServiceId::get),
            group_id,
            category_id,
            origin: alias.origin.as_str(),
        }
    }
}

/// A page of aliases.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AliasList {
    /// The aliases of this page.
    aliases: Vec<AliasResponse>,
    /// Number of all aliases that fit.
    total: u64,
    /// Number of this page, from 1.
    page: u32,
    /// Greatest number of aliases on a page.
    per_page: u32,
}

impl AliasList {
    pub(super) fn new(found: &Paged<Alias>, paging: Paging) -> Self {
        Self {
            aliases: found.items.iter().map(Into::into).collect(),
            total: found.total,
            page: paging.number,
            per_page: paging.size,
        }
    }
}

/// A named set of services.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupResponse {
    /// Its id.
    id: i32,
    /// Name for people.
    #[schema(example = "strings")]
    name: String,
    /// Ids of its services.
    services: Vec<i32>,
    /// Whether its words count.
    is_active: bool,
    /// Who wrote it last: `content` (the files that come with the program) or `admin`.
    #[schema(example = "content")]
    origin: &'static str,
}

impl From<&ServiceGroup> for GroupResponse {
    fn from(group: &ServiceGroup) -> Self {
        Self {
            id: group.id.get(),
            name: group.entry.name.clone(),
            services: group.entry.services.iter().map(|id| id.get()).collect(),
            is_active: group.is_active,
            origin: group.entry.origin.as_str(),
        }
    }
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = PlaceKind)]
pub(super) enum PlaceKindName {
    /// One of the boroughs.
    Borough,
    /// Part of a borough.
    Neighborhood,
    /// A park, a square, a school.
    Landmark,
}

impl From<PlaceKind> for PlaceKindName {
    fn from(kind: PlaceKind) -> Self {
        match kind {
            PlaceKind::Borough => Self::Borough,
            PlaceKind::Neighborhood => Self::Neighborhood,
            PlaceKind::Landmark => Self::Landmark,
        }
    }
}

impl From<PlaceKindName> for PlaceKind {
    fn from(kind: PlaceKindName) -> Self {
        match kind {
            PlaceKindName::Borough => Self::Borough,
            PlaceKindName::Neighborhood => Self::Neighborhood,
            PlaceKindName::Landmark => Self::Landmark,
        }
    }
}

/// A place that a search may name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceResponse {
    /// Its id.
    id: i32,
    /// Name for people.
    #[schema(example = "Astoria")]
    name: String,
    /// What it is.
    kind: PlaceKindName,
    /// Name of its borough; its own name for a borough.
    #[schema(example = "Queens")]
    borough: String,
    /// Other names.
    aliases: Vec<String>,
    /// Names of the places next to it.
    neighbours: Vec<String>,
    /// Whether search knows it.
    is_active: bool,
    /// Who wrote it last: `content` (the files that come with the program) or `admin`.
    #[schema(example = "content")]
    origin: &'static str,
}

impl From<&Place> for PlaceResponse {
    fn from(place: &Place) -> Self {
        let entry = &place.entry;
        Self {
            id: place.id.get(),
            name: entry.name.clone(),
            kind: entry.kind.into(),
            borough: entry.borough.clone(),
            aliases: entry.aliases.iter().map(ToString::to_string).collect(),
            neighbours: entry.neighbours.clone(),
            is_active: place.is_active,
            origin: entry.origin.as_str(),
        }
    }
}

/// A page of places.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceList {
    /// The places of this page.
    places: Vec<PlaceResponse>,
    /// Number of all places that fit.
    total: u64,
    /// Number of this page, from 1.
    page: u32,
    /// Greatest number of places on a page.
    per_page: u32,
}

impl PlaceList {
    pub(super) fn new(found: &Paged<Place>, paging: Paging) -> Self {
        Self {
            places: found.items.iter().map(Into::into).collect(),
            total: found.total,
            page: paging.number,
            per_page: paging.size,
        }
    }
}
