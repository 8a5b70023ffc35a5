//! Bookings as clients see them.

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{
    booking::{BookingDetails, BookingStats, LocationType, Party},
    page::Paged,
};
use instainstru_service::bookings::{CheckTime, TimeCheck};
use serde::Serialize;
use utoipa::ToSchema;

use super::requests::LocationName;
use crate::wire::{DateText, InstantText, Money, TimeText, seconds};

/// State of a booking.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = BookingStatus)]
pub(crate) enum StatusName {
    /// Waits for something.
    Pending,
    /// Will take place.
    Confirmed,
    /// Took place.
    Completed,
    /// Called off.
    Cancelled,
    /// The student did not come.
    NoShow,
}

impl From<BookingStatus> for StatusName {
    fn from(status: BookingStatus) -> Self {
        match status {
            BookingStatus::Pending => Self::Pending,
            BookingStatus::Confirmed => Self::Confirmed,
            BookingStatus::Completed => Self::Completed,
            BookingStatus::Cancelled => Self::Cancelled,
            BookingStatus::NoShow => Self::NoShow,
        }
    }
}

impl From<LocationType> for LocationName {
    fn from(location: LocationType) -> Self {
        match location {
            LocationType::StudentHome => Self::StudentHome,
            LocationType::InstructorLocation => Self::InstructorLocation,
            LocationType::Neutral => Self::Neutral,
        }
    }
}

/// One of the two people of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartyResponse {
    /// Id of the account.
    id: i32,
    /// Name.
    full_name: String,
    /// Address.
    email: String,
}

impl From<&Party> for PartyResponse {
    fn from(party: &Party) -> Self {
        Self { id: party.id.get(), full_name: party.full_name.to_string(), email: party.email.to_string() }
    }
}

/// The service of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookedServiceResponse {
    /// Id of the instructor's service.
    id: i32,
    /// Name when it was booked.
    name: String,
    /// Description today.
    description: Option<String>,
}

/// The service of a booking, for clients of 2025.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookedSkillResponse {
    /// Id of the instructor's service.
    id: i32,
    /// Name when it was booked.
    name: String,
    /// The same name.
    skill: String,
    /// Description today.
    description: Option<String>,
    /// Price of an hour when it was booked.
    hourly_rate: Money,
}

/// A booking. What it says about the service is a copy made when it was booked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingResponse {
    /// Its id.
    #[schema(minimum = 1, example = 31)]
    id: i32,
    /// Who learns.
    student_id: i32,
    /// Who teaches.
    instructor_id: i32,
    /// The service it was booked from.
    instructor_service_id: i32,
    /// The same id, for clients of 2025.
    service_id: i32,
    /// Date in the zone of the instructor.
    booking_date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End.
    end_time: TimeText,
    /// Begin as an instant.
    starts_at: InstantText,
    /// End as an instant.
    ends_at: InstantText,
    /// Zone of the instructor when it was booked.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// Name of the service.
    #[schema(example = "Piano")]
    service_name: String,
    /// Price of an hour.
    hourly_rate: Money,
    /// Price of the lesson.
    total_price: Money,
    /// Length of the lesson.
    #[schema(example = 60)]
    duration_minutes: u16,
    /// State.
    status: StatusName,
    /// Areas of the instructor.
    service_area: Option<String>,
    /// Where, in words.
    meeting_location: Option<String>,
    /// Kind of place.
    location_type: LocationName,
    /// Note of the student.
    student_note: Option<String>,
    /// Note of the instructor.
    instructor_note: Option<String>,
    /// When it was made.
    created_at: InstantText,
    /// When it last changed.
    updated_at: Option<InstantText>,
    /// When it was confirmed.
    confirmed_at: Option<InstantText>,
    /// When the lesson was stated to have taken place.
    completed_at: Option<InstantText>,
    /// When it was called off.
    cancelled_at: Option<InstantText>,
    /// Who called it off.
    cancelled_by_id: Option<i32>,
    /// Why it was called off.
    cancellation_reason: Option<String>,
    /// Who learns.
    student: PartyResponse,
    /// Who teaches.
    instructor: PartyResponse,
    /// The service.
    instructor_service: BookedServiceResponse,
    /// The service, for clients of 2025.
    service: BookedSkillResponse,
}

