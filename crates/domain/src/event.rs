//! What happened. Events are stored in the transaction that made them true and delivered afterwards.

use instainstru_core::dates::DateRange;

use crate::ids::{
    AlertId, AnalyticsRunId, BookingId, CatalogueServiceId, CategoryId, PasswordResetId, UserId,
};

/// Something that happened and that others want to know: mail, caches, the search index.
///
/// Events carry ids, not copies: whoever handles one reads what is true by then. Events of bookings name both parties, because
/// the time of both changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainEvent {
    /// Somebody registered.
    UserRegistered {
        /// Who.
        user: UserId,
    },
    /// Somebody asked for a new password. Carries no secret: the token is derived from the id by whoever sends it.
    PasswordResetRequested {
        /// Whose password.
        user: UserId,
        /// Which request.
        reset: PasswordResetId,
    },
    /// Somebody has a new password.
    PasswordChanged {
        /// Whose password.
        user: UserId,
    },
    /// A lesson was booked.
    BookingConfirmed {
        /// Which.
        booking: BookingId,
        /// Who teaches it.
        instructor: UserId,
        /// Who booked it.
        student: UserId,
    },
    /// A lesson was moved to another time.
    BookingRescheduled {
        /// Which.
        booking: BookingId,
        /// Who teaches it.
        instructor: UserId,
        /// Who booked it.
        student: UserId,
    },
    /// A lesson was called off.
    BookingCancelled {
        /// Which.
        booking: BookingId,
        /// Who teaches it.
        instructor: UserId,
        /// Who booked it.
        student: UserId,
        /// Who called it off.
        by: UserId,
    },
    /// A lesson took place.
    BookingCompleted {
        /// Which.
        booking: BookingId,
        /// Who teaches it.
        instructor: UserId,
        /// Who booked it.
        student: UserId,
    },
    /// A student did not come.
    BookingMissed {
        /// Which.
        booking: BookingId,
        /// Who teaches it.
        instructor: UserId,
        /// Who booked it.
        student: UserId,
    },
    /// A lesson comes so near that both parties are to be reminded of it.
    ReminderDue {
        /// Which lesson.
        booking: BookingId,
        /// How many hours before its start this reminder is meant for, such as 24.
        hours_before: u16,
    },
    /// Windows or blackouts changed.
    AvailabilityChanged {
        /// Whose.
        instructor: UserId,
        /// The dates that may look different now.
        dates: DateRange,
    },
    /// A profile, its services, or the state of an instructor's account changed.
    InstructorChanged {
        /// Whose.
        instructor: UserId,
    },
    /// A service of the catalogue changed.
    CatalogueChanged {
        /// Which.
        service: CatalogueServiceId,
    },
    /// A category changed, or the content files stored what is in it anew.
    CategoryChanged {
        /// Which.
        category: CategoryId,
    },
    /// What search takes words for changed: aliases, groups of services or places.
    VocabularyChanged,
    /// The daily analytics calculated the demand for all services and ranked them anew. One event stands for all of them.
    CatalogueRanked {
        /// By which run.
        run: AnalyticsRunId,
    },
    /// Something is so wrong with the marketplace itself, or so often, that people are to be told outside of it: by an issue and,
    /// when it is critical, by mail.
    AlertRaised {
        /// What.
        alert: AlertId,
    },
}

/// An event as the outbox keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Its number; later events of one transaction have higher ones.
    pub number: i64,
    /// What happened.
    pub event: DomainEvent,
}

/// What is kept under a number is no event this program knows: it was damaged, or written by a newer version. Whoever follows
/// the outbox says so once and goes on; waiting would not make it readable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {number} cannot be read: {reason}")]
pub struct UnreadableEvent {
    /// Its number.
    pub number: i64,
    /// What is wrong with it, for the log.
    pub reason: String,
}

/// The thing an event is about. Events about one thing are delivered in the order in which they happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// An account and, for instructors, everything public about it.
    User(UserId),
    /// A booking.
    Booking(BookingId),
    /// A service of the catalogue.
    CatalogueService(CatalogueServiceId),
    /// A category of the catalogue.
    Category(CategoryId),
    /// All words that search knows; there is one such thing.
    Vocabulary,
    /// A run of the analytics.
    AnalyticsRun(AnalyticsRunId),
    /// An alert.
    Alert(AlertId),
}

impl DomainEvent {
    /// Stable name of the kind of event.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::UserRegistered { .. } => "user.registered",
            Self::PasswordResetRequested { .. } => "password.reset_requested",
            Self::PasswordChanged { .. } => "password.changed",
            Self::BookingConfirmed { .. } => "booking.confirmed",
            Self::BookingRescheduled { .. } => "booking.rescheduled",
            Self::BookingCancelled { .. } => "booking.cancelled",
            Self::BookingCompleted { .. } => "booking.completed",
            Self::BookingMissed { .. } => "booking.missed",
            Self::ReminderDue { .. } => "booking.reminder_due",
            Self::AvailabilityChanged { .. } => "availability.changed",
            Self::InstructorChanged { .. } => "instructor.changed",
            Self::CatalogueChanged { .. } => "catalogue.changed",
            Self::CategoryChanged { .. } => "category.changed",
            Self::VocabularyChanged => "vocabulary.changed",
            Self::CatalogueRanked { .. } => "catalogue.ranked",
            Self::AlertRaised { .. } => "alert.raised",
        }
    }

    /// What the event is about.
    #[must_use]
    pub const fn aggregate(&self) -> Aggregate {
        match *self {
            Self::UserRegistered { user }
            | Self::PasswordResetRequested { user, .. }
            | Self::PasswordChanged { user } => Aggregate::User(user),
            Self::BookingConfirmed { booking, .. }
            | Self::BookingRescheduled { booking, .. }
            | Self::BookingCancelled { booking, .. }
            | Self::BookingCompleted { booking, .. }
            | Self::BookingMissed { booking, .. }
            | Self::ReminderDue { booking, .. } => Aggregate::Booking(booking),
            Self::AvailabilityChanged { instructor, .. } | Self::InstructorChanged { instructor } => {
                Aggregate::User(instructor)
            }
            Self::CatalogueChanged { service } => Aggregate::CatalogueService(service),
            Self::CategoryChanged { category } => Aggregate::Category(category),
            Self::VocabularyChanged => Aggregate::Vocabulary,
            Self::CatalogueRanked { run } => Aggregate::AnalyticsRun(run),
            Self::AlertRaised { alert } => Aggregate::Alert(alert),
        }
    }
}

impl Aggregate {
    /// Name of the kind and number of the thing.
    #[must_use]
    pub const fn key(&self) -> (&'static str, i32) {
        match self {
            Self::User(id) => ("user", id.get()),
            Self::Booking(id) => ("booking", id.get()),
            Self::CatalogueService(id) => ("catalogue_service", id.get()),
            Self::Category(id) => ("category", id.get()),
            Self::Vocabulary => ("vocabulary", 1),
            Self::AnalyticsRun(id) => ("analytics_run", id.get()),
            Self::Alert(id) => ("alert", id.get()),
        }
    }
}
