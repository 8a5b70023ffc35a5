//! The log: lines on standard error, as text or JSON; and what is told to others besides.

use std::{
    any::Any,
    backtrace::{Backtrace, BacktraceStatus},
    io::IsTerminal as _,
    panic,
    time::Duration,
};

use anyhow::Context;
use instainstru_domain::spans::PANICKED;
use instainstru_reporting::Reporting;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::config::{Config, LogConfig, LogFormat};

/// How long the end of the process waits until everything was told.
const PATIENCE: Duration = Duration::from_secs(4);

/// Begins to log.
///
/// # Errors
/// When something logs already.
pub fn start(config: &LogConfig) -> anyhow::Result<()> {
    let lines = fmt().with_env_filter(filter(config)?).with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    }
    .map_err(|error| anyhow::anyhow!(error))
    .context("cannot begin to log")
}

/// Begins to log, and to tell others of traces and errors as far as the configuration names somebody. Panics become lines of the log
/// like all others. What is returned tells the rest when it is dropped.
///
/// # Errors
/// When something logs already, or nothing can be told.
pub fn start_telling(config: &Config) -> anyhow::Result<Telling> {
    let wanted = &config.reporting;
    let telling = if wanted.is_wanted() {
        let traces = wanted.traces.as_ref().map(crate::config::TracesConfig::settings);
        let reporting = Reporting::start(traces.as_ref(), wanted.errors.as_ref())?;
        // Nobody else's layers slow down a log that is told to nobody.
        let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = reporting.layers();
        layers.push(lines(&config.log)?);
        tracing_subscriber::registry().with(layers).try_init().context("cannot begin to log")?;
        Telling(Some(reporting))
    } else {
        start(&config.log)?;
        Telling(None)
    };
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
        tracing::error!(target: PANICKED, place, cause = message_of(panic.payload()), backtrace, "panicked");
    }));
    Ok(telling)
}

/// What is told to others, until this is dropped.
#[derive(Debug)]
pub struct Telling(Option<Reporting>);

impl Drop for Telling {
    fn drop(&mut self) {
        if self.0.as_ref().is_some_and(|reporting| !reporting.finish(PATIENCE)) {
            tracing::warn!("some traces or errors could not be told");
        }
    }
}

fn filter(config: &LogConfig) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(&config.filter).context("RUST_LOG")
}

/// The lines of [`start`], for a log to which others listen, too.
fn lines(config: &LogConfig) -> anyhow::Result<Box<dyn Layer<Registry> + Send + Sync>> {
    let (filter, lines) = (filter(config)?, fmt::layer().with_writer(std::io::stderr));
    Ok(match config.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).with_filter(filter).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
    })
}

/// What a panic said.
fn message_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a word")
}
