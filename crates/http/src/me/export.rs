//! A copy of everything about somebody, as a JSON archive.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderValue},
};
use instainstru_domain::{
    account::User,
    booking::{BookingDetails, Party},
    instructor::InstructorProfile,
};
use instainstru_service::personal_data::{Archive, Bounded, Teaching};
use serde::Serialize;
use utoipa::ToSchema;

use super::{dto::MyAccountResponse, search_history::PastSearchItem};
use crate::{
    admin::AuditEntryResponse,
    availability::{BlackoutResponse, WindowResponse},
    bookings::{LocationName, StatusName},
    error::ApiError,
    instructors::ServiceResponse,
    reply::Reply,
    wire::{DateText, InstantText, Money, TimeText, seconds},
};

/// A copy of everything about one person, as a file to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFile {
    name: String,
    json: String,
}

impl ArchiveFile {
    /// The file of an archive.
    ///
    /// # Errors
    /// 500 when it cannot be written.
    pub fn new(archive: &Archive) -> Result<Self, ApiError> {
        Ok(Self {
            name: format!("instainstru-{}.json", archive.made_at.as_second()),
            json: serde_json::to_string(&ArchiveResponse::from(archive)).map_err(ApiError::internal)?,
        })
    }

    /// The file as an answer, which browsers keep under its name.
    ///
    /// # Errors
    /// 500 when it cannot be written.
    pub fn into_response(self) -> Result<HttpResponse, ApiError> {
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        let disposition = HeaderValue::from_str(&disposition).map_err(ApiError::internal)?;
        let mut response = Reply::stored(200, self.json).into_response()?;
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
        Ok(response)
    }
}

/// Everything about one person. Other people appear by first name and initial only.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonalArchive)]
pub(super) struct ArchiveResponse {
    /// Name and version of this form.
    #[schema(example = "instainstru-archive-1")]
    format: &'static str,
    /// When the copy was made.
    made_at: InstantText,
    /// The account.
    account: MyAccountResponse,
    /// What an instructor publishes; null for students.
    #[schema(required = true)]
    teaching: Option<TeachingResponse>,
    /// Lessons taken and given, newest first. At most 20,000 of each.
    bookings: Vec<ArchivedBookingResponse>,
    /// Whether these are all.
    bookings_complete: bool,
    /// What the person searched for while signed in, the latest first: at most 100 queries of the last 90 days.
    searches: Vec<PastSearchItem>,
    /// What the person did that is written down, and what was done to the account, newest first. At most 20,000 entries.
    audit: Vec<AuditEntryResponse>,
    /// Whether these are all.
    audit_complete: bool,
}

/// What an instructor publishes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedTeaching)]
pub(super) struct TeachingResponse {
    /// The profile.
    profile: ArchivedProfileResponse,
    /// All services, those that cannot be booked any more included.
    services: Vec<ServiceResponse>,
    /// All stretches of free time, past ones included.
    availability: Vec<WindowResponse>,
    /// All blocked days, past ones included.
    blackouts: Vec<BlackoutResponse>,
}

/// A profile.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedProfile)]
pub(super) struct ArchivedProfileResponse {
    /// About the instructor.
    bio: Option<String>,
    /// Where lessons take place.
    areas_of_service: Vec<String>,
    /// Years of experience.
    years_experience: u8,
    /// How many hours before its start a lesson must be booked.
    min_advance_booking_hours: u16,
    /// Minutes kept free after each lesson.
    buffer_time_minutes: u16,
    /// Zone in which free time is meant.
    timezone: String,
    /// When it was created.
    created_at: InstantText,
    /// When it last changed.
    updated_at: Option<InstantText>,
}

/// Which side of a booking the person was on.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ArchivedRole)]
pub(super) enum SideName {
    /// Took the lesson.
    Student,
    /// Gave the lesson.
    Instructor,
}

