//! Profiles and services of instructors in memory.

use std::collections::BTreeSet;

use instainstru_domain::{
    handle::Handle,
    ids::{CatalogueServiceId, InstructorServiceId, ProfileId, UserId},
    instructor::{Instructor, InstructorFilter, InstructorProfile, InstructorService, Offer, ProfileDetails},
    page::{Page, Paged},
    ports::{Conflict, InstructorRepository, StorageError},
};
use jiff::Timestamp;

use super::{
    bookings::part_of,
    state::{State, missing},
    unit::MemoryUnitOfWork,
};

impl State {
    fn profile_mut(&mut self, id: ProfileId) -> Result<&mut InstructorProfile, StorageError> {
        self.profiles.get_mut(&id).ok_or_else(|| missing("profile", id.get()))
    }

    fn refuse_second_offer(
        &self,
        profile: ProfileId,
        catalogue_service: CatalogueServiceId,
        except: Option<InstructorServiceId>,
    ) -> Result<(), StorageError> {
        let offered = self.services.values().any(|service| {
            service.is_active
                && service.profile_id == Some(profile)
                && service.offer.catalogue_service_id == catalogue_service
                && Some(service.id) != except
        });
        if offered { Err(StorageError::Conflict(Conflict::ServiceOffered)) } else { Ok(()) }
    }

    /// The instructor with only the services that fit; `None` when the filter wants services and none fits.
    fn fitting(&self, mut instructor: Instructor, filter: &InstructorFilter) -> Option<Instructor> {
        if filter.is_empty() {
            return Some(instructor);
        }
        // A text in the name or the bio speaks for the whole person; otherwise each service speaks for itself.
        let text = filter.search.as_ref().map(|text| text.to_lowercase());
        let bio = instructor.profile.details.bio.as_ref().map_or("", |bio| bio.as_str());
        let text = text.filter(|text| {
            ![instructor.user.full_name.as_str(), bio].into_iter().any(|about| contains(about, text))
        });
        instructor.services.retain(|service| {
            let rate = service.offer.terms.hourly_rate.cents();
            filter.catalogue_service_id.is_none_or(|wanted| service.offer.catalogue_service_id == wanted)
                && filter.category_id.is_none_or(|wanted| service.category_id == wanted)
                && filter.min_rate_cents.is_none_or(|least| rate >= least)
                && filter.max_rate_cents.is_none_or(|most| rate <= most)
                && text.as_ref().is_none_or(|text| self.mentions(service, text))
        });
        (!instructor.services.is_empty()).then_some(instructor)
    }

    /// Whether the catalogue says the text about what is offered.
    fn mentions(&self, service: &InstructorService, text: &str) -> bool {
        let Some(listed) = self.catalogue.get(&service.offer.catalogue_service_id) else { return false };
        let category = self.categories.get(&listed.category_id).map(|category| category.facts.name.as_str());
        [Some(listed.facts.name.as_str()), listed.facts.description.as_deref(), category]
            .into_iter()
            .flatten()
            .chain(listed.facts.search_terms.iter().map(String::as_str))
            .any(|words| contains(words, text))
    }
}

fn contains(words: &str, lower_case: &str) -> bool {
    words.to_lowercase().contains(lower_case)
}

