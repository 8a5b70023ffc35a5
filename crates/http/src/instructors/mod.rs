//! Instructor profiles, the services instructors offer, and the life of their accounts.

mod dto;
mod handlers;
mod lifecycle;
mod list;
mod offer;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::analytics;

pub(crate) use self::{
    dto::ServiceResponse,
    list::{FilteredResponse, Filters},
    offer::OfferFields,
};

/// Paths below `/instructors`. Names before ids.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::list_instructors)
        .service(handlers::create_profile)
        .service(handlers::get_my_profile)
        .service(handlers::update_profile)
        .service(handlers::delete_profile)
        .service(lifecycle::suspend_account)
        .service(lifecycle::deactivate_account)
        .service(lifecycle::reactivate_account)
        .service(lifecycle::account_overview)
        .service(analytics::teaching_analytics)
        .service(handlers::get_instructor);
}
