//! What a visitor sees of an instructor's time.

mod others;
mod schedule;
mod service;

use instainstru_core::{
    grid::{GridTime, TimeRange},
    length::{InvalidLength, LessonLength},
    offer::WhyNot,
};
use instainstru_domain::{
    ids::{InstructorServiceId, UserId},
    instructor::{Instructor, InstructorService},
    ports::StorageError,
    text::FullName,
    zone::Zone,
};
use jiff::civil::Date;

pub(crate) use self::schedule::{Schedule, instants_around};
pub use self::service::PublicService;

/// How public availability is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicRules {
    /// Number of days shown by default and at most, 1..=90.
    pub days: u16,
    /// What becomes of a published range of which a part is booked.
    pub partly_booked: PartlyBooked,
}

/// What becomes of a published range of which a part is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartlyBooked {
    /// The free remainder is shown.
    Split,
    /// The whole range is hidden.
    Exclude,
}

impl Default for PublicRules {
    fn default() -> Self {
        Self { days: 30, partly_booked: PartlyBooked::Split }
    }
}

/// Longest span of dates that can be asked for, in days between the first and the last.
pub const MAX_SPAN_DAYS: u16 = 90;

/// An instructor's free time as the public sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicCalendar {
    /// Whose.
    pub instructor_id: UserId,
    /// Name of the instructor.
    pub instructor_name: FullName,
    /// Zone in which dates and times are meant.
    pub zone: Zone,
    /// Every date asked for, in order.
    pub days: Vec<PublicDay>,
}

/// One date of a [`PublicCalendar`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicDay {
    /// The date.
    pub date: Date,
    /// Free ranges in order; none when the day is blocked.
    pub free: Vec<TimeRange>,
    /// Whether the whole day is blocked.
    pub blackout: bool,
}

/// Which start times to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartTimesQuery {
    /// Whose.
    pub instructor: UserId,
    /// First date.
    pub start_date: Date,
    /// Last date; by default as many days as the rules show.
    pub end_date: Option<Date>,
    /// Length of the lesson in minutes.
    pub duration_minutes: i64,
    /// The service to book: the length must be one of its options.
    pub service: Option<InstructorServiceId>,
    /// Only every this many minutes: 15, 30 or 60.
    pub step_minutes: Option<u16>,
}

/// The starts that can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartTimes {
    /// Whose.
    pub instructor_id: UserId,
    /// Zone in which dates and times are meant.
    pub zone: Zone,
    /// Length of the lesson in minutes.
    pub duration_minutes: u16,
    /// Dates with at least one start, in order.
    pub days: Vec<(Date, Vec<GridTime>)>,
}

/// The next lesson that can be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextAvailable {
    /// Its date.
    pub date: Date,
    /// Its time.
    pub lesson: TimeRange,
}

/// A lesson somebody would like to book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WhyNotQuery {
    /// With whom.
    pub instructor: UserId,
    /// On which date.
    pub date: Date,
    /// At which time.
    pub start_time: GridTime,
    /// How long, in minutes.
    pub duration_minutes: i64,
}

/// Why a lesson cannot be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Because of its time.
    Time(WhyNot),
    /// The instructor takes no bookings at present.
    InstructorUnavailable,
}

impl Refusal {
    /// Stable code of the reason.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Time(WhyNot::PastMidnight) => "PAST_MIDNIGHT",
            Self::Time(WhyNot::ClockChange) => "CLOCK_CHANGE",
            Self::Time(WhyNot::InstructorBusy) => "INSTRUCTOR_BUSY",
            Self::Time(WhyNot::StudentBusy) => "STUDENT_BUSY",
            Self::Time(WhyNot::TooSoon) => "INSUFFICIENT_NOTICE",
            Self::Time(WhyNot::Blackout) => "BLACKOUT",
            Self::Time(WhyNot::OutsideAvailability) => "OUTSIDE_AVAILABILITY",
            Self::InstructorUnavailable => "INSTRUCTOR_UNAVAILABLE",
        }
    }

    /// The reason in words; `notice_hours` is the notice of the instructor.
    #[must_use]
    pub fn message(self, notice_hours: u16) -> String {
        match self {
            Self::Time(WhyNot::PastMidnight) => "The lesson must end on the day it begins".to_owned(),
            Self::Time(WhyNot::ClockChange) => {
                "This time does not exist on that day, because the clocks change".to_owned()
            }
            Self::Time(WhyNot::InstructorBusy) => "The instructor is already booked at this time".to_owned(),
            Self::Time(WhyNot::StudentBusy) => "You already have a booking at this time".to_owned(),
            Self::Time(WhyNot::TooSoon) if notice_hours == 0 => "This time has passed".to_owned(),
            Self::Time(WhyNot::TooSoon) => {
                format!("Lessons must be booked {notice_hours} or more hours in advance")
            }
            Self::Time(WhyNot::Blackout) => {
                "The instructor does not teach on this day (blackout date)".to_owned()
            }
            Self::Time(WhyNot::OutsideAvailability) => {
                "This time is outside availability of the instructor".to_owned()
            }
            Self::InstructorUnavailable => "The instructor takes no bookings at present".to_owned(),
        }
    }
}

