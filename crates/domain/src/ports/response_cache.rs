//! Ready answers to public questions, kept until what they tell about changes.

use std::{error::Error, future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::{event::DomainEvent, ids::UserId};

/// What is on its way. Answers of caches and rate limiters are awaited at the edge only; use cases never are.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Why an answer could not be made. Shared, because everybody who waits for it gets it.
pub type MakeFailure = Arc<dyn Error + Send + Sync>;

/// What an answer tells about. When it changes, every answer about it is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The profile, the services, the free time or the bookings of one instructor.
    Instructor(UserId),
    /// Who teaches what at which price: everything that lists or counts instructors.
    Instructors,
    /// Categories and services of the catalogue.
    Catalogue,
    /// What search finds.
    Search,
}

impl Topic {
    /// What may look different to the public after an event.
    pub fn of(event: &DomainEvent) -> impl Iterator<Item = Self> + use<> {
        let topics = match *event {
            // Whoever becomes an instructor by registering causes a second event that says so.
            DomainEvent::UserRegistered { .. }
            | DomainEvent::PasswordResetRequested { .. }
            | DomainEvent::PasswordChanged { .. }
            | DomainEvent::ReminderDue { .. }
            | DomainEvent::AlertRaised { .. } => [None, None, None],
            // The student may teach as well: one who became an instructor keeps the lessons booked before.
            DomainEvent::BookingConfirmed { instructor, student, .. }
            | DomainEvent::BookingRescheduled { instructor, student, .. }
            | DomainEvent::BookingCancelled { instructor, student, .. }
            | DomainEvent::BookingCompleted { instructor, student, .. }
            | DomainEvent::BookingMissed { instructor, student, .. } => {
                [Some(Self::Instructor(instructor)), Some(Self::Instructor(student)), Some(Self::Search)]
            }
            DomainEvent::AvailabilityChanged { instructor, .. } => {
                [Some(Self::Instructor(instructor)), Some(Self::Search), None]
            }
            DomainEvent::InstructorChanged { instructor } => {
                [Some(Self::Instructor(instructor)), Some(Self::Instructors), Some(Self::Search)]
            }
            DomainEvent::CatalogueChanged { .. }
            | DomainEvent::CategoryChanged { .. }
            | DomainEvent::CatalogueRanked { .. } => [Some(Self::Catalogue), Some(Self::Search), None],
            DomainEvent::VocabularyChanged => [Some(Self::Search), None, None],
        };
        topics.into_iter().flatten()
    }
}

/// The kinds of answers that are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerKind {
    /// The free time of an instructor.
    Availability,
    /// The starts at which a lesson can be booked.
    StartTimes,
    /// The profile of an instructor.
    Profile,
    /// A list of instructors.
    Instructors,
    /// Categories or services of the catalogue.
    Catalogue,
    /// The first services of each category.
    TopServices,
    /// What was found for a question in plain language.
    Search,
    /// What the home page shows to everybody.
    ShopWindow,
}

impl AnswerKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Availability,
        Self::StartTimes,
        Self::Profile,
        Self::Instructors,
        Self::Catalogue,
        Self::TopServices,
        Self::Search,
        Self::ShopWindow,
    ];

    /// Stable name, with which keys of this kind begin.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Availability => "public_availability",
            Self::StartTimes => "public_starts",
            Self::Profile => "instructor:profile",
            Self::Instructors => "instructors:list",
            Self::Catalogue => "catalog:services",
            Self::TopServices => "catalog:top-services",
            Self::Search => "search",
            Self::ShopWindow => "page:home",
        }
    }

    /// Whether the answer depends on the time of day: today ends, and starts come too near to be booked. Both happen at quarters
    /// of an hour only, in every zone.
    #[must_use]
    pub const fn ages(self) -> bool {
        match self {
            Self::Availability | Self::StartTimes | Self::Search | Self::ShopWindow => true,
            Self::Profile | Self::Instructors | Self::Catalogue | Self::TopServices => false,
        }
    }

    /// Whether servers may give each other their answers. What search finds depends on the index of each server.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        match self {
            Self::Search | Self::ShopWindow => false,
            Self::Availability
            | Self::StartTimes
            | Self::Profile
            | Self::Instructors
            | Self::Catalogue
            | Self::TopServices => true,
        }
    }
}

