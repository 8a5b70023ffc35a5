//! Listing instructors and keeping profiles.

use std::sync::Arc;

use instainstru_domain::{
    account::{AccountStatus, Role, User},
    event::DomainEvent,
    handle::Handle,
    ids::UserId,
    instructor::{Instructor, InstructorFilter, InstructorService, ProfileDetails},
    page::{Page, Paged},
    ports::{Clock, Conflict, StorageError, Transactor, TransactorExt, UnitOfWork},
};
use jiff::Timestamp;

use super::{
    AccountOverview, CreateProfile, InstructorError, InstructorList, InstructorUseCases, ListInstructors,
    ServiceDraft, StatusChange, UpdateProfile, lifecycle, offers, services_version,
};

/// Profiles, services and account lifecycle over any storage.
pub struct InstructorsService {
    pub(super) tx: Arc<dyn Transactor>,
    pub(super) clock: Arc<dyn Clock>,
}

impl InstructorsService {
    /// Instructors kept in `tx`, at the time of `clock`.
    #[must_use]
    pub fn new(tx: Arc<dyn Transactor>, clock: Arc<dyn Clock>) -> Self {
        Self { tx, clock }
    }
}

impl InstructorUseCases for InstructorsService {
    fn list(&self, query: &ListInstructors, page: Page) -> Result<InstructorList, InstructorError> {
        if let (Some(lowest), Some(highest)) = (query.min_rate_cents, query.max_rate_cents)
            && highest < lowest
        {
            return Err(InstructorError::PriceRange);
        }
        self.tx.reading(|uow| {
            let found = match filter(uow, query)? {
                Some(filter) => uow.instructors().list(&filter, page)?,
                None => Paged { items: Vec::new(), total: 0 },
            };
            Ok(InstructorList { found, active_instructors: uow.instructors().count_bookable()? })
        })
    }

    fn get(&self, instructor: UserId) -> Result<Instructor, InstructorError> {
        self.tx.reading(|uow| {
            let found = uow.instructors().find(instructor)?;
            found.filter(|found| found.user.is_bookable()).ok_or(InstructorError::NotFound)
        })
    }

    fn named(&self, handle: &Handle) -> Result<Instructor, InstructorError> {
        self.tx.reading(|uow| {
            let owner = uow.instructors().find_by_handle(handle)?.ok_or(InstructorError::NotFound)?;
            let found = uow.instructors().find(owner)?;
            found.filter(|found| found.user.is_bookable()).ok_or(InstructorError::NotFound)
        })
    }

    fn handle(&self, instructor: UserId) -> Result<Option<Handle>, InstructorError> {
        self.tx.reading(|uow| Ok(uow.instructors().handle(instructor)?))
    }

    fn handles(&self, limit: u32) -> Result<Vec<Handle>, InstructorError> {
        self.tx.reading(|uow| Ok(uow.instructors().handles(limit)?))
    }

