//! One of the nodes, which can die and come back.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::server::Server;

/// What all nodes have in common: the program, what it is told, and one clock.
#[derive(Debug, Clone)]
pub(super) struct Site {
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
    /// What the clock of the site said when it was founded, and when that was.
    clock: (Timestamp, Instant),
}

impl Site {
    /// A site whose clock says `now`.
    pub(super) fn new(binary: PathBuf, now: Timestamp) -> Self {
        let environment = vec![
            ("BCRYPT_COST", "4".to_owned()),
            // Everybody comes from one address.
            ("RATE_LIMIT_ENABLED", "false".to_owned()),
            ("RUST_LOG", "warn".to_owned()),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "600".to_owned()),
            // Tokens of one node are good at the others.
            ("SECRET_KEY", "a key that all nodes of this site share".to_owned()),
        ];
        Self { binary, environment, clock: (now, Instant::now()) }
    }

    /// Sets what nodes that start from now on are told.
    pub(super) fn configure(&mut self, name: &'static str, value: String) {
        self.environment.push((name, value));
    }

    /// Starts a server whose clock agrees with those of the others, however late it comes.
    fn launch(&self) -> Result<Server> {
        let (founded, since) = self.clock;
        let now = founded.checked_add(since.elapsed()).context("the clock of the site ran out")?;
        let mut environment = self.environment.clone();
        environment.push(("TEST_CLOCK", now.to_string()));
        let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Server::start(&self.binary, &environment)
    }
}

#[derive(Debug)]
pub(super) struct Node {
    site: Site,
    server: Option<Server>,
    address: SocketAddr,
}

impl Node {
    pub(super) fn start(site: &Site) -> Result<Self> {
        let server = site.launch()?;
        let address = server.address();
        Ok(Self { site: site.clone(), server: Some(server), address })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn server(&self) -> Result<&Server> {
        self.server.as_ref().context("this node is dead")
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub(super) fn kill(&mut self) {
        drop(self.server.take());
    }

    /// A new process, at another address.
    pub(super) fn come_back(&mut self) -> Result<()> {
        let server = self.site.launch()?;
        self.address = server.address();
        self.server = Some(server);
        Ok(())
    }
}
