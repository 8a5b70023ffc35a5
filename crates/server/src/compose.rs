//! Which adapter stands behind which port.

use std::{
    num::{NonZero, NonZeroUsize},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::Context;
use instainstru_auth::{BcryptHasher, HmacResetTokens, JwtIssuer};
use instainstru_domain::ports::{
    Clock, InstructorSearch, PasswordHasher, ResetTokens, SearchLog, Transactor,
};
use instainstru_http::{
    Application, DetailLevel as HttpDetailLevel, Edge, HttpSettings, Lanes, MonitoringAccess,
};
use instainstru_repository::Database;
use instainstru_service::{
    accounts::AccountService, administration::AdministrationService, alerts::AlertService,
    analytics::AnalyticsService, audit::AuditService, availability::AvailabilityService,
    bookings::BookingService, catalogue::CatalogueService, deliveries::DeliveryService,
    editorial::EditorialService, idempotency::IdempotencyService, instructors::InstructorsService,
    passwords::PasswordService, personal_data::PersonalDataService, public::PublicService,
    reminders::ReminderService, search::SearchService, search_history::SearchHistoryService,
};
use instainstru_telemetry::Telemetry;
use instainstru_web::{PageKey, Site, WebSettings};
use jiff::SignedDuration;

use crate::{
    background,
    clock::{SystemClock, TestClock},
    config::{Config, DetailLevel, Secret},
    search::SearchKeys,
};

/// What use cases are made from.
#[derive(Clone)]
pub struct Parts {
    /// Transactions of the database.
    pub transactor: Arc<dyn Transactor>,
    /// Password hashes.
    pub hasher: Arc<dyn PasswordHasher>,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
}

impl Parts {
    /// The parts that this configuration asks for.
    ///
    /// # Errors
    /// When no hashes of the configured cost can be made.
    pub fn new(config: &Config, database: &Database) -> anyhow::Result<Self> {
        Ok(Self {
            transactor: Arc::new(database.transactor()),
            hasher: Arc::new(BcryptHasher::new(config.security.bcrypt_cost).context("BCRYPT_COST")?),
            clock: clock(config),
        })
    }

    /// The analytics; [`run_daily`](instainstru_service::analytics::AnalyticsUseCases::run_daily) is for a scheduler.
    #[must_use]
    pub fn analytics(&self) -> AnalyticsService {
        AnalyticsService::new(Arc::clone(&self.transactor), Arc::clone(&self.clock))
    }

    /// The application whose tokens are signed with `secret`, that searches with `engine` and remembers searches in `log`, and is measured
    /// with `telemetry`.
    ///
    /// # Errors
    /// When the secret is too weak to sign with, or the system has no randomness.
    pub fn application(
        &self,
        config: &Config,
        secret: &Secret,
        engine: Arc<dyn InstructorSearch>,
        log: Arc<dyn SearchLog>,
        telemetry: Telemetry,
    ) -> anyhow::Result<Application> {
        let (transactor, clock) = (|| Arc::clone(&self.transactor), || Arc::clone(&self.clock));
        let lifetime = SignedDuration::from_mins(i64::from(config.security.access_token_minutes));
        let tokens = JwtIssuer::new(secret.reveal().as_bytes(), lifetime)
            .context("SECRET_KEY")?
            .with_browser_lifetime(session_lifetime(config));
        let tokens = Arc::new(tokens);
        let personal_data = PersonalDataService::new(transactor(), Arc::clone(&self.hasher), clock());
        let passwords = PasswordService::new(
            transactor(),
            Arc::clone(&self.hasher),
            reset_tokens(secret)?,
            tokens.clone(),
            clock(),
        );
        let editor = Arc::new(EditorialService::new(transactor(), clock(), Arc::new(SearchKeys)));
        Ok(Application {
            accounts: Arc::new(AccountService::new(transactor(), Arc::clone(&self.hasher), tokens, clock())),
            instructors: Arc::new(InstructorsService::new(transactor(), clock())),
            catalogue: Arc::new(CatalogueService::new(transactor())),
            catalogue_editing: Arc::<EditorialService>::clone(&editor),
            vocabulary_editing: editor,
            availability: Arc::new(AvailabilityService::new(transactor(), clock())),
            public: Arc::new(PublicService::new(transactor(), clock(), config.public.rules)),
            search: Arc::new(SearchService::new(transactor(), engine, clock()).remembering(log)),
            search_history: Arc::new(SearchHistoryService::new(transactor(), clock())),
            bookings: Arc::new(BookingService::new(transactor(), clock(), config.bookings)),
            personal_data: Arc::new(personal_data),
            administration: Arc::new(AdministrationService::new(transactor(), clock())),
            passwords: Arc::new(passwords),
            audit: Arc::new(AuditService::new(transactor())),
            reminders: Arc::new(ReminderService::new(
                transactor(),
                clock(),
                config.background.reminders.clone(),
            )),
            deliveries: Arc::new(DeliveryService::new(transactor(), clock())),
            jobs: Arc::new(background::job_service(self, &background::jobs(config, self))?),
            analytics: Arc::new(self.analytics()),
            idempotency: Arc::new(IdempotencyService::new(transactor(), clock())),
            alerts: Arc::new(AlertService::new(transactor(), clock())),
            telemetry,
            clock: clock(),
            // Whoever serves decides what stands before the use cases.
            edge: Edge::default(),
            settings: Arc::new(settings(config)),
        })
    }
}

/// The clock of this configuration.
#[must_use]
pub fn clock(config: &Config) -> Arc<dyn Clock> {
    match config.test_clock {
        Some(start) => Arc::new(TestClock::starting_at(start)),
        None => Arc::new(SystemClock),
    }
}

/// How long a browser stays signed in after its last visit.
fn session_lifetime(config: &Config) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(config.security.session_days))
}

