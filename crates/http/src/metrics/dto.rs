//! The inside of the server on the wire.

use std::{collections::BTreeMap, time::Duration};

use instainstru_telemetry::{
    SlowStatement, Telemetry, operations::OperationFigures, process::Machine, sources::number,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::monitoring::{CacheStats, PoolStatus, SUMMARY_CHARS};

/// Statements that are listed.
const MOST_FREQUENT: usize = 20;

/// A sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MetricsHealthResponse {
    /// Always `healthy`.
    #[schema(example = "healthy")]
    pub(super) status: &'static str,
    /// Name of the service.
    #[schema(example = "InstaInstru API")]
    pub(super) service: &'static str,
}

/// How operations of services fared since the start of this server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PerformanceResponse {
    /// Operations on availability.
    availability_service: BTreeMap<&'static str, OperationStats>,
    /// Operations on bookings.
    booking_service: BTreeMap<&'static str, OperationStats>,
    /// Questions about free time.
    conflict_checker: BTreeMap<&'static str, OperationStats>,
    /// What the cache counted, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cache: Option<CacheStats>,
    /// The machine.
    system: SystemStats,
    /// The database.
    database: DatabaseStats,
}

/// How an operation fared; times are in seconds.
#[derive(Debug, Serialize, ToSchema)]
struct OperationStats {
    /// How often it ran.
    count: u64,
    /// Time it took on average.
    avg_time: f64,
    /// Shortest time it took.
    min_time: f64,
    /// Longest time it took.
    max_time: f64,
    /// Time it took altogether.
    total_time: f64,
    /// Which part succeeded, from 0 to 1.
    success_rate: f64,
    /// How often it succeeded.
    success_count: u64,
    /// How often it failed or was refused.
    failure_count: u64,
}

impl From<OperationFigures> for OperationStats {
    fn from(figures: OperationFigures) -> Self {
        Self {
            count: figures.count,
            avg_time: figures.average_seconds(),
            min_time: figures.least_seconds,
            max_time: figures.most_seconds,
            total_time: figures.total_seconds,
            success_rate: figures.success_rate(),
            success_count: figures.successes(),
            failure_count: figures.failures,
        }
    }
}

/// The machine, as far as it is known.
#[derive(Debug, Serialize, ToSchema)]
struct SystemStats {
    /// How busy all processors were since this was last asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 12.5)]
    cpu_percent: Option<f64>,
    /// Which part of the memory is in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 41.0)]
    memory_percent: Option<f64>,
    /// Which part of the disk with the data is in use, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 63.2)]
    disk_usage: Option<f64>,
}

/// The database, as far as it is known.
#[derive(Debug, Serialize, ToSchema)]
struct DatabaseStats {
    /// Connections in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 1)]
    active_connections: Option<u32>,
    /// The pool of connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pool_status: Option<PoolStatus>,
}

impl PerformanceResponse {
    /// What these instruments show. Reads files of the system.
    pub(super) fn of(telemetry: &Telemetry) -> Self {
        let figures = telemetry.operations().figures();
        // Operations that never ran have no times.
        let of = |service: &str| {
            let ran = figures.iter().filter(|figures| figures.service == service && figures.count > 0);
            ran.map(|figures| (figures.operation, OperationStats::from(*figures))).collect()
        };
        let (machine, pool) = (telemetry.machine(), telemetry.pool());
        Self {
            availability_service: of("AvailabilityService"),
            booking_service: of("BookingService"),
            conflict_checker: of("ConflictChecker"),
            cache: telemetry.cache().as_ref().map(CacheStats::from),
            system: SystemStats {
                cpu_percent: machine.and_then(Machine::cpu_percent),
                memory_percent: machine.and_then(Machine::memory_percent),
                disk_usage: machine.and_then(Machine::disk_percent),
            },
            database: DatabaseStats {
                active_connections: pool.map(|pool| pool.in_use()),
                pool_status: pool.map(Into::into),
            },
        }
    }
}

/// A statement that took long, as often as it did.
#[derive(Debug, Serialize, ToSchema)]
struct FrequentSlowQuery {
    /// Its text up to 200 characters, without the values it was sent with.
    #[schema(example = "SELECT id FROM bookings WHERE student_id = $1")]
    query: String,
    /// Time it took on average.
    #[schema(example = 141.2)]
    avg_time_ms: f64,
    /// How often it took long.
    #[schema(example = 3)]
    calls: u64,
    /// Time it took altogether.
    #[schema(example = 423.6)]
    total_time_ms: f64,
}

/// Statements that took long, together where they are the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FrequentSlowQueriesResponse {
    /// At most 20, those that took the most time on average first.
    slow_queries: Vec<FrequentSlowQuery>,
}

impl FrequentSlowQueriesResponse {
    /// Sums up statements.
    pub(super) fn of(slow: &[SlowStatement]) -> Self {
        let mut together: BTreeMap<&str, (u64, Duration)> = BTreeMap::new();
        for statement in slow {
            let (calls, total) = together.entry(&statement.sql).or_default();
            *calls += 1;
            *total += statement.elapsed;
        }
        let mut slow_queries: Vec<FrequentSlowQuery> = together
            .into_iter()
            .map(|(sql, (calls, total))| {
                let total_time_ms = total.as_secs_f64() * 1000.0;
                let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
                FrequentSlowQuery {
                    query: words.chars().take(SUMMARY_CHARS).collect(),
                    avg_time_ms: total_time_ms / number(calls),
                    calls,
                    total_time_ms,
                }
            })
            .collect();
        slow_queries.sort_by(|one, other| other.avg_time_ms.total_cmp(&one.avg_time_ms));
        slow_queries.truncate(MOST_FREQUENT);
        Self { slow_queries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_statements_are_summed_up_and_the_slowest_come_first() {
        let slow = |sql: &str, ms| SlowStatement {
            at: jiff::Timestamp::UNIX_EPOCH,
            elapsed: Duration::from_millis(ms),
            sql: sql.to_owned(),
        };
        let mut all = vec![slow("SELECT 1", 100), slow("SELECT\n 2", 500), slow("SELECT 1", 200)];
        let found = FrequentSlowQueriesResponse::of(&all).slow_queries;
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.query.as_str(), one.calls, one.total_time_ms, one.avg_time_ms))
            .collect();
        assert_eq!(told, [("SELECT 2", 1, 500.0, 500.0), ("SELECT 1", 2, 300.0, 150.0)]);
        all.extend((0..30).map(|nth| slow(&format!("SELECT x{nth}"), 100)));
        assert_eq!(FrequentSlowQueriesResponse::of(&all).slow_queries.len(), MOST_FREQUENT);
    }
}
