//! Searching, and completing what is typed.

use std::time::Instant;

use actix_web::{HttpResponse, get, http::header};
use instainstru_domain::search_history::SearchVia;
use instainstru_service::search::Searcher;

use super::{
    dto::{SearchResponse, SuggestResponse},
    requests::{SearchParams, SuggestParams},
};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::{Query, Visitor},
};

/// Search instructors
///
/// Understands plain English such as "piano under $80 tomorrow evening in Astoria" and lists bookable offers that meet all of it.
/// A query that names a service finds that service only; one that names a category finds the category. Who is signed in finds the
/// query among their past searches.
#[utoipa::path(
    tag = "search",
    security((), ("bearer" = [])),
    params(SearchParams),
    responses(
        (status = 200, description = "What was found, and how the query was understood", body = SearchResponse),
        (status = 400, description = "The query is blank", body = ErrorBody),
    )
)]
#[get("/instructors")]
pub(super) async fn search_instructors(
    visitor: Visitor,
    question: Query<SearchParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let question = question.0;
    let searcher = Searcher { user: visitor.0.map(|user| user.id), via: SearchVia::Api };
    let (found, took) = read
        .run(move |app| {
            let began = Instant::now();
            let found = app.search.search_for(searcher, &question.text, question.limit);
            found.map(|found| (found, began.elapsed()))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(SearchResponse::new(found, took)))
}

/// Suggest searches
///
/// Services and categories of which a name or another phrase begins with what was typed, and what many people search for. Who is
/// signed in is first reminded of their own past searches; a blank text then lists the latest.
#[utoipa::path(
    tag = "search",
    security((), ("bearer" = [])),
    params(SuggestParams),
    responses((status = 200, description = "The suggestions", body = SuggestResponse))
)]
#[get("/suggest")]
pub(super) async fn suggest_searches(
    visitor: Visitor,
    typed: Query<SuggestParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let typed = typed.0;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::VARY, "Authorization"));
    if let Some(user) = visitor.0 {
        let (text, limit) = (typed.text.clone(), typed.limit);
        let suggestions = read.run(move |app| app.search.suggest_to(user.id, &text, limit)).await?;
        response.insert_header((header::CACHE_CONTROL, "private, no-store"));
        return Ok(response.json(SuggestResponse::new(typed.text, suggestions)));
    }
    // Microseconds in memory, so it needs no thread that may block.
    let suggestions = read.app().search.suggest(&typed.text, typed.limit);
    response.insert_header((header::CACHE_CONTROL, "public, max-age=300"));
    Ok(response.json(SuggestResponse::new(typed.text, suggestions)))
}
