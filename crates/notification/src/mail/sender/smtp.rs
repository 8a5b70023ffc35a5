//! Sending mails through an SMTP server.

use std::{net::IpAddr, sync::Arc, time::Duration};

use instainstru_domain::ports::Clock;
use lettre::{
    SmtpTransport, Transport,
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Tls, TlsParameters},
        response::{Category, Code, Detail, Severity},
    },
};

use super::{MailSender, SendError, excerpt, mime};
use crate::mail::message::Mail;

/// Longest time that one step of the conversation may take.
const STEP_WITHIN: Duration = Duration::from_secs(10);

/// An SMTP server and how to speak to it.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the conversation is protected.
    pub encryption: Encryption,
    /// Name and password, if it wants to know us.
    pub login: Option<(String, String)>,
}

/// An address of an SMTP server that cannot be understood. The address is not quoted: it can hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be smtp://[user:password@]host[:port], or smtps:// for a server that is protected from the first byte"
)]
pub struct InvalidSmtpUrl;

impl SmtpServer {
    /// The server at an address such as `smtp://user:password@mail.example.com:587`. Name and password are percent-encoded.
    ///
    /// # Errors
    /// [`InvalidSmtpUrl`] for anything else.
    pub fn from_url(url: &str) -> Result<Self, InvalidSmtpUrl> {
        let (scheme, rest) = url.trim_end_matches('/').split_once("://").ok_or(InvalidSmtpUrl)?;
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(login), place),
            None => (None, rest),
        };
        let (host, port) = match place.rsplit_once(':') {
            // The colons of an address in brackets are its own.
            Some((host, port)) if !port.ends_with(']') => {
                (host, Some(port.parse().map_err(|_invalid| InvalidSmtpUrl)?))
            }
            _ => (place, None),
        };
        let host = host.trim_matches(['[', ']']);
        if host.is_empty() || host.contains(['/', '?', '#', ' ', '@']) {
            return Err(InvalidSmtpUrl);
        }
        let encryption = match scheme {
            "smtp" => Encryption::usual(host),
            "smtps" => Encryption::Tls,
            _ => return Err(InvalidSmtpUrl),
        };
        let login = match login {
            Some(login) => {
                let (user, password) = login.split_once(':').ok_or(InvalidSmtpUrl)?;
                Some((decoded(user)?, decoded(password)?))
            }
            None => None,
        };
        let port = port.unwrap_or_else(|| encryption.usual_port());
        Ok(Self { host: host.to_owned(), port, encryption, login })
    }
}

/// A text without its percent-encoding.
fn decoded(text: &str) -> Result<String, InvalidSmtpUrl> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                let value = high.zip(low).map(|(high, low)| high * 16 + low).ok_or(InvalidSmtpUrl)?;
                u8::try_from(value).map_err(|_invalid| InvalidSmtpUrl)?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_invalid| InvalidSmtpUrl)
}

/// How the conversation with an SMTP server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Begins in the clear and must be protected before anything is said, usually on port 587.
    StartTls,
    /// Protected from the first byte, usually on port 465.
    Tls,
    /// Not at all: for servers on this machine or in a network of one's own.
    None,
}

impl Encryption {
    /// How a server at `host` is spoken to unless somebody says otherwise: mails to this machine need no protection.
    #[must_use]
    pub fn usual(host: &str) -> Self {
        let is_here = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if is_here { Self::None } else { Self::StartTls }
    }

    /// The port on which servers usually listen for it.
    #[must_use]
    pub const fn usual_port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
            .field("user", &self.login.as_ref().map(|(user, _password)| user))
            .finish()
    }
}

/// Sends mails through an SMTP server, each over a connection of its own.
#[derive(Clone)]
pub struct SmtpSender {
    transport: SmtpTransport,
    clock: Arc<dyn Clock>,
}

