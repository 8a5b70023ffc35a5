//! Which job, and how many of its runs.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{ApiError, FieldErrors, Place},
    extract::IntoCommand,
    wire::read_bounded,
};

const MAX_RUNS: u32 = 100;
const USUAL_RUNS: u32 = 20;

/// The name of a job in a path. Whether there is one is for the use case to say.
#[derive(Debug)]
pub(super) struct JobName(pub(super) String);

impl FromRequest for JobName {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("job_name").unwrap_or_default().to_owned())))
    }
}

/// How many runs to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListRunsParams {
    /// Greatest number of runs.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
}

impl IntoCommand for ListRunsParams {
    type Command = u32;

    fn into_command(self) -> Result<u32, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let limit = errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, MAX_RUNS)));
        errors.finish(limit.map(|limit| limit.unwrap_or(USUAL_RUNS)))
    }
}
