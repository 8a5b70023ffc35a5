//! Doing a thing once however often it is asked for, on the store in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use instainstru_domain::{
    account::EmailAddress,
    ports::{Outcome, StorageError, Transactor, TransactorExt, UnitOfWork, idempotency::AnswerKey},
};
use instainstru_service::idempotency::{
    Answer, Answered, IdempotencyError, IdempotencyService, IdempotencyUseCases, OnceRequest, REPLAY_HOURS,
};
use instainstru_test_support::{
    builders::a_user,
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::SignedDuration;

struct World {
    store: MemoryStore,
    clock: FixedClock,
    service: IdempotencyService,
}

impl World {
    fn new() -> Self {
        let store = MemoryStore::new();
        let clock = FixedClock::at("2026-07-15T12:00:00Z");
        let service = IdempotencyService::new(Arc::new(store.clone()), Arc::new(clock.clone()));
        Self { store, clock, service }
    }

    /// Registers an account as the effect of a request.
    fn effect(&self, address: &str) -> Result<(), StorageError> {
        self.store.transaction(|uow| {
            uow.users().insert(&a_user(&self.store).email(address).build())?;
            Ok(())
        })
    }

    fn happened(&self, address: &str) -> bool {
        let address = EmailAddress::new(address).unwrap();
        let found: Result<_, StorageError> = self.store.reading(|uow| uow.users().find_credentials(&address));
        found.unwrap().is_some()
    }

    /// Asks for the effect; the answer is kept.
    fn ask(&self, request: &OnceRequest, address: &str) -> Result<Answered, IdempotencyError> {
        self.service.once(request, &mut || {
            self.effect(address).unwrap();
            (answer(201, address), true)
        })
    }
}

fn request(key: &str, fingerprint: &str) -> OnceRequest {
    OnceRequest {
        key: AnswerKey { scope: "user:7".to_owned(), key: key.to_owned() },
        fingerprint: fingerprint.to_owned(),
    }
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, body: body.to_owned() }
}

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";

#[test]
fn a_repeated_request_gets_the_first_answer_and_does_nothing() {
    let world = World::new();
    let first = request("k", "book 10:00");
    assert_eq!(world.ask(&first, ADA).unwrap(), Answered::Now(answer(201, ADA)));
    assert!(world.happened(ADA));
    for _ in 0..3 {
        let repeated = world.service.once(&first, &mut || panic!("the work is done already"));
        assert_eq!(repeated.unwrap(), Answered::Before(answer(201, ADA)));
    }
    assert_eq!(world.store.commits(), 1, "effect and answer in one transaction, and replays write nothing");
}

#[test]
fn answers_are_replayed_byte_by_byte() {
    let world = World::new();
    let body = "{\"note\": \"Ça va? 🎹\u{200f}\\u0000\"}\n";
    let same = request("ключ 🔑", "");
    world.service.once(&same, &mut || (answer(200, body), true)).unwrap();
    let again = world.service.once(&same, &mut || (answer(500, ""), true)).unwrap();
    assert_eq!(again, Answered::Before(answer(200, body)));
}

#[test]
fn the_same_key_for_something_else_is_a_mistake() {
    let world = World::new();
    world.ask(&request("k", "book 10:00"), ADA).unwrap();
    let other = world.ask(&request("k", "book 11:00"), BOB);
    assert!(matches!(other, Err(IdempotencyError::OtherRequest)));
    assert!(!world.happened(BOB));
}

#[test]
fn an_earlier_answer_is_told_without_doing_anything() {
    let world = World::new();
    let same = request("k", "x");
    assert_eq!(world.service.before(&same).unwrap(), None);
    world.ask(&same, ADA).unwrap();
    let commits = world.store.commits();
    assert_eq!(world.service.before(&same).unwrap(), Some(answer(201, ADA)));
    assert!(matches!(world.service.before(&request("k", "y")), Err(IdempotencyError::OtherRequest)));
    assert_eq!(world.store.commits(), commits);
    world.clock.advance(SignedDuration::from_hours(REPLAY_HOURS));
    world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(world.service.before(&same).unwrap(), None);
}

#[test]
fn the_same_key_of_two_people_is_two_keys() {
    let world = World::new();
    world.ask(&request("k", "x"), ADA).unwrap();
    let mut other = request("k", "y");
    other.key.scope = "user:8".to_owned();
    assert_eq!(world.ask(&other, BOB).unwrap(), Answered::Now(answer(201, BOB)));
}

#[test]
fn a_refusal_changes_nothing_and_may_be_tried_again() {
    let world = World::new();
    let same = request("k", "x");
    let refused = world.service.once(&same, &mut || {
        world.effect(ADA).unwrap();
        (answer(409, "taken"), false)
    });
    assert_eq!(refused.unwrap(), Answered::Now(answer(409, "taken")));
    assert!(!world.happened(ADA), "even what the work wrote is undone");
    assert_eq!(world.ask(&same, ADA).unwrap(), Answered::Now(answer(201, ADA)));
    // The refusal was not stored under its fingerprint either.
    let world = World::new();
    world.service.once(&same, &mut || (answer(409, "taken"), false)).unwrap();
    assert!(world.ask(&request("k", "another"), ADA).is_ok());
}

