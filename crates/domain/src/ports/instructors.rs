//! Storage of instructor profiles and services.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::StorageError;
use crate::{
    handle::Handle,
    ids::{InstructorServiceId, ProfileId, UserId},
    instructor::{Instructor, InstructorFilter, InstructorProfile, InstructorService, Offer, ProfileDetails},
    page::{Page, Paged},
};

/// Storage of instructor profiles and services.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait InstructorRepository {
    /// The account, profile and active services of a user, whatever the state of the account; services ordered by catalogue
    /// service id. `None` without account or profile. A constant number of statements.
    ///
    /// # Errors
    /// Only storage failures.
    fn find(&mut self, user: UserId) -> Result<Option<Instructor>, StorageError>;

    /// Bookable instructors that fit the filter, by profile id, with the number of all that fit.
    ///
    /// With an empty filter instructors without services are included. Otherwise at least one **active** service must fit
    /// all of the filter that concerns services, and only the services that fit are returned. The search text is compared
    /// ignoring case, in all scripts. A constant number of statements.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(&mut self, filter: &InstructorFilter, page: Page) -> Result<Paged<Instructor>, StorageError>;

    /// Number of all bookable instructors.
    ///
    /// # Errors
    /// Only storage failures.
    fn count_bookable(&mut self) -> Result<u64, StorageError>;

    /// Stores a new profile.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::ProfileExists`] when the user has one, also when the rival insert is concurrent.
    fn insert_profile(
        &mut self,
        user: UserId,
        details: &ProfileDetails,
        at: Timestamp,
    ) -> Result<InstructorProfile, StorageError>;

    /// Gives a profile that has none this short name; `false` when somebody has it already, also when the rival claim is
    /// concurrent. One statement.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when the profile does not exist or has another short name.
    fn claim_handle(
        &mut self,
        profile: ProfileId,
        handle: &Handle,
        at: Timestamp,
    ) -> Result<bool, StorageError>;

    /// The short name of a user's profile.
    ///
    /// # Errors
    /// Only storage failures.
    fn handle(&mut self, user: UserId) -> Result<Option<Handle>, StorageError>;

    /// Who has this short name, whatever the state of the account.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_by_handle(&mut self, handle: &Handle) -> Result<Option<UserId>, StorageError>;

    /// Short names of the bookable instructors with an active service, in alphabetical order, at most `limit`. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn handles(&mut self, limit: u32) -> Result<Vec<Handle>, StorageError>;

    /// Replaces the details of a profile.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when it does not exist.
    fn update_profile(
        &mut self,
        id: ProfileId,
        details: &ProfileDetails,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Deletes a profile. Its services are kept, inactive and without profile, because bookings may refer to them.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when it does not exist.
    fn delete_profile(&mut self, id: ProfileId, at: Timestamp) -> Result<(), StorageError>;

    /// All services of a profile, inactive ones included, by id.
    ///
    /// # Errors
    /// Only storage failures.
    fn services(&mut self, profile: ProfileId) -> Result<Vec<InstructorService>, StorageError>;

    /// One service, active or not.
    ///
    /// # Errors
    /// Only storage failures.
    fn find_service(&mut self, id: InstructorServiceId) -> Result<Option<InstructorService>, StorageError>;

    /// Stores a new active service.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::ServiceOffered`] when the profile has an active one of the same catalogue entry.
    fn insert_service(
        &mut self,
        profile: ProfileId,
        offer: &Offer,
        at: Timestamp,
    ) -> Result<InstructorService, StorageError>;

    /// Replaces the offer and state of a service.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::ServiceOffered`] as [`InstructorRepository::insert_service`] when it becomes active.
    fn update_service(
        &mut self,
        id: InstructorServiceId,
        offer: &Offer,
        is_active: bool,
        at: Timestamp,
    ) -> Result<(), StorageError>;

    /// Deletes services that no booking refers to.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when a booking refers to one.
    fn delete_services(&mut self, ids: &[InstructorServiceId]) -> Result<(), StorageError>;

    /// Those of `ids` that at least one booking of any state refers to.
    ///
    /// # Errors
    /// Only storage failures.
    fn with_bookings(
        &mut self,
        ids: &[InstructorServiceId],
    ) -> Result<BTreeSet<InstructorServiceId>, StorageError>;
}
