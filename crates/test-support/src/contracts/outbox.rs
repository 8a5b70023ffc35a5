//! Contracts of the outbox; delivery has tests of its own.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    event::{DomainEvent, RecordedEvent},
    ids::{AlertId, AnalyticsRunId, BookingId, CatalogueServiceId, CategoryId, PasswordResetId, UserId},
    ports::{StorageError, Transactor},
};
use jiff::civil::date;

use super::{Contract, assert_unexpected, at, attempt, done, named, read};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "outbox":
        every_kind_of_event_can_be_pushed,
        the_same_event_can_happen_again,
        an_event_can_be_pushed_before_a_rollback,
        events_are_read_back_in_the_order_in_which_they_were_pushed,
        only_events_after_a_number_are_read,
        at_most_so_many_events_are_read,
        a_transaction_sees_its_own_events,
        events_of_a_rollback_never_appear,
        the_last_number_is_that_of_the_last_event,
    }
}

/// One event of every kind.
fn events() -> [DomainEvent; 16] {
    let (user, student) = (UserId::new(7).unwrap(), UserId::new(8).unwrap());
    let booking = BookingId::new(i64::from(i32::MAX)).unwrap();
    [
        DomainEvent::UserRegistered { user },
        DomainEvent::BookingConfirmed { booking, instructor: user, student },
        DomainEvent::BookingRescheduled { booking, instructor: user, student },
        DomainEvent::BookingCancelled { booking, instructor: user, student, by: user },
        DomainEvent::BookingCompleted { booking, instructor: user, student },
        DomainEvent::BookingMissed { booking, instructor: user, student },
        DomainEvent::AvailabilityChanged {
            instructor: user,
            dates: DateRange::new(date(2026, 12, 31), date(2027, 1, 1)).unwrap(),
        },
        DomainEvent::InstructorChanged { instructor: user },
        DomainEvent::CatalogueChanged { service: CatalogueServiceId::new(1).unwrap() },
        DomainEvent::PasswordResetRequested { user, reset: PasswordResetId::new(3).unwrap() },
        DomainEvent::PasswordChanged { user },
        DomainEvent::ReminderDue { booking, hours_before: 24 },
        DomainEvent::CategoryChanged { category: CategoryId::new(2).unwrap() },
        DomainEvent::VocabularyChanged,
        DomainEvent::CatalogueRanked { run: AnalyticsRunId::new(5).unwrap() },
        DomainEvent::AlertRaised { alert: AlertId::new(5).unwrap() },
    ]
}

fn every_kind_of_event_can_be_pushed(tx: &dyn Transactor) {
    for event in events() {
        done(tx, |uow| uow.outbox().push(&event, at("2026-07-01T12:00:00.123456Z")));
    }
}

fn the_same_event_can_happen_again(tx: &dyn Transactor) {
    done(tx, |uow| {
        for event in events().iter().chain(&events()) {
            uow.outbox().push(event, at("2026-07-01T12:00:00Z"))?;
        }
        Ok(())
    });
    let again = events()[0];
    done(tx, |uow| uow.outbox().push(&again, at("2026-07-01T12:00:00Z")));
}

fn an_event_can_be_pushed_before_a_rollback(tx: &dyn Transactor) {
    let event = events()[0];
    assert_unexpected(attempt(tx, |uow| {
        uow.outbox().push(&event, at("2026-07-01T12:00:00Z"))?;
        Err::<(), _>(StorageError::unexpected("changed our mind"))
    }));
    done(tx, |uow| uow.outbox().push(&event, at("2026-07-01T12:00:00Z")));
}

/// Pushes one event of every kind in one transaction.
fn push_every_kind(tx: &dyn Transactor) {
    done(tx, |uow| {
        events().iter().try_for_each(|event| uow.outbox().push(event, at("2026-07-01T12:00:00Z")))
    });
}

/// The events after a number, at most `limit`.
fn recorded(tx: &dyn Transactor, after: i64, limit: u32) -> Vec<RecordedEvent> {
    let found = read(tx, |uow| uow.outbox().events(after, limit));
    found.into_iter().map(Result::unwrap).collect()
}

