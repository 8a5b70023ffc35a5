//! The Redis that servers share. Asking it takes a moment, so somebody asks now and then, and what it said is told.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use instainstru_domain::ports::response_cache::CacheServerInfo;

use crate::{
    exposition::Figures,
    readiness::Check,
    sources::{Source, number},
};

/// What is known of the Redis that servers share. Clones share it.
///
/// ```
/// use instainstru_domain::ports::response_cache::CacheServerInfo;
/// use instainstru_telemetry::{Check as _, SharedRedis};
///
/// let redis = SharedRedis::default();
/// assert_eq!(redis.check(), Err("not asked yet"));
/// redis.said(Some(CacheServerInfo { connected_clients: 3, ..CacheServerInfo::default() }));
/// assert_eq!(redis.check(), Ok(()));
/// redis.said(None);
/// assert_eq!(redis.check(), Err("unreachable"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct SharedRedis(Arc<Mutex<Known>>);

#[derive(Debug, Clone, Default)]
enum Known {
    /// Nobody has asked.
    #[default]
    Nothing,
    /// It did not answer when it was asked last.
    Away,
    /// What it said when it was asked last.
    Said(CacheServerInfo),
}

impl SharedRedis {
    /// It was asked, and said this; `None` when it did not answer.
    pub fn said(&self, said: Option<CacheServerInfo>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = said.map_or(Known::Away, Known::Said);
    }

    /// What it said last, as it names its figures; nothing while it is away.
    #[must_use]
    pub fn figures(&self) -> BTreeMap<String, String> {
        let Known::Said(said) = self.known() else { return BTreeMap::new() };
        let figures = [
            ("used_memory_human", said.used_memory_human),
            ("connected_clients", said.connected_clients.to_string()),
            ("total_commands_processed", said.total_commands_processed.to_string()),
            ("instantaneous_ops_per_sec", said.instantaneous_ops_per_sec.to_string()),
            ("keyspace_hits", said.keyspace_hits.to_string()),
            ("keyspace_misses", said.keyspace_misses.to_string()),
            ("evicted_keys", said.evicted_keys.to_string()),
        ];
        figures.map(|(name, value)| (name.to_owned(), value)).into()
    }

    fn known(&self) -> Known {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Source for SharedRedis {
    fn collect(&self, to: &mut Figures) {
        let help = "Whether the Redis that servers share answered when it was asked last.";
        let up = |to: &mut Figures, value| to.gauge("instainstru_redis_up", help, &[], value);
        let said = match self.known() {
            Known::Nothing => return,
            Known::Away => return up(to, 0.0),
            Known::Said(said) => said,
        };
        up(to, 1.0);
        let help = "Clients that are connected to Redis.";
        to.gauge("instainstru_redis_connected_clients", help, &[], number(said.connected_clients));
        for (name, help, value) in [
            (
                "instainstru_redis_commands_total",
                "Commands that Redis has carried out.",
                said.total_commands_processed,
            ),
            ("instainstru_redis_keyspace_hits_total", "Keys that Redis had.", said.keyspace_hits),
            (
                "instainstru_redis_keyspace_misses_total",
                "Keys that Redis did not have.",
                said.keyspace_misses,
            ),
            (
                "instainstru_redis_evicted_keys_total",
                "Keys that Redis removed to make room.",
                said.evicted_keys,
            ),
        ] {
            to.counter(name, help, &[], number(value));
        }
    }
}

impl Check for SharedRedis {
    fn name(&self) -> &'static str {
        "redis"
    }

    /// While Redis is away a server works for itself.
    fn is_vital(&self) -> bool {
        false
    }

    fn check(&self) -> Result<(), &'static str> {
        match self.known() {
            Known::Said(_) => Ok(()),
            Known::Away => Err("unreachable"),
            Known::Nothing => Err("not asked yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_last_answer_and_gone_with_the_server() {
        let redis = SharedRedis::default();
        assert!(redis.figures().is_empty());
        redis.said(Some(CacheServerInfo {
            used_memory_human: "1.2M".to_owned(),
            evicted_keys: 7,
            ..CacheServerInfo::default()
        }));
        let figures = redis.figures();
        assert_eq!((figures.len(), figures["used_memory_human"].as_str()), (7, "1.2M"));
        assert_eq!(figures["evicted_keys"], "7");
        redis.said(None);
        assert!(redis.figures().is_empty());
    }
}
