//! The cache in process.

use std::{cell::Cell, sync::Arc, thread, time::Duration};

use futures_util::{FutureExt, future::join_all};
use instainstru_cache::{AnswerCache, AnswerSettings};
use instainstru_domain::ports::{
    CommitListener, ResponseCache,
    response_cache::{AnswerKind, CacheKey, Lookups, Origin, Topic},
};
use instainstru_domain::{event::DomainEvent, ids::UserId};
use instainstru_test_support::clock::FixedClock;
use jiff::SignedDuration;
use tokio::sync::oneshot;

use crate::support::{NOON, Truth, answer, ask_or_make, availability, instructor, wait};

fn cache() -> (AnswerCache, FixedClock) {
    let clock = FixedClock::at(NOON);
    (AnswerCache::in_process(&AnswerSettings::default(), Arc::new(clock.clone())), clock)
}

fn key(kind: AnswerKind, seconds: u64) -> CacheKey {
    CacheKey::new(kind, "1", &[instructor(1)], Duration::from_secs(seconds))
}

#[tokio::test]
async fn an_answer_is_kept_until_what_it_tells_about_changes() {
    let (cache, _clock) = cache();
    let truth = Truth::default();
    for _ in 0..3 {
        assert_eq!(truth.ask(&cache, &availability(1)).await, 0);
        assert_eq!(truth.ask(&cache, &availability(2)).await, 0);
    }
    assert_eq!(truth.lookups(), 2);

    truth.change();
    cache.void([instructor(1)]);
    assert_eq!(truth.ask(&cache, &availability(1)).await, 1);
    assert_eq!(truth.ask(&cache, &availability(2)).await, 0, "nobody said that this changed");
    assert_eq!(truth.lookups(), 3);
}

#[tokio::test]
async fn an_event_voids_what_it_is_about() {
    let (cache, _clock) = cache();
    let truth = Truth::default();
    let id = UserId::new(1).unwrap();
    let lasting = Duration::from_secs(300);
    let list = CacheKey::new(AnswerKind::Instructors, "0:100", &[Topic::Instructors], lasting);
    for key in [&availability(1), &list] {
        truth.ask(&cache, key).await;
    }
    truth.change();
    cache.committed(&[DomainEvent::InstructorChanged { instructor: id }]);
    for key in [&availability(1), &list] {
        assert_eq!(truth.ask(&cache, key).await, 1, "{key:?}");
    }
}

#[tokio::test]
async fn what_was_begun_before_a_change_is_never_kept_after_it() {
    let (cache, _clock) = cache();
    let key = availability(1);
    let (read, old) = oneshot::channel();
    let mut early = Box::pin(ask_or_make(&cache, &key, async { Ok(old.await.unwrap()) }));
    assert!(early.as_mut().now_or_never().is_none(), "it is reading the database");

    // The database has been read, the change is committed, and only then the reader comes back with what it read.
    cache.void([instructor(1)]);
    read.send(answer("old")).unwrap();
    assert_eq!(early.await.unwrap(), ("old".to_owned(), Origin::Made), "it asked before the change");

    assert!(cache.find(&key).is_none());
    let late = ask_or_make(&cache, &key, async { Ok(answer("new")) }).await.unwrap();
    assert_eq!(late, ("new".to_owned(), Origin::Made));
    assert_eq!(cache.stats().sets, 1);
}

#[tokio::test]
async fn who_asks_after_a_change_does_not_wait_for_what_was_begun_before_it() {
    let (cache, _clock) = cache();
    let key = availability(1);
    let (_never, old) = oneshot::channel();
    let mut early = Box::pin(ask_or_make(&cache, &key, async { Ok(old.await.unwrap()) }));
    assert!(early.as_mut().now_or_never().is_none());
    cache.void([instructor(1)]);
    let late = ask_or_make(&cache, &key, async { Ok(answer("new")) }).now_or_never();
    assert_eq!(late.expect("it waits for nobody").unwrap().0, "new");
}

#[test]
fn a_thousand_callers_on_many_threads_make_an_answer_once() {
    let (cache, _clock) = cache();
    let (truth, key) = (Truth::default(), availability(1));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                wait(async {
                    let make = || async {
                        let found = truth.look_up();
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        Ok(found)
                    };
                    let asked = join_all((0..125).map(|_nth| ask_or_make(&cache, &key, make()))).await;
                    assert!(asked.into_iter().all(|answer| answer.unwrap().0 == "0"));
                });
            });
        }
    });
    assert_eq!(truth.lookups(), 1);
    assert_eq!(cache.stats().of(AnswerKind::Availability), Lookups { hits: 999, misses: 1 });
}