fn happened(recorded: &RecordedEvent) -> DomainEvent {
    recorded.event
}

fn last_number(tx: &dyn Transactor) -> i64 {
    read(tx, |uow| uow.outbox().last_number())
}

fn numbers(recorded: &[RecordedEvent]) -> Vec<i64> {
    recorded.iter().map(|recorded| recorded.number).collect()
}

fn events_are_read_back_in_the_order_in_which_they_were_pushed(tx: &dyn Transactor) {
    assert_eq!(recorded(tx, 0, 100), []);
    push_every_kind(tx);
    for event in events().iter().rev() {
        done(tx, |uow| uow.outbox().push(event, at("2026-06-30T12:00:00Z")));
    }
    let found = recorded(tx, 0, 100);
    let expected: Vec<DomainEvent> = events().into_iter().chain(events().into_iter().rev()).collect();
    assert_eq!(found.iter().map(happened).collect::<Vec<_>>(), expected);
    let numbers = numbers(&found);
    assert!(numbers[0] > 0, "0 is before all events: {numbers:?}");
    assert!(numbers.is_sorted_by(|earlier, later| earlier < later), "{numbers:?}");
}

fn only_events_after_a_number_are_read(tx: &dyn Transactor) {
    push_every_kind(tx);
    let all = recorded(tx, 0, 100);
    for (nth, known) in all.iter().enumerate() {
        assert_eq!(recorded(tx, known.number, 100), all[nth + 1..], "after {}", known.number);
    }
    assert_eq!(recorded(tx, i64::MAX, 100), []);
    assert_eq!(recorded(tx, i64::MIN, 100), all);
}

fn at_most_so_many_events_are_read(tx: &dyn Transactor) {
    push_every_kind(tx);
    let all = recorded(tx, 0, u32::MAX);
    assert_eq!(all.len(), events().len());
    for limit in [0, 1, 4, 14, 15] {
        let expected = &all[..all.len().min(usize::try_from(limit).unwrap())];
        assert_eq!(recorded(tx, 0, limit), expected, "the first {limit}");
    }
    assert_eq!(recorded(tx, all[2].number, 2), all[3..5], "both conditions together");
}

fn a_transaction_sees_its_own_events(tx: &dyn Transactor) {
    let event = events()[0];
    done(tx, |uow| {
        uow.outbox().push(&event, at("2026-07-01T12:00:00Z"))?;
        let found: Vec<RecordedEvent> =
            uow.outbox().events(0, 100)?.into_iter().map(Result::unwrap).collect();
        assert_eq!(found.iter().map(happened).collect::<Vec<_>>(), [event]);
        assert_eq!(uow.outbox().last_number()?, found[0].number);
        Ok(())
    });
}

fn events_of_a_rollback_never_appear(tx: &dyn Transactor) {
    let [kept, undone, later, ..] = events();
    done(tx, |uow| uow.outbox().push(&kept, at("2026-07-01T12:00:00Z")));
    let last = last_number(tx);
    assert_unexpected(attempt(tx, |uow| {
        uow.outbox().push(&undone, at("2026-07-01T12:00:00Z"))?;
        Err::<(), _>(StorageError::unexpected("changed our mind"))
    }));
    assert_eq!(last_number(tx), last);
    done(tx, |uow| uow.outbox().push(&later, at("2026-07-01T12:00:00Z")));
    let found: Vec<DomainEvent> = recorded(tx, 0, 100).iter().map(happened).collect();
    assert_eq!(found, [kept, later]);
}

fn the_last_number_is_that_of_the_last_event(tx: &dyn Transactor) {
    assert_eq!(last_number(tx), 0, "without events");
    for event in events() {
        let before = last_number(tx);
        done(tx, |uow| uow.outbox().push(&event, at("2026-07-01T12:00:00Z")));
        let after = recorded(tx, before, 100);
        assert_eq!(numbers(&after), [last_number(tx)]);
    }
}
