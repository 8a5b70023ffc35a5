//! Trying out the way from one version of a week to another.

use std::collections::BTreeSet;

use instainstru_core::{dates::DateRange, grid::TimeRange};
use jiff::civil::Date;

use super::{
    AvailabilityError, BulkOperation, DayRanges, ProposedChange,
    bulk::Draft,
    service::{Calendar, span},
};

/// Each range that differs, day by day, removals before additions, each tried after those before it.
///
/// A range that is only in `saved` but not stored any more needs no removal, so it is left out.
pub(super) fn week(
    calendar: &mut Calendar<'_>,
    week_start: Date,
    current: &DayRanges,
    saved: &DayRanges,
) -> Result<Vec<ProposedChange>, AvailabilityError> {
    let dates: BTreeSet<Date> = current.keys().chain(saved.keys()).copied().collect();
    // Editors send the days of one week; stray ones are tried just the same.
    let week = DateRange::of_days(week_start, 7);
    let read = span(dates.iter().copied().chain([week.first(), week.last()])).unwrap_or(week);
    let windows = calendar.windows(read)?;
    let mut draft = Draft::new(calendar, &windows);
    let mut changes = Vec::new();
    for date in dates {
        let (before, after) = (ranges_on(saved, date), ranges_on(current, date));
        for range in before.difference(&after) {
            if let Some(id) = draft.window_at(date, *range) {
                let result = draft.verdict(BulkOperation::Remove { window: Some(id) });
                changes.push(ProposedChange { adds: false, date, range: *range, window: Some(id), result });
            }
        }
        for range in after.difference(&before) {
            let add =
                BulkOperation::Add { date: Some(date), start: Some(range.start()), end: Some(range.end()) };
            let result = draft.verdict(add);
            changes.push(ProposedChange { adds: true, date, range: *range, window: None, result });
        }
    }
    Ok(changes)
}

fn ranges_on(days: &DayRanges, date: Date) -> BTreeSet<TimeRange> {
    days.get(&date).into_iter().flatten().copied().collect()
}
