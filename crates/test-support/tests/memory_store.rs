//! What the store in memory does besides keeping the contracts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use instainstru_core::{blocks::BlockSet, dates::DateRange};
use instainstru_domain::{
    catalogue::Demand,
    event::DomainEvent,
    ids::UserId,
    ports::{Outcome, StorageError, Transactor, TransactorExt},
};
use instainstru_test_support::{
    builders::{a_booking, a_catalogue, a_user, an_instructor, built_at},
    memory::{Fault, MemoryStore, unavailable, unexpected},
};
use jiff::civil::date;

fn count_users(store: &MemoryStore, ids: &[UserId]) -> usize {
    let exists = |id: &&UserId| store.reading(|uow| uow.users().find(**id)).unwrap().is_some();
    ids.iter().filter(exists).count()
}

fn push(store: &MemoryStore, event: DomainEvent) -> Result<(), StorageError> {
    store.transaction(|uow| uow.outbox().push(&event, built_at()))
}

#[test]
fn events_are_seen_in_order_once_they_are_committed() {
    let store = MemoryStore::new();
    let user = a_user(&store).insert().id;
    let (registered, changed) =
        (DomainEvent::UserRegistered { user }, DomainEvent::InstructorChanged { instructor: user });
    push(&store, registered).unwrap();
    push(&store, changed).unwrap();
    let undone: Result<(), StorageError> = store.transaction(|uow| {
        uow.outbox().push(&registered, built_at())?;
        Err(StorageError::unexpected("changed our mind"))
    });
    assert!(undone.is_err());
    assert_eq!(store.events(), [registered, changed]);
    assert_eq!(store.clone().events(), store.events(), "clones share everything");
}

#[test]
fn transactions_are_counted_by_their_end_and_savepoints_are_not() {
    let store = MemoryStore::new();
    for (outcome, times) in [(Outcome::Commit, 3), (Outcome::Rollback, 2)] {
        for _nth in 0..times {
            store.run(&mut |_uow| outcome).unwrap();
            store.read(&mut |_uow| outcome).unwrap();
        }
    }
    store
        .enclose(&mut || {
            store.run(&mut |_uow| Outcome::Commit).unwrap();
            store.run(&mut |_uow| Outcome::Rollback).unwrap();
            Outcome::Commit
        })
        .unwrap();
    assert_eq!((store.commits(), store.rollbacks()), (4, 2));
}

#[test]
fn reading_never_writes() {
    let store = MemoryStore::new();
    let new = a_user(&store).build();
    let user = store.reading(|uow| uow.users().insert(&new)).unwrap();
    assert_eq!(count_users(&store, &[user.id]), 0);
}

#[test]
fn a_planned_failure_happens_once_and_where_it_was_planned() {
    let store = MemoryStore::new();
    let [first, second] = [a_user(&store).insert().id, a_user(&store).insert().id];

    store.fail_next(Fault::Begin, unavailable);
    let mut worked = false;
    let begun = store.run(&mut |_uow| {
        worked = true;
        Outcome::Commit
    });
    assert!(matches!(begun, Err(StorageError::Unavailable(_))) && !worked);

    store.fail_next(Fault::Commit, unexpected);
    let commits = store.commits();
    let event = DomainEvent::UserRegistered { user: first };
    assert!(matches!(push(&store, event), Err(StorageError::Unexpected(_))));
    assert_eq!((store.events().len(), store.commits()), (0, commits), "nothing is kept");

    store.fail_next(Fault::Call(3), unavailable);
    let look = |id| store.reading(|uow| uow.users().find(id));
    assert!(look(first).is_ok() && look(second).is_ok(), "calls one and two");
    assert!(matches!(look(first), Err(StorageError::Unavailable(_))), "call three");
    assert!(look(first).is_ok() && push(&store, event).is_ok(), "and nothing after it");
}

