//! Addresses of 2025, which stand in mails and bookmarks, lead to where things are now.

use actix_web::{HttpResponse, http::header, web};

/// `GET /dashboard/instructor`.
pub(super) async fn teach() -> HttpResponse {
    to("/teach")
}

/// `GET /dashboard/instructor/bookings/{ref}`.
pub(super) async fn taught(number: web::Path<u32>) -> HttpResponse {
    to(&format!("/teach/bookings/{number}"))
}

/// `GET /dashboard/student/bookings`.
pub(super) async fn lessons() -> HttpResponse {
    to("/lessons")
}

/// `GET /dashboard/student/bookings/{ref}`.
pub(super) async fn lesson(number: web::Path<u32>) -> HttpResponse {
    to(&format!("/lessons/{number}"))
}

fn to(path: &str) -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, path)).finish()
}
