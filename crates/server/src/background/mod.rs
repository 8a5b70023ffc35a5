//! What happens without being asked for: delivering events and running jobs, inside `serve` or alone as `worker`.
//!
//! To hand events to somebody else, add a line to [`consumers()`]; to run something regularly, add a line to [`jobs()`].

mod chance;
mod consumers;
mod job;
mod jobs;
mod run;
mod scheduler;
mod worker;

use std::{sync::Arc, thread, time::Instant};

use anyhow::Context;
use instainstru_notification::delivery::{Courier, Couriers, DeliveryRules, StopSignal};
use instainstru_service::jobs::JobService;
use tokio::sync::oneshot;

pub use self::{
    consumers::{Surroundings, consumers},
    job::{Job, Report},
    jobs::jobs,
    run::run_now,
    scheduler::Scheduler,
    worker::work,
};
use crate::{compose::Parts, config::Config, signals::Signals};

/// Everything that runs in the background. It is told to stop when this is dropped.
pub struct Background {
    stop: StopSignal,
    couriers: Couriers,
    scheduler: Scheduler,
}

impl Background {
    /// Starts delivering events and running jobs.
    ///
    /// # Errors
    /// When a consumer cannot be made, the system has no randomness, or no thread to give.
    pub fn start(config: &Config, parts: &Parts, surroundings: &Surroundings<'_>) -> anyhow::Result<Self> {
        let stop = StopSignal::default();
        let rules =
            DeliveryRules { most_attempts: config.background.most_attempts, ..DeliveryRules::default() };
        let courier = Courier::new(
            Arc::clone(&parts.transactor),
            Arc::clone(&parts.clock),
            Arc::new(chance::RandomJitter),
            rules,
            consumers(config, parts, surroundings)?,
            chance::holder()?,
        );
        let couriers = Couriers::start(courier, config.background.couriers, stop.clone())
            .context("cannot start the threads that deliver events")?;
        let jobs = jobs(config, parts);
        let service = job_service(parts, &jobs)?;
        let scheduler = Scheduler::start(service, Arc::clone(&parts.clock), jobs, stop.clone())
            .context("cannot start the thread that runs the jobs")?;
        Ok(Self { stop, couriers, scheduler })
    }

    /// What tells everything to stop, from another thread.
    #[must_use]
    pub fn stop_signal(&self) -> StopSignal {
        self.stop.clone()
    }

    /// Tells everything to stop and waits for what is in hand, until `deadline` at most, or until another signal comes. What is
    /// not put down by then is taken up by another process when its lease ends.
    pub(crate) async fn finish(self, mut signals: Signals, deadline: Instant) {
        let (tell, told) = oneshot::channel();
        let waiting = thread::Builder::new().name("farewell".to_owned()).spawn(move || {
            self.stop(deadline);
            // Nobody waits any more after a second signal.
            let _unheard = tell.send(());
        });
        if let Err(error) = waiting {
            tracing::warn!(%error, "no thread to wait for what is in hand");
        }
        tokio::select! {
            _ = told => {}
            () = signals.next() => tracing::warn!("stopping at once"),
        }
    }

    /// Tells everything to stop and waits until `deadline` for what is in hand.
    fn stop(self, deadline: Instant) {
        self.stop.set();
        if !self.couriers.stop(deadline) {
            tracing::warn!("an event is still being delivered; it will be delivered again");
        }
        if !self.scheduler.stop(deadline) {
            tracing::warn!("a job is still running; it will be run again");
        }
    }
}

/// The jobs as use cases see them.
///
/// # Errors
/// When the system has no randomness to give.
pub fn job_service(parts: &Parts, jobs: &[Job]) -> anyhow::Result<JobService> {
    let specs = jobs.iter().map(|job| job.spec.clone()).collect();
    let (tx, clock) = (Arc::clone(&parts.transactor), Arc::clone(&parts.clock));
    Ok(JobService::new(tx, clock, specs, chance::holder()?))
}
