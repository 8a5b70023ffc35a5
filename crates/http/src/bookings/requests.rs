//! What clients send about bookings.

use instainstru_core::{
    booking::BookingStatus,
    grid::{GridTime, TimeRange},
    length::LessonLength,
};
use instainstru_domain::{
    booking::LocationType,
    ids::{InstructorServiceId, UserId},
    page::Page,
    text::{CancellationReason, MeetingLocation, Note},
};
use instainstru_service::bookings::{CheckTime, CreateBooking, ListBookings, Reschedule, UpdateBooking};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::{DateText, TimeText, read_bounded, read_switch},
};

/// Kind of place a lesson takes place at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LocationType)]
pub(crate) enum LocationName {
    /// The student's home.
    StudentHome,
    /// The instructor's place.
    InstructorLocation,
    /// Somewhere else.
    Neutral,
}

impl From<LocationName> for LocationType {
    fn from(name: LocationName) -> Self {
        match name {
            LocationName::StudentHome => Self::StudentHome,
            LocationName::InstructorLocation => Self::InstructorLocation,
            LocationName::Neutral => Self::Neutral,
        }
    }
}

/// A lesson to book. Besides the members shown, `service_id` is read as another name of `instructor_service_id`, and
/// `end_time` stands in for `selected_duration`; clients of 2025 send them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateBookingRequest {
    /// Whom to book (id of the account).
    #[schema(minimum = 1, maximum = 2147483647_i64, example = 7)]
    instructor_id: i64,
    /// Which of the instructor's services.
    #[schema(value_type = i32, required = true, minimum = 1, maximum = 2147483647_i64, example = 3)]
    instructor_service_id: Option<i64>,
    #[schema(ignore)]
    service_id: Option<i64>,
    /// On which date, in the instructor's zone; today or later.
    booking_date: DateText,
    /// At which time, in the instructor's zone.
    start_time: TimeText,
    /// How many minutes.
    #[schema(value_type = i32, required = true, minimum = 15, maximum = 720, multiple_of = 15, example = 60)]
    selected_duration: Option<i64>,
    #[schema(ignore)]
    end_time: Option<TimeText>,
    /// Note for the instructor.
    #[schema(max_length = 1000, example = "I have played for two years.")]
    student_note: Option<String>,
    /// Where, in words.
    #[schema(max_length = 500, example = "The library on 5th Avenue")]
    meeting_location: Option<String>,
    /// Kind of place; `neutral` when absent.
    location_type: Option<LocationName>,
}

impl IntoCommand for CreateBookingRequest {
    type Command = CreateBooking;

    fn into_command(self) -> Result<CreateBooking, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let instructor = errors.take("instructor_id", UserId::new(self.instructor_id));
        let service = read_service(&mut errors, self.instructor_service_id, self.service_id);
        let date = errors.take("booking_date", self.booking_date.read());
        let start = errors.take("start_time", self.start_time.read());
        let length = read_length(&mut errors, start, self.selected_duration, self.end_time.as_ref());
        let note =
            errors.take_optional("student_note", filled(self.student_note).map(|text| Note::new(&text)));
        let place = errors.take_optional(
            "meeting_location",
            filled(self.meeting_location).map(|text| MeetingLocation::new(&text)),
        );
        let command = (|| {
            Some(CreateBooking {
                instructor_id: instructor?,
                instructor_service_id: service?,
                date: date?,
                start_time: start?,
                length: length?,
                student_note: note?,
                meeting_location: place?,
                location_type: self.location_type.map(Into::into).unwrap_or_default(),
            })
        })();
        errors.finish(command)
    }
}

/// Both names of the service mean the same; given both, they must agree.
fn read_service(
    errors: &mut FieldErrors,
    name: Option<i64>,
    alias: Option<i64>,
) -> Option<InstructorServiceId> {
    if let (Some(name), Some(alias)) = (name, alias)
        && name != alias
    {
        errors.push("service_id", "service_id and instructor_service_id must be equal when both are given");
        return None;
    }
    let id = errors.require("instructor_service_id", name.or(alias))?;
    errors.take("instructor_service_id", InstructorServiceId::new(id))
}

/// The length that was chosen, else the one from start to end.
fn read_length(
    errors: &mut FieldErrors,
    start: Option<GridTime>,
    minutes: Option<i64>,
    end: Option<&TimeText>,
) -> Option<LessonLength> {
    let end = errors.take_optional("end_time", end.map(TimeText::read))?;
    let span = match (start, end) {
        (Some(start), Some(end)) => Some(errors.take("end_time", TimeRange::new(start, end))?),
        (None, _) | (_, None) => None,
    };
    // Without a valid start there is no span to derive a length from, and the start is reported already.
    if minutes.is_none() && end.is_some() && start.is_none() {
        return None;
    }
    let minutes = minutes.or_else(|| span.map(|span| i64::from(span.minutes())));
    let minutes = errors.require("selected_duration", minutes)?;
    errors.take("selected_duration", LessonLength::from_minutes(minutes))
}

/// A text that says something; blank ones count as absent.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// A lesson somebody would like to book. `service_id` is read as another name of `instructor_service_id`.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct CheckAvailabilityRequest {
    /// Whom to book (id of the account).
    #[schema(minimum = 1, maximum = 2147483647_i64, example = 7)]
    instructor_id: i64,
    /// Which of the instructor's services.
    #[schema(value_type = i32, required = true, minimum = 1, maximum = 2147483647_i64, example = 3)]
    instructor_service_id: Option<i64>,
    #[schema(ignore)]
    service_id: Option<i64>,
    /// On which date; today or later.
    booking_date: DateText,
    /// Begin of the lesson.
    start_time: TimeText,
    /// End of the lesson, after its begin.
    end_time: TimeText,
}

