//! The daily analytics, and figures for instructors and administrators.

mod service;

use instainstru_domain::{
    account::User,
    analytics::{
        AnalyticsReport, AnalyticsRun, LookBack, MarketFigures, ServiceRecord, TeachingFigures, WeekCount,
    },
    ports::StorageError,
    zone::Zone,
};
use jiff::{SignedDuration, Timestamp, civil::Date};

pub use self::service::AnalyticsService;

/// After this time a run that has not ended counts as abandoned, and another one may begin. A run takes seconds.
pub const ABANDONED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// What became of the last runs, and what they found out.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyticsStatus {
    /// The last run that succeeded: the report is its work.
    pub last_success: Option<AnalyticsRun>,
    /// The last runs, latest first.
    pub runs: Vec<AnalyticsRun>,
    /// What the figures say; empty before the first run.
    pub report: AnalyticsReport,
}

/// The figures of one instructor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeachingAnalytics {
    /// The zone in which dates and hours are meant.
    pub zone: Zone,
    /// Today in that zone.
    pub today: Date,
    /// The figures.
    pub figures: TeachingFigures,
}

/// The figures of the whole marketplace.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketAnalytics {
    /// Today in New York, the last date that counts.
    pub today: Date,
    /// Bookings, revenue, people and services.
    pub figures: MarketFigures,
    /// Instructors whom students can book now.
    pub bookable_instructors: u64,
    /// What the daily analytics say.
    pub status: AnalyticsStatus,
}

/// The daily analytics, and figures for instructors and administrators.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AnalyticsUseCases: Send + Sync {
    /// Calculates the figures of all active services as of today in New York, stores them, and ranks the services anew. The
    /// run is kept in the history, however it ends; that somebody asked for it, in the audit log. Running again on the same
    /// data changes nothing else. `None` stands for the command line.
    ///
    /// # Errors
    /// [`AnalyticsError::NotAdmin`], [`AnalyticsError::AlreadyRunning`]; a run that began more than [`ABANDONED_AFTER`] ago is
    /// no obstacle.
    #[allow(clippy::needless_lifetimes, reason = "the generated mock needs the name")]
    fn run<'a>(&self, actor: Option<&'a User>, window: LookBack) -> Result<AnalyticsRun, AnalyticsError>;

    /// The run of every day, for a scheduler: as [`AnalyticsUseCases::run`] over 30 days, but nobody asked for it, and it is no
    /// failure when another one is under way: `None`, because that one does the same.
    ///
    /// # Errors
    /// Only storage failures.
    fn run_daily(&self) -> Result<Option<AnalyticsRun>, AnalyticsError>;

    /// What became of the last runs, and what they found out.
    ///
    /// # Errors
    /// Only storage failures.
    fn status(&self) -> Result<AnalyticsStatus, AnalyticsError>;

    /// The figures of every active service, by rank.
    ///
    /// # Errors
    /// [`AnalyticsError::NotAdmin`].
    fn services(&self, actor: &User) -> Result<Vec<ServiceRecord>, AnalyticsError>;

    /// The figures of the caller's lessons in so many weeks up to the current one. A constant number of statements.
    ///
    /// # Errors
    /// [`AnalyticsError::NotInstructor`] for students.
    fn teaching(&self, actor: &User, weeks: WeekCount) -> Result<TeachingAnalytics, AnalyticsError>;

    /// The figures of the whole marketplace on the days up to today, and what the daily analytics say. A constant number of
    /// statements.
    ///
    /// # Errors
    /// [`AnalyticsError::NotAdmin`].
    fn market(&self, actor: &User, window: LookBack) -> Result<MarketAnalytics, AnalyticsError>;
}

/// Why something about the analytics failed.
#[derive(Debug, thiserror::Error)]
pub enum AnalyticsError {
    /// Only instructors have such figures.
    #[error("Only instructors have teaching analytics")]
    NotInstructor,
    /// The caller does not administer the marketplace.
    #[error("Only administrators can do this")]
    NotAdmin,
    /// One run at a time.
    #[error("the analytics have been running since {since}")]
    AlreadyRunning {
        /// When the run that is under way began.
        since: Timestamp,
    },
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
