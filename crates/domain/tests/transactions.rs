//! The form of transactions that use cases call, over a transactor that does as it is told.

use std::cell::RefCell;
use std::sync::Mutex;

use instainstru_domain::ports::{
    AlertRepository, AnalyticsRepository, AnswerRepository, AuditLog, AvailabilityRepository,
    BookingRepository, CatalogueEditor, CatalogueRepository, Conflict, DeliveryRepository,
    InstructorRepository, JobRepository, LeaseRepository, Outbox, Outcome, PasswordResetRepository,
    PersonalData, ReminderRepository, RetentionRepository, SearchHistoryRepository, SearchSource,
    SentMailRepository, StatisticsRepository, StorageError, Transactor, TransactorExt, UnitOfWork,
    UserRepository, VocabularyRepository,
};

/// A unit of work that nothing is asked of.
struct Untouched;

impl UnitOfWork for Untouched {
    fn users(&mut self) -> &mut dyn UserRepository {
        unreachable!("not asked")
    }
    fn instructors(&mut self) -> &mut dyn InstructorRepository {
        unreachable!("not asked")
    }
    fn catalogue(&mut self) -> &mut dyn CatalogueRepository {
        unreachable!("not asked")
    }
    fn catalogue_editor(&mut self) -> &mut dyn CatalogueEditor {
        unreachable!("not asked")
    }
    fn vocabulary(&mut self) -> &mut dyn VocabularyRepository {
        unreachable!("not asked")
    }
    fn availability(&mut self) -> &mut dyn AvailabilityRepository {
        unreachable!("not asked")
    }
    fn bookings(&mut self) -> &mut dyn BookingRepository {
        unreachable!("not asked")
    }
    fn outbox(&mut self) -> &mut dyn Outbox {
        unreachable!("not asked")
    }
    fn deliveries(&mut self) -> &mut dyn DeliveryRepository {
        unreachable!("not asked")
    }
    fn leases(&mut self) -> &mut dyn LeaseRepository {
        unreachable!("not asked")
    }
    fn jobs(&mut self) -> &mut dyn JobRepository {
        unreachable!("not asked")
    }
    fn reminders(&mut self) -> &mut dyn ReminderRepository {
        unreachable!("not asked")
    }
    fn retention(&mut self) -> &mut dyn RetentionRepository {
        unreachable!("not asked")
    }
    fn search_source(&mut self) -> &mut dyn SearchSource {
        unreachable!("not asked")
    }
    fn search_history(&mut self) -> &mut dyn SearchHistoryRepository {
        unreachable!("not asked")
    }
    fn answers(&mut self) -> &mut dyn AnswerRepository {
        unreachable!("not asked")
    }
    fn personal_data(&mut self) -> &mut dyn PersonalData {
        unreachable!("not asked")
    }
    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository {
        unreachable!("not asked")
    }
    fn audit(&mut self) -> &mut dyn AuditLog {
        unreachable!("not asked")
    }
    fn sent_mails(&mut self) -> &mut dyn SentMailRepository {
        unreachable!("not asked")
    }
    fn analytics(&mut self) -> &mut dyn AnalyticsRepository {
        unreachable!("not asked")
    }
    fn statistics(&mut self) -> &mut dyn StatisticsRepository {
        unreachable!("not asked")
    }
    fn alerts(&mut self) -> &mut dyn AlertRepository {
        unreachable!("not asked")
    }
}

/// Runs work as often as told and ends as told.
struct Scripted {
    runs: usize,
    ends_well: bool,
    outcomes: Mutex<Vec<Outcome>>,
}

impl Scripted {
    fn new(runs: usize, ends_well: bool) -> Self {
        Self { runs, ends_well, outcomes: Mutex::default() }
    }

    fn outcomes(self) -> Vec<Outcome> {
        self.outcomes.into_inner().unwrap_or_default()
    }
}

impl Transactor for Scripted {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        for _ in 0..self.runs {
            let outcome = work(&mut Untouched);
            if let Ok(mut outcomes) = self.outcomes.lock() {
                outcomes.push(outcome);
            }
        }
        if self.ends_well { Ok(()) } else { Err(StorageError::unexpected("the end failed")) }
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.run(work)
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        work();
        Ok(())
    }
}

fn message(error: &StorageError) -> String {
    match error {
        StorageError::Unexpected(source) | StorageError::Unavailable(source) => source.to_string(),
        StorageError::Conflict(conflict) => format!("{conflict:?}"),
    }
}

#[test]
fn good_work_commits_and_failed_work_rolls_back() {
    let tx = Scripted::new(1, true);
    assert_eq!(tx.transaction(|_uow| Ok::<_, StorageError>(7)).unwrap(), 7);
    assert_eq!(tx.outcomes(), [Outcome::Commit]);
    let tx = Scripted::new(1, true);
    let failed = tx.transaction(|_uow| Err::<u8, _>(StorageError::Conflict(Conflict::EmailTaken)));
    assert_eq!(message(&failed.unwrap_err()), "EmailTaken");
    assert_eq!(tx.outcomes(), [Outcome::Rollback]);
}

#[test]
fn a_failed_commit_outweighs_good_work_and_failed_work_a_failed_rollback() {
    let committed = Scripted::new(1, false).transaction(|_uow| Ok::<_, StorageError>(7));
    assert_eq!(message(&committed.unwrap_err()), "the end failed");
    let failed =
        Scripted::new(1, false).reading(|_uow| Err::<u8, _>(StorageError::unexpected("the work failed")));
    assert_eq!(message(&failed.unwrap_err()), "the work failed");
}

#[test]
fn of_several_attempts_the_last_counts() {
    let attempts = RefCell::new(0);
    let last = Scripted::new(3, true).transaction(|_uow| {
        *attempts.borrow_mut() += 1;
        Ok::<_, StorageError>(*attempts.borrow())
    });
    assert_eq!(last.unwrap(), 3);
}

#[test]
fn a_transactor_that_does_not_run_its_work_is_found_out() {
    let nothing = Scripted::new(0, true).reading(|_uow| Ok::<_, StorageError>(7));
    assert_eq!(message(&nothing.unwrap_err()), "the transactor did not run its work");
}
