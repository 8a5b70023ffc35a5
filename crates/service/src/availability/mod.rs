//! Publishing free time: weeks, dates, bulk changes, blocked days.
//!
//! Availability never looks at bookings, and bookings survive every change of it.

mod bulk;
mod service;
mod validate;
mod weeks;

use std::collections::BTreeMap;

use instainstru_core::{
    dates::DateRange,
    grid::{GridTime, InvalidTimeRange, TimeRange},
    week::WeekStart,
};
use instainstru_domain::{
    account::User,
    availability::{Blackout, Window},
    booking::BookingDetails,
    ids::{BlackoutId, WindowId},
    ports::StorageError,
    text::BlackoutReason,
};
use jiff::civil::Date;

pub use self::service::AvailabilityService;

/// Shortest range that a step of a bulk change or an update may publish, in minutes.
pub const MIN_WINDOW_MINUTES: u16 = 30;
/// Longest range that a step of a bulk change or an update may publish, in minutes.
pub const MAX_WINDOW_MINUTES: u16 = 480;

/// Most days that can be blocked at once.
pub const MAX_BLOCKED_DAYS: i64 = 31;

/// Free time by date: what a week editor shows and sends.
pub type DayRanges = BTreeMap<Date, Vec<TimeRange>>;

/// Seven days of free time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekView {
    /// First of the seven days.
    pub start: Date,
    /// Days that have free time, each with its ranges in order.
    pub days: DayRanges,
    /// Changes exactly when the free time of the seven days changes; sent back to save without overwriting others' edits.
    pub version: String,
}

/// A week to save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveWeek {
    /// The week; when absent that of the earliest date given, else the current one.
    pub week: Option<WeekStart>,
    /// Ranges on dates. Dates outside the week or before today are ignored; ranges that touch or overlap merge.
    pub ranges: Vec<(Date, TimeRange)>,
    /// Whether the ranges replace the week (days before today stay as they are) or are added to it.
    pub clear_existing: bool,
    /// Version the caller edited; the week is only saved if it is still that one.
    pub expected_version: Option<String>,
}

/// A week that was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekCopied {
    /// The target week afterwards.
    pub week: WeekView,
    /// Number of ranges copied.
    pub ranges_created: usize,
}

/// A week that was laid over dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternApplied {
    /// The dates.
    pub dates: DateRange,
    /// Number of dates that have free time in the pattern.
    pub dates_with_ranges: usize,
    /// Number of ranges created.
    pub ranges_created: usize,
    /// Number of Monday-to-Sunday weeks the dates touch.
    pub weeks_affected: usize,
}

/// One step of a bulk change. Missing values make that step fail, not the whole call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkOperation {
    /// Publish a range on a date; it merges with what it touches.
    Add {
        /// The date.
        date: Option<Date>,
        /// Begin of the range.
        start: Option<GridTime>,
        /// End of the range.
        end: Option<GridTime>,
    },
    /// Withdraw a window.
    Remove {
        /// Which.
        window: Option<WindowId>,
    },
    /// Move the ends of a window; a missing time stays.
    Update {
        /// Which.
        window: Option<WindowId>,
        /// New begin.
        start: Option<GridTime>,
        /// New end.
        end: Option<GridTime>,
    },
}

/// Steps to carry out in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkChange {
    /// The steps.
    pub operations: Vec<BulkOperation>,
    /// Whether only to tell what would happen.
    pub validate_only: bool,
    /// Whether one failure undoes all steps.
    pub atomic: bool,
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepResult {
    /// Whether the step worked (or would work).
    pub success: bool,
    /// Why it failed, or a remark for people.
    pub reason: Option<String>,
    /// The window that holds the range of a successful step.
    pub window: Option<WindowId>,
}

/// A difference between two versions of a week, tried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedChange {
    /// Whether the range is added or removed.
    pub adds: bool,
    /// The date.
    pub date: Date,
    /// The range.
    pub range: TimeRange,
    /// The stored window that would be removed.
    pub window: Option<WindowId>,
    /// What would become of it.
    pub result: StepResult,
}

