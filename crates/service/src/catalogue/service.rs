//! The catalogue over any storage.

use std::{collections::BTreeMap, sync::Arc};

use instainstru_domain::{
    catalogue::{Category, ServiceListing},
    ids::CategoryId,
    ports::{Transactor, TransactorExt},
};

use super::{CatalogueError, CatalogueUseCases, TopOfCategory, TopServices};

/// The catalogue over any storage.
pub struct CatalogueService {
    tx: Arc<dyn Transactor>,
}

impl CatalogueService {
    /// The catalogue kept in `tx`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>) -> Self {
        Self { tx }
    }
}

impl CatalogueUseCases for CatalogueService {
    fn categories(&self) -> Result<Vec<Category>, CatalogueError> {
        self.tx.reading(|uow| Ok(uow.catalogue().categories()?))
    }

    fn services(&self, category_slug: Option<&str>) -> Result<Vec<ServiceListing>, CatalogueError> {
        self.tx.reading(|uow| {
            let Some(slug) = category_slug else { return Ok(uow.catalogue().listings(None)?) };
            let categories = uow.catalogue().categories()?;
            let category = categories
                .iter()
                .find(|category| category.facts.slug == slug)
                .ok_or_else(|| CatalogueError::UnknownCategory(slug.chars().take(100).collect()))?;
            Ok(uow.catalogue().listings(Some(category.id))?)
        })
    }

    fn top_per_category(&self, limit: usize) -> Result<TopServices, CatalogueError> {
        self.tx.reading(|uow| {
            let categories = uow.catalogue().categories()?;
            let total_categories = categories.len();
            let mut by_category: BTreeMap<CategoryId, Vec<ServiceListing>> = BTreeMap::new();
            for listing in uow.catalogue().listings(None)? {
                by_category.entry(listing.category.id).or_default().push(listing);
            }
            let categories = categories
                .into_iter()
                .filter_map(|category| {
                    let mut services = by_category.remove(&category.id)?;
                    services.truncate(limit);
                    Some(TopOfCategory { category, services })
                })
                .collect();
            Ok(TopServices { categories, total_categories })
        })
    }
}
