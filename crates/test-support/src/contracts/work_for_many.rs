//! Contracts about many workers at once: each piece of work is done by one of them.
#![expect(clippy::needless_pass_by_value, reason = "every contract owns its handle, as a server would")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use instainstru_domain::{
    booking::Booking,
    delivery::Settlement,
    event::{Aggregate, DomainEvent},
    ids::{BookingId, UserId},
    ports::Transactor,
};
use jiff::civil::date;

use super::{
    ConcurrentContract,
    concurrent::{RIVALS, all_win, attempt_slowly, race},
    deliveries::{claim_of, minutes_after_noon},
    done, named, read,
    reminders::{DAY, ada},
};
use crate::builders::{a_booking, built_at};

pub(super) fn contracts() -> Vec<ConcurrentContract> {
    named! { ConcurrentContract, "work_for_many":
        each_delivery_is_taken_by_one,
        workers_deliver_everything_once_and_in_order,
        one_of_many_takes_a_lease,
        one_of_many_takes_over_a_lease_that_ended,
        each_reminder_is_caused_by_one,
    }
}

fn event(booking: i64, step: i64) -> DomainEvent {
    let booking = BookingId::new(booking).unwrap();
    let (instructor, student) = (UserId::new(1).unwrap(), UserId::new(2).unwrap());
    match step {
        0 => DomainEvent::BookingConfirmed { booking, instructor, student },
        1 => DomainEvent::BookingRescheduled { booking, instructor, student },
        _ => DomainEvent::BookingCancelled { booking, instructor, student, by: instructor },
    }
}

fn each_delivery_is_taken_by_one(tx: Arc<dyn Transactor>) {
    let count = i64::try_from(RIVALS * 4).unwrap();
    let events: Vec<DomainEvent> = (1..=count).map(|booking| event(booking, 0)).collect();
    done(tx.as_ref(), |uow| uow.outbox().push_all(&events, minutes_after_noon(0)));
    let taken = all_win(race(&tx, |tx, number| {
        let mut taken = Vec::new();
        for round in 0..8 {
            let claim = claim_of(&format!("{number}/{round}"), 1, 3);
            taken.extend(attempt_slowly(tx, |uow| uow.deliveries().claim(&claim))?);
        }
        Ok(taken)
    }));
    let taken: Vec<i64> = taken.concat().iter().map(|claimed| claimed.id.get()).collect();
    let distinct: BTreeSet<i64> = taken.iter().copied().collect();
    assert_eq!(taken.len(), distinct.len(), "nothing is in two hands");
    assert_eq!(distinct.len(), events.len(), "there was time for all");
}

fn workers_deliver_everything_once_and_in_order(tx: Arc<dyn Transactor>) {
    const BOOKINGS: i64 = 10;
    const STEPS: i64 = 3;
    for step in 0..STEPS {
        let events: Vec<DomainEvent> = (1..=BOOKINGS).map(|booking| event(booking, step)).collect();
        done(tx.as_ref(), |uow| uow.outbox().push_all(&events, minutes_after_noon(0)));
    }
    let delivered: Mutex<BTreeMap<(&str, i32), Vec<i64>>> = Mutex::default();
    all_win(race(&tx, |tx, number| {
        for round in 0.. {
            let lease = format!("{number}/{round}");
            let claimed = attempt_slowly(tx, |uow| uow.deliveries().claim(&claim_of(&lease, 1, 2)))?;
            for claimed in &claimed {
                let about: Aggregate = claimed.event.event.aggregate();
                delivered.lock().unwrap().entry(about.key()).or_default().push(claimed.event.number);
                let at = minutes_after_noon(2);
                let settled = attempt_slowly(tx, |uow| {
                    uow.deliveries().settle(claimed.id, &lease, &Settlement::Delivered, at)
                })?;
                assert!(settled, "it is still ours");
            }
            let left =
                read(tx, |uow| uow.deliveries().figures()).iter().map(|known| known.pending).sum::<u64>();
            if left == 0 {
                break;
            }
        }
        Ok(())
    }));
    let delivered = delivered.into_inner().unwrap();
    assert_eq!(delivered.len(), usize::try_from(BOOKINGS).unwrap());
    for (about, numbers) in delivered {
        assert_eq!(numbers.len(), usize::try_from(STEPS).unwrap(), "{about:?}");
        assert!(numbers.is_sorted(), "{about:?}: {numbers:?}");
    }
}

/// The rivals that took the lease.
fn winners(tx: &Arc<dyn Transactor>, now: i64, until: i64) -> Vec<usize> {
    let (now, until) = (minutes_after_noon(now), minutes_after_noon(until));
    let results = all_win(race(tx, |tx, number| {
        let taken =
            attempt_slowly(tx, |uow| uow.leases().take("leader", &format!("node {number}"), now, until))?;
        Ok(taken.then_some(number))
    }));
    results.into_iter().flatten().collect()
}

fn one_of_many_takes_a_lease(tx: Arc<dyn Transactor>) {
    let first = winners(&tx, 0, 5);
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(winners(&tx, 1, 6), first, "only the holder prolongs it");
}

fn one_of_many_takes_over_a_lease_that_ended(tx: Arc<dyn Transactor>) {
    let (now, until) = (minutes_after_noon(0), minutes_after_noon(5));
    assert!(done(tx.as_ref(), |uow| uow.leases().take("leader", "a node that dies", now, until)));
    assert_eq!(winners(&tx, 4, 9), [0; 0]);
    let next = winners(&tx, 5, 10);
    assert_eq!(next.len(), 1, "{next:?}");
}

fn each_reminder_is_caused_by_one(tx: Arc<dyn Transactor>) {
    let ada = ada(tx.as_ref());
    let lessons: Vec<Booking> = (0..RIVALS)
        .map(|nth| {
            let start = format!("{:02}:{:02}", 8 + nth / 2, 30 * (nth % 2));
            a_booking(tx.as_ref()).with(&ada).at(date(2026, 7, 15), &start, 30).insert()
        })
        .collect();
    let marked = all_win(race(&tx, |tx, number| {
        // Each begins elsewhere, so that they meet in the middle.
        let mut lessons = lessons.clone();
        lessons.rotate_left(number);
        attempt_slowly(tx, |uow| {
            let marked = uow.reminders().mark(DAY, &lessons, built_at())?;
            let due = marked.iter().map(|id| DomainEvent::ReminderDue { booking: *id, hours_before: 24 });
            uow.outbox().push_all(&due.collect::<Vec<_>>(), built_at())?;
            Ok(marked)
        })
    }));
    let mut marked = marked.concat();
    marked.sort_unstable();
    assert_eq!(marked, lessons.iter().map(|lesson| lesson.id).collect::<Vec<_>>());
    assert_eq!(read(tx.as_ref(), |uow| uow.outbox().events(0, 1_000)).len(), RIVALS);
}
