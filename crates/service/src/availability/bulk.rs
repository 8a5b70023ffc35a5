//! Bulk changes: steps that are tried on a draft of the calendar, then stored at once.
//!
//! A bulk change leaves exactly what its steps would leave one by one, but reads and writes a constant number of times.

use std::collections::{BTreeMap, HashMap};

use instainstru_core::{
    blocks::BlockSet,
    grid::{GridTime, TimeRange},
};
use instainstru_domain::{availability::Window, ids::WindowId};
use jiff::civil::{Date, DateTime, date};

use super::{
    AvailabilityError, BulkChange, BulkOperation, StepResult,
    service::{Calendar, FreeTime, merged, moved, on, span, within_limits},
};

/// First date that every database keeps.
const FIRST_DATE: Date = date(1, 1, 1);

const VALID: &str = "Valid - all checks passed";
const REMOVED: &str = "Time slot removed";
const UPDATED: &str = "Time slot updated";
const ROLLED_BACK: &str = "Not carried out: all steps were rolled back because another one failed";

/// Tries the steps out without changing anything.
pub(super) fn try_out(
    calendar: &mut Calendar<'_>,
    steps: &[BulkOperation],
) -> Result<Vec<StepResult>, AvailabilityError> {
    let mut draft = Draft::read(calendar, steps)?;
    Ok(steps.iter().map(|step| draft.verdict(*step)).collect())
}

/// Carries the steps out and reports each.
pub(super) fn carry_out(
    calendar: &mut Calendar<'_>,
    change: &BulkChange,
) -> Result<Vec<StepResult>, AvailabilityError> {
    let mut draft = Draft::read(calendar, &change.operations)?;
    let done: Vec<Result<Done, Refused>> = change.operations.iter().map(|step| draft.apply(*step)).collect();
    if change.atomic && done.iter().any(Result::is_err) {
        return Ok(done
            .into_iter()
            .map(|step| failed(step.err().map_or(ROLLED_BACK.to_owned(), |refused| refused.to_string())))
            .collect());
    }
    calendar.publish(&draft.changes())?;
    // Storage decides which ids survive a merge, so they are read back.
    let published = done.iter().flatten().filter_map(|step| step.published());
    let stored = match span(published.map(|(date, _)| date)) {
        Some(dates) => calendar.windows(dates)?,
        None => Vec::new(),
    };
    Ok(done
        .into_iter()
        .map(|step| step.map_or_else(|refused| failed(refused.to_string()), |step| step.report(&stored)))
        .collect())
}

/// What a step that worked did.
#[derive(Debug, Clone, Copy)]
enum Done {
    Added(Date, TimeRange),
    Updated(Date, TimeRange),
    Removed,
}

impl Done {
    const fn published(self) -> Option<(Date, TimeRange)> {
        match self {
            Self::Added(date, range) | Self::Updated(date, range) => Some((date, range)),
            Self::Removed => None,
        }
    }

    fn report(self, stored: &[Window]) -> StepResult {
        let reason = match self {
            Self::Added(..) => None,
            Self::Updated(..) => Some(UPDATED.to_owned()),
            Self::Removed => Some(REMOVED.to_owned()),
        };
        let window = self.published().and_then(|(date, range)| {
            let holder = stored.iter().find(|window| window.date == date && window.range.contains(range));
            holder.map(|window| window.id)
        });
        StepResult { success: true, reason, window }
    }
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("Missing required fields: {}", .0.join(", "))]
    Missing(Vec<&'static str>),
    #[error("{0} is a past date; time slots can be added from today on")]
    PastDate(Date),
    #[error("This time slot is in the past")]
    PastTime,
    #[error("This time slot already exists")]
    Exists,
    #[error("Time slot not found or not owned by you")]
    NotFound,
    #[error(transparent)]
    Times(AvailabilityError),
}

const fn failed(reason: String) -> StepResult {
    StepResult { success: false, reason: Some(reason), window: None }
}

/// The days of the calendar as they would be after the steps so far.
pub(super) struct Draft {
    local_now: DateTime,
    stored: FreeTime,
    days: BTreeMap<Date, Vec<Slot>>,
    date_of: HashMap<WindowId, Date>,
}

/// A window of the draft; it has no id yet if a step created it.
#[derive(Debug, Clone, Copy)]
struct Slot {
    id: Option<WindowId>,
    range: TimeRange,
}

impl Draft {
    /// Reads every window that the steps may concern, in at most one statement.
    fn read(calendar: &mut Calendar<'_>, steps: &[BulkOperation]) -> Result<Self, AvailabilityError> {
        let today = calendar.today();
        let names_a_window = steps.iter().any(|step| match step {
            BulkOperation::Add { .. } => false,
            BulkOperation::Remove { window } | BulkOperation::Update { window, .. } => window.is_some(),
        });
        let dates = if names_a_window {
            // An id does not tell its date, and one statement for each would be slower than reading the own calendar once.
            span([FIRST_DATE, Date::MAX])
        } else {
            span(steps.iter().filter_map(|step| match step {
                BulkOperation::Add { date, .. } => date.filter(|date| *date >= today),
                BulkOperation::Remove { .. } | BulkOperation::Update { .. } => None,
            }))
        };
        let windows = match dates {
            Some(dates) => calendar.windows(dates)?,
            None => Vec::new(),
        };
        Ok(Self::new(calendar, &windows))
    }

