//! `worker`: delivering events and running jobs, without answering anybody.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use actix_web::rt::System;

use super::{Background, Surroundings};
use crate::{compose::Parts, config::Config, secret, signals::Signals, storage};

/// `worker`: delivers events and runs jobs until a signal asks for the end.
///
/// # Errors
/// When the database cannot be used or its schema is not up to date, when the key is missing, or when the threads cannot be started.
pub fn work(config: &Config, out: &mut dyn Write) -> anyhow::Result<()> {
    tracing::info!(configuration = ?config, "starting");
    let database = storage::open(config)?;
    let parts = Parts::new(config, &database)?;
    let secret = secret::resolve(config)?;
    let surroundings = Surroundings { secret: &secret, listening: None };
    let background = Background::start(config, &parts, &surroundings)?;
    System::new().block_on(async {
        let mut signals = Signals::listen()?;
        writeln!(out, "InstaInstru is working")?;
        out.flush()?;
        signals.next().await;
        tracing::info!("stopping; finishing what is in hand");
        let patience = Duration::from_secs(config.http.shutdown_timeout_secs);
        background.finish(signals, Instant::now() + patience).await;
        anyhow::Ok(())
    })?;
    tracing::info!("stopped");
    Ok(())
}
