//! Figures for instructors and administrators.

mod handlers;
mod market;
mod report;
mod requests;
mod services;
mod teaching;

use instainstru_service::analytics::AnalyticsStatus;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::handlers::teaching_analytics;

/// Paths of administrators below `/analytics`.
pub(crate) fn admin_routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::market_analytics)
        .service(handlers::service_analytics)
        .service(handlers::run_analytics);
}

/// What became of the last runs and what they found out as the API shows it, for the command line.
///
/// # Errors
/// When it cannot be written as JSON, which would be a mistake in the form of the answer.
pub fn analytics_status_json(status: &AnalyticsStatus) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&report::StatusResponse::from(status))
}
