//! Everything about oneself: the account, a copy of all data, past searches, and leaving.

mod dto;
mod export;
mod handlers;
mod search_history;

pub use self::export::ArchiveFile;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/me`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::get_my_account)
        .service(handlers::update_my_account)
        .service(handlers::export_my_data)
        .service(handlers::delete_my_account)
        .service(search_history::list_search_history)
        .service(search_history::delete_search_history);
}
