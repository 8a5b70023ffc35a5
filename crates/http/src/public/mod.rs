//! What a visitor sees of an instructor's time.

mod calendar;
mod handlers;
mod requests;
mod starts;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/public`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::public_availability)
        .service(handlers::start_times)
        .service(handlers::next_available)
        .service(handlers::why_not);
}
