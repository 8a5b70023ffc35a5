//! What the search index is made of, many people at a time.

use std::collections::BTreeSet;

use diesel::prelude::*;
use instainstru_core::{dates::DateRange, zone::UtcRange};
use instainstru_domain::{
    availability::{Blackout, Window},
    ids::{CatalogueServiceId, UserId},
    instructor::Instructor,
    ports::{SearchSource, StorageError},
};

use crate::{
    schema::{instructor_profiles, instructor_services},
    stored::Place,
    unit_of_work::DieselUnitOfWork,
};

/// People in one statement. SQLite binds at most 32,766 values and PostgreSQL 65,535; a statement binds a few more.
const CHUNK: usize = 30_000;

/// Loads the rows of many people. Each is asked for once and in order, so that the rows of all chunks are in order too.
fn in_chunks<T>(
    ids: &[UserId],
    mut load: impl FnMut(&[i32]) -> Result<Vec<T>, StorageError>,
) -> Result<Vec<T>, StorageError> {
    let people: BTreeSet<i32> = ids.iter().map(|id| id.get()).collect();
    let people: Vec<i32> = people.into_iter().collect();
    let mut rows = Vec::new();
    for chunk in people.chunks(CHUNK) {
        rows.append(&mut load(chunk)?);
    }
    Ok(rows)
}

/// The account of a profile.
fn user_id((profile, user): (i32, i32)) -> Result<UserId, StorageError> {
    Place::new("instructor_profiles", profile).check("user_id", UserId::new(user.into()))
}

impl SearchSource for DieselUnitOfWork<'_> {
    fn instructor_ids(&mut self) -> Result<Vec<UserId>, StorageError> {
        let rows: Vec<(i32, i32)> = self.execute(|connection| {
            instructor_profiles::table
                .order(instructor_profiles::user_id)
                .select((instructor_profiles::id, instructor_profiles::user_id))
                .load(connection)
        })?;
        rows.into_iter().map(user_id).collect()
    }

    fn instructors_offering(&mut self, services: &[CatalogueServiceId]) -> Result<Vec<UserId>, StorageError> {
        let rows: Vec<(i32, i32)> = self.execute(|connection| {
            instructor_profiles::table
                .inner_join(instructor_services::table)
                .filter(instructor_services::is_active)
                .filter(instructor_services::service_catalog_id.eq_any(services.iter().map(|id| id.get())))
                .order(instructor_profiles::user_id)
                .select((instructor_profiles::id, instructor_profiles::user_id))
                .distinct()
                .load(connection)
        })?;
        rows.into_iter().map(user_id).collect()
    }

    fn instructors(&mut self, ids: &[UserId]) -> Result<Vec<Instructor>, StorageError> {
        in_chunks(ids, |people| self.instructors_of(people))
    }

    fn windows(&mut self, ids: &[UserId], dates: DateRange) -> Result<Vec<Window>, StorageError> {
        in_chunks(ids, |people| self.windows_of(people, dates))
    }

    fn blackouts(&mut self, ids: &[UserId], dates: DateRange) -> Result<Vec<Blackout>, StorageError> {
        in_chunks(ids, |people| self.blackouts_of(people, dates))
    }

    fn claims(&mut self, ids: &[UserId], within: UtcRange) -> Result<Vec<(UserId, UtcRange)>, StorageError> {
        in_chunks(ids, |people| self.claims_of(people, within))
    }
}
