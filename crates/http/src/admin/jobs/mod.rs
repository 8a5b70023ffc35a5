//! Jobs: what the marketplace does by itself, how it went, and asking for it.

mod dto;
mod handlers;
mod requests;

use utoipa_actix_web::service_config::ServiceConfig;

/// Paths below `/admin/jobs`.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(handlers::list_jobs).service(handlers::list_job_runs).service(handlers::run_job);
}
