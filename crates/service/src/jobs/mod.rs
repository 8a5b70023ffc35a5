//! Jobs: which there are, how they went, asking for one, and the order in which a scheduler runs them.

mod service;

use instainstru_domain::{
    ids::UserId,
    job::{JobRun, JobSpec, JobState, RunCause},
    ports::StorageError,
};
use jiff::Timestamp;

pub use self::service::JobService;

/// A job as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOverview {
    /// Its name, what it does and when.
    pub spec: JobSpec,
    /// What is kept about it between its runs.
    pub state: JobState,
    /// When it runs next: at once when that is past.
    pub next_at: Timestamp,
    /// Its latest run.
    pub latest: Option<JobRun>,
}

/// Jobs for administrators; whoever calls sees to that they are.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait JobUseCases: Send + Sync {
    /// Every job, by name.
    ///
    /// # Errors
    /// Only storage failures.
    fn list(&self) -> Result<Vec<JobOverview>, JobError>;

    /// The latest runs of a job, latest first.
    ///
    /// # Errors
    /// [`JobError::Unknown`].
    fn runs(&self, job: &str, limit: u32) -> Result<Vec<JobRun>, JobError>;

    /// Asks for a run, which whoever runs the jobs begins within a few seconds, or when the run under way has ended. Who asked
    /// for it is written down.
    ///
    /// # Errors
    /// [`JobError::Unknown`].
    fn request(&self, actor: UserId, job: &str) -> Result<JobOverview, JobError>;
}

/// A job that should run now, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueJob {
    /// Its name.
    pub name: &'static str,
    /// Why.
    pub cause: RunCause,
}

/// A run that has begun and is ours. As long as it is kept alive, no other run of the job begins anywhere.
#[derive(Debug, PartialEq, Eq)]
pub struct RunningJob {
    /// The run.
    pub run: JobRun,
    /// The name under which we hold it.
    pub(crate) token: String,
}

/// Why something about a job failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// There is no job of this name.
    #[error("There is no job '{0}'")]
    Unknown(String),
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
