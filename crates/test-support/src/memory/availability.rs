//! Windows and blackouts in memory.

use instainstru_core::{blocks::BlockSet, dates::DateRange, grid::TimeRange};
use instainstru_domain::{
    availability::{Blackout, Window},
    ids::{BlackoutId, UserId, WindowId},
    ports::{AvailabilityRepository, Conflict, StorageError},
    text::BlackoutReason,
};
use jiff::{Timestamp, civil::Date};

use super::{state::State, unit::MemoryUnitOfWork};

impl State {
    /// The windows of an instructor on these dates, by date and start.
    pub(super) fn windows_of(&self, instructor: UserId, dates: DateRange) -> Vec<Window> {
        let mut windows: Vec<Window> = self
            .windows
            .values()
            .filter(|window| window.instructor_id == instructor && dates.contains(window.date))
            .copied()
            .collect();
        windows.sort_by_key(|window| (window.date, window.range));
        windows
    }

    /// The blackouts of an instructor on these dates, by date.
    pub(super) fn blackouts_of(&self, instructor: UserId, dates: DateRange) -> Vec<Blackout> {
        let mut blackouts: Vec<Blackout> = self
            .blackouts
            .values()
            .filter(|blackout| blackout.instructor_id == instructor && dates.contains(blackout.date))
            .cloned()
            .collect();
        blackouts.sort_by_key(|blackout| blackout.date);
        blackouts
    }

    fn replace_day(
        &mut self,
        instructor_id: UserId,
        date: Date,
        blocks: BlockSet,
    ) -> Result<(), StorageError> {
        let mut free: Vec<TimeRange> = blocks.ranges().collect();
        for window in self.windows_of(instructor_id, DateRange::day(date)) {
            match free.iter().position(|range| range.overlaps(window.range)) {
                Some(first) => {
                    let range = free.remove(first);
                    self.windows.insert(window.id, Window { range, ..window });
                }
                None => {
                    self.windows.remove(&window.id);
                }
            }
        }
        for range in free {
            let id = self.next_window()?;
            self.windows.insert(id, Window { id, instructor_id, date, range });
        }
        Ok(())
    }
}

impl AvailabilityRepository for MemoryUnitOfWork<'_> {
    fn windows(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<Window>, StorageError> {
        Ok(self.call()?.windows_of(instructor, dates))
    }

    fn find_window(&mut self, id: WindowId) -> Result<Option<Window>, StorageError> {
        Ok(self.call()?.windows.get(&id).copied())
    }

    fn replace(
        &mut self,
        instructor: UserId,
        days: &[(Date, BlockSet)],
        _at: Timestamp,
    ) -> Result<(), StorageError> {
        let state = self.call()?;
        state.user(instructor)?;
        days.iter().try_for_each(|(date, blocks)| state.replace_day(instructor, *date, *blocks))
    }

    fn blackouts(&mut self, instructor: UserId, dates: DateRange) -> Result<Vec<Blackout>, StorageError> {
        Ok(self.call()?.blackouts_of(instructor, dates))
    }

    fn find_blackout(&mut self, id: BlackoutId) -> Result<Option<Blackout>, StorageError> {
        Ok(self.call()?.blackouts.get(&id).cloned())
    }

    fn insert_blackout(
        &mut self,
        instructor: UserId,
        date: Date,
        reason: Option<BlackoutReason>,
        at: Timestamp,
    ) -> Result<Blackout, StorageError> {
        let state = self.call()?;
        state.user(instructor)?;
        if state.blackouts.values().any(|known| known.instructor_id == instructor && known.date == date) {
            return Err(StorageError::Conflict(Conflict::BlackoutExists));
        }
        let id = state.next_blackout()?;
        let blackout = Blackout { id, instructor_id: instructor, date, reason, created_at: at };
        state.blackouts.insert(id, blackout.clone());
        Ok(blackout)
    }

    fn insert_blackouts(
        &mut self,
        instructor: UserId,
        dates: &[Date],
        reason: Option<BlackoutReason>,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let state = self.call()?;
        state.user(instructor)?;
        let blocked = |date: &Date| {
            state.blackouts.values().any(|known| known.instructor_id == instructor && known.date == *date)
        };
        if dates.iter().any(blocked) {
            return Err(StorageError::Conflict(Conflict::BlackoutExists));
        }
        for date in dates {
            let id = state.next_blackout()?;
            let reason = reason.clone();
            let blackout = Blackout { id, instructor_id: instructor, date: *date, reason, created_at: at };
            state.blackouts.insert(id, blackout);
        }
        Ok(())
    }

    fn delete_blackout(&mut self, id: BlackoutId) -> Result<(), StorageError> {
        self.call()?.blackouts.remove(&id);
        Ok(())
    }
}