impl From<&BookingDetails> for BookingResponse {
    fn from(details: &BookingDetails) -> Self {
        let booking = &details.booking;
        let service_id = booking.instructor_service_id.get();
        let cancellation = booking.cancellation.as_ref();
        Self {
            id: booking.id.get(),
            student_id: booking.student_id.get(),
            instructor_id: booking.instructor_id.get(),
            instructor_service_id: service_id,
            service_id,
            booking_date: booking.time.date.into(),
            start_time: seconds(booking.time.range.start()),
            end_time: seconds(booking.time.range.end()),
            starts_at: booking.time.instants.start().into(),
            ends_at: booking.time.instants.end().into(),
            timezone: booking.time.zone.name().to_owned(),
            service_name: booking.service_name.clone(),
            hourly_rate: booking.hourly_rate.into(),
            total_price: booking.total_price.into(),
            duration_minutes: booking.length.minutes(),
            status: booking.status.into(),
            service_area: booking.service_area.clone(),
            meeting_location: booking.meeting_location.as_ref().map(ToString::to_string),
            location_type: booking.location_type.into(),
            student_note: booking.student_note.as_ref().map(ToString::to_string),
            instructor_note: booking.instructor_note.as_ref().map(ToString::to_string),
            created_at: booking.created_at.into(),
            updated_at: booking.updated_at.map(Into::into),
            confirmed_at: booking.confirmed_at.map(Into::into),
            completed_at: booking.completed_at.map(Into::into),
            cancelled_at: cancellation.map(|cancellation| cancellation.at.into()),
            cancelled_by_id: cancellation.map(|cancellation| cancellation.by.get()),
            cancellation_reason: cancellation.map(|cancellation| cancellation.reason.to_string()),
            student: (&details.student).into(),
            instructor: (&details.instructor).into(),
            instructor_service: BookedServiceResponse {
                id: service_id,
                name: booking.service_name.clone(),
                description: details.service_description.clone(),
            },
            service: BookedSkillResponse {
                id: service_id,
                name: booking.service_name.clone(),
                skill: booking.service_name.clone(),
                description: details.service_description.clone(),
                hourly_rate: booking.hourly_rate.into(),
            },
        }
    }
}

/// A page of bookings, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingListResponse {
    /// The bookings of the page.
    bookings: Vec<BookingResponse>,
    /// Number of all bookings that fit.
    total: u64,
    /// Number of the page.
    page: u32,
    /// Bookings on a page.
    per_page: u32,
}

impl BookingListResponse {
    pub(super) fn new(found: &Paged<BookingDetails>, page: u32, per_page: u32) -> Self {
        Self { bookings: found.items.iter().map(Into::into).collect(), total: found.total, page, per_page }
    }
}

/// A booking that comes up, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UpcomingBookingResponse {
    /// Its id.
    id: i32,
    /// Date.
    booking_date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End.
    end_time: TimeText,
    /// Name of the service.
    service_name: String,
    /// Who learns.
    student_name: String,
    /// Who teaches.
    instructor_name: String,
    /// Where, in words.
    meeting_location: Option<String>,
}

impl From<&BookingDetails> for UpcomingBookingResponse {
    fn from(details: &BookingDetails) -> Self {
        let booking = &details.booking;
        Self {
            id: booking.id.get(),
            booking_date: booking.time.date.into(),
            start_time: seconds(booking.time.range.start()),
            end_time: seconds(booking.time.range.end()),
            service_name: booking.service_name.clone(),
            student_name: details.student.full_name.to_string(),
            instructor_name: details.instructor.full_name.to_string(),
            meeting_location: booking.meeting_location.as_ref().map(ToString::to_string),
        }
    }
}

