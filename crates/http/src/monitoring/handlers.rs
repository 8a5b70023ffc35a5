//! The dashboard and what was slow.

use actix_web::{HttpResponse, get};

use super::{
    access::Operator,
    cache::{CacheStats, IfCached},
    dashboard::DashboardResponse,
    dto::{SlowQueriesResponse, SlowRequestsResponse},
    requests::ListSlowParams,
};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::Query,
    reply::Reply,
};

/// Show the dashboard
///
/// The database, the cache, requests, memory and alerts of this server at a glance, and what to do about them.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    responses(
        (status = 200, description = "Everything at a glance", body = DashboardResponse),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
    )
)]
#[get("/dashboard")]
pub(super) async fn get_monitoring_dashboard(_by: Operator, read: Read) -> Result<HttpResponse, ApiError> {
    let telemetry = read.app().telemetry.clone();
    telemetry.judge_cache();
    let active = read.run(|app| app.alerts.active()).await?;
    Reply::ok(&DashboardResponse::of(&telemetry, &active))?.into_response()
}

/// List slow queries
///
/// Statements of the database that took longer than 100 ms, as this server saw them: the last 100, newest first.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    params(ListSlowParams),
    responses(
        (status = 200, description = "The statements", body = SlowQueriesResponse),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
    )
)]
#[get("/slow-queries")]
pub(super) async fn list_slow_queries(
    _by: Operator,
    read: Read,
    limit: Query<ListSlowParams>,
) -> Result<HttpResponse, ApiError> {
    let slow = read.app().telemetry.slow_statements();
    Reply::ok(&SlowQueriesResponse::latest(slow, limit.0))?.into_response()
}

/// List slow requests
///
/// Requests that took longer than 500 ms, as this server saw them: the last 100, newest first.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    params(ListSlowParams),
    responses(
        (status = 200, description = "The requests", body = SlowRequestsResponse),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
    )
)]
#[get("/slow-requests")]
pub(super) async fn list_slow_requests(
    _by: Operator,
    read: Read,
    limit: Query<ListSlowParams>,
) -> Result<HttpResponse, ApiError> {
    let slow = read.app().telemetry.slow_requests();
    Reply::ok(&SlowRequestsResponse::latest(slow, limit.0))?.into_response()
}

/// Show what the cache counted
///
/// The counters of the cache of this server.
#[utoipa::path(
    tag = "monitoring",
    security(("monitoring_key" = [])),
    responses(
        (status = 200, description = "The counters", body = IfCached<CacheStats>),
        (status = 403, description = "The key is missing or wrong", body = ErrorBody),
    )
)]
#[get("/cache/extended-stats")]
pub(super) async fn get_extended_cache_stats(_by: Operator, read: Read) -> Result<HttpResponse, ApiError> {
    let figures = read.app().telemetry.cache();
    Reply::ok(&IfCached::from(figures.as_ref().map(CacheStats::from)))?.into_response()
}
