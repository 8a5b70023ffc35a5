//! The thread that looks after the instruments: it takes samples, counts the outbox, reads the jobs, and turns what was noticed into alerts.

use std::{
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use instainstru_service::{alerts::AlertUseCases, deliveries::DeliveryUseCases, jobs::JobUseCases};

use crate::{jobs::JobSource, sources::OutboxSource, telemetry::Telemetry};

/// Time between two looks at what was noticed.
const BEAT: Duration = Duration::from_secs(1);
/// Time between two looks at the outbox and the jobs: as often as Prometheus usually asks.
const COUNTED_EVERY: Duration = Duration::from_secs(15);
/// Time between two samples.
const SAMPLED_EVERY: Duration = Duration::from_secs(60);

/// The thread that looks after the instruments. It ends when this is dropped.
#[derive(Debug)]
pub struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Starts looking after these instruments.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(
        telemetry: Telemetry,
        alerts: Arc<dyn AlertUseCases>,
        deliveries: (Arc<dyn DeliveryUseCases>, OutboxSource),
        jobs: (Arc<dyn JobUseCases>, JobSource),
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("telemetry".to_owned()).spawn(move || {
            let mut round = Round::new(telemetry, alerts, deliveries, jobs);
            round.beat(Instant::now());
            while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                round.beat(Instant::now());
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Without a sender the thread ends at its next pause.
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of monitoring panicked");
        }
    }
}

/// What the thread does, and when it last did it.
struct Round {
    telemetry: Telemetry,
    alerts: Arc<dyn AlertUseCases>,
    deliveries: (Arc<dyn DeliveryUseCases>, OutboxSource),
    jobs: (Arc<dyn JobUseCases>, JobSource),
    counted_at: Option<Instant>,
    sampled_at: Option<Instant>,
}

impl Round {
    fn new(
        telemetry: Telemetry,
        alerts: Arc<dyn AlertUseCases>,
        deliveries: (Arc<dyn DeliveryUseCases>, OutboxSource),
        jobs: (Arc<dyn JobUseCases>, JobSource),
    ) -> Self {
        Self { telemetry, alerts, deliveries, jobs, counted_at: None, sampled_at: None }
    }

    fn beat(&mut self, now: Instant) {
        if is_time(&mut self.sampled_at, SAMPLED_EVERY, now) {
            self.telemetry.sample();
        }
        if is_time(&mut self.counted_at, COUNTED_EVERY, now) {
            let (deliveries, outbox) = &self.deliveries;
            match deliveries.figures() {
                Ok(figures) => outbox.counted(figures),
                Err(error) => tracing::warn!(error = cause(&error), "cannot count the outbox"),
            }
            let (jobs, source) = &self.jobs;
            match jobs.list() {
                Ok(list) => source.read(list),
                Err(error) => tracing::warn!(error = cause(&error), "cannot read the jobs"),
            }
        }
        for alert in self.telemetry.take_noticed() {
            match self.alerts.raise(&alert) {
                Ok(Some(_raised)) => self.telemetry.alert_raised(alert.kind),
                // One of its kind is known.
                Ok(None) => {}
                Err(error) => {
                    let kind = alert.kind.as_str();
                    tracing::error!(
                        alert.kind = kind,
                        message = alert.message,
                        error = cause(&error),
                        "an alert cannot be kept"
                    );
                }
            }
        }
    }
}

/// Whether something that is done every so often is to be done now; notes that it is.
fn is_time(last: &mut Option<Instant>, every: Duration, now: Instant) -> bool {
    let is_time = last.is_none_or(|last| now.saturating_duration_since(last) >= every);
    if is_time {
        *last = Some(now);
    }
    is_time
}

fn cause<E: std::error::Error + 'static>(error: &E) -> &(dyn std::error::Error + 'static) {
    error
}

#[cfg(test)]
mod tests {
    use instainstru_domain::job::{JobSpec, Schedule};
    use instainstru_domain::{
        alert::AlertKind,
        event::DomainEvent,
        ports::{Clock as _, StorageError, TransactorExt as _},
    };
    use instainstru_service::{alerts::AlertService, deliveries::DeliveryService, jobs::JobService};
    use instainstru_test_support::{
        builders::a_user,
        clock::FixedClock,
        memory::{Fault, MemoryStore, unavailable},
    };

    use super::*;
    use crate::sources::{Pool, PoolFigures};

    struct FullPool;

