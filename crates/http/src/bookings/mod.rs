//! Booking lessons and what happens to them.

mod dto;
mod handlers;
mod reminders;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::{
    dto::{BookingResponse, StatusName},
    requests::{CancelBookingRequest, LocationName},
};

/// Paths below `/bookings`. Names before ids.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::list_bookings)
        .service(handlers::create_booking)
        .service(handlers::upcoming_bookings)
        .service(handlers::booking_stats)
        .service(handlers::check_availability)
        .service(reminders::send_reminders)
        .service(handlers::preview_booking)
        .service(handlers::cancel_booking)
        .service(handlers::complete_booking)
        .service(handlers::mark_no_show)
        .service(handlers::reschedule_booking)
        .service(handlers::get_booking)
        .service(handlers::update_booking);
}
