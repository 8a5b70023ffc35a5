//! The thread that runs jobs when they are due.
//!
//! Of several nodes one leads: it begins the jobs that are due, each on a thread of its own. Whoever runs a job holds the lease
//! of that job and keeps it alive, so a job never runs twice at once, whoever leads meanwhile.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use instainstru_domain::ports::Clock;
use instainstru_notification::delivery::StopSignal;
use instainstru_service::jobs::{DueJob, JobService, RunningJob};
use jiff::Timestamp;

use super::Job;

/// Time between two looks at what is due.
const BEAT: Duration = Duration::from_secs(1);

/// Runs jobs when they are due. It is told to stop when this is dropped.
#[derive(Debug)]
pub struct Scheduler {
    stop: StopSignal,
    /// Closed when the thread has ended.
    ended: Receiver<()>,
}

impl Scheduler {
    /// Starts running these jobs, until `stop` is set.
    ///
    /// # Errors
    /// When the system has no thread to give.
    pub fn start(
        service: JobService,
        clock: Arc<dyn Clock>,
        jobs: Vec<Job>,
        stop: StopSignal,
    ) -> std::io::Result<Self> {
        let (running, ended) = mpsc::channel::<()>();
        let mut foreman = Foreman::new(service, clock, jobs, stop.clone());
        thread::Builder::new().name("scheduler".to_owned()).spawn(move || {
            foreman.work();
            drop(running);
        })?;
        Ok(Self { stop, ended })
    }

    /// Tells the jobs to stop and waits for them until `deadline`; returns whether they have.
    #[must_use]
    pub fn stop(self, deadline: Instant) -> bool {
        self.stop.set();
        let patience = deadline.saturating_duration_since(Instant::now());
        self.ended.recv_timeout(patience) == Err(mpsc::RecvTimeoutError::Disconnected)
    }
}

impl Drop for Scheduler {
    /// Nobody waits for the jobs, but no other begins.
    fn drop(&mut self) {
        self.stop.set();
    }
}

/// Whoever sees to it that jobs are run.
struct Foreman {
    service: Arc<JobService>,
    clock: Arc<dyn Clock>,
    jobs: Arc<Vec<Job>>,
    stop: StopSignal,
    leads: bool,
    /// When the leases were last prolonged.
    renewed_at: Option<Timestamp>,
    crews: Vec<Crew>,
}

/// A job that runs on a thread of this process.
struct Crew {
    running: Arc<RunningJob>,
    thread: JoinHandle<()>,
}

impl Foreman {
    fn new(service: JobService, clock: Arc<dyn Clock>, jobs: Vec<Job>, stop: StopSignal) -> Self {
        Self {
            service: Arc::new(service),
            clock,
            jobs: Arc::new(jobs),
            stop,
            leads: false,
            renewed_at: None,
            crews: Vec::new(),
        }
    }

    /// Runs jobs until told to stop, then waits for those that run.
    fn work(&mut self) {
        loop {
            self.beat();
            if self.stop.wait(BEAT) {
                break;
            }
        }
        for crew in self.crews.drain(..) {
            // What a job does wrong is in its report.
            let _reported = crew.thread.join();
        }
        if self.leads
            && let Err(error) = self.service.resign()
        {
            tracing::warn!(error = cause(&error), "cannot give up the lead; it ends by itself");
        }
    }

    /// Looks once at what is due.
    fn beat(&mut self) {
        self.crews.retain(|crew| !crew.thread.is_finished());
        self.renew();
        if !self.leads {
            return;
        }
        match self.service.due() {
            Ok(due) => due.into_iter().for_each(|due| self.begin(due)),
            Err(error) => tracing::error!(error = cause(&error), "cannot see which jobs are due"),
        }
    }

    /// Takes or keeps the lead, and keeps the jobs that run alive.
    fn renew(&mut self) {
        let now = self.clock.now();
        let is_time = self.renewed_at.is_none_or(|then| {
            // A clock that was set back is no reason to wait.
            now < then || now.duration_since(then) >= JobService::KEEP_ALIVE_EVERY
        });
        if !is_time {
            return;
        }
        self.renewed_at = Some(now);
        let led = self.leads;
        self.leads = self.service.lead().unwrap_or_else(|error| {
            tracing::error!(error = cause(&error), "cannot take or keep the lead of the jobs");
            false
        });
        if led != self.leads {
            tracing::info!(leads = self.leads, "the lead of the jobs changed");
        }
        for crew in &self.crews {
            let name = crew.running.run.job.as_str();
            match self.service.keep_alive(&crew.running) {
                Ok(true) => {}
                Ok(false) => tracing::error!(job.name = name, "a job was not kept alive; another may run it"),
                Err(error) => {
                    tracing::error!(job.name = name, error = cause(&error), "cannot keep a job alive")
                }
            }
        }
    }

