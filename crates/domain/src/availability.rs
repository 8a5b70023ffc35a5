//! What an instructor publishes: windows of free time on dates, and blocked dates.

use instainstru_core::{blocks::BlockSet, grid::TimeRange};
use jiff::{Timestamp, civil::Date};

use crate::{
    ids::{BlackoutId, UserId, WindowId},
    text::BlackoutReason,
};

/// A stretch of free time on one date. Windows of one date never touch or overlap: they are merged when written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its id, known to its instructor only.
    pub id: WindowId,
    /// Whose time it is.
    pub instructor_id: UserId,
    /// The date, in the zone of the instructor.
    pub date: Date,
    /// The time of day.
    pub range: TimeRange,
}

/// A date on which an instructor does not teach, whatever the windows say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blackout {
    /// Its id.
    pub id: BlackoutId,
    /// Who is away.
    pub instructor_id: UserId,
    /// The date, in the zone of the instructor.
    pub date: Date,
    /// Why, for the instructor only.
    pub reason: Option<BlackoutReason>,
    /// When it was entered.
    pub created_at: Timestamp,
}

/// The free time of one date out of a list of windows; windows of other dates are ignored.
#[must_use]
pub fn blocks_on(date: Date, windows: &[Window]) -> BlockSet {
    windows.iter().filter(|window| window.date == date).map(|window| window.range).collect()
}
