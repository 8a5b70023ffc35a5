//! The edge of the API: names and times each request, gives up on slow ones, puts errors into the envelope, writes the log.

use std::{sync::Arc, time::Instant};

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use instainstru_domain::{audit::Origin, spans::FAILED};
use tracing::Instrument as _;

use super::{measure::Measured, request_id::RequestIds, security, trace::Traced};
use crate::{
    application::{Application, HttpSettings},
    error::{ApiError, ErrorCode},
    etag, origin,
    pages::{self, ErrorPages, Failure, IsPage},
    routing::RouteTable,
};

const PROCESS_TIME: HeaderName = HeaderName::from_static("x-process-time");
const RESPONSE_TIME: HeaderName = HeaderName::from_static("x-response-time-ms");

/// Paths whose answers do not say how long they took.
const UNTIMED: [&str; 4] = ["/health", "/metrics/health", "/metrics/performance", "/metrics/cache"];

/// What must be known of a request after its handler has consumed it.
struct Visit {
    ids: RequestIds,
    settings: Arc<HttpSettings>,
    method: Method,
    path: String,
    started: Instant,
    /// Who draws errors for people; `None` when it is a program that asks.
    pages: Option<web::Data<ErrorPages>>,
    /// Whether the path is one of the API.
    is_api: bool,
}

/// Goes around everything but compression.
pub(crate) async fn edge<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let app = request.app_data::<web::Data<Application>>();
    let settings = app.map(|app| Arc::clone(&app.settings));
    let traces = app.and_then(|app| app.telemetry.traces().cloned());
    let measured = app.and_then(|app| Measured::begin(&app.telemetry, &app.settings, &request));
    let visit = Visit {
        ids: RequestIds::of(request.headers()),
        settings: settings.unwrap_or_default(),
        method: request.method().clone(),
        path: request.path().to_owned(),
        started: Instant::now(),
        pages: request
            .app_data::<web::Data<ErrorPages>>()
            .filter(|_| pages::reads_html(request.headers()))
            .cloned(),
        is_api: request
            .app_data::<web::Data<RouteTable>>()
            .is_none_or(|table| pages::belongs_to_api(table, request.path())),
    };
    if let Some(response) = security::redirect(&request, &visit.settings) {
        let response = visit.finish(response, "redirect", None);
        end(measured, None, None, &response);
        return Ok(request.into_response(response));
    }
    let origin = Origin {
        request: Some(visit.ids.request().to_owned()),
        address: origin::client_address(&request, &visit.settings),
    };
    let span = tracing::info_span!("request", request_id = visit.ids.request());
    let traced = traces.map(|traces| Traced::begin(&*traces, &request, &span, visit.ids.request()));
    let span = traced.as_ref().map_or(span, Traced::span);
    let handled = tokio::time::timeout(
        visit.settings.request_timeout,
        origin::scope(origin, next.call(request).instrument(span)),
    )
    .await;
    match handled.unwrap_or_else(|_elapsed| Err(ApiError::unavailable("the request took too long").into())) {
        Ok(response) => {
            let (request, response) = response.into_parts();
            let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
            let response = visit.finish(response.map_into_boxed_body(), &route, Some(&request));
            end(measured, traced, Some(&request), &response);
            Ok(ServiceResponse::new(request, response))
        }
        // The request is gone, and with it the way to answer it directly.
        Err(error) => {
            let response = visit.finish(HttpResponse::from_error(error), "unmatched", None);
            end(measured, traced, None, &response);
            Err(InternalError::from_response("see the response", response).into())
        }
    }
}

fn end(
    measured: Option<Measured>,
    traced: Option<Traced>,
    request: Option<&HttpRequest>,
    response: &HttpResponse,
) {
    if let Some(traced) = traced {
        traced.end(request, response.status().as_u16());
    }
    if let Some(measured) = measured {
        measured.end(request, response.status().as_u16());
    }
}

impl Visit {
    fn finish(&self, response: HttpResponse, route: &str, request: Option<&HttpRequest>) -> HttpResponse {
        let mut response = self.in_envelope(response, route, request);
        let elapsed = self.started.elapsed();
        let headers = response.headers_mut();
        self.ids.apply(headers);
        etag::tell_no_origin(headers);
        security::apply(headers, &self.path, &self.settings);
        let milliseconds = elapsed.as_secs_f64() * 1000.0;
        if !UNTIMED.contains(&self.path.as_str())
            && let Ok(value) = HeaderValue::from_str(&format!("{milliseconds:.2}ms"))
        {
            headers.insert(PROCESS_TIME, value);
        }
        if let Ok(value) = HeaderValue::from_str(&elapsed.as_millis().to_string()) {
            headers.insert(RESPONSE_TIME, value);
        }
        tracing::info!(
            request_id = self.ids.request(),
            method = %self.method,
            route,
            status = response.status().as_u16(),
            ms = milliseconds,
            "request"
        );
        response
    }

    /// Who draws an error of this request, if a person is to see it.
    fn pages_for(&self, request: Option<&HttpRequest>) -> Option<&ErrorPages> {
        let is_page = request.is_some_and(|request| request.extensions().contains::<IsPage>());
        self.pages.as_ref().map(|pages| &***pages).filter(|_| is_page || !self.is_api)
    }

    /// Errors of ours get the id of the request, errors of libraries the whole envelope. Pages keep what they show.
    fn in_envelope(
        &self,
        mut response: HttpResponse,
        route: &str,
        request: Option<&HttpRequest>,
    ) -> HttpResponse {
        let status = response.status();
        if !(status.is_client_error() || status.is_server_error()) {
            return response;
        }
        let library_error;
        let error = match response.error().and_then(|error| error.as_error::<ApiError>()) {
            Some(error) => error,
            None if has_content(&response) => return response,
            None => {
                let text = status.canonical_reason().unwrap_or("Error");
                library_error = ApiError::new(ErrorCode::of_status(status), text);
                &library_error
            }
        };
        if status.is_server_error() && !error.is_overload() {
            let cause = error.cause_chain().unwrap_or_default();
            tracing::error!(
                target: FAILED,
                request_id = self.ids.request(),
                method = %self.method,
                route,
                %error,
                cause,
                "request failed"
            );
        }
        let failure = Failure { error, request_id: self.ids.request(), request };
        let drawn = self.pages_for(request).and_then(|pages| pages.draw(&failure));
        let (rendered, body) = drawn.unwrap_or_else(|| error.render(Some(self.ids.request()))).into_parts();
        for (name, value) in rendered.headers() {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        response.set_body(body)
    }
}

/// Whether somebody already wrote an answer for people or machines.
fn has_content(response: &HttpResponse) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|content| !content.as_bytes().starts_with(b"text/plain"))
}
