//! Who is handed events.

use std::sync::Arc;

use instainstru_domain::ports::EventConsumer;

use crate::{compose::Parts, config::Config};

/// Everybody who is handed events; each must be named by [`instainstru_domain::delivery::consumers_of`] what it wants. Events
/// for those who are named there and missing here wait until they are not.
///
/// # Errors
/// When one cannot be made of this configuration.
pub fn consumers(_config: &Config, _parts: &Parts) -> anyhow::Result<Vec<Arc<dyn EventConsumer>>> {
    Ok(Vec::new())
}
