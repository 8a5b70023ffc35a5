//! Statements that took long, and the pool as it is.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use instainstru_domain::ports::{StorageError, TransactorExt as _};
use instainstru_repository::{DatabaseConfig, PoolState, SlowStatements};
use instainstru_test_support::builders::a_user;

use crate::databases::{Fresh, config};

type Told = Arc<Mutex<Vec<String>>>;

/// Opens a database that tells of statements that took this long, and checks it on both kinds.
fn telling(least: Duration, check: impl Fn(&Fresh, &Told)) {
    let told = Told::default();
    let telling = |url: &str| {
        let told = Arc::clone(&told);
        let slow = SlowStatements::new(least, move |sql, _elapsed| told.lock().unwrap().push(sql.to_owned()));
        DatabaseConfig { slow_statements: Some(slow), ..config(url) }
    };
    for fresh in [Some(Fresh::sqlite_with(telling)), Fresh::postgres_with(telling)].into_iter().flatten() {
        told.lock().unwrap().clear();
        check(&fresh, &told);
    }
}

#[test]
fn statements_that_took_long_are_told_without_the_values_they_were_sent_with() {
    telling(Duration::ZERO, |fresh, told| {
        let ada = a_user(fresh).named("Ada Lovelace").email("ada@example.com").insert();
        fresh.reading::<_, StorageError>(|uow| uow.users().find_credentials(&ada.email)).unwrap();
        let told = told.lock().unwrap();
        let is_about = |words: &str| told.iter().any(|sql| sql.contains(words));
        assert!(is_about("INSERT INTO") && is_about("SELECT"), "{told:?}");
        assert!(!is_about("ada@example.com") && !is_about("Lovelace") && !is_about("binds"), "{told:?}");
    });
}

#[test]
fn statements_that_took_no_time_are_not_told() {
    telling(Duration::from_secs(3_600), |fresh, told| {
        let _ada = a_user(fresh).insert();
        assert!(told.lock().unwrap().is_empty());
    });
}

#[test]
fn the_pool_tells_how_many_connections_are_in_use() {
    for fresh in [Some(Fresh::sqlite()), Fresh::postgres()].into_iter().flatten() {
        let in_use = |state: PoolState| state.open - state.idle;
        fresh
            .transaction::<_, StorageError>(|_uow| {
                let state = fresh.database.pool_state();
                assert_eq!((state.size, in_use(state)), (18, 1));
                Ok(())
            })
            .unwrap();
        assert_eq!(in_use(fresh.database.pool_state()), 0);
    }
}
