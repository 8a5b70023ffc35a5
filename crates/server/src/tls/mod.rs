//! Speaking TLS without a proxy in front: the certificate, its renewal, and the way from HTTP to HTTPS.

mod certificate;
pub(crate) mod probe;
mod redirect;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::dev::ServerHandle;
use anyhow::Context;
use rustls::{ServerConfig, crypto::ring, version};
use tokio::signal::unix::{SignalKind, signal};

use self::certificate::CurrentCertificate;
use crate::config::TlsConfig;

/// How often the files are read again; SIGHUP has them read at once.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What a server needs that speaks TLS.
pub(crate) struct Tls {
    certificate: Arc<CurrentCertificate>,
    /// How its listeners shake hands.
    pub(crate) handshake: ServerConfig,
}

impl Tls {
    /// What this configuration asks for: TLS 1.2 and 1.3, with the suites that are considered safe.
    ///
    /// # Errors
    /// When the files cannot be read, do not belong together, or everybody on the machine may read the key.
    pub(crate) fn new(config: &TlsConfig) -> anyhow::Result<Self> {
        let certificate = Arc::new(CurrentCertificate::read(config)?);
        let handshake = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .context("TLS")?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<CurrentCertificate>::clone(&certificate));
        Ok(Self { certificate, handshake })
    }

    /// Uses renewed certificates without a restart, for as long as it is polled.
    ///
    /// # Errors
    /// When the process cannot listen for signals.
    pub(crate) fn keep_fresh(&self) -> anyhow::Result<impl Future<Output = ()> + use<>> {
        let mut hangup = signal(SignalKind::hangup()).context("cannot listen for signals")?;
        let certificate = Arc::clone(&self.certificate);
        Ok(async move {
            loop {
                tokio::select! {
                    _ = hangup.recv() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
                certificate.refresh();
            }
        })
    }
}

/// Leads whoever comes to `port` without TLS to `secure`. Returns where it listens, and what ends it.
///
/// # Errors
/// When the port is taken.
pub(crate) fn lead_to_https(
    host: &str,
    port: u16,
    secure: SocketAddr,
) -> anyhow::Result<(Vec<SocketAddr>, ServerHandle)> {
    redirect::serve(host, port, secure.port())
}
