//! Contracts of transactions, savepoints and reading.

use instainstru_core::{blocks::BlockSet, dates::DateRange};
use instainstru_domain::{
    account::{NewUser, User},
    ports::{Conflict, Outcome, StorageError, Transactor, TransactorExt},
};
use jiff::civil::{Date, date};

use super::{Contract, assert_unexpected, attempt, conflict, done, named, read};
use crate::builders::{UserBuilder, a_booking, a_user, an_instructor, built_at};

pub(super) fn contracts() -> Vec<Contract> {
    named! { Contract, "transactions":
        what_commits_is_kept,
        what_rolls_back_never_happened,
        an_error_undoes_the_work_before_it,
        all_repositories_see_the_same_transaction,
        reading_returns_what_was_read_whatever_its_end,
        a_refused_change_leaves_the_store_usable,
        a_committed_savepoint_is_kept_with_its_enclosing_transaction,
        a_committed_savepoint_is_undone_with_its_enclosing_transaction,
        a_savepoint_that_rolls_back_leaves_the_others,
        an_error_in_a_savepoint_leaves_the_enclosing_transaction_usable,
        savepoints_see_each_other,
        reading_in_an_enclosing_transaction_sees_what_it_wrote,
        failed_reading_undoes_nothing_of_the_enclosing_transaction,
        an_enclosing_transaction_may_do_nothing,
        enclosing_twice_is_an_error_and_does_no_harm,
        after_an_enclosing_transaction_everything_is_as_before,
    }
}

const DAY: Date = date(2026, 7, 15);

fn insert(tx: &dyn Transactor, user: &NewUser) -> User {
    done(tx, |uow| uow.users().insert(user))
}

fn exists(tx: &dyn Transactor, user: &NewUser) -> bool {
    read(tx, |uow| uow.users().find_credentials(&user.email)).is_some()
}

/// Inserts a user and then fails.
fn insert_in_vain(tx: &dyn Transactor, user: &NewUser) {
    assert_unexpected(attempt(tx, |uow| {
        uow.users().insert(user)?;
        Err::<(), _>(StorageError::unexpected("changed our mind"))
    }));
}

fn what_commits_is_kept(tx: &dyn Transactor) {
    let ada = a_user(tx).build();
    let mut stored = None;
    tx.run(&mut |uow| {
        stored = Some(uow.users().insert(&ada).unwrap());
        Outcome::Commit
    })
    .unwrap();
    let stored = stored.unwrap();
    assert_eq!(read(tx, |uow| uow.users().find(stored.id)), Some(stored));
}

fn what_rolls_back_never_happened(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).publishing(DAY, "09:00-12:00").insert();
    let lesson = a_booking(tx).with(&ada).at(DAY, "10:00", 60).insert();
    let (rival, claims) = a_booking(tx).with(&ada).at(DAY, "10:00", 60).build();
    let newcomer = a_user(tx).build();
    let week = DateRange::of_days(DAY, 7);
    let look = || {
        read(tx, |uow| {
            Ok((
                uow.instructors().find(ada.user.id)?,
                uow.availability().windows(ada.user.id, week)?,
                uow.availability().blackouts(ada.user.id, week)?,
                uow.bookings().find(lesson.id)?,
                uow.bookings().claims(ada.user.id, lesson.time.instants, None)?,
                uow.users().find_bearer(ada.user.id, "token")?,
                uow.catalogue().listings(None)?,
            ))
        })
    };
    let before = look();
    tx.run(&mut |uow| {
        uow.users().insert(&newcomer).unwrap();
        uow.users().revoke_token("token", built_at()).unwrap();
        uow.bookings().release_claims(lesson.id).unwrap();
        uow.bookings().update(&lesson.clone().completed(built_at()).unwrap()).unwrap();
        uow.bookings().insert(&rival, &claims).unwrap();
        uow.availability().replace(ada.user.id, &[(DAY, BlockSet::FULL)], built_at()).unwrap();
        uow.availability().insert_blackout(ada.user.id, DAY, None, built_at()).unwrap();
        uow.instructors().delete_profile(ada.profile.id, built_at()).unwrap();
        uow.catalogue().upsert_services(&[], built_at()).unwrap();
        Outcome::Rollback
    })
    .unwrap();
    assert_eq!(look(), before);
    assert!(!exists(tx, &newcomer));
}

