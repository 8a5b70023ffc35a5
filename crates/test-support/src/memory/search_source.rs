//! What the search index is made of, in memory.

use std::collections::BTreeSet;

use instainstru_core::{dates::DateRange, zone::UtcRange};
use instainstru_domain::{
    availability::{Blackout, Window},
    ids::{CatalogueServiceId, UserId},
    instructor::Instructor,
    ports::{SearchSource, StorageError},
};

use super::unit::MemoryUnitOfWork;

/// Each person once, in order.
fn people(ids: &[UserId]) -> BTreeSet<UserId> {
    ids.iter().copied().collect()
}

impl SearchSource for MemoryUnitOfWork<'_> {
    fn instructor_ids(&mut self) -> Result<Vec<UserId>, StorageError> {
        let ids: BTreeSet<UserId> = self.call()?.profiles.values().map(|profile| profile.user_id).collect();
        Ok(ids.into_iter().collect())
    }

    fn instructors_offering(&mut self, services: &[CatalogueServiceId]) -> Result<Vec<UserId>, StorageError> {
        let state = self.call()?;
        let offers = state
            .services
            .values()
            .filter(|service| service.is_active && services.contains(&service.offer.catalogue_service_id));
        let profiles = offers.filter_map(|service| state.profiles.get(&service.profile_id?));
        let ids: BTreeSet<UserId> = profiles.map(|profile| profile.user_id).collect();
        Ok(ids.into_iter().collect())
    }

    fn instructors(&mut self, ids: &[UserId]) -> Result<Vec<Instructor>, StorageError> {
        let state = self.call()?;
        let profiles = people(ids).into_iter().filter_map(|id| state.profile_of(id));
        profiles.map(|profile| state.instructor(profile)).collect()
    }

    fn windows(&mut self, ids: &[UserId], dates: DateRange) -> Result<Vec<Window>, StorageError> {
        let state = self.call()?;
        Ok(people(ids).into_iter().flat_map(|id| state.windows_of(id, dates)).collect())
    }

    fn blackouts(&mut self, ids: &[UserId], dates: DateRange) -> Result<Vec<Blackout>, StorageError> {
        let state = self.call()?;
        Ok(people(ids).into_iter().flat_map(|id| state.blackouts_of(id, dates)).collect())
    }

    fn claims(&mut self, ids: &[UserId], within: UtcRange) -> Result<Vec<(UserId, UtcRange)>, StorageError> {
        let state = self.call()?;
        let of = |id| state.claims_of(id, within, None).into_iter().map(move |range| (id, range));
        Ok(people(ids).into_iter().flat_map(of).collect())
    }
}
