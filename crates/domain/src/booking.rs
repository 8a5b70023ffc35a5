//! Bookings: a lesson one student takes with one instructor.

use std::str::FromStr;

use instainstru_core::{
    booking::{BookingAction, BookingStatus, InvalidTransition},
    grid::TimeRange,
    length::LessonLength,
    money::{Cents, HourlyRate},
    zone::UtcRange,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    account::{EmailAddress, UnknownName},
    ids::{BookingId, InstructorServiceId, UserId},
    text::{CancellationReason, FullName, MeetingLocation, Note},
    zone::Zone,
};

/// When a lesson takes place: on the wall clock of the instructor and on the line of instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonTime {
    /// Date in the zone.
    pub date: Date,
    /// Time of day in the zone.
    pub range: TimeRange,
    /// Zone of the instructor when the lesson was booked.
    pub zone: Zone,
    /// The same time as instants.
    pub instants: UtcRange,
}

/// The kind of place a lesson takes place at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LocationType {
    /// The student's home.
    StudentHome,
    /// The instructor's place.
    InstructorLocation,
    /// Somewhere else.
    #[default]
    Neutral,
}

impl LocationType {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StudentHome => "student_home",
            Self::InstructorLocation => "instructor_location",
            Self::Neutral => "neutral",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn display(self) -> &'static str {
        match self {
            Self::StudentHome => "Student's Home",
            Self::InstructorLocation => "Instructor's Location",
            Self::Neutral => "Neutral Location",
        }
    }
}

impl FromStr for LocationType {
    type Err = UnknownName;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "student_home" => Ok(Self::StudentHome),
            "instructor_location" => Ok(Self::InstructorLocation),
            "neutral" => Ok(Self::Neutral),
            other => Err(UnknownName::new(other, "student_home, instructor_location, neutral")),
        }
    }
}

/// A booking. What it says about the service is a copy made when it was booked: later edits do not touch it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Who learns.
    pub student_id: UserId,
    /// Who teaches.
    pub instructor_id: UserId,
    /// The service it was booked from.
    pub instructor_service_id: InstructorServiceId,
    /// When it takes place.
    pub time: LessonTime,
    /// Length of the lesson.
    pub length: LessonLength,
    /// Name of the service when it was booked.
    pub service_name: String,
    /// Hourly rate when it was booked.
    pub hourly_rate: HourlyRate,
    /// What it costs.
    pub total_price: Cents,
    /// Areas of the instructor when it was booked.
    pub service_area: Option<String>,
    /// Where it takes place, in words.
    pub meeting_location: Option<MeetingLocation>,
    /// Kind of place.
    pub location_type: LocationType,
    /// Note of the student.
    pub student_note: Option<Note>,
    /// Note of the instructor.
    pub instructor_note: Option<Note>,
    /// State.
    pub status: BookingStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was last moved to another time.
    pub moved_at: Option<Timestamp>,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// When the lesson was stated to have taken place.
    pub completed_at: Option<Timestamp>,
    /// Who cancelled it, when and why.
    pub cancellation: Option<Cancellation>,
    /// How often what a calendar shows of it has changed: 0 at first, one more with each move and with its cancellation.
    pub revision: u32,
}

/// A booking that does not exist yet. It is confirmed as soon as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBooking {
    /// Who learns.
    pub student_id: UserId,
    /// Who teaches.
    pub instructor_id: UserId,
    /// The service it is booked from.
    pub instructor_service_id: InstructorServiceId,
    /// When it takes place.
    pub time: LessonTime,
    /// Length of the lesson.
    pub length: LessonLength,
    /// Name of the service.
    pub service_name: String,
    /// Hourly rate.
    pub hourly_rate: HourlyRate,
    /// What it costs.
    pub total_price: Cents,
    /// Areas of the instructor.
    pub service_area: Option<String>,
    /// Where it takes place, in words.
    pub meeting_location: Option<MeetingLocation>,
    /// Kind of place.
    pub location_type: LocationType,
    /// Note of the student.
    pub student_note: Option<Note>,
    /// When it is made.
    pub created_at: Timestamp,
}

