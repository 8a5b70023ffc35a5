//! What a cache counts: one set of counters for the whole process.

use std::sync::atomic::{AtomicU64, Ordering};

use instainstru_domain::ports::response_cache::{AnswerKind, CacheStats, Lookups};

/// The counters of a cache.
#[derive(Debug, Default)]
pub(super) struct Counters {
    hits: [AtomicU64; AnswerKind::ALL.len()],
    misses: [AtomicU64; AnswerKind::ALL.len()],
    pub(super) shared_hits: AtomicU64,
    pub(super) coalesced: AtomicU64,
    pub(super) sets: AtomicU64,
    pub(super) deletes: AtomicU64,
    pub(super) availability_invalidations: AtomicU64,
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    pub(super) fn hit(&self, kind: AnswerKind) {
        of(&self.hits, kind).for_each(count);
    }

    pub(super) fn miss(&self, kind: AnswerKind) {
        of(&self.misses, kind).for_each(count);
    }

    pub(super) fn snapshot(&self) -> CacheStats {
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut stats = CacheStats {
            shared_hits: value(&self.shared_hits),
            coalesced: value(&self.coalesced),
            sets: value(&self.sets),
            deletes: value(&self.deletes),
            availability_invalidations: value(&self.availability_invalidations),
            ..CacheStats::default()
        };
        for ((lookups, hits), misses) in stats.lookups.iter_mut().zip(&self.hits).zip(&self.misses) {
            *lookups = Lookups { hits: value(hits), misses: value(misses) };
        }
        stats
    }

    pub(super) fn reset(&self) {
        let single =
            [&self.shared_hits, &self.coalesced, &self.sets, &self.deletes, &self.availability_invalidations];
        for counter in self.hits.iter().chain(&self.misses).chain(single) {
            counter.store(0, Ordering::Relaxed);
        }
    }
}

/// The counter of a kind: exactly one.
fn of(counters: &[AtomicU64; AnswerKind::ALL.len()], kind: AnswerKind) -> impl Iterator<Item = &AtomicU64> {
    AnswerKind::ALL.into_iter().zip(counters).filter(move |(other, _)| *other == kind).map(|(_, own)| own)
}
