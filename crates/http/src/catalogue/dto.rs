//! The catalogue as clients see it.

use instainstru_domain::{
    catalogue::{Category, ServiceListing},
    instructor::InstructorService,
};
use instainstru_service::catalogue::{TopOfCategory, TopServices};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    instructors::FilteredResponse,
    wire::{InstantText, Money},
};

/// How long others may keep the front page of the catalogue, in seconds.
pub(super) const TOP_MAX_AGE: u32 = 3600;

/// A category.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryResponse {
    /// Its id.
    id: i32,
    /// Name for people.
    #[schema(example = "Music")]
    name: String,
    /// A few words below the name.
    subtitle: Option<String>,
    /// Unique short name.
    #[schema(example = "music")]
    slug: String,
    /// One line about it.
    description: Option<String>,
    /// Place among the categories.
    display_order: i32,
    /// Name of its icon.
    icon_name: Option<String>,
}

impl From<&Category> for CategoryResponse {
    fn from(category: &Category) -> Self {
        let facts = &category.facts;
        Self {
            id: category.id.get(),
            name: facts.name.clone(),
            subtitle: facts.subtitle.clone(),
            slug: facts.slug.clone(),
            description: facts.description.clone(),
            display_order: facts.display_order,
            icon_name: facts.icon_name.clone(),
        }
    }
}

/// A service that instructors can offer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CatalogueServiceResponse {
    /// Its id.
    id: i32,
    /// Category it belongs to.
    category_id: i32,
    /// Name of the category.
    #[schema(example = "Music")]
    category: String,
    /// Name for people.
    #[schema(example = "Piano")]
    name: String,
    /// Unique short name.
    #[schema(example = "piano")]
    slug: String,
    /// One line about it.
    description: Option<String>,
    /// Words people look for it with.
    search_terms: Vec<String>,
    /// Usual lengths in minutes.
    #[schema(example = json!([60]))]
    typical_duration_options: [u16; 1],
    /// Low end of the usual prices.
    min_recommended_price: Option<Money>,
    /// High end of the usual prices.
    max_recommended_price: Option<Money>,
    /// Place in lists: the rank by bookings and searches, once the daily analytics have run.
    display_order: i32,
    /// Whether it can be taught over the internet.
    online_capable: bool,
    /// Whether instructors should hold a certificate.
    requires_certification: bool,
    /// Always true: others are not listed.
    is_active: bool,
    /// Lowest price at which it is offered now.
    actual_min_price: Option<Money>,
    /// Highest price at which it is offered now.
    actual_max_price: Option<Money>,
    /// Number of bookable instructors who offer it.
    instructor_count: u32,
}

impl From<&ServiceListing> for CatalogueServiceResponse {
    fn from(listing: &ServiceListing) -> Self {
        let (service, facts) = (&listing.service, &listing.service.facts);
        Self {
            id: service.id.get(),
            category_id: service.category_id.get(),
            category: listing.category.facts.name.clone(),
            name: facts.name.clone(),
            slug: facts.slug.clone(),
            description: facts.description.clone(),
            search_terms: facts.search_terms.clone(),
            typical_duration_options: [60],
            min_recommended_price: facts.typical_price.map(|(low, _)| low.into()),
            max_recommended_price: facts.typical_price.map(|(_, high)| high.into()),
            display_order: service.display_order,
            online_capable: facts.online_capable,
            requires_certification: facts.requires_certification,
            is_active: service.is_active,
            actual_min_price: listing.offered_rates.map(|(low, _)| low.into()),
            actual_max_price: listing.offered_rates.map(|(_, high)| high.into()),
            instructor_count: listing.active_instructors,
        }
    }
}

/// The front page of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TopServicesResponse {
    /// Categories that have services.
    categories: Vec<TopCategoryResponse>,
    /// Figures.
    metadata: TopMetadata,
}

/// A category with its first services.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TopCategoryResponse {
    /// Its id.
    id: i32,
    /// Name for people.
    name: String,
    /// Unique short name.
    slug: String,
    /// Name of its icon.
    icon_name: Option<String>,
    /// Its first services.
    services: Vec<TopServiceResponse>,
}

