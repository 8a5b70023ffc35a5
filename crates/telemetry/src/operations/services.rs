//! Use cases that are counted: one decorator for each inbound port.
//!
//! The names of services and operations are those of the API of 2025 as far as it had them, so that dashboards go on working.

use std::{sync::Arc, time::Instant};

use instainstru_core::{
    dates::DateRange,
    grid::{GridTime, TimeRange},
    week::WeekStart,
};
use instainstru_domain::{
    account::{EmailAddress, Password, SessionKind, User},
    administration::{BookingSearch, UserFilter},
    alert::{Alert, AlertKind, NewAlert},
    analytics::{AnalyticsRun, LookBack, ServiceRecord, WeekCount},
    audit::AuditFilter,
    availability::{Blackout, Window},
    booking::{BookingDetails, BookingStats},
    catalogue::{Category, ServiceListing},
    delivery::{Delivery, DeliveryFigures, DeliveryId},
    editorial::CategoryRecord,
    handle::Handle,
    ids::{
        AliasId, BlackoutId, BookingId, CatalogueServiceId, CategoryId, GroupId, PlaceId, UserId, WindowId,
    },
    instructor::{Instructor, InstructorService},
    job::JobRun,
    page::{Page, Paged},
    password_reset::ResetToken,
    ports::{StorageError, instructor_search::Suggestion},
    text::{AdminReason, BlackoutReason, CancellationReason, EntryName, FullName},
    vocabulary::{Alias, Meaning, Phrase, Place, ServiceGroup},
};
use instainstru_service::{
    accounts::{AccountError, AccountUseCases, RegisterAccount, Returned, Session},
    administration::{AdministrationError, AdministrationUseCases, Scope},
    alerts::{AcknowledgedBy, AlertSummary, AlertUseCases, RecentAlerts},
    analytics::{AnalyticsError, AnalyticsStatus, AnalyticsUseCases, MarketAnalytics, TeachingAnalytics},
    audit::{AuditError, AuditPage, AuditUseCases},
    availability::{
        AvailabilityError, AvailabilityUseCases, BulkChange, DayRanges, PatternApplied, ProposedChange,
        SaveWeek, StepResult, WeekCopied, WeekView,
    },
    bookings::{
        BookingError, BookingUseCases, CheckTime, CreateBooking, ListBookings, Reschedule, TimeCheck,
        UpdateBooking,
    },
    catalogue::{CatalogueError, CatalogueUseCases, TopServices},
    deliveries::{DeliveryError, DeliveryList, DeliveryUseCases, ListDeliveries},
    editorial::{
        AliasFilter, CatalogueEditing, CategoryChange, CategoryDraft, EditedService, EditorialError,
        PlaceChange, PlaceDraft, PlaceFilter, ServiceChange, ServiceDraft as EditedServiceDraft,
        ServiceFilter, VocabularyEditing,
    },
    instructors::{
        AccountOverview, CreateProfile, InstructorError, InstructorList, InstructorUseCases, ListInstructors,
        ServiceDraft, StatusChange, UpdateProfile,
    },
    jobs::{JobError, JobOverview, JobUseCases},
    passwords::{PasswordError, PasswordUseCases},
    personal_data::{Archive, Leave, PersonalDataError, PersonalDataUseCases},
    public::{
        FreeOther, NextAvailable, OthersQuery, PublicCalendar, PublicError, PublicUseCases, StartTimes,
        StartTimesQuery, WhyNotAnswer, WhyNotQuery,
    },
    reminders::ReminderUseCases,
    search::{SearchError, SearchOutcome, SearchUseCases, Searcher},
    search_history::{RememberedSearch, SearchHistoryUseCases, SearchQuality},
};
use jiff::civil::Date;

use super::{Operation, Operations, Searches};