impl IntoCommand for CheckAvailabilityRequest {
    type Command = CheckTime;

    fn into_command(self) -> Result<CheckTime, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let instructor = errors.take("instructor_id", UserId::new(self.instructor_id));
        let service = read_service(&mut errors, self.instructor_service_id, self.service_id);
        let date = errors.take("booking_date", self.booking_date.read());
        let start = errors.take("start_time", self.start_time.read());
        let end = errors.take("end_time", self.end_time.read());
        let lesson =
            start.zip(end).and_then(|(start, end)| errors.take("end_time", TimeRange::new(start, end)));
        let command = (|| {
            Some(CheckTime {
                instructor_id: instructor?,
                instructor_service_id: service?,
                date: date?,
                lesson: lesson?,
            })
        })();
        errors.finish(command)
    }
}

/// Why a lesson is called off.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CancelBookingRequest {
    /// The reason, for the other party.
    #[schema(min_length = 1, max_length = 500, example = "I am ill")]
    reason: String,
}

impl IntoCommand for CancelBookingRequest {
    type Command = CancellationReason;

    fn into_command(self) -> Result<CancellationReason, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let reason = errors.take("reason", CancellationReason::new(&self.reason));
        errors.finish(reason)
    }
}

/// Another time for a lesson.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RescheduleBookingRequest {
    /// On which date, in the instructor's zone.
    booking_date: DateText,
    /// At which time.
    start_time: TimeText,
    /// How many minutes; as long as before when absent.
    #[schema(value_type = Option<i32>, minimum = 15, maximum = 720, multiple_of = 15, example = 60)]
    selected_duration: Option<i64>,
}

impl IntoCommand for RescheduleBookingRequest {
    type Command = Reschedule;

    fn into_command(self) -> Result<Reschedule, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let date = errors.take("booking_date", self.booking_date.read());
        let start = errors.take("start_time", self.start_time.read());
        let length =
            errors.take_optional("selected_duration", self.selected_duration.map(LessonLength::from_minutes));
        let command = date.zip(start).zip(length).map(|((date, start_time), length)| Reschedule {
            date,
            start_time,
            length,
        });
        errors.finish(command)
    }
}

/// What the instructor changes; what is absent or null stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct UpdateBookingRequest {
    /// Note of the instructor.
    #[schema(max_length = 1000, example = "Bring the blue book")]
    instructor_note: Option<String>,
    /// Where, in words.
    #[schema(max_length = 500, example = "Room 12")]
    meeting_location: Option<String>,
}

impl IntoCommand for UpdateBookingRequest {
    type Command = UpdateBooking;

    fn into_command(self) -> Result<UpdateBooking, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Body);
        let note = errors
            .take_optional("instructor_note", filled(self.instructor_note).map(|text| Note::new(&text)));
        let place = errors.take_optional(
            "meeting_location",
            filled(self.meeting_location).map(|text| MeetingLocation::new(&text)),
        );
        let command = note
            .zip(place)
            .map(|(instructor_note, meeting_location)| UpdateBooking { instructor_note, meeting_location });
        errors.finish(command)
    }
}

/// Which bookings to list. Unknown members such as `offset` are ignored.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListBookingsParams {
    /// Only bookings in this state, in upper or lower case.
    #[param(
        pattern = "^(PENDING|pending|CONFIRMED|confirmed|COMPLETED|completed|CANCELLED|cancelled|NO_SHOW|no_show)$",
        nullable = false,
        example = "CONFIRMED"
    )]
    status: Option<String>,
    /// Only confirmed bookings from today on.
    #[param(value_type = Option<bool>, nullable = false)]
    upcoming_only: Option<String>,
    /// Number of the page, from 1.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 10000000, default = 1)]
    page: Option<String>,
    /// Bookings on a page.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 20)]
    per_page: Option<String>,
}

/// A part of the list of bookings.
pub(super) struct BookingsPage {
    pub(super) query: ListBookings,
    pub(super) number: u32,
    pub(super) size: u32,
}

impl BookingsPage {
    const DEFAULT_SIZE: u32 = 20;
    const MAX_SIZE: u32 = 100;
    const MAX_NUMBER: u32 = 10_000_000;

    pub(super) const fn page(&self) -> Page {
        Page::numbered(self.number, self.size)
    }
}

impl IntoCommand for ListBookingsParams {
    type Command = BookingsPage;

    fn into_command(self) -> Result<BookingsPage, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let status = errors.take_optional("status", self.status.map(|text| text.parse::<BookingStatus>()));
        let upcoming =
            errors.take_optional("upcoming_only", self.upcoming_only.map(|text| read_switch(&text)));
        let number = self.page.map(|text| read_bounded(&text, 1, BookingsPage::MAX_NUMBER));
        let number = errors.take_optional("page", number);
        let size = self.per_page.map(|text| read_bounded(&text, 1, BookingsPage::MAX_SIZE));
        let size = errors.take_optional("per_page", size);
        let command = (|| {
            Some(BookingsPage {
                query: ListBookings { status: status?, upcoming_only: upcoming?.unwrap_or(false) },
                number: number?.unwrap_or(1),
                size: size?.unwrap_or(BookingsPage::DEFAULT_SIZE),
            })
        })();
        errors.finish(command)
    }
}

/// How many bookings to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct UpcomingParams {
    /// Greatest number of bookings.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 20, default = 5)]
    limit: Option<String>,
}

impl IntoCommand for UpcomingParams {
    type Command = u32;

    fn into_command(self) -> Result<u32, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let limit = errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, 20)));
        errors.finish(limit.map(|limit| limit.unwrap_or(5)))
    }
}
