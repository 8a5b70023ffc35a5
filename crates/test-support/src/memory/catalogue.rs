//! The catalogue in memory.

use instainstru_core::money::Cents;
use instainstru_domain::{
    catalogue::{CatalogueEntry, CatalogueService, Category, CategoryFacts, ServiceListing},
    editorial::Origin,
    ids::{CatalogueServiceId, CategoryId},
    instructor::Instructor,
    ports::{CatalogueRepository, StorageError},
};
use jiff::Timestamp;

use super::{
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    fn service_by_slug(&self, slug: &str) -> Option<&CatalogueService> {
        self.catalogue.values().find(|service| service.facts.slug == slug)
    }

    /// Whether a service is switched on and its category, too.
    pub(super) fn is_shown(&self, service: &CatalogueService) -> bool {
        service.is_active && !self.hidden_categories.contains(&service.category_id)
    }

    /// A service as everybody but its editors sees it.
    fn seen(&self, service: &CatalogueService) -> CatalogueService {
        CatalogueService { is_active: self.is_shown(service), ..service.clone() }
    }

    /// What instructors offer shows the name and category of its catalogue service as they are now.
    pub(super) fn rename_offers(&mut self, id: CatalogueServiceId) {
        let Some(CatalogueService { facts, category_id, .. }) = self.catalogue.get(&id).cloned() else {
            return;
        };
        for offered in self.services.values_mut() {
            if offered.offer.catalogue_service_id == id {
                offered.name.clone_from(&facts.name);
                offered.category_id = category_id;
            }
        }
    }

    /// The services that are shown, of one category or of all, in their order.
    pub(super) fn listings(&self, category: Option<CategoryId>) -> Result<Vec<ServiceListing>, StorageError> {
        let instructors = self.bookable_instructors()?;
        let mut listings = Vec::new();
        for service in self.catalogue.values() {
            if self.is_shown(service) && category.is_none_or(|wanted| service.category_id == wanted) {
                listings.push(self.listing(service, &instructors)?);
            }
        }
        listings.sort_by(|a, b| {
            let order = |l: &ServiceListing| (l.category.facts.display_order, l.service.display_order);
            order(a).cmp(&order(b)).then_with(|| a.service.facts.name.cmp(&b.service.facts.name))
        });
        Ok(listings)
    }

    fn listing(
        &self,
        service: &CatalogueService,
        instructors: &[Instructor],
    ) -> Result<ServiceListing, StorageError> {
        let category = self.categories.get(&service.category_id);
        let category = category.ok_or_else(|| missing("category", service.category_id.get()))?;
        let mut rates = Vec::new();
        for offered in instructors.iter().flat_map(|instructor| &instructor.services) {
            if offered.offer.catalogue_service_id == service.id {
                let rate = Cents::new(offered.offer.terms.hourly_rate.cents());
                rates.push(rate.map_err(|error| StorageError::Unexpected(error.into()))?);
            }
        }
        Ok(ServiceListing {
            service: service.clone(),
            category: category.clone(),
            // A profile has at most one active service of each kind.
            active_instructors: u32::try_from(rates.len()).unwrap_or(u32::MAX),
            offered_rates: rates.iter().copied().min().zip(rates.iter().copied().max()),
            demand: self.demand.get(&service.id).copied().unwrap_or_default(),
        })
    }
}

impl CatalogueRepository for MemoryUnitOfWork<'_> {
    fn categories(&mut self) -> Result<Vec<Category>, StorageError> {
        let state = self.call()?;
        let shown = |category: &&Category| !state.hidden_categories.contains(&category.id);
        let mut categories: Vec<Category> = state.categories.values().filter(shown).cloned().collect();
        categories.sort_by_key(|category| category.facts.display_order);
        Ok(categories)
    }

    fn listings(&mut self, category: Option<CategoryId>) -> Result<Vec<ServiceListing>, StorageError> {
        self.call()?.listings(category)
    }

    fn find(&mut self, ids: &[CatalogueServiceId]) -> Result<Vec<CatalogueService>, StorageError> {
        let state = self.call()?;
        let named = state.catalogue.values().filter(|service| ids.contains(&service.id));
        Ok(named.map(|service| state.seen(service)).collect())
    }

    fn find_named(&mut self, texts: &[String]) -> Result<Vec<CatalogueService>, StorageError> {
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        let named = |service: &&CatalogueService| {
            [&service.facts.name, &service.facts.slug]
                .into_iter()
                .any(|name| texts.contains(&name.to_lowercase()))
        };
        let state = self.call()?;
        Ok(state
            .catalogue
            .values()
            .filter(|service| state.is_shown(service))
            .filter(named)
            .cloned()
            .collect())
    }

    fn upsert_categories(
        &mut self,
        categories: &[CategoryFacts],
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        let state = self.call()?;
        for facts in categories {
            let known = state.categories.values().find(|known| known.facts.slug == facts.slug);
            let id = known.map_or_else(|| state.next_category(), |known| Ok(known.id))?;
            if state.category_origins.get(&id) == Some(&Origin::Admin) {
                continue;
            }
            state.categories.insert(id, Category { id, facts: facts.clone() });
        }
        Ok(())
    }

    fn upsert_services(&mut self, services: &[CatalogueEntry], _at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        for entry in services {
            let category = state.categories.values().find(|known| known.facts.slug == entry.category_slug);
            let category_id = category.map(|category| category.id).ok_or_else(|| {
                StorageError::unexpected(format!("there is no category '{}'", entry.category_slug))
            })?;
            let known = state.service_by_slug(&entry.facts.slug);
            let is_active = known.is_none_or(|known| known.is_active);
            let display_order = known.map_or(entry.facts.display_order, |known| known.display_order);
            let id = known.map_or_else(|| state.next_catalogue_service(), |known| Ok(known.id))?;
            if state.service_origins.get(&id) == Some(&Origin::Admin) {
                continue;
            }
            let service = CatalogueService {
                id,
                category_id,
                facts: entry.facts.clone(),
                related: Vec::new(),
                display_order,
                is_active,
            };
            state.catalogue.insert(id, service);
            state.rename_offers(id);
        }
        for entry in services {
            let related = entry.related_slugs.iter().filter_map(|slug| state.service_by_slug(slug));
            let related: Vec<CatalogueServiceId> = related.map(|service| service.id).collect();
            let id = state.service_by_slug(&entry.facts.slug).map(|service| service.id);
            let id = id.filter(|id| state.service_origins.get(id) != Some(&Origin::Admin));
            if let Some(service) = id.and_then(|id| state.catalogue.get_mut(&id)) {
                service.related = related;
            }
        }
        Ok(())
    }
}
