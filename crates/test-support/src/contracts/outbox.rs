//! Contracts of the outbox. It can only be written through its port; delivery has tests of its own.

use instainstru_core::dates::DateRange;
use instainstru_domain::{
    event::DomainEvent,
    ids::{BookingId, CatalogueServiceId, UserId},
    ports::{StorageError, Transactor},
};
use jiff::civil::date;

use super::{Contract, assert_unexpected, at, attempt, done, named};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "outbox":
        every_kind_of_event_can_be_pushed,
        the_same_event_can_happen_again,
        an_event_can_be_pushed_before_a_rollback,
    }
}

/// One event of every kind.
fn events() -> [DomainEvent; 9] {
    let user = UserId::new(7).unwrap();
    let booking = BookingId::new(i64::from(i32::MAX)).unwrap();
    [
        DomainEvent::UserRegistered { user },
        DomainEvent::BookingConfirmed { booking, instructor: user },
        DomainEvent::BookingRescheduled { booking, instructor: user },
        DomainEvent::BookingCancelled { booking, instructor: user, by: UserId::new(8).unwrap() },
        DomainEvent::BookingCompleted { booking, instructor: user },
        DomainEvent::BookingMissed { booking, instructor: user },
        DomainEvent::AvailabilityChanged {
            instructor: user,
            dates: DateRange::new(date(2026, 12, 31), date(2027, 1, 1)).unwrap(),
        },
        DomainEvent::InstructorChanged { instructor: user },
        DomainEvent::CatalogueChanged { service: CatalogueServiceId::new(1).unwrap() },
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