/// Who called a booking off, when and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: UserId,
    /// Why.
    pub reason: CancellationReason,
}

impl Cancellation {
    /// What stands in place of a reason when one of the parties left for good.
    pub const ERASED_REASON: &str = "(removed)";
}

/// The time a booking takes from its two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingClaims {
    /// From the instructor: the lesson and the buffer after it.
    pub instructor: UtcRange,
    /// From the student: the lesson.
    pub student: UtcRange,
}

impl Booking {
    /// Whether `user` is the student or the instructor of this booking.
    #[must_use]
    pub fn is_party(&self, user: UserId) -> bool {
        self.student_id == user || self.instructor_id == user
    }

    /// The booking after somebody called it off.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is pending or confirmed.
    pub fn cancelled(mut self, cancellation: Cancellation) -> Result<Self, InvalidTransition> {
        self.status = self.status.after(BookingAction::Cancel)?;
        self.updated_at = Some(cancellation.at);
        self.cancellation = Some(cancellation);
        self.revision = self.revision.saturating_add(1);
        Ok(self)
    }

    /// The booking after the lesson took place.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is confirmed.
    pub fn completed(mut self, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.status = self.status.after(BookingAction::Complete)?;
        self.completed_at = Some(at);
        self.updated_at = Some(at);
        Ok(self)
    }

    /// The booking after the student did not come.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is confirmed.
    pub fn missed(mut self, at: Timestamp) -> Result<Self, InvalidTransition> {
        self.status = self.status.after(BookingAction::MarkNoShow)?;
        self.updated_at = Some(at);
        Ok(self)
    }

    /// The booking at another time; its length and price stay as they are unless a new length is given.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless it is pending or confirmed.
    pub fn moved(
        mut self,
        time: LessonTime,
        length: LessonLength,
        at: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        self.status = self.status.after(BookingAction::Reschedule)?;
        self.time = time;
        self.length = length;
        self.total_price = self.hourly_rate.price_of(length);
        self.moved_at = Some(at);
        self.updated_at = Some(at);
        self.revision = self.revision.saturating_add(1);
        Ok(self)
    }
}

/// One of the two people of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Account.
    pub id: UserId,
    /// Name.
    pub full_name: FullName,
    /// Address.
    pub email: EmailAddress,
}

/// A booking together with what is shown about its parties and its service today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingDetails {
    /// The booking.
    pub booking: Booking,
    /// Who learns.
    pub student: Party,
    /// Who teaches.
    pub instructor: Party,
    /// Description of the service today.
    pub service_description: Option<String>,
}

/// Side from which bookings are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Bookings in which the user learns.
    Student(UserId),
    /// Bookings in which the user teaches.
    Instructor(UserId),
    /// Bookings in which the user does either.
    Either(UserId),
    /// All bookings there are.
    Everybody,
}

/// Order of a list of bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingOrder {
    /// Latest date and start first.
    NewestFirst,
    /// Earliest date and start first.
    SoonestFirst,
}

/// Which bookings a list should hold. Everything given must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingFilter {
    /// Whose bookings.
    pub side: Side,
    /// Only those in this state.
    pub status: Option<BookingStatus>,
    /// Only those on this date or later.
    pub from: Option<Date>,
    /// Only those on this date or earlier.
    pub until: Option<Date>,
    /// Order of the list.
    pub order: BookingOrder,
}

/// Figures about the bookings of one instructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BookingStats {
    /// All bookings.
    pub total: u64,
    /// Confirmed ones after today.
    pub upcoming: u64,
    /// Completed ones.
    pub completed: u64,
    /// Cancelled ones.
    pub cancelled: u64,
    /// Ones the student missed.
    pub no_show: u64,
    /// Price of all completed ones.
    pub earnings: Cents,
    /// Price of the completed ones of this calendar month.
    pub earnings_this_month: Cents,
}
