//! Reading the catalogue, and offering one of its services.

use actix_web::{HttpRequest, HttpResponse, get, http::header, post};
use instainstru_domain::page::Page;
use instainstru_service::{catalogue::CatalogueError, instructors::ListInstructors};

use super::{
    dto::{
        AddedServiceResponse, CatalogueServiceResponse, CategoryResponse, ServiceSearchResponse, TOP_MAX_AGE,
        TopServicesResponse,
    },
    requests::{AddServiceRequest, CatalogueParams, SearchParams, TopParams},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    etag::{self, REVALIDATE},
    extract::{Body, InstructorUser, Query},
    instructors::{FilteredResponse, Filters},
    reply::Reply,
};

const SEARCH_LIMIT: u32 = 50;

/// List categories
///
/// All categories in their order.
#[utoipa::path(
    tag = "services",
    responses(
        (status = 200, description = "The categories", body = Vec<CategoryResponse>, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
    )
)]
#[get("/categories")]
pub(super) async fn list_categories(request: HttpRequest, read: Read) -> Result<HttpResponse, ApiError> {
    let categories = read.run(|app| app.catalogue.categories()).await?;
    let categories: Vec<CategoryResponse> = categories.iter().map(Into::into).collect();
    etag::public(&request, REVALIDATE, &categories)
}

/// List the catalogue
///
/// Active services by category, order and name; all, or those of one category.
#[utoipa::path(
    tag = "services",
    params(CatalogueParams),
    responses(
        (status = 200, description = "The services", body = Vec<CatalogueServiceResponse>, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
        (status = 404, description = "No such category", body = ErrorBody),
    )
)]
#[get("/catalog")]
pub(super) async fn list_catalogue(
    request: HttpRequest,
    category: Query<CatalogueParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let services = read.run(move |app| app.catalogue.services(category.0.as_deref())).await?;
    let services: Vec<CatalogueServiceResponse> = services.iter().map(Into::into).collect();
    etag::public(&request, REVALIDATE, &services)
}

/// List top services
///
/// The first services of each category, for a front page. Categories without services are left out but counted.
#[utoipa::path(
    tag = "services",
    params(TopParams),
    responses((status = 200, description = "The front page", body = TopServicesResponse))
)]
#[get("/catalog/top-per-category")]
pub(super) async fn top_services(limit: Query<TopParams>, read: Read) -> Result<HttpResponse, ApiError> {
    let limit = limit.0;
    let (top, now) = read
        .run(move |app| {
            let count = usize::try_from(limit).unwrap_or(usize::MAX);
            Ok::<_, CatalogueError>((app.catalogue.top_per_category(count)?, app.clock.now()))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, format!("public, max-age={TOP_MAX_AGE}")))
        .json(TopServicesResponse::new(&top, limit, now)))
}

/// Search services
///
/// Bookable instructors whose services, name or bio hold the text; at most 50.
#[utoipa::path(
    tag = "services",
    params(SearchParams),
    responses((status = 200, description = "The instructors", body = ServiceSearchResponse))
)]
#[get("/search")]
pub(super) async fn search_services(text: Query<SearchParams>, read: Read) -> Result<HttpResponse, ApiError> {
    let text = text.0;
    let page = Page::first(SEARCH_LIMIT);
    let query = ListInstructors { search: Some(text.clone()), ..ListInstructors::default() };
    let found = read.run(move |app| app.instructors.list(&query, page)).await?;
    let filters = Filters::searching(text.clone());
    let response = ServiceSearchResponse {
        found: FilteredResponse::new(&found, page, filters),
        search_type: "service",
        query: text,
    };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, no-cache")).json(response))
}

/// Offer a service
///
/// Adds one service of the catalogue to the caller's profile.
#[utoipa::path(
    tag = "services",
    security(("bearer" = [])),
    request_body = AddServiceRequest,
    responses(
        (status = 200, description = "The service", body = AddedServiceResponse),
        (status = 400, description = "The caller offers it already", body = ErrorBody),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 404, description = "No profile, or no such service in the catalogue", body = ErrorBody),
    )
)]
#[post("/instructor/add")]
pub(super) async fn add_service(
    user: InstructorUser,
    act: Act,
    body: Body<AddServiceRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| {
        let service = app.instructors.add_service(&actor, &body.command)?;
        let listings = app.catalogue.services(None)?;
        let listing =
            listings.iter().find(|listing| listing.service.id == service.offer.catalogue_service_id);
        Reply::ok(&AddedServiceResponse::new(&service, listing))
    })
    .await
}
