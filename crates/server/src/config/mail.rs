//! How mail is sent.

use instainstru_domain::account::EmailAddress;
use instainstru_notification::mail::{Encryption, RESEND_API, Site, SmtpServer};

use super::{
    Environment,
    http::web_address,
    reader::{Reader, quoted},
    secret::Secret,
};

/// How mail is sent, and from whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailConfig {
    /// The address mails come from, to which people can also write; the usual one when absent.
    pub from: Option<EmailAddress>,
    /// Which way mails take.
    pub route: MailRoute,
}

/// Which way mails take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// Through the HTTP API of Resend.
    Resend {
        /// Where the API is.
        api_url: String,
        /// By what it knows us.
        api_key: Secret,
    },
    /// Through an SMTP server.
    Smtp(SmtpConfig),
    /// Into files in the data directory.
    File,
    /// Nowhere; each is noted in the log.
    Log,
}

/// An SMTP server and how to speak to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the conversation is protected.
    pub encryption: Encryption,
    /// Name and password.
    pub login: Option<(String, Secret)>,
}

/// What `MAIL_SENDER` can be.
#[derive(Debug, Clone, Copy)]
enum Wish {
    Auto,
    Resend,
    Smtp,
    File,
    Log,
}

impl MailConfig {
    /// Reads the part about mail.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        const SENDER: &str = "MAIL_SENDER";
        let wishes = [
            ("auto", Wish::Auto),
            ("resend", Wish::Resend),
            ("smtp", Wish::Smtp),
            ("file", Wish::File),
            ("log", Wish::Log),
        ];
        let wish = reader.choice(SENDER, &wishes, Wish::Auto);
        // Everything is read whatever is used, so that a mistake does not wait for the day on which it matters.
        let (resend, smtp) = (resend(reader), smtp(reader));
        let or_refused = |route: Option<MailRoute>, missing: &str| {
            route.unwrap_or_else(|| {
                reader.refuse(SENDER, missing);
                MailRoute::Log
            })
        };
        let route = match wish {
            Wish::Auto => resend.or(smtp).unwrap_or(match environment {
                Environment::Production => MailRoute::Log,
                Environment::Development | Environment::Test => MailRoute::File,
            }),
            Wish::Resend => or_refused(resend, "is resend, which needs RESEND_API_KEY"),
            Wish::Smtp => or_refused(smtp, "is smtp, which needs SMTP_HOST or SMTP_URL"),
            Wish::File => MailRoute::File,
            Wish::Log => MailRoute::Log,
        };
        Self { from: sender_address(reader), route }
    }
}

fn sender_address(reader: &Reader<'_>) -> Option<EmailAddress> {
    reader.parsed("FROM_EMAIL", None, |text| {
        let address = EmailAddress::new(text).map_err(|error| error.to_string())?;
        // Whether headers can carry it.
        Site::new(address.clone(), "").map_err(|error| error.to_string())?;
        Ok(Some(address))
    })
}

fn resend(reader: &Reader<'_>) -> Option<MailRoute> {
    let api_url = reader.parsed("RESEND_API_URL", RESEND_API.to_owned(), |text| {
        web_address(text)
            .map(|address| address.text)
            .ok_or_else(|| format!("must be an address such as {RESEND_API}, not {}", quoted(text)))
    });
    let api_key = reader.text("RESEND_API_KEY").map(Secret::new)?;
    Some(MailRoute::Resend { api_url, api_key })
}

fn smtp(reader: &Reader<'_>) -> Option<MailRoute> {
    let url = reader.parsed("SMTP_URL", None, |text| {
        SmtpServer::from_url(text).map(Some).map_err(|error| error.to_string())
    });
    let host = reader.text("SMTP_HOST");
    let ways = [
        ("starttls", Some(Encryption::StartTls)),
        ("tls", Some(Encryption::Tls)),
        ("none", Some(Encryption::None)),
    ];
    let encryption = reader.choice("SMTP_TLS", &ways, None);
    let port = reader.number("SMTP_PORT", 1..=u16::MAX, 0);
    let (user, password) = (reader.text("SMTP_USERNAME"), reader.text("SMTP_PASSWORD").map(Secret::new));
    if url.is_some() && (host.is_some() || port != 0 || user.is_some() || password.is_some()) {
        reader.refuse("SMTP_URL", "says everything about the server; leave SMTP_HOST, SMTP_PORT, SMTP_USERNAME and SMTP_PASSWORD empty");
    }
    let login = match (user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_alone), None) => {
            reader.refuse("SMTP_PASSWORD", "is missing; SMTP_USERNAME is set");
            None
        }
        (None, Some(_alone)) => {
            reader.refuse("SMTP_USERNAME", "is missing; SMTP_PASSWORD is set");
            None
        }
    };
    if let Some(server) = url {
        let login = server.login.map(|(user, password)| (user, Secret::new(password)));
        let encryption = encryption.unwrap_or(server.encryption);
        return Some(MailRoute::Smtp(SmtpConfig { host: server.host, port: server.port, encryption, login }));
    }
    let host = host?;
    let encryption = encryption.unwrap_or_else(|| Encryption::usual(&host));
    let port = if port == 0 { encryption.usual_port() } else { port };
    Some(MailRoute::Smtp(SmtpConfig { host, port, encryption, login }))
}
