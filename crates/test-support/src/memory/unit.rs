//! One transaction of the store in memory.

use std::sync::Mutex;

use instainstru_domain::ports::{
    AlertRepository, AnalyticsRepository, AnswerRepository, AuditLog, AvailabilityRepository,
    BookingRepository, CatalogueEditor, CatalogueRepository, DeliveryRepository, InstructorRepository,
    JobRepository, LeaseRepository, Outbox, PasswordResetRepository, PersonalData, ReminderRepository,
    RetentionRepository, SearchHistoryRepository, SearchSource, SentMailRepository, StatisticsRepository,
    StorageError, UnitOfWork, UserRepository, VocabularyRepository,
};

use super::{faults::Faults, locked, state::State};

/// One transaction: a state of its own, and the failures planned for its calls. Implements every repository.
#[derive(Debug)]
pub(super) struct MemoryUnitOfWork<'a> {
    state: State,
    faults: &'a Mutex<Faults>,
}

impl<'a> MemoryUnitOfWork<'a> {
    pub(super) fn new(state: State, faults: &'a Mutex<Faults>) -> Self {
        Self { state, faults }
    }

    pub(super) fn into_state(self) -> State {
        self.state
    }

    /// Begins a repository call: the state, unless this call is to fail.
    pub(super) fn call(&mut self) -> Result<&mut State, StorageError> {
        locked(self.faults).on_call()?;
        Ok(&mut self.state)
    }
}

impl UnitOfWork for MemoryUnitOfWork<'_> {
    fn users(&mut self) -> &mut dyn UserRepository {
        self
    }

    fn instructors(&mut self) -> &mut dyn InstructorRepository {
        self
    }

    fn catalogue(&mut self) -> &mut dyn CatalogueRepository {
        self
    }

    fn catalogue_editor(&mut self) -> &mut dyn CatalogueEditor {
        self
    }

    fn vocabulary(&mut self) -> &mut dyn VocabularyRepository {
        self
    }

    fn availability(&mut self) -> &mut dyn AvailabilityRepository {
        self
    }

    fn bookings(&mut self) -> &mut dyn BookingRepository {
        self
    }

    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }

    fn deliveries(&mut self) -> &mut dyn DeliveryRepository {
        self
    }

    fn leases(&mut self) -> &mut dyn LeaseRepository {
        self
    }

    fn jobs(&mut self) -> &mut dyn JobRepository {
        self
    }

    fn reminders(&mut self) -> &mut dyn ReminderRepository {
        self
    }

    fn retention(&mut self) -> &mut dyn RetentionRepository {
        self
    }

    fn search_source(&mut self) -> &mut dyn SearchSource {
        self
    }

    fn search_history(&mut self) -> &mut dyn SearchHistoryRepository {
        self
    }

    fn answers(&mut self) -> &mut dyn AnswerRepository {
        self
    }

    fn personal_data(&mut self) -> &mut dyn PersonalData {
        self
    }

    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository {
        self
    }

    fn audit(&mut self) -> &mut dyn AuditLog {
        self
    }

    fn sent_mails(&mut self) -> &mut dyn SentMailRepository {
        self
    }
    fn analytics(&mut self) -> &mut dyn AnalyticsRepository {
        self
    }

    fn statistics(&mut self) -> &mut dyn StatisticsRepository {
        self
    }

    fn alerts(&mut self) -> &mut dyn AlertRepository {
        self
    }
}
