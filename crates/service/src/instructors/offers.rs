//! The services an instructor offers: found in the catalogue, compared with what is stored, written.

use std::collections::BTreeSet;

use instainstru_domain::{
    catalogue::CatalogueService,
    ids::{CatalogueServiceId, ProfileId},
    instructor::{InstructorService, Offer, Terms},
    ports::{Conflict, StorageError, UnitOfWork},
};
use jiff::Timestamp;

use super::{CatalogueRef, InstructorError, ServiceDraft};

/// A draft together with the active catalogue entry it names.
#[derive(Debug)]
pub(super) struct Resolved<'a> {
    entry: CatalogueServiceId,
    draft: &'a ServiceDraft,
}

/// Finds the catalogue entries of all drafts in at most two statements.
///
/// # Errors
/// [`InstructorError::UnknownService`] for the first draft that names no active entry, else
/// [`InstructorError::DuplicateService`] for the first that names an entry again, also under another name.
pub(super) fn resolve<'a>(
    uow: &mut dyn UnitOfWork,
    drafts: &'a [ServiceDraft],
) -> Result<Vec<Resolved<'a>>, InstructorError> {
    let mut ids = Vec::new();
    let mut names = Vec::new();
    for draft in drafts {
        match &draft.catalogue {
            CatalogueRef::Id(id) => ids.push(*id),
            CatalogueRef::Named(name) => names.push(name.trim().to_owned()),
        }
    }
    let mut entries = Vec::new();
    if !ids.is_empty() {
        entries.extend(uow.catalogue().find(&ids)?);
    }
    if !names.is_empty() {
        entries.extend(uow.catalogue().find_named(&names)?);
    }
    entries.retain(|entry| entry.is_active);

    let mut resolved = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let entry = named_by(&draft.catalogue, &entries)
            .ok_or_else(|| InstructorError::UnknownService(shown(&draft.catalogue)))?;
        resolved.push((entry, draft));
    }
    let mut seen = BTreeSet::new();
    resolved
        .into_iter()
        .map(|(entry, draft)| {
            if seen.insert(entry.id) {
                Ok(Resolved { entry: entry.id, draft })
            } else {
                Err(InstructorError::DuplicateService(entry.facts.name.clone()))
            }
        })
        .collect()
}

/// The entry a reference names; a slug outweighs a name, should one entry have the name that is another's slug.
fn named_by<'a>(reference: &CatalogueRef, entries: &'a [CatalogueService]) -> Option<&'a CatalogueService> {
    match reference {
        CatalogueRef::Id(id) => entries.iter().find(|entry| entry.id == *id),
        CatalogueRef::Named(name) => {
            let same = |text: &str| same_ignoring_case(text, name);
            entries
                .iter()
                .find(|entry| same(&entry.facts.slug))
                .or_else(|| entries.iter().find(|entry| same(&entry.facts.name)))
        }
    }
}

/// Whether two texts are equal but for case and surrounding space, in all scripts.
pub(super) fn same_ignoring_case(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn shown(reference: &CatalogueRef) -> String {
    match reference {
        CatalogueRef::Id(id) => id.to_string(),
        CatalogueRef::Named(name) => name.trim().chars().take(100).collect(),
    }
}

/// Makes the active services of a profile exactly the resolved ones.
///
/// A service that was withdrawn comes back as the row it was, so that its history goes on; of several the latest. Those that
/// are no longer offered disappear, unless a booking refers to them: then they stay, inactive.
pub(super) fn replace(
    uow: &mut dyn UnitOfWork,
    profile: ProfileId,
    resolved: &[Resolved<'_>],
    at: Timestamp,
) -> Result<(), StorageError> {
    let stored = uow.instructors().services(profile)?;
    withdraw(uow, &stored, resolved, at)?;
    for Resolved { entry, draft } in resolved {
        let latest = stored
            .iter()
            .filter(|service| service.offer.catalogue_service_id == *entry)
            .max_by_key(|service| (service.is_active, service.id));
        match latest {
            Some(service) => {
                let offer = offer(*entry, draft, Some(&service.offer.terms));
                uow.instructors().update_service(service.id, &offer, true, at)?;
            }
            None => {
                uow.instructors().insert_service(profile, &offer(*entry, draft, None), at)?;
            }
        }
    }
    Ok(())
}

fn withdraw(
    uow: &mut dyn UnitOfWork,
    stored: &[InstructorService],
    resolved: &[Resolved<'_>],
    at: Timestamp,
) -> Result<(), StorageError> {
    let kept: BTreeSet<CatalogueServiceId> = resolved.iter().map(|service| service.entry).collect();
    let gone: Vec<&InstructorService> = stored
        .iter()
        .filter(|service| service.is_active && !kept.contains(&service.offer.catalogue_service_id))
        .collect();
    if gone.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = gone.iter().map(|service| service.id).collect();
    let booked = uow.instructors().with_bookings(&ids)?;
    for service in gone.into_iter().filter(|service| booked.contains(&service.id)) {
        uow.instructors().update_service(service.id, &service.offer, false, at)?;
    }
    let unused: Vec<_> = ids.into_iter().filter(|id| !booked.contains(id)).collect();
    if !unused.is_empty() {
        uow.instructors().delete_services(&unused)?;
    }
    Ok(())
}

/// Stores a service that the profile does not offer yet.
///
/// # Errors
/// [`InstructorError::ServiceNotFound`], [`InstructorError::AlreadyOffered`].
pub(super) fn add(
    uow: &mut dyn UnitOfWork,
    profile: ProfileId,
    draft: &ServiceDraft,
    at: Timestamp,
) -> Result<InstructorService, InstructorError> {
    let resolved = resolve(uow, std::slice::from_ref(draft)).map_err(|error| match error {
        InstructorError::UnknownService(_) => InstructorError::ServiceNotFound,
        other => other,
    })?;
    let entry = resolved.first().map(|service| service.entry).ok_or(InstructorError::ServiceNotFound)?;
    uow.instructors().insert_service(profile, &offer(entry, draft, None), at).map_err(|error| match error {
        StorageError::Conflict(Conflict::ServiceOffered) => InstructorError::AlreadyOffered,
        other => InstructorError::Storage(other),
    })
}

/// What a draft makes of the terms that exist: what it does not mention stays as it is.
fn offer(entry: CatalogueServiceId, draft: &ServiceDraft, existing: Option<&Terms>) -> Offer {
    let tags = |given: &Option<Vec<_>>, stored: fn(&Terms) -> &Vec<_>| {
        given.clone().or_else(|| existing.map(|terms| stored(terms).clone())).unwrap_or_default()
    };
    Offer {
        catalogue_service_id: entry,
        terms: Terms {
            hourly_rate: draft.hourly_rate,
            description: draft.description.clone(),
            durations: draft.durations.clone(),
            experience_level: draft.experience_level.or(existing.and_then(|terms| terms.experience_level)),
            levels_taught: tags(&draft.levels_taught, |terms| &terms.levels_taught),
            age_groups: tags(&draft.age_groups, |terms| &terms.age_groups),
            location_types: tags(&draft.location_types, |terms| &terms.location_types),
            equipment_required: tags(&draft.equipment_required, |terms| &terms.equipment_required),
            max_distance_miles: draft
                .max_distance_miles
                .or(existing.and_then(|terms| terms.max_distance_miles)),
            requirements: draft
                .requirements
                .clone()
                .or_else(|| existing.and_then(|terms| terms.requirements.clone())),
        },
    }
}
