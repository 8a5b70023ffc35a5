//! What administrators do: `/api/v1/admin/...`. Nothing here has an unversioned path.

mod audit;
mod bookings;
mod catalogue;
mod deliveries;
mod jobs;
mod paging;
mod quality;
mod users;
mod vocabulary;

pub(crate) use self::audit::AuditEntryResponse;

use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::analytics;

/// The paths of administrators, each group in a directory of its own.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(audit::routes)
        .configure(users::routes)
        .configure(bookings::routes)
        .service(scope("/outbox").configure(deliveries::routes))
        .service(scope("/jobs").configure(jobs::routes))
        .service(scope("/catalog").configure(|cfg| {
            catalogue::routes(cfg);
            vocabulary::routes(cfg);
        }))
        .service(scope("/search").configure(quality::routes))
        .service(scope("/analytics").configure(analytics::admin_routes));
}
