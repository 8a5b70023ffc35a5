//! Contracts of the deliveries of events.

use instainstru_domain::{
    delivery::{Claimed, Delivery, DeliveryFigures, DeliveryId, DeliveryState, MAIL, Settlement},
    event::{DomainEvent, RecordedEvent},
    ids::{BookingId, UserId},
    ports::{StorageError, Transactor, deliveries::Claim},
};
use jiff::{SignedDuration, Timestamp};

use super::{Contract, assert_unexpected, at, attempt, done, named, read};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "deliveries":
        an_event_is_addressed_when_it_is_pushed,
        many_events_are_pushed_and_addressed_in_order,
        what_nobody_wants_is_not_delivered,
        a_rollback_delivers_nothing,
        what_is_taken_is_not_taken_again_until_its_time_is_over,
        what_has_waited_longest_is_taken_first,
        only_deliveries_to_the_consumers_asked_for_are_taken,
        events_about_one_thing_are_taken_in_order,
        an_event_that_waits_for_its_next_attempt_holds_back_later_ones,
        a_dead_or_discarded_event_holds_nothing_back,
        what_is_delivered_is_settled_for_good,
        a_failure_is_tried_again_at_its_time,
        what_is_given_up_is_dead,
        what_was_not_tried_does_not_count,
        who_lost_a_delivery_cannot_settle_it,
        attempts_are_counted_even_when_nobody_settles_them,
        figures_count_what_is_under_way_and_what_died,
        deliveries_are_listed_by_id_and_state,
        a_delivery_can_be_changed_by_hand,
        updating_an_unknown_delivery_is_unexpected,
    }
}

pub(super) const NOON: &str = "2026-07-01T12:00:00Z";

pub(super) fn minutes_after_noon(minutes: i64) -> Timestamp {
    at(NOON) + SignedDuration::from_mins(minutes)
}

fn booked(booking: i64) -> DomainEvent {
    DomainEvent::BookingConfirmed {
        booking: BookingId::new(booking).unwrap(),
        instructor: UserId::new(1).unwrap(),
        student: UserId::new(2).unwrap(),
    }
}

fn cancelled(booking: i64) -> DomainEvent {
    let (by, instructor) = (UserId::new(2).unwrap(), UserId::new(1).unwrap());
    DomainEvent::BookingCancelled { booking: BookingId::new(booking).unwrap(), instructor, student: by, by }
}

fn push(tx: &dyn Transactor, events: &[DomainEvent], minutes: i64) {
    done(tx, |uow| events.iter().try_for_each(|event| uow.outbox().push(event, minutes_after_noon(minutes))));
}

pub(super) fn claim_of(lease: &str, minutes: i64, limit: u32) -> Claim {
    Claim {
        consumers: vec![MAIL],
        lease: lease.to_owned(),
        now: minutes_after_noon(minutes),
        until: minutes_after_noon(minutes + 5),
        limit,
    }
}

/// Takes what is due so many minutes after noon, for five minutes.
fn claim(tx: &dyn Transactor, lease: &str, minutes: i64) -> Vec<Claimed> {
    let claim = claim_of(lease, minutes, 100);
    let looked = is_any_due(tx, minutes);
    let claimed = done(tx, |uow| uow.deliveries().claim(&claim));
    assert_eq!(looked, !claimed.is_empty(), "looking and taking agree");
    claimed
}

fn is_any_due(tx: &dyn Transactor, minutes: i64) -> bool {
    read(tx, |uow| uow.deliveries().is_any_due(&[MAIL], minutes_after_noon(minutes)))
}

fn settle(
    tx: &dyn Transactor,
    claimed: &Claimed,
    lease: &str,
    settlement: &Settlement,
    minutes: i64,
) -> bool {
    done(tx, |uow| uow.deliveries().settle(claimed.id, lease, settlement, minutes_after_noon(minutes)))
}

fn list(tx: &dyn Transactor) -> Vec<Delivery> {
    read(tx, |uow| uow.deliveries().list(None, 0, 1_000))
}

