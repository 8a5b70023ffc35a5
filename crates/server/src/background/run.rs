//! Running a job now, on the command line.

use std::{thread, time::Duration};

use anyhow::{Context, bail};
use instainstru_domain::job::RunCause;
use instainstru_notification::delivery::StopSignal;
use instainstru_service::jobs::JobService;

use super::Job;

/// Runs a job now and returns what it reports. The lease of the job is kept alive meanwhile, so no server runs it too.
///
/// # Errors
/// When there is no such job, when it is running already, or when it fails.
pub fn run_now(service: &JobService, jobs: &[Job], name: &str) -> anyhow::Result<String> {
    let Some(running) = service.begin(name, RunCause::Command)? else {
        bail!("{name} is running already; try again when it has ended");
    };
    let job = jobs.iter().find(|job| job.spec.name == name).context("nobody knows how to do this job")?;
    let done = StopSignal::default();
    let every =
        Duration::try_from(JobService::KEEP_ALIVE_EVERY).context("the time between two signs of life")?;
    let report = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.wait(every) {
                if let Err(error) = service.keep_alive(&running) {
                    let cause: &dyn std::error::Error = &error;
                    tracing::warn!(error = cause, "cannot keep the job alive");
                }
            }
        });
        let report = job.run(&StopSignal::default());
        done.set();
        report
    });
    service.finish(&running, report.clone()).context("cannot note how the job ended")?;
    report.map_err(anyhow::Error::msg)
}
