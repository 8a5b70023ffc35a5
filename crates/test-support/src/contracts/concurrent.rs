//! Contracts about rivals: whatever they race for, exactly one gets it, and the others are told so in so many words.

#![expect(clippy::needless_pass_by_value, reason = "every contract owns its handle, as a server would")]

use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
    time::Duration,
};

use instainstru_core::{blocks::BlockSet, dates::DateRange, grid::TimeRange};
use instainstru_domain::{
    account::{NewUser, PasswordHash, User},
    analytics::LookBack,
    booking::{Booking, BookingClaims, NewBooking},
    editorial::Origin,
    event::DomainEvent,
    ports::{
        Conflict, Outcome, StorageError, Transactor, UnitOfWork,
        idempotency::{AnswerKey, StoredAnswer},
    },
    search_history::{AnsweredSearch, NormalQuery, SearchBatch, SearchVia},
    vocabulary::{Meaning, NewAlias, Phrase},
};
use jiff::civil::{Date, date};

use super::{ConcurrentContract, at, attempt, done, named, read};
use crate::builders::{
    a_booking, a_catalogue, a_profile, a_user, an_instructor, built_at, claims_for, lesson_time,
};

/// Number of threads that race.
pub const RIVALS: usize = 16;

pub(super) fn contracts() -> Vec<ConcurrentContract> {
    named! { ConcurrentContract, "concurrent":
        one_of_many_gets_an_address,
        one_of_many_gets_a_profile,
        one_of_many_offers_a_service,
        one_of_many_students_gets_the_time_of_an_instructor,
        one_of_many_instructors_gets_the_time_of_a_student,
        crossing_claims_never_wait_for_each_other_in_vain,
        lessons_at_other_times_do_not_disturb_each_other,
        one_of_many_moves_gets_the_time,
        one_of_many_blocks_a_date,
        one_of_many_requests_with_the_same_key_is_carried_out,
        one_of_many_runs_of_the_analytics_begins,
        every_new_password_counts,
        accounts_locked_in_opposite_orders_never_wait_for_each_other_in_vain,
        windows_are_those_of_one_writer,
        readers_do_not_wait_for_a_writer_and_see_nothing_of_it,
        events_appear_only_when_they_are_committed,
        an_enclosing_transaction_belongs_to_its_thread,
        editors_of_the_vocabulary_wait_for_each_other,
        searches_stored_at_once_are_all_counted,
    }
}

const DAY: Date = date(2026, 7, 15);

/// Lets all rivals begin at the same moment and returns what became of each.
pub(super) fn race<T: Send>(
    tx: &Arc<dyn Transactor>,
    work: impl Fn(&dyn Transactor, usize) -> Result<T, StorageError> + Sync,
) -> Vec<Result<T, StorageError>> {
    let start = Barrier::new(RIVALS);
    thread::scope(|scope| {
        let rivals: Vec<_> = (0..RIVALS)
            .map(|number| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    start.wait();
                    work(tx.as_ref(), number)
                })
            })
            .collect();
        rivals.into_iter().map(|rival| rival.join().expect("a rival that did not panic")).collect()
    })
}

/// Runs one transaction that stays open for a moment after its work, so that rivals meet in it and not one after the other.
pub(super) fn attempt_slowly<T>(
    tx: &dyn Transactor,
    mut work: impl FnMut(&mut dyn UnitOfWork) -> Result<T, StorageError>,
) -> Result<T, StorageError> {
    attempt(tx, |uow| {
        let done = work(uow)?;
        thread::sleep(Duration::from_millis(1));
        Ok(done)
    })
}

/// The only winner; everybody else must have been refused with one of these conflicts.
#[track_caller]
fn winner<T>(results: Vec<Result<T, StorageError>>, conflicts: &[Conflict]) -> T {
    let mut winners = Vec::new();
    for result in results {
        match result {
            Ok(won) => winners.push(won),
            Err(StorageError::Conflict(conflict)) if conflicts.contains(&conflict) => {}
            Err(error) => panic!("a rival failed with {error:?} instead of {conflicts:?}"),
        }
    }
    assert_eq!(winners.len(), 1, "exactly one wins");
    winners.remove(0)
}

/// Everybody must have succeeded.
#[track_caller]
pub(super) fn all_win<T>(results: Vec<Result<T, StorageError>>) -> Vec<T> {
    results.into_iter().collect::<Result<_, _>>().expect("nobody is in anybody's way")
}

