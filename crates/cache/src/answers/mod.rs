//! Kept answers: in process first, then with the other servers, made only when neither has one that is true.

mod counters;
mod flights;
mod generations;
mod hearing;
mod moment;
mod names;
mod search;
mod second;
mod wire;

use std::{cell::Cell, sync::Arc, time::Duration};

use deadpool_redis::redis::Value;
use instainstru_domain::{
    event::DomainEvent,
    ports::{
        Clock, CommitListener, InstructorSearch, ResponseCache,
        response_cache::{
            AnswerKind, CacheKey, CacheServerInfo, CacheStats, MakeFailure, Origin, Pending, ReadyAnswer,
            Topic,
        },
    },
};

pub use self::search::KeptSearch;
use self::{
    counters::{Counters, count},
    flights::Flights,
    generations::{Generations, Scope, Stamp},
    hearing::Hearing,
    moment::Moment,
    names::{Names, VoidListener},
    second::{Looked, SecondLevel},
    wire::{SharedAnswer, Token},
};
use crate::redis::{Link, Listener, command};

/// No answer takes up room for longer, even when nobody asks for it any more.
const LONGEST_LIFE: Duration = Duration::from_secs(24 * 3600);
/// Bytes an answer takes besides its own.
const OVERHEAD: usize = 256;

/// How much is kept in process, and how the answers look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSettings {
    /// Most bytes of answers in process.
    pub memory_bytes: u64,
    /// What keys on a shared server begin with. Servers whose answers have another form or follow other rules must have another
    /// one.
    pub space: String,
}

impl Default for AnswerSettings {
    /// 64 MiB.
    fn default() -> Self {
        Self { memory_bytes: 64 << 20, space: "instainstru".to_owned() }
    }
}

/// Keeps answers in process and, when servers share a Redis, there as well.
pub struct AnswerCache {
    clock: Arc<dyn Clock>,
    memory: moka::sync::Cache<String, Arc<Entry>>,
    generations: Arc<Generations>,
    hearing: Arc<Hearing>,
    flights: Flights<Flight, Result<Arc<Entry>, MakeFailure>>,
    counters: Arc<Counters>,
    second: Option<Arc<SecondLevel>>,
}

/// An answer that is kept, and under which conditions it is true.
struct Entry {
    answer: Arc<ReadyAnswer>,
    stamp: Stamp,
    quarter: i64,
    made_at: i64,
}

/// A question, and everything its answer depends on: whoever asks after a change does not join who asked before it.
type Flight = (String, Stamp, i64);

/// How an answer was come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Memory,
    Shared,
    Made,
}

/// What is needed before there is a connection: listeners are part of it.
pub(crate) struct Ears {
    names: Arc<Names>,
    generations: Arc<Generations>,
    hearing: Arc<Hearing>,
}

impl Ears {
    pub(crate) fn new(settings: &AnswerSettings) -> Self {
        Self {
            names: Arc::new(Names::new(&settings.space)),
            generations: Arc::new(Generations::new()),
            hearing: Arc::new(Hearing::new()),
        }
    }

    pub(crate) fn listener(&self) -> Arc<dyn Listener> {
        self.hearing.subscribed(false);
        Arc::new(VoidListener {
            names: Arc::clone(&self.names),
            generations: Arc::clone(&self.generations),
            hearing: Arc::clone(&self.hearing),
        })
    }
}

impl AnswerCache {
    /// A cache in process only.
    #[must_use]
    pub fn in_process(settings: &AnswerSettings, clock: Arc<dyn Clock>) -> Self {
        Self::new(settings, clock, Ears::new(settings), None)
    }

    /// A cache in process, with a second one behind it.
    pub(crate) fn new(
        settings: &AnswerSettings,
        clock: Arc<dyn Clock>,
        ears: Ears,
        link: Option<Arc<Link>>,
    ) -> Self {
        let Ears { names, generations, hearing } = ears;
        let memory = moka::sync::Cache::builder()
            .name("answers")
            .max_capacity(settings.memory_bytes)
            .weigher(|key: &String, entry: &Arc<Entry>| entry.weight(key))
            .time_to_live(LONGEST_LIFE)
            .build();
        let second = link.map(|link| SecondLevel::start(link, Arc::clone(&generations), names));
        Self {
            clock,
            memory,
            generations,
            hearing,
            flights: Flights::new(),
            counters: Arc::default(),
            second,
        }
    }

