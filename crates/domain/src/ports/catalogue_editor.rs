//! Storage of the catalogue as those who edit it see it.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    catalogue::{CategoryFacts, ServiceFacts},
    editorial::{CategoryRecord, ServiceRecord},
    ids::{CatalogueServiceId, CategoryId},
};

/// Storage of the catalogue as those who edit it see it: everything, shown or not, one thing at a time.
///
/// Editors hold the vocabulary ([`super::VocabularyRepository::lock`]) while they look and write, so what they saw stays true.
/// Records are written as they are given, their origin included.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait CatalogueEditor {
    /// All categories, by display order and id.
    ///
    /// # Errors
    /// Only storage failures.
    fn categories(&mut self) -> Result<Vec<CategoryRecord>, StorageError>;

    /// Stores a new category of an administrator, switched on.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the slug is taken.
    fn insert_category(
        &mut self,
        facts: &CategoryFacts,
        at: Timestamp,
    ) -> Result<CategoryRecord, StorageError>;

    /// Writes what a record says about a category, but for its slug, which stays.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when there is no such category.
    fn update_category(&mut self, record: &CategoryRecord, at: Timestamp) -> Result<(), StorageError>;

    /// All services, by id.
    ///
    /// # Errors
    /// Only storage failures.
    fn services(&mut self) -> Result<Vec<ServiceRecord>, StorageError>;

    /// A service.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_service(&mut self, id: CatalogueServiceId) -> Result<Option<ServiceRecord>, StorageError>;

    /// Stores a new service of an administrator, switched on.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the slug is taken or the category unknown.
    fn insert_service(
        &mut self,
        category: CategoryId,
        facts: &ServiceFacts,
        related: &[CatalogueServiceId],
        at: Timestamp,
    ) -> Result<ServiceRecord, StorageError>;

    /// Writes what a record says about a service, but for its slug, which stays. A new place counts at once; until then a service
    /// keeps the place that the analytics gave it.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when there is no such service or category.
    fn update_service(&mut self, record: &ServiceRecord, at: Timestamp) -> Result<(), StorageError>;
}
