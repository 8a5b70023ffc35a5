//! Events on their way to those who act on them: seeing what waits and what died, and deciding what becomes of it.

mod dto;
mod handlers;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/admin/outbox`.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::list_deliveries)
        .service(handlers::retry_delivery)
        .service(handlers::discard_delivery);
}
