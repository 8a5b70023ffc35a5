//! The certificate in use, which is replaced when its files are.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, sync::Arc};

use anyhow::{Context, bail, ensure};
use arc_swap::ArcSwap;
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use crate::config::TlsConfig;

/// Read by everybody on the machine.
const READABLE_BY_OTHERS: u32 = 0o004;

/// The certificate in use.
#[derive(Debug)]
pub(super) struct CurrentCertificate {
    files: TlsConfig,
    current: ArcSwap<CertifiedKey>,
}

impl CurrentCertificate {
    /// Reads the certificate and its key.
    ///
    /// # Errors
    /// When they cannot be used; the text names the variable and the file.
    pub(super) fn read(files: &TlsConfig) -> anyhow::Result<Self> {
        Ok(Self { files: files.clone(), current: ArcSwap::from_pointee(read(files)?) })
    }

    /// Uses what is in the files by now. What cannot be used, such as half of a renewal, is logged and leaves what was.
    pub(super) fn refresh(&self) {
        match read(&self.files) {
            Ok(fresh) if fresh.cert == self.current.load().cert => {}
            Ok(fresh) => {
                self.current.store(Arc::new(fresh));
                tracing::info!(file = %self.files.certificate.display(), "the certificate was renewed");
            }
            Err(error) => {
                tracing::error!(error = %format!("{error:#}"), "the certificate cannot be read again; the old one stays");
            }
        }
    }
}

impl ResolvesServerCert for CurrentCertificate {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

/// The certificates of a file, that of the server first.
///
/// # Errors
/// When the file cannot be read or holds none.
pub(super) fn certificates(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let named = || format!("TLS_CERT: {}", file.display());
    let chain: Vec<_> = CertificateDer::pem_file_iter(file)
        .with_context(named)?
        .collect::<Result<_, _>>()
        .with_context(named)?;
    ensure!(!chain.is_empty(), "TLS_CERT: {} holds no certificate", file.display());
    Ok(chain)
}

fn read(files: &TlsConfig) -> anyhow::Result<CertifiedKey> {
    let chain = certificates(&files.certificate)?;
    let named = || format!("TLS_KEY: {}", files.key.display());
    let mode = fs::metadata(&files.key).with_context(named)?.permissions().mode();
    if mode & READABLE_BY_OTHERS != 0 {
        bail!("TLS_KEY: everybody on this machine may read {}; `chmod o-r` it", files.key.display());
    }
    let key = PrivateKeyDer::from_pem_file(&files.key).with_context(named)?;
    CertifiedKey::from_der(chain, key, &ring::default_provider()).context("TLS_CERT and TLS_KEY")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rcgen::{CertifiedKey as Made, generate_simple_self_signed};
    use tempfile::TempDir;

    use super::*;

    fn made() -> (String, String) {
        let Made { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    fn write(path: &Path, text: &str, mode: u32) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn files(directory: &TempDir) -> TlsConfig {
        let path = |name: &str| -> PathBuf { directory.path().join(name) };
        TlsConfig { certificate: path("certificate.pem"), key: path("key.pem"), redirect_port: None }
    }

    #[test]
    fn a_renewed_certificate_is_used_and_half_a_renewal_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        let ((old, old_key), (new, new_key)) = (made(), made());
        write(&files.certificate, &old, 0o644);
        write(&files.key, &old_key, 0o600);
        let current = CurrentCertificate::read(&files).unwrap();
        let first = current.current.load_full();
        current.refresh();
        assert!(Arc::ptr_eq(&first, &current.current.load_full()), "nothing changed");
        write(&files.certificate, &new, 0o644);
        current.refresh();
        assert!(Arc::ptr_eq(&first, &current.current.load_full()), "the key is still the old one");
        write(&files.key, &new_key, 0o600);
        current.refresh();
        assert_ne!(first.cert, current.current.load().cert);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(&directory);
        let refusal = || format!("{:#}", CurrentCertificate::read(&files).unwrap_err());
        assert!(refusal().starts_with("TLS_CERT: "), "{}", refusal());
        let ((certificate, key), (_other, other_key)) = (made(), made());
        write(&files.certificate, "no certificate", 0o644);
        assert!(refusal().ends_with("certificate.pem holds no certificate"), "{}", refusal());
        write(&files.certificate, &certificate, 0o644);
        assert!(refusal().starts_with("TLS_KEY: "), "{}", refusal());
        write(&files.key, &other_key, 0o600);
        assert!(refusal().starts_with("TLS_CERT and TLS_KEY: "), "{}", refusal());
        write(&files.key, &key, 0o644);
        assert!(refusal().contains("everybody on this machine may read"), "{}", refusal());
        write(&files.key, &key, 0o640);
        assert!(CurrentCertificate::read(&files).is_ok());
    }
}