impl InstructorRepository for MemoryUnitOfWork<'_> {
    fn find(&mut self, user: UserId) -> Result<Option<Instructor>, StorageError> {
        let state = self.call()?;
        state.profile_of(user).map(|profile| state.instructor(profile)).transpose()
    }

    fn list(&mut self, filter: &InstructorFilter, page: Page) -> Result<Paged<Instructor>, StorageError> {
        let state = self.call()?;
        let instructors = state.bookable_instructors()?;
        Ok(part_of(
            instructors.into_iter().filter_map(|instructor| state.fitting(instructor, filter)).collect(),
            page,
        ))
    }

    fn count_bookable(&mut self) -> Result<u64, StorageError> {
        let bookable = self.call()?.bookable_instructors()?;
        Ok(u64::try_from(bookable.len()).unwrap_or(u64::MAX))
    }

    fn insert_profile(
        &mut self,
        user: UserId,
        details: &ProfileDetails,
        at: Timestamp,
    ) -> Result<InstructorProfile, StorageError> {
        let state = self.call()?;
        state.user(user)?;
        if state.profile_of(user).is_some() {
            return Err(StorageError::Conflict(Conflict::ProfileExists));
        }
        let id = state.next_profile()?;
        let profile = InstructorProfile {
            id,
            user_id: user,
            details: details.clone(),
            created_at: at,
            updated_at: None,
        };
        state.profiles.insert(id, profile.clone());
        Ok(profile)
    }

    fn claim_handle(
        &mut self,
        profile: ProfileId,
        handle: &Handle,
        _at: Timestamp,
    ) -> Result<bool, StorageError> {
        let state = self.call()?;
        state.profile_mut(profile)?;
        if state.handles.contains_key(handle) {
            return Ok(false);
        }
        if state.handles.values().any(|owner| *owner == profile) {
            return Err(StorageError::unexpected("a profile has one short name"));
        }
        state.handles.insert(handle.clone(), profile);
        Ok(true)
    }

    fn handle(&mut self, user: UserId) -> Result<Option<Handle>, StorageError> {
        let state = self.call()?;
        let profile = state.profile_of(user).map(|profile| profile.id);
        let mut handles = state.handles.iter();
        Ok(handles.find(|(_handle, owner)| Some(**owner) == profile).map(|(handle, _owner)| handle.clone()))
    }

    fn find_by_handle(&mut self, handle: &Handle) -> Result<Option<UserId>, StorageError> {
        let state = self.call()?;
        let profile = state.handles.get(handle).and_then(|profile| state.profiles.get(profile));
        Ok(profile.map(|profile| profile.user_id))
    }

    fn handles(&mut self, limit: u32) -> Result<Vec<Handle>, StorageError> {
        let state = self.call()?;
        let bookable = state.bookable_instructors()?;
        let shown: Vec<ProfileId> = bookable
            .iter()
            .filter(|instructor| !instructor.services.is_empty())
            .map(|instructor| instructor.profile.id)
            .collect();
        let handles = state.handles.iter().filter(|(_handle, owner)| shown.contains(owner));
        Ok(handles
            .map(|(handle, _)| handle.clone())
            .take(usize::try_from(limit).unwrap_or(usize::MAX))
            .collect())
    }

    fn update_profile(
        &mut self,
        id: ProfileId,
        details: &ProfileDetails,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let profile = self.call()?.profile_mut(id)?;
        profile.details = details.clone();
        profile.updated_at = Some(at);
        Ok(())
    }

    fn delete_profile(&mut self, id: ProfileId, at: Timestamp) -> Result<(), StorageError> {
        let state = self.call()?;
        state.profile_mut(id)?;
        state.profiles.remove(&id);
        state.handles.retain(|_handle, owner| *owner != id);
        for service in state.services.values_mut().filter(|service| service.profile_id == Some(id)) {
            service.profile_id = None;
            service.is_active = false;
            service.updated_at = Some(at);
        }
        Ok(())
    }

    fn services(&mut self, profile: ProfileId) -> Result<Vec<InstructorService>, StorageError> {
        let state = self.call()?;
        Ok(state.services.values().filter(|service| service.profile_id == Some(profile)).cloned().collect())
    }

    fn find_service(&mut self, id: InstructorServiceId) -> Result<Option<InstructorService>, StorageError> {
        Ok(self.call()?.services.get(&id).cloned())
    }

    fn insert_service(
        &mut self,
        profile: ProfileId,
        offer: &Offer,
        at: Timestamp,
    ) -> Result<InstructorService, StorageError> {
        let state = self.call()?;
        state.profile_mut(profile)?;
        state.refuse_second_offer(profile, offer.catalogue_service_id, None)?;
        let listed = state.catalogue.get(&offer.catalogue_service_id);
        let listed =
            listed.ok_or_else(|| missing("catalogue service", offer.catalogue_service_id.get()))?.clone();
        let id = state.next_service()?;
        let service = InstructorService {
            id,
            profile_id: Some(profile),
            name: listed.facts.name,
            category_id: listed.category_id,
            offer: offer.clone(),
            is_active: true,
            created_at: at,
            updated_at: None,
        };
        state.services.insert(id, service.clone());
        Ok(service)
    }

    fn update_service(
        &mut self,
        id: InstructorServiceId,
        offer: &Offer,
        is_active: bool,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let state = self.call()?;
        let unknown = || missing("instructor service", id.get());
        let profile = state.services.get(&id).ok_or_else(unknown)?.profile_id;
        if let Some(profile) = profile.filter(|_owned| is_active) {
            state.refuse_second_offer(profile, offer.catalogue_service_id, Some(id))?;
        }
        let listed = state.catalogue.get(&offer.catalogue_service_id);
        let listed =
            listed.ok_or_else(|| missing("catalogue service", offer.catalogue_service_id.get()))?.clone();
        let service = state.services.get_mut(&id).ok_or_else(unknown)?;
        service.name = listed.facts.name;
        service.category_id = listed.category_id;
        service.offer = offer.clone();
        service.is_active = is_active;
        service.updated_at = Some(at);
        Ok(())
    }

    fn delete_services(&mut self, ids: &[InstructorServiceId]) -> Result<(), StorageError> {
        let state = self.call()?;
        if let Some(booking) = state.bookings.values().find(|b| ids.contains(&b.instructor_service_id)) {
            return Err(StorageError::unexpected(format!(
                "booking {} refers to service {}",
                booking.id, booking.instructor_service_id
            )));
        }
        state.services.retain(|id, _service| !ids.contains(id));
        Ok(())
    }

    fn with_bookings(
        &mut self,
        ids: &[InstructorServiceId],
    ) -> Result<BTreeSet<InstructorServiceId>, StorageError> {
        let booked = self.call()?.bookings.values().map(|booking| booking.instructor_service_id);
        Ok(booked.filter(|id| ids.contains(id)).collect())
    }
}
