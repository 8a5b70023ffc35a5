//! Seeing jobs and asking for them.

use actix_web::{HttpResponse, get, post};

use super::{
    dto::{JobResponse, JobRunResponse},
    requests::{JobName, ListRunsParams},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Digest, Query},
    reply::Reply,
};

/// List jobs
///
/// What the marketplace does by itself: when, how it went the last time, and when it runs next.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The jobs, by name", body = Vec<JobResponse>),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("")]
pub(super) async fn list_jobs(_admin: AdminUser, read: Read) -> Result<HttpResponse, ApiError> {
    let jobs = read.run(|app| app.jobs.list()).await?;
    Reply::ok(&jobs.into_iter().map(JobResponse::from).collect::<Vec<_>>())?.into_response()
}

/// List runs of a job
///
/// Its latest runs, latest first.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(ListRunsParams),
    responses(
        (status = 200, description = "The runs", body = Vec<JobRunResponse>),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such job", body = ErrorBody),
    )
)]
#[get("/{job_name}/runs")]
pub(super) async fn list_job_runs(
    _admin: AdminUser,
    name: JobName,
    read: Read,
    limit: Query<ListRunsParams>,
) -> Result<HttpResponse, ApiError> {
    let runs = read.run(move |app| app.jobs.runs(&name.0, limit.0)).await?;
    Reply::ok(&runs.into_iter().map(JobRunResponse::from).collect::<Vec<_>>())?.into_response()
}

/// Run a job
///
/// Asks for a run. Whoever runs the jobs begins it within a few seconds, or when the run under way has ended.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    responses(
        (status = 202, description = "The run will begin", body = JobResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
        (status = 404, description = "No such job", body = ErrorBody),
    )
)]
#[post("/{job_name}/run")]
pub(super) async fn run_job(admin: AdminUser, name: JobName, act: Act) -> Result<HttpResponse, ApiError> {
    let actor = admin.0.id;
    act.run(&admin.0, Digest::empty(), move |app| {
        Reply::accepted(&JobResponse::from(app.jobs.request(actor, &name.0)?))
    })
    .await
}
