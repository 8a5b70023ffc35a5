//! Errors: requests that failed on our side and panics, reported to Sentry or a server that speaks like it.

mod layer;
mod scrub;
mod sender;

use std::{sync::Arc, time::Duration};

use sentry_core::{
    Client, ClientOptions,
    protocol::{Event, Exception, Mechanism},
    types::Dsn,
};

pub(crate) use self::layer::layer;
use self::{scrub::scrubbed, sender::Sender};
use crate::Unusable;

/// Where errors go.
#[derive(Clone, PartialEq, Eq)]
pub struct ErrorSettings {
    dsn: Dsn,
    /// What this installation is called there, such as `production`.
    pub environment: String,
    /// Version of the program.
    pub version: String,
}

/// An address that is none of Sentry. It is not repeated, because it may hold a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an address such as https://KEY@sentry.example/1")]
pub struct InvalidDsn;

impl ErrorSettings {
    /// Errors of this version go to `dsn`.
    ///
    /// # Errors
    /// [`InvalidDsn`].
    pub fn new(dsn: &str, environment: String, version: String) -> Result<Self, InvalidDsn> {
        Ok(Self { dsn: dsn.parse().map_err(|_unusable| InvalidDsn)?, environment, version })
    }
}

impl std::fmt::Debug for ErrorSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ErrorSettings")
            .field("host", &self.dsn.host())
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

/// What went wrong on our side. Everything in it was [`scrubbed`] by the time it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What kind of failure it is, such as `panic`, or the text of the answer.
    pub(crate) kind: String,
    /// What was behind it.
    pub(crate) cause: String,
    /// Where in the program, for panics.
    pub(crate) place: Option<String>,
    /// For which request, if it was for one.
    pub(crate) request: Asked,
}

/// What is known of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) id: Option<String>,
    pub(crate) method: Option<String>,
    /// The route, not the path: paths hold secrets.
    pub(crate) route: Option<String>,
}

/// Sends reports from a thread of its own.
pub(crate) struct Reporter(Client);

impl Reporter {
    pub(crate) fn start(settings: &ErrorSettings) -> Result<Self, Unusable> {
        let sender = Sender::start(settings.dsn.clone()).map_err(Unusable::Thread)?;
        let mut options = ClientOptions::new()
            .release(format!("instainstru@{}", settings.version))
            .environment(settings.environment.clone())
            .default_integrations(false)
            .send_default_pii(false)
            .transport(Arc::new(sender));
        options.dsn = Some(settings.dsn.clone());
        // Nobody asked for the name of the machine.
        options.server_name = None;
        Ok(Self(Client::with_options(options)))
    }

    /// Reports this. Waits for nothing.
    pub(crate) fn report(&self, failure: &Failure) {
        let Failure { kind, cause, place, request } = failure;
        let transaction = match (&request.method, &request.route) {
            (Some(method), Some(route)) => Some(format!("{method} {route}")),
            (None, Some(alone)) | (Some(alone), None) => Some(alone.clone()),
            (None, None) => None,
        };
        let tags = [
            ("request_id", &request.id),
            ("method", &request.method),
            ("route", &request.route),
            ("place", place),
        ];
        let exception = Exception {
            ty: scrubbed(kind),
            value: Some(scrubbed(cause)).filter(|text| !text.is_empty()),
            mechanism: Some(Mechanism { ty: "log".to_owned(), handled: Some(false), ..Mechanism::default() }),
            ..Exception::default()
        };
        let event = Event {
            transaction,
            exception: vec![exception].into(),
            tags: tags
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), scrubbed(value.as_ref()?))))
                .collect(),
            ..Event::default()
        };
        self.0.capture_event(event, None);
    }

    pub(crate) fn finish(&self, patience: Duration) -> bool {
        self.0.close(Some(patience))
    }
}