#[test]
fn an_answer_is_replayed_for_24_hours() {
    let world = World::new();
    let same = request("k", "x");
    world.ask(&same, ADA).unwrap();
    world.clock.advance(SignedDuration::from_hours(REPLAY_HOURS));
    assert_eq!(world.ask(&same, BOB).unwrap(), Answered::Before(answer(201, ADA)));
    world.clock.advance(SignedDuration::from_micros(1));
    assert_eq!(
        world.ask(&request("k", "even something else"), BOB).unwrap(),
        Answered::Now(answer(201, BOB))
    );
}

#[test]
fn of_many_at_once_one_works_and_the_others_get_its_answer() {
    let world = World::new();
    let worked = AtomicU32::new(0);
    let answers: Vec<Answered> = thread::scope(|scope| {
        let ask = || {
            world.service.once(&request("k", "x"), &mut || {
                let number = worked.fetch_add(1, Ordering::SeqCst);
                thread::yield_now();
                (answer(201, &number.to_string()), true)
            })
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
    });
    assert_eq!(worked.load(Ordering::SeqCst), 1);
    assert_eq!(answers.iter().filter(|a| **a == Answered::Now(answer(201, "0"))).count(), 1);
    assert_eq!(answers.iter().filter(|a| **a == Answered::Before(answer(201, "0"))).count(), 15);
}

/// A store that lets a rival do its work just before the enclosing transaction begins.
struct WithRival {
    store: MemoryStore,
    rival: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Transactor for WithRival {
    fn run(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.store.run(work)
    }

    fn read(&self, work: &mut dyn FnMut(&mut dyn UnitOfWork) -> Outcome) -> Result<(), StorageError> {
        self.store.read(work)
    }

    fn enclose(&self, work: &mut dyn FnMut() -> Outcome) -> Result<(), StorageError> {
        let rival = self.rival.lock().unwrap().take();
        if let Some(rival) = rival {
            rival();
        }
        self.store.enclose(work)
    }
}

#[test]
fn a_rival_that_was_faster_answers_for_both() {
    for (fingerprint, same) in [("x", true), ("something else", false)] {
        let world = World::new();
        let rival = IdempotencyService::new(Arc::new(world.store.clone()), Arc::new(world.clock.clone()));
        let tx = WithRival {
            store: world.store.clone(),
            rival: Mutex::new(Some(Box::new(move || {
                rival.once(&request("k", "x"), &mut || (answer(201, "rival"), true)).unwrap();
            }))),
        };
        let service = IdempotencyService::new(Arc::new(tx), Arc::new(world.clock.clone()));
        let late = service.once(&request("k", fingerprint), &mut || panic!("the key is taken"));
        match late {
            Ok(Answered::Before(replayed)) if same => assert_eq!(replayed, answer(201, "rival")),
            Err(IdempotencyError::OtherRequest) if !same => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_failure_of_storage_keeps_neither_the_effect_nor_the_answer() {
    // Calls: find, reserve, the effect, store. Begin: the first transaction.
    for fault in [Fault::Call(1), Fault::Call(2), Fault::Call(4), Fault::Commit, Fault::Begin] {
        let world = World::new();
        world.store.fail_next(fault, unavailable);
        let failed = world.ask(&request("k", "x"), ADA);
        assert!(
            matches!(failed, Err(IdempotencyError::Storage(StorageError::Unavailable(_)))),
            "{fault:?} became {failed:?}"
        );
        assert!(!world.happened(ADA), "{fault:?}");
        assert_eq!(world.ask(&request("k", "x"), ADA).unwrap(), Answered::Now(answer(201, ADA)), "{fault:?}");
    }
}

#[test]
fn work_that_fails_inside_answers_for_itself() {
    let world = World::new();
    world.store.fail_next(Fault::Call(3), unavailable);
    let answered = world.service.once(&request("k", "x"), &mut || match world.effect(ADA) {
        Ok(()) => (answer(201, ADA), true),
        Err(_) => (answer(503, "later"), false),
    });
    assert_eq!(answered.unwrap(), Answered::Now(answer(503, "later")));
    assert_eq!(world.ask(&request("k", "x"), ADA).unwrap(), Answered::Now(answer(201, ADA)));
}

#[test]
fn work_that_panics_keeps_nothing() {
    let world = World::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        world.service.once(&request("k", "x"), &mut || {
            world.effect(ADA).unwrap();
            panic!("a mistake")
        })
    }));
    assert!(panicked.is_err());
    assert!(!world.happened(ADA));
    assert_eq!(world.ask(&request("k", "x"), ADA).unwrap(), Answered::Now(answer(201, ADA)));
}

#[test]
fn a_key_inside_another_is_refused_and_not_lost() {
    let world = World::new();
    let mut inner = None;
    world
        .service
        .once(&request("outer", "x"), &mut || {
            inner = Some(world.ask(&request("inner", "x"), ADA));
            (answer(200, ""), true)
        })
        .unwrap();
    assert!(matches!(inner, Some(Err(IdempotencyError::Storage(StorageError::Unexpected(_))))));
    assert!(!world.happened(ADA));
}
