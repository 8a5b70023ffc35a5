//! The lessons of a student. Somebody else's lesson is not found, whoever asks.

pub(super) mod calendar;
pub(super) mod cancel;
pub(super) mod list;
pub(super) mod reschedule;
pub(super) mod show;

use instainstru_core::booking::BookingAction;
use instainstru_domain::{
    account::User,
    booking::{BookingDetails, LocationType},
    ids::BookingId,
};
use instainstru_http::{ApiError, Application, error::ErrorCode};
use instainstru_service::bookings::BookingError;
use jiff::Timestamp;

/// The lesson with this number that `student` booked.
fn read(app: &Application, student: &User, number: &str) -> Result<BookingDetails, ApiError> {
    let not_found = || ApiError::new(ErrorCode::NotFound, "Not Found");
    let id = number.parse().ok().and_then(|number| BookingId::new(number).ok()).ok_or_else(not_found)?;
    let details = match app.bookings.get(student, id) {
        Ok(details) => details,
        Err(BookingError::NotFound) => return Err(not_found()),
        Err(error) => return Err(error.into()),
    };
    if details.booking.student_id == student.id { Ok(details) } else { Err(not_found()) }
}

/// Whether this can still be done with a lesson: its state allows it and it has not begun.
pub(in crate::pages) fn is_possible(details: &BookingDetails, action: BookingAction, now: Timestamp) -> bool {
    let booking = &details.booking;
    booking.status.after(action).is_ok() && booking.time.instants.start() > now
}

/// A kind of place as the student sees it.
const fn place(kind: LocationType) -> &'static str {
    match kind {
        LocationType::StudentHome => "At your place",
        LocationType::InstructorLocation => "At the instructor's place",
        LocationType::Neutral => "At a place you agree on",
    }
}
