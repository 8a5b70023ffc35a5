//! What administrators do: `/api/v1/admin/...`. Nothing here has an unversioned path.

mod audit;
mod catalogue;
mod paging;
mod quality;
mod vocabulary;

use utoipa_actix_web::{scope, service_config::ServiceConfig};

/// The paths of administrators, each group in a file of its own.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(scope("/catalog").configure(|cfg| {
        catalogue::routes(cfg);
        vocabulary::routes(cfg);
    }));
    cfg.service(scope("/search").configure(quality::routes));
    cfg.configure(audit::routes);
}
