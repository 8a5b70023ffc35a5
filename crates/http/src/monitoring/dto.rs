//! Slow queries, slow requests and the pool on the wire.

use std::time::Duration;

use instainstru_telemetry::{SlowRequest, SlowStatement, sources::PoolFigures};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::InstantText;

/// Characters of a statement that lists show.
pub(crate) const SUMMARY_CHARS: usize = 200;
/// Statements that took longer are shown in full.
const SHOWN_IN_FULL: Duration = Duration::from_millis(500);

/// A statement that took long.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlowQuery)]
pub(super) struct SlowQueryResponse {
    /// When it ended.
    timestamp: InstantText,
    /// How long it took.
    #[schema(example = 123.4)]
    duration_ms: f64,
    /// Its text up to 200 characters, without the values it was sent with.
    #[schema(example = "SELECT id FROM bookings WHERE student_id = $1")]
    query: String,
    /// Its whole text, when it took longer than 500 ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    full_query: Option<String>,
}

impl From<SlowStatement> for SlowQueryResponse {
    fn from(slow: SlowStatement) -> Self {
        Self {
            timestamp: slow.at.into(),
            duration_ms: milliseconds(slow.elapsed),
            query: slow.summary(SUMMARY_CHARS),
            full_query: (slow.elapsed > SHOWN_IN_FULL).then_some(slow.sql),
        }
    }
}

/// A request that took long.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlowRequest)]
pub(super) struct SlowRequestResponse {
    /// When it ended.
    timestamp: InstantText,
    /// How long it took.
    #[schema(example = 812.5)]
    duration_ms: f64,
    /// The method.
    #[schema(example = "GET")]
    method: &'static str,
    /// The route: paths may hold secrets.
    #[schema(example = "/api/v1/bookings/{booking_id}")]
    path: String,
    /// Status of the answer.
    #[schema(example = 200)]
    status_code: u16,
    /// Network address of the client, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "203.0.113.7")]
    client: Option<String>,
}

impl From<SlowRequest> for SlowRequestResponse {
    fn from(slow: SlowRequest) -> Self {
        Self {
            timestamp: slow.at.into(),
            duration_ms: milliseconds(slow.elapsed),
            method: slow.method,
            path: slow.route,
            status_code: slow.status,
            client: slow.client.map(|address| address.to_string()),
        }
    }
}

/// Statements that took long.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlowQueryList)]
pub(super) struct SlowQueriesResponse {
    /// The latest of them, newest first.
    slow_queries: Vec<SlowQueryResponse>,
    /// How many are remembered, at most 100.
    #[schema(example = 3)]
    total_count: usize,
}

impl SlowQueriesResponse {
    pub(super) fn latest(all: Vec<SlowStatement>, limit: usize) -> Self {
        Self { total_count: all.len(), slow_queries: all.into_iter().take(limit).map(Into::into).collect() }
    }
}

/// Requests that took long.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlowRequestList)]
pub(super) struct SlowRequestsResponse {
    /// The latest of them, newest first.
    slow_requests: Vec<SlowRequestResponse>,
    /// How many are remembered, at most 100.
    #[schema(example = 3)]
    total_count: usize,
}

impl SlowRequestsResponse {
    pub(super) fn latest(all: Vec<SlowRequest>, limit: usize) -> Self {
        Self { total_count: all.len(), slow_requests: all.into_iter().take(limit).map(Into::into).collect() }
    }
}

/// The pool of connections to the database.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PoolStatus {
    /// Greatest number of connections.
    #[schema(example = 14)]
    size: u32,
    /// Open connections that nobody uses.
    #[schema(example = 2)]
    checked_in: u32,
    /// Connections in use.
    #[schema(example = 1)]
    checked_out: u32,
    /// Open connections.
    #[schema(example = 3)]
    total: u32,
    /// Connections beyond `size`: there never are any.
    #[schema(example = 0)]
    overflow: u32,
}

impl From<PoolFigures> for PoolStatus {
    fn from(figures: PoolFigures) -> Self {
        Self {
            size: figures.size,
            checked_in: figures.idle,
            checked_out: figures.in_use(),
            total: figures.open,
            overflow: figures.open.saturating_sub(figures.size),
        }
    }
}

fn milliseconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 100_000.0).round() / 100.0
}