    pub(super) fn new(calendar: &Calendar<'_>, windows: &[Window]) -> Self {
        let mut days: BTreeMap<Date, Vec<Slot>> = BTreeMap::new();
        for window in windows {
            days.entry(window.date).or_default().push(Slot { id: Some(window.id), range: window.range });
        }
        Self {
            local_now: calendar.local_now,
            stored: merged(windows),
            days,
            date_of: windows.iter().map(|window| (window.id, window.date)).collect(),
        }
    }

    /// The window with exactly this range, if it was stored.
    pub(super) fn window_at(&self, date: Date, range: TimeRange) -> Option<WindowId> {
        self.slots(date).iter().find(|slot| slot.range == range)?.id
    }

    /// Does a step and tells whether it would work.
    pub(super) fn verdict(&mut self, step: BulkOperation) -> StepResult {
        match self.apply(step) {
            Err(refused) => failed(refused.to_string()),
            Ok(_) => {
                let window = match step {
                    BulkOperation::Update { window, .. } => window,
                    BulkOperation::Add { .. } | BulkOperation::Remove { .. } => None,
                };
                StepResult { success: true, reason: Some(VALID.to_owned()), window }
            }
        }
    }

    fn apply(&mut self, step: BulkOperation) -> Result<Done, Refused> {
        match step {
            BulkOperation::Add { date, start, end } => self.add(date, start, end),
            BulkOperation::Remove { window } => self.remove(window),
            BulkOperation::Update { window, start, end } => self.update(window, start, end),
        }
    }

    fn add(
        &mut self,
        date: Option<Date>,
        start: Option<GridTime>,
        end: Option<GridTime>,
    ) -> Result<Done, Refused> {
        let (Some(date), Some(start), Some(end)) = (date, start, end) else {
            let given =
                [("date", date.is_some()), ("start_time", start.is_some()), ("end_time", end.is_some())];
            let missing = given.into_iter().filter(|(_, given)| !given).map(|(name, _)| name);
            return Err(Refused::Missing(missing.collect()));
        };
        let range = TimeRange::new(start, end).map_err(|error| Refused::Times(error.into()))?;
        if date < self.local_now.date() {
            return Err(Refused::PastDate(date));
        }
        if date == self.local_now.date() && has_ended(range, self.local_now) {
            return Err(Refused::PastTime);
        }
        within_limits(range).map_err(Refused::Times)?;
        if self.slots(date).iter().any(|slot| slot.range == range) {
            return Err(Refused::Exists);
        }
        self.set(date, self.free(date) | BlockSet::of(range));
        Ok(Done::Added(date, range))
    }

    fn remove(&mut self, window: Option<WindowId>) -> Result<Done, Refused> {
        let (date, range) = self.find(window)?;
        self.set(date, self.free(date) - BlockSet::of(range));
        Ok(Done::Removed)
    }

    fn update(
        &mut self,
        window: Option<WindowId>,
        start: Option<GridTime>,
        end: Option<GridTime>,
    ) -> Result<Done, Refused> {
        let (date, old) = self.find(window)?;
        let new = moved(old, start, end).map_err(Refused::Times)?;
        self.set(date, (self.free(date) - BlockSet::of(old)) | BlockSet::of(new));
        Ok(Done::Updated(date, new))
    }

    /// Where a window is by now. Windows of others were never read, so they are not found either.
    fn find(&self, window: Option<WindowId>) -> Result<(Date, TimeRange), Refused> {
        let id = window.ok_or_else(|| Refused::Missing(vec!["slot_id"]))?;
        let date = self.date_of.get(&id).copied().ok_or(Refused::NotFound)?;
        let slot = self.slots(date).iter().find(|slot| slot.id == Some(id)).ok_or(Refused::NotFound)?;
        Ok((date, slot.range))
    }

    fn slots(&self, date: Date) -> &[Slot] {
        self.days.get(&date).map_or(&[], Vec::as_slice)
    }

    fn free(&self, date: Date) -> BlockSet {
        self.slots(date).iter().map(|slot| slot.range).collect()
    }

    /// Makes a day consist of the maximal ranges of `free`. As in storage, each window in order takes the first of them that it
    /// overlaps and that no other has taken; windows that find none are gone. That holds for windows without id too.
    fn set(&mut self, date: Date, free: BlockSet) {
        let day = self.days.entry(date).or_default();
        let old = std::mem::replace(day, free.ranges().map(|range| Slot { id: None, range }).collect());
        let mut taken = vec![false; day.len()];
        for window in old {
            let mut ranges = day.iter_mut().zip(&mut taken);
            let heir = ranges.find(|(slot, taken)| !**taken && slot.range.overlaps(window.range));
            if let Some((slot, taken)) = heir {
                slot.id = window.id;
                *taken = true;
            }
        }
    }

    /// The days that are no longer as they are stored.
    fn changes(&self) -> Vec<(Date, BlockSet)> {
        let days = self.days.keys().map(|date| (*date, self.free(*date)));
        days.filter(|(date, free)| *free != on(&self.stored, *date)).collect()
    }
}

/// Whether a range of today is over on the clocks of the instructor.
fn has_ended(range: TimeRange, local_now: DateTime) -> bool {
    range.end().to_civil().is_some_and(|end| end <= local_now.time())
}
