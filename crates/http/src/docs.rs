//! The OpenAPI document and pages to read it. Everything is served from the binary.

use actix_web::{HttpResponse, get, http::header, web};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

const DOCUMENT: &str = "/openapi.json";
const PAGE: &str = "/docs/index.html";

/// `/openapi.json`, `/docs`, `/redoc`.
pub(crate) fn routes(cfg: &mut web::ServiceConfig, document: OpenApi) {
    let ui = SwaggerUi::new("/docs/{_:.*}").url(DOCUMENT, document).config(
        Config::from(DOCUMENT)
            .display_operation_id(true)
            .try_it_out_enabled(true)
            .persist_authorization(true),
    );
    cfg.service(docs).service(redoc).service(ui);
}

#[get("/docs")]
async fn docs() -> HttpResponse {
    to_page()
}

#[get("/redoc")]
async fn redoc() -> HttpResponse {
    to_page()
}

fn to_page() -> HttpResponse {
    HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, PAGE)).finish()
}
