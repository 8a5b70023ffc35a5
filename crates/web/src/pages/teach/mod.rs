//! What instructors see: their day, their lessons, their free time, and what they offer.

pub(super) mod availability;
pub(super) mod bookings;
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

/// Most lessons that are looked at, the latest ones.
const MOST: u32 = 500;

/// The latest lessons that `instructor` teaches, whatever became of them; the latest first.
fn lessons(app: &Application, instructor: &User) -> Result<Paged<BookingDetails>, ApiError> {
    Ok(app.bookings.list(instructor, ListBookings::default(), Page::first(MOST))?)
}
