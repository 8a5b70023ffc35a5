//! Editing what search takes words for.

mod aliases;
mod dto;
mod groups;
mod places;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/admin/catalog` about words and places.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(aliases::list_aliases)
        .service(aliases::create_alias)
        .service(aliases::delete_alias)
        .service(groups::list_groups)
        .service(groups::create_group)
        .service(groups::update_group)
        .service(groups::deactivate_group)
        .service(groups::reactivate_group)
        .service(places::list_places)
        .service(places::create_place)
        .service(places::update_place)
        .service(places::deactivate_place)
        .service(places::reactivate_place);
}
