//! What instructors see: their day, their lessons, their free time, and what they offer.

pub(super) mod availability;
pub(super) mod bookings;
pub(super) mod profile;
pub(super) mod services;
pub(super) mod stats;
pub(super) mod time_off;
pub(super) mod today;

#[cfg(test)]
pub(super) mod render_tests;

use instainstru_domain::{
    account::User,
    booking::BookingDetails,
    page::{Page, Paged},
};
use instainstru_http::{ApiError, Application};
use instainstru_service::bookings::ListBookings;
use jiff::civil::Date;

/// Most lessons that are looked at, the latest ones.
const MOST: u32 = 500;

/// The latest lessons that `instructor` teaches, whatever became of them; the latest first.
fn lessons(app: &Application, instructor: &User) -> Result<Paged<BookingDetails>, ApiError> {
    Ok(app.bookings.list(instructor, ListBookings::default(), Page::first(MOST))?)
}

/// Today on the clocks of an instructor.
fn today(app: &Application, instructor: &User) -> Result<Date, ApiError> {
    Ok(app.instructors.my_profile(instructor)?.profile.details.zone.date_at(app.clock.now()))
}