#[test]
fn a_failure_in_a_savepoint_leaves_the_enclosing_transaction() {
    let store = MemoryStore::new();
    let mut kept = Vec::new();
    store
        .enclose(&mut || {
            kept.push(a_user(&store).insert().id);
            store.fail_next(Fault::Begin, unavailable);
            assert!(store.run(&mut |_uow| Outcome::Commit).is_err());
            kept.push(a_user(&store).insert().id);
            Outcome::Commit
        })
        .unwrap();
    assert_eq!(count_users(&store, &kept), 2);
}

#[test]
fn a_transaction_within_a_transaction_is_an_error_and_no_deadlock() {
    let store = MemoryStore::new();
    let nested = |_uow: &mut dyn instainstru_domain::ports::UnitOfWork| {
        for result in [
            store.run(&mut |_uow| Outcome::Commit),
            store.read(&mut |_uow| Outcome::Commit),
            store.enclose(&mut || Outcome::Commit),
        ] {
            assert!(matches!(result, Err(StorageError::Unexpected(_))), "{result:?}");
        }
        Outcome::Commit
    };
    store.run(&mut { nested }).unwrap();
    store.read(&mut { nested }).unwrap();
    store
        .enclose(&mut || {
            store.run(&mut { nested }).unwrap();
            Outcome::Commit
        })
        .unwrap();
    MemoryStore::new()
        .run(&mut |_uow| {
            store.run(&mut |_uow| Outcome::Commit).map_or(Outcome::Rollback, |()| Outcome::Commit)
        })
        .unwrap();
    assert_eq!(store.commits(), 3, "another store is another matter");
}

#[test]
fn a_panic_undoes_the_transaction_and_the_store_goes_on() {
    let store = MemoryStore::new();
    let (new, kept) = (a_user(&store).build(), a_user(&store).insert().id);
    let work: [&dyn Fn(); 3] = [
        &|| {
            let _ran = store.run(&mut |uow| {
                uow.users().insert(&new).unwrap();
                panic!("in a transaction")
            });
        },
        &|| {
            let _ran = store.enclose(&mut || {
                let _user = a_user(&store).email("enclosed@example.com").insert();
                panic!("around a savepoint")
            });
        },
        &|| {
            let _ran = store.enclose(&mut || {
                let _ran = store.run(&mut |_uow| panic!("in a savepoint"));
                Outcome::Commit
            });
        },
    ];
    for work in work {
        assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
        assert_eq!(count_users(&store, &[kept]), 1);
    }
    let _free_again = a_user(&store).email("enclosed@example.com").insert();
    store.transaction(|uow| uow.users().insert(&new)).unwrap();
    store.enclose(&mut || Outcome::Commit).unwrap();
}

#[test]
fn ids_are_never_given_twice_not_even_after_a_rollback() {
    let store = MemoryStore::new();
    let ada = an_instructor(&store).publishing(date(2026, 7, 15), "09:00-10:00").insert().user.id;
    let day = date(2026, 7, 15);
    let window = || {
        let windows = store.reading(|uow| uow.availability().windows(ada, DateRange::day(day)));
        windows.unwrap().first().unwrap().id
    };
    let first = window();
    let replace =
        |blocks| store.transaction(|uow| uow.availability().replace(ada, &[(day, blocks)], built_at()));
    replace(BlockSet::EMPTY).unwrap();
    replace(BlockSet::FULL).unwrap();
    assert!(window() > first);

    let new = a_user(&store).build();
    let mut undone = None;
    store
        .run(&mut |uow| {
            undone = Some(uow.users().insert(&new).unwrap().id);
            Outcome::Rollback
        })
        .unwrap();
    assert!(a_user(&store).insert().id > undone.unwrap());
}

