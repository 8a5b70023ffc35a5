//! Storage of the catalogue.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    catalogue::{CatalogueEntry, CatalogueService, Category, CategoryFacts, ServiceListing},
    ids::{CatalogueServiceId, CategoryId},
};

/// Storage of the catalogue.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait CatalogueRepository {
    /// All active categories by display order.
    ///
    /// # Errors
    /// Only storage failures.
    fn categories(&mut self) -> Result<Vec<Category>, StorageError>;

    /// All active services of active categories, or those of one category, by category order, display order and name, with the number of bookable
    /// instructors and their rates. A constant number of statements.
    ///
    /// # Errors
    /// Only storage failures.
    fn listings(&mut self, category: Option<CategoryId>) -> Result<Vec<ServiceListing>, StorageError>;

    /// The services with these ids, active or not, in any order; unknown ids are left out. A service of a category that is
    /// switched off is not active.
    ///
    /// # Errors
    /// Only storage failures.
    fn find(&mut self, ids: &[CatalogueServiceId]) -> Result<Vec<CatalogueService>, StorageError>;

    /// The active services whose name or slug equals one of `texts`, ignoring case.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_named(&mut self, texts: &[String]) -> Result<Vec<CatalogueService>, StorageError>;

    /// Creates categories or brings them up to date, found by slug. A category keeps whether it is active, and one that an
    /// administrator wrote is left alone.
    ///
    /// # Errors
    /// Only storage failures.
    fn upsert_categories(&mut self, categories: &[CategoryFacts], at: Timestamp) -> Result<(), StorageError>;

    /// Creates services or brings them up to date, found by slug; categories must exist. Related slugs are resolved after all
    /// services are stored. A service keeps whether it is active and its place in lists; a new one is placed where the entry
    /// says. One that an administrator wrote is left alone.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when a category is unknown.
    fn upsert_services(&mut self, services: &[CatalogueEntry], at: Timestamp) -> Result<(), StorageError>;
}
