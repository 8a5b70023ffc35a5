//! Configuration: from the environment only, read once, checked as a whole.

mod background;
mod backup;
mod cache;
mod database;
mod environment;
mod http;
mod limits;
mod logging;
mod mail;
mod monitoring;
mod public;
mod reader;
mod reporting;
mod secret;
mod security;
mod tls;
mod web;

#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf};

use instainstru_service::bookings::BookingRules;
use jiff::Timestamp;

use self::reader::{Reader, quoted};
pub use self::{
    background::BackgroundConfig,
    backup::BackupConfig,
    cache::{CacheConfig, RedisUrl},
    database::DatabaseConfig,
    environment::Variables,
    http::HttpConfig,
    limits::LimitsConfig,
    logging::{LogConfig, LogFormat},
    mail::{MailConfig, MailRoute, SmtpConfig},
    monitoring::{IssuesConfig, MonitoringConfig},
    public::{DetailLevel, PublicConfig},
    reporting::{ReportingConfig, TracesConfig},
    secret::{DatabaseUrl, Secret},
    security::{LEAST_SECRET_BYTES, SecurityConfig},
    tls::TlsConfig,
    web::WebConfig,
};

/// What this installation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// Real people. Nothing is made up: keys must be given, demo people are never stored.
    Production,
    /// A look around: everything has a default and demo people are stored once.
    Development,
    /// Automatic tests: as development, without people.
    Test,
}

impl Environment {
    /// The name in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Test => "test",
        }
    }
}

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What this installation is for.
    pub environment: Environment,
    /// Directory for the SQLite file and keys.
    pub data_dir: PathBuf,
    /// How the server listens.
    pub http: HttpConfig,
    /// Which database.
    pub database: DatabaseConfig,
    /// Where backups go.
    pub backup: BackupConfig,
    /// Keys, tokens and passwords.
    pub security: SecurityConfig,
    /// How mail is sent.
    pub mail: MailConfig,
    /// Who may look at what the server knows of itself.
    pub monitoring: MonitoringConfig,
    /// Whom traces and errors are sent to.
    pub reporting: ReportingConfig,
    /// What visitors see.
    pub public: PublicConfig,
    /// What is kept ready, and where servers share it.
    pub cache: CacheConfig,
    /// How often somebody may ask.
    pub limits: LimitsConfig,
    /// The server-rendered pages.
    pub web: WebConfig,
    /// What may be done to bookings.
    pub bookings: BookingRules,
    /// What the server does besides answering.
    pub background: BackgroundConfig,
    /// What is stored before the first request.
    pub seed: SeedConfig,
    /// What is logged.
    pub log: LogConfig,
    /// The instant at which the clock of the server starts, for tests.
    pub test_clock: Option<Timestamp>,
}

/// What is stored before the first request. The catalogue always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedConfig {
    /// Whether demo people are stored, once.
    pub people: bool,
}

/// Everything that is wrong with a configuration, one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(pub Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Mistakes {}

impl Config {
    /// Whether people reach the server through HTTPS only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.environment == Environment::Production || self.http.tls.is_some()
    }

    /// The configuration of this process.
    ///
    /// # Errors
    /// [`Mistakes`] with everything that is wrong.
    pub fn from_process() -> Result<Self, Mistakes> {
        let variables = Variables::from_process()?;
        Self::read(&|name| variables.get(name), variables.names())
    }

    /// The configuration that `lookup` gives. `names` are all variables there are, to find typing errors among ours.
    ///
    /// # Errors
    /// [`Mistakes`] with everything that is wrong.
    pub fn read<'n>(
        lookup: &dyn Fn(&str) -> Option<String>,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, Mistakes> {
        let reader = Reader::new(lookup);
        let environments = [Environment::Production, Environment::Development, Environment::Test]
            .map(|environment| (environment.as_str(), environment));
        let environment = reader.choice("ENVIRONMENT", &environments, Environment::Development);
        let data_dir =
            reader.text("INSTAINSTRU_DATA_DIR").map_or_else(|| PathBuf::from("data"), PathBuf::from);
        let config = Self {
            environment,
            http: HttpConfig::read(&reader, environment),
            database: DatabaseConfig::read(&reader, &data_dir),
            backup: BackupConfig::read(&reader, &data_dir),
            security: SecurityConfig::read(&reader, environment),
            mail: MailConfig::read(&reader, environment),
            monitoring: MonitoringConfig::read(&reader, environment),
            reporting: ReportingConfig::read(&reader, environment),
            public: PublicConfig::read(&reader),
            cache: CacheConfig::read(&reader),
            limits: LimitsConfig::read(&reader),
            web: WebConfig::read(&reader, environment),
            bookings: BookingRules { allow_early_complete: reader.flag("ALLOW_EARLY_COMPLETE", false) },
            background: BackgroundConfig::read(&reader),
            seed: SeedConfig { people: environment == Environment::Development },
            log: LogConfig::read(&reader, environment),
            test_clock: test_clock(&reader, environment),
            data_dir,
        };
        reader.refuse_unknown(names);
        reader.finish(config)
    }
}

fn test_clock(reader: &Reader<'_>, environment: Environment) -> Option<Timestamp> {
    const NAME: &str = "TEST_CLOCK";
    let start = reader.parsed(NAME, None, |text| {
        text.parse().map(Some).map_err(|_malformed| {
            format!("must be an instant such as 2026-07-15T12:00:00Z, not {}", quoted(text))
        })
    });
    if environment == Environment::Production && start.is_some() {
        reader.refuse(NAME, "is refused in production: the clock must be the real one");
        return None;
    }
    start
}
