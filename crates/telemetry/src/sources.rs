//! Where figures come from that others keep: the pool of connections, the outbox, the search index, a cache.
//!
//! Whoever has series of its own implements [`Source`] and is added with [`crate::Telemetry::add_source`]. The pool and the cache
//! are also part of what the dashboard shows, and have traits of their own, [`Pool`] and [`Cache`].

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use instainstru_domain::{
    delivery::{DeliveryFigures, MAIL},
    ports::Clock,
};
use jiff::Timestamp;

use crate::exposition::Figures;

/// Something that has series of its own.
///
/// It is asked whenever somebody reads the series, on the thread that serves requests: it MUST answer from memory, without
/// waiting for anything. Names are those of [`prometheus.io/docs/practices/naming`](https://prometheus.io/docs/practices/naming/)
/// and begin with `instainstru_`; values of labels come from a small, fixed set.
///
/// ```
/// use instainstru_telemetry::{Figures, sources::Source};
///
/// struct Letterbox;
/// impl Source for Letterbox {
///     fn collect(&self, to: &mut Figures) {
///         to.gauge("instainstru_letters", "Letters that wait.", &[("kind", "postcard")], 3.0);
///     }
/// }
/// ```
pub trait Source: Send + Sync {
    /// Adds what is true now.
    fn collect(&self, to: &mut Figures);
}

/// A pool of connections to the database.
pub trait Pool: Send + Sync {
    /// What is true now; must not wait.
    fn figures(&self) -> PoolFigures;
}

/// A pool of connections at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolFigures {
    /// Greatest number of connections.
    pub size: u32,
    /// Connections that are open.
    pub open: u32,
    /// Open connections that nobody uses.
    pub idle: u32,
}

impl PoolFigures {
    /// Connections that somebody uses.
    #[must_use]
    pub const fn in_use(&self) -> u32 {
        self.open.saturating_sub(self.idle)
    }

    /// Which part of all connections is in use, in percent.
    #[must_use]
    pub fn usage_percent(&self) -> f64 {
        percent(self.in_use().into(), self.size.into())
    }
}

/// A cache of answers.
pub trait Cache: Send + Sync {
    /// What it counted since the start or the last reset; must not wait.
    fn figures(&self) -> CacheFigures;

    /// Sets its counters to zero.
    fn reset(&self);
}

/// What a cache counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheFigures {
    /// Questions that were answered from the cache.
    pub hits: u64,
    /// Questions that were not.
    pub misses: u64,
    /// Answers that were kept.
    pub sets: u64,
    /// Answers that were declared void.
    pub deletes: u64,
    /// Failures of the server behind the cache.
    pub errors: u64,
    /// How often that server was given up for a while.
    pub circuit_opens: u64,
    /// Questions about availability that were answered from the cache.
    pub availability_hits: u64,
    /// Questions about availability that were not.
    pub availability_misses: u64,
    /// Changes of availability that were declared void.
    pub availability_invalidations: u64,
    /// The breaker before the server behind the cache, if there is one.
    pub breaker: Option<BreakerFigures>,
    /// Figures of that server, as it names them, as far as they are known.
    pub server: BTreeMap<String, String>,
    /// Questions by what they were about.
    pub lookups: Vec<LookupFigures>,
    /// Questions that were answered by what another server had made.
    pub shared_hits: u64,
    /// Questions that waited for an answer that somebody else was making already.
    pub coalesced: u64,
    /// Answers that are kept in process.
    pub entries: u64,
    /// Bytes that they take.
    pub bytes: u64,
    /// A few keys of answers that are kept.
    pub sample_keys: Vec<String>,
    /// How long answers are kept, in seconds, by tier.
    pub tier_seconds: BTreeMap<String, u64>,
}

/// Questions about one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookupFigures {
    /// What they were about; there are few such things.
    pub kind: &'static str,
    /// Questions that were answered from the cache.
    pub hits: u64,
    /// Questions that were not.
    pub misses: u64,
}

/// A breaker between this process and a server it talks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakerFigures {
    /// `closed`, `open` or `half_open`.
    pub state: &'static str,
    /// Failures in a row.
    pub failure_count: u32,
    /// Failures in a row that open it.
    pub threshold: u32,
}

impl CacheFigures {
    /// Questions.
    #[must_use]
    pub const fn requests(&self) -> u64 {
        self.hits.saturating_add(self.misses)
    }

    /// Which part of the questions was answered from the cache, in percent; `None` before the first one.
    #[must_use]
    pub fn hit_rate_percent(&self) -> Option<f64> {
        rate(self.hits, self.misses)
    }

    /// The same for questions about availability.
    #[must_use]
    pub fn availability_hit_rate_percent(&self) -> Option<f64> {
        rate(self.availability_hits, self.availability_misses)
    }
}

fn rate(hits: u64, misses: u64) -> Option<f64> {
    let all = hits.saturating_add(misses);
    (all > 0).then(|| percent(hits, all))
}

/// A part of a whole, in percent; a part of nothing is nothing.
#[must_use]
pub fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { number(part) / number(whole) * 100.0 }
}

/// A count as Prometheus and JSON write it: exact up to 2^53.
#[must_use]
#[expect(
    clippy::as_conversions,
    reason = "there is no other way from u64 to f64; both formats know only f64"
)]
pub fn number(count: u64) -> f64 {
    count as f64
}

pub(crate) struct PoolSource(pub(crate) Arc<dyn Pool>);

