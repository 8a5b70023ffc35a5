//! Categories and services as administrators see them.

use instainstru_domain::{editorial::CategoryRecord, page::Paged, vocabulary::Alias};
use instainstru_service::editorial::EditedService;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::paging::Paging;
use crate::wire::Money;

/// A category, shown or not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminCategoryResponse {
    /// Its id.
    id: i32,
    /// Unique short name.
    #[schema(example = "music")]
    slug: String,
    /// Name for people.
    #[schema(example = "Music")]
    name: String,
    /// A few words below the name.
    subtitle: Option<String>,
    /// One line about it.
    description: Option<String>,
    /// Place among the categories.
    display_order: i32,
    /// Name of its icon.
    icon_name: Option<String>,
    /// Whether it and everything in it is shown.
    is_active: bool,
    /// Who wrote it last: `content` (the files that come with the program, which keep it up to date) or `admin`.
    #[schema(example = "content")]
    origin: &'static str,
}

impl From<&CategoryRecord> for AdminCategoryResponse {
    fn from(record: &CategoryRecord) -> Self {
        let facts = &record.category.facts;
        Self {
            id: record.category.id.get(),
            slug: facts.slug.clone(),
            name: facts.name.clone(),
            subtitle: facts.subtitle.clone(),
            description: facts.description.clone(),
            display_order: facts.display_order,
            icon_name: facts.icon_name.clone(),
            is_active: record.is_active,
            origin: record.origin.as_str(),
        }
    }
}

/// A word of a service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceAliasItem {
    /// Its id.
    id: i32,
    /// `synonym` (means exactly this service), `hint` (near it in meaning) or `not` (has its words and means something else).
    #[schema(example = "synonym")]
    kind: &'static str,
    /// The phrase.
    #[schema(example = "pianoforte")]
    phrase: String,
    /// Who wrote it last: `content` or `admin`.
    #[schema(example = "content")]
    origin: &'static str,
}

impl From<&Alias> for ServiceAliasItem {
    fn from(alias: &Alias) -> Self {
        Self {
            id: alias.id.get(),
            kind: alias.meaning.kind().as_str(),
            phrase: alias.phrase.to_string(),
            origin: alias.origin.as_str(),
        }
    }
}

/// A service of the catalogue, shown or not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminServiceResponse {
    /// Its id.
    id: i32,
    /// Unique short name.
    #[schema(example = "piano")]
    slug: String,
    /// Category it belongs to.
    category_id: i32,
    /// Name of the category.
    #[schema(example = "Music")]
    category: String,
    /// Name for people.
    #[schema(example = "Piano")]
    name: String,
    /// One line about it.
    description: Option<String>,
    /// Words people look for it with, shown with the catalogue.
    search_terms: Vec<String>,
    /// More words.
    aliases: Vec<ServiceAliasItem>,
    /// Place within its category.
    display_order: i32,
    /// Whether it can be taught over the internet.
    online_capable: bool,
    /// Whether instructors should hold a certificate.
    requires_certification: bool,
    /// Low end of the usual prices of an hour.
    typical_price_min: Option<Money>,
    /// High end of the usual prices of an hour.
    typical_price_max: Option<Money>,
    /// Services somebody interested in this one may like.
    related_services: Vec<i32>,
    /// Whether it is switched on.
    is_active: bool,
    /// Whether it is listed and found: it is switched on, and so is its category.
    is_listed: bool,
    /// Who wrote it last: `content` (the files that come with the program, which keep it up to date) or `admin`.
    #[schema(example = "admin")]
    origin: &'static str,
}

impl From<&EditedService> for AdminServiceResponse {
    fn from(service: &EditedService) -> Self {
        let (record, facts) = (&service.record, &service.record.facts);
        Self {
            id: record.id.get(),
            slug: facts.slug.clone(),
            category_id: record.category_id.get(),
            category: service.category.category.facts.name.clone(),
            name: facts.name.clone(),
            description: facts.description.clone(),
            search_terms: facts.search_terms.clone(),
            aliases: service.aliases.iter().map(Into::into).collect(),
            display_order: facts.display_order,
            online_capable: facts.online_capable,
            requires_certification: facts.requires_certification,
            typical_price_min: facts.typical_price.map(|(low, _)| low.into()),
            typical_price_max: facts.typical_price.map(|(_, high)| high.into()),
            related_services: record.related.iter().map(|id| id.get()).collect(),
            is_active: record.is_active,
            is_listed: service.is_shown(),
            origin: record.origin.as_str(),
        }
    }
}

/// A page of services.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdminServiceList {
    /// The services of this page.
    services: Vec<AdminServiceResponse>,
    /// Number of all services that fit.
    total: u64,
    /// Number of this page, from 1.
    page: u32,
    /// Greatest number of services on a page.
    per_page: u32,
}

impl AdminServiceList {
    pub(super) fn new(found: &Paged<EditedService>, paging: Paging) -> Self {
        Self {
            services: found.items.iter().map(Into::into).collect(),
            total: found.total,
            page: paging.number,
            per_page: paging.size,
        }
    }
}
