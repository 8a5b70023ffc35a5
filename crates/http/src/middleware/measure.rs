//! Measuring requests for monitoring.

use std::{cell::RefCell, collections::HashMap, net::IpAddr, sync::Arc};

use actix_web::{HttpRequest, dev::ServiceRequest, http::Method};
use instainstru_telemetry::{InProgress, RouteSeries, Telemetry};

use crate::{application::HttpSettings, metrics::SERIES_PATH, origin};

/// Paths whose route is remembered by each thread that serves.
const REMEMBERED: usize = 1_024;

/// Remembers under which route the requests for a path are counted while they are answered: before a request is routed, finding
/// that out costs as much as routing it. What is asked for most is remembered; when the memo is full it begins anew.
#[derive(Default)]
pub(crate) struct RouteMemo(RefCell<HashMap<Method, HashMap<String, Arc<RouteSeries>>>>);

impl RouteMemo {
    fn route(&self, telemetry: &Telemetry, request: &ServiceRequest) -> Arc<RouteSeries> {
        let (method, path) = (request.method(), plain(request.path()));
        let known = self.0.borrow().get(method).and_then(|paths| paths.get(path)).map(Arc::clone);
        known.unwrap_or_else(|| {
            let route = request.resource_map().match_pattern(path);
            let series = telemetry.requests().route(method.as_str(), route.as_deref());
            let mut memo = self.0.borrow_mut();
            if memo.values().map(HashMap::len).sum::<usize>() >= REMEMBERED {
                memo.clear();
            }
            memo.entry(method.clone()).or_default().insert(path.to_owned(), Arc::clone(&series));
            series
        })
    }
}

/// A path with a slash at its end means the one without.
pub(super) fn plain(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        plain => plain,
    }
}

/// A request that is measured.
pub(super) struct Measured {
    telemetry: Telemetry,
    request: InProgress,
    client: Option<IpAddr>,
}

impl Measured {
    /// Begins to measure a request, if any are; reading the series is not measured.
    pub(super) fn begin(
        telemetry: &Telemetry,
        settings: &HttpSettings,
        request: &ServiceRequest,
    ) -> Option<Self> {
        if !settings.is_measured || request.path() == SERIES_PATH {
            return None;
        }
        let series = match request.app_data::<RouteMemo>() {
            Some(memo) => memo.route(telemetry, request),
            None => telemetry.requests().route(request.method().as_str(), None),
        };
        Some(Self {
            request: telemetry.requests().begin(series),
            telemetry: telemetry.clone(),
            client: origin::client_address(request, settings),
        })
    }

    /// The request was answered with this status, by the route of `request` if it got as far as that.
    pub(super) fn end(self, request: Option<&HttpRequest>, status: u16) {
        let Self { telemetry, request: measured, client } = self;
        let answered_by = request.and_then(HttpRequest::match_pattern);
        let began = measured.series();
        let other = answered_by.filter(|route| route != began.route());
        let other = other.map(|route| telemetry.requests().route(began.method(), Some(&route)));
        telemetry.request_ended(measured, other.as_deref(), status, client);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_do_not_matter() {
        for (path, expected) in [("/", "/"), ("//", "/"), ("/a/b", "/a/b"), ("/a/", "/a")] {
            assert_eq!(plain(path), expected);
        }
    }
}
