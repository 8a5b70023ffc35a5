//! Reading the catalogue, and offering one of its services.

use actix_web::{HttpResponse, get, post};
use instainstru_domain::{
    page::Page,
    ports::response_cache::{AnswerKind, Topic},
};
use instainstru_service::{
    catalogue::CatalogueError,
    instructors::{InstructorError, ListInstructors},
};

use super::{
    dto::{
        AddedServiceResponse, CatalogueServiceResponse, CategoryResponse, ServiceSearchResponse, TOP_MAX_AGE,
        TopServicesResponse,
    },
    requests::{AddServiceRequest, CatalogueParams, SearchParams, TopParams},
};
use crate::{
    act::Act,
    error::{ApiError, ErrorBody},
    etag::{MaxAge, REVALIDATE, Sharing},
    extract::{Body, InstructorUser, Query},
    instructors::{FilteredResponse, Filters},
    kept::{self, HOT, Kept, WARM},
    reply::Reply,
};

const SEARCH_LIMIT: u32 = 50;
/// Services are shown with how many offer them and at which price.
const LISTINGS: [Topic; 2] = [Topic::Catalogue, Topic::Instructors];

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
pub(super) async fn list_categories(kept: Kept) -> Result<HttpResponse, ApiError> {
    let key = kept::key(AnswerKind::Catalogue, "categories", &[Topic::Catalogue], WARM);
    kept.answer(&key, Sharing::Public(REVALIDATE), |app| {
        let categories = app.catalogue.categories()?;
        Ok::<Vec<CategoryResponse>, CatalogueError>(categories.iter().map(Into::into).collect())
    })
    .await
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
    kept: Kept,
    category: Query<CatalogueParams>,
) -> Result<HttpResponse, ApiError> {
    let category = category.0;
    // A category may be called "all".
    let question = category.as_ref().map_or_else(|| "all".to_owned(), |slug| format!("category:{slug}"));
    let key = kept::key(AnswerKind::Catalogue, &question, &LISTINGS, HOT);
    kept.answer(&key, Sharing::Public(REVALIDATE), move |app| {
        let services = app.catalogue.services(category.as_deref())?;
        Ok::<Vec<CatalogueServiceResponse>, CatalogueError>(services.iter().map(Into::into).collect())
    })
    .await
}

/// List top services
///
/// The first services of each category, for a front page. Categories without services are left out but counted.
#[utoipa::path(
    tag = "services",
    params(TopParams),
    responses(
        (status = 200, description = "The front page", body = TopServicesResponse, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
    )
)]
#[get("/catalog/top-per-category")]
pub(super) async fn top_services(kept: Kept, limit: Query<TopParams>) -> Result<HttpResponse, ApiError> {
    let limit = limit.0;
    let key = kept::key(AnswerKind::TopServices, &limit.to_string(), &LISTINGS, WARM);
    kept.answer(&key, Sharing::Public(MaxAge(TOP_MAX_AGE)), move |app| {
        let count = usize::try_from(limit).unwrap_or(usize::MAX);
        let top = app.catalogue.top_per_category(count)?;
        Ok::<_, CatalogueError>(TopServicesResponse::new(&top, limit, app.clock.now()))
    })
    .await
}

/// Search services
///
/// Bookable instructors whose services, name or bio hold the text; at most 50.
#[utoipa::path(
    tag = "services",
    params(SearchParams),
    responses(
        (status = 200, description = "The instructors", body = ServiceSearchResponse, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
    )
)]
#[get("/search")]
pub(super) async fn search_services(kept: Kept, text: Query<SearchParams>) -> Result<HttpResponse, ApiError> {
    let text = text.0;
    let key = kept::key(AnswerKind::Instructors, &format!("services:{text}"), &LISTINGS, HOT);
    kept.answer(&key, Sharing::Public(REVALIDATE), move |app| {
        let page = Page::first(SEARCH_LIMIT);
        let query = ListInstructors { search: Some(text.clone()), ..ListInstructors::default() };
        let found = app.instructors.list(&query, page)?;
        Ok::<_, InstructorError>(ServiceSearchResponse {
            found: FilteredResponse::new(&found, page, Filters::searching(text.clone())),
            search_type: "service",
            query: text,
        })
    })
    .await
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