fn one_of_many_gets_an_address(tx: Arc<dyn Transactor>) {
    let email = a_user(tx.as_ref()).build().email;
    let rivals: Vec<NewUser> =
        (0..RIVALS).map(|_nth| NewUser { email: email.clone(), ..a_user(tx.as_ref()).build() }).collect();
    let results = race(&tx, |tx, number| attempt_slowly(tx, |uow| uow.users().insert(&rivals[number])));
    let won = winner(results, &[Conflict::EmailTaken]);
    assert_eq!(read(tx.as_ref(), |uow| uow.users().find_credentials(&email)).unwrap().user, won);
}

fn one_of_many_gets_a_profile(tx: Arc<dyn Transactor>) {
    let user = a_user(tx.as_ref()).instructor().insert();
    let results = race(&tx, |tx, _number| {
        attempt_slowly(tx, |uow| uow.instructors().insert_profile(user.id, &a_profile(), built_at()))
    });
    let won = winner(results, &[Conflict::ProfileExists]);
    assert_eq!(read(tx.as_ref(), |uow| uow.instructors().find(user.id)).unwrap().profile, won);
}

fn one_of_many_offers_a_service(tx: Arc<dyn Transactor>) {
    let model = an_instructor(tx.as_ref()).offering("piano", 75_00, &[60]).insert();
    let ada = an_instructor(tx.as_ref()).insert();
    let offer = &model.services[0].offer;
    let results = race(&tx, |tx, _number| {
        attempt_slowly(tx, |uow| uow.instructors().insert_service(ada.profile.id, offer, built_at()))
    });
    let won = winner(results, &[Conflict::ServiceOffered]);
    assert_eq!(read(tx.as_ref(), |uow| uow.instructors().services(ada.profile.id)), [won]);
}

/// Races for these bookings, each rival with its own.
fn race_for(
    tx: &Arc<dyn Transactor>,
    bookings: &[(NewBooking, BookingClaims)],
) -> Vec<Result<Booking, StorageError>> {
    race(tx, |tx, number| {
        let (booking, claims) = &bookings[number];
        attempt_slowly(tx, |uow| uow.bookings().insert(booking, claims))
    })
}

fn one_of_many_students_gets_the_time_of_an_instructor(tx: Arc<dyn Transactor>) {
    let ada = an_instructor(tx.as_ref()).offering("piano", 75_00, &[30, 60]).insert();
    // Not all the same time, but no two fit beside each other.
    let starts = ["10:00", "10:15", "10:30", "10:45"];
    let bookings: Vec<_> = (0..RIVALS)
        .map(|nth| a_booking(tx.as_ref()).with(&ada).at(DAY, starts[nth % starts.len()], 60).build())
        .collect();
    let won = winner(race_for(&tx, &bookings), &[Conflict::TimeTaken(ada.user.id)]);
    let claims = read(tx.as_ref(), |uow| {
        let day =
            instainstru_core::zone::UtcRange::new(at("2026-07-15T00:00:00Z"), at("2026-07-16T00:00:00Z"));
        uow.bookings().claims(ada.user.id, day.unwrap(), None)
    });
    assert_eq!(claims, [won.time.instants]);
}

fn one_of_many_instructors_gets_the_time_of_a_student(tx: Arc<dyn Transactor>) {
    let student = a_user(tx.as_ref()).insert();
    let bookings: Vec<_> = (0..RIVALS).map(|_nth| a_booking(tx.as_ref()).of(&student).build()).collect();
    let won = winner(race_for(&tx, &bookings), &[Conflict::TimeTaken(student.id)]);
    let claims = read(tx.as_ref(), |uow| uow.bookings().claims(student.id, won.time.instants, None));
    assert_eq!(claims, [won.time.instants]);
}

