//! Finding instructors by what a student types.

mod dto;
mod handlers;
mod parsed;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/search`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::search_instructors).service(handlers::suggest_searches);
}
