//! Accounts: listing them, switching them off and on.

mod dto;
mod handlers;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/admin`.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::list_users)
        .service(handlers::suspend_user)
        .service(handlers::reactivate_user)
        .service(handlers::suspend_instructor)
        .service(handlers::reactivate_instructor);
}
