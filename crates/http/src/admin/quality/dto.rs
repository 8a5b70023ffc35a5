//! How searches go, as JSON.

use instainstru_domain::search_history::{DaySearches, QuerySearches, SearchTally};
use instainstru_service::search_history::SearchQuality;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::DateText;

/// How searches went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchQualityResponse {
    /// First date in New York.
    from: DateText,
    /// Last date in New York.
    to: DateText,
    /// Number of searches.
    searches: u64,
    /// How many of them found nothing.
    without_results: u64,
    /// How many of them had words that meant nothing to us.
    not_understood: u64,
    /// The same for each date, by date; dates without searches are left out.
    days: Vec<DayItem>,
    /// The queries that found nothing, those that did most often first; at most 100.
    queries_without_results: Vec<QueryItem>,
    /// The queries with words that meant nothing to us, those that had them most often first; at most 100.
    queries_not_understood: Vec<QueryItem>,
}

/// How the searches of a date went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchDay)]
struct DayItem {
    /// The date in New York.
    date: DateText,
    /// Number of searches.
    searches: u32,
    /// How many of them found nothing.
    without_results: u32,
    /// How many of them had words that meant nothing to us.
    not_understood: u32,
}

/// How the searches for a query went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SearchedQuery)]
struct QueryItem {
    /// The query, in lower case.
    #[schema(example = "harp lessons in astoria")]
    query: String,
    /// Number of searches.
    searches: u32,
    /// How many of them found nothing.
    without_results: u32,
    /// How many of them had words that meant nothing to us.
    not_understood: u32,
    /// The last date in New York on which it was asked.
    last_date: DateText,
}

impl From<&DaySearches> for DayItem {
    fn from(day: &DaySearches) -> Self {
        let SearchTally { searches, without_results, not_understood } = day.tally;
        Self { date: day.date.into(), searches, without_results, not_understood }
    }
}

impl From<&QuerySearches> for QueryItem {
    fn from(query: &QuerySearches) -> Self {
        let SearchTally { searches, without_results, not_understood } = query.tally;
        Self {
            query: query.query.to_string(),
            searches,
            without_results,
            not_understood,
            last_date: query.last_date.into(),
        }
    }
}

impl From<&SearchQuality> for SearchQualityResponse {
    fn from(quality: &SearchQuality) -> Self {
        let sum = |of: fn(SearchTally) -> u32| quality.days.iter().map(|day| u64::from(of(day.tally))).sum();
        Self {
            from: quality.dates.first().into(),
            to: quality.dates.last().into(),
            searches: sum(|tally| tally.searches),
            without_results: sum(|tally| tally.without_results),
            not_understood: sum(|tally| tally.not_understood),
            days: quality.days.iter().map(Into::into).collect(),
            queries_without_results: quality.without_results.iter().map(Into::into).collect(),
            queries_not_understood: quality.not_understood.iter().map(Into::into).collect(),
        }
    }
}
