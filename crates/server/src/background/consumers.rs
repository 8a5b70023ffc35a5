//! Who is handed events.

use std::{net::SocketAddr, sync::Arc};

use instainstru_domain::ports::EventConsumer;
use instainstru_notification::issues::{GitHub, IssueConsumer, IssueTracker};

use crate::{
    compose::{self, Parts},
    config::{Config, IssuesConfig, Secret},
    mail::Post,
};

/// Everybody who is handed events; each must be named by [`instainstru_domain::delivery::consumers_of`] what it wants. Events
/// for those who are named there and missing here wait until they are not. `listening` is where the server listens, if it does.
///
/// # Errors
/// When one cannot be made of this configuration.
pub fn consumers(
    config: &Config,
    parts: &Parts,
    secret: &Secret,
    listening: Option<SocketAddr>,
) -> anyhow::Result<Vec<Arc<dyn EventConsumer>>> {
    let post = Post::new(config, Arc::clone(&parts.clock), listening)?;
    Post::warn(config);
    let mail = post.consumer(parts, compose::reset_tokens(secret)?);
    let tracker = config.monitoring.issues.as_ref().map(tracker);
    let issues = IssueConsumer::new(Arc::clone(&parts.transactor), tracker, config.environment.as_str());
    Ok(vec![Arc::new(mail), Arc::new(issues)])
}

/// Where issues are opened for alerts.
fn tracker(config: &IssuesConfig) -> Arc<dyn IssueTracker> {
    Arc::new(GitHub::new(&config.api_url, &config.repo, config.token.reveal()))
}
