//! Categories and services.

use instainstru_domain::catalogue::{Category, ServiceListing};
use serde::Serialize;

use super::links;
use crate::words;

/// A category with services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CategoryView {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// Name of its icon in the sprite.
    pub(crate) icon: &'static str,
    pub(crate) href: String,
    pub(crate) services: Vec<ServiceView>,
    /// Number of all its services.
    pub(crate) total: usize,
    /// Such as `47 services`.
    pub(crate) total_text: String,
}

/// A service that can be learned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ServiceView {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) href: String,
    /// Number of people who can be booked for it now.
    pub(crate) instructors: u32,
    /// Such as `3 instructors`, or that there are none.
    pub(crate) instructors_text: String,
    /// Such as `from $45 an hour`; nothing while nobody offers it.
    pub(crate) price_text: Option<String>,
}

impl CategoryView {
    /// The category with those of `listings` that are in it.
    pub(crate) fn new(category: &Category, listings: &[ServiceListing]) -> Self {
        let services: Vec<ServiceView> = listings
            .iter()
            .filter(|listing| listing.category.id == category.id)
            .map(ServiceView::new)
            .collect();
        let facts = &category.facts;
        Self {
            slug: facts.slug.clone(),
            name: facts.name.clone(),
            description: facts.description.clone().filter(|text| !text.trim().is_empty()),
            icon: icon(facts.icon_name.as_deref()),
            href: links::category(&facts.slug),
            total: services.len(),
            total_text: words::count(u64::try_from(services.len()).unwrap_or(u64::MAX), "service"),
            services,
        }
    }

    /// The same category with those of its services that can be booked now, the most offered first, at most `most`.
    #[must_use]
    pub(crate) fn in_brief(mut self, most: usize) -> Self {
        self.services.retain(|service| service.instructors > 0);
        self.services.sort_by_key(|service| std::cmp::Reverse(service.instructors));
        self.services.truncate(most);
        self
    }
}

impl ServiceView {
    pub(crate) fn new(listing: &ServiceListing) -> Self {
        let facts = &listing.service.facts;
        Self {
            slug: facts.slug.clone(),
            name: facts.name.clone(),
            description: facts.description.clone(),
            href: links::search_service(&facts.slug),
            instructors: listing.active_instructors,
            instructors_text: match listing.active_instructors {
                0 => "no instructor yet".to_owned(),
                count => words::count(u64::from(count), "instructor"),
            },
            price_text: listing.offered_rates.map(|(least, most)| {
                let from = if least == most { "" } else { "from " };
                format!("{from}{} an hour", words::money(least))
            }),
        }
    }
}

/// The icon in our sprite for the name that the catalogue gives.
fn icon(name: Option<&str>) -> &'static str {
    match name {
        Some("music-note" | "music") => "music",
        Some("book" | "book-open") => "book-open",
        Some("heart" | "dumbbell") => "dumbbell",
        Some("globe") => "globe",
        Some("palette") => "palette",
        Some("child" | "baby") => "baby",
        Some("sparkles") => "sparkles",
        _ => "graduation-cap",
    }
}