/// A booking as a small window shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingPreviewResponse {
    /// Its id.
    booking_id: i32,
    /// Who learns.
    student_name: String,
    /// Who teaches.
    instructor_name: String,
    /// Name of the service.
    service_name: String,
    /// Date.
    booking_date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End.
    end_time: TimeText,
    /// Length of the lesson.
    duration_minutes: u16,
    /// Kind of place.
    location_type: LocationName,
    /// Kind of place, for people.
    #[schema(example = "Neutral Location")]
    location_type_display: &'static str,
    /// Where, in words.
    meeting_location: Option<String>,
    /// Areas of the instructor.
    service_area: Option<String>,
    /// State.
    status: StatusName,
    /// Note of the student.
    student_note: Option<String>,
    /// Price of the lesson.
    total_price: Money,
}

impl From<&BookingDetails> for BookingPreviewResponse {
    fn from(details: &BookingDetails) -> Self {
        let booking = &details.booking;
        Self {
            booking_id: booking.id.get(),
            student_name: details.student.full_name.to_string(),
            instructor_name: details.instructor.full_name.to_string(),
            service_name: booking.service_name.clone(),
            booking_date: booking.time.date.into(),
            start_time: seconds(booking.time.range.start()),
            end_time: seconds(booking.time.range.end()),
            duration_minutes: booking.length.minutes(),
            location_type: booking.location_type.into(),
            location_type_display: booking.location_type.display(),
            meeting_location: booking.meeting_location.as_ref().map(ToString::to_string),
            service_area: booking.service_area.clone(),
            status: booking.status.into(),
            student_note: booking.student_note.as_ref().map(ToString::to_string),
            total_price: booking.total_price.into(),
        }
    }
}

/// Figures about an instructor's bookings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingStatsResponse {
    /// All bookings.
    total_bookings: u64,
    /// Confirmed ones after today.
    upcoming_bookings: u64,
    /// Completed ones.
    completed_bookings: u64,
    /// Cancelled ones.
    cancelled_bookings: u64,
    /// Ones the student missed.
    no_show_bookings: u64,
    /// Price of all completed ones.
    total_earnings: Money,
    /// Price of the completed ones of this month.
    this_month_earnings: Money,
    /// Always null: there are no ratings yet.
    average_rating: Option<f64>,
}

impl From<&BookingStats> for BookingStatsResponse {
    fn from(stats: &BookingStats) -> Self {
        Self {
            total_bookings: stats.total,
            upcoming_bookings: stats.upcoming,
            completed_bookings: stats.completed,
            cancelled_bookings: stats.cancelled,
            no_show_bookings: stats.no_show,
            total_earnings: stats.earnings.into(),
            this_month_earnings: stats.earnings_this_month.into(),
            average_rating: None,
        }
    }
}

/// Whether a lesson can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckAvailabilityResponse {
    /// Whether it can.
    available: bool,
    /// Why not.
    reason: Option<String>,
    /// Notice of the instructor in hours, when that is the reason.
    min_advance_hours: Option<u16>,
    /// `instructor` or `student`, when that person's time is taken.
    conflicts_with: Option<&'static str>,
    /// The time that was checked, when it is available.
    time_info: Option<TimeInfoResponse>,
}

/// A time that was checked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TimeInfoResponse {
    /// Date.
    date: DateText,
    /// Begin.
    start_time: TimeText,
    /// End.
    end_time: TimeText,
    /// Whose time.
    instructor_id: i32,
}

impl CheckAvailabilityResponse {
    pub(super) fn new(check: &CheckTime, outcome: TimeCheck) -> Self {
        match outcome {
            TimeCheck::Available => Self {
                available: true,
                reason: None,
                min_advance_hours: None,
                conflicts_with: None,
                time_info: Some(TimeInfoResponse {
                    date: check.date.into(),
                    start_time: seconds(check.lesson.start()),
                    end_time: seconds(check.lesson.end()),
                    instructor_id: check.instructor_id.get(),
                }),
            },
            TimeCheck::Refused { reason, min_advance_hours, conflicts_with } => Self {
                available: false,
                reason: Some(reason),
                min_advance_hours,
                conflicts_with: conflicts_with.map(instainstru_service::bookings::Who::as_str),
                time_info: None,
            },
        }
    }
}
