//! What administrators do: `/api/v1/admin/...`. Nothing here has an unversioned path.

use utoipa_actix_web::service_config::ServiceConfig;

/// The paths of administrators, each group in a file of its own.
pub(crate) const fn routes(_cfg: &mut ServiceConfig<'_>) {}
