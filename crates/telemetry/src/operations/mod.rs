//! What use cases do: how often, how it ended, how long it took.
//!
//! Counting stands around the use cases and not in them: `services` holds one decorator for each inbound port, made of a table
//! that says under which service and operation each method counts. To count a new method, add its line there; the compiler asks
//! for it.

mod consumer;
mod error_type;
mod services;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use instainstru_domain::spans::TRACED;
use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry};
use tracing::field;

pub use self::{
    consumer::CountedConsumer,
    error_type::ErrorType,
    services::{
        CountedAccounts, CountedAdministration, CountedAlerts, CountedAnalytics, CountedAudit,
        CountedAvailability, CountedBookings, CountedCatalogue, CountedCatalogueEditing, CountedDeliveries,
        CountedInstructors, CountedJobs, CountedPasswords, CountedPersonalData, CountedPublic,
        CountedReminders, CountedSearch, CountedSearchHistory, CountedVocabularyEditing,
    },
};
use crate::sources::{number, percent};

/// Upper bounds of the histogram, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];
/// What takes longer is logged.
const SLOW: Duration = Duration::from_secs(1);

/// Counts and times operations of services. Clones share everything.
#[derive(Clone)]
pub struct Operations(Arc<Series>);

struct Series {
    durations: HistogramVec,
    totals: IntCounterVec,
    errors: IntCounterVec,
    searches: Searches,
    known: Mutex<BTreeMap<(&'static str, &'static str), Operation>>,
}

/// Searches, and those that found nothing.
#[derive(Clone)]
pub(crate) struct Searches {
    pub(crate) queries: IntCounter,
    pub(crate) without_results: IntCounter,
}

/// One operation of a service, with its series at hand. Clones share everything.
#[derive(Clone)]
pub struct Operation(Arc<OperationSeries>);

struct OperationSeries {
    service: &'static str,
    operation: &'static str,
    duration: Histogram,
    succeeded: IntCounter,
    failed: IntCounter,
    errors: IntCounterVec,
    tally: Tally,
}

/// What an operation did since the start of the process.
#[derive(Debug)]
struct Tally {
    count: AtomicU64,
    failures: AtomicU64,
    total_nanos: AtomicU64,
    least_nanos: AtomicU64,
    most_nanos: AtomicU64,
}

impl Default for Tally {
    fn default() -> Self {
        let zero = AtomicU64::default;
        Self {
            count: zero(),
            failures: zero(),
            total_nanos: zero(),
            least_nanos: AtomicU64::new(u64::MAX),
            most_nanos: zero(),
        }
    }
}

/// How an operation fared since the start of the process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OperationFigures {
    /// The service it belongs to.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// How often it ran.
    pub count: u64,
    /// How often it failed, refusals included.
    pub failures: u64,
    /// Time it took altogether, in seconds.
    pub total_seconds: f64,
    /// Shortest time it took, in seconds.
    pub least_seconds: f64,
    /// Longest time it took, in seconds.
    pub most_seconds: f64,
}

impl OperationFigures {
    /// Time it took on average, in seconds.
    #[must_use]
    pub fn average_seconds(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.total_seconds / number(self.count) }
    }

    /// How often it succeeded.
    #[must_use]
    pub const fn successes(&self) -> u64 {
        self.count.saturating_sub(self.failures)
    }

    /// Which part of all runs succeeded, from 0 to 1.
    #[must_use]
    pub fn success_rate(&self) -> f64 {
        percent(self.successes(), self.count) / 100.0
    }
}

impl Operations {
    /// Series in this registry.
    pub(crate) fn new(registry: &Registry) -> prometheus::Result<Self> {
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "instainstru_service_operation_duration_seconds",
                "Duration of operations of services in seconds.",
            )
            .buckets(BUCKETS.to_vec()),
            &["service", "operation"],
        )?;
        let totals = IntCounterVec::new(
            Opts::new("instainstru_service_operations_total", "Operations of services, by how they ended."),
            &["service", "operation", "status"],
        )?;
        let errors = IntCounterVec::new(
            Opts::new(
                "instainstru_errors_total",
                "Operations of services that failed, by code of the error.",
            ),
            &["service", "operation", "error_type"],
        )?;
        let searches = Searches {
            queries: IntCounter::new("instainstru_search_queries_total", "Searches.")?,
            without_results: IntCounter::new(
                "instainstru_search_queries_without_results_total",
                "Searches that found nobody.",
            )?,
        };
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(totals.clone()))?;
        registry.register(Box::new(errors.clone()))?;
        registry.register(Box::new(searches.queries.clone()))?;
        registry.register(Box::new(searches.without_results.clone()))?;
        Ok(Self(Arc::new(Series { durations, totals, errors, searches, known: Mutex::default() })))
    }

    /// An operation of a service. Its series exist from now on. Names come from the program, never from input.
    #[must_use]
    pub fn operation(&self, service: &'static str, operation: &'static str) -> Operation {
        let Series { durations, totals, errors, known, .. } = &*self.0;
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let made = known.entry((service, operation)).or_insert_with(|| {
            Operation(Arc::new(OperationSeries {
                service,
                operation,
                duration: durations.with_label_values(&[service, operation]),
                succeeded: totals.with_label_values(&[service, operation, "success"]),
                failed: totals.with_label_values(&[service, operation, "error"]),
                errors: errors.clone(),
                tally: Tally::default(),
            }))
        });
        made.clone()
    }

    /// How every operation fared, by service and operation.
    #[must_use]
    pub fn figures(&self) -> Vec<OperationFigures> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().map(Operation::figures).collect()
    }

    pub(crate) fn searches(&self) -> Searches {
        self.0.searches.clone()
    }
}

