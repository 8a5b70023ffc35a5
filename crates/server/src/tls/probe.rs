//! A client that speaks to one server: the one that has this certificate.

use std::{
    io::{Read, Write},
    net::{IpAddr, TcpStream},
    sync::Arc,
};

use anyhow::Context;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, SignatureScheme, StreamOwned,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::certificate::certificates;
use crate::config::TlsConfig;

/// A conversation with whoever has the key of the configured certificate, on this machine.
///
/// # Errors
/// When the certificate cannot be read. Whether the other side has it shows when something is said.
pub(crate) fn speak(
    config: &TlsConfig,
    address: IpAddr,
    stream: TcpStream,
) -> anyhow::Result<impl Read + Write + use<>> {
    let provider = Arc::new(ring::default_provider());
    let expected = certificates(&config.certificate)?.into_iter().next().context("TLS_CERT")?;
    let verifier = Arc::new(OneCertificate { expected, provider: Arc::clone(&provider) });
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS")?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let connection =
        ClientConnection::new(Arc::new(client), ServerName::IpAddress(address.into())).context("TLS")?;
    Ok(StreamOwned::new(connection, stream))
}

/// Whoever has the key of this certificate, whatever names stand in it and whoever vouches for it: the file says who is meant.
#[derive(Debug)]
struct OneCertificate {
    expected: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for OneCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if *end_entity == self.expected {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::General("the server has another certificate than TLS_CERT".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
