//! Profiles and services of instructors.

mod handles;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use diesel::{
    dsl::{auto_type, count},
    prelude::*,
    sql_types::{Nullable, Text},
};
use instainstru_domain::{
    handle::Handle,
    ids::{CatalogueServiceId, CategoryId, InstructorServiceId, ProfileId, UserId},
    instructor::{Instructor, InstructorFilter, InstructorProfile, InstructorService, Offer, ProfileDetails},
    page::{Page, Paged},
    ports::{Conflict, InstructorRepository, StorageError},
};
use jiff::Timestamp;

use self::rows::{
    NewProfileRow, NewServiceRow, OfferColumns, ProfileColumns, ProfileRow, ServiceRow, ServiceWithName,
};
use crate::{
    connection::{AnyConnection, on_inner},
    schema::{
        bookings, instructor_profiles, instructor_services, service_catalog, service_categories, users,
    },
    search::containing,
    stored::{self, changed_one, missing},
    types::Instant,
    unit_of_work::DieselUnitOfWork,
    users::{UserRow, is_bookable},
};

/// Accounts the public may see and book, with their profiles.
#[auto_type]
fn bookable() -> _ {
    instructor_profiles::table.inner_join(users::table).filter(is_bookable())
}

/// A filter in which everything is asked for, so that there is one statement to prepare whatever is: what is not asked for
/// gets bounds that let everything pass.
struct Bounds {
    pattern: String,
    catalogue_service: (i32, i32),
    category: (i32, i32),
    rate: (i64, i64),
}

impl Bounds {
    fn new(filter: &InstructorFilter) -> Self {
        let only = |id: Option<i32>| id.map_or((0, i32::MAX), |id| (id, id));
        Self {
            pattern: containing(filter.search.as_deref().unwrap_or_default()),
            catalogue_service: only(filter.catalogue_service_id.map(CatalogueServiceId::get)),
            category: only(filter.category_id.map(CategoryId::get)),
            rate: (filter.min_rate_cents.unwrap_or(0), filter.max_rate_cents.unwrap_or(i64::MAX)),
        }
    }
}

/// The active services of bookable instructors within some bounds. A macro, because the type of the query has no name.
macro_rules! fitting {
    ($bounds:expr) => {{
        let Bounds { pattern, catalogue_service, category, rate } = $bounds;
        let found = users::full_name_search
            .like(pattern)
            .escape('\\')
            .or(service_catalog::search_text.like(pattern).escape('\\'))
            .or(service_categories::name_search.like(pattern).escape('\\'))
            .or(coalesce(instructor_profiles::bio_search, "").like(pattern).escape('\\'))
            .or(coalesce(instructor_services::description_search, "").like(pattern).escape('\\'));
        instructor_services::table
            .inner_join(instructor_profiles::table.inner_join(users::table))
            .inner_join(service_catalog::table.inner_join(service_categories::table))
            .filter(instructor_services::is_active)
            .filter(is_bookable())
            .filter(instructor_services::service_catalog_id.between(catalogue_service.0, catalogue_service.1))
            .filter(service_catalog::category_id.between(category.0, category.1))
            .filter(instructor_services::hourly_rate_cents.between(rate.0, rate.1))
            .filter(found)
    }};
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text, or what stands for a missing one.
    fn coalesce(text: Nullable<Text>, otherwise: Text) -> Text;
}

/// The number of all that fit, and the rows of one page.
type PageRows = (i64, Vec<(UserRow, ProfileRow)>, Vec<ServiceWithName>);

/// Instructors out of accounts, profiles and services; the services keep their order.
fn assemble(
    people: Vec<(UserRow, ProfileRow)>,
    services: Vec<ServiceWithName>,
) -> Result<Vec<Instructor>, StorageError> {
    let mut by_profile: BTreeMap<i32, Vec<InstructorService>> = BTreeMap::new();
    for (row, name, category) in services {
        if let Some(profile) = row.instructor_profile_id {
            by_profile.entry(profile).or_default().push(row.into_service(name, category)?);
        }
    }
    let assembled = people.into_iter().map(|(user, profile)| {
        let services = by_profile.remove(&profile.id).unwrap_or_default();
        Ok(Instructor { user: user.into_user()?, profile: profile.into_profile()?, services })
    });
    assembled.collect()
}

/// The active services of these profiles, in the order in which they are shown.
fn active_services(connection: &mut AnyConnection, profiles: &[i32]) -> QueryResult<Vec<ServiceWithName>> {
    instructor_services::table
        .inner_join(service_catalog::table)
        .filter(instructor_services::is_active)
        .filter(instructor_services::instructor_profile_id.eq_any(profiles))
        .order((instructor_services::service_catalog_id, instructor_services::id))
        .select((ServiceRow::as_select(), service_catalog::name, service_catalog::category_id))
        .load(connection)
}

