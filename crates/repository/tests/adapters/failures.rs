//! Databases that fail: callers learn that later may be better, and the pool recovers by itself.

use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use instainstru_domain::ports::{Outcome, StorageError, Transactor, TransactorExt};
use instainstru_repository::DatabaseConfig;
use instainstru_test_support::builders::a_user;

use crate::databases::{Fresh, config};

/// Ends all connections of the pool from the side of the server and waits until they are gone. Which they are is settled first:
/// the server may otherwise end every connection it has before it looks at their database.
const TERMINATE: &str = "WITH theirs AS MATERIALIZED (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type = 'client backend'
    ) SELECT pid::text AS text FROM theirs WHERE pg_terminate_backend(pid, 5000)";

fn impatient(url: &str) -> DatabaseConfig {
    DatabaseConfig { pool_size: 1, acquire_timeout: Duration::from_millis(300), ..config(url) }
}

fn an_exhausted_pool_is_unavailable(fresh: &Fresh) {
    let (busy, is_busy) = mpsc::channel();
    let (finish, may_finish) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            fresh
                .read(&mut |_uow| {
                    busy.send(()).unwrap();
                    may_finish.recv().unwrap();
                    Outcome::Commit
                })
                .unwrap();
        });
        is_busy.recv().unwrap();
        let began = Instant::now();
        for result in [
            fresh.run(&mut |_uow| Outcome::Commit),
            fresh.read(&mut |_uow| Outcome::Commit),
            fresh.enclose(&mut || Outcome::Commit),
            fresh.database.ping(),
        ] {
            assert!(matches!(result, Err(StorageError::Unavailable(_))), "{result:?}");
        }
        assert!(began.elapsed() < Duration::from_secs(5), "callers do not wait for long");
        finish.send(()).unwrap();
    });
    fresh.database.ping().unwrap();
}

#[test]
fn an_exhausted_pool_of_postgres_is_unavailable() {
    if let Some(fresh) = Fresh::postgres_with(impatient) {
        an_exhausted_pool_is_unavailable(&fresh);
    }
}

#[test]
fn an_exhausted_pool_of_sqlite_is_unavailable() {
    an_exhausted_pool_is_unavailable(&Fresh::sqlite_with(impatient));
}

#[test]
fn a_connection_lost_within_a_transaction_is_unavailable_and_the_next_one_works() {
    let Some(fresh) = Fresh::postgres() else { return };
    let (ada, ben) = (a_user(&fresh).build(), a_user(&fresh).build());
    let result = fresh.transaction::<_, StorageError>(|uow| {
        uow.users().insert(&ada)?;
        assert!(!fresh.texts(TERMINATE).is_empty());
        uow.users().insert(&ben)
    });
    assert!(matches!(result, Err(StorageError::Unavailable(_))), "{result:?}");
    fresh.transaction::<_, StorageError>(|uow| uow.users().insert(&ben)).unwrap();
    let found = fresh.reading::<_, StorageError>(|uow| uow.users().find_credentials(&ada.email)).unwrap();
    assert!(found.is_none(), "what was not committed is gone");
}

#[test]
fn a_connection_lost_before_the_commit_is_unavailable() {
    let Some(fresh) = Fresh::postgres() else { return };
    let ada = a_user(&fresh).build();
    for enclosed in [false, true] {
        let insert_and_terminate = || {
            fresh.run(&mut |uow| {
                uow.users().insert(&ada).unwrap();
                fresh.texts(TERMINATE);
                Outcome::Commit
            })
        };
        let result = if enclosed {
            fresh.enclose(&mut || Outcome::commit_if(insert_and_terminate().is_ok()))
        } else {
            insert_and_terminate()
        };
        assert!(enclosed || matches!(result, Err(StorageError::Unavailable(_))), "{result:?}");
        fresh.database.ping().unwrap();
        let found = fresh.reading::<_, StorageError>(|uow| uow.users().find_credentials(&ada.email)).unwrap();
        assert!(found.is_none());
    }
}

/// After a restart of the server every idle connection is gone. Nobody must notice.
#[test]
fn idle_connections_that_were_lost_are_replaced_unnoticed() {
    let Some(fresh) = Fresh::postgres() else { return };
    // Writing begins a transaction, so connections that were lost do not count.
    let fill_the_pool = || {
        let together = std::sync::Barrier::new(6);
        thread::scope(|scope| {
            for _thread in 0..6 {
                scope.spawn(|| {
                    fresh
                        .run(&mut |_uow| {
                            together.wait();
                            Outcome::Commit
                        })
                        .unwrap();
                });
            }
        });
    };
    let ada = a_user(&fresh).insert();
    fill_the_pool();
    assert!(fresh.texts(TERMINATE).len() >= 6);
    assert_eq!(fresh.reading::<_, StorageError>(|uow| uow.users().find(ada.id)).unwrap(), Some(ada.clone()));
    fill_the_pool();
    assert!(fresh.texts(TERMINATE).len() >= 6);
    fresh.transaction::<_, StorageError>(|uow| uow.users().update(&ada)).unwrap();
    fill_the_pool();
    fresh.texts(TERMINATE);
    fresh.enclose(&mut || Outcome::Commit).unwrap();
}

#[test]
fn a_statement_that_takes_too_long_is_unavailable() {
    let hasty = |url: &str| DatabaseConfig { statement_timeout: Duration::from_millis(200), ..config(url) };
    let Some(fresh) = Fresh::postgres_with(hasty) else { return };
    let ada = a_user(&fresh).insert();
    thread::scope(|scope| {
        let (busy, is_busy) = mpsc::channel();
        let (finish, may_finish) = mpsc::channel::<()>();
        let (fresh, ada) = (&fresh, &ada);
        scope.spawn(move || {
            fresh
                .run(&mut |uow| {
                    uow.users().update(ada).unwrap();
                    busy.send(()).unwrap();
                    may_finish.recv().unwrap();
                    Outcome::Commit
                })
                .unwrap();
        });
        is_busy.recv().unwrap();
        let waited = fresh.transaction::<_, StorageError>(|uow| uow.users().update(ada));
        finish.send(()).unwrap();
        assert!(matches!(waited, Err(StorageError::Unavailable(_))), "{waited:?}");
    });
    fresh.transaction::<_, StorageError>(|uow| uow.users().update(&ada)).unwrap();
}
