//! Transactions and what can go wrong in them.

use super::{
    AlertRepository, AnalyticsRepository, AnswerRepository, AuditLog, AvailabilityRepository,
    BookingRepository, CatalogueEditor, CatalogueRepository, DeliveryRepository, InstructorRepository,
    JobRepository, LeaseRepository, Outbox, PasswordResetRepository, PersonalData, ReminderRepository,
    RetentionRepository, SearchHistoryRepository, SearchSource, SentMailRepository, StatisticsRepository,
    UserRepository, VocabularyRepository,
};
use crate::ids::UserId;

/// What a storage adapter reports. Driver errors never pass this line.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The change would break a rule that the database keeps.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// The database cannot be reached or has no connection free; trying again later may help.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Anything else: our mistake, or a database that does not hold what it should.
    #[error("unexpected storage error")]
    Unexpected(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// An unexpected error with a message of our own.
    #[must_use]
    pub fn unexpected(message: impl Into<String>) -> Self {
        Self::Unexpected(message.into().into())
    }
}

/// A rule of the database that a change would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// Another account has this address.
    EmailTaken,
    /// The user has a profile already.
    ProfileExists,
    /// The profile has an active service of this catalogue entry already.
    ServiceOffered,
    /// The date is blocked already.
    BlackoutExists,
    /// The time of this person is taken.
    TimeTaken(UserId),
    /// Somebody else stored an answer under this key.
    AnswerExists,
    /// A run of the analytics is under way.
    AnalyticsRunning,
}

/// What a transaction does at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Keep everything.
    Commit,
    /// Undo everything.
    Rollback,
}

impl Outcome {
    /// Commit when `good`, otherwise roll back.
    #[must_use]
    pub const fn commit_if(good: bool) -> Self {
        if good { Self::Commit } else { Self::Rollback }
    }
}

/// One transaction, through which all repositories see the same data.
pub trait UnitOfWork {
    /// Accounts.
    fn users(&mut self) -> &mut dyn UserRepository;
    /// Profiles and services of instructors.
    fn instructors(&mut self) -> &mut dyn InstructorRepository;
    /// The catalogue.
    fn catalogue(&mut self) -> &mut dyn CatalogueRepository;
    /// The catalogue as those who edit it see it.
    fn catalogue_editor(&mut self) -> &mut dyn CatalogueEditor;
    /// What search takes words for.
    fn vocabulary(&mut self) -> &mut dyn VocabularyRepository;
    /// Windows and blackouts.
    fn availability(&mut self) -> &mut dyn AvailabilityRepository;
    /// Bookings and claims.
    fn bookings(&mut self) -> &mut dyn BookingRepository;
    /// Events to deliver.
    fn outbox(&mut self) -> &mut dyn Outbox;
    /// Events on their way to their consumers.
    fn deliveries(&mut self) -> &mut dyn DeliveryRepository;
    /// What one holder has at a time.
    fn leases(&mut self) -> &mut dyn LeaseRepository;
    /// What jobs did and are to do.
    fn jobs(&mut self) -> &mut dyn JobRepository;
    /// Who has been reminded of what.
    fn reminders(&mut self) -> &mut dyn ReminderRepository;
    /// Forgetting what has served its purpose.
    fn retention(&mut self) -> &mut dyn RetentionRepository;
    /// What the search index is made of.
    fn search_source(&mut self) -> &mut dyn SearchSource;
    /// What was searched for.
    fn search_history(&mut self) -> &mut dyn SearchHistoryRepository;
    /// Stored answers of unsafe requests.
    fn answers(&mut self) -> &mut dyn AnswerRepository;
    /// What is stored about a person, as a whole.
    fn personal_data(&mut self) -> &mut dyn PersonalData;
    /// Requests for a new password.
    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository;
    /// What was done by whom.
    fn audit(&mut self) -> &mut dyn AuditLog;
    /// Mails that were sent.
    fn sent_mails(&mut self) -> &mut dyn SentMailRepository;
    /// The daily analytics.
    fn analytics(&mut self) -> &mut dyn AnalyticsRepository;
    /// Sums over bookings.
    fn statistics(&mut self) -> &mut dyn StatisticsRepository;
    /// What was wrong with the marketplace itself.
    fn alerts(&mut self) -> &mut dyn AlertRepository;
}

/// Runs work in transactions.
///
/// `work` gets everything it needs from its unit of work; calling the transactor from within it is a mistake.
pub trait Transactor: Send + Sync {
    /// Runs `work` in a transaction that may write, and obeys its [`Outcome`].
    ///
    /// MUST give `work` a consistent view and serialise writers where the database needs it (`BEGIN IMMEDIATE` on SQLite).
    /// MAY call `work` again, after undoing everything, when the database refused only because of a rival transaction
    /// (deadlock, serialisation); `work` must therefore not touch anything but the unit of work. Called within
    /// [`Transactor::enclose`] on the same thread, it MUST join that transaction as a savepoint.
    ///
    /// # Errors
    /// [`StorageError`] when the transaction cannot begin or commit. Errors inside `work` are its own affair.
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError>;

    /// Runs `work`, which only reads, without taking a place in the queue of writers.
    ///
    /// # Errors
    /// As [`Transactor::run`].
    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError>;

    /// Opens a transaction around `work`; every [`Transactor::run`] and [`Transactor::read`] that `work` causes on this
    /// thread becomes a savepoint in it. This is how the answer to a request is stored with its effect.
    ///
    /// # Errors
    /// As [`Transactor::run`]; enclosing twice on one thread is [`StorageError::Unexpected`].
    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError>;
}

/// The form of [`Transactor`] that use cases call: closures that return results.
pub trait TransactorExt: Transactor {
    /// Runs `work` in a transaction; commits when it returns `Ok`, rolls back when it returns `Err`.
    ///
    /// # Errors
    /// Whatever `work` returns, or the storage error of beginning and committing.
    fn transaction<T, E: From<StorageError>>(
        &self,
        mut work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut result = None;
        let ran = self.run(&mut |uow| {
            let done = work(uow);
            let outcome = Outcome::commit_if(done.is_ok());
            result = Some(done);
            outcome
        });
        settle(ran, result)
    }

    /// Runs `work`, which only reads.
    ///
    /// # Errors
    /// As [`TransactorExt::transaction`].
    fn reading<T, E: From<StorageError>>(
        &self,
        mut work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut result = None;
        let ran = self.read(&mut |uow| {
            let done = work(uow);
            let outcome = Outcome::commit_if(done.is_ok());
            result = Some(done);
            outcome
        });
        settle(ran, result)
    }
}

impl<X: Transactor + ?Sized> TransactorExt for X {}

/// A failed commit outweighs the success of the work; a failure of the work outweighs a failed rollback.
fn settle<T, E: From<StorageError>>(
    ran: Result<(), StorageError>,
    result: Option<Result<T, E>>,
) -> Result<T, E> {
    match (ran, result) {
        (_, Some(Err(error))) => Err(error),
        (Err(error), _) => Err(error.into()),
        (Ok(()), Some(done)) => done,
        (Ok(()), None) => Err(StorageError::unexpected("the transactor did not run its work").into()),
    }
}
