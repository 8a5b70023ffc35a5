//! Errors in the frame of the site: what happened, and one way on.

use std::sync::Arc;

use actix_web::{
    HttpMessage as _, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use instainstru_http::{error::ErrorCode, pages::Failure};
use serde::Serialize;

use crate::{
    reply::{self, Keep},
    site::Site,
    theme::Theme,
    visit::{Frame, theme_of},
};

/// The page for an error.
#[derive(Debug, Serialize)]
pub(crate) struct ErrorPage {
    pub(crate) status: u16,
    pub(crate) heading: &'static str,
    pub(crate) text: String,
    /// Seconds to wait.
    pub(crate) retry_after: Option<u32>,
    /// To be quoted when asking for help; only where we can help.
    pub(crate) request_id: Option<String>,
    pub(crate) way_on: WayOn,
}

/// The one thing to do next.
#[derive(Debug, Serialize)]
pub(crate) struct WayOn {
    pub(crate) href: &'static str,
    pub(crate) label: &'static str,
}

/// The error as a page; `None` when even that fails, so that the envelope is sent.
pub(crate) fn draw(site: &Site, failure: &Failure<'_>) -> Option<HttpResponse> {
    let known = failure.request.and_then(|request| request.extensions().get::<Arc<Frame>>().cloned());
    let frame = known.unwrap_or_else(|| {
        let path = failure.request.map_or("/", |request| request.path());
        let theme = failure.request.map_or(Theme::Auto, |request| theme_of(request, site));
        Arc::new(Frame::of_nobody(path, theme, site.settings.styleguide))
    });
    let status = failure.error.code().status();
    let page = ErrorPage::of(failure);
    match site.templates.page("pages/error.html", &*frame, &page) {
        Ok(body) => {
            let mut response = reply::html(failure.request, status, Keep::Never, &[], body);
            if let Some(seconds) = failure.error.retry_after_seconds() {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            if let Some(allow) =
                failure.error.allowed_methods().and_then(|allow| HeaderValue::from_str(allow).ok())
            {
                response.headers_mut().insert(header::ALLOW, allow);
            }
            Some(response)
        }
        Err(error) => {
            tracing::error!(error = ?error, "the page of an error cannot be rendered");
            None
        }
    }
}

impl ErrorPage {
    fn of(failure: &Failure<'_>) -> Self {
        let error = failure.error;
        let status = error.code().status();
        let (heading, text) = words(error.code(), error.detail());
        Self {
            status: status.as_u16(),
            heading,
            text,
            retry_after: error.retry_after_seconds(),
            request_id: status.is_server_error().then(|| failure.request_id.to_owned()),
            way_on: way_on(status),
        }
    }

    /// One of each kind, for the style guide.
    pub(crate) fn sample(code: ErrorCode) -> Self {
        let (heading, text) = words(code, "This is what the rule says in words.");
        Self {
            status: code.status().as_u16(),
            heading,
            text,
            retry_after: (code == ErrorCode::RateLimited).then_some(30),
            request_id: code.status().is_server_error().then(|| "7f3c2a10".to_owned()),
            way_on: way_on(code.status()),
        }
    }
}

/// What happened, in words for people. Texts of rules are shown as they are; texts of the protocol are not.
fn words(code: ErrorCode, detail: &str) -> (&'static str, String) {
    let heading = match code {
        ErrorCode::NotFound => {
            return (
                "We could not find that page",
                "It may have moved, or the address has a typo.".to_owned(),
            );
        }
        ErrorCode::Unauthorized => {
            return ("Please sign in", "You need to be signed in to see this page.".to_owned());
        }
        ErrorCode::MethodNotAllowed => {
            return ("This address cannot do that", "Open the page again and use its buttons.".to_owned());
        }
        ErrorCode::Internal => {
            return (
                "Something went wrong on our side",
                "Nothing you typed was at fault. Please try again in a moment.".to_owned(),
            );
        }
        ErrorCode::Unavailable => {
            return (
                "We are very busy right now",
                "Please try again in a few seconds. Nothing was changed.".to_owned(),
            );
        }
        ErrorCode::RateLimited => {
            return ("That was a lot at once", "Please wait a moment before you try again.".to_owned());
        }
        ErrorCode::Forbidden => "You cannot open this page",
        ErrorCode::BookingConflict => "That time was just taken",
        ErrorCode::Conflict | ErrorCode::IdempotencyKeyReused => "That changed in the meantime",
        ErrorCode::PayloadTooLarge => "That is too long",
        ErrorCode::BadRequest
        | ErrorCode::UnsupportedMediaType
        | ErrorCode::Validation
        | ErrorCode::BusinessRule
        | ErrorCode::InsufficientNotice => "That did not work",
    };
    let text = if detail.ends_with(['.', '?', '!']) { detail.to_owned() } else { format!("{detail}.") };
    (heading, text)
}

const fn way_on(status: StatusCode) -> WayOn {
    match status {
        StatusCode::UNAUTHORIZED => WayOn { href: "/login", label: "Sign in" },
        StatusCode::NOT_FOUND => WayOn { href: "/services", label: "See all services" },
        _ => WayOn { href: "/", label: "Go to the home page" },
    }
}
