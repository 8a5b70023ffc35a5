//! Transactions end as they should, whatever happens in them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use instainstru_domain::{
    account::NewUser,
    ids::{InstructorServiceId, ProfileId},
    ports::{
        Conflict, Outcome, StorageError, Transactor, TransactorExt,
        idempotency::{AnswerKey, StoredAnswer},
    },
};
use instainstru_test_support::builders::{UserBuilder, a_user, an_instructor, an_offer, built_at};

use crate::databases::{Fresh, on_both_databases};

on_both_databases! {
    a_panic_in_a_transaction_undoes_it,
    a_panic_in_an_enclosing_transaction_undoes_it_and_frees_the_thread,
    a_panic_in_a_savepoint_undoes_only_the_savepoint_when_it_is_caught,
    a_unit_of_work_within_a_unit_of_work_is_refused_when_enclosed,
    two_databases_on_one_thread_are_kept_apart,
    a_failed_statement_does_not_pass_for_a_commit,
    refused_inserts_leave_the_transaction_usable,
    an_answer_is_reserved_and_stored_with_its_effect,
    rules_that_are_nobodys_conflict_are_unexpected,
}

fn exists(fresh: &Fresh, user: &NewUser) -> bool {
    fresh.reading::<_, StorageError>(|uow| uow.users().find_credentials(&user.email)).unwrap().is_some()
}

fn insert(tx: &dyn Transactor, user: &NewUser) {
    tx.transaction::<_, StorageError>(|uow| uow.users().insert(user)).unwrap();
}

#[track_caller]
fn panics(work: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
}

fn a_panic_in_a_transaction_undoes_it(fresh: &Fresh) {
    let (ada, ben) = (a_user(fresh).build(), a_user(fresh).build());
    panics(|| {
        let _never = fresh.run(&mut |uow| {
            uow.users().insert(&ada).unwrap();
            panic!("on purpose");
        });
    });
    assert!(!exists(fresh, &ada));
    insert(fresh, &ben);
}

fn a_panic_in_an_enclosing_transaction_undoes_it_and_frees_the_thread(fresh: &Fresh) {
    let (ada, ben) = (a_user(fresh).build(), a_user(fresh).build());
    panics(|| {
        let _never = fresh.enclose(&mut || {
            insert(fresh, &ada);
            panic!("on purpose");
        });
    });
    panics(|| {
        let _never = fresh.enclose(&mut || {
            let _never = fresh.run(&mut |uow| {
                uow.users().insert(&ada).unwrap();
                panic!("on purpose");
            });
            Outcome::Commit
        });
    });
    assert!(!exists(fresh, &ada));
    fresh
        .enclose(&mut || {
            insert(fresh, &ben);
            Outcome::Commit
        })
        .unwrap();
    assert!(exists(fresh, &ben));
}

fn a_panic_in_a_savepoint_undoes_only_the_savepoint_when_it_is_caught(fresh: &Fresh) {
    let [before, undone, after] = [a_user(fresh), a_user(fresh), a_user(fresh)].map(UserBuilder::build);
    fresh
        .enclose(&mut || {
            insert(fresh, &before);
            panics(|| {
                let _never = fresh.run(&mut |uow| {
                    uow.users().insert(&undone).unwrap();
                    panic!("on purpose");
                });
            });
            insert(fresh, &after);
            Outcome::Commit
        })
        .unwrap();
    assert!(exists(fresh, &before) && !exists(fresh, &undone) && exists(fresh, &after));
}

fn a_unit_of_work_within_a_unit_of_work_is_refused_when_enclosed(fresh: &Fresh) {
    let mut inner = None;
    fresh
        .enclose(&mut || {
            fresh
                .run(&mut |_uow| {
                    inner = Some(fresh.run(&mut |_uow| Outcome::Commit));
                    Outcome::Commit
                })
                .unwrap();
            Outcome::Commit
        })
        .unwrap();
    assert!(matches!(inner, Some(Err(StorageError::Unexpected(_)))), "{inner:?}");
}

fn two_databases_on_one_thread_are_kept_apart(fresh: &Fresh) {
    let other = Fresh::sqlite();
    let (ada, ben) = (a_user(fresh).build(), a_user(fresh).build());
    fresh
        .enclose(&mut || {
            other
                .enclose(&mut || {
                    insert(fresh, &ada);
                    insert(&other, &ben);
                    Outcome::Commit
                })
                .unwrap();
            Outcome::Rollback
        })
        .unwrap();
    assert!(!exists(fresh, &ada) && !exists(fresh, &ben));
    assert!(!exists(&other, &ada) && exists(&other, &ben));
}