    fn begin(&mut self, due: DueJob) {
        if self.crews.iter().any(|crew| crew.running.run.job == due.name) {
            return;
        }
        if let Err(error) = self.try_begin(due) {
            tracing::error!(job.name = due.name, error = %format!("{error:#}"), "a job cannot begin");
        }
    }

    fn try_begin(&mut self, due: DueJob) -> anyhow::Result<()> {
        let Some(running) = self.service.begin(due.name, due.cause)? else { return Ok(()) };
        let running = Arc::new(running);
        let (service, jobs, stop) = (Arc::clone(&self.service), Arc::clone(&self.jobs), self.stop.clone());
        let run = Arc::clone(&running);
        let spawned = thread::Builder::new().name(format!("job-{}", due.name)).spawn(move || {
            let job = jobs.iter().find(|job| job.spec.name == due.name);
            let report =
                job.map_or_else(|| Err("nobody knows how to do this".to_owned()), |job| job.run(&stop));
            if let Err(error) = service.finish(&run, report) {
                tracing::error!(job.name = due.name, error = cause(&error), "cannot note how a job ended");
            }
        });
        match spawned {
            Ok(thread) => {
                self.crews.push(Crew { running, thread });
                Ok(())
            }
            Err(error) => {
                self.service.finish(&running, Err("the system has no thread to give".to_owned()))?;
                Err(error.into())
            }
        }
    }
}

fn cause<E: std::error::Error + 'static>(error: &E) -> &(dyn std::error::Error + 'static) {
    error
}

#[cfg(test)]
mod tests {
    use std::{
        num::NonZeroU16,
        sync::atomic::{AtomicU32, Ordering},
    };

    use instainstru_domain::{
        ids::UserId,
        job::{JobSpec, RunOutcome, Schedule},
    };
    use instainstru_service::jobs::JobUseCases as _;
    use instainstru_test_support::{
        clock::FixedClock,
        memory::{Fault, MemoryStore, unavailable},
    };
    use jiff::SignedDuration;

    use super::*;

    struct World {
        store: MemoryStore,
        clock: FixedClock,
        /// How often the job ran.
        runs: Arc<AtomicU32>,
        /// While it is held, the job does not come to an end.
        gate: StopSignal,
    }

    impl World {
        fn new() -> Self {
            Self {
                store: MemoryStore::new(),
                clock: FixedClock::at("2026-07-15T12:07:00Z"),
                runs: Arc::default(),
                gate: StopSignal::default(),
            }
        }

        fn spec() -> JobSpec {
            let schedule = Schedule::Every { minutes: NonZeroU16::new(15).unwrap() };
            JobSpec { name: "count", about: "Counts", schedule }
        }

        fn service(&self, holder: &str) -> JobService {
            let (tx, clock) = (Arc::new(self.store.clone()), Arc::new(self.clock.clone()));
            JobService::new(tx, clock, vec![Self::spec()], holder.to_owned())
        }

        /// A node whose job counts its runs and waits at the gate.
        fn foreman(&self, holder: &str) -> Foreman {
            let (runs, gate) = (Arc::clone(&self.runs), self.gate.clone());
            let job = Job::new(Self::spec(), move |_stop| {
                runs.fetch_add(1, Ordering::SeqCst);
                gate.wait(Duration::from_secs(60));
                Ok("counted".to_owned())
            });
            let clock = Arc::new(self.clock.clone());
            Foreman::new(self.service(holder), clock, vec![job], StopSignal::default())
        }

        fn runs(&self) -> u32 {
            self.runs.load(Ordering::SeqCst)
        }

        fn outcomes(&self) -> Vec<Option<RunOutcome>> {
            let runs = self.service("observer").runs("count", 10).unwrap();
            runs.iter().map(|run| run.end.as_ref().map(|end| end.outcome)).collect()
        }
    }

    /// Lets the jobs of a node come to an end.
    fn finish(world: &World, foreman: &mut Foreman) {
        world.gate.set();
        for crew in foreman.crews.drain(..) {
            crew.thread.join().unwrap();
        }
    }