/// A public question in its one canonical form: two questions have the same key exactly when they have the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheKey {
    kind: AnswerKind,
    text: String,
    about: Vec<Topic>,
    lifetime: Duration,
}

impl CacheKey {
    /// The question `parts`, which may stay answered for `lifetime` unless something it is `about` changes. A lifetime of zero
    /// means that the answer is not kept at all.
    #[must_use]
    pub fn new(kind: AnswerKind, parts: &str, about: &[Topic], lifetime: Duration) -> Self {
        Self { kind, text: format!("{}:{parts}", kind.name()), about: about.to_vec(), lifetime }
    }

    /// What kind of answer it has.
    #[must_use]
    pub const fn kind(&self) -> AnswerKind {
        self.kind
    }

    /// The question as text, beginning with the name of its kind.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the answer tells about.
    #[must_use]
    pub fn about(&self) -> &[Topic] {
        &self.about
    }

    /// How long the answer may be kept at most.
    #[must_use]
    pub const fn lifetime(&self) -> Duration {
        self.lifetime
    }
}

/// An answer, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyAnswer {
    /// The body.
    pub body: Vec<u8>,
    /// The body compressed with gzip, when that is worth it.
    pub gzip: Option<Vec<u8>>,
    /// Version of the answer: equal exactly when question and body are.
    pub tag: String,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was kept, or somebody else was making it already.
    Kept,
    /// It was made for this question.
    Made,
}

/// Keeps ready answers to public questions.
///
/// It MUST NOT return an answer that was made from what was true before a change, to a question that is asked after the change
/// was announced, however the making of the answer and the announcement overlap. What it cannot keep or find it does without:
/// no failure of its own ever becomes the failure of a question.
pub trait ResponseCache: Send + Sync {
    /// The kept answer, when it is in reach without waiting.
    fn find(&self, key: &CacheKey) -> Option<Arc<ReadyAnswer>>;

    /// The kept answer, or the one that `make` makes. Of all who ask at one moment only one makes it, the others wait for it.
    ///
    /// # Errors
    /// Only those of `make`.
    fn find_or_make<'a>(
        &'a self,
        key: &'a CacheKey,
        make: Pending<'a, Result<ReadyAnswer, MakeFailure>>,
    ) -> Pending<'a, Result<(Arc<ReadyAnswer>, Origin), MakeFailure>>;

    /// What happened since the start or the last reset.
    fn stats(&self) -> CacheStats;

    /// Sets all counters to zero.
    fn reset_stats(&self);

    /// Some keys of a kind of which the answers are kept in process, at most `most`.
    fn sample_keys(&self, kind: AnswerKind, most: usize) -> Vec<String>;

    /// Figures of the server that answers are shared through; `None` without one, or while it does not answer.
    fn server_info(&self) -> Pending<'_, Option<CacheServerInfo>>;
}

/// Hears what was committed, after it was committed and before its author is answered.
pub trait CommitListener: Send + Sync {
    /// These events are true now. Must neither block nor fail.
    fn committed(&self, events: &[DomainEvent]);
}

/// Hits and misses of one kind of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lookups {
    /// Questions that were answered without making the answer.
    pub hits: u64,
    /// Questions for which the answer was made.
    pub misses: u64,
}

/// The state of the breaker between this process and a server it talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// The server is asked.
    Closed,
    /// The server failed too often and is left alone.
    Open,
    /// One question finds out whether the server is back.
    HalfOpen,
}

impl BreakerState {
    /// Stable name of the state.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// A breaker as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breaker {
    /// Its state.
    pub state: BreakerState,
    /// Failures in a row.
    pub failures: u32,
    /// Failures in a row that open it.
    pub threshold: u32,
}

/// What a cache counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheStats {
    /// Hits and misses by kind of answer, in the order of [`AnswerKind::ALL`].
    pub lookups: [Lookups; AnswerKind::ALL.len()],
    /// Hits that were found with the shared server, and not in process.
    pub shared_hits: u64,
    /// Hits that waited for somebody else to make the answer.
    pub coalesced: u64,
    /// Answers that were kept.
    pub sets: u64,
    /// Topics that were declared void, by kind of answer they may concern.
    pub deletes: u64,
    /// Changes of instructors' time that were declared void.
    pub availability_invalidations: u64,
    /// Failures of the shared server.
    pub errors: u64,
    /// How often the breaker opened.
    pub circuit_opens: u64,
    /// The breaker before the shared server; `None` without one.
    pub breaker: Option<Breaker>,
    /// Pipelines that were sent to the shared server.
    pub pipelines: u64,
    /// Commands in them.
    pub commands: u64,
    /// Answers kept in process.
    pub entries: u64,
    /// Bytes they take.
    pub bytes: u64,
}

