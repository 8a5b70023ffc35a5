//! Requests over HTTP: how many, how long, how many at once.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
};

/// Upper bounds of the histogram, in seconds.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// The methods there are; whatever a client makes up counts as one more.
const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
const OTHER: &str = "OTHER";
/// The route of requests that fit none.
const UNMATCHED: &str = "unmatched";
/// Routes come from the program, so this is never reached; should they ever come from clients, memory is safe.
const MOST_ROUTES: usize = 1_000;

/// A request that took longer than [`SlowRequest::LEAST`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlowRequest {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took.
    pub elapsed: Duration,
    /// The method.
    pub method: &'static str,
    /// The route, such as `/bookings/{booking_id}`: paths may hold secrets.
    pub route: String,
    /// Status of the answer.
    pub status: u16,
    /// Network address of the client.
    pub client: Option<IpAddr>,
}

impl SlowRequest {
    /// What takes longer is slow.
    pub const LEAST: Duration = Duration::from_millis(500);
    /// What takes longer is an alert.
    pub const ALARMING: Duration = Duration::from_millis(5000);
    /// How many are remembered.
    pub const REMEMBERED: usize = 100;
}

/// Counts and times requests. Clones share everything.
///
/// The series of a route are looked up once per request and those of a status once per route, so that a request costs a few
/// atomic additions.
#[derive(Clone)]
pub struct Requests(Arc<Series>);

struct Series {
    durations: HistogramVec,
    totals: IntCounterVec,
    in_progress: IntGaugeVec,
    routes: RwLock<HashMap<&'static str, HashMap<String, Arc<RouteSeries>>>>,
    all_in_progress: Arc<AtomicU64>,
}

/// The series of one method and route.
pub struct RouteSeries {
    method: &'static str,
    route: String,
    in_progress: IntGauge,
    durations: HistogramVec,
    totals: IntCounterVec,
    /// Those that have occurred: a handful.
    by_status: RwLock<Vec<(u16, StatusSeries)>>,
}

#[derive(Clone)]
struct StatusSeries {
    duration: Histogram,
    total: IntCounter,
}

impl Requests {
    /// Series in this registry.
    pub(crate) fn new(registry: &Registry) -> prometheus::Result<Self> {
        let labels = ["method", "endpoint", "status_code"];
        let durations = HistogramVec::new(
            HistogramOpts::new(
                "instainstru_http_request_duration_seconds",
                "HTTP request latency in seconds.",
            )
            .buckets(BUCKETS.to_vec()),
            &labels,
        )?;
        let totals =
            IntCounterVec::new(Opts::new("instainstru_http_requests_total", "HTTP requests."), &labels)?;
        let in_progress = IntGaugeVec::new(
            Opts::new("instainstru_http_requests_in_progress", "HTTP requests being answered."),
            &["method", "endpoint"],
        )?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(totals.clone()))?;
        registry.register(Box::new(in_progress.clone()))?;
        Ok(Self(Arc::new(Series {
            durations,
            totals,
            in_progress,
            routes: RwLock::default(),
            all_in_progress: Arc::default(),
        })))
    }

    /// The series of a method and route; `None` stands for no route. Remember them where the same ones are asked for again and again.
    #[must_use]
    pub fn route(&self, method: &str, route: Option<&str>) -> Arc<RouteSeries> {
        let method = METHODS.into_iter().find(|known| *known == method).unwrap_or(OTHER);
        let route = route.unwrap_or(UNMATCHED);
        let known = self.0.routes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(method).and_then(|routes| routes.get(route)) {
            return Arc::clone(series);
        }
        let route =
            if known.values().map(HashMap::len).sum::<usize>() < MOST_ROUTES { route } else { UNMATCHED };
        drop(known);
        let mut routes = self.0.routes.write().unwrap_or_else(PoisonError::into_inner);
        let series = routes.entry(method).or_default().entry(route.to_owned()).or_insert_with(|| {
            Arc::new(RouteSeries {
                method,
                route: route.to_owned(),
                in_progress: self.0.in_progress.with_label_values(&[method, route]),
                durations: self.0.durations.clone(),
                totals: self.0.totals.clone(),
                by_status: RwLock::default(),
            })
        });
        Arc::clone(series)
    }

    /// A request to this route begins.
    #[must_use]
    pub fn begin(&self, route: Arc<RouteSeries>) -> InProgress {
        route.in_progress.inc();
        self.0.all_in_progress.fetch_add(1, Ordering::Relaxed);
        InProgress { route, all: Arc::clone(&self.0.all_in_progress), started: Instant::now() }
    }

    /// Requests being answered at this moment.
    #[must_use]
    pub fn in_progress(&self) -> u64 {
        self.0.all_in_progress.load(Ordering::Relaxed)
    }
}

impl RouteSeries {
    /// The method.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The route.
    #[must_use]
    pub fn route(&self) -> &str {
        &self.route
    }

    /// A request was answered with this status after so long.
    pub(crate) fn record(&self, status: u16, elapsed: Duration) {
        let known = self.by_status.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(known, _series)| *known == status).map(|(_, series)| series.clone());
        drop(known);
        let series = found.unwrap_or_else(|| self.status(status));
        series.duration.observe(elapsed.as_secs_f64());
        series.total.inc();
    }

    fn status(&self, status: u16) -> StatusSeries {
        let code = status.to_string();
        let labels = [self.method, self.route.as_str(), code.as_str()];
        let series = StatusSeries {
            duration: self.durations.with_label_values(&labels),
            total: self.totals.with_label_values(&labels),
        };
        self.by_status.write().unwrap_or_else(PoisonError::into_inner).push((status, series.clone()));
        series
    }
}

/// A request that is being answered. It counts as long as this lives.
pub struct InProgress {
    route: Arc<RouteSeries>,
    all: Arc<AtomicU64>,
    started: Instant,
}

impl InProgress {
    /// The series it counts in.
    #[must_use]
    pub const fn series(&self) -> &Arc<RouteSeries> {
        &self.route
    }

    /// How long it has taken so far.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        self.route.in_progress.dec();
        self.all.fetch_sub(1, Ordering::Relaxed);
    }
}
