//! What the API is made of: the use cases it calls and the settings it obeys.

use std::{sync::Arc, time::Duration};

use instainstru_domain::ports::{Clock, RateLimiter, ResponseCache};
use instainstru_service::{
    accounts::AccountUseCases,
    administration::AdministrationUseCases,
    alerts::AlertUseCases,
    analytics::AnalyticsUseCases,
    audit::AuditUseCases,
    availability::AvailabilityUseCases,
    bookings::BookingUseCases,
    catalogue::CatalogueUseCases,
    deliveries::DeliveryUseCases,
    editorial::{CatalogueEditing, VocabularyEditing},
    idempotency::IdempotencyUseCases,
    instructors::InstructorUseCases,
    jobs::JobUseCases,
    passwords::PasswordUseCases,
    personal_data::PersonalDataUseCases,
    public::PublicUseCases,
    reminders::ReminderUseCases,
    search::SearchUseCases,
    search_history::SearchHistoryUseCases,
};
use instainstru_telemetry::Telemetry;

use crate::{
    blocking::Lanes,
    limits::{RateLimits, TrustedProxies},
    monitoring::MonitoringAccess,
};

/// Everything the API needs. Clones share it.
#[derive(Clone)]
pub struct Application {
    /// Registering, logging in, telling who is calling.
    pub accounts: Arc<dyn AccountUseCases>,
    /// Profiles, services, account lifecycle.
    pub instructors: Arc<dyn InstructorUseCases>,
    /// What can be taught.
    pub catalogue: Arc<dyn CatalogueUseCases>,
    /// Editing categories and services.
    pub catalogue_editing: Arc<dyn CatalogueEditing>,
    /// Editing what search takes words for.
    pub vocabulary_editing: Arc<dyn VocabularyEditing>,
    /// Publishing free time.
    pub availability: Arc<dyn AvailabilityUseCases>,
    /// What visitors see of it.
    pub public: Arc<dyn PublicUseCases>,
    /// Finding instructors by what is typed.
    pub search: Arc<dyn SearchUseCases>,
    /// What was searched for.
    pub search_history: Arc<dyn SearchHistoryUseCases>,
    /// Bookings.
    pub bookings: Arc<dyn BookingUseCases>,
    /// Everything about oneself.
    pub personal_data: Arc<dyn PersonalDataUseCases>,
    /// What administrators do with accounts.
    pub administration: Arc<dyn AdministrationUseCases>,
    /// New passwords.
    pub passwords: Arc<dyn PasswordUseCases>,
    /// Who did what.
    pub audit: Arc<dyn AuditUseCases>,
    /// Reminding people of their lessons.
    pub reminders: Arc<dyn ReminderUseCases>,
    /// Events on their way to those who act on them.
    pub deliveries: Arc<dyn DeliveryUseCases>,
    /// What the marketplace does by itself.
    pub jobs: Arc<dyn JobUseCases>,
    /// Figures for instructors and administrators.
    pub analytics: Arc<dyn AnalyticsUseCases>,
    /// Doing a thing once.
    pub idempotency: Arc<dyn IdempotencyUseCases>,
    /// What is wrong with the marketplace itself.
    pub alerts: Arc<dyn AlertUseCases>,
    /// What the process knows of itself.
    pub telemetry: Telemetry,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// What answers or refuses before a use case is asked.
    pub edge: Edge,
    /// Settings.
    pub settings: Arc<HttpSettings>,
}

/// What answers or refuses before a use case is asked. By default there is neither: every answer is made, and nobody is refused.
#[derive(Clone, Default)]
pub struct Edge {
    /// Keeps ready answers to public questions.
    pub cache: Option<Arc<dyn ResponseCache>>,
    /// Counts requests.
    pub limiter: Option<Arc<dyn RateLimiter>>,
}

/// Settings of the API.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Name of the environment, shown by `/` and `/health`.
    pub environment: String,
    /// Whether the server stands on the internet: plain HTTP is redirected and browsers are told to stay with HTTPS.
    pub secure: bool,
    /// How much public availability shows.
    pub detail_level: DetailLevel,
    /// Whether public availability names the instructor.
    pub show_instructor_name: bool,
    /// How long others may keep public availability, in seconds.
    pub public_cache_ttl_seconds: u32,
    /// Origins whose pages may call the API; `https://*.example.com` stands for every name below `example.com`.
    pub cors_origins: Vec<String>,
    /// After this time a request is given up with 503.
    pub request_timeout: Duration,
    /// How much synchronous work may run at once.
    pub lanes: Lanes,
    /// How often somebody may ask, where requests are counted.
    pub limits: RateLimits,
    /// The proxies in front of the server.
    pub trusted_proxies: TrustedProxies,
    /// Whether requests are counted and timed.
    pub is_measured: bool,
    /// Who may look at what the process knows of itself.
    pub monitoring: MonitoringAccess,
}

/// How much public availability shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DetailLevel {
    /// Every free range of every day.
    #[default]
    Full,
    /// Mornings, afternoons and evenings.
    Summary,
    /// Only whether there is anything.
    Minimal,
}

impl Default for HttpSettings {
    fn default() -> Self {
        let origins = [
            "http://localhost:3000",
            "https://localhost:3000",
            "https://localhost:3001",
            "http://localhost:8000",
            "https://localhost:8001",
            "https://instructly-ten.vercel.app",
            "https://instructly.onrender.com",
            "https://instainstru.com",
            "https://www.instainstru.com",
            "https://*.vercel.app",
        ];
        Self {
            environment: "development".to_owned(),
            secure: false,
            detail_level: DetailLevel::Full,
            show_instructor_name: true,
            public_cache_ttl_seconds: 300,
            cors_origins: origins.map(str::to_owned).to_vec(),
            request_timeout: Duration::from_secs(30),
            lanes: Lanes::default(),
            limits: RateLimits::default(),
            trusted_proxies: TrustedProxies::default(),
            is_measured: true,
            monitoring: MonitoringAccess::default(),
        }
    }
}
