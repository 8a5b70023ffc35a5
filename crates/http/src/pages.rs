//! What server-rendered pages need of the API they share an address with.
//!
//! Pages are services like those of the API and use the same [`Application`](crate::Application) and
//! [`Read`](crate::Read). They additionally have to know which paths the API claims, and they show errors in their own frame.

use std::{fmt, sync::Arc};

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    guard::GuardContext,
    http::header::{self, HeaderMap},
    web,
};

pub use crate::me::ArchiveFile;
use crate::{error::ApiError, routing::RouteTable};

/// An error that a person is to see instead of the envelope.
#[derive(Debug)]
pub struct Failure<'a> {
    /// What happened.
    pub error: &'a ApiError,
    /// Id of the request, to be quoted when asking for help.
    pub request_id: &'a str,
    /// The request; `None` when it was given up before there was an answer.
    pub request: Option<&'a HttpRequest>,
}

type Draw = dyn Fn(&Failure<'_>) -> Option<HttpResponse> + Send + Sync;

/// Draws errors as pages. Registered as `web::Data`, it is asked about every error that a person met.
#[derive(Clone)]
pub struct ErrorPages(Arc<Draw>);

impl ErrorPages {
    /// Errors drawn by `draw`; where it returns `None` the envelope is sent.
    pub fn new(draw: impl Fn(&Failure<'_>) -> Option<HttpResponse> + Send + Sync + 'static) -> Self {
        Self(Arc::new(draw))
    }

    pub(crate) fn draw(&self, failure: &Failure<'_>) -> Option<HttpResponse> {
        (self.0)(failure)
    }
}

impl fmt::Debug for ErrorPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErrorPages")
    }
}

/// Marks a request as one for a page, so that its errors are drawn as pages even where the API has a path of the same shape.
#[derive(Debug, Clone, Copy)]
pub struct IsPage;

impl IsPage {
    /// Marks the request.
    pub fn mark(request: &HttpRequest) {
        request.extensions_mut().insert(Self);
    }
}

/// Whether whoever sent these headers reads HTML: browsers say so, programs do not.
#[must_use]
pub fn reads_html(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| {
            range.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("text/html"))
        })
}

/// A guard for pages: the path is none of the API's.
#[must_use]
pub fn is_no_api_path(context: &GuardContext<'_>) -> bool {
    let path = context.head().uri.path();
    context.app_data::<web::Data<RouteTable>>().is_none_or(|table| !belongs_to_api(table, path))
}

/// A guard for pages at an address of the API: the client reads HTML.
#[must_use]
pub fn is_asked_by_a_browser(context: &GuardContext<'_>) -> bool {
    reads_html(context.head().headers())
}

/// Whether an error at this path is for programs.
pub(crate) fn belongs_to_api(table: &RouteTable, path: &str) -> bool {
    path == "/api" || path.starts_with("/api/") || (path != "/" && table.methods(path).is_some())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn browsers_read_html_and_programs_do_not() {
        let reads = |accept: &str| {
            reads_html(TestRequest::default().insert_header(("Accept", accept)).to_http_request().headers())
        };
        assert!(reads("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(reads("application/json, Text/HTML;q=0.5"));
        for program in ["*/*", "application/json", "", "text/*"] {
            assert!(!reads(program), "{program}");
        }
        assert!(!reads_html(TestRequest::default().to_http_request().headers()));
    }
}
