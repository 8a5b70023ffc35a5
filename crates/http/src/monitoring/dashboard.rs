//! The dashboard: everything at a glance, and what to do about it.

use std::collections::BTreeMap;

use instainstru_domain::alert::Alert;
use instainstru_telemetry::{
    PoolSample, Telemetry,
    process::Memory,
    sources::{CacheFigures, number},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    cache::CacheStats,
    dto::{PoolStatus, SlowQueryResponse, SlowRequestResponse},
};
use crate::wire::InstantText;

/// Slow ones that are shown.
const RECENT: usize = 5;
const BYTES_PER_MB: f64 = 1024.0 * 1024.0;
/// A cache that answers more is healthy, in percent.
const HEALTHY_HIT_RATE_PERCENT: f64 = 70.0;

/// Everything at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DashboardResponse {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// When this was true.
    timestamp: InstantText,
    /// The database.
    database: DatabaseSection,
    /// The cache, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cache: Option<CacheSection>,
    /// Requests.
    requests: RequestSection,
    /// Memory.
    memory: MemorySection,
    /// Alerts.
    alerts: AlertSection,
    /// What to do.
    recommendations: Vec<Recommendation>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DashboardDatabase)]
struct DatabaseSection {
    /// Which part of the connections is in use, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 12.5)]
    current_pool_usage_percent: Option<f64>,
    /// The same on average during the last hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 10.0)]
    average_pool_usage_percent: Option<f64>,
    /// Slow statements that are remembered.
    slow_queries_count: usize,
    /// The latest of them, newest first.
    recent_slow_queries: Vec<SlowQueryResponse>,
    /// The pool of connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pool: Option<PoolStatus>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DashboardCache)]
struct CacheSection {
    #[serde(flatten)]
    stats: CacheStats,
    /// When this was true.
    timestamp: InstantText,
    /// Whether more than 70 % of the questions are answered from it.
    healthy: bool,
    /// What to do.
    recommendations: Vec<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DashboardRequests)]
struct RequestSection {
    /// Requests being answered, this one included.
    active_count: u64,
    /// Slow requests that are remembered.
    slow_requests_count: usize,
    /// The latest of them, newest first.
    recent_slow_requests: Vec<SlowRequestResponse>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DashboardMemory)]
struct MemorySection {
    /// Memory of the process in RAM, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 61.2)]
    rss_mb: Option<f64>,
    /// Address space of the process, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 512.0)]
    vms_mb: Option<f64>,
    /// Which part of the memory there is the process uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 1.5)]
    percent: Option<f64>,
    /// Memory of the machine that is available, in MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 3012.0)]
    system_available_mb: Option<f64>,
    /// When this was true.
    timestamp: InstantText,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DashboardAlerts)]
struct AlertSection {
    /// Kinds of alerts that were raised during the last quarter of an hour and that nobody has acknowledged.
    active_types: Vec<&'static str>,
    /// When each of them was raised.
    last_alert_times: BTreeMap<&'static str, InstantText>,
}

/// Something to do.
#[derive(Debug, Serialize, ToSchema)]
struct Recommendation {
    /// What it is about.
    #[serde(rename = "type")]
    #[schema(example = "database")]
    kind: &'static str,
    /// How urgent it is.
    #[schema(example = "warning")]
    severity: &'static str,
    /// What is wrong.
    message: String,
    /// What helps.
    action: &'static str,
}

/// What recommendations are made of.
#[derive(Debug, Clone, Copy, Default)]
struct Signs {
    average_pool_usage_percent: Option<f64>,
    slow_queries: usize,
    memory_percent: Option<f64>,
    active_requests: u64,
}

