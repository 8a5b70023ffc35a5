//! The OpenAPI 3.1 document, collected from the handlers.

mod common;

use actix_web::App;
use utoipa::{
    Modify, OpenApi as _,
    openapi::{
        OpenApi,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_actix_web::AppExt as _;

use crate::{
    error::{ErrorBody, ErrorItem, Location},
    monitoring::KEY_HEADER,
    routes,
};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "InstaInstru API",
        version = "1.0.0",
        description = "Find and instantly book private instructors.\n\nThe canonical paths begin with `/api/v1`. The \
            same operations answer without that prefix (public ones under `/api/public`, search under `/api/search`) for \
            clients of 2025. Times are on the clock of the instructor; instants are UTC. Errors have one envelope.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        contact(name = "InstaInstru", url = "https://github.com/instainstru/instainstru"),
    ),
    components(schemas(ErrorBody, ErrorItem, Location)),
    modifiers(&Bearer),
    tags(
        (name = "auth", description = "Registering, logging in and out"),
        (name = "instructors", description = "Profiles, services and account lifecycle"),
        (name = "availability", description = "Publishing free time"),
        (name = "services", description = "The catalogue of what can be taught"),
        (name = "bookings", description = "Booking lessons and what happens to them"),
        (name = "public", description = "What a visitor sees of an instructor's time"),
        (name = "search", description = "Finding instructors by what a student types"),
        (name = "me", description = "One's own account: looking, changing, taking a copy of everything, leaving"),
        (name = "admin", description = "What administrators see and do"),
        (name = "monitoring", description = "What operators see: slow queries and requests, alerts"),
        (name = "metrics", description = "How operations, the cache and the machine fare"),
        (name = "health", description = "Whether the server is alive"),
    )
)]
struct Base;

/// The way to prove who is calling.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("The `access_token` of `POST /api/v1/auth/login`"))
            .build();
        let key = ApiKeyValue::with_description(
            KEY_HEADER,
            "The `MONITORING_API_KEY` of the server; outside production nothing asks for it. `X-API-Key` does as well",
        );
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        components.add_security_scheme("monitoring_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// The document of the canonical paths.
#[must_use]
pub fn openapi() -> OpenApi {
    let (_app, mut document) =
        App::new().into_utoipa_app().openapi(Base::openapi()).configure(routes::canonical).split_for_parts();
    common::complete(&mut document);
    document
}

/// The document as it stands in `docs/openapi.json`.
///
/// # Errors
/// When it cannot be written as JSON, which would be a mistake in a schema.
pub fn document_json() -> serde_json::Result<String> {
    let mut text = openapi().to_pretty_json()?;
    text.push('\n');
    Ok(text)
}