    #[test]
    fn a_job_that_is_due_runs_once_on_the_node_that_leads() {
        let world = World::new();
        let (mut first, mut second) = (world.foreman("first"), world.foreman("second"));
        for _beat in 0..3 {
            first.beat();
            second.beat();
        }
        assert_eq!((first.crews.len(), second.crews.len()), (1, 0));
        finish(&world, &mut first);
        assert_eq!((world.runs(), world.outcomes()), (1, vec![Some(RunOutcome::Succeeded)]));
        for _beat in 0..3 {
            first.beat();
            second.beat();
        }
        assert_eq!(world.runs(), 1, "until it is due again");
        world.clock.set("2026-07-15T12:15:00Z");
        first.beat();
        finish(&world, &mut first);
        assert_eq!(world.runs(), 2);
    }

    #[test]
    fn a_job_that_takes_long_is_kept_alive_and_not_run_elsewhere() {
        let world = World::new();
        let (mut first, mut second) = (world.foreman("first"), world.foreman("second"));
        first.beat();
        for _quarter_minute in 0..200 {
            world.clock.advance(JobService::KEEP_ALIVE_EVERY);
            first.beat();
            second.beat();
        }
        assert_eq!((first.crews.len(), second.crews.len()), (1, 0));
        finish(&world, &mut first);
        assert_eq!((world.runs(), world.outcomes()), (1, vec![Some(RunOutcome::Succeeded)]));
    }

    #[test]
    fn another_node_takes_over_when_the_leader_falls_silent() {
        let world = World::new();
        let (mut silent, mut other) = (world.foreman("silent"), world.foreman("other"));
        silent.beat();
        other.beat();
        assert!(silent.leads && !other.leads);
        // Its lead and its job end a minute after it was last heard of, and the job is tried again a minute later.
        for _half_minute in 0..6 {
            world.clock.advance(SignedDuration::from_secs(30));
            other.beat();
        }
        assert!(other.leads);
        assert_eq!(other.crews.len(), 1);
        assert_eq!(world.outcomes(), [None, Some(RunOutcome::Abandoned)]);
        finish(&world, &mut other);
        finish(&world, &mut silent);
        assert_eq!(world.outcomes(), [Some(RunOutcome::Succeeded), Some(RunOutcome::Abandoned)]);
    }

    #[test]
    fn a_database_that_is_away_stops_nothing_for_good() {
        let world = World::new();
        let mut node = world.foreman("node");
        for fault in [Fault::Begin, Fault::Call(2), Fault::Call(3), Fault::Commit] {
            world.store.fail_next(fault, unavailable);
            node.beat();
            world.clock.advance(JobService::KEEP_ALIVE_EVERY);
        }
        node.beat();
        assert!(node.leads);
        finish(&world, &mut node);
        assert_eq!(world.outcomes(), [Some(RunOutcome::Succeeded)]);
    }

    #[test]
    fn a_run_that_is_asked_for_begins_at_the_next_beat() {
        let world = World::new();
        let mut node = world.foreman("node");
        node.beat();
        finish(&world, &mut node);
        world.service("api").request(UserId::new(1).unwrap(), "count").unwrap();
        node.beat();
        finish(&world, &mut node);
        assert_eq!(world.runs(), 2);
    }

    #[test]
    fn stopping_waits_for_the_jobs_and_gives_up_the_lead() {
        let world = World::new();
        let foreman = world.foreman("first");
        let stop = foreman.stop.clone();
        let jobs = Arc::try_unwrap(foreman.jobs).unwrap_or_else(|_shared| panic!("nobody else has the jobs"));
        let clock = Arc::new(world.clock.clone());
        let scheduler = Scheduler::start(world.service("first"), clock, jobs, stop).unwrap();
        while world.runs() == 0 {
            thread::sleep(Duration::from_millis(2));
        }
        world.gate.set();
        assert!(scheduler.stop(Instant::now() + Duration::from_secs(30)));
        assert_eq!(world.outcomes(), [Some(RunOutcome::Succeeded)]);
        assert!(world.service("second").lead().unwrap(), "nobody has to wait");
    }

    #[test]
    fn stopping_does_not_wait_for_ever() {
        let world = World::new();
        let mut foreman = world.foreman("first");
        let jobs = std::mem::take(&mut foreman.jobs);
        let jobs = Arc::try_unwrap(jobs).unwrap_or_else(|_shared| panic!("nobody else has the jobs"));
        let clock = Arc::new(world.clock.clone());
        let scheduler = Scheduler::start(world.service("first"), clock, jobs, StopSignal::default()).unwrap();
        while world.runs() == 0 {
            thread::sleep(Duration::from_millis(2));
        }
        assert!(!scheduler.stop(Instant::now() + Duration::from_millis(20)));
        world.gate.set();
    }
}
