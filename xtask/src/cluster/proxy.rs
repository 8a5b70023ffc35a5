//! A balancer as small as can be: connections go round the nodes, and past those that do not listen.

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result};

/// The balancer. It works until the program ends.
#[derive(Debug)]
pub(super) struct Proxy {
    address: SocketAddr,
    nodes: Arc<Mutex<Vec<SocketAddr>>>,
}

impl Proxy {
    /// Listens on a free port.
    pub(super) fn start(nodes: Vec<SocketAddr>) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("the proxy finds no free port")?;
        let address = listener.local_addr().context("the proxy does not know its address")?;
        let nodes = Arc::new(Mutex::new(nodes));
        let (behind, next) = (Arc::clone(&nodes), AtomicUsize::new(0));
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let nodes = behind.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let first = next.fetch_add(1, Ordering::Relaxed);
                thread::spawn(move || {
                    // A client whose node dies has to send its request again, as behind any balancer.
                    let _broken = serve(&client, &nodes, first);
                });
            }
        });
        Ok(Self { address, nodes })
    }

    /// The address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Another node in the place of one.
    pub(super) fn replace(&self, index: usize, node: SocketAddr) {
        if let Some(place) = self.nodes.lock().unwrap_or_else(PoisonError::into_inner).get_mut(index) {
            *place = node;
        }
    }
}

fn serve(client: &TcpStream, nodes: &[SocketAddr], first: usize) -> io::Result<()> {
    let turns = (0..nodes.len()).filter_map(|turn| nodes.get((first + turn) % nodes.len().max(1)));
    let node = turns
        .flat_map(TcpStream::connect)
        .next()
        .ok_or_else(|| io::Error::new(io::ErrorKind::ConnectionRefused, "no node listens"))?;
    let (mut from_client, mut to_node) = (client.try_clone()?, node.try_clone()?);
    let upwards = thread::spawn(move || {
        let _broken = io::copy(&mut from_client, &mut to_node);
        let _gone = to_node.shutdown(Shutdown::Write);
    });
    let (mut from_node, mut to_client) = (node, client.try_clone()?);
    let _broken = io::copy(&mut from_node, &mut to_client);
    let _unsent = to_client.flush();
    let _gone = client.shutdown(Shutdown::Both);
    let _panicked = upwards.join();
    Ok(())
}
