//! Puts the API together as an actix application.

use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::{Compress, NormalizePath, from_fn},
    web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    application::Application,
    docs,
    error::{ApiError, ErrorCode},
    metrics::SERIES_PATH,
    middleware::{RouteMemo, cors, edge, gate, limit, mark_small_bodies, unmark_small_bodies},
    openapi::openapi,
    routes,
    routing::RouteTable,
};

/// The API alone.
pub fn app(
    application: Application,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    app_with(application, |_nothing_more| {})
}

/// The API together with other services, such as pages. Theirs are looked for first: who adds them sees to it that they leave
/// the API's paths alone, with the guards of [`pages`](crate::pages).
pub fn app_with(
    application: Application,
    more: impl FnOnce(&mut web::ServiceConfig),
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let cors = cors(&application.settings.cors_origins);
    // The last one wrapped sees a request first.
    App::new()
        .default_service(web::to(not_found))
        .configure(more)
        .configure(configure(application))
        .wrap(from_fn(gate))
        .wrap(from_fn(limit))
        .wrap(NormalizePath::trim())
        .wrap(cors)
        .wrap(from_fn(edge))
        .wrap(from_fn(mark_small_bodies))
        .wrap(Compress::default())
        .wrap(from_fn(unmark_small_bodies))
}

/// The API's paths and data, without the middleware around them.
pub fn configure(application: Application) -> impl FnOnce(&mut web::ServiceConfig) {
    move |cfg| {
        let document = openapi();
        let table = RouteTable::of(&document).with(SERIES_PATH, Method::GET);
        cfg.app_data(web::Data::new(application))
            .app_data(web::Data::new(table))
            .app_data(RouteMemo::default());
        docs::routes(cfg, document);
        routes::canonical(&mut ServiceConfig::new(cfg));
        routes::unversioned(cfg);
    }
}

async fn not_found() -> Result<HttpResponse, ApiError> {
    Err(ApiError::new(ErrorCode::NotFound, "Not Found"))
}
