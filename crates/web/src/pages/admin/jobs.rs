//! What the marketplace does by itself: how it went, and asking for it.

use actix_web::web;
use instainstru_domain::job::{JobRun, RunCause, RunOutcome};
use instainstru_http::{ApiError, Read};
use instainstru_service::jobs::{JobError, JobOverview};
use serde::Serialize;

use super::Badge;
use crate::{flash::Tone, form::Form, guards::Admin, view::links, visit::PageResult, words};

const HERE: &str = "/admin/jobs";
/// Runs on the page of a job.
const RUNS: u32 = 50;

#[derive(Debug, Default, Serialize)]
pub(crate) struct JobsPage {
    pub(crate) jobs: Vec<JobView>,
}

#[derive(Debug, Serialize)]
pub(crate) struct RunsPage {
    pub(crate) job: JobView,
    /// The latest runs, latest first.
    pub(crate) runs: Vec<RunView>,
}

/// A job.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct JobView {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Such as `every 15 minutes`.
    pub(crate) schedule: String,
    /// When it runs next.
    pub(crate) next: String,
    /// When somebody asked for a run that has not begun.
    pub(crate) requested: Option<String>,
    pub(crate) latest: Option<RunView>,
    pub(crate) href: String,
}

/// A run of a job.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RunView {
    pub(crate) badge: Badge,
    pub(crate) cause: &'static str,
    pub(crate) started: String,
    pub(crate) ended: Option<String>,
    /// What was done, or what went wrong.
    pub(crate) report: Option<String>,
}

/// `GET /admin/jobs`.
pub(in crate::pages) async fn list(Admin { visit, .. }: Admin, read: Read) -> PageResult {
    let jobs = read.run(|app| app.jobs.list()).await?;
    visit.page("pages/admin/jobs.html", &JobsPage { jobs: jobs.iter().map(JobView::new).collect() })
}

/// `POST /admin/jobs`: asks for a run of `job`.
pub(in crate::pages) async fn run(Admin { visit, user }: Admin, read: Read, form: Form) -> PageResult {
    let name = form.text("job").to_owned();
    let job = read.run(move |app| app.jobs.request(user.id, &name)).await?;
    let text = format!("{} was asked for. It begins within a few seconds.", job.spec.name);
    visit.go_saying(HERE, Tone::Success, text)
}

/// `GET /admin/jobs/{name}`.
pub(in crate::pages) async fn show(
    Admin { visit, .. }: Admin,
    read: Read,
    name: web::Path<String>,
) -> PageResult {
    let page = read
        .run(move |app| {
            let runs = app.jobs.runs(&name, RUNS)?;
            let job = app.jobs.list()?.into_iter().find(|job| job.spec.name == *name);
            let job = job.ok_or_else(|| JobError::Unknown(name.to_string()))?;
            Ok::<_, ApiError>(RunsPage {
                job: JobView::new(&job),
                runs: runs.iter().map(RunView::new).collect(),
            })
        })
        .await?;
    visit.page("pages/admin/job.html", &page)
}

impl JobView {
    pub(super) fn new(job: &JobOverview) -> Self {
        Self {
            name: job.spec.name,
            about: job.spec.about,
            schedule: job.spec.schedule.to_string(),
            next: words::moment(job.next_at),
            requested: job.state.requested_at.map(words::moment),
            latest: job.latest.as_ref().map(RunView::new),
            href: links::job(job.spec.name),
        }
    }
}

impl RunView {
    fn new(run: &JobRun) -> Self {
        Self {
            badge: match run.end.as_ref().map(|end| end.outcome) {
                None => Badge::waiting("Running"),
                Some(RunOutcome::Succeeded) => Badge::good("Succeeded"),
                Some(RunOutcome::Failed) => Badge::bad("Failed"),
                Some(RunOutcome::Abandoned) => Badge::bad("Abandoned"),
            },
            cause: match run.cause {
                RunCause::Schedule => "on schedule",
                RunCause::Request => "on request",
                RunCause::Command => "by a command",
            },
            started: words::moment(run.started_at),
            ended: run.end.as_ref().map(|end| words::moment(end.at)),
            report: run.end.as_ref().map(|end| end.report.clone()).filter(|report| !report.is_empty()),
        }
    }
}
