//! What the front door and the health checks say.

use std::collections::BTreeMap;

use instainstru_telemetry::Readiness;
use serde::Serialize;
use utoipa::ToSchema;

/// Version of the API.
pub(super) const VERSION: &str = "1.0.0";

/// The front door.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WelcomeResponse {
    /// A greeting.
    #[schema(example = "Welcome to the InstaInstru API")]
    pub(super) message: &'static str,
    /// Version of the API.
    #[schema(example = "1.0.0")]
    pub(super) version: &'static str,
    /// Where the documentation is.
    #[schema(example = "/docs")]
    pub(super) docs: &'static str,
    /// Name of the environment.
    #[schema(example = "production")]
    pub(super) environment: String,
    /// Whether the server insists on HTTPS.
    pub(super) secure: bool,
}

/// The health of the process.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthResponse {
    /// Always `healthy`: a process that is not does not answer.
    #[schema(example = "healthy")]
    pub(super) status: &'static str,
    /// Name of the service.
    #[schema(example = "instainstru-api")]
    pub(super) service: &'static str,
    /// Version of the API.
    #[schema(example = "1.0.0")]
    pub(super) version: &'static str,
    /// Name of the environment.
    #[schema(example = "production")]
    pub(super) environment: String,
}

/// The shortest sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthLiteResponse {
    /// Always `ok`.
    #[schema(example = "ok")]
    pub(super) status: &'static str,
}

/// Whether this server should get requests.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadinessResponse {
    /// `ready`, `draining` or `not_ready`.
    #[schema(example = "ready")]
    pub(super) status: &'static str,
    /// What the server needs, each `ok` or what is wrong with it. It is ready without `redis`, which then is not shared.
    pub(super) checks: BTreeMap<&'static str, &'static str>,
}

impl From<&Readiness> for ReadinessResponse {
    fn from(readiness: &Readiness) -> Self {
        let checks = readiness.checks.iter();
        Self {
            status: match (readiness.is_ready(), readiness.draining) {
                (true, _) => "ready",
                (false, true) => "draining",
                (false, false) => "not_ready",
            },
            checks: checks.map(|check| (check.name, check.trouble.unwrap_or("ok"))).collect(),
        }
    }
}
