//! One of the nodes, which can die and come back.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::server::Server;

#[derive(Debug)]
pub(super) struct Node {
    binary: PathBuf,
    environment: Vec<(&'static str, String)>,
    server: Option<Server>,
    address: SocketAddr,
}

impl Node {
    pub(super) fn start(binary: &Path, environment: &[(&'static str, String)]) -> Result<Self> {
        let server = launch(binary, environment)?;
        let address = server.address();
        Ok(Self { binary: binary.to_owned(), environment: environment.to_vec(), server: Some(server), address })
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
        let server = launch(&self.binary, &self.environment)?;
        self.address = server.address();
        self.server = Some(server);
        Ok(())
    }
}

fn launch(binary: &Path, environment: &[(&'static str, String)]) -> Result<Server> {
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Server::start(binary, &environment)
}
