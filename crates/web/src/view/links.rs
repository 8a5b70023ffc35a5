//! Addresses of pages: the only place that puts them together.

use instainstru_core::{grid::GridTime, length::LessonLength, week::WeekStart};
use instainstru_domain::{
    account::User,
    handle::Handle,
    ids::{BookingId, CatalogueServiceId, InstructorServiceId, UserId},
};
use jiff::civil::Date;

use crate::words;

/// The page about one's own account.
pub(crate) const ACCOUNT: &str = "/account";
/// The page to leave for good.
pub(crate) const DELETE_ACCOUNT: &str = "/account/delete";
/// The page to ask for a new password.
pub(crate) const FORGOT_PASSWORD: &str = "/forgot-password";

/// The profile of an instructor: `/instructors/7-ada-l`. Addresses without a name belong to the API.
pub(crate) fn profile(instructor: &User) -> String {
    let slug = words::slug(&words::short_name(instructor.full_name.as_str()));
    let slug = if slug.is_empty() { "instructor".to_owned() } else { slug };
    format!("/instructors/{}-{}", instructor.id.get(), words::url_encoded(&slug))
}

/// The short address of an instructor, to print on cards and to send to students: `/@maya-g`.
pub(crate) fn short(handle: &Handle) -> String {
    format!("/@{handle}")
}

/// The profile, opened at one of its services.
pub(crate) fn profile_of_service(instructor: &User, service: InstructorServiceId) -> String {
    format!("{}?service={}", profile(instructor), service.get())
}

/// The review page of a lesson at a time.
pub(crate) fn book(
    instructor: UserId,
    service: InstructorServiceId,
    date: Date,
    start: GridTime,
    length: LessonLength,
) -> String {
    format!(
        "/book/{}?service={}&date={date}&time={:02}:{:02}&duration={}",
        instructor.get(),
        service.get(),
        start.hour(),
        start.minute(),
        length.minutes()
    )
}

/// A lesson that was booked.
pub(crate) fn lesson(booking: BookingId) -> String {
    format!("/lessons/{}", booking.get())
}

/// A lesson as its instructor sees it.
pub(crate) fn taught(booking: BookingId) -> String {
    format!("/teach/bookings/{}", booking.get())
}

/// The editor of a week of free time.
pub(crate) fn free_time(week: WeekStart) -> String {
    format!("/teach/availability?week={}", week.monday())
}

/// What repeating a week until a date would change.
pub(crate) fn repeated(week: WeekStart, until: Date) -> String {
    format!("/teach/availability/repeat?week={}&until={until}", week.monday())
}

/// The terms of a service, for the instructor who offers it.
pub(crate) fn terms(service: InstructorServiceId) -> String {
    format!("/teach/services/{}", service.get())
}

/// Booking a lesson like one before.
pub(crate) fn rebook(booking: BookingId) -> String {
    format!("/lessons/{}/rebook", booking.get())
}

/// Who teaches a service.
pub(crate) fn search_service(slug: &str) -> String {
    format!("/search?{}", query(&[("service", slug)]))
}

/// Who fits this query.
pub(crate) fn search(parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() { "/search".to_owned() } else { format!("/search?{}", query(parameters)) }
}

/// All services of a category.
pub(crate) fn category(slug: &str) -> String {
    format!("/services/{slug}")
}

/// An account, for administrators.
pub(crate) fn administered(user: UserId) -> String {
    format!("/admin/users/{user}")
}

/// A booking, for administrators.
pub(crate) fn administered_booking(booking: BookingId) -> String {
    format!("/admin/bookings/{booking}")
}

/// A service of the catalogue, for administrators.
pub(crate) fn edited_service(service: CatalogueServiceId) -> String {
    format!("/admin/catalogue/services/{service}")
}

/// A job, for administrators.
pub(crate) fn job(name: &str) -> String {
    format!("/admin/jobs/{}", words::url_encoded(name))
}

/// A path with those of these parameters that say something.
pub(crate) fn narrowed(path: &str, parameters: &[(&str, &str)]) -> String {
    let given: Vec<_> = parameters.iter().copied().filter(|(_, value)| !value.is_empty()).collect();
    if given.is_empty() { path.to_owned() } else { format!("{path}?{}", query(&given)) }
}

/// Parameters as a query.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    // Pairs of texts can always be written.
    serde_urlencoded::to_string(parameters).unwrap_or_default()
}
