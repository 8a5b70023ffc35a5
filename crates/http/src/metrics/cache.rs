//! How the cache fares.

use std::collections::BTreeMap;

use actix_web::{HttpResponse, get, post};
use instainstru_telemetry::sources::{CacheFigures, percent};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::AdminUser,
    monitoring::{CacheStats, IfCached, in_percent},
    reply::Reply,
};

/// Keys that are shown.
const SHOWN_KEYS: usize = 10;

/// What the cache counted, and what that means.
#[derive(Debug, Serialize, ToSchema)]
struct CacheReport {
    #[serde(flatten)]
    stats: CacheStats,
    /// The same about availability.
    availability_metrics: AvailabilityMetrics,
    /// Figures of the server behind the cache, as it names them; empty without one.
    redis_info: BTreeMap<String, String>,
    /// What that means.
    performance_insights: Vec<&'static str>,
}

/// What the cache counted about availability.
#[derive(Debug, Serialize, ToSchema)]
struct AvailabilityMetrics {
    /// Which part of the questions was answered from the cache.
    #[schema(example = "92.31%")]
    availability_hit_rate: String,
    /// Questions.
    availability_total_requests: u64,
    /// Changes that were declared void.
    availability_invalidations: u64,
}

impl From<&CacheFigures> for CacheReport {
    fn from(figures: &CacheFigures) -> Self {
        let availability = figures.availability_hit_rate_percent();
        Self {
            stats: figures.into(),
            availability_metrics: AvailabilityMetrics {
                availability_hit_rate: in_percent(availability.unwrap_or(0.0)),
                availability_total_requests: figures.availability_hits + figures.availability_misses,
                availability_invalidations: figures.availability_invalidations,
            },
            redis_info: figures.server.clone(),
            performance_insights: insights(figures),
        }
    }
}

fn insights(figures: &CacheFigures) -> Vec<&'static str> {
    let mut found = Vec::new();
    match figures.hit_rate_percent() {
        Some(rate) if rate < 60.0 => found.push("The hit rate is low: look at what voids the cache"),
        Some(rate) if rate > 90.0 => found.push("The hit rate is excellent"),
        _ => {}
    }
    if percent(figures.errors, figures.requests()) > 5.0 {
        found.push("More than 5 % of the questions met a failure of the server behind the cache");
    }
    if figures.availability_hit_rate_percent().is_some_and(|rate| rate < 70.0) {
        found.push("Few questions about availability are answered from the cache");
    }
    if figures.availability_invalidations > 100 {
        found.push("Availability changes often, which voids many answers");
    }
    if found.is_empty() {
        found.push("The cache is in a good state");
    }
    found
}

/// Show how the cache fares
///
/// What the cache of this server counted since its start or the last reset, and what that means.
#[utoipa::path(
    tag = "metrics",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The figures", body = IfCached<CacheReport>),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/cache")]
pub(super) async fn get_cache_metrics(_admin: AdminUser, read: Read) -> Result<HttpResponse, ApiError> {
    let figures = read.app().telemetry.cache();
    Reply::ok(&IfCached::from(figures.as_ref().map(CacheReport::from)))?.into_response()
}

/// What the cache knows of availability.
#[derive(Debug, Serialize, ToSchema)]
struct AvailabilityCacheReport {
    /// What it counted.
    availability_cache_metrics: AvailabilityCacheMetrics,
    /// A few keys of answers that are kept.
    top_cached_keys_sample: Vec<String>,
    /// What to do.
    recommendations: Vec<&'static str>,
    /// How long answers are kept, in seconds, by tier.
    cache_tiers_info: BTreeMap<String, u64>,
}

/// What the cache counted about availability.
#[derive(Debug, Serialize, ToSchema)]
struct AvailabilityCacheMetrics {
    /// Which part of the questions was answered from the cache.
    #[schema(example = "92.31%")]
    hit_rate: String,
    /// Questions.
    total_requests: u64,
    /// Questions answered from the cache.
    hits: u64,
    /// Questions not answered from it.
    misses: u64,
    /// Changes that were declared void.
    invalidations: u64,
    /// `excellent` or `needs_improvement`.
    #[schema(example = "excellent")]
    cache_efficiency: &'static str,
}