#[test]
fn numbers_of_events_begin_at_1_and_are_never_given_twice_not_even_after_a_rollback() {
    let store = MemoryStore::new();
    let user = UserId::new(1).unwrap();
    let event = DomainEvent::UserRegistered { user };
    push(&store, event).unwrap();
    store
        .run(&mut |uow| {
            uow.outbox().push(&event, built_at()).unwrap();
            Outcome::Rollback
        })
        .unwrap();
    push(&store, event).unwrap();
    let recorded = store.reading::<_, StorageError>(|uow| uow.outbox().events(0, 100)).unwrap();
    assert_eq!(recorded.iter().map(|recorded| recorded.as_ref().unwrap().number).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn what_no_port_writes_can_be_set() {
    let store = MemoryStore::new();
    let catalogue = a_catalogue(&store);
    let ada = an_instructor(&store).offering("piano", 75_00, &[60]).insert();
    let (piano, guitar) = (catalogue.id("piano"), catalogue.id("guitar"));

    let demand = Demand { searches_30d: 7, ..Demand::default() };
    store.set_demand(piano, demand);
    store.set_catalogue_service_active(guitar, false);
    let listings = store.reading(|uow| uow.catalogue().listings(None)).unwrap();
    let listed: Vec<_> = listings.iter().map(|listing| (listing.service.id, listing.demand)).collect();
    assert_eq!(listed.first(), Some(&(piano, demand)));
    assert!(listed.iter().all(|(id, _demand)| *id != guitar));
    assert!(store.reading(|uow| uow.catalogue().find_named(&["guitar".into()])).unwrap().is_empty());
    let found = store.reading(|uow| uow.catalogue().find(&[guitar])).unwrap();
    assert!(!found.first().unwrap().is_active, "by id it is still found");
    let entry = instainstru_domain::catalogue::CatalogueEntry {
        category_slug: "music".into(),
        facts: catalogue.service("guitar").facts.clone(),
        related_slugs: vec![],
    };
    store
        .transaction(|uow| uow.catalogue().upsert_services(std::slice::from_ref(&entry), built_at()))
        .unwrap();
    let found = store.reading(|uow| uow.catalogue().find(&[guitar])).unwrap();
    assert!(!found.first().unwrap().is_active, "an update leaves it switched off");

    store.set_admin(ada.user.id, true);
    store.set_user_active(ada.user.id, false);
    let user = store.reading(|uow| uow.users().find(ada.user.id)).unwrap().unwrap();
    assert_eq!((user.is_admin, user.is_active), (true, false));
    assert_eq!(store.reading(|uow| uow.instructors().count_bookable()).unwrap(), 0);
}

#[test]
fn claims_can_be_inspected() {
    let store = MemoryStore::new();
    let ada = an_instructor(&store).offering("piano", 75_00, &[60]).buffer(30).insert();
    let late = a_booking(&store).with(&ada).at(date(2026, 7, 15), "14:00", 60).insert();
    let early = a_booking(&store).with(&ada).at(date(2026, 7, 15), "09:00", 60).insert();
    let starts: Vec<_> = store.claims_of(ada.user.id).iter().map(|claim| claim.start()).collect();
    assert_eq!(starts, [early.time.instants.start(), late.time.instants.start()]);
    assert_eq!(store.claims_of(late.student_id), [late.time.instants]);
    let _cancelled = a_booking(&store).with(&ada).at(date(2026, 7, 15), "11:00", 60).cancelled().insert();
    assert_eq!(store.claims_of(ada.user.id).len(), 2);
}

#[test]
fn writers_wait_for_an_enclosing_transaction_of_another_thread() {
    let store = MemoryStore::new();
    let (inside, outside) = (a_user(&store).build(), a_user(&store).build());
    let other = thread::scope(|scope| {
        let mut other = None;
        store
            .enclose(&mut || {
                other = Some(scope.spawn(|| store.transaction(|uow| uow.users().insert(&outside))));
                store
                    .transaction(|uow| uow.users().insert(&inside))
                    .map_or(Outcome::Rollback, |_user| Outcome::Commit)
            })
            .unwrap();
        other.unwrap().join().unwrap()
    });
    let found = store.reading(|uow| uow.users().find_credentials(&inside.email)).unwrap().unwrap();
    assert_eq!(count_users(&store, &[found.user.id, other.unwrap().id]), 2, "neither undid the other");
}
