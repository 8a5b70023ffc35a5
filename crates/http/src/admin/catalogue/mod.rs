//! Editing categories and services.

mod categories;
mod dto;
pub(super) mod requests;
mod services;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/admin/catalog` about categories and services.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(categories::list_all_categories)
        .service(categories::create_category)
        .service(categories::update_category)
        .service(categories::deactivate_category)
        .service(categories::reactivate_category)
        .service(services::list_all_services)
        .service(services::create_service)
        .service(services::get_service)
        .service(services::update_service)
        .service(services::deactivate_service)
        .service(services::reactivate_service);
}
