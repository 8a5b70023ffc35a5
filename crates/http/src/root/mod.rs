//! The front door and the health checks.

mod dto;
mod handlers;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths at the root.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::welcome)
        .service(handlers::health)
        .service(handlers::health_lite)
        .service(handlers::ready);
}
