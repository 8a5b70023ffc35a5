//! Everything the store in memory holds.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use instainstru_core::zone::UtcRange;
use instainstru_domain::{
    account::{PasswordHash, User},
    alert::Alert,
    analytics::{AnalyticsRun, ServiceFigures},
    audit::AuditEntry,
    availability::{Blackout, Window},
    booking::Booking,
    catalogue::{CatalogueService, Category, Demand},
    delivery::{Delivery, DeliveryId, DeliveryState, consumers_of},
    editorial::Origin,
    event::{DomainEvent, RecordedEvent, UnreadableEvent},
    handle::Handle,
    ids::{
        AlertId, AliasId, AnalyticsRunId, BlackoutId, BookingId, CatalogueServiceId, CategoryId, GroupId,
        InstructorServiceId, InvalidId, PasswordResetId, PlaceId, ProfileId, UserId, WindowId,
    },
    instructor::{Instructor, InstructorProfile, InstructorService},
    job::{JobRun, JobRunId, JobState},
    password_reset::{PasswordReset, ResetTokenHash},
    ports::{
        StorageError,
        idempotency::{AnswerKey, StoredAnswer},
        mails::SentMail,
    },
    search_history::{NormalQuery, PastSearch, SearchTally},
    vocabulary::{Alias, Place, ServiceGroup},
};
use jiff::{Timestamp, civil::Date};

/// Everything the store holds. Copied when a transaction begins.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    ids: Arc<Ids>,
    pub(super) users: BTreeMap<UserId, Account>,
    /// Ids of revoked tokens and when they can be forgotten.
    pub(super) revoked_tokens: BTreeMap<String, Timestamp>,
    pub(super) profiles: BTreeMap<ProfileId, InstructorProfile>,
    pub(super) handles: BTreeMap<Handle, ProfileId>,
    pub(super) services: BTreeMap<InstructorServiceId, InstructorService>,
    pub(super) categories: BTreeMap<CategoryId, Category>,
    /// Whether each service is switched on stands in the service itself, whatever its category.
    pub(super) catalogue: BTreeMap<CatalogueServiceId, CatalogueService>,
    pub(super) hidden_categories: BTreeSet<CategoryId>,
    /// Who wrote a category last; the content files unless stated.
    pub(super) category_origins: BTreeMap<CategoryId, Origin>,
    /// Who wrote a service last; the content files unless stated.
    pub(super) service_origins: BTreeMap<CatalogueServiceId, Origin>,
    // Thousands of rows that rarely change: shared until somebody does.
    pub(super) aliases: Arc<BTreeMap<AliasId, Alias>>,
    pub(super) groups: Arc<BTreeMap<GroupId, ServiceGroup>>,
    pub(super) places: Arc<BTreeMap<PlaceId, Place>>,
    pub(super) content_digest: Option<String>,
    pub(super) search_history: BTreeMap<(UserId, NormalQuery), PastSearch>,
    pub(super) search_counts: BTreeMap<(Date, CatalogueServiceId), u32>,
    pub(super) search_queries: BTreeMap<(Date, NormalQuery), SearchTally>,
    pub(super) demand: BTreeMap<CatalogueServiceId, Demand>,
    /// What the last run of the analytics stored, and when.
    pub(super) figures: BTreeMap<CatalogueServiceId, (ServiceFigures, Timestamp)>,
    pub(super) analytics_runs: BTreeMap<AnalyticsRunId, AnalyticsRun>,
    pub(super) windows: BTreeMap<WindowId, Window>,
    pub(super) blackouts: BTreeMap<BlackoutId, Blackout>,
    pub(super) bookings: BTreeMap<BookingId, Booking>,
    pub(super) claims: Vec<Claim>,
    /// By number, with the moment each was pushed.
    pub(super) events: Vec<(RecordedEvent, Timestamp)>,
    pub(super) unreadable_events: Vec<UnreadableEvent>,
    /// With the hash of the token of each.
    pub(super) password_resets: BTreeMap<PasswordResetId, (PasswordReset, ResetTokenHash)>,
    pub(super) deliveries: BTreeMap<DeliveryId, Delivery>,
    pub(super) leases: BTreeMap<String, Lease>,
    pub(super) jobs: BTreeMap<String, JobState>,
    pub(super) runs: BTreeMap<JobRunId, JobRun>,
    /// Booking, start and hours before it.
    pub(super) reminders: BTreeSet<(BookingId, Timestamp, u16)>,
    /// By key, with the moment each was reserved or stored. The answer is `None` while the key is only reserved.
    pub(super) answers: HashMap<AnswerKey, (Timestamp, Option<StoredAnswer>)>,
    /// By number.
    pub(super) audit: Vec<AuditEntry>,
    /// By Message-ID.
    pub(super) sent_mails: BTreeMap<String, SentMail>,
    pub(super) alerts: BTreeMap<AlertId, Alert>,
}

/// What one holder has for a while.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    pub(super) holder: String,
    pub(super) expires_at: Timestamp,
}

/// An account with its password.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) password_hash: PasswordHash,
}

/// Time that a booking takes from one of its parties.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub(super) booking: BookingId,
    pub(super) user: UserId,
    pub(super) range: UtcRange,
}

