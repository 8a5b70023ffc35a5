//! Bookings with their claims.

use std::fmt;

use instainstru_core::{booking::BookingStatus, grid::TimeRange, length::LessonLength, zone::DayClock};
use instainstru_domain::{
    account::User,
    booking::{Booking, BookingClaims, Cancellation, LessonTime, LocationType, NewBooking},
    instructor::{Instructor, InstructorService, ProfileDetails},
    ports::Transactor,
    text::{CancellationReason, MeetingLocation, Note},
    zone::Zone,
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};

use super::{a_user, an_instructor, built_at, stored};

/// A lesson on the clocks of a zone.
#[must_use]
pub fn lesson_time(zone: &Zone, date: Date, start: &str, minutes: i64) -> LessonTime {
    let length = LessonLength::from_minutes(minutes).unwrap();
    let range = TimeRange::lesson(start.parse().unwrap(), length).unwrap();
    let instants = DayClock::new(date, zone.tz()).instants(range).expect("a time that exists");
    LessonTime { date, range, zone: zone.clone(), instants }
}

/// What a lesson takes from its parties when the instructor has this profile.
#[must_use]
pub fn claims_for(time: &LessonTime, profile: &ProfileDetails) -> BookingClaims {
    BookingClaims { instructor: time.instants.extended(profile.buffer.duration()), student: time.instants }
}

/// An hour at 10:00 on 15 July 2026 between a fresh student and a fresh instructor of piano; change what matters, then
/// [`BookingBuilder::insert`].
#[must_use]
pub fn a_booking(tx: &dyn Transactor) -> BookingBuilder<'_> {
    BookingBuilder {
        tx,
        student: None,
        instructor: None,
        service: None,
        date: date(2026, 7, 15),
        start: "10:00".to_owned(),
        minutes: 60,
        student_note: None,
        meeting_location: None,
        location_type: LocationType::default(),
        created_at: built_at(),
        status: BookingStatus::Confirmed,
    }
}

/// A booking in the making.
#[derive(Clone)]
pub struct BookingBuilder<'a> {
    tx: &'a dyn Transactor,
    student: Option<User>,
    instructor: Option<Instructor>,
    service: Option<InstructorService>,
    date: Date,
    start: String,
    minutes: i64,
    student_note: Option<Note>,
    meeting_location: Option<MeetingLocation>,
    location_type: LocationType,
    created_at: Timestamp,
    status: BookingStatus,
}

impl BookingBuilder<'_> {
    /// Booked by this student.
    #[must_use]
    pub fn of(mut self, student: &User) -> Self {
        self.student = Some(student.clone());
        self
    }

    /// Given by this instructor, in the first of the services offered.
    #[must_use]
    pub fn with(mut self, instructor: &Instructor) -> Self {
        self.service = instructor.services.first().cloned();
        self.instructor = Some(instructor.clone());
        self
    }

    /// In this service of the instructor.
    #[must_use]
    pub fn in_service(mut self, service: &InstructorService) -> Self {
        self.service = Some(service.clone());
        self
    }

    /// On this date, from this time, lasting so many minutes.
    #[must_use]
    pub fn at(mut self, date: Date, start: &str, minutes: i64) -> Self {
        self.date = date;
        start.clone_into(&mut self.start);
        self.minutes = minutes;
        self
    }

    /// With a note of the student.
    #[must_use]
    pub fn note(mut self, text: &str) -> Self {
        self.student_note = Some(Note::new(text).unwrap());
        self
    }

    /// Taking place here.
    #[must_use]
    pub fn place(mut self, location_type: LocationType, text: &str) -> Self {
        self.location_type = location_type;
        self.meeting_location = Some(MeetingLocation::new(text).unwrap());
        self
    }

    /// Booked at this instant.
    #[must_use]
    pub fn created_at(mut self, at: Timestamp) -> Self {
        self.created_at = at;
        self
    }

    /// Called off by its student, the time given back.
    #[must_use]
    pub fn cancelled(mut self) -> Self {
        self.status = BookingStatus::Cancelled;
        self
    }

    /// With the lesson taken place.
    #[must_use]
    pub fn completed(mut self) -> Self {
        self.status = BookingStatus::Completed;
        self
    }

    /// With a student who did not come.
    #[must_use]
    pub fn missed(mut self) -> Self {
        self.status = BookingStatus::NoShow;
        self
    }

    /// Waiting for something, such as a payment.
    #[must_use]
    pub fn pending(mut self) -> Self {
        self.status = BookingStatus::Pending;
        self
    }

    /// What would be stored, and its claims. Stores the parties that were not given.
    #[must_use]
    pub fn build(self) -> (NewBooking, BookingClaims) {
        let student = self.student.unwrap_or_else(|| a_user(self.tx).insert());
        let instructor = self
            .instructor
            .unwrap_or_else(|| an_instructor(self.tx).offering("piano", 75_00, &[30, 60]).insert());
        let service = self
            .service
            .or_else(|| instructor.services.first().cloned())
            .expect("an instructor who offers something");
        let details = &instructor.profile.details;
        let time = lesson_time(&details.zone, self.date, &self.start, self.minutes);
        let length = LessonLength::from_minutes(self.minutes).unwrap();
        let hourly_rate = service.offer.terms.hourly_rate;
        let claims = claims_for(&time, details);
        let booking = NewBooking {
            student_id: student.id,
            instructor_id: instructor.user.id,
            instructor_service_id: service.id,
            time,
            length,
            service_name: service.name,
            hourly_rate,
            total_price: hourly_rate.price_of(length),
            service_area: (!details.areas.is_empty()).then(|| details.areas.joined()),
            meeting_location: self.meeting_location,
            location_type: self.location_type,
            student_note: self.student_note,
            created_at: self.created_at,
        };
        (booking, claims)
    }

    /// Stores the booking with its claims.
    #[must_use]
    pub fn insert(self) -> Booking {
        let (tx, status) = (self.tx, self.status);
        let (new, claims) = self.build();
        stored(tx, |uow| {
            let booking = uow.bookings().insert(&new, &claims)?;
            let ended_at = booking.time.instants.end();
            let later = match status {
                BookingStatus::Confirmed => return Ok(booking),
                BookingStatus::Pending => Booking { status, confirmed_at: None, ..booking },
                BookingStatus::Completed => booking.completed(ended_at).unwrap(),
                BookingStatus::NoShow => booking.missed(ended_at).unwrap(),
                BookingStatus::Cancelled => {
                    let cancellation = Cancellation {
                        at: booking.created_at,
                        by: booking.student_id,
                        reason: CancellationReason::new("Plans changed").unwrap(),
                    };
                    uow.bookings().release_claims(booking.id)?;
                    booking.cancelled(cancellation).unwrap()
                }
            };
            uow.bookings().update(&later)?;
            Ok(later)
        })
    }
}

impl fmt::Debug for BookingBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BookingBuilder")
            .field("student", &self.student)
            .field("instructor", &self.instructor)
            .field("date", &self.date)
            .field("start", &self.start)
            .field("minutes", &self.minutes)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
