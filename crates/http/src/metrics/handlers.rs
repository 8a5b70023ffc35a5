//! How the server fares.

use actix_web::{HttpResponse, get};

use super::dto::{FrequentSlowQueriesResponse, MetricsHealthResponse, PerformanceResponse};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::AdminUser,
    reply::Reply,
};

/// Check the health of metrics
///
/// Tells that the process is alive.
#[utoipa::path(
    tag = "metrics",
    responses((status = 200, description = "Alive", body = MetricsHealthResponse))
)]
#[get("/health")]
pub(super) async fn get_metrics_health() -> HttpResponse {
    HttpResponse::Ok().json(MetricsHealthResponse { status: "healthy", service: "InstaInstru API" })
}

/// Show how operations fare
///
/// How often the operations of services ran since the start of this server, how long they took and how many succeeded; the
/// cache, the machine and the database. What is not known is left out.
#[utoipa::path(
    tag = "metrics",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The figures", body = PerformanceResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/performance")]
pub(super) async fn get_performance_metrics(_admin: AdminUser, read: Read) -> Result<HttpResponse, ApiError> {
    let figures = read.run(|app| Ok::<_, ApiError>(PerformanceResponse::of(&app.telemetry))).await?;
    Reply::ok(&figures)?.into_response()
}

/// List frequent slow queries
///
/// Statements of the database that took longer than 100 ms, among the last 100 that this server saw, summed up by their text.
#[utoipa::path(
    tag = "metrics",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The statements", body = FrequentSlowQueriesResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/slow-queries")]
pub(super) async fn list_frequent_slow_queries(
    _admin: AdminUser,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let slow = read.app().telemetry.slow_statements();
    Reply::ok(&FrequentSlowQueriesResponse::of(&slow))?.into_response()
}