#[track_caller]
fn only(tx: &dyn Transactor) -> Delivery {
    let all = list(tx);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

pub(super) fn events_of(claimed: &[Claimed]) -> Vec<DomainEvent> {
    claimed.iter().map(|claimed| claimed.event.event).collect()
}

fn recorded(tx: &dyn Transactor) -> Vec<RecordedEvent> {
    read(tx, |uow| uow.outbox().events(0, u32::MAX)).into_iter().map(Result::unwrap).collect()
}

fn an_event_is_addressed_when_it_is_pushed(tx: &dyn Transactor) {
    push(tx, &[booked(7)], 0);
    let delivery = only(tx);
    let recorded = recorded(tx);
    assert_eq!(
        delivery,
        Delivery {
            id: delivery.id,
            event: recorded[0],
            consumer: MAIL.to_owned(),
            state: DeliveryState::Pending,
            attempts: 0,
            available_at: at(NOON),
            lease: None,
            last_error: None,
            created_at: at(NOON),
            settled_at: None,
        }
    );
}

fn many_events_are_pushed_and_addressed_in_order(tx: &dyn Transactor) {
    let changed = DomainEvent::InstructorChanged { instructor: UserId::new(1).unwrap() };
    let events: Vec<DomainEvent> =
        (1..=1_200).flat_map(|number| [booked(number), changed, cancelled(number)]).collect();
    done(tx, |uow| uow.outbox().push_all(&[], at(NOON)));
    done(tx, |uow| uow.outbox().push_all(&events, at(NOON)));
    let recorded = recorded(tx);
    assert_eq!(recorded.iter().map(|recorded| recorded.event).collect::<Vec<_>>(), events);
    let addressed = read(tx, |uow| uow.deliveries().list(None, 0, u32::MAX));
    let expected: Vec<_> = recorded.into_iter().filter(|recorded| recorded.event != changed).collect();
    assert_eq!(addressed.iter().map(|delivery| delivery.event).collect::<Vec<_>>(), expected);
}

fn what_nobody_wants_is_not_delivered(tx: &dyn Transactor) {
    push(tx, &[DomainEvent::InstructorChanged { instructor: UserId::new(1).unwrap() }], 0);
    assert_eq!(list(tx), []);
    assert_eq!(claim(tx, "a", 1), []);
}

fn a_rollback_delivers_nothing(tx: &dyn Transactor) {
    assert_unexpected(attempt(tx, |uow| {
        uow.outbox().push(&booked(7), at(NOON))?;
        Err::<(), _>(StorageError::unexpected("changed our mind"))
    }));
    assert_eq!(list(tx), []);
}

fn what_is_taken_is_not_taken_again_until_its_time_is_over(tx: &dyn Transactor) {
    push(tx, &[booked(7)], 1);
    assert_eq!(claim(tx, "early", 0), [], "before it happened");
    let first = claim(tx, "a", 1);
    assert_eq!((events_of(&first), first[0].attempt), (vec![booked(7)], 1));
    assert_eq!(first[0].consumer, MAIL);
    let held = only(tx);
    assert_eq!((held.lease.as_deref(), held.available_at), (Some("a"), minutes_after_noon(6)));
    assert_eq!(claim(tx, "b", 5), []);
    let second = claim(tx, "b", 6);
    assert_eq!((events_of(&second), second[0].attempt), (vec![booked(7)], 2));
}

fn what_has_waited_longest_is_taken_first(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 3);
    push(tx, &[booked(2)], 1);
    push(tx, &[booked(3), booked(4)], 2);
    let taken = |lease: &str| {
        let claim = claim_of(lease, 10, 2);
        done(tx, |uow| uow.deliveries().claim(&claim))
    };
    assert_eq!(events_of(&taken("a")), [booked(2), booked(3)]);
    assert_eq!(events_of(&taken("b")), [booked(1), booked(4)], "in the order in which they happened");
    assert_eq!(taken("c"), []);
}

fn only_deliveries_to_the_consumers_asked_for_are_taken(tx: &dyn Transactor) {
    push(tx, &[booked(7)], 0);
    for (consumers, expected) in [(vec![], 0), (vec!["webhook"], 0), (vec!["webhook", MAIL, "a'b\"c"], 1)] {
        let is_due = read(tx, |uow| uow.deliveries().is_any_due(&consumers, at(NOON)));
        let claim = Claim { consumers, ..claim_of("a", 0, 10) };
        let claimed = done(tx, |uow| uow.deliveries().claim(&claim));
        assert_eq!((claimed.len(), is_due), (expected, expected > 0), "{:?}", claim.consumers);
    }
}

