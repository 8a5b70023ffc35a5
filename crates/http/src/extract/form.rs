//! Form bodies, which only logging in uses.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;

use super::body::{IntoCommand, Unread};
use crate::error::{ApiError, Place};

const EXPECTED: &str = "application/x-www-form-urlencoded";

/// A form that nobody has read yet.
pub(crate) struct Form<T> {
    unread: Unread,
    shape: PhantomData<fn() -> T>,
}

impl<T> FromRequest for Form<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { unread: Unread::new(request, payload), shape: PhantomData }))
    }
}

impl<T: DeserializeOwned + IntoCommand> Form<T> {
    /// Reads the form.
    ///
    /// # Errors
    /// 413, 415 or 422.
    pub(crate) async fn read(self) -> Result<T::Command, ApiError> {
        let fits = |media_type: &str| media_type.eq_ignore_ascii_case(EXPECTED);
        let bytes = self.unread.read(fits, EXPECTED).await?;
        let form: T = serde_urlencoded::from_bytes(&bytes)
            .map_err(|error| ApiError::field(Place::Body, "", error.to_string()))?;
        Ok(form.into_command()?)
    }
}
