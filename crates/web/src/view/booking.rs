//! A lesson that was booked, in brief.

use instainstru_core::booking::BookingStatus;
use instainstru_domain::{account::User, booking::BookingDetails};
use jiff::Timestamp;
use serde::Serialize;

use super::links;
use crate::words;

/// A lesson as one of its two parties sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LessonCard {
    pub(crate) id: i32,
    pub(crate) href: String,
    pub(crate) rebook_href: String,
    pub(crate) service: String,
    /// The other party, as the other party is shown.
    pub(crate) with: String,
    pub(crate) with_id: i32,
    /// `Today`, `Tomorrow`, or the date.
    pub(crate) day: String,
    /// `2:00–3:00 PM`.
    pub(crate) time: String,
    pub(crate) datetime: String,
    pub(crate) price_cents: i64,
    /// Name of the state for the badge: `confirmed`, `completed`, …
    pub(crate) status: &'static str,
}

impl LessonCard {
    /// The lesson as `viewer` sees it at `now`.
    pub(crate) fn new(details: &BookingDetails, viewer: &User, now: Timestamp) -> Self {
        let booking = &details.booking;
        let (other, href) = if booking.instructor_id == viewer.id {
            (&details.student, links::taught(booking.id))
        } else {
            (&details.instructor, links::lesson(booking.id))
        };
        Self {
            id: booking.id.get(),
            href,
            rebook_href: links::rebook(booking.id),
            service: booking.service_name.clone(),
            with: words::short_name(other.full_name.as_str()),
            with_id: other.id.get(),
            day: words::day(booking.time.date, booking.time.zone.date_at(now)),
            time: words::range(booking.time.range),
            datetime: booking.time.instants.start().to_string(),
            price_cents: booking.total_price.get(),
            status: status_name(booking.status),
        }
    }
}

/// The state as the badge knows it.
pub(crate) const fn status_name(status: BookingStatus) -> &'static str {
    match status {
        BookingStatus::Pending => "pending",
        BookingStatus::Confirmed => "confirmed",
        BookingStatus::Completed => "completed",
        BookingStatus::Cancelled => "cancelled",
        BookingStatus::NoShow => "no-show",
    }
}
