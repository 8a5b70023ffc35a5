//! Bookings as they are stored.

use diesel::prelude::*;
use instainstru_core::{
    length::LessonLength,
    money::{Cents, HourlyRate},
    zone::UtcRange,
};
use instainstru_domain::{
    account::EmailAddress,
    booking::{Booking, BookingDetails, Cancellation, LessonTime, NewBooking, Party},
    ids::{BookingId, InstructorServiceId, UserId},
    ports::StorageError,
    text::{CancellationReason, FullName, MeetingLocation, Note},
    zone::Zone,
};

use crate::{
    schema::bookings,
    stored::Place,
    types::{Day, Instant},
};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = bookings)]
pub(crate) struct BookingRow {
    id: i32,
    student_id: i32,
    instructor_id: i32,
    instructor_service_id: i32,
    booking_date: Day,
    start_minute: i32,
    end_minute: i32,
    starts_at: Instant,
    ends_at: Instant,
    timezone: String,
    duration_minutes: i32,
    service_name: String,
    hourly_rate_cents: i64,
    total_price_cents: i64,
    service_area: Option<String>,
    meeting_location: Option<String>,
    location_type: String,
    student_note: Option<String>,
    instructor_note: Option<String>,
    status: String,
    created_at: Instant,
    updated_at: Option<Instant>,
    confirmed_at: Option<Instant>,
    completed_at: Option<Instant>,
    cancelled_at: Option<Instant>,
    cancelled_by_id: Option<i32>,
    cancellation_reason: Option<String>,
    moved_at: Option<Instant>,
}

impl BookingRow {
    pub(super) const fn id(&self) -> i32 {
        self.id
    }

    pub(crate) fn into_booking(self) -> Result<Booking, StorageError> {
        let place = Place::new("bookings", self.id);
        let user = |column, id: i32| place.check(column, UserId::new(id.into()));
        let note = |text: String| Note::new(&text);
        let service_id = InstructorServiceId::new(self.instructor_service_id.into());
        let cancellation = match (self.cancelled_at, self.cancelled_by_id, self.cancellation_reason) {
            (Some(at), Some(by), Some(reason)) => Some(Cancellation {
                at: at.0,
                by: user("cancelled_by_id", by)?,
                reason: place.check("cancellation_reason", CancellationReason::new(&reason))?,
            }),
            (None, None, None) => None,
            _ => return place.check("cancelled_at", Err("half a cancellation")),
        };
        let time = LessonTime {
            date: self.booking_date.0,
            range: place.range(self.start_minute, self.end_minute)?,
            zone: place.check("timezone", Zone::new(&self.timezone))?,
            instants: place.check("ends_at", UtcRange::new(self.starts_at.0, self.ends_at.0))?,
        };
        let length = LessonLength::from_minutes(self.duration_minutes.into());
        Ok(Booking {
            id: place.check("id", BookingId::new(self.id.into()))?,
            student_id: user("student_id", self.student_id)?,
            instructor_id: user("instructor_id", self.instructor_id)?,
            instructor_service_id: place.check("instructor_service_id", service_id)?,
            time,
            length: place.check("duration_minutes", length)?,
            service_name: self.service_name,
            hourly_rate: place.check("hourly_rate_cents", HourlyRate::from_cents(self.hourly_rate_cents))?,
            total_price: place.check("total_price_cents", Cents::new(self.total_price_cents))?,
            service_area: self.service_area,
            meeting_location: place
                .check_some("meeting_location", self.meeting_location, |text| MeetingLocation::new(&text))?,
            location_type: place.check("location_type", self.location_type.parse())?,
            student_note: place.check_some("student_note", self.student_note, note)?,
            instructor_note: place.check_some("instructor_note", self.instructor_note, note)?,
            status: place.check("status", self.status.parse())?,
            created_at: self.created_at.0,
            updated_at: self.updated_at.map(|at| at.0),
            moved_at: self.moved_at.map(|at| at.0),
            confirmed_at: self.confirmed_at.map(|at| at.0),
            completed_at: self.completed_at.map(|at| at.0),
            cancellation,
        })
    }
}

/// Name and address of a party.
pub(super) type PartyColumns = (i32, String, String);

/// A booking, its student, its instructor, and the description of its service today.
pub(super) type DetailsRow = (BookingRow, PartyColumns, PartyColumns, Option<String>);

fn party((id, full_name, email): PartyColumns) -> Result<Party, StorageError> {
    let place = Place::new("users", id);
    Ok(Party {
        id: place.check("id", UserId::new(id.into()))?,
        full_name: place.check("full_name", FullName::new(&full_name))?,
        email: place.check("email", EmailAddress::new(&email))?,
    })
}

