//! A job: what there is to know about it, and what it does.

use std::panic::{AssertUnwindSafe, catch_unwind};

use instainstru_domain::job::JobSpec;
use instainstru_notification::delivery::StopSignal;

/// What a job did, or what went wrong, in words for an administrator.
pub type Report = Result<String, String>;

type Work = Box<dyn Fn(&dyn Fn() -> bool) -> anyhow::Result<String> + Send + Sync>;

/// A job.
pub struct Job {
    /// Its name, what it does and when.
    pub spec: JobSpec,
    work: Work,
}

impl Job {
    /// A job that does this and says what it did. What takes long should ask now and then whether to stop, and then stop where
    /// it can go on the next time.
    #[must_use]
    pub fn new(
        spec: JobSpec,
        work: impl Fn(&dyn Fn() -> bool) -> anyhow::Result<String> + Send + Sync + 'static,
    ) -> Self {
        Self { spec, work: Box::new(work) }
    }

    /// Does it, and reports.
    ///
    /// # Errors
    /// What went wrong, also when it panicked.
    pub fn run(&self, stop: &StopSignal) -> Report {
        match catch_unwind(AssertUnwindSafe(|| (self.work)(&|| stop.is_set()))) {
            Ok(done) => done.map_err(|error| format!("{error:#}")),
            // Its message has been printed.
            Err(_panic) => Err("the job panicked; its message is in the log".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use anyhow::bail;
    use instainstru_domain::job::Schedule;

    use super::*;

    fn job(work: impl Fn(&dyn Fn() -> bool) -> anyhow::Result<String> + Send + Sync + 'static) -> Job {
        let schedule = Schedule::Every { minutes: NonZeroU16::MIN };
        Job::new(JobSpec { name: "test", about: "Tests", schedule }, work)
    }

    #[test]
    fn a_job_reports_what_it_did_or_what_went_wrong() {
        let stop = StopSignal::default();
        assert_eq!(job(|_stop| Ok("3 things".into())).run(&stop), Ok("3 things".into()));
        let failing = job(|_stop| bail!(anyhow::anyhow!("the disk is full").context("cannot count")));
        assert_eq!(failing.run(&stop), Err("cannot count: the disk is full".into()));
        let panicking = job(|_stop| panic!("on purpose"));
        assert!(panicking.run(&stop).is_err_and(|report| report.contains("panicked")));
    }

    #[test]
    fn a_job_can_tell_that_it_should_stop() {
        let asking = job(|stop| Ok(stop().to_string()));
        let stop = StopSignal::default();
        assert_eq!(asking.run(&stop), Ok("false".into()));
        stop.set();
        assert_eq!(asking.run(&stop), Ok("true".into()));
    }
}
