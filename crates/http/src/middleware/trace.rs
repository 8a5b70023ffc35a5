//! Tracing requests, where somebody asked for it.

use actix_web::{HttpRequest, dev::ServiceRequest, http::header::HeaderName};
use instainstru_domain::spans::TRACED;
use instainstru_telemetry::Traces;
use tracing::{Span, field};

use super::measure::plain;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The span of a request that is traced.
pub(super) struct Traced {
    span: Span,
    route: String,
}

impl Traced {
    /// Begins to trace a request with this id, inside the span of its log.
    pub(super) fn begin(traces: &dyn Traces, request: &ServiceRequest, within: &Span, id: &str) -> Self {
        let route = request.resource_map().match_pattern(plain(request.path()));
        let route = route.unwrap_or_else(|| "unmatched".to_owned());
        let method = request.method().as_str();
        let span = tracing::trace_span!(
            target: TRACED,
            parent: within,
            "request",
            otel.name = format_args!("{method} {route}"),
            otel.kind = "server",
            otel.status_code = field::Empty,
            http.request.method = method,
            http.route = route,
            http.response.status_code = field::Empty,
            request_id = id,
        );
        if let Some(Ok(caller)) = request.headers().get(TRACEPARENT).map(|value| value.to_str()) {
            traces.continue_from(&span, caller);
        }
        Self { span, route }
    }

    /// The span, for what is done to answer the request.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// The request was answered with this status, by the route of `request` if it got as far as that.
    pub(super) fn end(self, request: Option<&HttpRequest>, status: u16) {
        let Self { span, route } = self;
        let answered_by = request.and_then(|request| Some((request.method(), request.match_pattern()?)));
        if let Some((method, other)) = answered_by.filter(|(_method, other)| *other != route) {
            span.record("otel.name", format_args!("{method} {other}"));
            span.record("http.route", other);
        }
        span.record("http.response.status_code", status);
        // What is refused is no fault of ours.
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
    }
}
