//! A store that counts what is asked of it and can hide claims, as a rival transaction does that has not committed yet.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use instainstru_core::{dates::DateRange, zone::UtcRange};
use instainstru_domain::{
    booking::{Booking, BookingClaims, BookingDetails, BookingFilter, BookingStats, NewBooking},
    ids::{BookingId, UserId},
    page::{Page, Paged},
    ports::{
        AlertRepository, AnalyticsRepository, AnswerRepository, AuditLog, AvailabilityRepository,
        BookingRepository, CatalogueEditor, CatalogueRepository, DeliveryRepository, InstructorRepository,
        JobRepository, LeaseRepository, Outbox, Outcome, PasswordResetRepository, PersonalData,
        ReminderRepository, RetentionRepository, SearchHistoryRepository, SearchSource, SentMailRepository,
        StatisticsRepository, StorageError, Transactor, UnitOfWork, UserRepository, VocabularyRepository,
    },
};
use instainstru_test_support::memory::MemoryStore;
use jiff::civil::Date;

pub(crate) struct Spy {
    store: MemoryStore,
    calls: AtomicU32,
    blind: AtomicBool,
    meanwhile: Mutex<Option<Meanwhile>>,
}

/// What somebody else does between two transactions.
type Meanwhile = Box<dyn FnOnce() + Send>;

impl Spy {
    pub(crate) fn new(store: MemoryStore) -> Self {
        Self { store, calls: AtomicU32::new(0), blind: AtomicBool::new(false), meanwhile: Mutex::default() }
    }

    /// Number of repository calls since this was last asked.
    pub(crate) fn calls(&self) -> u32 {
        self.calls.swap(0, Ordering::SeqCst)
    }

    /// Makes writing transactions see no claims until they insert their own.
    pub(crate) fn hide_claims_from_writers(&self) {
        self.blind.store(true, Ordering::SeqCst);
    }

    /// Does something just before the next reading transaction begins.
    pub(crate) fn before_next_read(&self, work: impl FnOnce() + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::new(work));
    }

    fn unit<'a>(&'a self, inner: &'a mut dyn UnitOfWork, writes: bool) -> SpyUnit<'a> {
        SpyUnit { calls: &self.calls, blind: writes && self.blind.load(Ordering::SeqCst), inner }
    }
}

impl Transactor for Spy {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.store.run(&mut |uow| work(&mut self.unit(uow, true)))
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(work) = meanwhile {
            work();
        }
        self.store.read(&mut |uow| work(&mut self.unit(uow, false)))
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        self.store.enclose(work)
    }
}

struct SpyUnit<'a> {
    calls: &'a AtomicU32,
    blind: bool,
    inner: &'a mut dyn UnitOfWork,
}

impl SpyUnit<'_> {
    fn counted(&mut self) -> &mut dyn UnitOfWork {
        self.calls.fetch_add(1, Ordering::SeqCst);
        self.inner
    }
}

impl UnitOfWork for SpyUnit<'_> {
    fn users(&mut self) -> &mut dyn UserRepository {
        self.counted().users()
    }
    fn instructors(&mut self) -> &mut dyn InstructorRepository {
        self.counted().instructors()
    }
    fn catalogue(&mut self) -> &mut dyn CatalogueRepository {
        self.counted().catalogue()
    }
    fn catalogue_editor(&mut self) -> &mut dyn CatalogueEditor {
        self.counted().catalogue_editor()
    }
    fn vocabulary(&mut self) -> &mut dyn VocabularyRepository {
        self.counted().vocabulary()
    }
    fn availability(&mut self) -> &mut dyn AvailabilityRepository {
        self.counted().availability()
    }
    fn bookings(&mut self) -> &mut dyn BookingRepository {
        self.counted();
        self
    }
    fn outbox(&mut self) -> &mut dyn Outbox {
        self.counted().outbox()
    }
    fn deliveries(&mut self) -> &mut dyn DeliveryRepository {
        self.counted().deliveries()
    }
    fn leases(&mut self) -> &mut dyn LeaseRepository {
        self.counted().leases()
    }
    fn jobs(&mut self) -> &mut dyn JobRepository {
        self.counted().jobs()
    }
    fn reminders(&mut self) -> &mut dyn ReminderRepository {
        self.counted().reminders()
    }
    fn retention(&mut self) -> &mut dyn RetentionRepository {
        self.counted().retention()
    }
    fn search_source(&mut self) -> &mut dyn SearchSource {
        self.counted().search_source()
    }
    fn search_history(&mut self) -> &mut dyn SearchHistoryRepository {
        self.counted().search_history()
    }
    fn answers(&mut self) -> &mut dyn AnswerRepository {
        self.counted().answers()
    }
    fn personal_data(&mut self) -> &mut dyn PersonalData {
        self.counted().personal_data()
    }
    fn password_resets(&mut self) -> &mut dyn PasswordResetRepository {
        self.counted().password_resets()
    }
    fn audit(&mut self) -> &mut dyn AuditLog {
        self.counted().audit()
    }
    fn sent_mails(&mut self) -> &mut dyn SentMailRepository {
        self.counted().sent_mails()
    }
    fn analytics(&mut self) -> &mut dyn AnalyticsRepository {
        self.counted().analytics()
    }
    fn statistics(&mut self) -> &mut dyn StatisticsRepository {
        self.counted().statistics()
    }
    fn alerts(&mut self) -> &mut dyn AlertRepository {
        self.counted().alerts()
    }
}

impl BookingRepository for SpyUnit<'_> {
    fn insert(&mut self, booking: &NewBooking, claims: &BookingClaims) -> Result<Booking, StorageError> {
        self.inner.bookings().insert(booking, claims)
    }
    fn find(&mut self, id: BookingId) -> Result<Option<BookingDetails>, StorageError> {
        self.inner.bookings().find(id)
    }
    fn lock(&mut self, id: BookingId) -> Result<Option<Booking>, StorageError> {
        self.inner.bookings().lock(id)
    }
    fn update(&mut self, booking: &Booking) -> Result<(), StorageError> {
        self.inner.bookings().update(booking)
    }
    fn release_claims(&mut self, id: BookingId) -> Result<(), StorageError> {
        self.inner.bookings().release_claims(id)
    }
    fn move_claims(&mut self, booking: &Booking, claims: &BookingClaims) -> Result<(), StorageError> {
        self.inner.bookings().move_claims(booking, claims)
    }
    fn claims(
        &mut self,
        user: UserId,
        within: UtcRange,
        except: Option<BookingId>,
    ) -> Result<Vec<UtcRange>, StorageError> {
        if self.blind { Ok(Vec::new()) } else { self.inner.bookings().claims(user, within, except) }
    }
    fn list(&mut self, filter: &BookingFilter, page: Page) -> Result<Paged<BookingDetails>, StorageError> {
        self.inner.bookings().list(filter, page)
    }
    fn booked(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<BookingDetails>, StorageError> {
        self.inner.bookings().booked(instructor, dates)
    }
    fn stats(&mut self, instructor: UserId, today: Date) -> Result<BookingStats, StorageError> {
        self.inner.bookings().stats(instructor, today)
    }
    fn count_future(&mut self, instructor: UserId, today: Date) -> Result<u64, StorageError> {
        self.inner.bookings().count_future(instructor, today)
    }
}
