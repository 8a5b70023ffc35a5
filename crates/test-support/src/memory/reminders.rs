//! Who has been reminded of what, in memory.

use instainstru_core::{booking::BookingStatus, zone::UtcRange};
use instainstru_domain::{
    booking::Booking,
    ids::BookingId,
    ports::{ReminderRepository, StorageError},
    reminder::ReminderLead,
};
use jiff::Timestamp;

use super::unit::MemoryUnitOfWork;

fn start_of(lesson: &Booking) -> Timestamp {
    lesson.time.instants.start()
}

impl ReminderRepository for MemoryUnitOfWork<'_> {
    fn unreminded(
        &mut self,
        lead: ReminderLead,
        starts: UtcRange,
        after: Option<(Timestamp, BookingId)>,
        limit: u32,
    ) -> Result<Vec<Booking>, StorageError> {
        let state = self.call()?;
        let mut lessons: Vec<Booking> = state
            .bookings
            .values()
            .filter(|lesson| lesson.status == BookingStatus::Confirmed)
            .filter(|lesson| starts.start() <= start_of(lesson) && start_of(lesson) < starts.end())
            .filter(|lesson| after.is_none_or(|after| (start_of(lesson), lesson.id) > after))
            .filter(|lesson| !state.reminders.contains(&(lesson.id, start_of(lesson), lead.hours())))
            .cloned()
            .collect();
        lessons.sort_unstable_by_key(|lesson| (start_of(lesson), lesson.id));
        lessons.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(lessons)
    }

    fn mark(
        &mut self,
        lead: ReminderLead,
        lessons: &[Booking],
        _at: Timestamp,
    ) -> Result<Vec<BookingId>, StorageError> {
        let marks = &mut self.call()?.reminders;
        let mut marked: Vec<BookingId> = lessons
            .iter()
            .filter(|lesson| marks.insert((lesson.id, start_of(lesson), lead.hours())))
            .map(|lesson| lesson.id)
            .collect();
        marked.sort_unstable();
        Ok(marked)
    }
}
