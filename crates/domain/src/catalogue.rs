//! The catalogue: what can be taught.

use instainstru_core::money::Cents;

use crate::ids::{CatalogueServiceId, CategoryId};

/// A category, such as Music.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// What is known about it.
    pub facts: CategoryFacts,
}

/// A category without its id: what the catalogue file says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryFacts {
    /// Unique short name for addresses.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// A few words below the name.
    pub subtitle: Option<String>,
    /// One line about it.
    pub description: Option<String>,
    /// Place among the categories, from 1.
    pub display_order: i32,
    /// Name of its icon.
    pub icon_name: Option<String>,
}

/// A service that instructors can offer, such as Piano.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueService {
    /// Its id.
    pub id: CatalogueServiceId,
    /// Category it belongs to.
    pub category_id: CategoryId,
    /// What is known about it.
    pub facts: ServiceFacts,
    /// Services somebody interested in this one may like.
    pub related: Vec<CatalogueServiceId>,
    /// Place in lists: the rank the daily analytics gave it among all services, from 1. Before the first run it is the place
    /// that the catalogue file gives it within its category.
    pub display_order: i32,
    /// Whether instructors may offer it and students find it: it is switched on, and so is its category.
    pub is_active: bool,
}

/// A service without its ids: what the catalogue file says about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceFacts {
    /// Unique short name for addresses.
    pub slug: String,
    /// Unique name for people.
    pub name: String,
    /// One line about it.
    pub description: Option<String>,
    /// Words people look for it with, in lower case.
    pub search_terms: Vec<String>,
    /// Place within its category as long as nothing is known about demand, from 1.
    pub display_order: i32,
    /// Whether it can be taught over the internet.
    pub online_capable: bool,
    /// Whether instructors should hold a certificate.
    pub requires_certification: bool,
    /// Usual range of hourly prices, lowest first, when known.
    pub typical_price: Option<(Cents, Cents)>,
}

/// A catalogue entry to create or bring up to date, found by its slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Slug of the category it belongs to.
    pub category_slug: String,
    /// What is known about it.
    pub facts: ServiceFacts,
    /// Slugs of related services; unknown ones are dropped.
    pub related_slugs: Vec<String>,
}

/// A service together with what instructors and students make of it at this moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceListing {
    /// The service.
    pub service: CatalogueService,
    /// The category it belongs to.
    pub category: Category,
    /// Number of bookable instructors who offer it.
    pub active_instructors: u32,
    /// Lowest and highest rate at which it is offered now.
    pub offered_rates: Option<(Cents, Cents)>,
    /// How much it is looked for and booked.
    pub demand: Demand,
}

/// Counts of the last days, kept by the daily analytics.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Demand {
    /// Searches that found the service in the last 7 days.
    pub searches_7d: u32,
    /// Searches that found the service in the last 30 days.
    pub searches_30d: u32,
    /// Bookings of the service in the last 30 days.
    pub bookings_30d: u32,
    /// Share of profile views that led to a booking, 0..=1.
    pub view_to_booking_rate: f64,
}

impl Demand {
    /// How sought-after the service is, 0..=100: 40 points for searches (full at 100 in 30 days), 40 for bookings (full at
    /// 20), 20 for the share of views that became bookings; nothing without searches.
    #[must_use]
    pub fn score(&self) -> f64 {
        if self.searches_30d == 0 {
            return 0.0;
        }
        let share = |count: u32, full: f64| (f64::from(count) / full).min(1.0);
        40.0 * share(self.searches_30d, 100.0)
            + 40.0 * share(self.bookings_30d, 20.0)
            + 20.0 * self.view_to_booking_rate
    }

    /// What services are ranked by: a booking counts twice as much as a search.
    #[must_use]
    pub fn popularity(&self) -> u64 {
        2 * u64::from(self.bookings_30d) + u64::from(self.searches_30d)
    }

    /// How many more searches a day the last week saw than the last month: 0.5 is half as many again. `None` unless both saw
    /// some.
    #[must_use]
    pub fn search_growth(&self) -> Option<f64> {
        (self.searches_7d > 0 && self.searches_30d > 0)
            .then(|| (f64::from(self.searches_7d) / 7.0) / (f64::from(self.searches_30d) / 30.0) - 1.0)
    }

    /// Whether the last week saw at least a fifth more searches a day than the last month.
    #[must_use]
    pub fn is_trending(&self) -> bool {
        self.searches_7d > 0 && f64::from(self.searches_7d) / 7.0 > 1.2 * f64::from(self.searches_30d) / 30.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_is_nothing_without_searches_and_full_at_its_limits() {
        assert_eq!(Demand { bookings_30d: 50, ..Demand::default() }.score().to_bits(), 0f64.to_bits());
        let full = Demand { searches_7d: 0, searches_30d: 500, bookings_30d: 50, view_to_booking_rate: 1.0 };
        assert!((full.score() - 100.0).abs() < 1e-9);
        assert!(!full.is_trending());
        assert!(Demand { searches_7d: 10, searches_30d: 30, ..Demand::default() }.is_trending());
    }

    #[test]
    fn growth_compares_the_searches_a_day_of_a_week_and_a_month() {
        let growth = |searches_7d, searches_30d| {
            let demand = Demand { searches_7d, searches_30d, ..Demand::default() };
            (demand.search_growth().map(|growth| (growth * 1000.0).round()), demand.is_trending())
        };
        assert_eq!(growth(7, 30), (Some(0.0), false));
        assert_eq!(growth(14, 40), (Some(500.0), true));
        assert_eq!(growth(7, 60), (Some(-500.0), false));
        assert_eq!(growth(7, 25), (Some(200.0), false), "a fifth more is not yet a trend");
        assert_eq!((growth(0, 30), growth(0, 0)), ((None, false), (None, false)));
    }
}