    /// A search engine whose answers are kept until [`Topic::Search`] is declared void here.
    #[must_use]
    pub fn searching(&self, engine: Arc<dyn InstructorSearch>) -> KeptSearch {
        let (generations, hearing) = (Arc::clone(&self.generations), Arc::clone(&self.hearing));
        KeptSearch::new(engine, generations, hearing, Arc::clone(&self.counters))
    }

    /// Declares every answer void that tells about one of these topics: at once in this process, and with the other servers as
    /// soon as they hear of it.
    pub fn void(&self, topics: impl IntoIterator<Item = Topic>) {
        for topic in topics {
            count(&self.counters.deletes);
            if matches!(topic, Topic::Instructor(_)) {
                count(&self.counters.availability_invalidations);
            }
            let counter = self.generations.void(Scope::Topic(topic));
            match &self.second {
                // What search finds is not shared.
                Some(second) if topic != Topic::Search => second.tell(Scope::Topic(topic), counter),
                _ => {}
            }
        }
    }

    /// Says that this process knows of every change that was committed up to now. Once this was said, answers live shorter
    /// whenever it is not said for a while.
    pub fn followed(&self) {
        self.hearing.followed(self.clock.now().as_microsecond());
    }

    fn in_memory(&self, key: &CacheKey, moment: Moment) -> Option<Arc<Entry>> {
        let entry = self.memory.get(key.text())?;
        let is_true = entry.quarter == moment.quarter
            && entry.stamp == self.generations.stamp(key.about())
            && self.is_young(key, moment, entry.made_at);
        is_true.then_some(entry)
    }

    fn is_young(&self, key: &CacheKey, moment: Moment, made_at: i64) -> bool {
        let lifetime = i64::try_from(key.lifetime().as_micros()).unwrap_or(i64::MAX);
        moment.allows(made_at, lifetime.min(self.hearing.longest_life(moment.now)))
    }

    /// The answer for everybody on one flight.
    async fn come_by(
        &self,
        key: &CacheKey,
        moment: Moment,
        stamp: Stamp,
        make: Pending<'_, Result<ReadyAnswer, MakeFailure>>,
    ) -> Result<(Arc<Entry>, Source), MakeFailure> {
        // The flight before this one may just have landed.
        if let Some(entry) = self.in_memory(key, moment) {
            return Ok((entry, Source::Memory));
        }
        let second = self.second.as_ref().filter(|_second| key.kind().is_shared());
        let mut tokens = None;
        if let Some(second) = second {
            match second.find(key, moment.quarter).await {
                Looked::Found(shared) if self.is_young(key, moment, shared.made_at) => {
                    let entry = self.entry(shared.answer, stamp, moment.quarter, shared.made_at);
                    self.keep(key, &entry);
                    return Ok((entry, Source::Shared));
                }
                Looked::Found(shared) => tokens = Some(shared.tokens),
                Looked::Missing(found) => tokens = found,
            }
        }
        let entry = self.entry(make.await?, stamp, moment.quarter, moment.now);
        if self.keep(key, &entry)
            && let (Some(second), Some(tokens)) = (second, tokens)
        {
            second.store(key, &entry.shared(tokens), key.lifetime());
        }
        Ok((entry, Source::Made))
    }

    fn entry(&self, answer: ReadyAnswer, stamp: Stamp, quarter: i64, made_at: i64) -> Arc<Entry> {
        Arc::new(Entry { answer: Arc::new(answer), stamp, quarter, made_at })
    }

    /// Keeps an answer unless it became void while it was made; whether it did.
    fn keep(&self, key: &CacheKey, entry: &Arc<Entry>) -> bool {
        // What becomes void from here on is recognised by its stamp.
        let is_true = entry.stamp == self.generations.stamp(key.about());
        if is_true {
            self.memory.insert(key.text().to_owned(), Arc::clone(entry));
            count(&self.counters.sets);
        }
        is_true
    }
}

impl Entry {
    fn weight(&self, key: &str) -> u32 {
        let ReadyAnswer { body, gzip, tag } = &*self.answer;
        let bytes = body.len() + gzip.as_ref().map_or(0, Vec::len) + tag.len() + key.len() + OVERHEAD;
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }

    fn shared(&self, tokens: Vec<Token>) -> SharedAnswer {
        let answer = ReadyAnswer::clone(&self.answer);
        SharedAnswer { made_at: self.made_at, quarter: self.quarter, tokens, answer }
    }
}