fn crossing_claims_never_wait_for_each_other_in_vain(tx: Arc<dyn Transactor>) {
    // Half of the rivals book Ada for Ben, the others Ben for Ada: each pair takes the same two people's time in the
    // opposite order, which is how transactions come to wait for each other.
    let ada = an_instructor(tx.as_ref()).offering("piano", 75_00, &[60]).insert();
    let ben = an_instructor(tx.as_ref()).offering("guitar", 60_00, &[60]).insert();
    for start in ["08:00", "10:00", "12:00", "14:00"] {
        let bookings: Vec<_> = (0..RIVALS)
            .map(|nth| {
                let (teacher, learner) = if nth % 2 == 0 { (&ada, &ben) } else { (&ben, &ada) };
                a_booking(tx.as_ref()).with(teacher).of(&learner.user).at(DAY, start, 60).build()
            })
            .collect();
        let taken = [Conflict::TimeTaken(ada.user.id), Conflict::TimeTaken(ben.user.id)];
        winner(race_for(&tx, &bookings), &taken);
    }
}

fn lessons_at_other_times_do_not_disturb_each_other(tx: Arc<dyn Transactor>) {
    let ada = an_instructor(tx.as_ref()).offering("piano", 75_00, &[30]).insert();
    let student = a_user(tx.as_ref()).insert();
    let bookings: Vec<_> = (0..RIVALS)
        .map(|nth| {
            let start = format!("{:02}:{:02}", 8 + nth / 2, 30 * (nth % 2));
            a_booking(tx.as_ref()).with(&ada).of(&student).at(DAY, &start, 30).build()
        })
        .collect();
    let booked = all_win(race_for(&tx, &bookings));
    let total = read(tx.as_ref(), |uow| uow.bookings().stats(ada.user.id, DAY)).total;
    assert_eq!(usize::try_from(total).unwrap(), booked.len());
}

fn one_of_many_moves_gets_the_time(tx: Arc<dyn Transactor>) {
    let ada = an_instructor(tx.as_ref()).offering("piano", 75_00, &[30]).insert();
    let lessons: Vec<Booking> = (0..RIVALS)
        .map(|nth| {
            let start = format!("{:02}:{:02}", 8 + nth / 2, 30 * (nth % 2));
            a_booking(tx.as_ref()).with(&ada).at(DAY, &start, 30).insert()
        })
        .collect();
    let time = lesson_time(&ada.profile.details.zone, DAY, "20:00", 30);
    let claims = claims_for(&time, &ada.profile.details);
    let results = race(&tx, |tx, number| {
        attempt_slowly(tx, |uow| uow.bookings().move_claims(&lessons[number], &claims).map(|()| number))
    });
    let won = winner(results, &[Conflict::TimeTaken(ada.user.id)]);
    for (number, lesson) in lessons.iter().enumerate() {
        let expected = if number == won { time.instants } else { lesson.time.instants };
        let found = read(tx.as_ref(), |uow| uow.bookings().claims(lesson.student_id, expected, None));
        assert_eq!(found, [expected], "lesson {number} when {won} won");
    }
}

fn one_of_many_blocks_a_date(tx: Arc<dyn Transactor>) {
    let ada = an_instructor(tx.as_ref()).insert();
    let results = race(&tx, |tx, _number| {
        attempt_slowly(tx, |uow| uow.availability().insert_blackout(ada.user.id, DAY, None, built_at()))
    });
    let won = winner(results, &[Conflict::BlackoutExists]);
    let found = read(tx.as_ref(), |uow| uow.availability().blackouts(ada.user.id, DateRange::day(DAY)));
    assert_eq!(found, [won]);
}

fn one_of_many_requests_with_the_same_key_is_carried_out(tx: Arc<dyn Transactor>) {
    let key = AnswerKey { scope: "user:7".into(), key: "k".into() };
    let since = at("2026-06-30T12:00:00Z");
    let people: Vec<NewUser> = (0..RIVALS).map(|_nth| a_user(tx.as_ref()).build()).collect();
    let results = race(&tx, |tx, number| {
        let mut result = Err(StorageError::unexpected("the work did not run"));
        tx.enclose(&mut || {
            result = attempt_slowly(tx, |uow| uow.answers().reserve(&key, "f1", since, built_at()))
                .and_then(|()| attempt_slowly(tx, |uow| uow.users().insert(&people[number])))
                .and_then(|user| {
                    let answer = StoredAnswer {
                        fingerprint: "f1".into(),
                        status: 201,
                        body: user.email.to_string(),
                        stored_at: built_at(),
                    };
                    attempt_slowly(tx, |uow| uow.answers().store(&key, &answer)).map(|()| answer)
                });
            Outcome::commit_if(result.is_ok())
        })?;
        result
    });
    let won = winner(results, &[Conflict::AnswerExists]);
    assert_eq!(read(tx.as_ref(), |uow| uow.answers().find(&key, since)).as_ref(), Some(&won));
    let effects = people
        .iter()
        .filter(|person| read(tx.as_ref(), |uow| uow.users().find_credentials(&person.email)).is_some());
    assert_eq!(effects.map(|person| person.email.to_string()).collect::<Vec<_>>(), [won.body]);
}

