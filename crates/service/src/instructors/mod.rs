//! Instructor profiles, the services instructors offer, and the life of their accounts.

mod handles;
mod lifecycle;
mod offers;
mod service;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use instainstru_core::{
    length::{Buffer, Notice},
    money::HourlyRate,
};
use instainstru_domain::{
    account::{AccountStatus, Role, User},
    handle::Handle,
    ids::{CatalogueServiceId, UserId},
    instructor::{Areas, DurationOptions, ExperienceLevel, Instructor, InstructorService, ProfileDetails},
    page::{Page, Paged},
    ports::StorageError,
    text::{Bio, Requirements, ServiceDescription, Tag},
    zone::Zone,
};

pub(crate) use self::handles::claim as claim_handle;
pub use self::service::InstructorsService;

/// How a client names a service of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogueRef {
    /// By its id.
    Id(CatalogueServiceId),
    /// By its name or slug, ignoring case.
    Named(String),
}

/// A service to offer. What is `None` stays as it is on a service that exists, and is empty on a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceDraft {
    /// Which service.
    pub catalogue: CatalogueRef,
    /// Price of an hour.
    pub hourly_rate: HourlyRate,
    /// In the instructor's own words; replaces what is there, also with nothing.
    pub description: Option<ServiceDescription>,
    /// Lengths that can be booked.
    pub durations: DurationOptions,
    /// How experienced the instructor is.
    pub experience_level: Option<ExperienceLevel>,
    /// Levels of students taught.
    pub levels_taught: Option<Vec<Tag>>,
    /// Ages of students taught.
    pub age_groups: Option<Vec<Tag>>,
    /// Ways of meeting.
    pub location_types: Option<Vec<Tag>>,
    /// What a student needs.
    pub equipment_required: Option<Vec<Tag>>,
    /// How far the instructor travels, in miles.
    pub max_distance_miles: Option<u16>,
    /// What must be true of a student or a place.
    pub requirements: Option<Requirements>,
}

/// A profile to create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateProfile {
    /// The profile.
    pub details: ProfileDetails,
    /// The services, each catalogue entry once.
    pub services: Vec<ServiceDraft>,
}

/// Changes to a profile; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateProfile {
    /// About the instructor.
    pub bio: Option<Bio>,
    /// Where lessons take place.
    pub areas: Option<Areas>,
    /// Years of experience.
    pub years_experience: Option<u8>,
    /// How long before its start a lesson must be booked.
    pub notice: Option<Notice>,
    /// Time kept free after each lesson.
    pub buffer: Option<Buffer>,
    /// Zone in which availability is meant.
    pub zone: Option<Zone>,
    /// The full set of services; others are removed (kept inactive while bookings refer to them).
    pub services: Option<Vec<ServiceDraft>>,
    /// The [`services_version`] that the caller edited; nothing is changed unless it is still that one.
    pub expected_services: Option<String>,
}

/// Changes whenever what an instructor offers changes: sent back with an edit, so that nobody overwrites what somebody else, or
/// the same person in another window, saved meanwhile.
#[must_use]
pub fn services_version(services: &[InstructorService]) -> String {
    let mut hasher = DefaultHasher::new();
    for service in services {
        // The offer with everything in it; how it is written only has to be the same each time.
        (service.id.get(), service.is_active, format!("{:?}", service.offer)).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Which instructors to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListInstructors {
    /// Text to find.
    pub search: Option<String>,
    /// A catalogue service they must offer.
    pub catalogue_service_id: Option<CatalogueServiceId>,
    /// Name or slug of a service, else of a category, ignoring case; nobody fits an unknown one.
    pub skill: Option<String>,
    /// Lowest rate in cents.
    pub min_rate_cents: Option<i64>,
    /// Highest rate in cents.
    pub max_rate_cents: Option<i64>,
}

/// A part of the list of instructors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstructorList {
    /// The instructors of the part, and the number of all that fit.
    pub found: Paged<Instructor>,
    /// Number of all bookable instructors, whether or not they fit.
    pub active_instructors: u64,
}

/// A change of account status that took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusChange {
    /// Status before.
    pub previous: AccountStatus,
    /// Status now.
    pub current: AccountStatus,
}

/// What an account is, and what its owner may make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountOverview {
    /// Whose account.
    pub user_id: UserId,
    /// Side of the marketplace.
    pub role: Role,
    /// Status now.
    pub status: AccountStatus,
    /// Number of pending and confirmed bookings from today on; `None` for students, who have no lifecycle.
    pub future_bookings: Option<u64>,
}

impl AccountOverview {
    /// Whether the account may be suspended: it is active and no lesson is ahead. `None` for students.
    #[must_use]
    pub fn can_suspend(&self) -> Option<bool> {
        self.future_bookings.map(|ahead| ahead == 0 && self.status == AccountStatus::Active)
    }

    /// Whether the account may be deactivated: no lesson is ahead. `None` for students.
    #[must_use]
    pub fn can_deactivate(&self) -> Option<bool> {
        self.future_bookings.map(|ahead| ahead == 0)
    }

    /// Whether the account may be reactivated: it is not active. `None` for students.
    #[must_use]
    pub fn can_reactivate(&self) -> Option<bool> {
        self.future_bookings.map(|_| self.status != AccountStatus::Active)
    }
}

