//! The catalogue of those who edit it, in memory.

use instainstru_domain::{
    catalogue::{CatalogueService, Category, CategoryFacts, ServiceFacts},
    editorial::{CategoryRecord, Origin, ServiceRecord},
    ids::{CatalogueServiceId, CategoryId},
    ports::{CatalogueEditor, StorageError},
};
use jiff::Timestamp;

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    fn category_record(&self, category: &Category) -> CategoryRecord {
        CategoryRecord {
            category: category.clone(),
            is_active: !self.hidden_categories.contains(&category.id),
            origin: self.category_origins.get(&category.id).copied().unwrap_or(Origin::Content),
        }
    }

    fn service_record(&self, service: &CatalogueService) -> ServiceRecord {
        ServiceRecord {
            id: service.id,
            category_id: service.category_id,
            facts: service.facts.clone(),
            related: service.related.clone(),
            is_active: service.is_active,
            origin: self.service_origins.get(&service.id).copied().unwrap_or(Origin::Content),
        }
    }
}

impl CatalogueEditor for MemoryUnitOfWork<'_> {
    fn categories(&mut self) -> Result<Vec<CategoryRecord>, StorageError> {
        let state = self.call()?;
        let mut records: Vec<CategoryRecord> =
            state.categories.values().map(|category| state.category_record(category)).collect();
        records.sort_by_key(|record| record.category.facts.display_order);
        Ok(records)
    }

    fn insert_category(
        &mut self,
        facts: &CategoryFacts,
        _at: Timestamp,
    ) -> Result<CategoryRecord, StorageError> {
        let state = self.call()?;
        if state.categories.values().any(|known| known.facts.slug == facts.slug) {
            return Err(StorageError::unexpected("the slug of a category is taken"));
        }
        let category = Category { id: state.next_category()?, facts: facts.clone() };
        state.category_origins.insert(category.id, Origin::Admin);
        state.categories.insert(category.id, category.clone());
        Ok(state.category_record(&category))
    }

    fn update_category(&mut self, record: &CategoryRecord, _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        let CategoryRecord { category: Category { id, facts }, is_active, origin } = record;
        let known = state.categories.get_mut(id).ok_or_else(|| missing("category", id.get()))?;
        known.facts = CategoryFacts { slug: known.facts.slug.clone(), ..facts.clone() };
        if *is_active {
            state.hidden_categories.remove(id);
        } else {
            state.hidden_categories.insert(*id);
        }
        state.category_origins.insert(*id, *origin);
        Ok(())
    }

    fn services(&mut self) -> Result<Vec<ServiceRecord>, StorageError> {
        let state = self.call()?;
        Ok(state.catalogue.values().map(|service| state.service_record(service)).collect())
    }

    fn find_service(&mut self, id: CatalogueServiceId) -> Result<Option<ServiceRecord>, StorageError> {
        let state = self.call()?;
        Ok(state.catalogue.get(&id).map(|service| state.service_record(service)))
    }

    fn insert_service(
        &mut self,
        category: CategoryId,
        facts: &ServiceFacts,
        related: &[CatalogueServiceId],
        _at: Timestamp,
    ) -> Result<ServiceRecord, StorageError> {
        let state = self.call()?;
        if !state.categories.contains_key(&category) {
            return Err(missing("category", category.get()));
        }
        if state.catalogue.values().any(|known| known.facts.slug == facts.slug) {
            return Err(StorageError::unexpected("the slug of a service is taken"));
        }
        let service = CatalogueService {
            id: state.next_catalogue_service()?,
            category_id: category,
            facts: facts.clone(),
            related: related.to_vec(),
            display_order: facts.display_order,
            is_active: true,
        };
        state.service_origins.insert(service.id, Origin::Admin);
        state.catalogue.insert(service.id, service.clone());
        Ok(state.service_record(&service))
    }

    fn update_service(&mut self, record: &ServiceRecord, _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        if !state.categories.contains_key(&record.category_id) {
            return Err(missing("category", record.category_id.get()));
        }
        let known = state.catalogue.get_mut(&record.id).ok_or_else(|| missing("service", record.id.get()))?;
        let is_moved = known.facts.display_order != record.facts.display_order;
        *known = CatalogueService {
            id: record.id,
            category_id: record.category_id,
            facts: ServiceFacts { slug: known.facts.slug.clone(), ..record.facts.clone() },
            related: record.related.clone(),
            display_order: if is_moved { record.facts.display_order } else { known.display_order },
            is_active: record.is_active,
        };
        state.service_origins.insert(record.id, record.origin);
        state.rename_offers(record.id);
        Ok(())
    }
}
