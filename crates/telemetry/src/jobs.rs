//! How the jobs fare. Reading them asks the database, so it is done now and then, and what was read is told.

use std::sync::{Arc, Mutex, PoisonError};

use instainstru_domain::ports::Clock;
use instainstru_service::jobs::JobOverview;

use crate::{
    exposition::Figures,
    sources::{Source, number, seconds_between},
};

/// The jobs, of which every server tells the same, whoever runs them. Clones share everything.
#[derive(Clone)]
pub struct JobSource(Arc<Jobs>);

struct Jobs {
    clock: Arc<dyn Clock>,
    known: Mutex<Vec<JobOverview>>,
}

impl JobSource {
    /// Jobs of which nothing is known yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Jobs { clock, known: Mutex::default() }))
    }

    /// This was read now.
    pub fn read(&self, jobs: Vec<JobOverview>) {
        *self.0.known.lock().unwrap_or_else(PoisonError::into_inner) = jobs;
    }
}

impl Source for JobSource {
    fn collect(&self, to: &mut Figures) {
        let now = self.0.clock.now();
        for job in &*self.0.known.lock().unwrap_or_else(PoisonError::into_inner) {
            // Prometheus itself calls what it scrapes a job.
            let labels = [("job_name", job.spec.name)];
            let help = "Runs of a job that failed since one succeeded.";
            to.gauge("instainstru_job_failures", help, &labels, number(job.state.failures.into()));
            let help = "How long ago a job should have begun; 0 while its time has not come.";
            to.gauge("instainstru_job_late_seconds", help, &labels, seconds_between(job.next_at, now));
        }
    }
}