fn one_of_many_runs_of_the_analytics_begins(tx: Arc<dyn Transactor>) {
    let results = race(&tx, |tx, _number| {
        attempt_slowly(tx, |uow| uow.analytics().begin_run(LookBack::DAILY, built_at()))
    });
    let won = winner(results, &[Conflict::AnalyticsRunning]);
    assert_eq!(read(tx.as_ref(), |uow| uow.analytics().runs(10)), [won]);
}

fn every_new_password_counts(tx: Arc<dyn Transactor>) {
    let ada = a_user(tx.as_ref()).insert();
    all_win(race(&tx, |tx, number| {
        let hash = PasswordHash::new(format!("hash {number}"));
        attempt_slowly(tx, |uow| uow.users().set_password(ada.id, &hash, built_at()))
    }));
    let version = read(tx.as_ref(), |uow| uow.users().find(ada.id)).unwrap().credential_version;
    assert_eq!(usize::try_from(version).unwrap(), 1 + RIVALS);
}

fn accounts_locked_in_opposite_orders_never_wait_for_each_other_in_vain(tx: Arc<dyn Transactor>) {
    let (ada, ben) = (a_user(tx.as_ref()).insert(), a_user(tx.as_ref()).insert());
    all_win(race(&tx, |tx, number| {
        let ids = if number % 2 == 0 { [ada.id, ben.id] } else { [ben.id, ada.id] };
        attempt_slowly(tx, |uow| {
            uow.users().lock(&ids)?;
            // What was read under the lock stays true until it is written.
            for id in ids {
                let user = uow.users().find(id)?.expect("an account that was stored");
                let credential_version = user.credential_version + 1;
                uow.users().update(&User { credential_version, ..user })?;
            }
            Ok(())
        })
    }));
    for user in [ada, ben] {
        let version = read(tx.as_ref(), |uow| uow.users().find(user.id)).unwrap().credential_version;
        assert_eq!(usize::try_from(version).unwrap(), 1 + RIVALS, "no update was lost");
    }
}

fn windows_are_those_of_one_writer(tx: Arc<dyn Transactor>) {
    let ada = an_instructor(tx.as_ref()).publishing(DAY, "09:00-17:00").insert().user.id;
    let day_of = |number: usize| -> BlockSet {
        // Every writer publishes another pair of ranges.
        let ranges = [
            format!("{:02}:00-{:02}:30", number % 8, number % 8 + 1),
            format!("{}:00-24:00", 10 + number % 12),
        ];
        ranges.iter().map(|range| range.parse::<TimeRange>().unwrap()).collect()
    };
    all_win(race(&tx, |tx, number| {
        attempt_slowly(tx, |uow| {
            uow.users().lock(&[ada])?;
            uow.availability().replace(ada, &[(DAY, day_of(number))], built_at())
        })
    }));
    let windows = read(tx.as_ref(), |uow| uow.availability().windows(ada, DateRange::day(DAY)));
    let published: Vec<TimeRange> = windows.iter().map(|window| window.range).collect();
    let versions: Vec<Vec<TimeRange>> = (0..RIVALS).map(|number| day_of(number).ranges().collect()).collect();
    assert!(versions.contains(&published), "{published:?}");
}

/// Runs `look` on another thread while `during` is going on, and gives it ten seconds.
#[track_caller]
fn meanwhile<T: Send + 'static>(
    tx: &Arc<dyn Transactor>,
    look: impl FnOnce(&dyn Transactor) -> T + Send + 'static,
) -> T {
    let (tell, told) = mpsc::channel();
    let tx = Arc::clone(tx);
    thread::spawn(move || tell.send(look(tx.as_ref())));
    told.recv_timeout(Duration::from_secs(10)).expect("a reader that does not wait for the writer")
}