/// PostgreSQL answers a commit after a failure with a silent rollback; SQLite keeps what succeeded. Either is fine, if it is said.
fn a_failed_statement_does_not_pass_for_a_commit(fresh: &Fresh) {
    let ada = a_user(fresh).build();
    let nobody = ProfileId::new(4_711).unwrap();
    let taught = instainstru_test_support::builders::a_catalogue(fresh).id("piano");
    let ran = fresh.run(&mut |uow| {
        uow.users().insert(&ada).unwrap();
        let failed = uow.instructors().insert_service(nobody, &an_offer(taught, 75_00, &[60]), built_at());
        assert!(matches!(failed, Err(StorageError::Unexpected(_))), "{failed:?}");
        Outcome::Commit
    });
    assert_eq!(ran.is_ok(), exists(fresh, &ada));
    assert_eq!(ran.is_ok(), !fresh.is_postgres());
}

fn refused_inserts_leave_the_transaction_usable(fresh: &Fresh) {
    let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
    let twin = NewUser { email: ada.user.email.clone(), ..a_user(fresh).build() };
    let offer = ada.services[0].offer.clone();
    let date = jiff::civil::date(2026, 7, 15);
    let ben = a_user(fresh).build();
    fresh
        .transaction::<_, StorageError>(|uow| {
            uow.availability().insert_blackout(ada.user.id, date, None, built_at())?;
            let refused = [
                uow.users().insert(&twin).map(|_| ()),
                uow.instructors().insert_profile(ada.user.id, &ada.profile.details, built_at()).map(|_| ()),
                uow.instructors().insert_service(ada.profile.id, &offer, built_at()).map(|_| ()),
                uow.availability().insert_blackout(ada.user.id, date, None, built_at()).map(|_| ()),
            ];
            let conflicts = refused.map(|result| match result {
                Err(StorageError::Conflict(conflict)) => conflict,
                other => panic!("a conflict, not {other:?}"),
            });
            assert_eq!(
                conflicts,
                [
                    Conflict::EmailTaken,
                    Conflict::ProfileExists,
                    Conflict::ServiceOffered,
                    Conflict::BlackoutExists
                ]
            );
            uow.users().insert(&ben)
        })
        .unwrap();
    assert!(exists(fresh, &ben));
}

fn an_answer_is_reserved_and_stored_with_its_effect(fresh: &Fresh) {
    let key = AnswerKey { scope: "user:7".into(), key: "k".into() };
    let since = built_at() - jiff::SignedDuration::from_hours(24);
    let reserve = || {
        fresh.transaction::<_, StorageError>(|uow| uow.answers().reserve(&key, "digest", since, built_at()))
    };
    let answer = StoredAnswer {
        fingerprint: "digest".into(),
        status: 201,
        body: "{\"id\":1}".into(),
        stored_at: built_at(),
    };
    let ada = a_user(fresh).build();
    fresh
        .enclose(&mut || {
            reserve().unwrap();
            insert(fresh, &ada);
            // A use case that fails halfway must not take the reservation with it.
            let failed = fresh.transaction::<(), StorageError>(|uow| {
                uow.users().insert(&ada)?;
                Ok(())
            });
            assert!(matches!(failed, Err(StorageError::Conflict(Conflict::EmailTaken))));
            fresh.transaction::<_, StorageError>(|uow| uow.answers().store(&key, &answer)).unwrap();
            Outcome::Commit
        })
        .unwrap();
    assert!(exists(fresh, &ada));
    let found = fresh.reading::<_, StorageError>(|uow| uow.answers().find(&key, since)).unwrap();
    assert_eq!(found.as_ref(), Some(&answer));
    assert!(matches!(reserve(), Err(StorageError::Conflict(Conflict::AnswerExists))));
}

fn rules_that_are_nobodys_conflict_are_unexpected(fresh: &Fresh) {
    let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
    let booked = instainstru_test_support::builders::a_booking(fresh).with(&ada).insert();
    let delete = |id: InstructorServiceId| {
        fresh.transaction::<_, StorageError>(|uow| uow.instructors().delete_services(&[id]))
    };
    let refused = delete(booked.instructor_service_id);
    assert!(matches!(refused, Err(StorageError::Unexpected(_))), "a foreign key: {refused:?}");

    // Behind the back of the types: each table keeps its own rules.
    for broken in [
        "UPDATE bookings SET status = 'MAYBE'",
        "UPDATE bookings SET end_minute = start_minute",
        "UPDATE bookings SET start_minute = start_minute + 1",
        "UPDATE time_claims SET ends_at = starts_at",
        "UPDATE users SET role = 'admin'",
    ] {
        let refused = catch_unwind(AssertUnwindSafe(|| fresh.sql(broken)));
        assert!(refused.is_err(), "{broken}");
    }
}
