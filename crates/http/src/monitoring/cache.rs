//! What a cache counted, on the wire.

use std::collections::BTreeMap;

use instainstru_telemetry::sources::CacheFigures;
use serde::Serialize;
use utoipa::ToSchema;

/// What the cache counted since the start or the last reset.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CacheStats {
    /// Questions answered from the cache.
    hits: u64,
    /// Questions not answered from it.
    misses: u64,
    /// Answers that were kept.
    sets: u64,
    /// Answers that were declared void.
    deletes: u64,
    /// Failures of the server behind the cache.
    errors: u64,
    /// How often that server was given up for a while.
    circuit_opens: u64,
    /// Questions about availability answered from the cache.
    availability_hits: u64,
    /// Questions about availability not answered from it.
    availability_misses: u64,
    /// Changes of availability that were declared void.
    availability_invalidations: u64,
    /// Which part of the questions was answered from the cache.
    #[schema(example = "92.31%")]
    hit_rate: String,
    /// Questions.
    total_requests: u64,
    /// The breaker before the server behind the cache, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    circuit_breaker: Option<CircuitBreaker>,
    /// Figures of that server, as it names them, if there is one and it answers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    redis: BTreeMap<String, String>,
}

/// A breaker between this process and a server it talks to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CircuitBreaker {
    /// `closed`, `open` or `half_open`.
    #[schema(example = "closed")]
    state: &'static str,
    /// Failures in a row.
    failure_count: u32,
    /// Failures in a row that open it.
    threshold: u32,
}

impl From<&CacheFigures> for CacheStats {
    fn from(figures: &CacheFigures) -> Self {
        Self {
            hits: figures.hits,
            misses: figures.misses,
            sets: figures.sets,
            deletes: figures.deletes,
            errors: figures.errors,
            circuit_opens: figures.circuit_opens,
            availability_hits: figures.availability_hits,
            availability_misses: figures.availability_misses,
            availability_invalidations: figures.availability_invalidations,
            hit_rate: in_percent(figures.hit_rate_percent().unwrap_or(0.0)),
            total_requests: figures.requests(),
            circuit_breaker: figures.breaker.as_ref().map(|breaker| CircuitBreaker {
                state: breaker.state,
                failure_count: breaker.failure_count,
                threshold: breaker.threshold,
            }),
            redis: figures.server.clone(),
        }
    }
}

/// What is said where there is no cache.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoCache {
    /// Always `no cache`.
    #[schema(example = "no cache")]
    status: &'static str,
}

/// What is told of a cache, if there is one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum IfCached<T> {
    /// There is one.
    Yes(T),
    /// There is none.
    No(NoCache),
}

impl<T> From<Option<T>> for IfCached<T> {
    fn from(told: Option<T>) -> Self {
        told.map_or(Self::No(NoCache { status: "no cache" }), Self::Yes)
    }
}

/// `NN.NN%`.
pub(crate) fn in_percent(percent: f64) -> String {
    format!("{percent:.2}%")
}
