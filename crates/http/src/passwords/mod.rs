//! New passwords.

mod dto;
mod handlers;

use utoipa_actix_web::{scope, service_config::ServiceConfig};

/// Paths below `/auth`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::change_password).service(scope("/password-reset").configure(|cfg| {
        cfg.service(handlers::request_password_reset)
            .service(handlers::confirm_password_reset)
            .service(handlers::verify_password_reset);
    }));
}