#[tokio::test]
async fn a_failure_is_told_to_all_who_wait_and_kept_for_nobody() {
    let (cache, _clock) = cache();
    let (key, attempts) = (availability(1), Cell::new(0));
    let fail = || async {
        attempts.set(attempts.get() + 1);
        tokio::task::yield_now().await;
        Err(Arc::from(Box::<dyn std::error::Error + Send + Sync>::from("the database is away")))
    };
    let failed = join_all((0..10).map(|_nth| ask_or_make(&cache, &key, fail()))).await;
    for failure in failed {
        assert_eq!(failure.unwrap_err().to_string(), "the database is away");
    }
    assert_eq!(attempts.get(), 1);
    assert_eq!(ask_or_make(&cache, &key, async { Ok(answer("back")) }).await.unwrap().0, "back");
}

#[tokio::test]
async fn an_answer_dies_of_old_age() {
    let (cache, clock) = cache();
    let truth = Truth::default();
    let key = key(AnswerKind::Profile, 60);
    truth.ask(&cache, &key).await;
    clock.advance(SignedDuration::from_millis(59_999));
    assert!(cache.find(&key).is_some());
    clock.advance(SignedDuration::from_millis(1));
    assert!(cache.find(&key).is_none());
}

#[tokio::test]
async fn an_answer_that_ages_does_not_survive_the_quarter_of_an_hour() {
    let (cache, clock) = cache();
    let truth = Truth::default();
    let (starts, profile) = (key(AnswerKind::StartTimes, 86_400), key(AnswerKind::Profile, 86_400));
    clock.set("2026-07-15T12:14:59.999999Z");
    for key in [&starts, &profile] {
        truth.ask(&cache, key).await;
        assert!(cache.find(key).is_some());
    }
    for now in ["2026-07-15T12:15:00Z", "2026-07-15T12:15:00.000001Z"] {
        clock.set(now);
        assert!(cache.find(&starts).is_none(), "{now}");
        assert!(cache.find(&profile).is_some(), "{now}");
    }
    // At the instant between two quarters each answer is made and none is kept.
    clock.set("2026-07-15T12:15:00Z");
    let before = truth.lookups();
    truth.ask(&cache, &starts).await;
    truth.ask(&cache, &starts).await;
    assert_eq!(truth.lookups(), before + 2);
}

#[tokio::test]
async fn without_a_lifetime_every_answer_is_made() {
    let (cache, _clock) = cache();
    let truth = Truth::default();
    let key = key(AnswerKind::Availability, 0);
    for _ in 0..3 {
        truth.ask(&cache, &key).await;
    }
    assert_eq!(truth.lookups(), 3);
    assert_eq!(cache.stats().total(), Lookups::default());
}

#[tokio::test]
async fn who_has_not_followed_the_outbox_for_a_while_trusts_an_answer_for_a_second() {
    let (cache, clock) = cache();
    let truth = Truth::default();
    let key = availability(1);
    cache.followed();
    truth.ask(&cache, &key).await;
    clock.advance(SignedDuration::from_secs(2));
    assert!(cache.find(&key).is_some());
    clock.advance(SignedDuration::from_millis(1));
    assert!(cache.find(&key).is_none(), "for two seconds nobody said that nothing changed");
    truth.ask(&cache, &key).await;
    clock.advance(SignedDuration::from_millis(999));
    assert!(cache.find(&key).is_some());
    clock.advance(SignedDuration::from_millis(1));
    assert!(cache.find(&key).is_none());
    cache.followed();
    assert!(cache.find(&key).is_some(), "nothing had changed");
}

#[tokio::test]
async fn memory_is_bounded() {
    let settings = AnswerSettings { memory_bytes: 200_000, ..AnswerSettings::default() };
    let cache = AnswerCache::in_process(&settings, Arc::new(FixedClock::at(NOON)));
    for id in 1..=100 {
        let make = async { Ok(answer(&"x".repeat(10_000))) };
        ask_or_make(&cache, &availability(id), make).await.unwrap();
    }
    let stats = cache.stats();
    assert!(stats.bytes <= 200_000, "{stats:?}");
    assert!((5..=20).contains(&stats.entries), "{stats:?}");
}

#[tokio::test]
async fn everything_is_counted_once_and_can_be_set_to_zero() {
    let (cache, _clock) = cache();
    let truth = Truth::default();
    for _ in 0..4 {
        truth.ask(&cache, &availability(1)).await;
    }
    truth.ask(&cache, &key(AnswerKind::Profile, 60)).await;
    cache.void([instructor(1), Topic::Search]);
    let stats = cache.stats();
    assert_eq!(stats.of(AnswerKind::Availability), Lookups { hits: 3, misses: 1 });
    assert_eq!(stats.total(), Lookups { hits: 3, misses: 2 });
    assert_eq!((stats.sets, stats.deletes, stats.availability_invalidations), (2, 2, 1));
    assert_eq!((stats.errors, stats.breaker), (0, None));
    assert_eq!(cache.sample_keys(AnswerKind::Availability, 10), ["public_availability:1"]);
    assert_eq!(cache.sample_keys(AnswerKind::Availability, 0), [""; 0]);
    assert_eq!(cache.server_info().await, None);

    cache.reset_stats();
    let stats = cache.stats();
    assert_eq!((stats.total(), stats.sets, stats.deletes), (Lookups::default(), 0, 0));
}
