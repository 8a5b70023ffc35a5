//! What the server knows of itself: which instruments there are and what they are attached to.
//!
//! To export the figures of something else, implement [`Source`] for it here and hand it to [`Telemetry::add_source`] in
//! [`Monitoring::attach`]; a cache is [`Telemetry::watch_cache`]d, and what the server cannot do without becomes a [`Check`].

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use instainstru_domain::ports::{
    EventConsumer, ResponseCache,
    response_cache::{AnswerKind, Lookups},
};
use instainstru_http::Application;
use instainstru_repository::{Backend, Database, SlowStatements};
use instainstru_telemetry::{
    Check, Figures, JobSource, SharedRedis, SlowStatement, Telemetry, Watch,
    operations::{
        CountedAccounts, CountedAdministration, CountedAlerts, CountedAnalytics, CountedAudit,
        CountedAvailability, CountedBookings, CountedCatalogue, CountedCatalogueEditing, CountedConsumer,
        CountedDeliveries, CountedInstructors, CountedJobs, CountedPasswords, CountedPersonalData,
        CountedPublic, CountedReminders, CountedSearch, CountedSearchHistory, CountedVocabularyEditing,
    },
    process::Machine,
    sources::{
        BreakerFigures, Cache, CacheFigures, LookupFigures, OutboxSource, Pool, PoolFigures, Source, number,
    },
};

use crate::{
    compose,
    config::Config,
    search::{Freshness, LiveSearch},
};

/// An index that was not like the database for longer is no basis for answers.
const STALE_INDEX: Duration = Duration::from_secs(60);

/// Keys of kept answers that are shown.
const SAMPLED_KEYS: usize = 10;

/// Time between two questions to Redis how it is.
const REDIS_ASKED_EVERY: Duration = Duration::from_secs(5);

/// The instruments of this server.
pub struct Monitoring {
    telemetry: Telemetry,
    outbox: OutboxSource,
    jobs: JobSource,
    redis: SharedRedis,
    /// Whether operations are counted.
    counts: bool,
}

impl Monitoring {
    /// Instruments that are attached to nothing yet.
    ///
    /// # Errors
    /// When two series have one name, which would be a mistake in the program.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let clock = compose::clock(config);
        let telemetry = Telemetry::new(Arc::clone(&clock))?;
        let (outbox, jobs) = (OutboxSource::new(Arc::clone(&clock)), JobSource::new(clock));
        telemetry.add_source(outbox.clone());
        telemetry.add_source(jobs.clone());
        telemetry.watch_machine(Machine::new(config.data_dir.clone()));
        Ok(Self {
            telemetry,
            outbox,
            jobs,
            redis: SharedRedis::default(),
            counts: config.monitoring.counting,
        })
    }

    /// The instruments.
    #[must_use]
    pub fn telemetry(&self) -> Telemetry {
        self.telemetry.clone()
    }

    /// What tells the instruments of slow statements.
    #[must_use]
    pub fn slow_statements(&self) -> SlowStatements {
        let telemetry = self.telemetry();
        SlowStatements::new(SlowStatement::LEAST, move |sql, elapsed| telemetry.slow_statement(sql, elapsed))
    }

    /// Attaches the instruments to what they watch.
    pub fn attach(&self, config: &Config, database: &Database, search: Arc<LiveSearch>, index: Freshness) {
        let telemetry = &self.telemetry;
        let kind = match database.backend() {
            Backend::Postgres => "postgres",
            Backend::Sqlite => "sqlite",
        };
        telemetry.add_build_info(env!("CARGO_PKG_VERSION"), config.environment.as_str().to_owned(), kind);
        telemetry.watch_pool(Arc::new(DatabasePool(database.clone())));
        telemetry.add_source(SearchIndex { search, freshness: index.clone() });
        telemetry.add_check(DatabaseAnswers(database.clone()));
        telemetry.add_check(SchemaIsCurrent(database.clone()));
        telemetry.add_check(IndexIsFresh(index));
    }

    /// Watches the answers that are kept.
    pub fn watch_cache(&self, cache: Arc<dyn ResponseCache>) {
        self.telemetry.watch_cache(Arc::new(KeptAnswers { cache, redis: self.redis.clone() }));
    }

    /// Watches the Redis behind this cache: asks it how it is for as long as what is returned is polled.
    pub fn watch_redis(&self, behind: Arc<dyn ResponseCache>) -> impl Future<Output = ()> + use<> {
        let redis = self.redis.clone();
        self.telemetry.add_source(redis.clone());
        self.telemetry.add_check(redis.clone());
        async move {
            loop {
                redis.said(behind.server_info().await);
                tokio::time::sleep(REDIS_ASKED_EVERY).await;
            }
        }
    }

    /// The same application, whose use cases are counted unless the configuration forbids it.
    #[must_use]
    pub fn counting(&self, application: Application) -> Application {
        if !self.counts {
            return application;
        }
        let operations = self.telemetry.operations();
        Application {
            accounts: Arc::new(CountedAccounts::new(application.accounts, operations)),
            instructors: Arc::new(CountedInstructors::new(application.instructors, operations)),
            catalogue: Arc::new(CountedCatalogue::new(application.catalogue, operations)),
            availability: Arc::new(CountedAvailability::new(application.availability, operations)),
            public: Arc::new(CountedPublic::new(application.public, operations)),
            search: Arc::new(CountedSearch::new(application.search, operations)),
            bookings: Arc::new(CountedBookings::new(application.bookings, operations)),
            personal_data: Arc::new(CountedPersonalData::new(application.personal_data, operations)),
            administration: Arc::new(CountedAdministration::new(application.administration, operations)),
            passwords: Arc::new(CountedPasswords::new(application.passwords, operations)),
            audit: Arc::new(CountedAudit::new(application.audit, operations)),
            reminders: Arc::new(CountedReminders::new(application.reminders, operations)),
            deliveries: Arc::new(CountedDeliveries::new(application.deliveries, operations)),
            analytics: Arc::new(CountedAnalytics::new(application.analytics, operations)),
            jobs: Arc::new(CountedJobs::new(application.jobs, operations)),
            alerts: Arc::new(CountedAlerts::new(application.alerts, operations)),
            catalogue_editing: Arc::new(CountedCatalogueEditing::new(
                application.catalogue_editing,
                operations,
            )),
            vocabulary_editing: Arc::new(CountedVocabularyEditing::new(
                application.vocabulary_editing,
                operations,
            )),
            search_history: Arc::new(CountedSearchHistory::new(application.search_history, operations)),
            ..application
        }
    }

    /// The same consumers, whose work is counted unless the configuration forbids it.
    #[must_use]
    pub fn counting_consumers(&self, consumers: Vec<Arc<dyn EventConsumer>>) -> Vec<Arc<dyn EventConsumer>> {
        if !self.counts {
            return consumers;
        }
        let operations = self.telemetry.operations();
        let counted =
            |consumer| -> Arc<dyn EventConsumer> { Arc::new(CountedConsumer::new(consumer, operations)) };
        consumers.into_iter().map(counted).collect()
    }

    /// Starts looking after the instruments.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(&self, application: &Application) -> anyhow::Result<Watch> {
        let deliveries = (Arc::clone(&application.deliveries), self.outbox.clone());
        let jobs = (Arc::clone(&application.jobs), self.jobs.clone());
        Watch::start(self.telemetry(), Arc::clone(&application.alerts), deliveries, jobs)
            .context("cannot start the thread of monitoring")
    }
}