impl Source for PoolSource {
    fn collect(&self, to: &mut Figures) {
        const CONNECTIONS: &str = "instainstru_db_pool_connections";
        let figures = self.0.figures();
        let help = "Open connections to the database.";
        to.gauge(CONNECTIONS, help, &[("state", "in_use")], figures.in_use().into());
        to.gauge(CONNECTIONS, help, &[("state", "idle")], figures.idle.into());
        let help = "Greatest number of connections to the database.";
        to.gauge("instainstru_db_pool_connections_max", help, &[], figures.size.into());
    }
}

pub(crate) struct CacheSource(pub(crate) Arc<dyn Cache>);

impl Source for CacheSource {
    fn collect(&self, to: &mut Figures) {
        let figures = self.0.figures();
        let counters = [
            ("instainstru_cache_hits_total", "Questions answered from the cache.", figures.hits),
            ("instainstru_cache_misses_total", "Questions not answered from the cache.", figures.misses),
            ("instainstru_cache_sets_total", "Answers that were kept.", figures.sets),
            ("instainstru_cache_deletes_total", "Answers that were declared void.", figures.deletes),
            ("instainstru_cache_errors_total", "Failures of the server behind the cache.", figures.errors),
            (
                "instainstru_cache_circuit_opens_total",
                "How often the server behind the cache was given up for a while.",
                figures.circuit_opens,
            ),
            (
                "instainstru_cache_shared_hits_total",
                "Questions answered by what another server had made.",
                figures.shared_hits,
            ),
            (
                "instainstru_cache_coalesced_total",
                "Questions that waited for an answer that was being made already.",
                figures.coalesced,
            ),
        ];
        for (name, help, value) in counters {
            to.counter(name, help, &[], number(value));
        }
        for LookupFigures { kind, hits, misses } in figures.lookups {
            for (result, count) in [("hit", hits), ("miss", misses)] {
                let labels = [("kind", kind), ("result", result)];
                let help = "Questions to the cache, by what they were about.";
                to.counter("instainstru_cache_lookups_total", help, &labels, number(count));
            }
        }
        let help = "Answers that are kept in process.";
        to.gauge("instainstru_cache_entries", help, &[], number(figures.entries));
        to.gauge(
            "instainstru_cache_bytes",
            "Bytes that the answers kept in process take.",
            &[],
            number(figures.bytes),
        );
        if let Some(breaker) = figures.breaker {
            let help = "Whether the server behind the cache is left alone because it failed.";
            let open = if breaker.state == "closed" { 0.0 } else { 1.0 };
            to.gauge("instainstru_cache_breaker_open", help, &[], open);
        }
    }
}

/// The deliveries of the outbox. Counting them asks the database, so it is done now and then, and what was counted is told.
#[derive(Clone)]
pub struct OutboxSource(Arc<Outbox>);

struct Outbox {
    clock: Arc<dyn Clock>,
    counted: Mutex<Option<Counted>>,
}

struct Counted {
    at: Timestamp,
    figures: Vec<DeliveryFigures>,
}

impl OutboxSource {
    /// An outbox of which nothing is known yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Outbox { clock, counted: Mutex::default() }))
    }

    /// This was counted now.
    pub fn counted(&self, mut figures: Vec<DeliveryFigures>) {
        // A series that comes and goes cannot be alerted on.
        if !figures.iter().any(|of| of.consumer == MAIL) {
            let consumer = MAIL.to_owned();
            figures.push(DeliveryFigures { consumer, pending: 0, oldest_pending_at: None, dead: 0 });
        }
        let counted = Counted { at: self.0.clock.now(), figures };
        *self.0.counted.lock().unwrap_or_else(PoisonError::into_inner) = Some(counted);
    }
}

impl Source for OutboxSource {
    fn collect(&self, to: &mut Figures) {
        let counted = self.0.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Counted { at, figures }) = &*counted else { return };
        let now = self.0.clock.now();
        for of in figures {
            let labels = [("consumer", of.consumer.as_str())];
            let help = "Events that wait for a consumer or are being delivered to it.";
            to.gauge("instainstru_outbox_pending", help, &labels, number(of.pending));
            let help = "Age of the oldest event that waits for a consumer.";
            let age = of.oldest_pending_at.map_or(0.0, |oldest| seconds_between(oldest, now));
            to.gauge("instainstru_outbox_oldest_pending_age_seconds", help, &labels, age);
            let help = "Events whose delivery was given up and that wait for an administrator.";
            to.gauge("instainstru_outbox_dead", help, &labels, number(of.dead));
        }
        let help = "Age of the figures of the outbox.";
        to.gauge("instainstru_outbox_counted_age_seconds", help, &[], seconds_between(*at, now));
    }
}

/// Seconds from one instant to a later one; clocks that were set back count as no time.
#[must_use]
pub fn seconds_between(earlier: Timestamp, later: Timestamp) -> f64 {
    later.duration_since(earlier).as_secs_f64().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_known_after_the_first_question() {
        let figures = |hits, misses| CacheFigures { hits, misses, ..CacheFigures::default() };
        assert_eq!(figures(0, 0).hit_rate_percent(), None);
        assert_eq!(figures(3, 1).hit_rate_percent(), Some(75.0));
        assert_eq!(figures(0, 1).hit_rate_percent(), Some(0.0));
    }

    #[test]
    fn a_pool_is_in_use_as_far_as_it_is_not_idle() {
        let pool = PoolFigures { size: 10, open: 9, idle: 1 };
        assert_eq!((pool.in_use(), pool.usage_percent()), (8, 80.0));
        assert_eq!(PoolFigures { size: 0, open: 0, idle: 1 }.usage_percent(), 0.0);
    }
}
