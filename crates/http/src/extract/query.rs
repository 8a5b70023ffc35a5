//! Queries.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use super::IntoCommand;
use crate::error::{ApiError, Place};

/// A query, as the command it means.
pub(crate) struct Query<T: IntoCommand>(pub(crate) T::Command);

impl<T: DeserializeOwned + IntoCommand> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(read(request.query_string()))
    }
}

fn read<T: DeserializeOwned + IntoCommand>(query: &str) -> Result<Query<T>, ApiError> {
    let params: T = serde_urlencoded::from_str(query).map_err(|error| {
        let text = error.to_string();
        let field = text.split('`').nth(1).unwrap_or_default().to_owned();
        ApiError::field(Place::Query, field, text)
    })?;
    Ok(Query(params.into_command()?))
}