    fn create_profile(&self, actor: &User, command: &CreateProfile) -> Result<Instructor, InstructorError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let mut user = locked(uow, actor.id)?;
            if uow.instructors().find(actor.id)?.is_some() {
                return Err(InstructorError::ProfileExists);
            }
            let resolved = offers::resolve(uow, &command.services)?;
            let profile = uow.instructors().insert_profile(actor.id, &command.details, now).map_err(
                |error| match error {
                    StorageError::Conflict(Conflict::ProfileExists) => InstructorError::ProfileExists,
                    other => InstructorError::Storage(other),
                },
            )?;
            super::claim_handle(uow, profile.id, (user.id, &user.full_name), now)?;
            offers::replace(uow, profile.id, &resolved, now)?;
            user.role = Role::Instructor;
            user.updated_at = Some(now);
            uow.users().update(&user)?;
            changed(uow, actor.id, now)?;
            own(uow, actor.id)
        })
    }

    fn my_profile(&self, actor: &User) -> Result<Instructor, InstructorError> {
        instructors_only(actor, "access profiles")?;
        self.tx.reading(|uow| own(uow, actor.id))
    }

    fn update_profile(&self, actor: &User, command: &UpdateProfile) -> Result<Instructor, InstructorError> {
        instructors_only(actor, "update profiles")?;
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            uow.users().lock(&[actor.id])?;
            let Instructor { profile, services, .. } = own(uow, actor.id)?;
            if command.expected_services.as_ref().is_some_and(|it| *it != services_version(&services)) {
                return Err(InstructorError::StaleServices);
            }
            let details = merged(profile.details, command);
            uow.instructors().update_profile(profile.id, &details, now)?;
            if let Some(drafts) = &command.services {
                let resolved = offers::resolve(uow, drafts)?;
                offers::replace(uow, profile.id, &resolved, now)?;
            }
            changed(uow, actor.id, now)?;
            own(uow, actor.id)
        })
    }

    fn delete_profile(&self, actor: &User) -> Result<(), InstructorError> {
        instructors_only(actor, "delete profiles")?;
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            let mut user = locked(uow, actor.id)?;
            let profile = own(uow, actor.id)?.profile;
            let today = profile.details.zone.date_at(now);
            let count = uow.bookings().count_future(actor.id, today)?;
            if count > 0 {
                return Err(InstructorError::FutureBookings { count });
            }
            uow.instructors().delete_profile(profile.id, now)?;
            user.role = Role::Student;
            // Only instructors can reactivate themselves, so a suspension must not outlive the profile.
            user.account_status = AccountStatus::Active;
            user.updated_at = Some(now);
            uow.users().update(&user)?;
            changed(uow, actor.id, now)?;
            Ok(())
        })
    }

    fn add_service(&self, actor: &User, draft: &ServiceDraft) -> Result<InstructorService, InstructorError> {
        instructors_only(actor, "add services")?;
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            uow.users().lock(&[actor.id])?;
            let profile = own(uow, actor.id)?.profile;
            let service = offers::add(uow, profile.id, draft, now)?;
            changed(uow, actor.id, now)?;
            Ok(service)
        })
    }

    fn suspend(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError> {
        lifecycle::change(self, actor, instructor, AccountStatus::Suspended)
    }

    fn deactivate(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError> {
        lifecycle::change(self, actor, instructor, AccountStatus::Deactivated)
    }

    fn reactivate(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError> {
        lifecycle::change(self, actor, instructor, AccountStatus::Active)
    }

    fn account_overview(&self, actor: &User, user: UserId) -> Result<AccountOverview, InstructorError> {
        lifecycle::overview(self, actor, user)
    }
}

/// What to ask the storage for; `None` when the skill names nothing, so that nobody fits.
fn filter(
    uow: &mut dyn UnitOfWork,
    query: &ListInstructors,
) -> Result<Option<InstructorFilter>, StorageError> {
    let mut filter = InstructorFilter {
        search: query.search.clone(),
        catalogue_service_id: query.catalogue_service_id,
        category_id: None,
        min_rate_cents: query.min_rate_cents,
        max_rate_cents: query.max_rate_cents,
    };
    let Some(skill) = query.skill.as_deref().map(str::trim).filter(|skill| !skill.is_empty()) else {
        return Ok(Some(filter));
    };
    let named = uow.catalogue().find_named(&[skill.to_owned()])?;
    if let Some(service) = named.iter().map(|service| service.id).min() {
        // Both must hold: two different services cannot.
        let agrees = query.catalogue_service_id.is_none_or(|asked| asked == service);
        filter.catalogue_service_id = Some(service);
        return Ok(agrees.then_some(filter));
    }
    let category = uow.catalogue().categories()?.into_iter().find(|category| {
        let facts = &category.facts;
        [&facts.slug, &facts.name].into_iter().any(|text| offers::same_ignoring_case(text, skill))
    });
    filter.category_id = category.map(|category| category.id);
    Ok(filter.category_id.is_some().then_some(filter))
}

/// Refuses students; `what` completes "Only instructors can".
pub(super) fn instructors_only(user: &User, what: &'static str) -> Result<(), InstructorError> {
    match user.role {
        Role::Instructor => Ok(()),
        Role::Student => Err(InstructorError::NotInstructor(what)),
    }
}

/// The account as it is now, held against other writers.
pub(super) fn locked(uow: &mut dyn UnitOfWork, id: UserId) -> Result<User, StorageError> {
    uow.users().lock(&[id])?;
    uow.users().find(id)?.ok_or_else(|| StorageError::unexpected("the account of the caller is gone"))
}

/// Tells caches and the search index that an instructor looks different now.
pub(super) fn changed(
    uow: &mut dyn UnitOfWork,
    instructor: UserId,
    at: Timestamp,
) -> Result<(), StorageError> {
    uow.outbox().push(&DomainEvent::InstructorChanged { instructor }, at)
}

fn own(uow: &mut dyn UnitOfWork, user: UserId) -> Result<Instructor, InstructorError> {
    uow.instructors().find(user)?.ok_or(InstructorError::NoProfile)
}

fn merged(stored: ProfileDetails, change: &UpdateProfile) -> ProfileDetails {
    ProfileDetails {
        bio: change.bio.clone().or(stored.bio),
        areas: change.areas.clone().unwrap_or(stored.areas),
        years_experience: change.years_experience.unwrap_or(stored.years_experience),
        notice: change.notice.unwrap_or(stored.notice),
        buffer: change.buffer.unwrap_or(stored.buffer),
        zone: change.zone.clone().unwrap_or(stored.zone),
    }
}
