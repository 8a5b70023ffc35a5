//! Figures for instructors and administrators, and running the analytics.

use actix_web::{HttpResponse, get, post};

use super::{
    market::MarketAnalyticsResponse,
    report::RunResponse,
    requests::{LookBackParams, TeachingParams},
    services::ServiceAnalyticsResponse,
    teaching::TeachingAnalyticsResponse,
};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::{AdminUser, InstructorUser, Query},
    reply::Reply,
};

/// Get teaching analytics
///
/// Earnings, bookings and hours of the caller's lessons by week, the busiest hours, and how many students come again.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    params(TeachingParams),
    responses(
        (status = 200, description = "The figures", body = TeachingAnalyticsResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
    )
)]
#[get("/me/analytics")]
pub(crate) async fn teaching_analytics(
    user: InstructorUser,
    read: Read,
    weeks: Query<TeachingParams>,
) -> Result<HttpResponse, ApiError> {
    let analytics = read.run(move |app| app.analytics.teaching(&user.0, weeks.0)).await?;
    Reply::ok(&TeachingAnalyticsResponse::from(&analytics))?.into_response()
}

/// Get marketplace analytics
///
/// Bookings, revenue, people and cancellations of all lessons by day and week, what the daily analytics report about supply and
/// demand, and what became of their last runs.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(LookBackParams),
    responses(
        (status = 200, description = "The figures", body = MarketAnalyticsResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("")]
pub(super) async fn market_analytics(
    admin: AdminUser,
    read: Read,
    days: Query<LookBackParams>,
) -> Result<HttpResponse, ApiError> {
    let analytics = read.run(move |app| app.analytics.market(&admin.0, days.0)).await?;
    Reply::ok(&MarketAnalyticsResponse::from(&analytics))?.into_response()
}

/// List the figures of services
///
/// What the last run of the analytics stored about every active service, most popular first. Empty before the first run.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The figures", body = Vec<ServiceAnalyticsResponse>),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/services")]
pub(super) async fn service_analytics(admin: AdminUser, read: Read) -> Result<HttpResponse, ApiError> {
    let records = read.run(move |app| app.analytics.services(&admin.0)).await?;
    Reply::ok(&records.iter().map(ServiceAnalyticsResponse::from).collect::<Vec<_>>())?.into_response()
}

/// Run the analytics
///
/// Calculates the figures of all services now instead of waiting for the daily run, and ranks the services anew. Running again
/// does no harm.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(LookBackParams),
    responses(
        (status = 200, description = "The run", body = RunResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 409, description = "A run is under way", body = ErrorBody),
    )
)]
#[post("/run")]
pub(super) async fn run_analytics(
    admin: AdminUser,
    read: Read,
    days: Query<LookBackParams>,
) -> Result<HttpResponse, ApiError> {
    let run = read.run(move |app| app.analytics.run(Some(&admin.0), days.0)).await?;
    Reply::ok(&RunResponse::from(&run))?.into_response()
}
