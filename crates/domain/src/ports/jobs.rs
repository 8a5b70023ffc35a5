//! Storage of jobs and of leases: who does what of which there must be only one.

use jiff::Timestamp;

use super::StorageError;
use crate::job::{JobRun, JobRunId, JobState, RunCause, RunEnd};

/// Leases: rights that one holder has at a time, and that end by themselves when the holder dies.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait LeaseRepository {
    /// Takes the lease of this name, or prolongs it when `holder` has it; `false` when somebody else has it at `now`.
    ///
    /// MUST let exactly one win when several holders take it at the same moment. `until` should be much further away than the
    /// clocks of two nodes may differ.
    ///
    /// # Errors
    /// Only storage failures.
    fn take(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError>;

    /// Gives the lease up, so that another need not wait for its end. One that `holder` does not have stays.
    ///
    /// # Errors
    /// Only storage failures.
    fn give_up(&mut self, name: &str, holder: &str) -> Result<(), StorageError>;
}

/// Storage of what jobs did and are to do.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait JobRepository {
    /// The state of every job that has one, by name.
    ///
    /// # Errors
    /// Only storage failures.
    fn states(&mut self) -> Result<Vec<(String, JobState)>, StorageError>;

    /// Stores the state of a job, except whether it is requested.
    ///
    /// # Errors
    /// Only storage failures.
    fn set_state(&mut self, job: &str, state: &JobState) -> Result<(), StorageError>;

    /// Notes that somebody wants the job to run; an earlier request that still waits stays as it is.
    ///
    /// # Errors
    /// Only storage failures.
    fn request(&mut self, job: &str, at: Timestamp) -> Result<(), StorageError>;

    /// Forgets the request, because the job begins.
    ///
    /// # Errors
    /// Only storage failures.
    fn clear_request(&mut self, job: &str) -> Result<(), StorageError>;

    /// Notes that a run begins.
    ///
    /// # Errors
    /// Only storage failures.
    fn insert_run(&mut self, job: &str, cause: RunCause, at: Timestamp) -> Result<JobRun, StorageError>;

    /// Notes how a run ended; `false`, and nothing is changed, when it has ended already.
    ///
    /// # Errors
    /// Only storage failures.
    fn end_run(&mut self, id: JobRunId, end: &RunEnd) -> Result<bool, StorageError>;

    /// The runs of a job that have not ended, by id.
    ///
    /// # Errors
    /// Only storage failures.
    fn open_runs(&mut self, job: &str) -> Result<Vec<JobRun>, StorageError>;

    /// The latest run of every job, by name. One statement.
    ///
    /// # Errors
    /// Only storage failures.
    fn latest_runs(&mut self) -> Result<Vec<JobRun>, StorageError>;

    /// The runs of a job, latest first, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn runs(&mut self, job: &str, limit: u32) -> Result<Vec<JobRun>, StorageError>;
}