impl DieselUnitOfWork<'_> {
    /// The accounts, profiles and active services of these people, by id, whatever the state of the account.
    pub(crate) fn instructors_of(&mut self, people: &[i32]) -> Result<Vec<Instructor>, StorageError> {
        let (people, services) = self.execute(|connection| {
            let people: Vec<(UserRow, ProfileRow)> = instructor_profiles::table
                .inner_join(users::table)
                .filter(instructor_profiles::user_id.eq_any(people))
                .order(instructor_profiles::user_id)
                .select((UserRow::as_select(), ProfileRow::as_select()))
                .load(connection)?;
            let profiles: Vec<i32> = people.iter().map(|(_, profile)| profile.id).collect();
            let services = active_services(connection, &profiles)?;
            Ok((people, services))
        })?;
        assemble(people, services)
    }

    fn page_of_all(&mut self, limit: i64, offset: i64) -> Result<PageRows, StorageError> {
        self.execute(|connection| {
            let total = bookable().count().get_result(connection)?;
            let people: Vec<(UserRow, ProfileRow)> = bookable()
                .order(instructor_profiles::id)
                .limit(limit)
                .offset(offset)
                .select((UserRow::as_select(), ProfileRow::as_select()))
                .load(connection)?;
            let profiles: Vec<i32> = people.iter().map(|(_, profile)| profile.id).collect();
            let services = active_services(connection, &profiles)?;
            Ok((total, people, services))
        })
    }

    fn page_of_fitting(
        &mut self,
        bounds: &Bounds,
        limit: i64,
        offset: i64,
    ) -> Result<PageRows, StorageError> {
        self.execute(|connection| {
            let total = fitting!(bounds)
                .select(count(instructor_profiles::id).aggregate_distinct())
                .get_result(connection)?;
            let profiles: Vec<i32> = fitting!(bounds)
                .select(instructor_profiles::id)
                .distinct()
                .order(instructor_profiles::id)
                .limit(limit)
                .offset(offset)
                .load(connection)?;
            let people: Vec<(UserRow, ProfileRow)> = bookable()
                .filter(instructor_profiles::id.eq_any(&profiles))
                .order(instructor_profiles::id)
                .select((UserRow::as_select(), ProfileRow::as_select()))
                .load(connection)?;
            let services = fitting!(bounds)
                .filter(instructor_profiles::id.eq_any(profiles))
                .order((instructor_services::service_catalog_id, instructor_services::id))
                .select((ServiceRow::as_select(), service_catalog::name, service_catalog::category_id))
                .load(connection)?;
            Ok((total, people, services))
        })
    }
}

