//! Jobs over any storage.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use instainstru_domain::{
    audit::{AuditAction, NewAuditEntry},
    ids::UserId,
    job::{JobRun, JobSpec, JobState, RunCause, RunEnd, RunOutcome},
    ports::{Clock, StorageError, Transactor, TransactorExt, UnitOfWork},
};
use jiff::{SignedDuration, Timestamp};

use super::{DueJob, JobError, JobOverview, JobUseCases, RunningJob};
use crate::audit;

/// The lease of the one node that begins jobs by itself.
const LEADER: &str = "jobs/leader";
/// How long a lease is taken for. A node that dies is replaced after this time; clocks of nodes must agree within half of it.
const LEASE: SignedDuration = SignedDuration::from_mins(1);
/// Characters of a report that are kept.
const LONGEST_REPORT: usize = 2_000;

/// The jobs of the marketplace, for those who run them and those who look after them.
pub struct JobService {
    tx: Arc<dyn Transactor>,
    clock: Arc<dyn Clock>,
    specs: Vec<JobSpec>,
    holder: String,
    runs: AtomicU64,
}

impl JobService {
    /// How often the leases that are held should be prolonged.
    pub const KEEP_ALIVE_EVERY: SignedDuration = SignedDuration::from_secs(15);

    /// These jobs, with what is kept about them in `tx`. `holder` names the process; no other has that name, not even the same
    /// one before a restart.
    #[must_use]
    pub fn new(
        tx: Arc<dyn Transactor>,
        clock: Arc<dyn Clock>,
        mut specs: Vec<JobSpec>,
        holder: String,
    ) -> Self {
        specs.sort_by_key(|spec| spec.name);
        Self { tx, clock, specs, holder, runs: AtomicU64::new(0) }
    }

    /// Takes or keeps the lead: of several nodes, only the one that has it begins jobs by itself.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn lead(&self) -> Result<bool, StorageError> {
        let now = self.clock.now();
        self.tx.transaction(|uow| uow.leases().take(LEADER, &self.holder, now, end_of_lease(now)))
    }

    /// Gives the lead up, so that another node need not wait.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn resign(&self) -> Result<(), StorageError> {
        self.tx.transaction(|uow| uow.leases().give_up(LEADER, &self.holder))
    }

    /// The jobs that should run now.
    ///
    /// # Errors
    /// Only storage failures.
    pub fn due(&self) -> Result<Vec<DueJob>, StorageError> {
        let now = self.clock.now();
        let states = self.tx.reading(|uow| uow.jobs().states())?;
        let due = self.specs.iter().filter_map(|spec| {
            let cause = state_of(&states, spec).due(&spec.schedule, now)?;
            Some(DueJob { name: spec.name, cause })
        });
        Ok(due.collect())
    }

    /// Begins a run, unless the job is running already or the cause has gone meanwhile; then `None`.
    ///
    /// A run whose node died, which shows when its lease has ended, is noted as abandoned and counts as a failure.
    ///
    /// # Errors
    /// [`JobError::Unknown`].
    pub fn begin(&self, job: &str, cause: RunCause) -> Result<Option<RunningJob>, JobError> {
        let spec = self.spec(job)?;
        let now = self.clock.now();
        let token = format!("{}/{}", self.holder, self.runs.fetch_add(1, Ordering::Relaxed));
        let run = self.tx.transaction(|uow| {
            if !uow.leases().take(&lease_of(spec), &token, now, end_of_lease(now))? {
                return Ok(None);
            }
            let state = abandon(uow, spec, now)?;
            let is_wanted = match cause {
                RunCause::Schedule => state.due(&spec.schedule, now).is_some(),
                RunCause::Request => state.requested_at.is_some(),
                RunCause::Command => true,
            };
            if !is_wanted {
                uow.leases().give_up(&lease_of(spec), &token)?;
                return Ok(None);
            }
            if cause == RunCause::Command {
                audit::record(uow, by_hand(spec, now))?;
            }
            uow.jobs().clear_request(spec.name)?;
            uow.jobs().insert_run(spec.name, cause, now).map(Some)
        })?;
        if let Some(run) = &run {
            tracing::info!(job.name = job, job.run = run.id.get(), cause = cause.as_str(), "job begins");
        }
        Ok(run.map(|run| RunningJob { run, token }))
    }

    /// Keeps a run ours; `false` when it is not any more, because it was not kept alive for too long.
    ///
    /// # Errors
    /// As [`JobService::begin`].
    pub fn keep_alive(&self, running: &RunningJob) -> Result<bool, JobError> {
        let spec = self.spec(&running.run.job)?;
        let now = self.clock.now();
        let kept = self
            .tx
            .transaction(|uow| uow.leases().take(&lease_of(spec), &running.token, now, end_of_lease(now)))?;
        Ok(kept)
    }

    /// Notes how a run ended, with a report of what was done or what went wrong, and lets the next one begin. `false` when it
    /// was noted as abandoned before.
    ///
    /// # Errors
    /// As [`JobService::begin`].
    pub fn finish(&self, running: &RunningJob, result: Result<String, String>) -> Result<bool, JobError> {
        let spec = self.spec(&running.run.job)?;
        let now = self.clock.now();
        let (outcome, report) = match result {
            Ok(report) => (RunOutcome::Succeeded, report),
            Err(report) => (RunOutcome::Failed, report),
        };
        let end = RunEnd { at: now, outcome, report: report.chars().take(LONGEST_REPORT).collect() };
        let is_noted = self.tx.transaction(|uow| {
            let is_ours = uow.jobs().end_run(running.run.id, &end)?;
            if is_ours {
                let state = current_state(uow, spec)?;
                let state = state.after(outcome, &spec.schedule, running.run.started_at, now);
                uow.jobs().set_state(spec.name, &state)?;
            }
            uow.leases().give_up(&lease_of(spec), &running.token)?;
            Ok::<_, StorageError>(is_ours)
        })?;
        let (name, run, took) =
            (spec.name, running.run.id.get(), now.duration_since(running.run.started_at).as_millis());
        match (is_noted, outcome) {
            (true, RunOutcome::Succeeded) => {
                tracing::info!(job.name = name, job.run = run, took_ms = took, report = %end.report, "job done");
            }
            (true, RunOutcome::Failed | RunOutcome::Abandoned) => {
                tracing::error!(job.name = name, job.run = run, took_ms = took, report = %end.report, "job failed");
            }
            (false, _) => {
                tracing::error!(
                    job.name = name,
                    job.run = run,
                    took_ms = took,
                    "job took too long unheard of"
                );
            }
        }
        Ok(is_noted)
    }

    fn spec(&self, job: &str) -> Result<&JobSpec, JobError> {
        let spec = self.specs.iter().find(|spec| spec.name == job);
        spec.ok_or_else(|| JobError::Unknown(job.chars().take(60).collect()))
    }

    fn overview(
        spec: &JobSpec,
        states: &[(String, JobState)],
        latest: &[JobRun],
        now: Timestamp,
    ) -> JobOverview {
        let state = state_of(states, spec);
        JobOverview {
            next_at: match (state.due(&spec.schedule, now), state.not_before) {
                (Some(_cause), _) => now,
                (None, Some(not_before)) => not_before,
                (None, None) => spec.schedule.next(now),
            },
            spec: spec.clone(),
            state,
            latest: latest.iter().find(|run| run.job == spec.name).cloned(),
        }
    }
}