fn events_about_one_thing_are_taken_in_order(tx: &dyn Transactor) {
    push(tx, &[booked(1), booked(2), cancelled(1)], 0);
    let first = claim(tx, "a", 0);
    assert_eq!(events_of(&first), [booked(1), booked(2)]);
    assert_eq!(claim(tx, "b", 1), [], "the first is in hand");
    assert!(settle(tx, &first[1], "a", &Settlement::Delivered, 1));
    assert_eq!(claim(tx, "b", 1), [], "another lesson changes nothing");
    assert!(settle(tx, &first[0], "a", &Settlement::Delivered, 1));
    assert_eq!(events_of(&claim(tx, "b", 1)), [cancelled(1)]);
}

fn an_event_that_waits_for_its_next_attempt_holds_back_later_ones(tx: &dyn Transactor) {
    push(tx, &[booked(1), cancelled(1)], 0);
    let first = claim(tx, "a", 0);
    let later = Settlement::Later { available_at: minutes_after_noon(60), error: "busy".into() };
    assert!(settle(tx, &first[0], "a", &later, 1));
    assert_eq!(claim(tx, "b", 59), []);
    assert_eq!(events_of(&claim(tx, "b", 60)), [booked(1)]);
}

fn a_dead_or_discarded_event_holds_nothing_back(tx: &dyn Transactor) {
    push(tx, &[booked(1), booked(2), cancelled(1), cancelled(2)], 0);
    let first = claim(tx, "a", 0);
    assert!(settle(tx, &first[0], "a", &Settlement::Dead { error: "no such address".into() }, 1));
    done(tx, |uow| {
        let delivery = uow.deliveries().lock(first[1].id)?.expect("a delivery that was taken");
        let discarded = delivery.discarded(minutes_after_noon(10)).expect("one that nobody has in hand");
        uow.deliveries().update(&discarded)
    });
    assert_eq!(events_of(&claim(tx, "b", 10)), [cancelled(1), cancelled(2)]);
}

fn what_is_delivered_is_settled_for_good(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    let failed = claim(tx, "a", 0);
    let later = Settlement::Later { available_at: minutes_after_noon(1), error: "busy".into() };
    settle(tx, &failed[0], "a", &later, 0);
    let taken = claim(tx, "b", 1);
    assert!(settle(tx, &taken[0], "b", &Settlement::Delivered, 2));
    assert_eq!(claim(tx, "c", 1_000), []);
    let delivery = only(tx);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Delivered, 2));
    assert_eq!((delivery.lease, delivery.last_error), (None, None));
    assert_eq!(delivery.settled_at, Some(minutes_after_noon(2)));
    assert!(!settle(tx, &taken[0], "b", &Settlement::Delivered, 3), "it is in nobody's hand");
}

fn a_failure_is_tried_again_at_its_time(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    let taken = claim(tx, "a", 0);
    let later =
        Settlement::Later { available_at: minutes_after_noon(30), error: "421 \u{fc}berlastet".into() };
    assert!(settle(tx, &taken[0], "a", &later, 1));
    let delivery = only(tx);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Pending, 1));
    assert_eq!((delivery.available_at, delivery.lease), (minutes_after_noon(30), None));
    assert_eq!(delivery.last_error.as_deref(), Some("421 \u{fc}berlastet"));
    assert_eq!(claim(tx, "b", 29), []);
    assert_eq!(claim(tx, "b", 30)[0].attempt, 2);
}

fn what_is_given_up_is_dead(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    let taken = claim(tx, "a", 0);
    assert!(settle(tx, &taken[0], "a", &Settlement::Dead { error: "no such address".into() }, 1));
    let delivery = only(tx);
    assert_eq!((delivery.state, delivery.settled_at), (DeliveryState::Dead, Some(minutes_after_noon(1))));
    assert_eq!(delivery.last_error.as_deref(), Some("no such address"));
    assert_eq!(claim(tx, "b", 1_000), []);
}

fn what_was_not_tried_does_not_count(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    let taken = claim(tx, "a", 0);
    assert!(settle(tx, &taken[0], "a", &Settlement::Untried, 1));
    let again = claim(tx, "b", 1);
    assert_eq!(again[0].attempt, 1, "at once, and for the first time");
}

fn who_lost_a_delivery_cannot_settle_it(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    let lost = claim(tx, "slow", 0);
    let taken = claim(tx, "next", 5);
    for settlement in [
        Settlement::Delivered,
        Settlement::Untried,
        Settlement::Dead { error: "late".into() },
        Settlement::Later { available_at: at(NOON), error: "late".into() },
    ] {
        assert!(!settle(tx, &lost[0], "slow", &settlement, 6));
    }
    let delivery = only(tx);
    assert_eq!((delivery.lease.as_deref(), delivery.attempts), (Some("next"), 2));
    assert!(settle(tx, &taken[0], "next", &Settlement::Delivered, 6));
}

