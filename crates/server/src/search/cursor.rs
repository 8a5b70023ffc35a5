//! Where a follower of the outbox stands.
//!
//! Numbers are given when an event is pushed and seen when its transaction commits, so a number can be missing and come later.
//! The cursor remembers the missing ones for a while and asks for them again; a number that never comes belonged to a
//! transaction that was rolled back.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use instainstru_domain::{
    event::{DomainEvent, RecordedEvent},
    ports::{Outbox, StorageError},
};

/// How long a missing number is waited for: longer than any transaction may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Numbers before the first one that are looked at for missing ones.
const LOOK_BACK: u32 = 300;
/// Events of one statement.
const PAGE: u32 = 1_000;
/// Most missing numbers that are remembered; older ones are left to the comparison with the database.
const MISSING: usize = 10_000;

/// Where a follower of the outbox stands.
#[derive(Debug, Clone)]
pub(crate) struct Cursor {
    last: i64,
    missing: BTreeMap<i64, Instant>,
}

impl Cursor {
    /// Behind everything that is visible now.
    ///
    /// # Errors
    /// Only storage failures.
    pub(crate) fn at_end(outbox: &mut dyn Outbox, now: Instant) -> Result<Self, StorageError> {
        let last = outbox.last_number()?.saturating_sub(i64::from(LOOK_BACK)).max(0);
        let mut cursor = Self { last, missing: BTreeMap::new() };
        cursor.next(outbox, now)?;
        Ok(cursor)
    }

    /// The events that became visible since.
    ///
    /// # Errors
    /// Only storage failures; then the cursor stands where it stood.
    pub(crate) fn next(
        &mut self,
        outbox: &mut dyn Outbox,
        now: Instant,
    ) -> Result<Vec<DomainEvent>, StorageError> {
        let mut next = self.clone();
        let mut events = Vec::new();
        for (first, count) in next.gaps() {
            let page = outbox.events(first.saturating_sub(1), count)?;
            events.extend(page.into_iter().filter_map(|recorded| next.late(recorded)));
        }
        loop {
            let page = outbox.events(next.last, PAGE)?;
            let is_full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            events.extend(page.into_iter().filter_map(|recorded| next.advance(recorded, now)));
            if !is_full {
                break;
            }
        }
        next.missing.retain(|_number, since| now.saturating_duration_since(*since) < PATIENCE);
        while next.missing.len() > MISSING {
            next.missing.pop_first();
        }
        *self = next;
        Ok(events)
    }

    /// Missing numbers as runs: the first, and how many follow each other.
    fn gaps(&self) -> Vec<(i64, u32)> {
        let mut runs: Vec<(i64, u32)> = Vec::new();
        for number in self.missing.keys() {
            match runs.last_mut() {
                Some((first, count))
                    if first.checked_add(i64::from(*count)) == Some(*number) && *count < PAGE =>
                {
                    *count += 1;
                }
                _ => runs.push((*number, 1)),
            }
        }
        runs
    }

    fn late(&mut self, recorded: RecordedEvent) -> Option<DomainEvent> {
        self.missing.remove(&recorded.number).map(|_since| recorded.event)
    }

    fn advance(&mut self, recorded: RecordedEvent, now: Instant) -> Option<DomainEvent> {
        if recorded.number <= self.last {
            return None;
        }
        let first = self.last.saturating_add(1).max(recorded.number.saturating_sub(i64::from(LOOK_BACK)));
        self.missing.extend((first..recorded.number).map(|number| (number, now)));
        self.last = recorded.number;
        Some(recorded.event)
    }
}

#[cfg(test)]
mod tests {
    use instainstru_domain::ids::UserId;
    use jiff::Timestamp;

    use super::*;

    /// An outbox that shows the events it is told to.
    #[derive(Default)]
    struct Shelf(BTreeMap<i64, DomainEvent>);

    fn event(number: i64) -> DomainEvent {
        DomainEvent::InstructorChanged { instructor: UserId::new(number).unwrap() }
    }

    impl Shelf {
        fn show(&mut self, numbers: impl IntoIterator<Item = i64>) {
            self.0.extend(numbers.into_iter().map(|number| (number, event(number))));
        }
    }

    impl Outbox for Shelf {
        fn push(&mut self, _event: &DomainEvent, _at: Timestamp) -> Result<(), StorageError> {
            Err(StorageError::unexpected("this shelf is only read"))
        }

        fn events(&mut self, after: i64, limit: u32) -> Result<Vec<RecordedEvent>, StorageError> {
            let later = self.0.range(after + 1..).take(usize::try_from(limit).unwrap());
            Ok(later.map(|(number, event)| RecordedEvent { number: *number, event: *event }).collect())
        }

        fn last_number(&mut self) -> Result<i64, StorageError> {
            Ok(self.0.keys().last().copied().unwrap_or(0))
        }
    }

    #[test]
    fn each_event_comes_once_however_late_it_committed() {
        let (mut shelf, now) = (Shelf::default(), Instant::now());
        shelf.show([1, 2, 4]);
        let mut cursor = Cursor::at_end(&mut shelf, now).unwrap();
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), []);
        shelf.show([3]);
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), [event(3)], "it committed after the start");
        shelf.show([7, 9]);
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), [event(7), event(9)]);
        shelf.show([5, 8, 10]);
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), [event(5), event(8), event(10)]);
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), []);
        shelf.show([6]);
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), [event(6)]);
        assert!(cursor.missing.is_empty());
    }

    #[test]
    fn a_number_that_never_comes_is_given_up() {
        let (mut shelf, now) = (Shelf::default(), Instant::now());
        let mut cursor = Cursor::at_end(&mut shelf, now).unwrap();
        shelf.show([2]);
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), [event(2)]);
        assert_eq!(cursor.missing.len(), 1);
        cursor.next(&mut shelf, now + PATIENCE).unwrap();
        assert!(cursor.missing.is_empty());
    }

    #[test]
    fn many_events_come_in_pages() {
        let (mut shelf, now) = (Shelf::default(), Instant::now());
        let mut cursor = Cursor::at_end(&mut shelf, now).unwrap();
        shelf.show(1..=2_500);
        assert_eq!(cursor.next(&mut shelf, now).unwrap().len(), 2_500);
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), []);
    }
}