/// A booking of the person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedBooking)]
pub(super) struct ArchivedBookingResponse {
    /// Its id.
    id: i32,
    /// Which side the person was on.
    role: SideName,
    /// The other party: first name and initial.
    #[schema(example = "Ada L.")]
    with: String,
    /// State.
    status: StatusName,
    /// Date in the zone.
    booking_date: DateText,
    /// Begin in the zone.
    start_time: TimeText,
    /// End in the zone.
    end_time: TimeText,
    /// Zone of the instructor when it was booked.
    timezone: String,
    /// Begin as an instant.
    starts_at: InstantText,
    /// End as an instant.
    ends_at: InstantText,
    /// Name of the service.
    service_name: String,
    /// Price of an hour.
    hourly_rate: Money,
    /// Price of the lesson.
    total_price: Money,
    /// Kind of place.
    location_type: LocationName,
    /// Where, in words.
    meeting_location: Option<String>,
    /// Note of the student.
    student_note: Option<String>,
    /// Note of the instructor.
    instructor_note: Option<String>,
    /// When it was made.
    created_at: InstantText,
    /// When the lesson was stated to have taken place.
    completed_at: Option<InstantText>,
    /// When it was cancelled.
    cancelled_at: Option<InstantText>,
    /// Whether the person cancelled it; null when it is not cancelled.
    cancelled_by_me: Option<bool>,
    /// Why it was cancelled.
    cancellation_reason: Option<String>,
}

impl From<&Archive> for ArchiveResponse {
    fn from(archive: &Archive) -> Self {
        let Archive { account, bookings_as_student: taken, bookings_as_instructor: given, .. } = archive;
        let mut bookings = archived(account, taken, SideName::Student);
        bookings.extend(archived(account, given, SideName::Instructor));
        Self {
            format: "instainstru-archive-1",
            made_at: archive.made_at.into(),
            account: account.into(),
            teaching: archive.teaching.as_ref().map(TeachingResponse::from),
            bookings,
            bookings_complete: taken.is_complete && given.is_complete,
            searches: archive.searches.iter().cloned().map(Into::into).collect(),
            audit: archive.audit.items.iter().cloned().map(AuditEntryResponse::from).collect(),
            audit_complete: archive.audit.is_complete,
        }
    }
}

fn archived(
    account: &User,
    bookings: &Bounded<BookingDetails>,
    role: SideName,
) -> Vec<ArchivedBookingResponse> {
    bookings.items.iter().map(|details| ArchivedBookingResponse::new(account, details, role)).collect()
}

impl ArchivedBookingResponse {
    fn new(account: &User, details: &BookingDetails, role: SideName) -> Self {
        let BookingDetails { booking, student, instructor, .. } = details;
        let cancellation = booking.cancellation.as_ref();
        let Party { full_name, .. } = match role {
            SideName::Student => instructor,
            SideName::Instructor => student,
        };
        Self {
            id: booking.id.get(),
            role,
            with: full_name.short(),
            status: booking.status.into(),
            booking_date: booking.time.date.into(),
            start_time: seconds(booking.time.range.start()),
            end_time: seconds(booking.time.range.end()),
            timezone: booking.time.zone.name().to_owned(),
            starts_at: booking.time.instants.start().into(),
            ends_at: booking.time.instants.end().into(),
            service_name: booking.service_name.clone(),
            hourly_rate: booking.hourly_rate.into(),
            total_price: booking.total_price.into(),
            location_type: booking.location_type.into(),
            meeting_location: booking.meeting_location.as_ref().map(ToString::to_string),
            student_note: booking.student_note.as_ref().map(ToString::to_string),
            instructor_note: booking.instructor_note.as_ref().map(ToString::to_string),
            created_at: booking.created_at.into(),
            completed_at: booking.completed_at.map(Into::into),
            cancelled_at: cancellation.map(|cancellation| cancellation.at.into()),
            cancelled_by_me: cancellation.map(|cancellation| cancellation.by == account.id),
            cancellation_reason: cancellation.map(|cancellation| cancellation.reason.to_string()),
        }
    }
}

impl From<&Teaching> for TeachingResponse {
    fn from(teaching: &Teaching) -> Self {
        Self {
            profile: (&teaching.profile).into(),
            services: teaching.services.iter().map(Into::into).collect(),
            availability: teaching.windows.iter().map(Into::into).collect(),
            blackouts: teaching.blackouts.iter().map(Into::into).collect(),
        }
    }
}

impl From<&InstructorProfile> for ArchivedProfileResponse {
    fn from(profile: &InstructorProfile) -> Self {
        let details = &profile.details;
        Self {
            bio: details.bio.as_ref().map(ToString::to_string),
            areas_of_service: details.areas.as_slice().to_vec(),
            years_experience: details.years_experience,
            min_advance_booking_hours: details.notice.hours(),
            buffer_time_minutes: details.buffer.minutes(),
            timezone: details.zone.name().to_owned(),
            created_at: profile.created_at.into(),
            updated_at: profile.updated_at.map(Into::into),
        }
    }
}
