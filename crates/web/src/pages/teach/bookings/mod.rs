//! The lessons an instructor teaches. Somebody else's lesson is not found, whoever asks.

pub(in crate::pages) mod calendar;
pub(in crate::pages) mod cancel;
pub(in crate::pages) mod list;
pub(in crate::pages) mod show;

use instainstru_core::booking::{BookingAction, BookingStatus};
use instainstru_domain::{
    account::User,
    booking::{BookingDetails, LocationType},
    ids::BookingId,
};
use instainstru_http::{ApiError, Application, error::ErrorCode};
use instainstru_service::bookings::BookingError;
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    pages::{book::Summary, lessons::is_possible},
    view::{LessonCard, links},
    words,
};

/// A lesson in brief, with what its instructor can do with it now.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TaughtLesson {
    pub(crate) card: LessonCard,
    /// Whether the instructor can say how it went.
    pub(crate) may_end: bool,
    pub(crate) may_cancel: bool,
}

impl TaughtLesson {
    /// The lesson as `instructor` sees it at `now`.
    pub(crate) fn new(details: &BookingDetails, instructor: &User, now: Timestamp) -> Self {
        Self {
            card: LessonCard::new(details, instructor, now),
            may_end: may_end(details, now),
            may_cancel: is_possible(details, BookingAction::Cancel, now),
        }
    }
}

/// Whether the instructor can say how the lesson went: it is confirmed and has begun.
fn may_end(details: &BookingDetails, now: Timestamp) -> bool {
    let booking = &details.booking;
    booking.status.after(BookingAction::Complete).is_ok() && booking.time.instants.start() <= now
}

/// Whether the lesson is over and the instructor has not said how it went.
pub(super) fn is_waiting(details: &BookingDetails, now: Timestamp) -> bool {
    details.booking.status == BookingStatus::Confirmed && details.booking.time.instants.end() <= now
}

/// The lesson with this number that `instructor` teaches.
fn read(app: &Application, instructor: &User, number: &str) -> Result<BookingDetails, ApiError> {
    let not_found = || ApiError::new(ErrorCode::NotFound, "Not Found");
    let id = number.parse().ok().and_then(|number| BookingId::new(number).ok()).ok_or_else(not_found)?;
    let details = match app.bookings.get(instructor, id) {
        Ok(details) => details,
        Err(BookingError::NotFound) => return Err(not_found()),
        Err(error) => return Err(error.into()),
    };
    if details.booking.instructor_id == instructor.id { Ok(details) } else { Err(not_found()) }
}

/// The lesson in brief, as the pages about it show it.
fn summary(details: &BookingDetails) -> Summary {
    let booking = &details.booking;
    Summary {
        action: links::taught(booking.id),
        change_href: String::new(),
        id: details.student.id.get(),
        with: words::short_name(details.student.full_name.as_str()),
        service: booking.service_name.clone(),
        when: words::when(booking.time.date, booking.time.range.start(), booking.length, &booking.time.zone),
        length: words::length(booking.length.minutes()),
        price_cents: booking.total_price.get(),
    }
}

/// A kind of place as the instructor sees it.
const fn place(kind: LocationType) -> &'static str {
    match kind {
        LocationType::StudentHome => "At the student's place",
        LocationType::InstructorLocation => "At your place",
        LocationType::Neutral => "At a place you agree on",
    }
}
