//! A lesson for the calendars of people: as a file, and as a link.

use actix_web::{
    HttpResponse,
    http::header::{self, HeaderName},
    web,
};
use instainstru_domain::{account::Role, booking::BookingDetails, text::MeetingLocation};
use instainstru_http::Read;
use serde::Serialize;

use crate::{guards::Student, pages::plumbing, view::links, visit::PageResult};

const PRIVATE: (HeaderName, &str) = (header::CACHE_CONTROL, "private, no-store");

/// Ways to put a lesson into a calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct CalendarLinks {
    /// The file, which every calendar understands.
    pub(crate) file_href: String,
    /// Google's form for a new entry, filled in.
    pub(crate) google_href: String,
}

impl CalendarLinks {
    /// The ways for this lesson, whose page is on the site at `origin`.
    pub(super) fn new(details: &BookingDetails, origin: &str) -> Self {
        let booking = &details.booking;
        let instant = |at: jiff::Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
        let times = booking.time.instants;
        let place = booking.meeting_location.as_ref().map(MeetingLocation::as_str);
        let page = links::lesson(booking.id);
        let google = links::query(&[
            ("action", "TEMPLATE"),
            ("text", &format!("{} with {}", booking.service_name, details.instructor.full_name)),
            ("dates", &format!("{}/{}", instant(times.start()), instant(times.end()))),
            ("ctz", booking.time.zone.name()),
            ("location", place.unwrap_or_else(|| booking.location_type.display())),
            ("details", &format!("{origin}{page}")),
        ]);
        Self {
            file_href: format!("{page}.ics"),
            google_href: format!("https://calendar.google.com/calendar/render?{google}"),
        }
    }
}

/// `GET /lessons/{ref}.ics`: also of a lesson that was called off, which then says so.
pub(in crate::pages) async fn file(
    Student { visit, user }: Student,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let details = read.run(move |app| super::read(app, &user, &number)).await?;
    let id = details.booking.id;
    let link = format!("{}{}", plumbing::origin(visit.request(), visit.site()), links::lesson(id));
    let text = visit.site().settings.calendar.published(&details, Role::Student, &link);
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8; method=PUBLISH")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"lesson-{id}.ics\"")))
        .insert_header(PRIVATE)
        .body(text))
}
