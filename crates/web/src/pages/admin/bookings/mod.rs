//! Lessons of everybody, to look things up when somebody asks, and to call one off when nobody else can.

pub(in crate::pages) mod cancel;
pub(in crate::pages) mod list;
pub(in crate::pages) mod show;

use instainstru_core::booking::BookingStatus;
use instainstru_domain::booking::{BookingDetails, Party};
use serde::Serialize;

use crate::{
    view::{Link, booking::status_name, links},
    words,
};

/// A lesson in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BookingRow {
    pub(crate) href: String,
    pub(crate) service: String,
    pub(crate) when: String,
    /// The instant, for machines.
    pub(crate) datetime: String,
    pub(crate) status: &'static str,
    pub(crate) student: Link,
    pub(crate) instructor: Link,
    pub(crate) price_cents: i64,
}

impl BookingRow {
    fn new(details: &BookingDetails) -> Self {
        let booking = &details.booking;
        let (time, party) = (&booking.time, |party: &Party| {
            Link::new(links::administered(party.id), party.full_name.to_string())
        });
        Self {
            href: links::administered_booking(booking.id),
            service: booking.service_name.clone(),
            when: words::when(time.date, time.range.start(), booking.length, &time.zone),
            datetime: time.instants.start().to_string(),
            status: status_name(booking.status),
            student: party(&details.student),
            instructor: party(&details.instructor),
            price_cents: booking.total_price.get(),
        }
    }
}

/// The states a lesson can be in, in words.
const STATES: [(BookingStatus, &str); 5] = [
    (BookingStatus::Confirmed, "Confirmed"),
    (BookingStatus::Completed, "Completed"),
    (BookingStatus::Cancelled, "Cancelled"),
    (BookingStatus::NoShow, "Missed"),
    (BookingStatus::Pending, "Pending"),
];