fn readers_do_not_wait_for_a_writer_and_see_nothing_of_it(tx: Arc<dyn Transactor>) {
    let ada = a_user(tx.as_ref()).insert();
    let new = a_user(tx.as_ref()).build();
    let (id, email) = (ada.id, new.email.clone());
    done(tx.as_ref(), |uow| {
        uow.users().lock(&[ada.id])?;
        uow.users().update(&User { is_admin: true, ..ada.clone() })?;
        uow.users().insert(&new)?;
        let email = email.clone();
        let (seen, newcomer) = meanwhile(&tx, move |tx| {
            read(tx, |uow| Ok((uow.users().find(id)?, uow.users().find_credentials(&email)?)))
        });
        assert_eq!((seen.as_ref(), newcomer), (Some(&ada), None));
        Ok(())
    });
    let seen = meanwhile(&tx, move |tx| read(tx, |uow| uow.users().find(id)));
    assert!(seen.unwrap().is_admin, "what is committed is seen");
}

fn events_appear_only_when_they_are_committed(tx: Arc<dyn Transactor>) {
    let user = a_user(tx.as_ref()).insert().id;
    let event = DomainEvent::UserRegistered { user };
    let outbox = |tx: &dyn Transactor| {
        read(tx, |uow| Ok((uow.outbox().events(0, 100)?.len(), uow.outbox().last_number()?)))
    };
    done(tx.as_ref(), |uow| {
        uow.outbox().push(&event, built_at())?;
        assert_eq!(meanwhile(&tx, outbox), (0, 0), "the event is not true yet");
        Ok(())
    });
    let (events, last) = meanwhile(&tx, outbox);
    assert_eq!(events, 1);
    assert!(last > 0);
}

fn an_enclosing_transaction_belongs_to_its_thread(tx: Arc<dyn Transactor>) {
    let new = a_user(tx.as_ref()).build();
    let email = new.email.clone();
    tx.enclose(&mut || {
        done(tx.as_ref(), |uow| uow.users().insert(&new));
        let email = email.clone();
        let seen = meanwhile(&tx, move |tx| read(tx, |uow| uow.users().find_credentials(&email)));
        assert!(seen.is_none(), "other threads are outside");
        Outcome::Commit
    })
    .unwrap();
    assert!(read(tx.as_ref(), |uow| uow.users().find_credentials(&email)).is_some());
}

fn editors_of_the_vocabulary_wait_for_each_other(tx: Arc<dyn Transactor>) {
    let results = race(&tx, |tx, _number| {
        attempt_slowly(tx, |uow| {
            uow.vocabulary().lock()?;
            // Two who saw the same number would write the same phrase.
            let so_far = uow.vocabulary().aliases()?.len();
            let phrase = Phrase::new(&format!("word {so_far}")).unwrap();
            let new = NewAlias { phrase, meaning: Meaning::Weak, origin: Origin::Admin };
            uow.vocabulary().insert_aliases(&[new], built_at())
        })
    });
    for result in results {
        result.unwrap();
    }
    assert_eq!(read(tx.as_ref(), |uow| uow.vocabulary().aliases()).len(), RIVALS);
}

fn searches_stored_at_once_are_all_counted(tx: Arc<dyn Transactor>) {
    let piano = a_catalogue(tx.as_ref()).id("piano");
    let ada = a_user(tx.as_ref()).insert().id;
    let search = |query: &str| AnsweredSearch {
        query: NormalQuery::new(query).unwrap(),
        at: built_at(),
        user: Some(ada),
        via: SearchVia::Api,
        services: vec![piano],
        results: 0,
        is_understood: true,
    };
    // In opposite orders, as they come.
    let orders = [["a", "b", "c"], ["c", "b", "a"]];
    let results = race(&tx, |tx, number| {
        let batch = SearchBatch::of(&orders[number % 2].map(search));
        attempt_slowly(tx, |uow| uow.search_history().record(&batch, 100))
    });
    for result in results {
        result.unwrap();
    }
    let rivals = u64::try_from(RIVALS).unwrap();
    let dates = DateRange::of_days(date(2020, 1, 1), 10_000);
    let counts = read(tx.as_ref(), |uow| uow.search_history().search_counts(dates));
    assert_eq!(counts[0].searches, 3 * rivals);
    let recent = read(tx.as_ref(), |uow| uow.search_history().recent(ada, 10));
    assert!(recent.len() == 3 && recent.iter().all(|past| u64::from(past.searches) == rivals), "{recent:?}");
}