fn an_error_undoes_the_work_before_it(tx: &dyn Transactor) {
    let (ada, newcomer) = (a_user(tx).build(), a_user(tx).build());
    insert(tx, &ada);
    let result = attempt(tx, |uow| {
        uow.users().insert(&newcomer)?;
        uow.users().insert(&ada)
    });
    assert_eq!(conflict(result), Conflict::EmailTaken);
    assert!(!exists(tx, &newcomer));
}

fn all_repositories_see_the_same_transaction(tx: &dyn Transactor) {
    let new = a_user(tx).instructor().build();
    done(tx, |uow| {
        let user = uow.users().insert(&new)?;
        let profile = uow.instructors().insert_profile(user.id, &crate::builders::a_profile(), built_at())?;
        let found = uow.instructors().find(user.id)?.expect("what this transaction wrote");
        assert_eq!((found.user, found.profile), (user, profile));
        Ok(())
    });
}

fn reading_returns_what_was_read_whatever_its_end(tx: &dyn Transactor) {
    let ada = a_user(tx).insert();
    for outcome in [Outcome::Commit, Outcome::Rollback] {
        let mut found = None;
        tx.read(&mut |uow| {
            found = uow.users().find(ada.id).unwrap();
            outcome
        })
        .unwrap();
        assert_eq!(found.as_ref(), Some(&ada), "{outcome:?}");
    }
    let failed = tx.reading(|uow| {
        uow.users().find(ada.id)?;
        Err::<(), _>(StorageError::unexpected("not what we hoped for"))
    });
    assert_unexpected(failed);
    assert_eq!(read(tx, |uow| uow.users().find(ada.id)), Some(ada));
}

fn a_refused_change_leaves_the_store_usable(tx: &dyn Transactor) {
    let ada = a_user(tx).build();
    insert(tx, &ada);
    for _attempt in 0..3 {
        assert_eq!(conflict(attempt(tx, |uow| uow.users().insert(&ada))), Conflict::EmailTaken);
    }
    let ben = a_user(tx).build();
    insert(tx, &ben);
    assert!(exists(tx, &ben));
}

fn a_committed_savepoint_is_kept_with_its_enclosing_transaction(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).build(), a_user(tx).build());
    tx.enclose(&mut || {
        insert(tx, &ada);
        insert(tx, &ben);
        Outcome::Commit
    })
    .unwrap();
    assert!(exists(tx, &ada) && exists(tx, &ben));
}

fn a_committed_savepoint_is_undone_with_its_enclosing_transaction(tx: &dyn Transactor) {
    let (ada, ben) = (a_user(tx).build(), a_user(tx).build());
    tx.enclose(&mut || {
        insert(tx, &ada);
        insert(tx, &ben);
        Outcome::Rollback
    })
    .unwrap();
    assert!(!exists(tx, &ada) && !exists(tx, &ben));
    insert(tx, &ada);
}

fn a_savepoint_that_rolls_back_leaves_the_others(tx: &dyn Transactor) {
    let [before, undone, after] = [a_user(tx), a_user(tx), a_user(tx)].map(UserBuilder::build);
    tx.enclose(&mut || {
        insert(tx, &before);
        insert_in_vain(tx, &undone);
        assert!(exists(tx, &before) && !exists(tx, &undone));
        insert(tx, &after);
        Outcome::Commit
    })
    .unwrap();
    assert!(exists(tx, &before) && !exists(tx, &undone) && exists(tx, &after));
}

