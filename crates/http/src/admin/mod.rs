//! What administrators do: `/api/v1/admin/...`. Nothing here has an unversioned path.

mod audit;
mod users;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::audit::AuditEntryResponse;

/// The paths of administrators, each group in a file of its own.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(audit::routes).configure(users::routes);
}
