//! Who is handed events.

use std::{net::SocketAddr, sync::Arc};

use instainstru_domain::ports::EventConsumer;

use crate::{
    compose::Parts,
    config::{Config, Secret},
};

/// What consumers may need to know besides the configuration.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The key of this installation.
    pub secret: &'a Secret,
    /// Where the server of this process listens, if it serves.
    pub listening: Option<SocketAddr>,
}

/// Everybody who is handed events; each must be named by [`instainstru_domain::delivery::consumers_of`] what it wants. Events
/// for those who are named there and missing here wait until they are not.
///
/// # Errors
/// When one cannot be made of this configuration.
pub fn consumers(
    _config: &Config,
    _parts: &Parts,
    _surroundings: &Surroundings<'_>,
) -> anyhow::Result<Vec<Arc<dyn EventConsumer>>> {
    Ok(Vec::new())
}
