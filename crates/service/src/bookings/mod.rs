//! Booking lessons and everything that happens to a booking.

mod alternatives;
mod check;
mod create;
mod lifecycle;
mod reschedule;
mod rules;
mod service;

use instainstru_core::{
    booking::{BookingStatus, InvalidTransition},
    grid::{GridTime, TimeRange},
    length::LessonLength,
    offer::WhyNot,
};
use instainstru_domain::{
    account::User,
    booking::{BookingDetails, BookingStats, LocationType},
    ids::{BookingId, InstructorServiceId, UserId},
    page::{Page, Paged},
    ports::StorageError,
    text::{CancellationReason, MeetingLocation, Note},
};
use jiff::civil::Date;

pub(crate) use self::lifecycle::call_off;
pub use self::service::BookingService;

/// A lesson to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateBooking {
    /// With whom.
    pub instructor_id: UserId,
    /// What.
    pub instructor_service_id: InstructorServiceId,
    /// On which date, in the instructor's zone.
    pub date: Date,
    /// At which time, in the instructor's zone.
    pub start_time: GridTime,
    /// How long.
    pub length: LessonLength,
    /// Note for the instructor.
    pub student_note: Option<Note>,
    /// Where, in words.
    pub meeting_location: Option<MeetingLocation>,
    /// Kind of place.
    pub location_type: LocationType,
}

/// A lesson somebody would like to book, to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckTime {
    /// With whom.
    pub instructor_id: UserId,
    /// What.
    pub instructor_service_id: InstructorServiceId,
    /// On which date.
    pub date: Date,
    /// At which time.
    pub lesson: TimeRange,
}

/// Whether a lesson can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeCheck {
    /// It can.
    Available,
    /// It cannot.
    Refused {
        /// Why, in words.
        reason: String,
        /// Notice of the instructor in hours, when that is the reason.
        min_advance_hours: Option<u16>,
        /// `instructor` or `student`, when that person's time is taken.
        conflicts_with: Option<Who>,
    },
}

/// Whose time is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The instructor's.
    Instructor,
    /// The student's.
    Student,
}

impl Who {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instructor => "instructor",
            Self::Student => "student",
        }
    }
}

/// Which of the caller's bookings to list: as a student those booked, otherwise those taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListBookings {
    /// Only those in this state.
    pub status: Option<BookingStatus>,
    /// Only confirmed ones from today on.
    pub upcoming_only: bool,
}

/// Changes of the instructor to a booking; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UpdateBooking {
    /// Note of the instructor.
    pub instructor_note: Option<Note>,
    /// Where, in words.
    pub meeting_location: Option<MeetingLocation>,
}

/// Another time for a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reschedule {
    /// On which date, in the instructor's zone.
    pub date: Date,
    /// At which time.
    pub start_time: GridTime,
    /// How long; as long as before when absent.
    pub length: Option<LessonLength>,
}

/// What may differ between installations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BookingRules {
    /// Whether a lesson may be marked as completed or missed before it began, as clients of 2025 do.
    pub allow_early_complete: bool,
}

/// A start that can be booked instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternative {
    /// Its date, in the instructor's zone.
    pub date: Date,
    /// Its time.
    pub start_time: GridTime,
}