/// Makes a decorator of an inbound port: each line says under which service and operation a method counts.
macro_rules! counted {
    (
        $(#[$doc:meta])*
        $name:ident counts $port:ident {$(
            $service:literal, $operation:literal:
                fn $method:ident $(<$lifetime:lifetime>)? (&self $(, $argument:ident: $type:ty)* $(,)?)
                    -> Result<$done:ty, $error:ty>;
        )+}
    ) => {
        $(#[$doc])*
        pub struct $name {
            inner: Arc<dyn $port>,
            $($method: Operation,)+
        }

        impl $name {
            /// Counts what these use cases do.
            #[must_use]
            pub fn new(inner: Arc<dyn $port>, operations: &Operations) -> Self {
                Self { inner, $($method: operations.operation($service, $operation),)+ }
            }
        }

        impl $port for $name {
            $(
                fn $method $(<$lifetime>)? (&self $(, $argument: $type)*) -> Result<$done, $error> {
                    self.$method.run(|| self.inner.$method($($argument),*))
                }
            )+
        }
    };
}

counted! {
    /// Counted [`AccountUseCases`].
    CountedAccounts counts AccountUseCases {
        "AuthService", "register_user": fn register(&self, command: &RegisterAccount) -> Result<User, AccountError>;
        "AuthService", "authenticate_user":
            fn log_in(&self, email: &EmailAddress, password: &Password, kind: SessionKind)
                -> Result<Session, AccountError>;
        "AuthService", "get_current_user": fn authenticate(&self, token: &str) -> Result<User, AccountError>;
        "AuthService", "resume_session": fn resume(&self, token: &str) -> Result<Returned, AccountError>;
        "AuthService", "rename_user": fn rename(&self, actor: &User, name: &FullName) -> Result<User, AccountError>;
        "AuthService", "log_out": fn log_out(&self, token: &str) -> Result<(), AccountError>;
    }
}

counted! {
    /// Counted [`PasswordUseCases`].
    CountedPasswords counts PasswordUseCases {
        "PasswordResetService", "request_password_reset":
            fn request_reset(&self, email: &EmailAddress) -> Result<(), PasswordError>;
        "PasswordResetService", "verify_reset_token":
            fn inspect_reset(&self, token: &ResetToken) -> Result<Option<EmailAddress>, PasswordError>;
        "PasswordResetService", "confirm_password_reset":
            fn reset(&self, token: &ResetToken, new: &Password) -> Result<(), PasswordError>;
        "PasswordResetService", "change_password":
            fn change(&self, actor: &User, current: &Password, new: &Password, kind: SessionKind)
                -> Result<Session, PasswordError>;
    }
}

counted! {
    /// Counted [`InstructorUseCases`].
    CountedInstructors counts InstructorUseCases {
        "InstructorService", "get_instructors_filtered":
            fn list(&self, query: &ListInstructors, page: Page) -> Result<InstructorList, InstructorError>;
        "InstructorService", "get_instructor_profile":
            fn get(&self, instructor: UserId) -> Result<Instructor, InstructorError>;
        "InstructorService", "get_instructor_by_handle":
            fn named(&self, handle: &Handle) -> Result<Instructor, InstructorError>;
        "InstructorService", "get_handle": fn handle(&self, instructor: UserId) -> Result<Option<Handle>, InstructorError>;
        "InstructorService", "list_handles": fn handles(&self, limit: u32) -> Result<Vec<Handle>, InstructorError>;
        "InstructorService", "create_instructor_profile":
            fn create_profile(&self, actor: &User, command: &CreateProfile) -> Result<Instructor, InstructorError>;
        "InstructorService", "get_own_instructor_profile":
            fn my_profile(&self, actor: &User) -> Result<Instructor, InstructorError>;
        "InstructorService", "update_instructor_profile":
            fn update_profile(&self, actor: &User, command: &UpdateProfile) -> Result<Instructor, InstructorError>;
        "InstructorService", "delete_instructor_profile":
            fn delete_profile(&self, actor: &User) -> Result<(), InstructorError>;
        "InstructorService", "create_instructor_service_from_catalog":
            fn add_service(&self, actor: &User, draft: &ServiceDraft) -> Result<InstructorService, InstructorError>;
        "AccountLifecycleService", "suspend_account":
            fn suspend(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError>;
        "AccountLifecycleService", "deactivate_account":
            fn deactivate(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError>;
        "AccountLifecycleService", "reactivate_account":
            fn reactivate(&self, actor: &User, instructor: UserId) -> Result<StatusChange, InstructorError>;
        "AccountLifecycleService", "get_account_status":
            fn account_overview(&self, actor: &User, user: UserId) -> Result<AccountOverview, InstructorError>;
    }
}

counted! {
    /// Counted [`CatalogueUseCases`].
    CountedCatalogue counts CatalogueUseCases {
        "InstructorService", "get_service_categories": fn categories(&self) -> Result<Vec<Category>, CatalogueError>;
        "InstructorService", "get_available_catalog_services":
            fn services<'a>(&self, category_slug: Option<&'a str>) -> Result<Vec<ServiceListing>, CatalogueError>;
        "InstructorService", "get_top_services_per_category":
            fn top_per_category(&self, limit: usize) -> Result<TopServices, CatalogueError>;
    }
}

counted! {
    /// Counted [`AvailabilityUseCases`].
    CountedAvailability counts AvailabilityUseCases {
        "AvailabilityService", "get_week_availability":
            fn week(&self, actor: &User, start: Date) -> Result<WeekView, AvailabilityError>;
        "AvailabilityService", "save_week_availability":
            fn save_week(&self, actor: &User, command: &SaveWeek) -> Result<WeekView, AvailabilityError>;
        "WeekOperationService", "copy_week":
            fn copy_week(&self, actor: &User, from: WeekStart, to: WeekStart) -> Result<WeekCopied, AvailabilityError>;
        "WeekOperationService", "apply_pattern":
            fn apply_week(&self, actor: &User, pattern: WeekStart, dates: DateRange)
                -> Result<PatternApplied, AvailabilityError>;
        "AvailabilityService", "add_specific_date":
            fn add_range(&self, actor: &User, date: Date, range: TimeRange) -> Result<Window, AvailabilityError>;
        "AvailabilityService", "get_all_availability":
            fn list(&self, actor: &User, from: Option<Date>, to: Option<Date>) -> Result<Vec<Window>, AvailabilityError>;
        "BulkOperationService", "bulk_update":
            fn bulk(&self, actor: &User, change: &BulkChange) -> Result<Vec<StepResult>, AvailabilityError>;
        "SlotManager", "update_slot":
            fn update_window(
                &self, actor: &User, window: WindowId, start: Option<GridTime>, end: Option<GridTime>,
            ) -> Result<Window, AvailabilityError>;
        "SlotManager", "delete_slot":
            fn delete_window(&self, actor: &User, window: WindowId) -> Result<(), AvailabilityError>;
        "ConflictChecker", "get_booked_times_week":
            fn booked(&self, actor: &User, start: Date) -> Result<Vec<BookingDetails>, AvailabilityError>;
        "BulkOperationService", "validate_week":
            fn validate_week(&self, actor: &User, week_start: Date, current: &DayRanges, saved: &DayRanges)
                -> Result<Vec<ProposedChange>, AvailabilityError>;
        "AvailabilityService", "get_blackout_dates":
            fn blackouts(&self, actor: &User) -> Result<Vec<Blackout>, AvailabilityError>;
        "AvailabilityService", "add_blackout_date":
            fn add_blackout(&self, actor: &User, date: Date, reason: Option<BlackoutReason>)
                -> Result<Blackout, AvailabilityError>;
        "AvailabilityService", "block_dates":
            fn block(&self, actor: &User, dates: DateRange, reason: Option<BlackoutReason>)
                -> Result<u32, AvailabilityError>;
        "AvailabilityService", "delete_blackout_date":
            fn delete_blackout(&self, actor: &User, blackout: BlackoutId) -> Result<(), AvailabilityError>;
    }
}

counted! {
    /// Counted [`PublicUseCases`].
    CountedPublic counts PublicUseCases {
        "AvailabilityService", "get_instructor_availability_for_date_range":
            fn calendar(&self, instructor: UserId, start: Date, end: Option<Date>) -> Result<PublicCalendar, PublicError>;
        "ConflictChecker", "find_next_available":
            fn next_available(&self, instructor: UserId, duration_minutes: i64)
                -> Result<Option<NextAvailable>, PublicError>;
        "BookingService", "find_booking_opportunities":
            fn start_times(&self, query: &StartTimesQuery) -> Result<StartTimes, PublicError>;
        "ConflictChecker", "validate_constraints":
            fn why_not(&self, query: &WhyNotQuery) -> Result<WhyNotAnswer, PublicError>;
        "BookingService", "find_free_others":
            fn free_others(&self, query: &OthersQuery) -> Result<Vec<FreeOther>, PublicError>;
    }
}

counted! {
    /// Counted [`BookingUseCases`].
    CountedBookings counts BookingUseCases {
        "BookingService", "create_booking":
            fn create(&self, actor: &User, command: &CreateBooking) -> Result<BookingDetails, BookingError>;
        "BookingService", "check_availability":
            fn check(&self, actor: &User, check: &CheckTime) -> Result<TimeCheck, BookingError>;
        "BookingService", "get_bookings_for_user":
            fn list(&self, actor: &User, query: ListBookings, page: Page) -> Result<Paged<BookingDetails>, BookingError>;
        "BookingService", "get_upcoming_bookings":
            fn upcoming(&self, actor: &User, limit: u32) -> Result<Vec<BookingDetails>, BookingError>;
        "BookingService", "get_booking_stats_for_instructor":
            fn stats(&self, actor: &User) -> Result<BookingStats, BookingError>;
        "BookingService", "get_booking_for_user":
            fn get(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError>;
        "BookingService", "update_booking":
            fn update(&self, actor: &User, booking: BookingId, change: &UpdateBooking)
                -> Result<BookingDetails, BookingError>;
        "BookingService", "reschedule_booking":
            fn reschedule(&self, actor: &User, booking: BookingId, to: &Reschedule)
                -> Result<BookingDetails, BookingError>;
        "BookingService", "cancel_booking":
            fn cancel(&self, actor: &User, booking: BookingId, reason: &CancellationReason)
                -> Result<BookingDetails, BookingError>;
        "BookingService", "complete_booking":
            fn complete(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError>;
        "BookingService", "mark_no_show":
            fn mark_no_show(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, BookingError>;
    }
}

counted! {
    /// Counted [`ReminderUseCases`].
    CountedReminders counts ReminderUseCases {
        "BookingService", "send_due_reminders": fn send_due(&self) -> Result<u64, StorageError>;
        "BookingService", "send_booking_reminders":
            fn send_for_tomorrow(&self, actor: Option<UserId>) -> Result<u64, StorageError>;
    }
}

counted! {
    /// Counted [`PersonalDataUseCases`].
    CountedPersonalData counts PersonalDataUseCases {
        "PersonalDataService", "export_account": fn export(&self, actor: &User) -> Result<Archive, PersonalDataError>;
        "PersonalDataService", "delete_account":
            fn leave(&self, actor: &User, command: &Leave) -> Result<(), PersonalDataError>;
    }
}

counted! {
    /// Counted [`AdministrationUseCases`].
    CountedAdministration counts AdministrationUseCases {
        "AdministrationService", "list_accounts":
            fn users(&self, actor: &User, filter: &UserFilter, page: Page) -> Result<Paged<User>, AdministrationError>;
        "AdministrationService", "get_account":
            fn account(&self, actor: &User, user: UserId) -> Result<User, AdministrationError>;
        "AdministrationService", "switch_account_off":
            fn switch_off(&self, actor: &User, user: UserId, scope: Scope, reason: &AdminReason)
                -> Result<User, AdministrationError>;
        "AdministrationService", "switch_account_on":
            fn switch_on(&self, actor: &User, user: UserId, scope: Scope, reason: &AdminReason)
                -> Result<User, AdministrationError>;
        "AdministrationService", "list_bookings":
            fn bookings(&self, actor: &User, search: &BookingSearch, page: Page)
                -> Result<Paged<BookingDetails>, AdministrationError>;
        "AdministrationService", "get_booking":
            fn booking(&self, actor: &User, booking: BookingId) -> Result<BookingDetails, AdministrationError>;
        "AdministrationService", "cancel_booking":
            fn cancel_booking(&self, actor: &User, booking: BookingId, reason: &CancellationReason)
                -> Result<BookingDetails, AdministrationError>;
    }
}

counted! {
    /// Counted [`AuditUseCases`].
    CountedAudit counts AuditUseCases {
        "AuditService", "list_entries":
            fn entries(&self, actor: &User, filter: &AuditFilter, limit: u32) -> Result<AuditPage, AuditError>;
    }
}

counted! {
    /// Counted [`DeliveryUseCases`].
    CountedDeliveries counts DeliveryUseCases {
        "DeliveryService", "list_deliveries": fn list(&self, query: ListDeliveries) -> Result<DeliveryList, DeliveryError>;
        "DeliveryService", "count_deliveries": fn figures(&self) -> Result<Vec<DeliveryFigures>, DeliveryError>;
        "DeliveryService", "retry_delivery":
            fn retry(&self, actor: UserId, id: DeliveryId) -> Result<Delivery, DeliveryError>;
        "DeliveryService", "discard_delivery":
            fn discard(&self, actor: UserId, id: DeliveryId) -> Result<Delivery, DeliveryError>;
    }
}

counted! {
    /// Counted [`JobUseCases`].
    CountedJobs counts JobUseCases {
        "JobService", "list_jobs": fn list(&self) -> Result<Vec<JobOverview>, JobError>;
        "JobService", "list_job_runs": fn runs(&self, job: &str, limit: u32) -> Result<Vec<JobRun>, JobError>;
        "JobService", "request_job": fn request(&self, actor: UserId, job: &str) -> Result<JobOverview, JobError>;
    }
}

counted! {
    /// Counted [`AlertUseCases`].
    CountedAlerts counts AlertUseCases {
        "AlertService", "raise_alert": fn raise(&self, alert: &NewAlert) -> Result<Option<Alert>, StorageError>;
        "AlertService", "list_alerts": fn recent(&self, query: RecentAlerts) -> Result<Vec<Alert>, StorageError>;
        "AlertService", "summarise_alerts": fn summary(&self, days: u16) -> Result<AlertSummary, StorageError>;
        "AlertService", "list_active_alerts": fn active(&self) -> Result<Vec<Alert>, StorageError>;
        "AlertService", "acknowledge_alert":
            fn acknowledge(&self, by: AcknowledgedBy, kind: AlertKind) -> Result<(), StorageError>;
    }
}

counted! {
    /// Counted [`CatalogueEditing`].
    CountedCatalogueEditing counts CatalogueEditing {
        "EditorialService", "list_categories": fn categories(&self) -> Result<Vec<CategoryRecord>, EditorialError>;
        "EditorialService", "add_category":
            fn add_category(&self, actor: &User, draft: &CategoryDraft) -> Result<CategoryRecord, EditorialError>;
        "EditorialService", "change_category":
            fn change_category(&self, actor: &User, id: CategoryId, change: &CategoryChange)
                -> Result<CategoryRecord, EditorialError>;
        "EditorialService", "switch_category":
            fn switch_category(&self, actor: &User, id: CategoryId, is_active: bool)
                -> Result<CategoryRecord, EditorialError>;
        "EditorialService", "list_services":
            fn services(&self, filter: &ServiceFilter, page: Page) -> Result<Paged<EditedService>, EditorialError>;
        "EditorialService", "get_service":
            fn service(&self, id: CatalogueServiceId) -> Result<EditedService, EditorialError>;
        "EditorialService", "add_service":
            fn add_service(&self, actor: &User, draft: &EditedServiceDraft) -> Result<EditedService, EditorialError>;
        "EditorialService", "change_service":
            fn change_service(&self, actor: &User, id: CatalogueServiceId, change: &ServiceChange)
                -> Result<EditedService, EditorialError>;
        "EditorialService", "switch_service":
            fn switch_service(&self, actor: &User, id: CatalogueServiceId, is_active: bool)
                -> Result<EditedService, EditorialError>;
    }
}

counted! {
    /// Counted [`VocabularyEditing`].
    CountedVocabularyEditing counts VocabularyEditing {
        "EditorialService", "list_aliases":
            fn aliases(&self, filter: &AliasFilter, page: Page) -> Result<Paged<Alias>, EditorialError>;
        "EditorialService", "add_alias":
            fn add_alias(&self, actor: &User, phrase: &Phrase, meaning: Meaning) -> Result<Alias, EditorialError>;
        "EditorialService", "remove_alias":
            fn remove_alias(&self, actor: &User, id: AliasId) -> Result<(), EditorialError>;
        "EditorialService", "list_groups": fn groups(&self) -> Result<Vec<ServiceGroup>, EditorialError>;
        "EditorialService", "add_group":
            fn add_group(&self, actor: &User, name: &EntryName, services: &[CatalogueServiceId])
                -> Result<ServiceGroup, EditorialError>;
        "EditorialService", "change_group":
            fn change_group(&self, actor: &User, id: GroupId, services: &[CatalogueServiceId])
                -> Result<ServiceGroup, EditorialError>;
        "EditorialService", "switch_group":
            fn switch_group(&self, actor: &User, id: GroupId, is_active: bool) -> Result<ServiceGroup, EditorialError>;
        "EditorialService", "list_places":
            fn places(&self, filter: &PlaceFilter, page: Page) -> Result<Paged<Place>, EditorialError>;
        "EditorialService", "add_place":
            fn add_place(&self, actor: &User, draft: &PlaceDraft) -> Result<Place, EditorialError>;
        "EditorialService", "change_place":
            fn change_place(&self, actor: &User, id: PlaceId, change: &PlaceChange) -> Result<Place, EditorialError>;
        "EditorialService", "switch_place":
            fn switch_place(&self, actor: &User, id: PlaceId, is_active: bool) -> Result<Place, EditorialError>;
    }
}

counted! {
    /// Counted [`SearchHistoryUseCases`].
    CountedSearchHistory counts SearchHistoryUseCases {
        "SearchHistoryService", "list_searches":
            fn recent(&self, user: UserId, limit: u32) -> Result<Vec<RememberedSearch>, StorageError>;
        "SearchHistoryService", "forget_searches": fn forget(&self, user: UserId) -> Result<u64, StorageError>;
        "SearchHistoryService", "get_search_quality": fn quality(&self, days: u16) -> Result<SearchQuality, StorageError>;
    }
}

counted! {
    /// Counted [`AnalyticsUseCases`].
    CountedAnalytics counts AnalyticsUseCases {
        "AnalyticsService", "run_analytics":
            fn run<'a>(&self, actor: Option<&'a User>, window: LookBack) -> Result<AnalyticsRun, AnalyticsError>;
        "AnalyticsService", "run_daily_analytics": fn run_daily(&self) -> Result<Option<AnalyticsRun>, AnalyticsError>;
        "AnalyticsService", "get_analytics_status": fn status(&self) -> Result<AnalyticsStatus, AnalyticsError>;
        "AnalyticsService", "list_service_analytics":
            fn services(&self, actor: &User) -> Result<Vec<ServiceRecord>, AnalyticsError>;
        "AnalyticsService", "get_teaching_analytics":
            fn teaching(&self, actor: &User, weeks: WeekCount) -> Result<TeachingAnalytics, AnalyticsError>;
        "AnalyticsService", "get_market_analytics":
            fn market(&self, actor: &User, window: LookBack) -> Result<MarketAnalytics, AnalyticsError>;
    }
}

/// Counted [`SearchUseCases`]; searches that find nobody are counted once more.
pub struct CountedSearch {
    inner: Arc<dyn SearchUseCases>,
    search: Operation,
    suggest: Operation,
    searches: Searches,
}

impl CountedSearch {
    /// Counts what these use cases do.
    #[must_use]
    pub fn new(inner: Arc<dyn SearchUseCases>, operations: &Operations) -> Self {
        Self {
            inner,
            search: operations.operation("SearchService", "natural_language_search"),
            suggest: operations.operation("SearchService", "get_search_suggestions"),
            searches: operations.searches(),
        }
    }
}

impl CountedSearch {
    /// Runs a search and counts what it found.
    fn counted(
        &self,
        search: impl FnOnce() -> Result<SearchOutcome, SearchError>,
    ) -> Result<SearchOutcome, SearchError> {
        let outcome = self.search.run(search)?;
        self.searches.queries.inc();
        if outcome.total == 0 {
            self.searches.without_results.inc();
        }
        Ok(outcome)
    }
}

impl SearchUseCases for CountedSearch {
    fn search(&self, text: &str, limit: usize) -> Result<SearchOutcome, SearchError> {
        self.counted(|| self.inner.search(text, limit))
    }

    fn search_for(&self, searcher: Searcher, text: &str, limit: usize) -> Result<SearchOutcome, SearchError> {
        self.counted(|| self.inner.search_for(searcher, text, limit))
    }

    fn suggest(&self, prefix: &str, limit: usize) -> Vec<Suggestion> {
        let started = Instant::now();
        let suggestions = self.inner.suggest(prefix, limit);
        self.suggest.ended(started.elapsed(), None);
        suggestions
    }

    fn suggest_to(&self, user: UserId, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        self.suggest.run(|| self.inner.suggest_to(user, prefix, limit))
    }
}