impl DashboardResponse {
    /// What these instruments show, with the alerts that are active.
    pub(super) fn of(telemetry: &Telemetry, active: &[Alert]) -> Self {
        let now = telemetry.now();
        let (memory, pool) = (Memory::now(), telemetry.pool());
        let (slow_queries, slow_requests) = (telemetry.slow_statements(), telemetry.slow_requests());
        let signs = Signs {
            average_pool_usage_percent: average(&telemetry.pool_samples()),
            slow_queries: slow_queries.len(),
            memory_percent: memory.usage_percent(),
            active_requests: telemetry.requests().in_progress(),
        };
        Self {
            status: "ok",
            timestamp: now.into(),
            database: DatabaseSection {
                current_pool_usage_percent: pool.map(|pool| rounded(pool.usage_percent())),
                average_pool_usage_percent: signs.average_pool_usage_percent.map(rounded),
                slow_queries_count: slow_queries.len(),
                recent_slow_queries: slow_queries.into_iter().take(RECENT).map(Into::into).collect(),
                pool: pool.map(Into::into),
            },
            cache: telemetry.cache().map(|figures| CacheSection::of(&figures, now)),
            requests: RequestSection {
                active_count: signs.active_requests,
                slow_requests_count: slow_requests.len(),
                recent_slow_requests: slow_requests.into_iter().take(RECENT).map(Into::into).collect(),
            },
            memory: MemorySection::of(&memory, now),
            alerts: AlertSection {
                active_types: active.iter().map(|alert| alert.alert.kind.as_str()).collect(),
                last_alert_times: active
                    .iter()
                    .map(|alert| (alert.alert.kind.as_str(), alert.alert.raised_at.into()))
                    .collect(),
            },
            recommendations: recommendations(signs),
        }
    }
}

impl CacheSection {
    fn of(figures: &CacheFigures, now: Timestamp) -> Self {
        // A cache that nobody has asked yet is healthy.
        let healthy = figures.hit_rate_percent().is_none_or(|rate| rate > HEALTHY_HIT_RATE_PERCENT);
        let mut recommendations = Vec::new();
        if !healthy {
            recommendations.push("Few questions are answered from the cache: look at what voids it");
        }
        if figures.breaker.as_ref().is_some_and(|breaker| breaker.state != "closed") {
            recommendations.push("The server behind the cache does not answer: look at its log");
        }
        Self { stats: figures.into(), timestamp: now.into(), healthy, recommendations }
    }
}

impl MemorySection {
    fn of(memory: &Memory, now: Timestamp) -> Self {
        let megabytes = |bytes: Option<u64>| bytes.map(|bytes| rounded(number(bytes) / BYTES_PER_MB));
        Self {
            rss_mb: megabytes(memory.resident_bytes),
            vms_mb: megabytes(memory.virtual_bytes),
            percent: memory.usage_percent().map(rounded),
            system_available_mb: megabytes(memory.available_bytes),
            timestamp: now.into(),
        }
    }
}

fn average(samples: &[PoolSample]) -> Option<f64> {
    let count = u32::try_from(samples.len()).ok().filter(|count| *count > 0)?;
    Some(samples.iter().map(|sample| sample.figures.usage_percent()).sum::<f64>() / f64::from(count))
}

/// Two decimals are as many as anybody reads.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn recommendations(signs: Signs) -> Vec<Recommendation> {
    let mut found = Vec::new();
    if let Some(usage) = signs.average_pool_usage_percent.filter(|usage| *usage > 70.0) {
        found.push(Recommendation {
            kind: "database",
            severity: "warning",
            message: format!("On average {usage:.1} % of the connections to the database are in use"),
            action: "Raise DATABASE_POOL_SIZE, or look for slow statements",
        });
    }
    if signs.slow_queries > 20 {
        found.push(Recommendation {
            kind: "database",
            severity: "warning",
            message: format!("{} slow statements are remembered", signs.slow_queries),
            action: "Look at /api/v1/monitoring/slow-queries for what they have in common",
        });
    }
    if let Some(usage) = signs.memory_percent.filter(|usage| *usage > 70.0) {
        found.push(Recommendation {
            kind: "memory",
            severity: "warning",
            message: format!("The process uses {usage:.1} % of the memory there is"),
            action: "Give it more memory, or run more servers",
        });
    }
    if signs.active_requests > 50 {
        found.push(Recommendation {
            kind: "requests",
            severity: "info",
            message: format!("{} requests are being answered at once", signs.active_requests),
            action: "Run more servers if this lasts",
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_recommended_while_nothing_is_wrong() {
        assert!(recommendations(Signs::default()).is_empty());
        let on_the_edge = Signs {
            average_pool_usage_percent: Some(70.0),
            slow_queries: 20,
            memory_percent: Some(70.0),
            active_requests: 50,
        };
        assert!(recommendations(on_the_edge).is_empty());
    }

    #[test]
    fn each_thing_that_is_wrong_is_named() {
        let signs = Signs {
            average_pool_usage_percent: Some(70.1),
            slow_queries: 21,
            memory_percent: Some(70.1),
            active_requests: 51,
        };
        let kinds: Vec<&str> = recommendations(signs).iter().map(|found| found.kind).collect();
        assert_eq!(kinds, ["database", "database", "memory", "requests"]);
    }
}