/// The last number given to each kind of thing; shared by all copies of the state, so that no id is given twice.
#[derive(Debug, Default)]
struct Ids {
    users: AtomicI64,
    profiles: AtomicI64,
    services: AtomicI64,
    categories: AtomicI64,
    catalogue: AtomicI64,
    aliases: AtomicI64,
    groups: AtomicI64,
    places: AtomicI64,
    windows: AtomicI64,
    blackouts: AtomicI64,
    bookings: AtomicI64,
    events: AtomicI64,
    analytics_runs: AtomicI64,
    password_resets: AtomicI64,
    audit: AtomicI64,
    deliveries: AtomicI64,
    runs: AtomicI64,
    alerts: AtomicI64,
}

macro_rules! next_ids {
    ($($name:ident: $id:ident from $counter:ident;)+) => {$(
        pub(super) fn $name(&self) -> Result<$id, StorageError> {
            let number = self.ids.$counter.fetch_add(1, Ordering::SeqCst) + 1;
            $id::new(number).map_err(|error: InvalidId| StorageError::Unexpected(error.into()))
        }
    )+};
}

impl State {
    next_ids! {
        next_user: UserId from users;
        next_profile: ProfileId from profiles;
        next_service: InstructorServiceId from services;
        next_category: CategoryId from categories;
        next_catalogue_service: CatalogueServiceId from catalogue;
        next_alias: AliasId from aliases;
        next_group: GroupId from groups;
        next_place: PlaceId from places;
        next_window: WindowId from windows;
        next_blackout: BlackoutId from blackouts;
        next_booking: BookingId from bookings;
        next_password_reset: PasswordResetId from password_resets;
        next_delivery: DeliveryId from deliveries;
        next_run: JobRunId from runs;
        next_analytics_run: AnalyticsRunId from analytics_runs;
        next_alert: AlertId from alerts;
    }

    /// Adds an event under the next number, and its deliveries.
    pub(super) fn record(&mut self, event: DomainEvent, at: Timestamp) -> Result<(), StorageError> {
        let number = self.ids.events.fetch_add(1, Ordering::SeqCst) + 1;
        let recorded = RecordedEvent { number, event };
        self.events.push((recorded, at));
        for consumer in consumers_of(&event) {
            let id = self.next_delivery()?;
            let delivery = Delivery {
                id,
                event: recorded,
                consumer: (*consumer).to_owned(),
                state: DeliveryState::Pending,
                attempts: 0,
                available_at: at,
                lease: None,
                last_error: None,
                created_at: at,
                settled_at: None,
            };
            self.deliveries.insert(id, delivery);
        }
        Ok(())
    }

    /// The number of the next audit entry.
    pub(super) fn next_audit_number(&self) -> i64 {
        self.ids.audit.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Adds what is no event under the next number.
    pub(super) fn record_unreadable(&mut self, reason: &str) {
        let number = self.ids.events.fetch_add(1, Ordering::SeqCst) + 1;
        self.unreadable_events.push(UnreadableEvent { number, reason: reason.to_owned() });
    }

    /// The account with this id, which something else refers to.
    pub(super) fn user(&self, id: UserId) -> Result<&User, StorageError> {
        let account = self.users.get(&id);
        account.map(|account| &account.user).ok_or_else(|| missing("user", id.get()))
    }

    /// The profile of a user.
    pub(super) fn profile_of(&self, user: UserId) -> Option<&InstructorProfile> {
        self.profiles.values().find(|profile| profile.user_id == user)
    }

    /// A profile with its account and active services.
    pub(super) fn instructor(&self, profile: &InstructorProfile) -> Result<Instructor, StorageError> {
        let mut services: Vec<InstructorService> = self
            .services
            .values()
            .filter(|service| service.is_active && service.profile_id == Some(profile.id))
            .cloned()
            .collect();
        services.sort_by_key(|service| service.offer.catalogue_service_id);
        Ok(Instructor { user: self.user(profile.user_id)?.clone(), profile: profile.clone(), services })
    }

    /// All instructors the public may see, by profile.
    pub(super) fn bookable_instructors(&self) -> Result<Vec<Instructor>, StorageError> {
        let mut instructors = Vec::new();
        for profile in self.profiles.values() {
            if self.user(profile.user_id)?.is_bookable() {
                instructors.push(self.instructor(profile)?);
            }
        }
        Ok(instructors)
    }

    /// Claims of a person that overlap `within`, by start; those of booking `except` are left out.
    pub(super) fn claims_of(
        &self,
        user: UserId,
        within: UtcRange,
        except: Option<BookingId>,
    ) -> Vec<UtcRange> {
        let mut ranges: Vec<UtcRange> = self
            .claims
            .iter()
            .filter(|claim| claim.user == user && Some(claim.booking) != except)
            .map(|claim| claim.range)
            .filter(|range| range.overlaps(within))
            .collect();
        ranges.sort_by_key(|range| range.start());
        ranges
    }
}

/// The error for something that should exist and does not.
pub(super) fn missing(what: &str, id: impl fmt::Display) -> StorageError {
    StorageError::unexpected(format!("there is no {what} {id}"))
}
