//! What a visitor sees of an instructor's time.

mod calendar;
mod handlers;
mod questions;
mod requests;
mod starts;

use utoipa_actix_web::service_config::ServiceConfig;

pub use self::questions::warm;

/// Paths below `/public`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::public_availability)
        .service(handlers::start_times)
        .service(handlers::next_available)
        .service(handlers::why_not);
}