fn attempts_are_counted_even_when_nobody_settles_them(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    for attempt in 1..=4 {
        let taken = claim(tx, &format!("dies {attempt}"), i64::from(attempt) * 5);
        assert_eq!(taken[0].attempt, attempt);
    }
}

fn figures_count_what_is_under_way_and_what_died(tx: &dyn Transactor) {
    let figures = || read(tx, |uow| uow.deliveries().figures());
    assert_eq!(figures(), []);
    push(tx, &[booked(1), booked(2)], 2);
    push(tx, &[booked(3), booked(4), booked(5)], 1);
    let expected = |pending, oldest: Option<i64>, dead| {
        let oldest_pending_at = oldest.map(minutes_after_noon);
        vec![DeliveryFigures { consumer: MAIL.to_owned(), pending, oldest_pending_at, dead }]
    };
    assert_eq!(figures(), expected(5, Some(1), 0));
    let taken = claim(tx, "a", 3);
    assert_eq!(figures(), expected(5, Some(1), 0), "what is in hand is under way");
    let of = |number: i64| taken.iter().find(|taken| taken.event.event == booked(number)).unwrap();
    for number in [3, 4, 5] {
        assert!(settle(tx, of(number), "a", &Settlement::Dead { error: "no".into() }, 3));
    }
    assert_eq!(figures(), expected(2, Some(2), 3));
    for number in [1, 2] {
        assert!(settle(tx, of(number), "a", &Settlement::Delivered, 3));
    }
    assert_eq!(figures(), expected(0, None, 3));
}

fn deliveries_are_listed_by_id_and_state(tx: &dyn Transactor) {
    push(tx, &[booked(1), booked(2), booked(3), booked(4)], 0);
    let taken = claim(tx, "a", 0);
    settle(tx, &taken[1], "a", &Settlement::Delivered, 0);
    settle(tx, &taken[2], "a", &Settlement::Dead { error: "no".into() }, 0);
    let all = list(tx);
    assert!(all.is_sorted_by_key(|delivery| delivery.id));
    let ids = |state, after: i64, limit| -> Vec<i64> {
        let found = read(tx, |uow| uow.deliveries().list(state, after, limit));
        found.iter().map(|delivery| delivery.id.get()).collect()
    };
    let [first, second, third, fourth] = [0, 1, 2, 3].map(|nth| all[nth].id.get());
    assert_eq!(ids(None, 0, 3), [first, second, third]);
    assert_eq!(ids(None, third, 3), [fourth]);
    assert_eq!(ids(Some(DeliveryState::Pending), 0, 10), [first, fourth]);
    assert_eq!(ids(Some(DeliveryState::Pending), first, 10), [fourth]);
    assert_eq!(ids(Some(DeliveryState::Delivered), 0, 10), [second]);
    assert_eq!(ids(Some(DeliveryState::Dead), 0, 10), [third]);
    assert_eq!(ids(Some(DeliveryState::Discarded), 0, 10), [0; 0]);
}

fn a_delivery_can_be_changed_by_hand(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    let taken = claim(tx, "a", 0);
    settle(tx, &taken[0], "a", &Settlement::Dead { error: "no".into() }, 1);
    let revived = done(tx, |uow| {
        let delivery = uow.deliveries().lock(taken[0].id)?.expect("a delivery that was stored");
        let revived = delivery.revived(minutes_after_noon(9)).expect("a dead one can be revived");
        uow.deliveries().update(&revived)?;
        Ok(revived)
    });
    assert_eq!(only(tx), revived);
    assert_eq!(claim(tx, "b", 9)[0].attempt, 1);
    let ghost = DeliveryId::new(i64::MAX).unwrap();
    assert_eq!(done(tx, |uow| uow.deliveries().lock(ghost)), None);
}

fn updating_an_unknown_delivery_is_unexpected(tx: &dyn Transactor) {
    push(tx, &[booked(1)], 0);
    let ghost = Delivery { id: DeliveryId::new(i64::MAX).unwrap(), ..only(tx) };
    assert_unexpected(attempt(tx, |uow| uow.deliveries().update(&ghost)));
}
