//! Contracts of forgetting.

use instainstru_domain::{
    delivery::{DeliveryState, Settlement},
    event::DomainEvent,
    ids::{BookingId, UserId},
    job::{RunCause, RunEnd, RunOutcome},
    ports::{StorageError, Transactor, UnitOfWork, idempotency::AnswerKey},
};
use jiff::{Timestamp, civil::date};

use super::{
    Contract, at,
    deliveries::{claim_of, minutes_after_noon},
    done, named, read,
    reminders::{DAY, a_day, ada},
};
use crate::builders::{a_booking, a_user};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "retention":
        expired_tokens_are_forgotten,
        old_answers_and_reservations_are_forgotten,
        settled_events_are_forgotten_with_their_deliveries,
        events_under_way_and_dead_ones_stay,
        ended_runs_are_forgotten_except_the_latest,
        marks_of_lessons_that_started_are_forgotten,
    }
}

type Forget = fn(&mut dyn UnitOfWork, Timestamp, u32) -> Result<u64, StorageError>;

fn forget(tx: &dyn Transactor, what: Forget, minutes: i64, limit: u32) -> u64 {
    done(tx, |uow| what(uow, minutes_after_noon(minutes), limit))
}

fn expired_tokens_are_forgotten(tx: &dyn Transactor) {
    const TOKENS: Forget = |uow, before, limit| uow.retention().forget_revoked_tokens(before, limit);
    let ada = a_user(tx).insert();
    for minute in 0..5 {
        let expires_at = minutes_after_noon(minute);
        done(tx, |uow| uow.users().revoke_token(&format!("token {minute}"), expires_at));
    }
    assert_eq!(forget(tx, TOKENS, 0, 10), 0, "not at the moment itself");
    assert_eq!(forget(tx, TOKENS, 3, 2), 2, "no more than asked for");
    assert_eq!(forget(tx, TOKENS, 3, 2), 1);
    assert_eq!(forget(tx, TOKENS, 3, 2), 0);
    let is_revoked = |minute: u32| {
        let bearer = read(tx, |uow| uow.users().find_bearer(ada.id, &format!("token {minute}")));
        bearer.unwrap().token_revoked
    };
    assert_eq!([0, 1, 2, 3, 4].map(is_revoked), [false, false, false, true, true]);
}

fn old_answers_and_reservations_are_forgotten(tx: &dyn Transactor) {
    const ANSWERS: Forget = |uow, before, limit| uow.retention().forget_answers(before, limit);
    // The same key of several people, so that no half of the key is enough to forget by.
    let keys = ["user:1", "user:2", "user:3"]
        .map(|scope| AnswerKey { scope: scope.to_owned(), key: "k".to_owned() });
    for (minute, key) in (0..).zip(&keys) {
        let at = minutes_after_noon(minute);
        done(tx, |uow| uow.answers().reserve(key, "f", minutes_after_noon(-60), at));
    }
    assert_eq!(forget(tx, ANSWERS, 2, 1), 1);
    assert_eq!(forget(tx, ANSWERS, 2, 10), 1);
    assert_eq!(forget(tx, ANSWERS, 2, 10), 0);
    assert_eq!(forget(tx, ANSWERS, 3, 10), 1);
}

const EVENTS: Forget = |uow, before, limit| uow.retention().forget_events(before, limit);

fn booked(booking: i64) -> DomainEvent {
    DomainEvent::BookingConfirmed {
        booking: BookingId::new(booking).unwrap(),
        instructor: UserId::new(1).unwrap(),
        student: UserId::new(2).unwrap(),
    }
}

fn push(tx: &dyn Transactor, event: DomainEvent, minutes: i64) {
    done(tx, |uow| uow.outbox().push(&event, minutes_after_noon(minutes)));
}

fn remembered(tx: &dyn Transactor) -> (Vec<DomainEvent>, usize) {
    read(tx, |uow| {
        let recorded = uow.outbox().events(0, 100)?;
        let events = recorded.into_iter().map(|recorded| recorded.unwrap().event).collect();
        Ok((events, uow.deliveries().list(None, 0, 100)?.len()))
    })
}

