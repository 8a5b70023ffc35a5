//! Looking after deliveries.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use instainstru_domain::{
    audit::{AuditAction, AuditFilter, AuditSubject},
    delivery::{Claimed, DeliveryFigures, DeliveryId, DeliveryRefusal, DeliveryState, MAIL, Settlement},
    event::DomainEvent,
    ids::{BookingId, UserId},
    ports::{Clock as _, StorageError, TransactorExt as _, UnitOfWork, deliveries::Claim},
};
use instainstru_service::deliveries::{
    DeliveryError, DeliveryService, DeliveryUseCases as _, ListDeliveries,
};
use instainstru_test_support::{clock::FixedClock, memory::MemoryStore};
use jiff::SignedDuration;

/// Whoever looks after deliveries.
fn admin() -> UserId {
    UserId::new(7).unwrap()
}

struct World {
    store: MemoryStore,
    clock: FixedClock,
    service: DeliveryService,
}

impl World {
    /// Two lessons were booked at noon; one delivery is dead and one waits.
    fn new() -> Self {
        let (store, clock) = (MemoryStore::new(), FixedClock::at("2026-07-15T12:00:00Z"));
        let service = DeliveryService::new(Arc::new(store.clone()), Arc::new(clock.clone()));
        let world = Self { store, clock, service };
        let now = world.clock.now();
        let (instructor, student) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
        let booked = [1, 2].map(|id| {
            let booking = BookingId::new(id).unwrap();
            DomainEvent::BookingConfirmed { booking, instructor, student }
        });
        world.write(|uow| uow.outbox().push_all(&booked, now));
        let taken = world.claim(1).remove(0);
        let dead = Settlement::Dead { error: "no such address".into() };
        world.write(|uow| uow.deliveries().settle(taken.id, "worker", &dead, now));
        world
    }

    fn write<T>(&self, work: impl Fn(&mut dyn UnitOfWork) -> Result<T, StorageError>) -> T {
        self.store.transaction(|uow| work(uow)).unwrap()
    }

    fn claim(&self, limit: u32) -> Vec<Claimed> {
        let now = self.clock.now();
        let until = now + SignedDuration::from_mins(2);
        let claim = Claim { consumers: vec![MAIL], lease: "worker".into(), now, until, limit };
        self.write(|uow| uow.deliveries().claim(&claim))
    }

    fn ids(&self, state: Option<DeliveryState>) -> Vec<DeliveryId> {
        let query = ListDeliveries { state, after: 0, limit: 10 };
        self.service.list(query).unwrap().items.iter().map(|delivery| delivery.id).collect()
    }
}

#[test]
fn what_is_under_way_and_what_died_is_seen_at_a_glance() {
    let world = World::new();
    let dead = ListDeliveries { state: Some(DeliveryState::Dead), after: 0, limit: 10 };
    let list = world.service.list(dead).unwrap();
    assert_eq!(list.items.len(), 1);
    let expected = DeliveryFigures {
        consumer: MAIL.to_owned(),
        pending: 1,
        oldest_pending_at: Some(world.clock.now()),
        dead: 1,
    };
    assert_eq!(list.figures, [expected]);
    assert_eq!(world.service.figures().unwrap(), list.figures);
    assert_eq!(world.ids(None).len(), 2);
}

#[test]
fn a_dead_delivery_is_revived_and_delivered() {
    let world = World::new();
    let dead = world.ids(Some(DeliveryState::Dead)).remove(0);
    world.clock.advance(SignedDuration::from_hours(5));
    let revived = world.service.retry(admin(), dead).unwrap();
    assert_eq!((revived.state, revived.available_at), (DeliveryState::Pending, world.clock.now()));
    assert!(world.claim(10).iter().any(|claimed| claimed.id == dead && claimed.attempt == 1));
}

#[test]
fn a_delivery_nobody_wants_any_more_is_discarded() {
    let world = World::new();
    for id in world.ids(None) {
        assert_eq!(world.service.discard(admin(), id).unwrap().state, DeliveryState::Discarded);
        assert_eq!(world.service.discard(admin(), id).unwrap().state, DeliveryState::Discarded, "again");
    }
    assert_eq!(world.claim(10), []);
    assert_eq!(world.service.figures().unwrap(), []);
}

#[test]
fn what_is_in_hand_or_has_arrived_is_left_alone() {
    let world = World::new();
    let taken = world.claim(1).remove(0);
    for refused in [world.service.retry(admin(), taken.id), world.service.discard(admin(), taken.id)] {
        assert!(matches!(refused, Err(DeliveryError::Refused(DeliveryRefusal::InHand))), "{refused:?}");
    }
    let now = world.clock.now();
    world.write(|uow| uow.deliveries().settle(taken.id, "worker", &Settlement::Delivered, now));
    for refused in [world.service.retry(admin(), taken.id), world.service.discard(admin(), taken.id)] {
        assert!(matches!(refused, Err(DeliveryError::Refused(DeliveryRefusal::Delivered))), "{refused:?}");
    }
}

#[test]
fn who_decided_about_a_delivery_is_written_down() {
    let world = World::new();
    let dead = world.service.list(ListDeliveries { state: Some(DeliveryState::Dead), after: 0, limit: 1 });
    let dead = dead.unwrap().items.remove(0);
    world.service.retry(admin(), dead.id).unwrap();
    world.service.discard(admin(), dead.id).unwrap();
    assert!(world.service.retry(admin(), DeliveryId::new(i64::MAX).unwrap()).is_err());
    let entries = world.write(|uow| uow.audit().entries(&AuditFilter::default(), 10));
    let written: Vec<_> =
        entries.iter().map(|entry| (entry.entry.action, entry.entry.actor, entry.entry.subject)).collect();
    let (who, what) = (Some(admin()), Some(AuditSubject::event(dead.event.number)));
    assert_eq!(written, [(AuditAction::EventDiscarded, who, what), (AuditAction::EventRetried, who, what)]);
}

#[test]
fn a_delivery_that_does_not_exist_is_not_found() {
    let ghost = DeliveryId::new(i64::MAX).unwrap();
    let world = World::new();
    assert!(matches!(world.service.retry(admin(), ghost), Err(DeliveryError::NotFound)));
    assert!(matches!(world.service.discard(admin(), ghost), Err(DeliveryError::NotFound)));
}
