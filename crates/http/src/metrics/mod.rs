//! What administrators see of the inside: `/metrics/...`, and the series that Prometheus reads.

mod cache;
mod dto;
mod handlers;
mod prometheus;
mod rate_limits;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use self::prometheus::{SERIES_PATH, series};

/// Paths below `/metrics`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::get_metrics_health)
        .service(handlers::get_performance_metrics)
        .service(cache::get_cache_metrics)
        .service(cache::get_availability_cache_metrics)
        .service(cache::reset_cache_stats)
        .service(handlers::list_frequent_slow_queries)
        .service(rate_limits::get_rate_limits)
        .service(rate_limits::reset_rate_limits)
        .service(rate_limits::try_rate_limits);
}
