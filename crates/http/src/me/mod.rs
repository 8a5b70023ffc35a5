//! What is remembered about the caller: `/api/v1/me/...`. Nothing here has an unversioned path.

mod search_history;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/me`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(search_history::list_search_history).service(search_history::delete_search_history);
}
