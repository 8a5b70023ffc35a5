//! What handlers take out of a request, with errors in the envelope.

mod auth;
mod body;
mod form;
mod headers;
mod path;
mod query;

pub(crate) use self::{
    auth::{AdminUser, Bearer, CurrentUser, InstructorUser, Visitor},
    body::{Body, Digest, IntoCommand},
    form::Form,
    headers::IfMatch,
    path::{AccountId, PathId, PathToken},
    query::Query,
};

use actix_web::HttpRequest;

use crate::{application::Application, error::ApiError};

/// The application behind a request.
pub(crate) fn application(request: &HttpRequest) -> Result<&Application, ApiError> {
    request
        .app_data::<actix_web::web::Data<Application>>()
        .map(actix_web::web::Data::get_ref)
        .ok_or_else(|| ApiError::internal("the application is not among the data of the server"))
}
