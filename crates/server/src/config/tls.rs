//! TLS without a proxy in front.

use std::path::PathBuf;

use super::reader::Reader;

/// Where the certificate is with which the server speaks TLS itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsConfig {
    /// File of the certificate, followed by those that vouch for it, in PEM.
    pub certificate: PathBuf,
    /// File of its key, in PEM.
    pub key: PathBuf,
    /// Port on which requests without TLS are led to the one with it; 0 lets the system choose.
    pub redirect_port: Option<u16>,
}

impl TlsConfig {
    /// Reads the part about TLS. `port` is the one the server listens on.
    pub(super) fn read(reader: &Reader<'_>, port: u16) -> Option<Self> {
        const PORT: &str = "TLS_REDIRECT_PORT";
        let (certificate, key) = (reader.text("TLS_CERT"), reader.text("TLS_KEY"));
        let redirect_port = reader
            .text(PORT)
            .and_then(|text| text.parse().inspect_err(|_| reader.refuse(PORT, "must be a port")).ok());
        match (certificate, key) {
            (Some(certificate), Some(key)) => {
                if redirect_port.is_some_and(|other| other == port && other != 0) {
                    reader.refuse(PORT, "must be another port than PORT");
                }
                Some(Self { certificate: certificate.into(), key: key.into(), redirect_port })
            }
            (None, None) => {
                if redirect_port.is_some() {
                    reader.refuse(PORT, "means something only together with TLS_CERT and TLS_KEY");
                }
                None
            }
            (certificate, _) => {
                let missing = if certificate.is_some() { "TLS_KEY" } else { "TLS_CERT" };
                reader.refuse(missing, "is missing: TLS_CERT and TLS_KEY are set together, or neither");
                None
            }
        }
    }
}
