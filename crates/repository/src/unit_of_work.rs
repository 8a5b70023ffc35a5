//! One transaction, through which all repositories see the same data.

use std::collections::BTreeSet;

use diesel::QueryResult;
use instainstru_domain::{
    ids::UserId,
    ports::{
        AlertRepository, AnalyticsRepository, AnswerRepository, AuditLog, AvailabilityRepository,
        BookingRepository, CatalogueEditor, CatalogueRepository, DeliveryRepository, InstructorRepository,
        JobRepository, LeaseRepository, Outbox, PasswordResetRepository, PersonalData, ReminderRepository,
        RetentionRepository, SearchHistoryRepository, SearchSource, SentMailRepository, StatisticsRepository,
        StorageError, UnitOfWork, UserRepository, VocabularyRepository,
    },
};

use crate::{
    connection::{AnyConnection, Link},
    error::storage_error,
};

/// One transaction. It is all repositories at once; the queries of each stand in a file of their own.
pub(crate) struct DieselUnitOfWork<'c> {
    link: &'c mut Link,
    /// Accounts that this unit of work holds against other writers.
    locked: BTreeSet<UserId>,
}

impl<'c> DieselUnitOfWork<'c> {
    pub(crate) const fn new(link: &'c mut Link) -> Self {
        Self { link, locked: BTreeSet::new() }
    }

    pub(crate) fn has_locked(&self, users: &[UserId]) -> bool {
        users.iter().all(|user| self.locked.contains(user))
    }

    pub(crate) fn note_locked(&mut self, users: &[UserId]) {
        self.locked.extend(users);
    }

    /// Sends statements and translates their failure.
    pub(crate) fn execute<T>(
        &mut self,
        statements: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, StorageError> {
        self.link.execute(statements).map_err(storage_error)
    }

    /// Sends statements whose failure the caller translates in part.
    pub(crate) fn try_execute<T>(
        &mut self,
        statements: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> QueryResult<T> {
        self.link.execute(statements)
    }
}

impl UnitOfWork for DieselUnitOfWork<'_> {
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
