//! What the caller searched for.

use actix_web::{HttpResponse, delete, get};
use instainstru_service::search_history::{KEPT_PER_USER, RememberedSearch};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    act::{Act, Read},
    error::ApiError,
    extract::{CurrentUser, Digest},
    reply::Reply,
    wire::InstantText,
};

/// List past searches
///
/// What the caller searched for while signed in, the latest first: at most 100 queries of the last 90 days. Searches of the last
/// seconds are still on their way.
#[utoipa::path(
    tag = "search",
    security(("bearer" = [])),
    responses((status = 200, description = "The searches", body = SearchHistoryResponse))
)]
#[get("/search-history")]
pub(super) async fn list_search_history(user: CurrentUser, read: Read) -> Result<HttpResponse, ApiError> {
    let past = read.run(move |app| app.search_history.recent(user.0.id, KEPT_PER_USER)).await?;
    let searches = past.into_iter().map(Into::into).collect();
    Reply::ok(&SearchHistoryResponse { searches })?.into_response()
}

/// Forget past searches
///
/// Deletes everything the caller searched for. Counts of queries stay, without a name. Searches of the last seconds may still arrive;
/// forget them a moment later.
#[utoipa::path(
    tag = "search",
    security(("bearer" = [])),
    responses((status = 200, description = "They are forgotten", body = ForgottenResponse))
)]
#[delete("/search-history")]
pub(super) async fn delete_search_history(user: CurrentUser, act: Act) -> Result<HttpResponse, ApiError> {
    let id = user.0.id;
    act.run(&user.0, Digest::empty(), move |app| {
        Reply::ok(&ForgottenResponse { forgotten: app.search_history.forget(id)? })
    })
    .await
}

/// What the caller searched for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchHistoryResponse {
    /// The searches, the latest first.
    searches: Vec<PastSearchItem>,
}

/// A past search.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastSearch)]
pub(super) struct PastSearchItem {
    /// What was asked, in lower case.
    #[schema(example = "piano lessons in harlem")]
    query: String,
    /// When it was asked last.
    last_at: InstantText,
    /// How often it was asked.
    searches: u32,
    /// How much was found the last time.
    results: u32,
    /// The services that were searched for the last time.
    services: Vec<SearchedServiceItem>,
    /// Through which door it was asked the last time: `api` or `page`.
    #[schema(example = "api")]
    source: &'static str,
}

/// A service that was searched for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchedService)]
struct SearchedServiceItem {
    /// Its id.
    id: i32,
    /// Its name.
    #[schema(example = "Piano")]
    name: String,
}

/// How much was forgotten.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ForgottenResponse {
    /// Number of queries.
    forgotten: u64,
}

impl From<RememberedSearch> for PastSearchItem {
    fn from(remembered: RememberedSearch) -> Self {
        let past = remembered.search;
        Self {
            query: past.query.to_string(),
            last_at: past.last_at.into(),
            searches: past.searches,
            results: past.results,
            services: remembered
                .services
                .into_iter()
                .map(|(id, name)| SearchedServiceItem { id: id.get(), name })
                .collect(),
            source: past.via.as_str(),
        }
    }
}
