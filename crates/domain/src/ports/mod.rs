//! Ports: what use cases ask of the world. Adapters implement them and state nothing more than these contracts.

pub mod audit;
pub mod availability;
pub mod bookings;
pub mod catalogue;
pub mod catalogue_editor;
pub mod delivery;
pub mod idempotency;
pub mod instructor_search;
pub mod instructors;
pub mod outbox;
pub mod phrases;
pub mod search_history;
pub mod search_log;
pub mod search_source;
pub mod security;
pub mod storage;
pub mod users;
pub mod vocabulary;

pub use audit::AuditLog;
pub use availability::AvailabilityRepository;
pub use bookings::BookingRepository;
pub use catalogue::CatalogueRepository;
pub use catalogue_editor::CatalogueEditor;
pub use delivery::{ConsumerError, EventConsumer};
pub use idempotency::AnswerRepository;
pub use instructor_search::InstructorSearch;
pub use instructors::InstructorRepository;
pub use outbox::Outbox;
pub use phrases::PhraseKeys;
pub use search_history::SearchHistoryRepository;
pub use search_log::SearchLog;
pub use search_source::SearchSource;
pub use security::{Clock, PasswordHasher, TokenIssuer};
pub use storage::{Conflict, Outcome, StorageError, Transactor, TransactorExt, UnitOfWork};
pub use users::UserRepository;
pub use vocabulary::VocabularyRepository;

#[cfg(feature = "mocks")]
pub use self::{
    audit::MockAuditLog,
    availability::MockAvailabilityRepository,
    bookings::MockBookingRepository,
    catalogue::MockCatalogueRepository,
    catalogue_editor::MockCatalogueEditor,
    delivery::MockEventConsumer,
    idempotency::MockAnswerRepository,
    instructor_search::MockInstructorSearch,
    instructors::MockInstructorRepository,
    outbox::MockOutbox,
    phrases::MockPhraseKeys,
    search_history::MockSearchHistoryRepository,
    search_log::MockSearchLog,
    search_source::MockSearchSource,
    security::{MockClock, MockPasswordHasher, MockTokenIssuer},
    users::MockUserRepository,
    vocabulary::MockVocabularyRepository,
};
