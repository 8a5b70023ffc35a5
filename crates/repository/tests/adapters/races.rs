//! Rivals for the same time: one wins, and nobody sees an error of the database.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use instainstru_domain::{
    account::User,
    booking::Booking,
    ports::{Conflict, Outcome, StorageError, Transactor, TransactorExt},
};
use instainstru_test_support::builders::{a_booking, a_user, an_instructor};
use jiff::civil::date;

use crate::databases::{Fresh, on_both_databases};

on_both_databases! {
    many_students_race_for_one_time_and_one_wins,
    claims_are_refused_by_the_database_itself,
    a_claim_may_begin_when_another_ends,
    transactions_that_read_and_then_write_all_succeed,
}

const RIVALS: usize = 12;

/// Whatever order rivals come in, each result is a booking or a refusal that names a person.
fn race(attempt: impl Fn(usize) -> Result<Booking, StorageError> + Sync) -> Vec<Result<Booking, Conflict>> {
    let start = Barrier::new(RIVALS);
    thread::scope(|scope| {
        let rivals: Vec<_> = (0..RIVALS)
            .map(|rival| {
                let (start, attempt) = (&start, &attempt);
                scope.spawn(move || {
                    start.wait();
                    match attempt(rival) {
                        Ok(booking) => Ok(booking),
                        Err(StorageError::Conflict(conflict)) => Err(conflict),
                        Err(other) => panic!("a rival saw {other:?}"),
                    }
                })
            })
            .collect();
        rivals.into_iter().map(|rival| rival.join().unwrap()).collect()
    })
}

fn many_students_race_for_one_time_and_one_wins(fresh: &Fresh) {
    let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).insert();
    for (round, lock_first) in [(1, false), (2, true)] {
        let day = date(2026, 7, round);
        let bookings: Vec<_> =
            (0..RIVALS).map(|_rival| a_booking(fresh).with(&ada).at(day, "10:00", 60).build()).collect();
        let results = race(|rival| {
            let (booking, claims) = &bookings[rival];
            fresh.transaction(|uow| {
                if lock_first {
                    uow.users().lock(&[booking.instructor_id, booking.student_id])?;
                }
                uow.bookings().insert(booking, claims)
            })
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for refused in results.into_iter().filter_map(Result::err) {
            assert_eq!(refused, Conflict::TimeTaken(ada.user.id));
        }
    }
}

fn claims_are_refused_by_the_database_itself(fresh: &Fresh) {
    let booking = a_booking(fresh).at(date(2026, 7, 15), "10:00", 60).insert();
    let rows = || fresh.texts("SELECT CAST(count(*) AS VARCHAR(9)) AS text FROM time_claims");
    assert_eq!(rows(), ["2"]);
    let (start, end) = if fresh.is_postgres() {
        ("starts_at + interval '30 minutes'", "ends_at + interval '30 minutes'")
    } else {
        ("starts_at + 1800000000", "ends_at + 1800000000")
    };
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        fresh.sql(&format!(
            "INSERT INTO time_claims (user_id, kind, starts_at, ends_at)
             SELECT user_id, kind, {start}, {end} FROM time_claims WHERE booking_id = {}",
            booking.id
        ));
    }));
    assert!(refused.is_err());
    assert_eq!(rows(), ["2"]);
    // A claim is no obstacle to itself.
    fresh.sql(&format!("UPDATE time_claims SET starts_at = {start}, ends_at = {end}"));
}

fn a_claim_may_begin_when_another_ends(fresh: &Fresh) {
    let ada = an_instructor(fresh).offering("piano", 75_00, &[60]).buffer(15).insert();
    let student: User = a_user(fresh).insert();
    let day = date(2026, 7, 15);
    let book = |start: &str| {
        let (booking, claims) = a_booking(fresh).with(&ada).of(&student).at(day, start, 60).build();
        fresh.transaction::<_, StorageError>(|uow| uow.bookings().insert(&booking, &claims))
    };
    book("10:00").unwrap();
    for taken in ["09:00", "09:15", "10:45", "11:00"] {
        assert!(
            matches!(book(taken), Err(StorageError::Conflict(Conflict::TimeTaken(id))) if id == ada.user.id),
            "{taken}"
        );
    }
    book("11:15").unwrap();
    book("08:45").unwrap();
}

