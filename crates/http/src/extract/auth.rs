//! Who is calling.

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use instainstru_domain::account::{Role, User};
use std::{future::Future, pin::Pin, sync::Arc};

use super::application;
use crate::error::{ApiError, ErrorCode};

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// Somebody with a valid token, whether or not the account is switched on.
#[derive(Debug)]
pub(crate) struct Bearer {
    /// The token.
    pub(crate) token: String,
    /// The account.
    pub(crate) user: User,
}

/// Somebody with a valid token whose account is switched on.
#[derive(Debug, Clone)]
pub(crate) struct CurrentUser(pub(crate) User);

/// A [`CurrentUser`] who is an instructor; others get 403.
#[derive(Debug, Clone)]
pub(crate) struct InstructorUser(pub(crate) User);

/// A [`CurrentUser`] who administers the marketplace; others get 403.
#[derive(Debug, Clone)]
pub(crate) struct AdminUser(pub(crate) User);

/// Anybody. Who sends a valid token of an account that is switched on is known; a void one is as good as none.
#[derive(Debug, Clone)]
pub(crate) struct Visitor(pub(crate) Option<User>);

impl FromRequest for Bearer {
    type Error = ApiError;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let token = token_of(&request)
                .ok_or_else(|| ApiError::new(ErrorCode::Unauthorized, "Not authenticated"))?;
            let app = application(&request)?;
            let (accounts, proof) = (Arc::clone(&app.accounts), token.clone());
            let user = app.settings.lanes.database().run(move || accounts.authenticate(&proof)).await?;
            Ok(Self { token, user })
        })
    }
}

impl FromRequest for CurrentUser {
    type Error = ApiError;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bearer = Bearer::from_request(request, payload);
        Box::pin(async move {
            let user = bearer.await?.user;
            if user.is_active {
                Ok(Self(user))
            } else {
                Err(ApiError::new(ErrorCode::BadRequest, "Inactive user"))
            }
        })
    }
}

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        // Nobody waits for the database who does not say who they are.
        if token_of(request).is_none() {
            return Box::pin(std::future::ready(Ok(Self(None))));
        }
        let current = CurrentUser::from_request(request, payload);
        Box::pin(async move {
            match current.await {
                Ok(user) => Ok(Self(Some(user.0))),
                Err(error) if error.code().status().is_client_error() => Ok(Self(None)),
                Err(error) => Err(error),
            }
        })
    }
}

impl FromRequest for InstructorUser {
    type Error = ApiError;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let current = CurrentUser::from_request(request, payload);
        Box::pin(async move {
            let user = current.await?.0;
            match user.role {
                Role::Instructor => Ok(Self(user)),
                Role::Student => Err(ApiError::new(ErrorCode::Forbidden, "Only instructors can do this")),
            }
        })
    }
}

impl FromRequest for AdminUser {
    type Error = ApiError;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let current = CurrentUser::from_request(request, payload);
        Box::pin(async move {
            let user = current.await?.0;
            if user.is_admin {
                Ok(Self(user))
            } else {
                Err(ApiError::new(ErrorCode::Forbidden, "Only administrators can do this"))
            }
        })
    }
}

/// The token of `Authorization: Bearer <token>`; the scheme in any case.
fn token_of(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn only_a_bearer_token_counts() {
        let token = |value: &str| {
            token_of(&TestRequest::default().insert_header(("Authorization", value)).to_http_request())
        };
        assert_eq!(token("Bearer abc"), Some("abc".into()));
        assert_eq!(token("bearer  abc "), Some("abc".into()));
        for nothing in ["", "Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(token(nothing), None, "{nothing}");
        }
        assert_eq!(token_of(&TestRequest::default().to_http_request()), None);
    }
}