impl JobUseCases for JobService {
    fn list(&self) -> Result<Vec<JobOverview>, JobError> {
        let now = self.clock.now();
        self.tx.reading(|uow| {
            let (states, latest) = (uow.jobs().states()?, uow.jobs().latest_runs()?);
            Ok(self.specs.iter().map(|spec| Self::overview(spec, &states, &latest, now)).collect())
        })
    }

    fn runs(&self, job: &str, limit: u32) -> Result<Vec<JobRun>, JobError> {
        let spec = self.spec(job)?;
        self.tx.reading(|uow| Ok(uow.jobs().runs(spec.name, limit)?))
    }

    fn request(&self, actor: UserId, job: &str) -> Result<JobOverview, JobError> {
        let spec = self.spec(job)?;
        let now = self.clock.now();
        self.tx.transaction(|uow| {
            uow.jobs().request(spec.name, now)?;
            audit::record(uow, by_hand(spec, now).by(actor))?;
            let (states, latest) = (uow.jobs().states()?, uow.jobs().latest_runs()?);
            Ok(Self::overview(spec, &states, &latest, now))
        })
    }
}

/// What is written down about a job that somebody runs by hand.
fn by_hand(spec: &JobSpec, now: Timestamp) -> NewAuditEntry {
    NewAuditEntry::new(AuditAction::JobRun, now).saying("job", spec.name)
}

/// The lease of whoever runs a job.
fn lease_of(spec: &JobSpec) -> String {
    format!("job/{}", spec.name)
}

fn end_of_lease(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE).unwrap_or(Timestamp::MAX)
}

fn state_of(states: &[(String, JobState)], spec: &JobSpec) -> JobState {
    states.iter().find(|(name, _state)| name == spec.name).map(|(_name, state)| *state).unwrap_or_default()
}

fn current_state(uow: &mut dyn UnitOfWork, spec: &JobSpec) -> Result<JobState, StorageError> {
    Ok(state_of(&uow.jobs().states()?, spec))
}

/// Notes runs that have not ended as abandoned, and returns the state after that. Call with the lease of the job, which says
/// that whoever began them is dead.
fn abandon(uow: &mut dyn UnitOfWork, spec: &JobSpec, now: Timestamp) -> Result<JobState, StorageError> {
    let mut state = current_state(uow, spec)?;
    for run in uow.jobs().open_runs(spec.name)? {
        let report = "whoever ran it disappeared".to_owned();
        let end = RunEnd { at: now, outcome: RunOutcome::Abandoned, report };
        uow.jobs().end_run(run.id, &end)?;
        state = state.after(RunOutcome::Abandoned, &spec.schedule, run.started_at, now);
        uow.jobs().set_state(spec.name, &state)?;
        tracing::warn!(job.name = spec.name, job.run = run.id.get(), "job was abandoned");
    }
    Ok(state)
}
