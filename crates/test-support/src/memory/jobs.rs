//! Leases and what jobs did and are to do, in memory.

use std::collections::BTreeMap;

use instainstru_domain::{
    job::{JobRun, JobRunId, JobState, RunCause, RunEnd},
    ports::{JobRepository, LeaseRepository, StorageError},
};
use jiff::Timestamp;

use super::{state::Lease, unit::MemoryUnitOfWork};

impl LeaseRepository for MemoryUnitOfWork<'_> {
    fn take(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StorageError> {
        let leases = &mut self.call()?.leases;
        let is_free = leases.get(name).is_none_or(|lease| lease.holder == holder || lease.expires_at <= now);
        if is_free {
            leases.insert(name.to_owned(), Lease { holder: holder.to_owned(), expires_at: until });
        }
        Ok(is_free)
    }

    fn give_up(&mut self, name: &str, holder: &str) -> Result<(), StorageError> {
        self.call()?.leases.retain(|known, lease| known != name || lease.holder != holder);
        Ok(())
    }
}

impl JobRepository for MemoryUnitOfWork<'_> {
    fn states(&mut self) -> Result<Vec<(String, JobState)>, StorageError> {
        Ok(self.call()?.jobs.iter().map(|(name, state)| (name.clone(), *state)).collect())
    }

    fn set_state(&mut self, job: &str, state: &JobState) -> Result<(), StorageError> {
        let stored = self.call()?.jobs.entry(job.to_owned()).or_default();
        *stored = JobState { requested_at: stored.requested_at, ..*state };
        Ok(())
    }

    fn request(&mut self, job: &str, at: Timestamp) -> Result<(), StorageError> {
        self.call()?.jobs.entry(job.to_owned()).or_default().requested_at.get_or_insert(at);
        Ok(())
    }

    fn clear_request(&mut self, job: &str) -> Result<(), StorageError> {
        if let Some(state) = self.call()?.jobs.get_mut(job) {
            state.requested_at = None;
        }
        Ok(())
    }

    fn insert_run(&mut self, job: &str, cause: RunCause, at: Timestamp) -> Result<JobRun, StorageError> {
        let state = self.call()?;
        let id = state.next_run()?;
        let run = JobRun { id, job: job.to_owned(), cause, started_at: at, end: None };
        state.runs.insert(id, run.clone());
        Ok(run)
    }

    fn end_run(&mut self, id: JobRunId, end: &RunEnd) -> Result<bool, StorageError> {
        let run = self.call()?.runs.get_mut(&id).filter(|run| run.end.is_none());
        Ok(run.map(|run| run.end = Some(end.clone())).is_some())
    }

    fn open_runs(&mut self, job: &str) -> Result<Vec<JobRun>, StorageError> {
        let runs = self.call()?.runs.values();
        Ok(runs.filter(|run| run.job == job && run.end.is_none()).cloned().collect())
    }

    fn latest_runs(&mut self) -> Result<Vec<JobRun>, StorageError> {
        let runs = self.call()?.runs.values();
        let latest: BTreeMap<&str, &JobRun> = runs.map(|run| (run.job.as_str(), run)).collect();
        Ok(latest.into_values().cloned().collect())
    }

    fn runs(&mut self, job: &str, limit: u32) -> Result<Vec<JobRun>, StorageError> {
        let runs = self.call()?.runs.values().rev();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(runs.filter(|run| run.job == job).take(limit).cloned().collect())
    }
}
