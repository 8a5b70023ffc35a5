//! Storage of the daily analytics: counting, figures, ranks and the history of runs.

use jiff::Timestamp;

use super::StorageError;
use crate::{
    analytics::{AnalyticsRun, LookBack, RunDates, RunOutcome, ServiceFigures, ServiceRecord, ServiceTally},
    ids::AnalyticsRunId,
};

/// Storage of the daily analytics: counting, figures, ranks and the history of runs.
///
/// The number of statements of each method does not depend on the number of bookings, nor on that of services (up to the bind
/// limit of the database).
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AnalyticsRepository {
    /// Stores that a run has begun.
    ///
    /// # Errors
    /// MUST return [`super::Conflict::AnalyticsRunning`] while another run is under way, also when the rival is concurrent.
    fn begin_run(&mut self, window: LookBack, at: Timestamp) -> Result<AnalyticsRun, StorageError>;

    /// Stores what became of a run.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] unless it is under way.
    fn end_run(&mut self, id: AnalyticsRunId, outcome: &RunOutcome) -> Result<(), StorageError>;

    /// The run that is under way.
    ///
    /// # Errors
    /// Only storage failures.
    fn running(&mut self) -> Result<Option<AnalyticsRun>, StorageError>;

    /// The last run that succeeded.
    ///
    /// # Errors
    /// Only storage failures.
    fn last_success(&mut self) -> Result<Option<AnalyticsRun>, StorageError>;

    /// The last runs, latest first, at most `limit`.
    ///
    /// # Errors
    /// Only storage failures.
    fn runs(&mut self, limit: u32) -> Result<Vec<AnalyticsRun>, StorageError>;

    /// What was counted about each active service on these dates, by id; services without anything are included. Dates, hours,
    /// lengths and prices without anything are left out.
    ///
    /// Searches and bookings by date are those of [`RunDates::all`]; hours, lengths and prices those of [`RunDates::window`].
    ///
    /// # Errors
    /// Only storage failures.
    fn tallies(&mut self, dates: RunDates) -> Result<Vec<ServiceTally>, StorageError>;

    /// Stores the figures of services in place of those they had. What no run calculates stays as it is.
    ///
    /// # Errors
    /// [`StorageError::Unexpected`] when a service is unknown.
    fn store_figures(&mut self, figures: &[ServiceFigures], at: Timestamp) -> Result<(), StorageError>;

    /// Numbers all active services from 1 in their order of display: by
    /// [popularity](crate::catalogue::Demand::popularity), highest first; among equals by the place that the catalogue file
    /// gives them, the order of their category, and id. Others keep their number.
    ///
    /// # Errors
    /// Only storage failures.
    fn rank_services(&mut self, at: Timestamp) -> Result<(), StorageError>;

    /// The active services that have figures, by display order.
    ///
    /// # Errors
    /// Only storage failures.
    fn records(&mut self) -> Result<Vec<ServiceRecord>, StorageError>;
}
