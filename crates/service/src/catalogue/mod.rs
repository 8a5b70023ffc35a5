//! Reading the catalogue.

mod service;

use instainstru_domain::{
    catalogue::{Category, ServiceListing},
    ports::StorageError,
};

pub use self::service::CatalogueService;

/// A category with its most sought-after services.
#[derive(Debug, Clone, PartialEq)]
pub struct TopOfCategory {
    /// The category.
    pub category: Category,
    /// Its first services by display order.
    pub services: Vec<ServiceListing>,
}

/// The front page of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct TopServices {
    /// Categories that have at least one active service.
    pub categories: Vec<TopOfCategory>,
    /// Number of all categories.
    pub total_categories: usize,
}

/// Reading the catalogue.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait CatalogueUseCases: Send + Sync {
    /// All categories by display order.
    ///
    /// # Errors
    /// Only storage failures.
    fn categories(&self) -> Result<Vec<Category>, CatalogueError>;

    /// All active services, or those of the category with this slug.
    ///
    /// # Errors
    /// [`CatalogueError::UnknownCategory`].
    #[allow(clippy::needless_lifetimes, reason = "the generated mock needs the name")]
    fn services<'a>(&self, category_slug: Option<&'a str>) -> Result<Vec<ServiceListing>, CatalogueError>;

    /// The first `limit` services of each category.
    ///
    /// # Errors
    /// Only storage failures.
    fn top_per_category(&self, limit: usize) -> Result<TopServices, CatalogueError>;
}

/// Why reading the catalogue failed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// No category has this slug.
    #[error("Category '{0}' not found")]
    UnknownCategory(String),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