impl ResponseCache for AnswerCache {
    fn find(&self, key: &CacheKey) -> Option<Arc<ReadyAnswer>> {
        let moment = Moment::of(key, self.clock.now())?;
        let entry = self.in_memory(key, moment)?;
        self.counters.hit(key.kind());
        Some(Arc::clone(&entry.answer))
    }

    fn find_or_make<'a>(
        &'a self,
        key: &'a CacheKey,
        make: Pending<'a, Result<ReadyAnswer, MakeFailure>>,
    ) -> Pending<'a, Result<(Arc<ReadyAnswer>, Origin), MakeFailure>> {
        Box::pin(async move {
            let Some(moment) = Moment::of(key, self.clock.now()) else {
                return make.await.map(|answer| (Arc::new(answer), Origin::Made));
            };
            // Taken before anything is looked at: what changes from here on voids what is found from here on.
            let stamp = self.generations.stamp(key.about());
            let flight = (key.text().to_owned(), stamp, moment.quarter);
            let source = Cell::new(None);
            let landed = self.flights.join(flight, async {
                let (entry, from) = self.come_by(key, moment, stamp, make).await?;
                source.set(Some(from));
                Ok(entry)
            });
            let landed = landed.await;
            let origin = match (&landed, source.get()) {
                (Err(_), _) | (Ok(_), Some(Source::Made)) => {
                    self.counters.miss(key.kind());
                    Origin::Made
                }
                (Ok(_), from) => {
                    self.counters.hit(key.kind());
                    match from {
                        Some(Source::Shared) => count(&self.counters.shared_hits),
                        None => count(&self.counters.coalesced),
                        Some(Source::Memory | Source::Made) => {}
                    }
                    Origin::Kept
                }
            };
            landed.map(|entry| (Arc::clone(&entry.answer), origin))
        })
    }

    fn stats(&self) -> CacheStats {
        use std::sync::atomic::Ordering::Relaxed;
        let mut stats = self.counters.snapshot();
        // So that the figures below are those of this moment.
        self.memory.run_pending_tasks();
        stats.entries = self.memory.entry_count();
        stats.bytes = self.memory.weighted_size();
        if let Some(link) = self.second.as_ref().map(|second| second.link()) {
            let traffic = link.traffic();
            stats.errors = traffic.errors.load(Relaxed);
            stats.pipelines = traffic.pipelines.load(Relaxed);
            stats.commands = traffic.commands.load(Relaxed);
            stats.circuit_opens = link.breaker().times_opened();
            stats.breaker = Some(link.breaker().snapshot());
        }
        stats
    }

    fn reset_stats(&self) {
        self.counters.reset();
        if let Some(second) = &self.second {
            second.link().reset_counters();
        }
    }

    fn sample_keys(&self, kind: AnswerKind, most: usize) -> Vec<String> {
        let beginning = format!("{}:", kind.name());
        let keys = self.memory.iter().map(|(key, _entry)| key.as_str().to_owned());
        keys.filter(|key| key.starts_with(&beginning)).take(most).collect()
    }

    fn server_info(&self) -> Pending<'_, Option<CacheServerInfo>> {
        Box::pin(async move {
            let asked = self.second.as_ref()?.link().ask(vec![command("INFO", [])]).await.ok()?;
            match asked.into_iter().next()? {
                Value::BulkString(bytes) => Some(read_info(&String::from_utf8_lossy(&bytes))),
                Value::VerbatimString { text, .. } | Value::SimpleString(text) => Some(read_info(&text)),
                _ => None,
            }
        })
    }
}

impl CommitListener for AnswerCache {
    fn committed(&self, events: &[DomainEvent]) {
        self.void(events.iter().flat_map(Topic::of));
    }
}

/// Reads the answer to `INFO`: lines of a name, a colon and a value.
fn read_info(text: &str) -> CacheServerInfo {
    let value = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default().trim()
    };
    let number = |name: &str| value(name).parse().unwrap_or_default();
    CacheServerInfo {
        used_memory_human: value("used_memory_human").to_owned(),
        connected_clients: number("connected_clients"),
        total_commands_processed: number("total_commands_processed"),
        instantaneous_ops_per_sec: number("instantaneous_ops_per_sec"),
        keyspace_hits: number("keyspace_hits"),
        keyspace_misses: number("keyspace_misses"),
        evicted_keys: number("evicted_keys"),
    }
}