impl InstructorRepository for DieselUnitOfWork<'_> {
    fn find(&mut self, user: UserId) -> Result<Option<Instructor>, StorageError> {
        let (people, services) = self.execute(|connection| {
            let people: Vec<(UserRow, ProfileRow)> = instructor_profiles::table
                .inner_join(users::table)
                .filter(instructor_profiles::user_id.eq(user.get()))
                .select((UserRow::as_select(), ProfileRow::as_select()))
                .load(connection)?;
            let services: Vec<ServiceWithName> = instructor_services::table
                .inner_join(instructor_profiles::table)
                .inner_join(service_catalog::table)
                .filter(instructor_profiles::user_id.eq(user.get()))
                .filter(instructor_services::is_active)
                .order((instructor_services::service_catalog_id, instructor_services::id))
                .select((ServiceRow::as_select(), service_catalog::name, service_catalog::category_id))
                .load(connection)?;
            Ok((people, services))
        })?;
        Ok(assemble(people, services)?.pop())
    }

    fn list(&mut self, filter: &InstructorFilter, page: Page) -> Result<Paged<Instructor>, StorageError> {
        let (limit, offset) = (i64::from(page.limit), i64::from(page.offset));
        let (total, people, services) = if filter.is_empty() {
            self.page_of_all(limit, offset)?
        } else {
            self.page_of_fitting(&Bounds::new(filter), limit, offset)?
        };
        Ok(Paged { items: assemble(people, services)?, total: stored::count(total)? })
    }

    fn count_bookable(&mut self) -> Result<u64, StorageError> {
        stored::count(self.execute(|connection| bookable().count().get_result(connection))?)
    }

    fn insert_profile(
        &mut self,
        user: UserId,
        details: &ProfileDetails,
        at: Timestamp,
    ) -> Result<InstructorProfile, StorageError> {
        let row = NewProfileRow::new(user, details, at);
        let inserted: Option<ProfileRow> = self.execute(|connection| {
            on_inner!(connection, |connection| diesel::insert_into(instructor_profiles::table)
                .values(row)
                .on_conflict(instructor_profiles::user_id)
                .do_nothing()
                .returning(ProfileRow::as_returning())
                .get_result(connection)
                .optional())
        })?;
        inserted.ok_or(StorageError::Conflict(Conflict::ProfileExists))?.into_profile()
    }

    fn claim_handle(
        &mut self,
        profile: ProfileId,
        handle: &Handle,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        self.insert_handle(profile, handle, at)
    }

    fn handle(&mut self, user: UserId) -> Result<Option<Handle>, StorageError> {
        self.handle_of(user)
    }

    fn find_by_handle(&mut self, handle: &Handle) -> Result<Option<UserId>, StorageError> {
        self.owner_of(handle)
    }

    fn handles(&mut self, limit: u32) -> Result<Vec<Handle>, StorageError> {
        self.bookable_handles(limit)
    }

    fn update_profile(
        &mut self,
        id: ProfileId,
        details: &ProfileDetails,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(instructor_profiles::table.find(id.get()))
                .set((ProfileColumns::new(details), instructor_profiles::updated_at.eq(Instant(at))))
                .execute(connection)
        })?;
        changed_one(rows, "instructor_profiles", id)
    }

    fn delete_profile(&mut self, id: ProfileId, at: Timestamp) -> Result<(), StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(instructor_services::table)
                .filter(instructor_services::instructor_profile_id.eq(id.get()))
                .set((
                    instructor_services::is_active.eq(false),
                    instructor_services::instructor_profile_id.eq(None::<i32>),
                    instructor_services::updated_at.eq(Instant(at)),
                ))
                .execute(connection)?;
            diesel::delete(instructor_profiles::table.find(id.get())).execute(connection)
        })?;
        changed_one(rows, "instructor_profiles", id)
    }

    fn services(&mut self, profile: ProfileId) -> Result<Vec<InstructorService>, StorageError> {
        let rows: Vec<ServiceWithName> = self.execute(|connection| {
            instructor_services::table
                .inner_join(service_catalog::table)
                .filter(instructor_services::instructor_profile_id.eq(profile.get()))
                .order(instructor_services::id)
                .select((ServiceRow::as_select(), service_catalog::name, service_catalog::category_id))
                .load(connection)
        })?;
        rows.into_iter().map(|(row, name, category)| row.into_service(name, category)).collect()
    }

    fn find_service(&mut self, id: InstructorServiceId) -> Result<Option<InstructorService>, StorageError> {
        let row: Option<ServiceWithName> = self.execute(|connection| {
            instructor_services::table
                .inner_join(service_catalog::table)
                .filter(instructor_services::id.eq(id.get()))
                .select((ServiceRow::as_select(), service_catalog::name, service_catalog::category_id))
                .first(connection)
                .optional()
        })?;
        row.map(|(row, name, category)| row.into_service(name, category)).transpose()
    }

    fn insert_service(
        &mut self,
        profile: ProfileId,
        offer: &Offer,
        at: Timestamp,
    ) -> Result<InstructorService, StorageError> {
        let row = NewServiceRow {
            instructor_profile_id: profile.get(),
            offer: OfferColumns::new(offer)?,
            created_at: Instant(at),
        };
        let inserted: Option<i32> = self.execute(|connection| {
            on_inner!(connection, |connection| diesel::insert_into(instructor_services::table)
                .values(row)
                .on_conflict_do_nothing()
                .returning(instructor_services::id)
                .get_result(connection)
                .optional())
        })?;
        let id = inserted.ok_or(StorageError::Conflict(Conflict::ServiceOffered))?;
        let id = InstructorServiceId::new(id.into()).map_err(|e| StorageError::Unexpected(Box::new(e)))?;
        self.find_service(id)?.ok_or_else(|| missing("instructor_services", id))
    }

    fn update_service(
        &mut self,
        id: InstructorServiceId,
        offer: &Offer,
        is_active: bool,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let columns = OfferColumns::new(offer)?;
        let rows = self.execute(|connection| {
            diesel::update(instructor_services::table.find(id.get()))
                .set((
                    columns,
                    instructor_services::is_active.eq(is_active),
                    instructor_services::updated_at.eq(Instant(at)),
                ))
                .execute(connection)
        })?;
        changed_one(rows, "instructor_services", id)
    }

    fn delete_services(&mut self, ids: &[InstructorServiceId]) -> Result<(), StorageError> {
        self.execute(|connection| {
            let ids = ids.iter().map(|id| id.get());
            diesel::delete(instructor_services::table.filter(instructor_services::id.eq_any(ids)))
                .execute(connection)
        })?;
        Ok(())
    }

    fn with_bookings(
        &mut self,
        ids: &[InstructorServiceId],
    ) -> Result<BTreeSet<InstructorServiceId>, StorageError> {
        let found: Vec<i32> = self.execute(|connection| {
            bookings::table
                .filter(bookings::instructor_service_id.eq_any(ids.iter().map(|id| id.get())))
                .select(bookings::instructor_service_id)
                .distinct()
                .load(connection)
        })?;
        Ok(ids.iter().copied().filter(|id| found.contains(&id.get())).collect())
    }
}
