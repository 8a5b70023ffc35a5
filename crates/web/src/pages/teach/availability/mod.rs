//! Free time: a week at a time, and the same week for many weeks.

pub(in crate::pages) mod draft;
pub(in crate::pages) mod editor;
pub(in crate::pages) mod repeat;
pub(in crate::pages) mod week;

use instainstru_core::{blocks::BlockSet, week::WeekStart};
use instainstru_service::availability::DayRanges;
use jiff::civil::Date;

/// The week in which the date in an address lies; that of today when there is none.
fn week_in(text: &str, today: Date) -> WeekStart {
    WeekStart::containing(text.parse().unwrap_or(today))
}

/// The free time of one date.
fn on(days: &DayRanges, date: Date) -> BlockSet {
    days.get(&date).into_iter().flatten().copied().collect()
}

/// Free time in words: `40 hours`.
fn hours(minutes: u32) -> String {
    crate::words::length(u16::try_from(minutes).unwrap_or(u16::MAX))
}