fn an_error_in_a_savepoint_leaves_the_enclosing_transaction_usable(tx: &dyn Transactor) {
    let ada = an_instructor(tx).offering("piano", 75_00, &[60]).insert();
    let (first, claims) = a_booking(tx).with(&ada).build();
    let (rival, _same_claims) = a_booking(tx).with(&ada).build();
    let (lost, kept) = (a_user(tx).build(), a_user(tx).build());
    tx.enclose(&mut || {
        done(tx, |uow| uow.bookings().insert(&first, &claims));
        let refused = attempt(tx, |uow| {
            uow.users().insert(&lost)?;
            uow.bookings().insert(&rival, &claims)
        });
        assert_eq!(conflict(refused), Conflict::TimeTaken(ada.user.id));
        assert_eq!(
            conflict(attempt(tx, |uow| uow.users().insert(&duplicate(&ada.user)))),
            Conflict::EmailTaken
        );
        insert(tx, &kept);
        Outcome::Commit
    })
    .unwrap();
    assert!(!exists(tx, &lost) && exists(tx, &kept));
    assert_eq!(read(tx, |uow| uow.bookings().stats(ada.user.id, DAY)).total, 1);
}

/// An account that would take the address of another.
fn duplicate(user: &User) -> NewUser {
    NewUser {
        email: user.email.clone(),
        password_hash: crate::security::PlainHasher::hash_of("TestPassword123!"),
        full_name: user.full_name.clone(),
        role: user.role,
        account_status: user.account_status,
        created_at: user.created_at,
    }
}

fn savepoints_see_each_other(tx: &dyn Transactor) {
    let new = a_user(tx).build();
    tx.enclose(&mut || {
        let user = insert(tx, &new);
        done(tx, |uow| uow.users().update(&User { is_admin: true, ..user.clone() }));
        assert!(done(tx, |uow| uow.users().find(user.id)).unwrap().is_admin);
        Outcome::Commit
    })
    .unwrap();
    assert!(read(tx, |uow| uow.users().find_credentials(&new.email)).unwrap().user.is_admin);
}

fn reading_in_an_enclosing_transaction_sees_what_it_wrote(tx: &dyn Transactor) {
    let new = a_user(tx).build();
    tx.enclose(&mut || {
        assert!(!exists(tx, &new));
        insert(tx, &new);
        assert!(exists(tx, &new));
        Outcome::Rollback
    })
    .unwrap();
    assert!(!exists(tx, &new));
}

fn failed_reading_undoes_nothing_of_the_enclosing_transaction(tx: &dyn Transactor) {
    let (before, after) = (a_user(tx).build(), a_user(tx).build());
    tx.enclose(&mut || {
        let user = insert(tx, &before);
        let failed = tx.reading(|uow| {
            uow.users().find(user.id)?;
            Err::<(), _>(StorageError::unexpected("not what we hoped for"))
        });
        assert_unexpected(failed);
        insert(tx, &after);
        Outcome::Commit
    })
    .unwrap();
    assert!(exists(tx, &before) && exists(tx, &after));
}

fn an_enclosing_transaction_may_do_nothing(tx: &dyn Transactor) {
    for outcome in [Outcome::Commit, Outcome::Rollback] {
        let mut calls = 0;
        tx.enclose(&mut || {
            calls += 1;
            outcome
        })
        .unwrap();
        assert_eq!(calls, 1, "{outcome:?}");
    }
}

fn enclosing_twice_is_an_error_and_does_no_harm(tx: &dyn Transactor) {
    let (before, after) = (a_user(tx).build(), a_user(tx).build());
    let mut inner_ran = false;
    tx.enclose(&mut || {
        insert(tx, &before);
        assert_unexpected(tx.enclose(&mut || {
            inner_ran = true;
            Outcome::Commit
        }));
        insert(tx, &after);
        Outcome::Commit
    })
    .unwrap();
    assert!(!inner_ran);
    assert!(exists(tx, &before) && exists(tx, &after));
}

fn after_an_enclosing_transaction_everything_is_as_before(tx: &dyn Transactor) {
    for outcome in [Outcome::Commit, Outcome::Rollback] {
        tx.enclose(&mut || outcome).unwrap();
        let (kept, undone) = (a_user(tx).build(), a_user(tx).build());
        insert(tx, &kept);
        insert_in_vain(tx, &undone);
        assert!(exists(tx, &kept) && !exists(tx, &undone));
    }
}