/// The answer to "why not?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyNotAnswer {
    /// Every reason, the weightiest first; empty exactly when the lesson can be booked.
    pub refusals: Vec<Refusal>,
    /// Notice of the instructor in hours, for the messages.
    pub notice_hours: u16,
}

/// A lesson somebody cannot have, to be had with somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OthersQuery {
    /// With whom it was to be.
    pub instructor: UserId,
    /// The service of that instructor.
    pub service: InstructorServiceId,
    /// On which date, in the zone of that instructor.
    pub date: Date,
    /// At which time.
    pub start_time: GridTime,
    /// How long.
    pub length: LessonLength,
    /// Who would learn, if that is known.
    pub student: Option<UserId>,
    /// Most people to find.
    pub limit: usize,
}

/// Somebody who teaches the same service and is free then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeOther {
    /// Who teaches.
    pub instructor: Instructor,
    /// What can be booked.
    pub service: InstructorService,
    /// The date, in the zone of this instructor.
    pub date: Date,
    /// The time.
    pub start_time: GridTime,
}

/// What a visitor sees of an instructor's time. Instructors who are not bookable have none.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PublicUseCases: Send + Sync {
    /// Free time on dates: published, not blocked, not booked. At most the days the rules show.
    ///
    /// # Errors
    /// [`PublicError::NotFound`], [`PublicError::PastStart`], [`PublicError::ReversedDates`], [`PublicError::SpanTooLong`].
    fn calendar(
        &self,
        instructor: UserId,
        start: Date,
        end: Option<Date>,
    ) -> Result<PublicCalendar, PublicError>;

    /// The first start from now on at which a lesson of this many minutes can be booked, within the days the rules show.
    ///
    /// # Errors
    /// [`PublicError::NotFound`], [`PublicError::Length`].
    fn next_available(
        &self,
        instructor: UserId,
        duration_minutes: i64,
    ) -> Result<Option<NextAvailable>, PublicError>;

    /// All starts at which a lesson can be booked.
    ///
    /// # Errors
    /// As [`PublicUseCases::calendar`], and [`PublicError::ServiceNotFound`], [`PublicError::Length`],
    /// [`PublicError::DurationNotOffered`].
    fn start_times(&self, query: &StartTimesQuery) -> Result<StartTimes, PublicError>;

    /// Why a lesson cannot be booked.
    ///
    /// # Errors
    /// [`PublicError::NotFound`], [`PublicError::Length`].
    fn why_not(&self, query: &WhyNotQuery) -> Result<WhyNotAnswer, PublicError>;

    /// Others who could be booked for the same service at the same moment for the same length, those first who teach in the same
    /// area at nearly the same price. Nobody when the time does not exist, or the service is not offered any more.
    ///
    /// # Errors
    /// Only storage failures.
    fn free_others(&self, query: &OthersQuery) -> Result<Vec<FreeOther>, PublicError>;
}

/// Why public availability could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum PublicError {
    /// No such instructor.
    #[error("Instructor not found")]
    NotFound,
    /// No such active service of the instructor.
    #[error("Service not found")]
    ServiceNotFound,
    /// The first date has passed.
    #[error("start_date must not be in the past")]
    PastStart,
    /// The dates are in the wrong order.
    #[error("end_date must be on or after start_date")]
    ReversedDates,
    /// More dates than allowed.
    #[error("the range of dates must not be longer than {MAX_SPAN_DAYS} days")]
    SpanTooLong,
    /// No lesson has this length.
    #[error(transparent)]
    Length(#[from] InvalidLength),
    /// The service cannot be booked for this long.
    #[error("this service can be booked for {options} minutes")]
    DurationNotOffered {
        /// The lengths that can be booked, as text.
        options: String,
    },
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
