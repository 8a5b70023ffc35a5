//! The front door and the health checks. Only `/ready` touches the database.

use actix_web::{HttpResponse, get};

use super::dto::{HealthLiteResponse, HealthResponse, ReadinessResponse, VERSION, WelcomeResponse};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody, ErrorCode},
};

/// Greet
///
/// Says what this server is and where its documentation stands.
#[utoipa::path(tag = "health", responses((status = 200, description = "A greeting", body = WelcomeResponse)))]
#[get("/")]
pub(super) async fn welcome(read: Read) -> HttpResponse {
    let settings = &read.app().settings;
    HttpResponse::Ok().json(WelcomeResponse {
        message: "Welcome to the InstaInstru API",
        version: VERSION,
        docs: "/docs",
        environment: settings.environment.clone(),
        secure: settings.secure,
    })
}

/// Check health
///
/// Tells that the process is alive and which one it is. Does not touch the database.
#[utoipa::path(tag = "health", responses((status = 200, description = "Alive", body = HealthResponse)))]
#[get("/health")]
pub(super) async fn health(read: Read) -> HttpResponse {
    HttpResponse::Ok().json(HealthResponse {
        status: "healthy",
        service: "instainstru-api",
        version: VERSION,
        environment: read.app().settings.environment.clone(),
    })
}

/// Check health briefly
///
/// The shortest sign of life, for load balancers.
#[utoipa::path(tag = "health", responses((status = 200, description = "Alive", body = HealthLiteResponse)))]
#[get("/health/lite")]
pub(super) async fn health_lite() -> HttpResponse {
    HttpResponse::Ok().json(HealthLiteResponse { status: "ok" })
}

/// Check readiness
///
/// Whether this server should get requests: it is not about to stop, and everything it cannot do without can be used. Where
/// something is wrong, `details` of the error say what.
#[utoipa::path(
    tag = "health",
    responses(
        (status = 200, description = "Send requests", body = ReadinessResponse),
        (status = 503, description = "Send requests elsewhere", body = ErrorBody),
    )
)]
#[get("/ready")]
pub(super) async fn ready(read: Read) -> Result<HttpResponse, ApiError> {
    let readiness = read.run(|app| Ok::<_, ApiError>(app.telemetry.readiness())).await?;
    let response = ReadinessResponse::from(&readiness);
    if readiness.is_ready() {
        return Ok(HttpResponse::Ok().json(response));
    }
    let details = serde_json::to_value(&response).map_err(ApiError::internal)?;
    let error = ApiError::new(ErrorCode::Unavailable, "This server is not ready for requests");
    Err(error.retry_after(1).with_details(details))
}