/// The pages of this configuration, whose forms are sealed with a key derived from `secret`.
///
/// # Errors
/// When a template has a mistake, or mails come from nowhere.
pub fn site(config: &Config, secret: &Secret) -> anyhow::Result<Arc<Site>> {
    let settings = WebSettings {
        key: PageKey::derive(secret.reveal().as_bytes()),
        calendar: crate::mail::calendar(config)?,
        secure: config.is_secure(),
        session_lifetime: session_lifetime(config),
        styleguide: config.web.styleguide,
        origin: config.web.site_url.clone(),
        source_dir: config.web.source_dir.clone(),
    };
    Ok(Arc::new(Site::new(settings)?))
}

/// The tokens for new passwords, derived from `secret`.
///
/// # Errors
/// When the secret is too weak.
pub fn reset_tokens(secret: &Secret) -> anyhow::Result<Arc<dyn ResetTokens>> {
    Ok(Arc::new(HmacResetTokens::new(secret.reveal().as_bytes()).context("SECRET_KEY")?))
}

fn settings(config: &Config) -> HttpSettings {
    let usual = HttpSettings::default();
    let own = config.http.cors_origins.iter().map(String::as_str).chain([config.http.frontend_origin()]);
    let mut cors_origins = usual.cors_origins;
    for origin in own {
        if !cors_origins.iter().any(|known| known == origin) {
            cors_origins.push(origin.to_owned());
        }
    }
    let connections = NonZeroUsize::try_from(config.database.connections).unwrap_or(NonZeroUsize::MAX);
    HttpSettings {
        environment: config.environment.as_str().to_owned(),
        secure: config.is_secure(),
        detail_level: match config.public.detail {
            DetailLevel::Full => HttpDetailLevel::Full,
            DetailLevel::Summary => HttpDetailLevel::Summary,
            DetailLevel::Minimal => HttpDetailLevel::Minimal,
        },
        show_instructor_name: config.public.show_instructor_name,
        public_cache_ttl_seconds: config.public.cache_ttl_secs,
        cors_origins,
        request_timeout: Duration::from_secs(config.http.request_timeout_secs),
        lanes: Lanes::new(connections, cores(), config.database.acquire_timeout),
        limits: config.limits.limits,
        trusted_proxies: config.limits.trusted_proxies.clone(),
        is_measured: config.monitoring.counting,
        monitoring: MonitoringAccess::with_key(config.monitoring.key.as_ref().map(Secret::reveal))
            .guarding_monitoring(config.monitoring.guarded)
            .guarding_series(!config.monitoring.public_series),
    }
}

/// Number of processors.
#[must_use]
pub fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}
