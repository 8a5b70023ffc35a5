//! Asking the server on this machine whether it is well: what a container, which has no other client, does every few seconds.

use std::{
    io::{BufRead as _, BufReader, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, bail};

use crate::{config::HttpConfig, tls};

/// Longest time to connect, and to wait for the answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks for `/health/lite` and insists on 200.
///
/// # Errors
/// When nobody answers in time, or with something else.
pub fn healthcheck(config: &HttpConfig) -> anyhow::Result<()> {
    let address = address(config)?;
    let asking = || format!("the server at {address} does not answer");
    let stream = TcpStream::connect_timeout(&address, PATIENCE).with_context(asking)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    match &config.tls {
        Some(tls) => ask(tls::probe::speak(tls, address.ip(), stream)?, address),
        None => ask(stream, address),
    }
}

/// Asks over a connection to `address`.
fn ask(mut stream: impl Read + Write, address: SocketAddr) -> anyhow::Result<()> {
    let asking = || format!("the server at {address} does not answer");
    // In one piece: whoever answers after the first piece of several resets the connection for the others.
    let request = format!("GET /health/lite HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).with_context(asking)?;
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).with_context(asking)?;
    if status.split(' ').nth(1) != Some("200") {
        bail!("the server at {address} is not well: it answers {:?}", status.trim());
    }
    Ok(())
}

/// Where this machine reaches the server; one that listens everywhere is asked on the loopback address.
fn address(config: &HttpConfig) -> anyhow::Result<SocketAddr> {
    let ip = match config.host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        Ok(IpAddr::V6(ip)) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        Ok(ip) => ip,
        Err(_name) if config.host == "localhost" => Ipv4Addr::LOCALHOST.into(),
        Err(error) => return Err(error).context("HOST is not an address this machine can be asked at"),
    };
    Ok(SocketAddr::new(ip, config.port))
}

#[cfg(test)]
mod tests {
    use std::{io::Read as _, net::TcpListener, thread};

    use super::*;
    use crate::config::Config;

    fn config(host: &str, port: u16) -> HttpConfig {
        let lookup = |name: &str| match name {
            "HOST" => Some(host.to_owned()),
            "PORT" => Some(port.to_string()),
            _ => None,
        };
        Config::read(&lookup, []).unwrap().http
    }

    #[test]
    fn a_server_that_listens_everywhere_is_asked_here() {
        for (host, expected) in
            [("0.0.0.0", "127.0.0.1:8000"), ("::", "[::1]:8000"), ("10.0.0.7", "10.0.0.7:8000")]
        {
            assert_eq!(address(&config(host, 8000)).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn only_200_is_well() {
        for (answer, well) in [("200 OK", true), ("503 Service Unavailable", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = thread::spawn(move || {
                let (mut stream, _peer) = listener.accept().unwrap();
                let mut request = [0; 512];
                let read = stream.read(&mut request).unwrap();
                write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n").unwrap();
                String::from_utf8_lossy(&request[..read]).into_owned()
            });
            assert_eq!(healthcheck(&config("127.0.0.1", port)).is_ok(), well, "{answer}");
            assert!(server.join().unwrap().starts_with("GET /health/lite HTTP/1.1\r\n"));
        }
    }
}
