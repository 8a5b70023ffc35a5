//! A lesson one teaches as a file for calendars.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    web,
};
use instainstru_domain::account::Role;
use instainstru_http::Read;

use crate::{guards::Instructor, pages::plumbing, view::links, visit::PageResult};

/// `GET /teach/bookings/{ref}.ics`: also of a lesson that was called off, which then says so.
pub(in crate::pages) async fn file(
    Instructor { visit, user }: Instructor,
    read: Read,
    number: web::Path<String>,
) -> PageResult {
    let details = read.run(move |app| super::read(app, &user, &number)).await?;
    let id = details.booking.id;
    let link = format!("{}{}", plumbing::origin(visit.request(), visit.site()), links::taught(id));
    let text = visit.site().settings.calendar.published(&details, Role::Instructor, &link);
    Ok(HttpResponse::Ok()
        .content_type("text/calendar; charset=utf-8; method=PUBLISH")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"lesson-{id}.ics\"")))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .body(text))
}