impl SmtpSender {
    /// A sender that speaks to this server. Nothing is said yet.
    ///
    /// # Errors
    /// [`SendError::Never`] when the certificates that the system trusts cannot be read, or the name of the server can have no
    /// certificate.
    pub fn new(server: &SmtpServer, clock: Arc<dyn Clock>) -> Result<Self, SendError> {
        let parameters = || {
            TlsParameters::new(server.host.clone()).map_err(|error| {
                SendError::never(
                    format!("no protected connection to {} is possible", server.host),
                    Some(error.into()),
                )
            })
        };
        let tls = match server.encryption {
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
            Encryption::None => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(server.host.clone())
            .port(server.port)
            .tls(tls)
            .timeout(Some(STEP_WITHIN));
        if let Some((user, password)) = &server.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self { transport: builder.build(), clock })
    }
}

impl std::fmt::Debug for SmtpSender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpSender").finish_non_exhaustive()
    }
}

impl MailSender for SmtpSender {
    fn name(&self) -> &'static str {
        "smtp"
    }

    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let message = mime::message(mail, self.clock.now())?;
        self.transport.send(&message).map(|_accepted| ()).map_err(judge)
    }
}

/// What the failure of a conversation means.
fn judge(error: Error) -> SendError {
    match error.status() {
        Some(code) if refuses_the_mail(code) => SendError::never(
            excerpt(&format!("the mail server refused the mail: {error}")),
            Some(error.into()),
        ),
        Some(_about_us) => {
            SendError::later(excerpt(&format!("the mail server refused: {error}")), Some(error.into()))
        }
        None => {
            SendError::later(excerpt(&format!("the mail server cannot be used: {error}")), Some(error.into()))
        }
    }
}

/// Whether the server refuses for good what it was given: mailbox unavailable, too large, not allowed, or failed (550 to 554).
/// Other refusals for good are about us, such as 535, a wrong password: they pass when somebody mends the configuration.
fn refuses_the_mail(code: Code) -> bool {
    code.severity == Severity::PermanentNegativeCompletion
        && code.category == Category::MailSystem
        && matches!(code.detail, Detail::Zero | Detail::One | Detail::Two | Detail::Three | Detail::Four)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_elsewhere_are_only_spoken_to_in_private() {
        for here in ["localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert_eq!(Encryption::usual(here), Encryption::None, "{here}");
        }
        for elsewhere in ["mail.example.com", "10.0.0.1", "localhost.example.com", ""] {
            assert_eq!(Encryption::usual(elsewhere), Encryption::StartTls, "{elsewhere}");
        }
    }

    #[test]
    fn addresses_of_servers_are_understood() {
        let server = |host: &str, port, encryption, login: Option<(&str, &str)>| SmtpServer {
            host: host.to_owned(),
            port,
            encryption,
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
        };
        for (url, expected) in [
            ("smtp://mail.example.com", server("mail.example.com", 587, Encryption::StartTls, None)),
            ("smtp://localhost:2525/", server("localhost", 2525, Encryption::None, None)),
            ("smtp://[::1]:2525", server("::1", 2525, Encryption::None, None)),
            ("smtp://[::1]", server("::1", 25, Encryption::None, None)),
            (
                "smtps://a%40b:p%3a@ss@mail.example.com",
                server("mail.example.com", 465, Encryption::Tls, Some(("a@b", "p:@ss"))),
            ),
            (
                "smtp://app:hunter2@mail.example.com:26",
                server("mail.example.com", 26, Encryption::StartTls, Some(("app", "hunter2"))),
            ),
        ] {
            assert_eq!(SmtpServer::from_url(url), Ok(expected), "{url}");
        }
        for bad in [
            "",
            "mail.example.com",
            "http://mail.example.com",
            "smtp://",
            "smtp://:25",
            "smtp://mail.example.com:port",
            "smtp://mail.example.com:99999",
            "smtp://app@mail.example.com",
            "smtp://app:%zz@mail.example.com",
            "smtp://app:%ff@mail.example.com",
            "smtp://mail.example.com/path",
        ] {
            assert_eq!(SmtpServer::from_url(bad), Err(InvalidSmtpUrl), "{bad}");
        }
    }

    #[test]
    fn passwords_are_not_printed() {
        let server = SmtpServer {
            host: "mail.example.com".into(),
            port: 587,
            encryption: Encryption::StartTls,
            login: Some(("app".into(), "hunter2".into())),
        };
        assert!(!format!("{server:?}").contains("hunter2"));
    }
}
