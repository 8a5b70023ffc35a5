//! Everything a process knows of itself, in one place.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use instainstru_domain::{
    alert::{AlertKind, NewAlert},
    ports::Clock,
};
use jiff::Timestamp;
use prometheus::{IntCounter, IntCounterVec, Opts};

use crate::{
    exposition::{Exposition, Figures},
    operations::Operations,
    process::{Machine, Memory, ProcessSource},
    readiness::{Check, Checks, Readiness},
    requests::{InProgress, Requests, RouteSeries, SlowRequest},
    ring::Ring,
    sources::{Cache, CacheFigures, CacheSource, Pool, PoolFigures, PoolSource, Source},
    statements::SlowStatement,
    traces::Traces,
};

/// Samples that are remembered: the last hour, one a minute.
const SAMPLES: usize = 60;
/// Things noticed that may wait to become alerts; what comes on top is one of them already.
const MOST_NOTICED: usize = 32;
/// Above this the pool is an alert, in percent.
const HIGH_POOL_USAGE_PERCENT: f64 = 80.0;
/// Above this the memory of the process is an alert, in percent.
const HIGH_MEMORY_USAGE_PERCENT: f64 = 80.0;
/// Below this the cache is an alert, in percent.
const LOW_HIT_RATE_PERCENT: f64 = 70.0;

/// The pool at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSample {
    /// When.
    pub at: Timestamp,
    /// What was true then.
    pub figures: PoolFigures,
}

/// The cache at some moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CacheSample {
    /// When.
    pub at: Timestamp,
    /// Which part of all questions so far was answered from it, in percent.
    pub hit_rate_percent: Option<f64>,
}

/// Everything a process knows of itself. Clones share it.
///
/// ```
/// use std::sync::Arc;
/// use instainstru_telemetry::Telemetry;
/// use instainstru_test_support::clock::FixedClock;
///
/// let telemetry = Telemetry::new(Arc::new(FixedClock::at("2026-07-15T12:00:00Z")))?;
/// let route = telemetry.requests().route("GET", Some("/health"));
/// let request = telemetry.requests().begin(route);
/// telemetry.request_ended(request, None, 200, None);
/// assert!(telemetry.scrape().contains(
///     "instainstru_http_requests_total{endpoint=\"/health\",method=\"GET\",status_code=\"200\"} 1"
/// ));
/// # Ok::<(), instainstru_telemetry::Unusable>(())
/// ```
#[derive(Clone)]
pub struct Telemetry(Arc<Inner>);