fn settled_events_are_forgotten_with_their_deliveries(tx: &dyn Transactor) {
    let unwanted = DomainEvent::InstructorChanged { instructor: UserId::new(1).unwrap() };
    push(tx, booked(1), 0);
    push(tx, unwanted, 1);
    push(tx, booked(2), 2);
    push(tx, unwanted, 3);
    let taken = done(tx, |uow| uow.deliveries().claim(&claim_of("a", 10, 10)));
    for delivery in &taken {
        done(tx, |uow| {
            uow.deliveries().settle(delivery.id, "a", &Settlement::Delivered, at("2026-07-01T12:10:00Z"))
        });
    }
    assert_eq!(forget(tx, EVENTS, 3, 2), 2);
    assert_eq!(remembered(tx), (vec![booked(2), unwanted], 1));
    assert_eq!(forget(tx, EVENTS, 3, 2), 1);
    assert_eq!(remembered(tx), (vec![unwanted], 0));
    assert_eq!(forget(tx, EVENTS, 3, 2), 0);
    push(tx, booked(3), 4);
    let last = read(tx, |uow| uow.outbox().last_number());
    assert_eq!(forget(tx, EVENTS, 4, 2), 1);
    assert_eq!(read(tx, |uow| uow.outbox().last_number()), last, "numbers are never given again");
}

fn events_under_way_and_dead_ones_stay(tx: &dyn Transactor) {
    for booking in 1..=4 {
        push(tx, booked(booking), 0);
    }
    let taken = done(tx, |uow| uow.deliveries().claim(&claim_of("a", 0, 3)));
    let dead = Settlement::Dead { error: "no".into() };
    done(tx, |uow| uow.deliveries().settle(taken[0].id, "a", &dead, minutes_after_noon(1)));
    assert_eq!(forget(tx, EVENTS, 1_000, 10), 0);
    done(tx, |uow| {
        let delivery = uow.deliveries().lock(taken[0].id)?.expect("a dead delivery");
        uow.deliveries().update(&delivery.discarded(minutes_after_noon(2)).expect("a dead one"))
    });
    assert_eq!(forget(tx, EVENTS, 1_000, 10), 1, "the discarded one");
    let pending = read(tx, |uow| uow.deliveries().list(Some(DeliveryState::Pending), 0, 10));
    assert_eq!((pending.len(), remembered(tx).1), (3, 3));
}

fn ended_runs_are_forgotten_except_the_latest(tx: &dyn Transactor) {
    const RUNS: Forget = |uow, before, limit| uow.retention().forget_runs(before, limit);
    let run = |job: &str, minute: i64, is_ended: bool| {
        let at = minutes_after_noon(minute);
        let run = done(tx, |uow| uow.jobs().insert_run(job, RunCause::Schedule, at));
        let end = RunEnd { at, outcome: RunOutcome::Succeeded, report: String::new() };
        if is_ended {
            assert!(done(tx, |uow| uow.jobs().end_run(run.id, &end)));
        }
        run.id
    };
    let [_, _, third] = [0, 1, 2].map(|minute| run("sweep", minute, true));
    let fourth = run("sweep", 3, true);
    let other = run("reminders", 0, true);
    let open = run("analytics", 0, false);
    let latest = run("analytics", 0, true);
    assert_eq!(forget(tx, RUNS, 2, 1), 1);
    assert_eq!(forget(tx, RUNS, 2, 10), 1);
    assert_eq!(forget(tx, RUNS, 2, 10), 0);
    let ids =
        |job: &str| -> Vec<_> { read(tx, |uow| uow.jobs().runs(job, 10)).iter().map(|run| run.id).collect() };
    assert_eq!(ids("sweep"), [fourth, third]);
    assert_eq!(forget(tx, RUNS, 1_000, 10), 1);
    assert_eq!((ids("sweep"), ids("reminders")), (vec![fourth], vec![other]));
    assert_eq!(ids("analytics"), [latest, open], "one that has not ended is not forgotten");
}

fn marks_of_lessons_that_started_are_forgotten(tx: &dyn Transactor) {
    const REMINDERS: Forget = |uow, before, limit| uow.retention().forget_reminders(before, limit);
    let ada = ada(tx);
    let lessons = ["10:00", "11:00", "12:00"]
        .map(|start| a_booking(tx).with(&ada).at(date(2026, 7, 15), start, 30).insert());
    done(tx, |uow| uow.reminders().mark(DAY, &lessons, at("2026-07-14T14:00:00Z")));
    let forget = |before: &str, limit| {
        let before = at(before);
        done(tx, |uow| REMINDERS(uow, before, limit))
    };
    assert_eq!(forget("2026-07-15T14:00:00Z", 10), 0);
    assert_eq!(forget("2026-07-15T16:00:00Z", 1), 1);
    assert_eq!(forget("2026-07-15T16:00:00Z", 10), 1);
    let unmarked = done(tx, |uow| uow.reminders().unreminded(DAY, a_day(), None, 10));
    assert_eq!(unmarked, lessons[..2]);
}
