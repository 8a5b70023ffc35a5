//! How the server listens.

use std::{num::NonZero, thread};

use super::{
    Environment,
    reader::{Reader, quoted},
    tls::TlsConfig,
};

/// How the server listens and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpConfig {
    /// Name or address to listen on.
    pub host: String,
    /// Port to listen on; 0 lets the system choose a free one.
    pub port: u16,
    /// The certificate with which the server speaks TLS on that port; without one it does not.
    pub tls: Option<TlsConfig>,
    /// Number of threads that accept and answer requests.
    pub workers: usize,
    /// Seconds after which a request is given up.
    pub request_timeout_secs: u64,
    /// Seconds a stopping server waits for the requests under way.
    pub shutdown_timeout_secs: u64,
    /// Origins of web pages that may call the API from a browser, besides those that always may.
    pub cors_origins: Vec<String>,
    /// Address of the web client, for links; its pages may call the API.
    pub frontend_url: String,
    /// Whether somebody said where the web client is.
    pub is_frontend_given: bool,
}

/// Where the web client of 2025 lives.
const FRONTEND: &str = "https://instructly-ten.vercel.app";

impl HttpConfig {
    /// Reads the part about listening.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        let host = match environment {
            Environment::Production => "0.0.0.0",
            Environment::Development | Environment::Test => "127.0.0.1",
        };
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let port = reader.number("PORT", 0..=u16::MAX, 8000);
        Self {
            host: reader.text("HOST").unwrap_or_else(|| host.to_owned()),
            port,
            tls: TlsConfig::read(reader, port),
            workers: reader.number("WORKERS", 1..=1024, cores),
            request_timeout_secs: reader.number("REQUEST_TIMEOUT_SECONDS", 1..=3600, 30),
            shutdown_timeout_secs: reader.number("SHUTDOWN_TIMEOUT_SECONDS", 0..=3600, 25),
            cors_origins: reader.parsed("CORS_ORIGINS", Vec::new(), |text| {
                text.split(',')
                    .map(str::trim)
                    .filter(|origin| !origin.is_empty())
                    .map(|origin| web_address(origin).filter(|address| address.is_origin).map(|a| a.text))
                    .collect::<Option<_>>()
                    .ok_or_else(|| {
                        format!(
                            "must be origins such as https://example.com, separated by commas, not {}",
                            quoted(text)
                        )
                    })
            }),
            frontend_url: reader.parsed("FRONTEND_URL", FRONTEND.to_owned(), |text| {
                web_address(text).map(|address| address.text).ok_or_else(|| {
                    format!("must be an address such as https://example.com, not {}", quoted(text))
                })
            }),
            is_frontend_given: reader.text("FRONTEND_URL").is_some(),
        }
    }

    /// How addresses of this server begin.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// The scheme, host and port of the web client.
    #[must_use]
    pub fn frontend_origin(&self) -> &str {
        let Some((_scheme, rest)) = self.frontend_url.split_once("://") else { return &self.frontend_url };
        let length = rest
            .find('/')
            .map_or(self.frontend_url.len(), |path| self.frontend_url.len() - (rest.len() - path));
        self.frontend_url.get(..length).unwrap_or(&self.frontend_url)
    }
}

pub(super) struct WebAddress {
    pub(super) text: String,
    pub(super) is_origin: bool,
}

/// An http or https address without a slash at its end.
pub(super) fn web_address(text: &str) -> Option<WebAddress> {
    let text = text.trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_fine = !rest.is_empty() && !rest.starts_with('/') && !rest.contains([' ', '*', '@', '"', '\\']);
    is_fine.then(|| WebAddress { text: text.to_owned(), is_origin: !rest.contains(['/', '?', '#']) })
}