impl Operation {
    /// Runs `work` and counts how it ended and how long it took. What panics is not counted.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn run<T, E: ErrorType>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let OperationSeries { service, operation, .. } = &*self.0;
        let span = tracing::trace_span!(
            target: TRACED,
            "operation",
            otel.name = format_args!("{service}.{operation}"),
            "error.type" = field::Empty,
        );
        let _entered = span.enter();
        let started = Instant::now();
        let result = work();
        let error = result.as_ref().err().map(ErrorType::error_type);
        self.ended(started.elapsed(), error);
        if let Some(error) = error {
            span.record("error.type", error);
        }
        result
    }

    /// It ended after so long, with this error or well.
    pub fn ended(&self, elapsed: Duration, error: Option<&'static str>) {
        let OperationSeries { service, operation, duration, succeeded, failed, errors, tally } = &*self.0;
        duration.observe(elapsed.as_secs_f64());
        tally.add(elapsed, error.is_some());
        match error {
            None => succeeded.inc(),
            Some(error) => {
                failed.inc();
                errors.with_label_values(&[service, operation, error]).inc();
            }
        }
        if elapsed > SLOW {
            tracing::warn!(service, operation, ms = elapsed.as_secs_f64() * 1000.0, "slow operation");
        }
    }

    fn figures(&self) -> OperationFigures {
        let OperationSeries { service, operation, tally, .. } = &*self.0;
        let seconds = |nanos: &AtomicU64| number(nanos.load(Ordering::Relaxed)) / 1e9;
        let count = tally.count.load(Ordering::Relaxed);
        OperationFigures {
            service,
            operation,
            count,
            failures: tally.failures.load(Ordering::Relaxed),
            total_seconds: seconds(&tally.total_nanos),
            least_seconds: if count == 0 { 0.0 } else { seconds(&tally.least_nanos) },
            most_seconds: seconds(&tally.most_nanos),
        }
    }
}

impl Tally {
    fn add(&self, elapsed: Duration, failed: bool) {
        let nanos = u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX);
        self.total_nanos.fetch_add(nanos, Ordering::Relaxed);
        self.least_nanos.fetch_min(nanos, Ordering::Relaxed);
        self.most_nanos.fetch_max(nanos, Ordering::Relaxed);
        self.failures.fetch_add(u64::from(failed), Ordering::Relaxed);
        self.count.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use instainstru_service::search::SearchError;

    use super::*;

    #[test]
    fn an_operation_counts_how_it_ends_and_how_long_it_takes() {
        let operations = Operations::new(&Registry::new()).unwrap();
        let search = operations.operation("SearchService", "natural_language_search");
        assert_eq!(search.run(|| Ok::<_, SearchError>(7)).unwrap(), 7);
        assert!(search.run(|| Err::<(), _>(SearchError::Empty)).is_err());
        search.ended(Duration::from_secs(2), None);
        let again = operations.operation("SearchService", "natural_language_search");
        again.ended(Duration::ZERO, None);
        let figures = operations.figures();
        assert_eq!(figures.len(), 1, "the same operation has the same series");
        let figures = figures[0];
        assert_eq!((figures.count, figures.failures, figures.successes()), (4, 1, 3));
        assert_eq!(figures.success_rate(), 0.75);
        assert_eq!((figures.least_seconds, figures.most_seconds), (0.0, 2.0));
        assert!(figures.average_seconds() >= 0.5 && figures.total_seconds >= 2.0);
    }

    #[test]
    fn an_operation_that_never_ran_took_no_time() {
        let operations = Operations::new(&Registry::new()).unwrap();
        let _never = operations.operation("BookingService", "create_booking");
        let figures = operations.figures()[0];
        assert_eq!(
            (figures.least_seconds, figures.average_seconds(), figures.success_rate()),
            (0.0, 0.0, 0.0)
        );
    }
}
