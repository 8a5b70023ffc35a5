//! Who may open a page, as part of a handler's signature.
//!
//! Signed-out visitors are sent to sign in and come back; people with another role get the page for 403.

use std::{future::Future, pin::Pin};

use actix_web::{
    Error, FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    error::InternalError,
    http::{Method, StatusCode, header},
};
use instainstru_domain::account::{Role, User};
use instainstru_http::{ApiError, error::ErrorCode};

use crate::visit::Visit;

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>>>>;

/// A visit by somebody who is signed in.
pub(crate) struct SignedIn {
    pub(crate) visit: Visit,
    pub(crate) user: User,
}

/// A visit by a student.
pub(crate) struct Student {
    pub(crate) visit: Visit,
    pub(crate) user: User,
}

/// A visit by an instructor.
pub(crate) struct Instructor {
    pub(crate) visit: Visit,
    pub(crate) user: User,
}

/// A visit by an administrator.
pub(crate) struct Admin {
    pub(crate) visit: Visit,
    pub(crate) user: User,
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visit = Visit::from_request(request, payload);
        Box::pin(async move {
            let visit = visit.await?;
            match visit.user().cloned() {
                Some(user) => Ok(Self { visit, user }),
                None => Err(InternalError::from_response("sign in first", to_login(&visit)).into()),
            }
        })
    }
}

impl FromRequest for Instructor {
    type Error = Error;
    type Future = Pending<Self>;

    /// Everybody else gets a page that says how to become an instructor, with status 403.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed_in = SignedIn::from_request(request, payload);
        Box::pin(async move {
            let SignedIn { visit, user } = signed_in.await?;
            if user.role == Role::Instructor {
                return Ok(Self { visit, user });
            }
            let page = visit.page_with(StatusCode::FORBIDDEN, "pages/teach/closed.html", &())?;
            Err(InternalError::from_response("for instructors", page).into())
        })
    }
}

/// The way to sign in and back. A form is sent to the address of its page, so coming back shows the page again.
fn to_login(visit: &Visit) -> HttpResponse {
    let request = visit.request();
    let back = if matches!(*request.method(), Method::GET | Method::HEAD) {
        request.uri().path_and_query().map_or("/", |here| here.as_str())
    } else {
        request.path()
    };
    let query = serde_urlencoded::to_string([("next", back)]).unwrap_or_default();
    let target = format!("/login?{query}");
    if visit.wants_fragment() {
        // A part of a page must not be replaced by the page for signing in.
        return HttpResponse::Ok()
            .insert_header(("HX-Redirect", target))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish();
    }
    visit.go(&target)
}

macro_rules! only {
    ($($name:ident: $may:expr, $refusal:literal;)+) => {$(
        impl FromRequest for $name {
            type Error = Error;
            type Future = Pending<Self>;

            fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
                let signed_in = SignedIn::from_request(request, payload);
                Box::pin(async move {
                    let SignedIn { visit, user } = signed_in.await?;
                    let may: fn(&User) -> bool = $may;
                    if may(&user) {
                        Ok(Self { visit, user })
                    } else {
                        Err(ApiError::new(ErrorCode::Forbidden, $refusal).into())
                    }
                })
            }
        }
    )+};
}

only! {
    Student: |user| user.role == Role::Student, "This page is for students. Sign in with a student account to book lessons.";
    Admin: |user| user.is_admin, "This page is for administrators.";
}