/// Bookings.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait BookingUseCases: Send + Sync {
    /// Books a lesson; it is confirmed at once.
    ///
    /// # Errors
    /// In this order: [`BookingError::PastDate`], [`BookingError::PastMidnight`], [`BookingError::NotStudent`],
    /// [`BookingError::ServiceNotFound`], [`BookingError::InstructorNotFound`], [`BookingError::OtherInstructor`],
    /// [`BookingError::InstructorUnavailable`], [`BookingError::DurationNotOffered`], [`BookingError::Taken`],
    /// [`BookingError::InsufficientNotice`], [`BookingError::Refused`].
    fn create(&self, actor: &User, command: &CreateBooking) -> Result<BookingDetails, BookingError>;

    /// Whether a lesson could be booked by the caller. A "no" is an answer, not an error.
    ///
    /// # Errors
    /// [`BookingError::PastDate`], [`BookingError::InstructorNotFound`].
    fn check(&self, actor: &User, check: &CheckTime) -> Result<TimeCheck, BookingError>;

    /// The caller's bookings, latest first.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(
        &self,
        actor: &User,
        query: ListBookings,
        page: Page,
    ) -> Result<Paged<BookingDetails>, BookingError>;

    /// The caller's next confirmed bookings from today on, soonest first.
    ///
    /// # Errors
    /// Only storage failures.
    fn upcoming(&self, actor: &User, limit: u32) -> Result<Vec<BookingDetails>, BookingError>;

    /// Figures about the caller's lessons.
    ///
    /// # Errors
    /// [`BookingError::NotInstructor`] for students.
    fn stats(&self, actor: &User) -> Result<BookingStats, BookingError>;

    /// One of the caller's bookings.
    ///
    /// # Errors
    /// [`BookingError::NotFound`], also when the caller is not a party.
    fn get(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError>;

    /// Changes what the instructor may change.
    ///
    /// # Errors
    /// [`BookingError::NotFound`], [`BookingError::NotItsInstructor`].
    fn update(
        &self,
        actor: &User,
        booking: BookingId,
        change: &UpdateBooking,
    ) -> Result<BookingDetails, BookingError>;

    /// Moves a booking; the old time stays taken until the new one is. Either party may. The price follows the length.
    ///
    /// # Errors
    /// [`BookingError::NotFound`], [`BookingError::NotParty`], [`BookingError::Transition`],
    /// [`BookingError::AlreadyBegan`], and those of [`BookingUseCases::create`] about time, length and instructor.
    fn reschedule(
        &self,
        actor: &User,
        booking: BookingId,
        to: &Reschedule,
    ) -> Result<BookingDetails, BookingError>;

    /// Calls a lesson off; its time is free at once.
    ///
    /// # Errors
    /// [`BookingError::NotFound`], [`BookingError::NotParty`], [`BookingError::Transition`].
    fn cancel(
        &self,
        actor: &User,
        booking: BookingId,
        reason: &CancellationReason,
    ) -> Result<BookingDetails, BookingError>;

    /// States that the lesson took place.
    ///
    /// # Errors
    /// [`BookingError::NotInstructor`], [`BookingError::NotFound`], [`BookingError::NotItsInstructor`],
    /// [`BookingError::Transition`], [`BookingError::NotYet`].
    fn complete(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError>;

    /// States that the student did not come.
    ///
    /// # Errors
    /// As [`BookingUseCases::complete`].
    fn mark_no_show(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError>;
}

/// Why something about a booking failed.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    /// The date has passed.
    #[error("booking_date {0} is in the past")]
    PastDate(Date),
    /// The lesson would not end on the day it begins.
    #[error("the lesson would run past midnight; it must end on the day it begins")]
    PastMidnight,
    /// Only students book.
    #[error("Only students can create bookings")]
    NotStudent,
    /// Only instructors do this; says what.
    #[error("Only instructors can {0}")]
    NotInstructor(&'static str),
    /// No such active service.
    #[error("Service not found or no longer offered")]
    ServiceNotFound,
    /// No such instructor.
    #[error("Instructor not found")]
    InstructorNotFound,
    /// The service is another instructor's.
    #[error("The service does not belong to this instructor")]
    OtherInstructor,
    /// The instructor takes no bookings: `suspended`, `deactivated` or switched off.
    #[error("The instructor's account is {0} and takes no bookings at present")]
    InstructorUnavailable(&'static str),
    /// The service cannot be booked for this long.
    #[error("This service can be booked for {options} minutes, not {minutes}")]
    DurationNotOffered {
        /// The lengths that can be booked, as text.
        options: String,
        /// The length that was asked for.
        minutes: u16,
    },
    /// The time is taken.
    #[error("{}", match .who {
        Who::Instructor => "This time was just taken: the instructor is already booked then",
        Who::Student => "You already have a booking at this time",
    })]
    Taken {
        /// Whose time.
        who: Who,
        /// The nearest starts that can be booked instead.
        alternatives: Vec<Alternative>,
    },
    /// Less notice than the instructor asks for.
    #[error("{}", if *.required_hours == 0 { "This time has passed".to_owned() } else {
        format!("Bookings must be made {} or more hours in advance", .required_hours)
    })]
    InsufficientNotice {
        /// Notice of the instructor.
        required_hours: u16,
    },
    /// The time is not offered for another reason.
    #[error("{message}")]
    Refused {
        /// The weightiest reason.
        reason: WhyNot,
        /// The reason in words.
        message: String,
    },
    /// No such booking of the caller.
    #[error("Booking not found")]
    NotFound,
    /// The caller is neither the student nor the instructor.
    #[error("You can only change your own bookings")]
    NotParty,
    /// The caller is not the instructor of the booking.
    #[error("Only the instructor of this booking can do this")]
    NotItsInstructor,
    /// The state of the booking does not allow it.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// The lesson has not begun yet.
    #[error("A lesson can be {0} only after it began")]
    NotYet(&'static str),
    /// The lesson has begun, so it cannot be moved.
    #[error("A lesson that has begun cannot be moved")]
    AlreadyBegan,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
