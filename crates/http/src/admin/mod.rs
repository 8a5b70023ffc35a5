//! What administrators do: `/api/v1/admin/...`. Nothing here has an unversioned path.

mod audit;
mod deliveries;
mod jobs;

use utoipa_actix_web::{scope, service_config::ServiceConfig};

/// The paths of administrators, each group in a directory of its own.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(audit::routes)
        .service(scope("/outbox").configure(deliveries::routes))
        .service(scope("/jobs").configure(jobs::routes));
}