impl CacheStats {
    /// Hits and misses of one kind.
    #[must_use]
    pub fn of(&self, kind: AnswerKind) -> Lookups {
        let all = AnswerKind::ALL.into_iter().zip(self.lookups);
        all.filter(|(other, _lookups)| *other == kind)
            .map(|(_kind, lookups)| lookups)
            .next()
            .unwrap_or_default()
    }

    /// Hits and misses of all kinds.
    #[must_use]
    pub fn total(&self) -> Lookups {
        self.lookups.iter().fold(Lookups::default(), |sum, one| Lookups {
            hits: sum.hits.saturating_add(one.hits),
            misses: sum.misses.saturating_add(one.misses),
        })
    }
}

/// Figures of the server that answers are shared through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CacheServerInfo {
    /// Memory in use, as the server writes it for people.
    pub used_memory_human: String,
    /// Clients that are connected.
    pub connected_clients: u64,
    /// Commands since its start.
    pub total_commands_processed: u64,
    /// Commands a second.
    pub instantaneous_ops_per_sec: u64,
    /// Lookups that found something.
    pub keyspace_hits: u64,
    /// Lookups that found nothing.
    pub keyspace_misses: u64,
    /// Keys that were removed to make room.
    pub evicted_keys: u64,
}

#[cfg(test)]
mod tests {
    use instainstru_core::dates::DateRange;
    use jiff::civil::date;

    use super::*;
    use crate::ids::{AnalyticsRunId, BookingId, CatalogueServiceId, CategoryId};

    #[test]
    fn an_event_voids_what_it_may_have_changed_and_nothing_else() {
        let instructor = UserId::new(7).unwrap();
        let booking = BookingId::new(1).unwrap();
        let run = AnalyticsRunId::new(1).unwrap();
        let student = UserId::new(8).unwrap();
        let own = [Topic::Instructor(instructor), Topic::Search];
        let both = [Topic::Instructor(instructor), Topic::Instructor(student), Topic::Search];
        let profile = [Topic::Instructor(instructor), Topic::Instructors, Topic::Search];
        let dates = DateRange::day(date(2026, 7, 15));
        let service = CatalogueServiceId::new(1).unwrap();
        let category = CategoryId::new(1).unwrap();
        for (event, topics) in [
            (DomainEvent::UserRegistered { user: instructor }, &[][..]),
            (DomainEvent::BookingConfirmed { booking, instructor, student }, &both),
            (DomainEvent::BookingCancelled { booking, instructor, student, by: instructor }, &both),
            (DomainEvent::AvailabilityChanged { instructor, dates }, &own),
            (DomainEvent::InstructorChanged { instructor }, &profile),
            (DomainEvent::CatalogueChanged { service }, &[Topic::Catalogue, Topic::Search]),
            (DomainEvent::CategoryChanged { category }, &[Topic::Catalogue, Topic::Search]),
            (DomainEvent::VocabularyChanged, &[Topic::Search]),
            (DomainEvent::CatalogueRanked { run }, &[Topic::Catalogue, Topic::Search]),
        ] {
            assert_eq!(Topic::of(&event).collect::<Vec<_>>(), topics, "{event:?}");
        }
    }

    #[test]
    fn keys_of_two_kinds_differ_and_sums_cover_every_kind() {
        let names: std::collections::BTreeSet<&str> =
            AnswerKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), AnswerKind::ALL.len());
        let key = CacheKey::new(AnswerKind::Availability, "7:2026-07-15", &[], Duration::ZERO);
        assert_eq!(key.text(), "public_availability:7:2026-07-15");

        let mut stats = CacheStats::default();
        for (n, lookups) in (1..).zip(&mut stats.lookups) {
            *lookups = Lookups { hits: n, misses: 10 * n };
        }
        assert_eq!(stats.total(), Lookups { hits: 36, misses: 360 });
        assert_eq!(stats.of(AnswerKind::Search), Lookups { hits: 7, misses: 70 });
    }
}
