//! What operators see: `/api/v1/monitoring/...`, and `/api/monitoring/...` for clients of 2025.

mod access;
mod alerts;
mod cache;
mod dashboard;
mod dto;
mod handlers;
mod requests;

use utoipa_actix_web::{scope, service_config::ServiceConfig};

pub use self::access::MonitoringAccess;
pub(crate) use self::{
    access::{KEY_HEADER, Scraper},
    cache::{CacheStats, IfCached, in_percent},
    dto::{PoolStatus, SUMMARY_CHARS},
};

/// Paths below `/monitoring`.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::get_monitoring_dashboard)
        .service(handlers::list_slow_queries)
        .service(handlers::list_slow_requests)
        .service(handlers::get_extended_cache_stats)
        .service(scope("/alerts").configure(alerts::routes));
}
