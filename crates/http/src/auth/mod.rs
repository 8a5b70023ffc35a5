//! Registering, logging in and out.

mod dto;
mod handlers;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::dto::{RoleName, TokenResponse};

/// Paths below `/auth`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::register)
        .service(handlers::log_in)
        .service(handlers::log_out)
        .service(handlers::current_user);
}
