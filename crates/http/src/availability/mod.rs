//! Publishing free time: weeks, dates, bulk changes, blocked days.

mod areas;
mod blackouts;
mod bulk;
mod dto;
mod validation;
mod weeks;
mod windows;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::dto::{BlackoutResponse, WindowResponse};

/// Paths below `/instructors/availability-windows`. Names before ids.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(weeks::get_week)
        .service(weeks::save_week)
        .service(weeks::booked_slots)
        .service(validation::validate_week_changes)
        .service(weeks::copy_week)
        .service(weeks::apply_week)
        .service(windows::add_window)
        .service(windows::list_windows)
        .service(bulk::bulk_update)
        .service(blackouts::list_blackouts)
        .service(blackouts::add_blackout)
        .service(blackouts::delete_blackout)
        .service(windows::update_window)
        .service(windows::delete_window);
}
