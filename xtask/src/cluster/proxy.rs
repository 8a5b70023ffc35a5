//! A balancer as small as can be: connections go round the nodes, and past those that do not listen.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
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
        let behind = Arc::clone(&nodes);
        thread::spawn(move || {
            for (turn, client) in listener.incoming().flatten().enumerate() {
                let mut nodes = behind.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let first = turn % nodes.len().max(1);
                nodes.rotate_left(first);
                thread::spawn(move || {
                    // A client whose node dies has to send its request again, as behind any balancer.
                    let _broken = serve(&client, &nodes);
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

/// Carries what both sides say until both are done.
fn serve(client: &TcpStream, nodes: &[SocketAddr]) -> io::Result<()> {
    let node = nodes
        .iter()
        .flat_map(TcpStream::connect)
        .next()
        .ok_or_else(|| io::Error::new(io::ErrorKind::ConnectionRefused, "no node listens"))?;
    for stream in [client, &node] {
        stream.set_nodelay(true)?;
    }
    let (mut from_client, mut to_node) = (client.try_clone()?, node.try_clone()?);
    let upwards = thread::spawn(move || {
        let _broken = io::copy(&mut from_client, &mut to_node);
        let _gone = to_node.shutdown(Shutdown::Write);
    });
    let (mut from_node, mut to_client) = (node, client.try_clone()?);
    let _broken = io::copy(&mut from_node, &mut to_client);
    let _gone = client.shutdown(Shutdown::Both);
    let _panicked = upwards.join();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// A node that says its name to whoever connects.
    fn node(name: &'static str) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                stream.unwrap().write_all(name.as_bytes()).unwrap();
            }
        });
        address
    }

    /// An address where nobody listens.
    fn dead() -> SocketAddr {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
    }

    fn ask(proxy: &Proxy) -> String {
        let mut said = String::new();
        TcpStream::connect(proxy.address).unwrap().read_to_string(&mut said).unwrap();
        said
    }

    #[test]
    fn connections_go_round_and_past_the_dead() {
        let proxy = Proxy::start(vec![node("one"), dead(), node("three")]).unwrap();
        assert_eq!([0; 3].map(|_nth| ask(&proxy)), ["one", "three", "three"]);
        proxy.replace(1, node("two"));
        assert_eq!([0; 3].map(|_nth| ask(&proxy)), ["one", "two", "three"]);
    }

    #[test]
    fn with_no_node_left_the_connection_ends() {
        let proxy = Proxy::start(vec![dead(), dead()]).unwrap();
        assert_eq!(ask(&proxy), "");
    }
}