/// Publishing free time. The caller must be an instructor.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait AvailabilityUseCases: Send + Sync {
    /// The seven days from `start` on, which may be any weekday.
    ///
    /// # Errors
    /// [`AvailabilityError::NotInstructor`].
    fn week(&self, actor: &User, start: Date) -> Result<WeekView, AvailabilityError>;

    /// Saves a week in one transaction.
    ///
    /// # Errors
    /// [`AvailabilityError::StaleWeek`] when the expected version is no longer the current one.
    fn save_week(&self, actor: &User, command: &SaveWeek) -> Result<WeekView, AvailabilityError>;

    /// Makes week `to` equal to week `from`.
    ///
    /// # Errors
    /// [`AvailabilityError::SameWeek`].
    fn copy_week(
        &self,
        actor: &User,
        from: WeekStart,
        to: WeekStart,
    ) -> Result<WeekCopied, AvailabilityError>;

    /// Lays a week over dates, replacing what was there.
    ///
    /// # Errors
    /// [`AvailabilityError::PastDate`], [`AvailabilityError::TooLong`] beyond 366 days.
    fn apply_week(
        &self,
        actor: &User,
        pattern: WeekStart,
        dates: DateRange,
    ) -> Result<PatternApplied, AvailabilityError>;

    /// Publishes one range on one date; returns the window that now holds it.
    ///
    /// # Errors
    /// [`AvailabilityError::PastDate`], [`AvailabilityError::AlreadyPublished`] when exactly this window exists.
    fn add_range(&self, actor: &User, date: Date, range: TimeRange) -> Result<Window, AvailabilityError>;

    /// All windows on some dates: by default from today on, for a year.
    ///
    /// # Errors
    /// [`AvailabilityError::ReversedDates`].
    fn list(
        &self,
        actor: &User,
        from: Option<Date>,
        to: Option<Date>,
    ) -> Result<Vec<Window>, AvailabilityError>;

    /// Carries out steps in order; each is reported, and failures do not stop later ones unless the change is atomic.
    ///
    /// # Errors
    /// Only missing rights and storage failures.
    fn bulk(&self, actor: &User, change: &BulkChange) -> Result<Vec<StepResult>, AvailabilityError>;

    /// Moves the ends of one window; returns the window that now holds the new range.
    ///
    /// # Errors
    /// [`AvailabilityError::WindowNotFound`] (also when it is another's), [`AvailabilityError::Range`],
    /// [`AvailabilityError::WindowLength`].
    fn update_window(
        &self,
        actor: &User,
        window: WindowId,
        start: Option<GridTime>,
        end: Option<GridTime>,
    ) -> Result<Window, AvailabilityError>;

    /// Withdraws one window.
    ///
    /// # Errors
    /// [`AvailabilityError::WindowNotFound`], also when it is another's.
    fn delete_window(&self, actor: &User, window: WindowId) -> Result<(), AvailabilityError>;

    /// Confirmed and completed bookings of the seven days from `start` on.
    ///
    /// # Errors
    /// [`AvailabilityError::NotInstructor`].
    fn booked(&self, actor: &User, start: Date) -> Result<Vec<BookingDetails>, AvailabilityError>;

    /// Tries out the way from `saved` to `current`: each range that differs, with what would become of it.
    ///
    /// # Errors
    /// Only missing rights and storage failures.
    fn validate_week(
        &self,
        actor: &User,
        week_start: Date,
        current: &DayRanges,
        saved: &DayRanges,
    ) -> Result<Vec<ProposedChange>, AvailabilityError>;

    /// Blocked dates from today on.
    ///
    /// # Errors
    /// [`AvailabilityError::NotInstructor`].
    fn blackouts(&self, actor: &User) -> Result<Vec<Blackout>, AvailabilityError>;

    /// Blocks a date.
    ///
    /// # Errors
    /// [`AvailabilityError::PastDate`], [`AvailabilityError::AlreadyBlocked`].
    fn add_blackout(
        &self,
        actor: &User,
        date: Date,
        reason: Option<BlackoutReason>,
    ) -> Result<Blackout, AvailabilityError>;

    /// Blocks every one of these dates, or none when that fails. Dates that are blocked already stay as they are, with their
    /// reasons. Returns how many are blocked anew.
    ///
    /// # Errors
    /// [`AvailabilityError::PastDate`], [`AvailabilityError::TooManyDays`].
    fn block(
        &self,
        actor: &User,
        dates: DateRange,
        reason: Option<BlackoutReason>,
    ) -> Result<u32, AvailabilityError>;

    /// Unblocks a date.
    ///
    /// # Errors
    /// [`AvailabilityError::BlackoutNotFound`], also when it is another's.
    fn delete_blackout(&self, actor: &User, blackout: BlackoutId) -> Result<(), AvailabilityError>;
}

/// Why publishing free time failed.
#[derive(Debug, thiserror::Error)]
pub enum AvailabilityError {
    /// The caller is not an instructor with a profile.
    #[error("Only instructors can manage availability")]
    NotInstructor,
    /// The date has passed.
    #[error("{0} is in the past; availability can be changed from today on")]
    PastDate(Date),
    /// The dates are in the wrong order.
    #[error("end date {last} is before start date {first}")]
    ReversedDates {
        /// First date that was given.
        first: Date,
        /// Last date that was given.
        last: Date,
    },
    /// More dates than allowed in one go.
    #[error("at most {max_days} days at once")]
    TooLong {
        /// Greatest number of days.
        max_days: u16,
    },
    /// A week cannot be copied onto itself.
    #[error("source and target week must be different")]
    SameWeek,
    /// Exactly this window exists.
    #[error("This time slot already exists")]
    AlreadyPublished,
    /// The two times are no range.
    #[error(transparent)]
    Range(#[from] InvalidTimeRange),
    /// The window would be too short or too long.
    #[error(
        "a time slot must be at least {MIN_WINDOW_MINUTES} minutes and at most {MAX_WINDOW_MINUTES} minutes long, not {minutes}"
    )]
    WindowLength {
        /// The length that was given.
        minutes: u16,
    },
    /// The week changed since the caller read it.
    #[error("The week was changed elsewhere since you opened it; reload it and try again")]
    StaleWeek,
    /// No such window of the caller.
    #[error("Availability slot not found")]
    WindowNotFound,
    /// No such blackout of the caller.
    #[error("Blackout date not found")]
    BlackoutNotFound,
    /// The date is blocked already.
    #[error("This date is already blocked")]
    AlreadyBlocked,
    /// More dates than can be blocked at once.
    #[error("at most {MAX_BLOCKED_DAYS} days can be blocked at once")]
    TooManyDays,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