impl From<&CacheFigures> for AvailabilityCacheReport {
    fn from(figures: &CacheFigures) -> Self {
        let (hits, misses) = (figures.availability_hits, figures.availability_misses);
        let (invalidations, rate) =
            (figures.availability_invalidations, figures.availability_hit_rate_percent());
        let mut recommendations = Vec::new();
        if rate.is_some_and(|rate| rate < 70.0) {
            recommendations.push("Keep answers about availability longer, or look at what voids them");
        }
        if invalidations.saturating_mul(2) > hits && invalidations > 0 {
            recommendations
                .push("Answers are voided more often than they are of use: change weeks as a whole");
        }
        if misses > hits {
            recommendations.push("More questions miss than hit: the server may have started only just now");
        }
        Self {
            availability_cache_metrics: AvailabilityCacheMetrics {
                hit_rate: in_percent(rate.unwrap_or(0.0)),
                total_requests: hits.saturating_add(misses),
                hits,
                misses,
                invalidations,
                cache_efficiency: match rate {
                    Some(rate) if rate > 80.0 => "excellent",
                    _ => "needs_improvement",
                },
            },
            top_cached_keys_sample: figures.sample_keys.iter().take(SHOWN_KEYS).cloned().collect(),
            recommendations,
            cache_tiers_info: figures.tier_seconds.clone(),
        }
    }
}

/// Show how the cache of availability fares
///
/// What the cache of this server knows of availability, and what to do about it.
#[utoipa::path(
    tag = "metrics",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The figures", body = IfCached<AvailabilityCacheReport>),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/cache/availability")]
pub(super) async fn get_availability_cache_metrics(
    _admin: AdminUser,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let figures = read.app().telemetry.cache();
    Reply::ok(&IfCached::from(figures.as_ref().map(AvailabilityCacheReport::from)))?.into_response()
}

/// What became of the counters.
#[derive(Debug, Serialize, ToSchema)]
struct CacheReset {
    /// What became of them.
    #[schema(example = "Cache statistics reset successfully")]
    status: &'static str,
}

/// Reset what the cache counted
///
/// Sets the counters of the cache of this server to zero. Answers that are kept stay.
#[utoipa::path(
    tag = "metrics",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The counters are zero", body = CacheReset),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[post("/cache/reset-stats")]
pub(super) async fn reset_cache_stats(_admin: AdminUser, read: Read) -> Result<HttpResponse, ApiError> {
    let status = match read.app().telemetry.reset_cache() {
        true => "Cache statistics reset successfully",
        false => "There is no cache, so there was nothing to reset",
    };
    Reply::ok(&CacheReset { status })?.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(hits: u64, misses: u64, errors: u64) -> CacheFigures {
        CacheFigures {
            hits,
            misses,
            errors,
            availability_hits: hits,
            availability_misses: misses,
            ..CacheFigures::default()
        }
    }

    #[test]
    fn insights_follow_the_figures() {
        for (figures, insight) in [
            (figures(0, 0, 0), "good state"),
            (figures(80, 20, 5), "good state"),
            (figures(91, 9, 0), "excellent"),
            (figures(59, 41, 0), "is low"),
            (figures(80, 20, 6), "More than 5 %"),
            (figures(69, 31, 0), "Few questions about availability"),
            (CacheFigures { availability_invalidations: 101, ..figures(80, 20, 0) }, "changes often"),
        ] {
            let found = insights(&figures);
            assert!(found.iter().any(|text| text.contains(insight)), "{figures:?}: {found:?}");
        }
    }

    #[test]
    fn a_cache_of_availability_is_excellent_above_four_fifths() {
        let report = |hits, misses| AvailabilityCacheReport::from(&figures(hits, misses, 0));
        assert_eq!(report(81, 19).availability_cache_metrics.cache_efficiency, "excellent");
        assert_eq!(report(80, 20).availability_cache_metrics.cache_efficiency, "needs_improvement");
        assert_eq!(report(81, 19).recommendations, [""; 0]);
        assert_eq!(report(1, 2).recommendations.len(), 2);
        let many = CacheFigures {
            availability_invalidations: 41,
            sample_keys: vec!["k".to_owned(); 12],
            ..figures(81, 19, 0)
        };
        let report = AvailabilityCacheReport::from(&many);
        assert_eq!((report.recommendations.len(), report.top_cached_keys_sample.len()), (1, 10));
    }
}
