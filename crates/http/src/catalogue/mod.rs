//! The catalogue of what can be taught, and offering one of its services.

mod dto;
mod handlers;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/services`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::list_categories)
        .service(handlers::list_catalogue)
        .service(handlers::top_services)
        .service(handlers::search_services)
        .service(handlers::add_service);
}
