#![doc = include_str!("../README.md")]

mod errors;
mod traces;
mod word;

use std::{sync::Arc, time::Duration};

use tracing::Subscriber;
use tracing_subscriber::{Layer, registry::LookupSpan};

pub use self::{
    errors::{ErrorSettings, InvalidDsn},
    traces::{CallerTraces, TraceSettings},
};

/// What is told to others while the process runs. Whoever starts it [finishes](Reporting::finish) it.
pub struct Reporting {
    traces: Option<traces::Exporter>,
    errors: Option<Arc<errors::Reporter>>,
}

/// Why nothing can be told.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The collector cannot be spoken to.
    #[error("traces cannot be sent to the collector")]
    Collector(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The address of Sentry is none.
    #[error(transparent)]
    Dsn(#[from] InvalidDsn),
    /// The system has no thread to give.
    #[error("no thread to send reports")]
    Thread(#[source] std::io::Error),
}

impl Reporting {
    /// Begins to send traces and errors, as far as there are settings for them.
    ///
    /// # Errors
    /// [`Unusable`]; that nobody answers there is no error.
    pub fn start(traces: Option<&TraceSettings>, errors: Option<&ErrorSettings>) -> Result<Self, Unusable> {
        Ok(Self {
            traces: traces.map(traces::Exporter::start).transpose()?,
            errors: errors.map(errors::Reporter::start).transpose()?.map(Arc::new),
        })
    }

    /// What listens to spans and to what is logged.
    #[must_use]
    pub fn layers<S>(&self) -> Vec<Box<dyn Layer<S> + Send + Sync>>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let traces = self.traces.as_ref().map(|exporter| exporter.layer().boxed());
        let errors = self.errors.as_ref().map(|reporter| errors::layer(Arc::clone(reporter)).boxed());
        traces.into_iter().chain(errors).collect()
    }

    /// Sends what waits, for so long at most, and nothing afterwards. Returns whether everything was sent.
    pub fn finish(&self, patience: Duration) -> bool {
        // Both at once would need a thread; the second has what the first leaves.
        let half = patience / 2;
        let traces = self.traces.as_ref().is_none_or(|exporter| exporter.finish(half));
        let errors = self.errors.as_ref().is_none_or(|reporter| reporter.finish(half));
        traces && errors
    }
}

impl std::fmt::Debug for Reporting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reporting")
            .field("traces", &self.traces.is_some())
            .field("errors", &self.errors.is_some())
            .finish()
    }
}