/// The series cannot be made: two of them have one name.
#[derive(Debug, thiserror::Error)]
#[error("the series of monitoring cannot be made")]
pub struct Unusable(#[from] prometheus::Error);

struct Inner {
    clock: Arc<dyn Clock>,
    exposition: Exposition,
    requests: Requests,
    operations: Operations,
    slow_requests: Ring<SlowRequest>,
    slow_requests_total: IntCounter,
    slow_statements: Ring<SlowStatement>,
    slow_statements_total: IntCounter,
    pool: OnceLock<Arc<dyn Pool>>,
    pool_samples: Ring<PoolSample>,
    cache: OnceLock<Arc<dyn Cache>>,
    cache_samples: Ring<CacheSample>,
    machine: OnceLock<Machine>,
    traces: OnceLock<Arc<dyn Traces>>,
    checks: Checks,
    noticed: Mutex<Vec<NewAlert>>,
    alerts_total: IntCounterVec,
}

impl Telemetry {
    /// Instruments that have counted nothing yet.
    ///
    /// # Errors
    /// [`Unusable`], which would be a mistake in the names of series.
    pub fn new(clock: Arc<dyn Clock>) -> Result<Self, Unusable> {
        let exposition = Exposition::default();
        let registry = &exposition.registry;
        let requests = Requests::new(registry)?;
        let operations = Operations::new(registry)?;
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let slow_requests_total =
            counter("instainstru_http_slow_requests_total", "Requests that took longer than 500 ms.")?;
        let slow_statements_total = counter(
            "instainstru_db_slow_queries_total",
            "Database statements that took longer than 100 ms.",
        )?;
        let alerts_total = IntCounterVec::new(
            Opts::new("instainstru_alerts_total", "Alerts that were raised."),
            &["type", "severity"],
        )?;
        registry.register(Box::new(alerts_total.clone()))?;
        for kind in AlertKind::ALL {
            alerts_total.with_label_values(&[kind.as_str(), kind.severity().as_str()]);
        }
        exposition.add(Box::new(ProcessSource));
        Ok(Self(Arc::new(Inner {
            clock,
            requests,
            operations,
            slow_requests: Ring::new(SlowRequest::REMEMBERED),
            slow_requests_total,
            slow_statements: Ring::new(SlowStatement::REMEMBERED),
            slow_statements_total,
            pool: OnceLock::new(),
            pool_samples: Ring::new(SAMPLES),
            cache: OnceLock::new(),
            cache_samples: Ring::new(SAMPLES),
            machine: OnceLock::new(),
            traces: OnceLock::new(),
            checks: Checks::default(),
            noticed: Mutex::default(),
            alerts_total,
            exposition,
        })))
    }

    /// Adds series that somebody else keeps.
    pub fn add_source(&self, source: impl Source + 'static) {
        self.0.exposition.add(Box::new(source));
    }

    /// Adds the series `instainstru_build_info`, whose labels tell what is running.
    pub fn add_build_info(&self, version: &'static str, environment: String, database: &'static str) {
        self.add_source(BuildInfo { version, environment, database });
    }

    /// Watches the pool of connections. Only the first one is watched.
    pub fn watch_pool(&self, pool: Arc<dyn Pool>) {
        if self.0.pool.set(Arc::clone(&pool)).is_ok() {
            self.add_source(PoolSource(pool));
        }
    }

    /// Watches a cache. Only the first one is watched.
    pub fn watch_cache(&self, cache: Arc<dyn Cache>) {
        if self.0.cache.set(Arc::clone(&cache)).is_ok() {
            self.add_source(CacheSource(cache));
        }
    }

    /// Watches the machine. Only the first one is watched.
    pub fn watch_machine(&self, machine: Machine) {
        self.0.machine.get_or_init(|| machine);
    }

    /// Has requests traced. Only the first one who does it is asked.
    pub fn trace_with(&self, traces: Arc<dyn Traces>) {
        self.0.traces.get_or_init(|| traces);
    }

    /// Who traces requests, if they are traced.
    #[must_use]
    pub fn traces(&self) -> Option<&Arc<dyn Traces>> {
        self.0.traces.get()
    }

    /// The machine, if it is watched.
    #[must_use]
    pub fn machine(&self) -> Option<&Machine> {
        self.0.machine.get()
    }

    /// Adds something the server cannot do without.
    pub fn add_check(&self, check: impl Check + 'static) {
        self.0.checks.add(Box::new(check));
    }

    /// Every series there is, in the text format of Prometheus.
    #[must_use]
    pub fn scrape(&self) -> String {
        self.0.exposition.text()
    }

    /// Whether this server should get requests. Runs every check, which may take a moment.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        self.0.checks.run()
    }

    /// The server is about to stop: it is not ready from now on.
    pub fn drain(&self) {
        self.0.checks.drain();
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Requests over HTTP.
    #[must_use]
    pub fn requests(&self) -> &Requests {
        &self.0.requests
    }

    /// What use cases do.
    #[must_use]
    pub fn operations(&self) -> &Operations {
        &self.0.operations
    }

    /// A request was answered with this status. `by` is the route that answered when it is another than the one at which the
    /// request began.
    pub fn request_ended(
        &self,
        request: InProgress,
        by: Option<&RouteSeries>,
        status: u16,
        client: Option<IpAddr>,
    ) {
        let elapsed = request.elapsed();
        self.answered(by.unwrap_or_else(|| request.series()), status, client, elapsed);
        drop(request);
    }

    /// A request of this route was answered after so long.
    fn answered(&self, series: &RouteSeries, status: u16, client: Option<IpAddr>, elapsed: Duration) {
        series.record(status, elapsed);
        if elapsed > SlowRequest::LEAST {
            self.slow_request(SlowRequest {
                at: self.now(),
                elapsed,
                method: series.method(),
                route: series.route().to_owned(),
                status,
                client,
            });
        }
    }

    /// A request took long.
    fn slow_request(&self, slow: SlowRequest) {
        self.0.slow_requests_total.inc();
        let (method, route, ms) = (slow.method, slow.route.as_str(), milliseconds(slow.elapsed));
        tracing::warn!(method, route, status = slow.status, ms, "slow request");
        if slow.elapsed > SlowRequest::ALARMING {
            let message = format!("{method} {route} took {ms:.0} ms.");
            let alert = NewAlert::new(AlertKind::ExtremelySlowRequest, &message, slow.at)
                .saying("duration_ms", format!("{ms:.0}"))
                .saying("method", method)
                .saying("route", route)
                .saying("status", slow.status);
            self.notice(alert);
        }
        self.0.slow_requests.push(slow);
    }

    /// A statement of the database took so long. `sql` is its text without the values it was sent with.
    pub fn slow_statement(&self, sql: &str, elapsed: Duration) {
        let slow = SlowStatement {
            at: self.now(),
            elapsed,
            sql: sql.chars().take(SlowStatement::MAX_CHARS).collect(),
        };
        self.0.slow_statements_total.inc();
        let ms = milliseconds(elapsed);
        tracing::warn!(ms, sql = slow.summary(200), "slow statement");
        if elapsed > SlowStatement::ALARMING {
            let alert = NewAlert::new(
                AlertKind::ExtremelySlowQuery,
                &format!("A statement of the database took {ms:.0} ms."),
                slow.at,
            );
            self.notice(alert.saying("duration_ms", format!("{ms:.0}")).saying("query", slow.summary(200)));
        }
        self.0.slow_statements.push(slow);
    }

    /// The last slow requests, newest first.
    #[must_use]
    pub fn slow_requests(&self) -> Vec<SlowRequest> {
        self.0.slow_requests.newest_first()
    }

    /// The last slow statements, newest first.
    #[must_use]
    pub fn slow_statements(&self) -> Vec<SlowStatement> {
        self.0.slow_statements.newest_first()
    }

    /// The pool now, if one is watched.
    #[must_use]
    pub fn pool(&self) -> Option<PoolFigures> {
        self.0.pool.get().map(|pool| pool.figures())
    }

    /// The pool as it was, newest first.
    #[must_use]
    pub fn pool_samples(&self) -> Vec<PoolSample> {
        self.0.pool_samples.newest_first()
    }

    /// What the cache counted, if there is one.
    #[must_use]
    pub fn cache(&self) -> Option<CacheFigures> {
        self.0.cache.get().map(|cache| cache.figures())
    }

    /// The cache as it was, newest first.
    #[must_use]
    pub fn cache_samples(&self) -> Vec<CacheSample> {
        self.0.cache_samples.newest_first()
    }

    /// Sets the counters of the cache to zero; `false` when there is none.
    pub fn reset_cache(&self) -> bool {
        self.0.cache.get().map(|cache| cache.reset()).is_some()
    }

    /// Remembers how the pool and the cache are now, and notices what is wrong. Called once a minute.
    pub fn sample(&self) {
        let at = self.now();
        if let Some(figures) = self.pool() {
            self.0.pool_samples.push(PoolSample { at, figures });
            let (usage, in_use, size) = (figures.usage_percent(), figures.in_use(), figures.size);
            if usage > HIGH_POOL_USAGE_PERCENT {
                let message = format!("{in_use} of {size} connections to the database are in use.");
                let alert = NewAlert::new(AlertKind::HighDatabasePoolUsage, &message, at);
                self.notice(alert.saying("usage_percent", format!("{usage:.1}")));
            }
        }
        if let Some(figures) = self.cache() {
            let hit_rate_percent = figures.hit_rate_percent();
            self.0.cache_samples.push(CacheSample { at, hit_rate_percent });
        }
        self.notice_memory(&Memory::now(), at);
    }

    fn notice_memory(&self, memory: &Memory, at: Timestamp) {
        if let Some(usage) = memory.usage_percent().filter(|usage| *usage > HIGH_MEMORY_USAGE_PERCENT) {
            let message = format!("The process uses {usage:.0} % of the memory there is.");
            let alert = NewAlert::new(AlertKind::HighMemoryUsage, &message, at);
            self.notice(alert.saying("usage_percent", format!("{usage:.1}")));
        }
    }

    /// Notices when the cache answers too little. Called when somebody looks.
    pub fn judge_cache(&self) {
        let Some(rate) = self.cache().and_then(|figures| figures.hit_rate_percent()) else { return };
        if rate < LOW_HIT_RATE_PERCENT {
            let message = format!("The cache answers {rate:.1} % of the questions.");
            let alert = NewAlert::new(AlertKind::LowCacheHitRate, &message, self.now());
            self.notice(alert.saying("hit_rate_percent", format!("{rate:.1}")));
        }
    }

    /// Puts something aside that may become an alert. It waits in memory: whoever notices must not wait for a database.
    fn notice(&self, alert: NewAlert) {
        let mut noticed = self.0.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = noticed.iter().any(|other| other.kind == alert.kind);
        if !is_known && noticed.len() < MOST_NOTICED {
            noticed.push(alert);
        }
    }

    /// Takes what was noticed since this was last called: at most one of each kind.
    #[must_use]
    pub fn take_noticed(&self) -> Vec<NewAlert> {
        std::mem::take(&mut *self.0.noticed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// An alert was raised.
    pub fn alert_raised(&self, kind: AlertKind) {
        self.0.alerts_total.with_label_values(&[kind.as_str(), kind.severity().as_str()]).inc();
    }
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telemetry")
    }
}

struct BuildInfo {
    version: &'static str,
    environment: String,
    database: &'static str,
}

impl Source for BuildInfo {
    fn collect(&self, to: &mut Figures) {
        let labels = [
            ("version", self.version),
            ("environment", self.environment.as_str()),
            ("database", self.database),
        ];
        to.gauge("instainstru_build_info", "What is running; always 1.", &labels, 1.0);
    }
}

/// A duration in milliseconds.
fn milliseconds(elapsed: Duration) -> f64 {
    elapsed.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use instainstru_test_support::clock::FixedClock;

    use super::*;

    fn telemetry() -> Telemetry {
        Telemetry::new(Arc::new(FixedClock::at("2026-07-15T12:00:00Z"))).unwrap()
    }

    #[test]
    fn requests_that_take_long_are_remembered_by_their_route() {
        let telemetry = telemetry();
        let route = telemetry.requests().route("GET", Some("/reset/{token}"));
        let client = Some("203.0.113.7".parse().unwrap());
        telemetry.answered(&route, 200, client, Duration::from_millis(500));
        assert_eq!(telemetry.slow_requests(), []);
        telemetry.answered(&route, 201, client, Duration::from_millis(501));
        let slow = SlowRequest {
            at: telemetry.now(),
            elapsed: Duration::from_millis(501),
            method: "GET",
            route: "/reset/{token}".into(),
            status: 201,
            client,
        };
        assert_eq!(telemetry.slow_requests(), [slow]);
        assert!(telemetry.take_noticed().is_empty(), "slow is no alert");
        assert!(telemetry.scrape().contains("instainstru_http_slow_requests_total 1"));
    }

    #[test]
    fn what_takes_very_long_is_noticed_once_until_somebody_takes_it() {
        let telemetry = telemetry();
        let route = telemetry.requests().route("GET", Some("/health"));
        for _time in 0..3 {
            telemetry.answered(&route, 200, None, Duration::from_millis(5001));
        }
        let noticed = telemetry.take_noticed();
        assert_eq!(noticed.len(), 1);
        assert_eq!(noticed[0].kind, AlertKind::ExtremelySlowRequest);
        assert_eq!(noticed[0].message, "GET /health took 5001 ms.");
        assert_eq!(noticed[0].details["route"], "/health");
        assert!(telemetry.take_noticed().is_empty());
    }

    #[test]
    fn memory_is_an_alert_above_four_fifths() {
        let telemetry = telemetry();
        let memory =
            |resident| Memory { resident_bytes: Some(resident), limit_bytes: Some(100), ..Memory::default() };
        telemetry.notice_memory(&memory(80), telemetry.now());
        telemetry.notice_memory(&Memory::default(), telemetry.now());
        assert!(telemetry.take_noticed().is_empty());
        telemetry.notice_memory(&memory(81), telemetry.now());
        assert_eq!(telemetry.take_noticed()[0].kind, AlertKind::HighMemoryUsage);
    }

    struct Lazy(u64);

    impl Cache for Lazy {
        fn figures(&self) -> CacheFigures {
            CacheFigures { hits: self.0, misses: 100 - self.0, ..CacheFigures::default() }
        }

        fn reset(&self) {}
    }

    #[test]
    fn a_cache_is_an_alert_below_seven_tenths() {
        for (hits, noticed) in [(70, 0), (69, 1)] {
            let telemetry = telemetry();
            telemetry.judge_cache();
            telemetry.watch_cache(Arc::new(Lazy(hits)));
            telemetry.judge_cache();
            assert_eq!(telemetry.take_noticed().len(), noticed, "{hits}");
        }
    }

    #[test]
    fn an_hour_of_samples_is_remembered() {
        let telemetry = telemetry();
        telemetry.watch_cache(Arc::new(Lazy(70)));
        for _minute in 0..70 {
            telemetry.sample();
        }
        assert_eq!((telemetry.cache_samples().len(), telemetry.pool_samples().len()), (60, 0));
    }
}
