//! Searching, and completing what is typed.

use std::time::Instant;

use actix_web::{HttpResponse, get, http::header};

use super::{
    dto::{SearchResponse, SuggestResponse},
    requests::{SearchParams, SuggestParams},
};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::Query,
};

/// Search instructors
///
/// Understands plain English such as "piano under $80 tomorrow evening in Astoria" and lists bookable offers that meet all of it.
/// A query that names a service finds that service only; one that names a category finds the category.
#[utoipa::path(
    tag = "search",
    params(SearchParams),
    responses(
        (status = 200, description = "What was found, and how the query was understood", body = SearchResponse),
        (status = 400, description = "The query is blank", body = ErrorBody),
    )
)]
#[get("/instructors")]
pub(super) async fn search_instructors(
    question: Query<SearchParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let question = question.0;
    let (found, took) = read
        .run(move |app| {
            let began = Instant::now();
            app.search.search(&question.text, question.limit).map(|found| (found, began.elapsed()))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(SearchResponse::new(found, took)))
}

/// Suggest searches
///
/// Services and categories of which a name or another phrase begins with what was typed.
#[utoipa::path(
    tag = "search",
    params(SuggestParams),
    responses((status = 200, description = "The suggestions", body = SuggestResponse))
)]
#[get("/suggest")]
pub(super) async fn suggest_searches(
    typed: Query<SuggestParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let typed = typed.0;
    // Microseconds in memory, so it needs no thread that may block.
    let suggestions = read.app().search.suggest(&typed.text, typed.limit);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .json(SuggestResponse::new(typed.text, suggestions)))
}