/// A service on the front page.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TopServiceResponse {
    /// Its id.
    id: i32,
    /// Name for people.
    name: String,
    /// Unique short name.
    slug: String,
    /// How sought-after it is, 0 to 100.
    demand_score: f64,
    /// Number of bookable instructors who offer it.
    active_instructors: u32,
    /// Whether it is looked for more than before.
    is_trending: bool,
    /// Place in lists: the rank by bookings and searches, once the daily analytics have run.
    display_order: i32,
}

/// Figures about the front page.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TopMetadata {
    /// Greatest number of services of a category.
    services_per_category: u32,
    /// Number of all categories.
    total_categories: usize,
    /// How long the answer may be kept.
    cached_for_seconds: u32,
    /// When the answer was made.
    updated_at: InstantText,
}

impl TopServicesResponse {
    pub(super) fn new(top: &TopServices, limit: u32, now: Timestamp) -> Self {
        Self {
            categories: top.categories.iter().map(Into::into).collect(),
            metadata: TopMetadata {
                services_per_category: limit,
                total_categories: top.total_categories,
                cached_for_seconds: TOP_MAX_AGE,
                updated_at: now.into(),
            },
        }
    }
}

impl From<&TopOfCategory> for TopCategoryResponse {
    fn from(top: &TopOfCategory) -> Self {
        let facts = &top.category.facts;
        Self {
            id: top.category.id.get(),
            name: facts.name.clone(),
            slug: facts.slug.clone(),
            icon_name: facts.icon_name.clone(),
            services: top.services.iter().map(Into::into).collect(),
        }
    }
}

impl From<&ServiceListing> for TopServiceResponse {
    fn from(listing: &ServiceListing) -> Self {
        let facts = &listing.service.facts;
        Self {
            id: listing.service.id.get(),
            name: facts.name.clone(),
            slug: facts.slug.clone(),
            demand_score: listing.demand.score(),
            active_instructors: listing.active_instructors,
            is_trending: listing.demand.is_trending(),
            display_order: listing.service.display_order,
        }
    }
}

/// Instructors who offer what was searched for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceSearchResponse {
    /// The instructors and figures.
    #[serde(flatten)]
    pub(super) found: FilteredResponse,
    /// Always `service`.
    #[schema(example = "service")]
    pub(super) search_type: &'static str,
    /// What was searched for.
    #[schema(example = "piano")]
    pub(super) query: String,
}

/// A service an instructor offers now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddedServiceResponse {
    /// Its id: what a booking names.
    id: i32,
    /// The service of the catalogue.
    catalog_service_id: i32,
    /// Name of the service.
    name: String,
    /// Name of its category.
    category: String,
    /// Price of an hour.
    hourly_rate: Money,
    /// In the instructor's own words, else the catalogue's.
    description: Option<String>,
    /// Lengths that can be booked, in minutes.
    duration_options: Vec<u16>,
    /// Whether it can be booked.
    is_active: bool,
    /// When it was created.
    created_at: InstantText,
    /// When it last changed.
    updated_at: Option<InstantText>,
}

impl AddedServiceResponse {
    /// The service, with what the catalogue adds to it.
    pub(super) fn new(service: &InstructorService, listing: Option<&ServiceListing>) -> Self {
        let terms = &service.offer.terms;
        let own = terms.description.as_ref().map(ToString::to_string);
        Self {
            id: service.id.get(),
            catalog_service_id: service.offer.catalogue_service_id.get(),
            name: service.name.clone(),
            category: listing.map(|listing| listing.category.facts.name.clone()).unwrap_or_default(),
            hourly_rate: terms.hourly_rate.into(),
            description: own
                .or_else(|| listing.and_then(|listing| listing.service.facts.description.clone())),
            duration_options: terms.durations.as_slice().iter().map(|length| length.minutes()).collect(),
            is_active: service.is_active,
            created_at: service.created_at.into(),
            updated_at: service.updated_at.map(Into::into),
        }
    }
}
