//! Forgetting what has served its purpose.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use instainstru_domain::{
    audit::{AuditAction, NewAuditEntry},
    event::DomainEvent,
    ids::UserId,
    password_reset::{NewPasswordReset, ResetNonce, ResetTokenHash},
    ports::{Clock as _, StorageError, TransactorExt as _, UnitOfWork},
};
use instainstru_service::retention::{RetentionRules, RetentionService, Sweep, Swept, sweeps};
use instainstru_test_support::{
    builders::a_user,
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::{SignedDuration, Timestamp};

fn world() -> (MemoryStore, FixedClock) {
    (MemoryStore::new(), FixedClock::at("2026-07-15T12:00:00Z"))
}

fn service(store: &MemoryStore, clock: &FixedClock, sweeps: Vec<Sweep>) -> RetentionService {
    RetentionService::new(Arc::new(store.clone()), Arc::new(clock.clone()), sweeps)
}

#[test]
fn each_kind_of_thing_is_kept_for_its_time() {
    let (store, clock) = world();
    let rules = RetentionRules { event_days: 2, run_days: 3, address_days: 4 };
    let retention = service(&store, &clock, sweeps(rules));
    let now = clock.now();
    let unwanted = DomainEvent::InstructorChanged { instructor: UserId::new(1).unwrap() };
    let user = a_user(&store).insert().id;
    // Its token counts for an hour.
    let reset = NewPasswordReset {
        user_id: user,
        nonce: ResetNonce::new("nonce".to_owned()),
        token_hash: ResetTokenHash::new("hash".to_owned()),
        created_at: now,
    };
    let mut entry = NewAuditEntry::new(AuditAction::LoggedIn, now).by(user).about(user);
    entry.origin.address = Some("203.0.113.7".parse().unwrap());
    store
        .transaction::<_, StorageError>(|uow| {
            uow.users().revoke_token("t", now)?;
            uow.password_resets().insert(&reset)?;
            uow.audit().record(&entry)?;
            uow.outbox().push(&unwanted, now)
        })
        .unwrap();
    for (hours, expected) in [
        (0, None),
        (1, Some("revoked tokens")),
        (24, None),
        (26, Some("requests for new passwords")),
        (47, None),
        (49, Some("events")),
        (95, None),
        (97, Some("network addresses")),
    ] {
        clock.set("2026-07-15T12:00:00Z");
        clock.advance(SignedDuration::from_hours(hours));
        let swept = retention.sweep(&|| false).unwrap();
        let forgotten: Vec<(&str, u64)> =
            swept.iter().filter(|swept| swept.count > 0).map(|swept| (swept.what, swept.count)).collect();
        let expected: Vec<(&str, u64)> = expected.into_iter().map(|what| (what, 1)).collect();
        assert_eq!(forgotten, expected, "after {hours} hours");
    }
    entry.origin.address = None;
    assert_eq!(store.audit_entries(), [entry], "that it happened stays");
}

#[test]
fn every_kind_is_swept_once() {
    let all = sweeps(RetentionRules::default());
    let mut names: Vec<&str> = all.iter().map(|sweep| sweep.what).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len());
    assert!(all.iter().all(|sweep| !sweep.keep.is_negative()));
}

/// How many things are left of a made-up kind.
static LEFT: AtomicU64 = AtomicU64::new(0);

fn forget_made_up(_uow: &mut dyn UnitOfWork, _before: Timestamp, limit: u32) -> Result<u64, StorageError> {
    let left = LEFT.load(Ordering::SeqCst);
    let forgotten = left.min(limit.into());
    LEFT.store(left - forgotten, Ordering::SeqCst);
    Ok(forgotten)
}

#[test]
fn much_is_forgotten_in_short_transactions_that_can_be_stopped_between() {
    let (store, clock) = world();
    let made_up = Sweep { what: "made up", keep: SignedDuration::ZERO, forget: forget_made_up };
    let retention = service(&store, &clock, vec![made_up]);
    LEFT.store(1_700, Ordering::SeqCst);
    let before = store.commits();
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() > 2
    };
    assert_eq!(retention.sweep(&stop).unwrap(), [Swept { what: "made up", count: 1_000 }]);
    assert_eq!(retention.sweep(&|| false).unwrap(), [Swept { what: "made up", count: 700 }]);
    assert_eq!(store.commits() - before, 4);
    LEFT.store(600, Ordering::SeqCst);
    store.fail_next(Fault::Commit, unavailable);
    assert!(retention.sweep(&|| false).is_err());
}
