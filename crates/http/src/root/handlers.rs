//! The front door and the health checks. None of them touches the database.

use actix_web::{HttpResponse, get};

use super::dto::{HealthLiteResponse, HealthResponse, VERSION, WelcomeResponse};
use crate::act::Read;

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