/// On SQLite this fails with "database is locked" unless writers announce themselves; on PostgreSQL rivals may deadlock.
fn transactions_that_read_and_then_write_all_succeed(fresh: &Fresh) {
    let users: Vec<User> = (0..4).map(|_nth| a_user(fresh).insert()).collect();
    let committed = AtomicUsize::new(0);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (users, committed) = (&users, &committed);
            scope.spawn(move || {
                for round in 0..20 {
                    let user = &users[(thread + round) % users.len()];
                    fresh
                        .transaction::<_, StorageError>(|uow| {
                            let found = uow.users().find(user.id)?.unwrap();
                            uow.users().update(&found)
                        })
                        .unwrap();
                    committed.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(committed.into_inner(), 160);
}

/// A transaction that read before another one wrote could not write any more: so the second does not even begin.
#[test]
fn writers_to_sqlite_come_one_after_the_other_and_readers_do_not_wait() {
    let fresh = Fresh::sqlite();
    let ada = a_user(&fresh).insert();
    let (tell, told) = mpsc::channel();
    let (begin, may_begin) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let (fresh, ada) = (&fresh, &ada);
        scope.spawn(move || {
            may_begin.recv().unwrap();
            fresh
                .transaction::<_, StorageError>(|uow| {
                    tell.send(()).unwrap();
                    uow.users().update(ada)
                })
                .unwrap();
        });
        let mut attempts = 0;
        fresh
            .transaction::<_, StorageError>(|uow| {
                attempts += 1;
                uow.users().find(ada.id)?;
                begin.send(()).unwrap();
                assert!(told.recv_timeout(Duration::from_millis(200)).is_err(), "the second writer waits");
                let read = scope.spawn(|| fresh.reading::<_, StorageError>(|uow| uow.users().find(ada.id)));
                assert!(read.join().unwrap().unwrap().is_some());
                uow.users().update(ada)
            })
            .unwrap();
        assert_eq!(attempts, 1);
        told.recv_timeout(Duration::from_secs(10)).unwrap();
    });
}

/// Two transactions take two rows in opposite order. PostgreSQL ends one of them, which must succeed on its second attempt.
#[test]
fn a_deadlock_is_tried_again() {
    let Some(fresh) = Fresh::postgres() else { return };
    let (ada, ben) = (a_user(&fresh).insert(), a_user(&fresh).insert());
    let both_hold_one = Barrier::new(2);
    let attempts = AtomicUsize::new(0);
    thread::scope(|scope| {
        for (first, second) in [(&ada, &ben), (&ben, &ada)] {
            let (fresh, both_hold_one, attempts) = (&fresh, &both_hold_one, &attempts);
            scope.spawn(move || {
                let mut met = false;
                let result = fresh.transaction::<_, StorageError>(|uow| {
                    attempts.fetch_add(1, Ordering::Relaxed);
                    uow.users().update(first)?;
                    if !std::mem::replace(&mut met, true) {
                        both_hold_one.wait();
                    }
                    uow.users().update(second)
                });
                result.unwrap();
            });
        }
    });
    assert!(attempts.into_inner() > 2, "one of them was tried again");
}

/// A deadlock within a savepoint undoes and repeats the savepoint, not the enclosing transaction.
#[test]
fn a_deadlock_in_a_savepoint_is_tried_again() {
    let Some(fresh) = Fresh::postgres() else { return };
    let (ada, ben) = (a_user(&fresh).insert(), a_user(&fresh).insert());
    let both_hold_one = Barrier::new(2);
    thread::scope(|scope| {
        for (first, second) in [(&ada, &ben), (&ben, &ada)] {
            let (fresh, both_hold_one) = (&fresh, &both_hold_one);
            scope.spawn(move || {
                let mut met = false;
                fresh
                    .enclose(&mut || {
                        let result = fresh.transaction::<_, StorageError>(|uow| {
                            uow.users().update(first)?;
                            if !std::mem::replace(&mut met, true) {
                                both_hold_one.wait();
                            }
                            uow.users().update(second)
                        });
                        result.unwrap();
                        Outcome::Commit
                    })
                    .unwrap();
            });
        }
    });
}

/// A rival that holds the same key decides: what waits for it sees its answer when it commits, and takes over when it does not.
#[test]
fn a_reserved_key_makes_rivals_wait() {
    use instainstru_domain::ports::idempotency::AnswerKey;
    use instainstru_test_support::builders::built_at;
    let Some(fresh) = Fresh::postgres() else { return };
    for (number, (outcome, expected)) in
        [(Outcome::Commit, false), (Outcome::Rollback, true)].into_iter().enumerate()
    {
        let key = AnswerKey { scope: "user:7".into(), key: number.to_string() };
        let (fresh, key) = (&fresh, &key);
        let reserve = move || {
            fresh.transaction::<_, StorageError>(|uow| {
                uow.answers().reserve(key, "digest", built_at(), built_at())
            })
        };
        let (tell, told) = mpsc::channel();
        let (begin, may_begin) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                may_begin.recv().unwrap();
                tell.send(reserve()).unwrap();
            });
            fresh
                .enclose(&mut || {
                    reserve().unwrap();
                    begin.send(()).unwrap();
                    let early = told.recv_timeout(Duration::from_millis(200));
                    assert!(early.is_err(), "the rival waits");
                    outcome
                })
                .unwrap();
            let got = told.recv_timeout(Duration::from_secs(10)).unwrap();
            assert_eq!(got.is_ok(), expected, "{got:?}");
        });
    }
}