struct DatabasePool(Database);

impl Pool for DatabasePool {
    fn figures(&self) -> PoolFigures {
        let state = self.0.pool_state();
        PoolFigures { size: state.size, open: state.open, idle: state.idle }
    }
}

/// The answers that are kept, and what the server behind them said of itself last.
struct KeptAnswers {
    cache: Arc<dyn ResponseCache>,
    redis: SharedRedis,
}

impl Cache for KeptAnswers {
    fn figures(&self) -> CacheFigures {
        let stats = self.cache.stats();
        let total = stats.total();
        let (times, starts) = (stats.of(AnswerKind::Availability), stats.of(AnswerKind::StartTimes));
        CacheFigures {
            hits: total.hits,
            misses: total.misses,
            sets: stats.sets,
            deletes: stats.deletes,
            errors: stats.errors,
            circuit_opens: stats.circuit_opens,
            availability_hits: times.hits.saturating_add(starts.hits),
            availability_misses: times.misses.saturating_add(starts.misses),
            availability_invalidations: stats.availability_invalidations,
            breaker: stats.breaker.map(|breaker| BreakerFigures {
                state: breaker.state.name(),
                failure_count: breaker.failures,
                threshold: breaker.threshold,
            }),
            server: self.redis.figures(),
            lookups: AnswerKind::ALL.map(|kind| lookups(kind, stats.of(kind))).into(),
            shared_hits: stats.shared_hits,
            coalesced: stats.coalesced,
            entries: stats.entries,
            bytes: stats.bytes,
            sample_keys: self.cache.sample_keys(AnswerKind::Availability, SAMPLED_KEYS),
            ..CacheFigures::default()
        }
    }

    fn reset(&self) {
        self.cache.reset_stats();
    }
}

fn lookups(kind: AnswerKind, Lookups { hits, misses }: Lookups) -> LookupFigures {
    LookupFigures { kind: kind.name(), hits, misses }
}

struct SearchIndex {
    search: Arc<LiveSearch>,
    freshness: Freshness,
}

impl Source for SearchIndex {
    fn collect(&self, to: &mut Figures) {
        let instructors = u64::try_from(self.search.snapshot().len()).unwrap_or(u64::MAX);
        let help = "Instructors that search knows.";
        to.gauge("instainstru_search_index_instructors", help, &[], number(instructors));
        let help = "Time since the search index was last known to be like the database.";
        let age = self.freshness.age().map(|age| age.as_secs_f64());
        to.gauge_if_known("instainstru_search_index_age_seconds", help, age);
    }
}

struct DatabaseAnswers(Database);

impl Check for DatabaseAnswers {
    fn name(&self) -> &'static str {
        "database"
    }

    fn check(&self) -> Result<(), &'static str> {
        self.0.ping().map_err(|_cause| "unreachable")
    }
}

struct SchemaIsCurrent(Database);

impl Check for SchemaIsCurrent {
    fn name(&self) -> &'static str {
        "migrations"
    }

    fn check(&self) -> Result<(), &'static str> {
        match self.0.pending_migrations() {
            Ok(pending) if pending.is_empty() => Ok(()),
            Ok(_pending) => Err("pending"),
            Err(_cause) => Err("unknown"),
        }
    }
}

struct IndexIsFresh(Freshness);

impl Check for IndexIsFresh {
    fn name(&self) -> &'static str {
        "search_index"
    }

    fn check(&self) -> Result<(), &'static str> {
        match self.0.age() {
            Some(age) if age <= STALE_INDEX => Ok(()),
            Some(_) => Err("stale"),
            None => Err("missing"),
        }
    }
}
