//! Windows and blackouts.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use instainstru_core::{blocks::BlockSet, dates::DateRange, grid::TimeRange};
use instainstru_domain::{
    availability::{Blackout, Window},
    ids::{BlackoutId, UserId, WindowId},
    ports::{AvailabilityRepository, Conflict, StorageError},
    text::BlackoutReason,
};
use jiff::{Timestamp, civil::Date};

use crate::{
    connection::on_inner,
    schema::{availability_slots as slots, blackout_dates as blackouts},
    stored::Place,
    types::{Day, Instant},
    unit_of_work::DieselUnitOfWork,
};

/// Rows or values in one statement, well below the bind limit of either database.
const CHUNK: usize = 1000;

#[derive(Queryable, Selectable)]
#[diesel(table_name = slots)]
struct WindowRow {
    id: i32,
    instructor_id: i32,
    specific_date: Day,
    start_minute: i32,
    end_minute: i32,
}

impl WindowRow {
    fn into_window(self) -> Result<Window, StorageError> {
        let place = Place::new("availability_slots", self.id);
        Ok(Window {
            id: place.check("id", WindowId::new(self.id.into()))?,
            instructor_id: place.check("instructor_id", UserId::new(self.instructor_id.into()))?,
            date: self.specific_date.0,
            range: place.range(self.start_minute, self.end_minute)?,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = slots, treat_none_as_default_value = false)]
struct NewWindowRow {
    instructor_id: i32,
    specific_date: Day,
    start_minute: i32,
    end_minute: i32,
    created_at: Instant,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = blackouts)]
struct BlackoutRow {
    id: i32,
    instructor_id: i32,
    date: Day,
    reason: Option<String>,
    created_at: Instant,
}

impl BlackoutRow {
    fn into_blackout(self) -> Result<Blackout, StorageError> {
        let place = Place::new("blackout_dates", self.id);
        Ok(Blackout {
            id: place.check("id", BlackoutId::new(self.id.into()))?,
            instructor_id: place.check("instructor_id", UserId::new(self.instructor_id.into()))?,
            date: self.date.0,
            reason: place.check_some("reason", self.reason, |text| BlackoutReason::new(&text))?,
            created_at: self.created_at.0,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = blackouts, treat_none_as_default_value = false)]
struct NewBlackoutRow<'a> {
    instructor_id: i32,
    date: Day,
    reason: Option<&'a str>,
    created_at: Instant,
}

/// What must happen to stored windows so that they become the wanted ones.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    delete: Vec<WindowId>,
    change: Vec<(WindowId, TimeRange)>,
    insert: Vec<(Date, TimeRange)>,
}

impl Plan {
    /// A wanted range takes over the first stored window that overlaps it and is still free; windows are given in order.
    fn new(stored: &[Window], days: &[(Date, BlockSet)]) -> Self {
        let mut by_date: BTreeMap<Date, Vec<Window>> = BTreeMap::new();
        for window in stored {
            by_date.entry(window.date).or_default().push(*window);
        }
        let mut plan = Self::default();
        for (date, blocks) in days {
            let mut free = by_date.remove(date).unwrap_or_default();
            for range in blocks.ranges() {
                match free.iter().position(|window| window.range.overlaps(range)) {
                    Some(index) => {
                        let window = free.remove(index);
                        if window.range != range {
                            plan.change.push((window.id, range));
                        }
                    }
                    None => plan.insert.push((*date, range)),
                }
            }
            plan.delete.extend(free.iter().map(|window| window.id));
        }
        plan
    }
}

/// One statement that gives each window its own new range. Only numbers go into the text.
fn change_statement(changes: &[(WindowId, TimeRange)]) -> String {
    use std::fmt::Write as _;
    let (mut starts, mut ends, mut ids) = (String::new(), String::new(), String::new());
    for (id, range) in changes {
        // Writing to a string cannot fail.
        let _infallible = write!(starts, " WHEN {id} THEN {}", range.start().minutes());
        let _infallible = write!(ends, " WHEN {id} THEN {}", range.end().minutes());
        let separator = if ids.is_empty() { "" } else { ", " };
        let _infallible = write!(ids, "{separator}{id}");
    }
    format!(
        "UPDATE availability_slots SET start_minute = CASE id{starts} END, end_minute = CASE id{ends} END, \
         updated_at = $1 WHERE id IN ({ids})"
    )
}

impl DieselUnitOfWork<'_> {
    /// The windows of these people on these dates, by person, date and start.
    pub(crate) fn windows_of(
        &mut self,
        people: &[i32],
        dates: DateRange,
    ) -> Result<Vec<Window>, StorageError> {
        let rows: Vec<WindowRow> = self.execute(|connection| {
            slots::table
                .filter(slots::instructor_id.eq_any(people))
                .filter(slots::specific_date.between(Day(dates.first()), Day(dates.last())))
                .order((slots::instructor_id, slots::specific_date, slots::start_minute))
                .select(WindowRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(WindowRow::into_window).collect()
    }

    /// The blackouts of these people on these dates, by person and date.
    pub(crate) fn blackouts_of(
        &mut self,
        people: &[i32],
        dates: DateRange,
    ) -> Result<Vec<Blackout>, StorageError> {
        let rows: Vec<BlackoutRow> = self.execute(|connection| {
            blackouts::table
                .filter(blackouts::instructor_id.eq_any(people))
                .filter(blackouts::date.between(Day(dates.first()), Day(dates.last())))
                .order((blackouts::instructor_id, blackouts::date))
                .select(BlackoutRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(BlackoutRow::into_blackout).collect()
    }
}

impl AvailabilityRepository for DieselUnitOfWork<'_> {
    fn windows(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<Window>, StorageError> {
        let rows = self.execute(|connection| {
            slots::table
                .filter(slots::instructor_id.eq(instructor.get()))
                .filter(slots::specific_date.between(Day(dates.first()), Day(dates.last())))
                .order((slots::specific_date, slots::start_minute))
                .select(WindowRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(WindowRow::into_window).collect()
    }

    fn find_window(&mut self, id: WindowId) -> Result<Option<Window>, StorageError> {
        let row = self.execute(|connection| {
            slots::table.find(id.get()).select(WindowRow::as_select()).first(connection).optional()
        })?;
        row.map(WindowRow::into_window).transpose()
    }

    fn replace(
        &mut self,
        instructor: UserId,
        days: &[(Date, BlockSet)],
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let dates: Vec<Day> =
            days.iter().map(|(date, _)| Day(*date)).collect::<BTreeSet<_>>().into_iter().collect();
        let mut stored = Vec::new();
        for dates in dates.chunks(CHUNK) {
            let rows: Vec<WindowRow> = self.execute(|connection| {
                slots::table
                    .filter(slots::instructor_id.eq(instructor.get()))
                    .filter(slots::specific_date.eq_any(dates))
                    .order((slots::specific_date, slots::start_minute))
                    .select(WindowRow::as_select())
                    .load(connection)
            })?;
            for row in rows {
                stored.push(row.into_window()?);
            }
        }
        let plan = Plan::new(&stored, days);
        // In this order no window is ever in the way of another.
        for ids in plan.delete.chunks(CHUNK) {
            self.execute(|connection| {
                diesel::delete(slots::table.filter(slots::id.eq_any(ids.iter().map(|id| id.get()))))
                    .execute(connection)
            })?;
        }
        for changes in plan.change.chunks(CHUNK) {
            self.execute(|connection| {
                diesel::sql_query(change_statement(changes))
                    .bind::<crate::types::sql::Moment, _>(Instant(at))
                    .execute(connection)
            })?;
        }
        for ranges in plan.insert.chunks(CHUNK) {
            let rows: Vec<NewWindowRow> = ranges
                .iter()
                .map(|(date, range)| NewWindowRow {
                    instructor_id: instructor.get(),
                    specific_date: Day(*date),
                    start_minute: range.start().minutes().into(),
                    end_minute: range.end().minutes().into(),
                    created_at: Instant(at),
                })
                .collect();
            self.execute(|connection| {
                on_inner!(connection, |connection| diesel::insert_into(slots::table)
                    .values(&rows)
                    .execute(connection))
            })?;
        }
        Ok(())
    }

    fn blackouts(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<Blackout>, StorageError> {
        let rows = self.execute(|connection| {
            blackouts::table
                .filter(blackouts::instructor_id.eq(instructor.get()))
                .filter(blackouts::date.between(Day(dates.first()), Day(dates.last())))
                .order(blackouts::date)
                .select(BlackoutRow::as_select())
                .load(connection)
        })?;
        rows.into_iter().map(BlackoutRow::into_blackout).collect()
    }

    fn find_blackout(&mut self, id: BlackoutId) -> Result<Option<Blackout>, StorageError> {
        let row = self.execute(|connection| {
            blackouts::table.find(id.get()).select(BlackoutRow::as_select()).first(connection).optional()
        })?;
        row.map(BlackoutRow::into_blackout).transpose()
    }

    fn insert_blackout(
        &mut self,
        instructor: UserId,
        date: Date,
        reason: Option<BlackoutReason>,
        at: Timestamp,
    ) -> Result<Blackout, StorageError> {
        let row = NewBlackoutRow {
            instructor_id: instructor.get(),
            date: Day(date),
            reason: reason.as_ref().map(BlackoutReason::as_str),
            created_at: Instant(at),
        };
        let inserted: Option<BlackoutRow> = self.execute(|connection| {
            on_inner!(connection, |connection| diesel::insert_into(blackouts::table)
                .values(&row)
                .on_conflict((blackouts::instructor_id, blackouts::date))
                .do_nothing()
                .returning(BlackoutRow::as_returning())
                .get_result(connection)
                .optional())
        })?;
        inserted.ok_or(StorageError::Conflict(Conflict::BlackoutExists))?.into_blackout()
    }

    fn insert_blackouts(
        &mut self,
        instructor: UserId,
        dates: &[Date],
        reason: Option<BlackoutReason>,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let reason = reason.as_ref().map(BlackoutReason::as_str);
        let row = |date: &Date| NewBlackoutRow {
            instructor_id: instructor.get(),
            date: Day(*date),
            reason,
            created_at: Instant(at),
        };
        let rows: Vec<NewBlackoutRow<'_>> = dates.iter().map(row).collect();
        self.execute(|connection| {
            on_inner!(connection, |connection| diesel::insert_into(blackouts::table)
                .values(&rows)
                .execute(connection))
        })?;
        Ok(())
    }

    fn delete_blackout(&mut self, id: BlackoutId) -> Result<(), StorageError> {
        self.execute(|connection| diesel::delete(blackouts::table.find(id.get())).execute(connection))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: Date = jiff::civil::date(2026, 7, 1);

    fn window(id: i64, range: &str) -> Window {
        Window {
            id: WindowId::new(id).unwrap(),
            instructor_id: UserId::new(1).unwrap(),
            date: DATE,
            range: range.parse().unwrap(),
        }
    }

    fn plan(stored: &[Window], wanted: &[&str]) -> (Vec<i32>, Vec<(i32, String)>, Vec<String>) {
        let blocks: BlockSet = wanted.iter().map(|range| range.parse::<TimeRange>().unwrap()).collect();
        let plan = Plan::new(stored, &[(DATE, blocks)]);
        (
            plan.delete.iter().map(|id| id.get()).collect(),
            plan.change.iter().map(|(id, range)| (id.get(), range.to_string())).collect(),
            plan.insert.iter().map(|(_, range)| range.to_string()).collect(),
        )
    }

    #[test]
    fn windows_keep_their_id_when_their_time_still_overlaps() {
        let stored = [window(1, "09:00-10:00"), window(2, "11:00-12:00"), window(3, "14:00-15:00")];
        let changed = |id: i32, range: &str| (id, range.to_owned());
        assert_eq!(plan(&stored, &["09:00-10:00", "11:00-12:00", "14:00-15:00"]), (vec![], vec![], vec![]));
        assert_eq!(plan(&stored, &[]), (vec![1, 2, 3], vec![], vec![]));
        assert_eq!(
            plan(&stored, &["09:30-11:30", "14:00-14:30", "14:45-15:00"]),
            (vec![2], vec![changed(1, "09:30-11:30"), changed(3, "14:00-14:30")], vec!["14:45-15:00".into()])
        );
        assert_eq!(plan(&[], &["08:00-24:00"]), (vec![], vec![], vec!["08:00-24:00".into()]));
    }
}
