//! Who may look at what the process knows of itself.

use std::{
    fmt,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{
    error::{ApiError, ErrorCode},
    extract::application,
};

/// Header of the key.
pub(crate) const KEY_HEADER: &str = "X-Monitoring-API-Key";
/// The other header of clients of 2025.
const OTHER_KEY_HEADER: &str = "X-API-Key";

/// Who may look at what the process knows of itself. By default everybody may, as in development.
#[derive(Debug, Clone, Default)]
pub struct MonitoringAccess {
    key: Option<KeyDigest>,
    /// Whether monitoring needs the key.
    guards_monitoring: bool,
    /// Whether the series of Prometheus need the key.
    guards_series: bool,
}

impl MonitoringAccess {
    /// Whoever has this key may look at everything; without a key, nobody may look at what is guarded.
    #[must_use]
    pub fn with_key(key: Option<&str>) -> Self {
        Self { key: key.map(KeyDigest::of), ..Self::default() }
    }

    /// The same, guarding `/monitoring`.
    #[must_use]
    pub fn guarding_monitoring(self, guards: bool) -> Self {
        Self { guards_monitoring: guards, ..self }
    }

    /// The same, guarding the series of Prometheus.
    #[must_use]
    pub fn guarding_series(self, guards: bool) -> Self {
        Self { guards_series: guards, ..self }
    }

    fn check<'k>(&self, mut presented: impl Iterator<Item = &'k str>) -> Result<(), ApiError> {
        let Some(key) = &self.key else {
            return Err(ApiError::new(
                ErrorCode::Unavailable,
                "Monitoring has no key: set MONITORING_API_KEY",
            ));
        };
        if presented.any(|presented| key.fits(presented)) {
            return Ok(());
        }
        Err(ApiError::new(ErrorCode::Forbidden, "The key of monitoring is missing or wrong"))
    }
}

/// What is kept of a key: digests are of one length, so comparing them tells nothing about the key, not even its length.
#[derive(Clone)]
struct KeyDigest([u8; 32]);

impl KeyDigest {
    fn of(key: &str) -> Self {
        Self(Sha256::digest(key).into())
    }

    fn fits(&self, presented: &str) -> bool {
        self.0.ct_eq(&Self::of(presented).0).into()
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Somebody who may look at monitoring.
pub(crate) struct Operator;

impl FromRequest for Operator {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(application(request).and_then(|app| {
            let access = &app.settings.monitoring;
            if access.guards_monitoring { access.check(keys(request)).map(|()| Self) } else { Ok(Self) }
        }))
    }
}

/// Somebody who may read the series. Prometheus sends its credentials as a bearer token.
pub(crate) struct Scraper;

impl FromRequest for Scraper {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(application(request).and_then(|app| {
            let access = &app.settings.monitoring;
            let keys = keys(request).chain(bearer(request));
            if access.guards_series { access.check(keys).map(|()| Self) } else { Ok(Self) }
        }))
    }
}

fn keys(request: &HttpRequest) -> impl Iterator<Item = &str> {
    [KEY_HEADER, OTHER_KEY_HEADER].into_iter().filter_map(|name| request.headers().get(name)?.to_str().ok())
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_fits() {
        let access = MonitoringAccess::with_key(Some("secret"));
        assert!(access.check(["wrong", "secret"].into_iter()).is_ok());
        for wrong in [vec![], vec![""], vec!["secre"], vec!["secret "], vec!["SECRET"]] {
            assert_eq!(access.check(wrong.into_iter()).unwrap_err().code(), ErrorCode::Forbidden);
        }
        let none = MonitoringAccess::with_key(None);
        assert_eq!(none.check(["secret"].into_iter()).unwrap_err().code(), ErrorCode::Unavailable);
    }

    #[test]
    fn a_key_is_not_printed() {
        let printed = format!("{:?}", MonitoringAccess::with_key(Some("secret")));
        assert!(printed.contains("***") && !printed.contains("secret"), "{printed}");
    }
}
