//! The audit log.

mod dto;
mod handlers;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::dto::AuditEntryResponse;

/// Paths below `/admin/audit`.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::list_audit_entries);
}