    impl Pool for FullPool {
        fn figures(&self) -> PoolFigures {
            PoolFigures { size: 10, open: 10, idle: 1 }
        }
    }

    struct World {
        store: MemoryStore,
        telemetry: Telemetry,
        round: Round,
    }

    impl World {
        fn new() -> Self {
            let (store, clock) = (MemoryStore::new(), Arc::new(FixedClock::at("2026-07-15T12:00:00Z")));
            let telemetry = Telemetry::new(clock.clone()).unwrap();
            let tx = Arc::new(store.clone());
            let outbox = OutboxSource::new(clock.clone());
            telemetry.add_source(outbox.clone());
            let jobs = JobSource::new(clock.clone());
            telemetry.add_source(jobs.clone());
            let schedule = Schedule::Every { minutes: 15.try_into().unwrap() };
            let spec = JobSpec { name: "retention", about: "Forgets what is old", schedule };
            let user = a_user(&store).insert().id;
            store
                .transaction::<_, StorageError>(|uow| {
                    uow.outbox().push(&DomainEvent::PasswordChanged { user }, clock.now())
                })
                .unwrap();
            let round = Round::new(
                telemetry.clone(),
                Arc::new(AlertService::new(tx.clone(), clock.clone())),
                (Arc::new(DeliveryService::new(tx.clone(), clock.clone())), outbox),
                (Arc::new(JobService::new(tx, clock, vec![spec], "this".into())), jobs),
            );
            Self { store, telemetry, round }
        }

        fn alerts(&self) -> Vec<AlertKind> {
            let kinds = self.store.reading::<_, StorageError>(|uow| {
                let since = jiff::Timestamp::MIN;
                uow.alerts().list(&instainstru_domain::alert::AlertFilter { since, severity: None }, 100)
            });
            kinds.unwrap().iter().map(|alert| alert.alert.kind).collect()
        }
    }

    #[test]
    fn what_was_noticed_becomes_alerts_once() {
        let mut world = World::new();
        world.telemetry.watch_pool(Arc::new(FullPool));
        world.telemetry.slow_statement("SELECT 1", Duration::from_millis(1001));
        let now = Instant::now();
        world.round.beat(now);
        assert_eq!(world.alerts(), [AlertKind::HighDatabasePoolUsage, AlertKind::ExtremelySlowQuery]);
        world.telemetry.slow_statement("SELECT 1", Duration::from_millis(1001));
        world.round.beat(now + SAMPLED_EVERY);
        assert_eq!(world.alerts().len(), 2, "they are in their cooldown");
        let text = world.telemetry.scrape();
        assert!(
            text.contains("instainstru_alerts_total{severity=\"critical\",type=\"extremely_slow_query\"} 1")
        );
        assert!(text.contains("instainstru_db_slow_queries_total 2"));
    }

    #[test]
    fn what_is_only_slow_is_no_alert() {
        let mut world = World::new();
        world.telemetry.slow_statement("SELECT 1", Duration::from_millis(1000));
        world.round.beat(Instant::now());
        assert_eq!(world.alerts(), []);
        assert_eq!(world.telemetry.slow_statements().len(), 1);
    }

    #[test]
    fn samples_are_taken_once_a_minute_and_outbox_and_jobs_are_looked_at_every_quarter_of_one() {
        let mut world = World::new();
        world.telemetry.watch_pool(Arc::new(FullPool));
        let start = Instant::now();
        for second in 0..61 {
            world.round.beat(start + Duration::from_secs(second));
        }
        assert_eq!(world.telemetry.pool_samples().len(), 2);
        let text = world.telemetry.scrape();
        assert!(text.contains("instainstru_outbox_pending{consumer=\"mail\"} 1"));
        assert!(text.contains("instainstru_job_failures{job_name=\"retention\"} 0"), "{text}");
        // It has never run, so its time has come.
        assert!(text.contains("instainstru_job_late_seconds{job_name=\"retention\"} 0"), "{text}");
    }

    #[test]
    fn a_database_that_is_away_ends_nothing() {
        let mut world = World::new();
        for fault in [Fault::Begin, Fault::Commit] {
            world.store.fail_next(fault, unavailable);
        }
        world.telemetry.slow_statement("SELECT 1", Duration::from_secs(2));
        let now = Instant::now();
        world.round.beat(now);
        world.telemetry.slow_statement("SELECT 1", Duration::from_secs(2));
        world.round.beat(now + COUNTED_EVERY);
        assert_eq!(world.alerts(), [AlertKind::ExtremelySlowQuery]);
    }
}