/// Profiles, services and account lifecycle.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait InstructorUseCases: Send + Sync {
    /// Bookable instructors that fit.
    ///
    /// # Errors
    /// [`InstructorError::PriceRange`] when the highest rate is below the lowest.
    fn list(&self, query: &ListInstructors, page: Page) -> Result<InstructorList, InstructorError>;

    /// One instructor, for the public. Suspended, deactivated and switched-off ones are not found.
    ///
    /// # Errors
    /// [`InstructorError::NotFound`].
    fn get(&self, instructor: UserId) -> Result<Instructor, InstructorError>;

    /// A bookable instructor by short name.
    ///
    /// # Errors
    /// [`InstructorError::NotFound`].
    fn named(&self, handle: &Handle) -> Result<Instructor, InstructorError>;

    /// The short name of an instructor, bookable or not.
    ///
    /// # Errors
    /// Only storage failures.
    fn handle(&self, instructor: UserId) -> Result<Option<Handle>, InstructorError>;

    /// Short names of all who can be booked, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn handles(&self, limit: u32) -> Result<Vec<Handle>, InstructorError>;

    /// Turns an account into an instructor with a profile.
    ///
    /// # Errors
    /// [`InstructorError::ProfileExists`], [`InstructorError::UnknownService`], [`InstructorError::DuplicateService`].
    fn create_profile(&self, actor: &User, command: &CreateProfile) -> Result<Instructor, InstructorError>;

    /// The caller's own profile, whatever the state of the account.
    ///
    /// # Errors
    /// [`InstructorError::NotInstructor`], [`InstructorError::NoProfile`].
    fn my_profile(&self, actor: &User) -> Result<Instructor, InstructorError>;

    /// Changes the caller's own profile.
    ///
    /// # Errors
    /// As [`InstructorUseCases::my_profile`] and [`InstructorUseCases::create_profile`].
    fn update_profile(&self, actor: &User, command: &UpdateProfile) -> Result<Instructor, InstructorError>;

    /// Deletes the caller's own profile; the account becomes a student and bookings keep their history.
    ///
    /// # Errors
    /// As [`InstructorUseCases::my_profile`]; [`InstructorError::FutureBookings`] while lessons are ahead.
    fn delete_profile(&self, actor: &User) -> Result<(), InstructorError>;

    /// Adds one service of the catalogue to the caller's own profile.
    ///
    /// # Errors
    /// [`InstructorError::NotInstructor`], [`InstructorError::NoProfile`], [`InstructorError::ServiceNotFound`],
    /// [`InstructorError::AlreadyOffered`].
    fn add_service(&self, actor: &User, draft: &ServiceDraft) -> Result<InstructorService, InstructorError>;

    /// Hides the caller from the public. Suspending twice is no error.
    ///
    /// # Errors
    /// In this order: [`InstructorError::OtherAccount`], [`InstructorError::NotInstructor`],
    /// [`InstructorError::FutureBookings`].
    fn suspend(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError>;

    /// Hides the caller and ends every session. Deactivating twice is no error.
    ///
    /// # Errors
    /// As [`InstructorUseCases::suspend`].
    fn deactivate(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError>;

    /// Shows the caller to the public again.
    ///
    /// # Errors
    /// In this order: [`InstructorError::OtherAccount`], [`InstructorError::NotInstructor`],
    /// [`InstructorError::AlreadyActive`].
    fn reactivate(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError>;

    /// What the caller may make of the account.
    ///
    /// # Errors
    /// [`InstructorError::OtherAccount`].
    fn account_overview(&self, actor: &User, user: UserId) -> Result<AccountOverview, InstructorError>;
}

/// Why something about an instructor failed.
#[derive(Debug, thiserror::Error)]
pub enum InstructorError {
    /// No such instructor, as far as the public may know.
    #[error("Instructor not found")]
    NotFound,
    /// The caller has no profile.
    #[error("Instructor profile not found")]
    NoProfile,
    /// The caller is not an instructor; says what for one must be.
    #[error("Only instructors can {0}")]
    NotInstructor(&'static str),
    /// The services are no longer those that were edited.
    #[error("the services were changed meanwhile; load them again")]
    StaleServices,
    /// The caller has a profile already.
    #[error("Instructor profile already exists; update it instead")]
    ProfileExists,
    /// A service names no active entry of the catalogue.
    #[error("there is no service '{0}' in the catalogue")]
    UnknownService(String),
    /// A service is named twice.
    #[error("each service can be offered once; '{0}' is given twice")]
    DuplicateService(String),
    /// A service to add names no active entry of the catalogue.
    #[error("Service not found in the catalogue")]
    ServiceNotFound,
    /// The caller offers the service already.
    #[error("You already offer this service")]
    AlreadyOffered,
    /// The highest price is below the lowest.
    #[error("max_price must be greater than or equal to min_price")]
    PriceRange,
    /// The account is somebody else's.
    #[error("You can only modify your own account")]
    OtherAccount,
    /// Lessons are ahead.
    #[error("This is not possible with {count} future bookings; complete or cancel them first")]
    FutureBookings {
        /// How many.
        count: u64,
    },
    /// There is nothing to reactivate.
    #[error("The account is already active")]
    AlreadyActive,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
