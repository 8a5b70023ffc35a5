//! What to offer when a time is taken: the nearest starts that can be booked instead.

use instainstru_core::{
    dates::DateRange,
    grid::GridTime,
    offer::{Agenda, DayPlan},
};
use instainstru_domain::ports::{StorageError, Transactor, TransactorExt};
use jiff::Timestamp;

use super::{Alternative, BookingError, rules::Wish};
use crate::public::Schedule;

/// Most starts that are offered instead.
const MOST: usize = 3;
/// The asked date and the fourteen days after it.
const DAYS: u16 = 15;

/// Fills in the alternatives of an error that says the time is taken; every other error passes unchanged.
///
/// The refusal is certain by now, so a failure while looking for alternatives is logged and leaves the list empty.
pub(super) fn with_alternatives(
    error: BookingError,
    tx: &dyn Transactor,
    wish: &Wish,
    now: Timestamp,
    unwanted: Option<Alternative>,
) -> BookingError {
    let BookingError::Taken { who, .. } = error else { return error };
    let alternatives = nearest(tx, wish, now, unwanted).unwrap_or_else(|failure| {
        tracing::warn!(error = %failure, "alternatives to a taken time could not be read");
        Vec::new()
    });
    BookingError::Taken { who, alternatives }
}

/// The nearest starts that can be booked for a lesson of the same length with the same people, read in a constant number of
/// statements: those of the asked date first, then those of the following days; within a day by distance to the asked time.
fn nearest(
    tx: &dyn Transactor,
    wish: &Wish,
    now: Timestamp,
    unwanted: Option<Alternative>,
) -> Result<Vec<Alternative>, StorageError> {
    tx.reading(|uow| {
        let bookable = uow.instructors().find(wish.instructor)?.filter(|found| found.user.is_bookable());
        let Some(instructor) = bookable else { return Ok(Vec::new()) };
        let dates = DateRange::of_days(wish.date, DAYS);
        let student_claims = wish.student_claims(uow, dates)?;
        let schedule = Schedule::read(uow, instructor, dates, wish.except)?;
        let agenda = schedule.agenda(now, &student_claims);
        let found = dates
            .iter()
            .flat_map(|date| by_distance(&agenda, &schedule.plan(date), wish))
            .filter(|start| Some(*start) != unwanted)
            .take(MOST);
        Ok(found.collect())
    })
}

/// The starts of one day, those nearest to the asked time first; of two equally near the earlier one.
fn by_distance(agenda: &Agenda<'_>, day: &DayPlan, wish: &Wish) -> Vec<Alternative> {
    let mut starts: Vec<GridTime> = agenda.offered_starts(day, wish.length).iter().collect();
    starts.sort_by_key(|start| (start.block().abs_diff(wish.start.block()), *start));
    starts.into_iter().map(|start_time| Alternative { date: day.date, start_time }).collect()
}
