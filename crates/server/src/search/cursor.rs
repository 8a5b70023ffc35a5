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
    event::{DomainEvent, RecordedEvent, UnreadableEvent},
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

/// What became visible since the last look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// What happened.
    pub(crate) events: Vec<DomainEvent>,
    /// Numbers under which nothing readable is kept. They are passed over and do not come again.
    pub(crate) unreadable: Vec<UnreadableEvent>,
}

impl Seen {
    fn add(&mut self, recorded: Recorded) {
        match recorded {
            Ok(recorded) => self.events.push(recorded.event),
            Err(error) => self.unreadable.push(error),
        }
    }
}

/// What is kept under a number.
type Recorded = Result<RecordedEvent, UnreadableEvent>;

const fn number(recorded: &Recorded) -> i64 {
    match recorded {
        Ok(recorded) => recorded.number,
        Err(error) => error.number,
    }
}

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

    /// What became visible since.
    ///
    /// # Errors
    /// Only storage failures; then the cursor stands where it stood.
    pub(crate) fn next(&mut self, outbox: &mut dyn Outbox, now: Instant) -> Result<Seen, StorageError> {
        let mut next = self.clone();
        let mut seen = Seen::default();
        for (first, count) in next.gaps() {
            let page = outbox.events(first.saturating_sub(1), count)?;
            page.into_iter()
                .filter(|recorded| next.is_late(number(recorded)))
                .for_each(|late| seen.add(late));
        }
        loop {
            let page = outbox.events(next.last, PAGE)?;
            let is_full = page.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
            let new = page.into_iter().filter(|recorded| next.advance(number(recorded), now));
            new.for_each(|recorded| seen.add(recorded));
            if !is_full {
                break;
            }
        }
        next.missing.retain(|_number, since| now.saturating_duration_since(*since) < PATIENCE);
        while next.missing.len() > MISSING {
            next.missing.pop_first();
        }
        *self = next;
        Ok(seen)
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

    /// Whether a number is one that was missing, which it then is no more.
    fn is_late(&mut self, number: i64) -> bool {
        self.missing.remove(&number).is_some()
    }

    /// Whether a number is a new one, behind which the cursor then stands.
    fn advance(&mut self, number: i64, now: Instant) -> bool {
        if number <= self.last {
            return false;
        }
        let first = self.last.saturating_add(1).max(number.saturating_sub(i64::from(LOOK_BACK)));
        self.missing.extend((first..number).map(|number| (number, now)));
        self.last = number;
        true
    }
}

#[cfg(test)]
mod tests {
    use instainstru_domain::ids::UserId;
    use jiff::Timestamp;

    use super::*;

    /// An outbox that shows the events it is told to.
    #[derive(Default)]
    struct Shelf(BTreeMap<i64, Recorded>);

    fn event(number: i64) -> DomainEvent {
        DomainEvent::InstructorChanged { instructor: UserId::new(number).unwrap() }
    }

    impl Shelf {
        fn show(&mut self, numbers: impl IntoIterator<Item = i64>) {
            let recorded = |number| Ok(RecordedEvent { number, event: event(number) });
            self.0.extend(numbers.into_iter().map(|number| (number, recorded(number))));
        }

        fn spoil(&mut self, number: i64) -> UnreadableEvent {
            let error = UnreadableEvent { number, reason: "it is damaged".to_owned() };
            self.0.insert(number, Err(error.clone()));
            error
        }
    }

    impl Outbox for Shelf {
        fn push(&mut self, _event: &DomainEvent, _at: Timestamp) -> Result<(), StorageError> {
            Err(StorageError::unexpected("this shelf is only read"))
        }

        fn events(&mut self, after: i64, limit: u32) -> Result<Vec<Recorded>, StorageError> {
            let later = self.0.range(after + 1..).take(usize::try_from(limit).unwrap());
            Ok(later.map(|(_number, recorded)| recorded.clone()).collect())
        }

        fn last_number(&mut self) -> Result<i64, StorageError> {
            Ok(self.0.keys().last().copied().unwrap_or(0))
        }
    }

    /// What happened, all of it readable.
    fn seen(cursor: &mut Cursor, shelf: &mut Shelf, now: Instant) -> Vec<DomainEvent> {
        let seen = cursor.next(shelf, now).unwrap();
        assert_eq!(seen.unreadable, []);
        seen.events
    }

    #[test]
    fn what_cannot_be_read_is_passed_over_and_told_once() {
        let (mut shelf, now) = (Shelf::default(), Instant::now());
        shelf.show([1]);
        let mut cursor = Cursor::at_end(&mut shelf, now).unwrap();
        shelf.show([2, 5]);
        let at_3 = shelf.spoil(3);
        let both = cursor.next(&mut shelf, now).unwrap();
        assert_eq!(both, Seen { events: vec![event(2), event(5)], unreadable: vec![at_3] });
        let late = shelf.spoil(4);
        shelf.show([6]);
        let after = cursor.next(&mut shelf, now).unwrap();
        assert_eq!(after, Seen { events: vec![event(6)], unreadable: vec![late] });
        assert_eq!(cursor.next(&mut shelf, now).unwrap(), Seen::default(), "nothing comes twice");
    }

    #[test]
    fn each_event_comes_once_however_late_it_committed() {
        let (mut shelf, now) = (Shelf::default(), Instant::now());
        shelf.show([1, 2, 4]);
        let mut cursor = Cursor::at_end(&mut shelf, now).unwrap();
        assert_eq!(seen(&mut cursor, &mut shelf, now), []);
        shelf.show([3]);
        assert_eq!(seen(&mut cursor, &mut shelf, now), [event(3)], "it committed after the start");
        shelf.show([7, 9]);
        assert_eq!(seen(&mut cursor, &mut shelf, now), [event(7), event(9)]);
        shelf.show([5, 8, 10]);
        assert_eq!(seen(&mut cursor, &mut shelf, now), [event(5), event(8), event(10)]);
        assert_eq!(seen(&mut cursor, &mut shelf, now), []);
        shelf.show([6]);
        assert_eq!(seen(&mut cursor, &mut shelf, now), [event(6)]);
        assert!(cursor.missing.is_empty());
    }

    #[test]
    fn a_number_that_never_comes_is_given_up() {
        let (mut shelf, now) = (Shelf::default(), Instant::now());
        let mut cursor = Cursor::at_end(&mut shelf, now).unwrap();
        shelf.show([2]);
        assert_eq!(seen(&mut cursor, &mut shelf, now), [event(2)]);
        assert_eq!(cursor.missing.len(), 1);
        cursor.next(&mut shelf, now + PATIENCE).unwrap();
        assert!(cursor.missing.is_empty());
    }

    #[test]
    fn many_events_come_in_pages() {
        let (mut shelf, now) = (Shelf::default(), Instant::now());
        let mut cursor = Cursor::at_end(&mut shelf, now).unwrap();
        shelf.show(1..=2_500);
        assert_eq!(seen(&mut cursor, &mut shelf, now).len(), 2_500);
        assert_eq!(seen(&mut cursor, &mut shelf, now), []);
    }
}
