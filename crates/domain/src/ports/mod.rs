//! Ports: what use cases ask of the world. Adapters implement them and state nothing more than these contracts.

pub mod alerts;
pub mod analytics;
pub mod audit;
pub mod availability;
pub mod bookings;
pub mod catalogue;
pub mod catalogue_editor;
pub mod deliveries;
pub mod delivery;
pub mod idempotency;
pub mod instructor_search;
pub mod instructors;
pub mod jobs;
pub mod mails;
pub mod outbox;
pub mod password_resets;
pub mod personal_data;
pub mod phrases;
pub mod rate_limiter;
pub mod reminders;
pub mod response_cache;
pub mod retention;
pub mod search_history;
pub mod search_log;
pub mod search_source;
pub mod security;
pub mod statistics;
pub mod storage;
pub mod users;
pub mod vocabulary;

pub use alerts::AlertRepository;
pub use analytics::AnalyticsRepository;
pub use audit::AuditLog;
pub use availability::AvailabilityRepository;
pub use bookings::BookingRepository;
pub use catalogue::CatalogueRepository;
pub use catalogue_editor::CatalogueEditor;
pub use deliveries::DeliveryRepository;
pub use delivery::{ConsumerError, EventConsumer};
pub use idempotency::AnswerRepository;
pub use instructor_search::InstructorSearch;
pub use instructors::InstructorRepository;
pub use jobs::{JobRepository, LeaseRepository};
pub use mails::SentMailRepository;
pub use outbox::Outbox;
pub use password_resets::PasswordResetRepository;
pub use personal_data::PersonalData;
pub use phrases::PhraseKeys;
pub use rate_limiter::RateLimiter;
pub use reminders::ReminderRepository;
pub use response_cache::{CommitListener, ResponseCache};
pub use retention::RetentionRepository;
pub use search_history::SearchHistoryRepository;
pub use search_log::SearchLog;
pub use search_source::SearchSource;
pub use security::{Clock, PasswordHasher, ResetTokens, TokenIssuer};
pub use statistics::StatisticsRepository;
pub use storage::{Conflict, Outcome, StorageError, Transactor, TransactorExt, UnitOfWork};
pub use users::UserRepository;
pub use vocabulary::VocabularyRepository;

#[cfg(feature = "mocks")]
pub use self::{
    alerts::MockAlertRepository,
    analytics::MockAnalyticsRepository,
    audit::MockAuditLog,
    availability::MockAvailabilityRepository,
    bookings::MockBookingRepository,
    catalogue::MockCatalogueRepository,
    catalogue_editor::MockCatalogueEditor,
    deliveries::MockDeliveryRepository,
    delivery::MockEventConsumer,
    idempotency::MockAnswerRepository,
    instructor_search::MockInstructorSearch,
    instructors::MockInstructorRepository,
    jobs::{MockJobRepository, MockLeaseRepository},
    mails::MockSentMailRepository,
    outbox::MockOutbox,
    password_resets::MockPasswordResetRepository,
    personal_data::MockPersonalData,
    phrases::MockPhraseKeys,
    reminders::MockReminderRepository,
    retention::MockRetentionRepository,
    search_history::MockSearchHistoryRepository,
    search_log::MockSearchLog,
    search_source::MockSearchSource,
    security::{MockClock, MockPasswordHasher, MockResetTokens, MockTokenIssuer},
    statistics::MockStatisticsRepository,
    users::MockUserRepository,
    vocabulary::MockVocabularyRepository,
};