pub(super) fn into_details(row: DetailsRow) -> Result<BookingDetails, StorageError> {
    let (booking, student, instructor, service_description) = row;
    Ok(BookingDetails {
        booking: booking.into_booking()?,
        student: party(student)?,
        instructor: party(instructor)?,
        service_description,
    })
}

/// When a lesson takes place.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = bookings, treat_none_as_default_value = false)]
pub(super) struct TimeColumns {
    booking_date: Day,
    start_minute: i32,
    end_minute: i32,
    starts_at: Instant,
    ends_at: Instant,
    timezone: String,
    duration_minutes: i32,
    total_price_cents: i64,
}

impl TimeColumns {
    fn new(time: &LessonTime, length: LessonLength, price: Cents) -> Self {
        Self {
            booking_date: Day(time.date),
            start_minute: time.range.start().minutes().into(),
            end_minute: time.range.end().minutes().into(),
            starts_at: Instant(time.instants.start()),
            ends_at: Instant(time.instants.end()),
            timezone: time.zone.name().to_owned(),
            duration_minutes: length.minutes().into(),
            total_price_cents: price.get(),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = bookings, treat_none_as_default_value = false)]
pub(super) struct NewBookingRow<'a> {
    student_id: i32,
    instructor_id: i32,
    instructor_service_id: i32,
    #[diesel(embed)]
    time: TimeColumns,
    service_name: &'a str,
    hourly_rate_cents: i64,
    service_area: Option<&'a str>,
    meeting_location: Option<&'a str>,
    location_type: &'static str,
    student_note: Option<&'a str>,
    created_at: Instant,
    confirmed_at: Instant,
}

impl<'a> NewBookingRow<'a> {
    pub(super) fn new(booking: &'a NewBooking) -> Self {
        Self {
            student_id: booking.student_id.get(),
            instructor_id: booking.instructor_id.get(),
            instructor_service_id: booking.instructor_service_id.get(),
            time: TimeColumns::new(&booking.time, booking.length, booking.total_price),
            service_name: &booking.service_name,
            hourly_rate_cents: booking.hourly_rate.cents(),
            service_area: booking.service_area.as_deref(),
            meeting_location: booking.meeting_location.as_ref().map(MeetingLocation::as_str),
            location_type: booking.location_type.as_str(),
            student_note: booking.student_note.as_ref().map(Note::as_str),
            created_at: Instant(booking.created_at),
            confirmed_at: Instant(booking.created_at),
        }
    }
}

/// Everything of a booking that can change, beside its time.
#[derive(AsChangeset)]
#[diesel(table_name = bookings, treat_none_as_null = true)]
pub(super) struct StateColumns<'a> {
    meeting_location: Option<&'a str>,
    location_type: &'static str,
    student_note: Option<&'a str>,
    instructor_note: Option<&'a str>,
    status: &'static str,
    updated_at: Option<Instant>,
    moved_at: Option<Instant>,
    confirmed_at: Option<Instant>,
    completed_at: Option<Instant>,
    cancelled_at: Option<Instant>,
    cancelled_by_id: Option<i32>,
    cancellation_reason: Option<&'a str>,
}

/// Everything of a booking that can change.
#[derive(AsChangeset)]
#[diesel(table_name = bookings)]
pub(super) struct BookingChanges<'a> {
    #[diesel(embed)]
    time: TimeColumns,
    #[diesel(embed)]
    state: StateColumns<'a>,
}

impl<'a> BookingChanges<'a> {
    pub(super) fn new(booking: &'a Booking) -> Self {
        let cancellation = booking.cancellation.as_ref();
        Self {
            time: TimeColumns::new(&booking.time, booking.length, booking.total_price),
            state: StateColumns {
                meeting_location: booking.meeting_location.as_ref().map(MeetingLocation::as_str),
                location_type: booking.location_type.as_str(),
                student_note: booking.student_note.as_ref().map(Note::as_str),
                instructor_note: booking.instructor_note.as_ref().map(Note::as_str),
                status: booking.status.as_str(),
                updated_at: booking.updated_at.map(Instant),
                moved_at: booking.moved_at.map(Instant),
                confirmed_at: booking.confirmed_at.map(Instant),
                completed_at: booking.completed_at.map(Instant),
                cancelled_at: cancellation.map(|cancellation| Instant(cancellation.at)),
                cancelled_by_id: cancellation.map(|cancellation| cancellation.by.get()),
                cancellation_reason: cancellation.map(|cancellation| cancellation.reason.as_str()),
            },
        }
    }
}
