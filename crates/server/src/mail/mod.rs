//! Mail: which sender the configuration asks for, where links lead, and how developers look at mails.

mod commands;
mod viewer;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use anyhow::Context;
use instainstru_domain::{
    account::EmailAddress,
    calendar::LessonCalendar,
    ports::{Clock, ResetTokens},
};
use instainstru_notification::mail::{
    AlertMailer, FileSender, LogSender, MailConsumer, MailSender, Mailbox, ResendSender, Site, SmtpSender,
    SmtpServer, Writer,
};

pub use self::{
    commands::{preview, send_test},
    viewer::pages,
};
use crate::{
    compose::Parts,
    config::{Config, Environment, MailRoute, SmtpConfig},
};

/// Where mails come from, unless configured otherwise.
const USUAL_FROM: &str = "noreply@instainstru.com";

/// What sends the mails of this installation.
#[derive(Clone)]
pub struct Post {
    writer: Writer,
    sender: Arc<dyn MailSender>,
    clock: Arc<dyn Clock>,
}

impl Post {
    /// What this configuration asks for. `listening` is where the server listens, if it does.
    ///
    /// # Errors
    /// When a template is broken or the SMTP server cannot be spoken to in private.
    pub fn new(
        config: &Config,
        clock: Arc<dyn Clock>,
        listening: Option<SocketAddr>,
    ) -> anyhow::Result<Self> {
        let writer = Writer::new(site(config, listening)?).context("the mails cannot be written")?;
        let sender = sender(config, &clock)?;
        Ok(Self { writer, sender, clock })
    }

    /// The consumer that tells people by mail what happened.
    #[must_use]
    pub fn consumer(&self, parts: &Parts, tokens: Arc<dyn ResetTokens>) -> MailConsumer {
        MailConsumer::new(
            Arc::clone(&parts.transactor),
            Arc::clone(&self.clock),
            tokens,
            Arc::clone(&self.sender),
            self.writer.clone(),
        )
    }

    /// What tells administrators that something is wrong.
    #[must_use]
    pub fn alerts(&self) -> AlertMailer {
        AlertMailer::new(self.writer.clone(), Arc::clone(&self.sender), Arc::clone(&self.clock))
    }

    /// Says in the log what an operator should know about mail in production.
    pub fn warn(config: &Config) {
        if config.environment != Environment::Production {
            return;
        }
        if config.mail.route == MailRoute::Log {
            tracing::warn!("no mail is sent: set RESEND_API_KEY or SMTP_HOST");
        } else if !config.http.is_frontend_given && config.web.site_url.is_none() {
            let links = config.http.frontend_url.as_str();
            tracing::warn!(
                links,
                "neither FRONTEND_URL nor SITE_URL is set: the links in mails lead to the web client of 2025"
            );
        }
    }
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("sender", &self.sender.name()).finish_non_exhaustive()
    }
}

/// Mails as files, where this configuration writes them.
fn directory(config: &Config) -> PathBuf {
    config.data_dir.join("mail")
}

/// The mails that developers may look at, unless this is production.
#[must_use]
pub fn mailbox(config: &Config) -> Option<Mailbox> {
    (config.environment != Environment::Production).then(|| Mailbox::new(directory(config)))
}

