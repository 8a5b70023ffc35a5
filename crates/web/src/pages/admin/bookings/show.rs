//! One lesson of anybody.

use actix_web::web;
use instainstru_core::booking::BookingAction;
use instainstru_domain::{
    booking::{BookingDetails, Party},
    ids::BookingId,
};
use instainstru_http::{ApiError, Read};
use jiff::Timestamp;
use serde::Serialize;

use super::BookingRow;
use crate::{
    guards::Admin,
    pages::{admin::number, lessons::is_possible},
    visit::PageResult,
    words,
};

#[derive(Debug, Serialize)]
pub(crate) struct BookingPage {
    pub(crate) number: i32,
    pub(crate) booking: BookingRow,
    pub(crate) student_email: String,
    pub(crate) instructor_email: String,
    pub(crate) length: String,
    pub(crate) booked_at: String,
    /// When it took place, or was missed.
    pub(crate) ended_at: Option<String>,
    pub(crate) cancelled: Option<CalledOff>,
    pub(crate) may_cancel: bool,
}

/// How a lesson came to be called off.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct CalledOff {
    /// Who did it: `the student`, `the instructor` or `the marketplace`.
    pub(crate) by: &'static str,
    pub(crate) at: String,
    pub(crate) reason: String,
}

/// `GET /admin/bookings/{ref}`.
pub(in crate::pages) async fn show(
    Admin { visit, user }: Admin,
    read: Read,
    id: web::Path<String>,
) -> PageResult {
    let id = number(&id, |id| BookingId::new(id).ok(), "Booking")?;
    let (details, now) = read
        .run(move |app| Ok::<_, ApiError>((app.administration.booking(&user, id)?, app.clock.now())))
        .await?;
    visit.page("pages/admin/bookings/show.html", &BookingPage::new(&details, now))
}

impl BookingPage {
    fn new(details: &BookingDetails, now: Timestamp) -> Self {
        let booking = &details.booking;
        let email = |party: &Party| party.email.to_string();
        Self {
            number: booking.id.get(),
            booking: BookingRow::new(details),
            student_email: email(&details.student),
            instructor_email: email(&details.instructor),
            length: words::length(booking.length.minutes()),
            booked_at: words::moment(booking.created_at),
            ended_at: booking.completed_at.map(words::moment),
            cancelled: booking.cancellation.as_ref().map(|cancellation| CalledOff {
                by: if cancellation.by == booking.student_id {
                    "the student"
                } else if cancellation.by == booking.instructor_id {
                    "the instructor"
                } else {
                    "the marketplace"
                },
                at: words::moment(cancellation.at),
                reason: cancellation.reason.to_string(),
            }),
            may_cancel: is_possible(details, BookingAction::Cancel, now),
        }
    }
}
