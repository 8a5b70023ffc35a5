//! Short names of instructors.

use diesel::prelude::*;
use instainstru_domain::{
    handle::Handle,
    ids::{ProfileId, UserId},
    ports::StorageError,
};
use jiff::Timestamp;

use crate::{
    connection::on_inner,
    schema::{instructor_handles as handles, instructor_profiles, instructor_services, users},
    stored::Place,
    types::Instant,
    unit_of_work::DieselUnitOfWork,
};

/// A short name as it is stored.
fn read(text: &str) -> Result<Handle, StorageError> {
    text.parse().map_err(|error| StorageError::Unexpected(Box::new(error)))
}

impl DieselUnitOfWork<'_> {
    pub(super) fn insert_handle(
        &mut self,
        profile: ProfileId,
        handle: &Handle,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let values = (
            handles::handle.eq(handle.as_str()),
            handles::profile_id.eq(profile.get()),
            handles::created_at.eq(Instant(at)),
        );
        let rows = self.execute(|connection| {
            on_inner!(connection, |connection| diesel::insert_into(handles::table)
                .values(values)
                .on_conflict(handles::handle)
                .do_nothing()
                .execute(connection))
        })?;
        Ok(rows == 1)
    }

    pub(super) fn handle_of(&mut self, user: UserId) -> Result<Option<Handle>, StorageError> {
        let found: Option<String> = self.execute(|connection| {
            handles::table
                .inner_join(instructor_profiles::table)
                .filter(instructor_profiles::user_id.eq(user.get()))
                .select(handles::handle)
                .first(connection)
                .optional()
        })?;
        found.as_deref().map(read).transpose()
    }

    pub(super) fn owner_of(&mut self, handle: &Handle) -> Result<Option<UserId>, StorageError> {
        let found: Option<i32> = self.execute(|connection| {
            handles::table
                .inner_join(instructor_profiles::table)
                .filter(handles::handle.eq(handle.as_str()))
                .select(instructor_profiles::user_id)
                .first(connection)
                .optional()
        })?;
        found
            .map(|id| Place::new("instructor_profiles of user", id).check("user_id", UserId::new(id.into())))
            .transpose()
    }

    pub(super) fn bookable_handles(&mut self, limit: u32) -> Result<Vec<Handle>, StorageError> {
        let offers = instructor_services::table
            .filter(instructor_services::instructor_profile_id.eq(handles::profile_id.nullable()))
            .filter(instructor_services::is_active.eq(true));
        let found: Vec<String> = self.execute(|connection| {
            handles::table
                .inner_join(instructor_profiles::table.inner_join(users::table))
                .filter(super::is_bookable())
                .filter(diesel::dsl::exists(offers))
                .order(handles::handle)
                .limit(limit.into())
                .select(handles::handle)
                .load(connection)
        })?;
        found.iter().map(|text| read(text)).collect()
    }
}
