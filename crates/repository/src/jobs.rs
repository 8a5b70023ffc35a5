//! What jobs did and are to do.

use diesel::{dsl::max, prelude::*};
use instainstru_domain::{
    job::{JobRun, JobRunId, JobState, RunCause, RunEnd},
    ports::{JobRepository, StorageError},
};
use jiff::Timestamp;

use crate::{
    connection::on_inner,
    schema::{job_runs, jobs},
    stored::Place,
    types::Instant,
    unit_of_work::DieselUnitOfWork,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = jobs)]
struct JobRow {
    name: String,
    settled_until: Option<Instant>,
    failures: i32,
    not_before: Option<Instant>,
    requested_at: Option<Instant>,
}

impl JobRow {
    fn into_state(self) -> Result<(String, JobState), StorageError> {
        let failures = u32::try_from(self.failures).map_err(|error| {
            StorageError::unexpected(format!("jobs {} holds invalid failures: {error}", self.name))
        })?;
        let state = JobState {
            settled_until: self.settled_until.map(|at| at.0),
            failures,
            not_before: self.not_before.map(|at| at.0),
            requested_at: self.requested_at.map(|at| at.0),
        };
        Ok((self.name, state))
    }
}

/// The state of a job, except whether it is requested.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true, treat_none_as_default_value = false)]
struct StateRow<'a> {
    name: &'a str,
    settled_until: Option<Instant>,
    failures: i32,
    not_before: Option<Instant>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = job_runs)]
struct RunRow {
    id: i64,
    job: String,
    cause: String,
    started_at: Instant,
    finished_at: Option<Instant>,
    outcome: Option<String>,
    report: Option<String>,
}

impl RunRow {
    fn into_run(self) -> Result<JobRun, StorageError> {
        let place = Place::new("job_runs", self.id);
        let end = match (self.finished_at, self.outcome, self.report) {
            (Some(at), Some(outcome), Some(report)) => {
                Some(RunEnd { at: at.0, outcome: place.check("outcome", outcome.parse())?, report })
            }
            (None, None, None) => None,
            _ => return place.check("finished_at", Err("half an end")),
        };
        Ok(JobRun {
            id: place.check("id", JobRunId::new(self.id))?,
            job: self.job,
            cause: place.check("cause", self.cause.parse())?,
            started_at: self.started_at.0,
            end,
        })
    }
}

fn runs_of(rows: Vec<RunRow>) -> Result<Vec<JobRun>, StorageError> {
    rows.into_iter().map(RunRow::into_run).collect()
}

impl JobRepository for DieselUnitOfWork<'_> {
    fn states(&mut self) -> Result<Vec<(String, JobState)>, StorageError> {
        let rows: Vec<JobRow> = self.execute(|connection| {
            jobs::table.order(jobs::name).select(JobRow::as_select()).load(connection)
        })?;
        rows.into_iter().map(JobRow::into_state).collect()
    }

    fn set_state(&mut self, job: &str, state: &JobState) -> Result<(), StorageError> {
        let failures =
            i32::try_from(state.failures).map_err(|error| StorageError::Unexpected(Box::new(error)))?;
        let row = StateRow {
            name: job,
            settled_until: state.settled_until.map(Instant),
            failures,
            not_before: state.not_before.map(Instant),
        };
        self.execute(|connection| {
            on_inner!(connection, |connection| diesel::insert_into(jobs::table)
                .values(&row)
                .on_conflict(jobs::name)
                .do_update()
                .set(&row)
                .execute(connection))
        })?;
        Ok(())
    }

    fn request(&mut self, job: &str, at: Timestamp) -> Result<(), StorageError> {
        self.execute(|connection| {
            let requested = (jobs::name.eq(job), jobs::requested_at.eq(Instant(at)));
            on_inner!(connection, |connection| diesel::insert_into(jobs::table)
                .values(requested)
                .on_conflict_do_nothing()
                .execute(connection))?;
            diesel::update(jobs::table.find(job))
                .filter(jobs::requested_at.is_null())
                .set(jobs::requested_at.eq(Instant(at)))
                .execute(connection)
        })?;
        Ok(())
    }

    fn clear_request(&mut self, job: &str) -> Result<(), StorageError> {
        self.execute(|connection| {
            diesel::update(jobs::table.find(job))
                .filter(jobs::requested_at.is_not_null())
                .set(jobs::requested_at.eq(None::<Instant>))
                .execute(connection)
        })?;
        Ok(())
    }

    fn insert_run(&mut self, job: &str, cause: RunCause, at: Timestamp) -> Result<JobRun, StorageError> {
        let row: RunRow = self.execute(|connection| {
            let run = (
                job_runs::job.eq(job),
                job_runs::cause.eq(cause.as_str()),
                job_runs::started_at.eq(Instant(at)),
            );
            on_inner!(connection, |connection| diesel::insert_into(job_runs::table)
                .values(run)
                .returning(RunRow::as_returning())
                .get_result(connection))
        })?;
        row.into_run()
    }

    fn end_run(&mut self, id: JobRunId, end: &RunEnd) -> Result<bool, StorageError> {
        let rows = self.execute(|connection| {
            diesel::update(job_runs::table.find(id.get()))
                .filter(job_runs::finished_at.is_null())
                .set((
                    job_runs::finished_at.eq(Instant(end.at)),
                    job_runs::outcome.eq(end.outcome.as_str()),
                    job_runs::report.eq(&end.report),
                ))
                .execute(connection)
        })?;
        Ok(rows == 1)
    }

    fn open_runs(&mut self, job: &str) -> Result<Vec<JobRun>, StorageError> {
        runs_of(self.execute(|connection| {
            job_runs::table
                .filter(job_runs::job.eq(job))
                .filter(job_runs::finished_at.is_null())
                .order(job_runs::id)
                .select(RunRow::as_select())
                .load(connection)
        })?)
    }

    fn latest_runs(&mut self) -> Result<Vec<JobRun>, StorageError> {
        runs_of(self.execute(|connection| {
            let latest = diesel::alias!(job_runs as latest);
            let ids = latest
                .group_by(latest.field(job_runs::job))
                .select(max(latest.field(job_runs::id)).assume_not_null());
            job_runs::table
                .filter(job_runs::id.eq_any(ids))
                .order(job_runs::job)
                .select(RunRow::as_select())
                .load(connection)
        })?)
    }

    fn runs(&mut self, job: &str, limit: u32) -> Result<Vec<JobRun>, StorageError> {
        runs_of(self.execute(|connection| {
            job_runs::table
                .filter(job_runs::job.eq(job))
                .order(job_runs::id.desc())
                .limit(limit.into())
                .select(RunRow::as_select())
                .load(connection)
        })?)
    }
}