fn sender(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<dyn MailSender>> {
    Ok(match &config.mail.route {
        MailRoute::Resend { api_url, api_key } => Arc::new(ResendSender::new(api_url, api_key.reveal())),
        MailRoute::Smtp(smtp) => Arc::new(SmtpSender::new(&server(smtp), Arc::clone(clock))?),
        MailRoute::File => Arc::new(FileSender::new(directory(config), Arc::clone(clock))),
        MailRoute::Log => Arc::new(LogSender),
    })
}

fn server(smtp: &SmtpConfig) -> SmtpServer {
    SmtpServer {
        host: smtp.host.clone(),
        port: smtp.port,
        encryption: smtp.encryption,
        login: smtp.login.as_ref().map(|(user, password)| (user.clone(), password.reveal().to_owned())),
    }
}

/// What writes lessons for calendars, for mails and for pages.
///
/// # Errors
/// When the sender cannot stand in a header, which the configuration has checked.
pub fn calendar(config: &Config) -> anyhow::Result<LessonCalendar> {
    Ok(site(config, None)?.calendar())
}

/// Who mails come from and where their links lead.
fn site(config: &Config, listening: Option<SocketAddr>) -> anyhow::Result<Site> {
    let from = match &config.mail.from {
        Some(from) => from.clone(),
        None => EmailAddress::new(USUAL_FROM).context("the usual sender")?,
    };
    let reminders = config.background.reminders.leads().last().map(|lead| lead.hours());
    Ok(Site::new(from, &base_of_links(config, listening))?.reminding(reminders))
}

/// Where links lead: to the web client that was named, else to our own pages. Only production, whose own address nobody can
/// guess, leads to the web client of 2025.
fn base_of_links(config: &Config, listening: Option<SocketAddr>) -> String {
    if config.http.is_frontend_given {
        return config.http.frontend_url.clone();
    }
    if let Some(pages) = &config.web.site_url {
        return pages.clone();
    }
    if config.environment == Environment::Production {
        return config.http.frontend_url.clone();
    }
    let scheme = config.http.scheme();
    match listening {
        // Everywhere is no place to go to.
        Some(address) if address.ip().is_unspecified() => {
            format!("{scheme}://{}", SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()))
        }
        Some(address) => format!("{scheme}://{address}"),
        None => format!("{scheme}://{}:{}", config.http.host, config.http.port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Mistakes;

    fn config(variables: &[(&str, &str)]) -> Config {
        let lookup = |name: &str| {
            variables.iter().find(|(known, _value)| *known == name).map(|(_name, value)| (*value).to_owned())
        };
        Config::read(&lookup, []).unwrap_or_else(|mistakes: Mistakes| panic!("{mistakes}"))
    }

    const KEY: (&str, &str) = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
    const PRODUCTION: (&str, &str) = ("ENVIRONMENT", "production");

    #[test]
    fn links_lead_to_the_server_itself_while_developing() {
        let listening = Some("127.0.0.1:4711".parse().unwrap());
        let base = |variables: &[(&str, &str)], listening| base_of_links(&config(variables), listening);
        assert_eq!(base(&[], listening), "http://127.0.0.1:4711");
        assert_eq!(base(&[("ENVIRONMENT", "test")], listening), "http://127.0.0.1:4711");
        assert_eq!(base(&[], Some("0.0.0.0:80".parse().unwrap())), "http://127.0.0.1:80");
        assert_eq!(base(&[], Some("[::1]:80".parse().unwrap())), "http://[::1]:80");
        assert_eq!(base(&[("PORT", "81")], None), "http://127.0.0.1:81");
        let given = ("FRONTEND_URL", "https://studio.example/app/");
        assert_eq!(base(&[given], listening), "https://studio.example/app");
        assert_eq!(base(&[PRODUCTION, KEY, given], listening), "https://studio.example/app");
        let pages = ("SITE_URL", "https://pages.example");
        assert_eq!(base(&[pages], listening), "https://pages.example");
        assert_eq!(base(&[PRODUCTION, KEY, pages], listening), "https://pages.example");
        assert_eq!(base(&[pages, given], listening), "https://studio.example/app");
        assert_eq!(base(&[PRODUCTION, KEY], listening), "https://instructly-ten.vercel.app");
    }

    #[test]
    fn the_sender_is_the_one_configured() {
        let clock: Arc<dyn Clock> = Arc::new(crate::clock::SystemClock);
        let name = |variables: &[(&str, &str)]| sender(&config(variables), &clock).unwrap().name();
        let (resend, smtp) = (("RESEND_API_KEY", "re_1"), ("SMTP_HOST", "mail.example.com"));
        assert_eq!(name(&[]), "file");
        assert_eq!(name(&[PRODUCTION, KEY]), "log");
        assert_eq!(name(&[PRODUCTION, KEY, smtp]), "smtp");
        assert_eq!(name(&[PRODUCTION, KEY, resend, smtp]), "resend");
        assert_eq!(name(&[resend, ("MAIL_SENDER", "file")]), "file");
    }

    #[test]
    fn mails_can_be_looked_at_except_in_production() {
        assert!(mailbox(&config(&[])).is_some());
        assert!(mailbox(&config(&[("ENVIRONMENT", "test")])).is_some());
        assert!(mailbox(&config(&[PRODUCTION, KEY])).is_none());
    }
}
