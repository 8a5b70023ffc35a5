//! Servers that share a Redis.

use std::{thread, time::Duration};

use futures_util::FutureExt;
use instainstru_domain::ports::{
    ResponseCache,
    response_cache::{AnswerKind, BreakerState, CacheKey, Origin, Topic},
};
use instainstru_test_support::redis::PrivateRedis;
use tokio::sync::oneshot;

use crate::support::{Server, Truth, answer, ask_or_make, availability, eventually, instructor, wait};

fn two_servers() -> (PrivateRedis, Server, Server) {
    let redis = PrivateRedis::start(&[]).unwrap();
    let (ours, theirs) = (Server::start(&redis.url()), Server::start(&redis.url()));
    ours.until_it_shares_with(&theirs);
    theirs.until_it_shares_with(&ours);
    (redis, ours, theirs)
}

#[test]
fn an_answer_that_one_made_is_found_by_the_other() {
    let (_redis, ours, theirs) = two_servers();
    // Which is what "sharing" means: it was made once and asked for on both.
    ours.until_it_shares_with(&theirs);
    let ids = 1..=50;
    let truth = Truth::default();
    for id in ids.clone() {
        wait(truth.ask(&ours.cache, &availability(id)));
    }
    // Storing is not waited for.
    thread::sleep(Duration::from_millis(200));
    for id in ids {
        wait(truth.ask(&theirs.cache, &availability(id)));
    }
    let stats = theirs.cache.stats();
    assert_eq!(stats.of(AnswerKind::Availability).hits, stats.shared_hits);
    assert!(stats.shared_hits >= 40, "{stats:?}");
    let stats = ours.cache.stats();
    assert_eq!(stats.breaker.unwrap().state, BreakerState::Closed);
    assert!(stats.pipelines > 0 && stats.commands >= stats.pipelines, "{stats:?}");
    let info = wait(ours.cache.server_info()).unwrap();
    assert!(info.connected_clients >= 2 && !info.used_memory_human.is_empty(), "{info:?}");
}

#[test]
fn what_is_sent_in_full_arrives_in_full() {
    let (_redis, ours, theirs) = two_servers();
    let mut whole = answer("{\"a\":1}");
    whole.gzip = Some(vec![0x1f, 0x8b, 0, 255]);
    let mut id = 0;
    eventually("it arrives", || {
        id += 1;
        let key = availability(id);
        let made = wait(ours.cache.find_or_make(&key, Box::pin(async { Ok(whole.clone()) }))).unwrap();
        assert_eq!((&*made.0, made.1), (&whole, Origin::Made));
        thread::sleep(Duration::from_millis(5));
        let other = Box::pin(async { Ok(answer("other")) });
        let found = wait(theirs.cache.find_or_make(&key, other)).unwrap();
        found.1 == Origin::Kept && *found.0 == whole
    });
}

#[test]
fn what_search_finds_is_not_shared() {
    let (_redis, ours, theirs) = two_servers();
    let truth = Truth::default();
    let key = CacheKey::new(AnswerKind::Search, "piano", &[Topic::Search], Duration::from_secs(300));
    wait(truth.ask(&ours.cache, &key));
    thread::sleep(Duration::from_millis(50));
    wait(truth.ask(&theirs.cache, &key));
    assert_eq!(truth.lookups(), 2, "each has an index of its own");
}

#[test]
fn the_author_of_a_change_sees_it_in_the_next_request_and_the_others_soon() {
    let (_redis, ours, theirs) = two_servers();
    let (truth, key) = (Truth::default(), availability(1));
    for _ in 0..300 {
        let changed = truth.change();
        ours.cache.void([instructor(1)]);
        assert_eq!(wait(truth.ask(&ours.cache, &key)), changed);
        // Now and then the others have it in process, and now and then only on Redis.
        wait(truth.ask(&theirs.cache, &key));
    }
    // They hear of it without following anything but what is published.
    eventually("the others see it", || wait(truth.ask(&theirs.cache, &key)) == truth.now());
}

#[test]
fn an_answer_begun_before_a_change_elsewhere_is_of_use_to_nobody_after_it() {
    let (_redis, ours, theirs) = two_servers();
    let key = availability(1);
    let (read, old) = oneshot::channel();
    wait(async {
        let mut early = Box::pin(ask_or_make(&theirs.cache, &key, async { Ok(old.await.unwrap()) }));
        // It has asked Redis and reads the database.
        for _ in 0..20 {
            assert!(early.as_mut().now_or_never().is_none());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        ours.cache.void([instructor(1)]);
        tokio::time::sleep(Duration::from_millis(100)).await;
        read.send(answer("old")).unwrap();
        assert_eq!(early.await.unwrap().0, "old");
        tokio::time::sleep(Duration::from_millis(50)).await;
        for server in [&ours, &theirs] {
            let (found, _origin) =
                ask_or_make(&server.cache, &key, async { Ok(answer("new")) }).await.unwrap();
            assert_eq!(found, "new");
        }
    });
}

#[test]
fn a_server_that_comes_later_believes_nothing_it_has_not_seen_kept_up_to_date() {
    let (redis, ours, _theirs) = two_servers();
    let (truth, key) = (Truth::default(), availability(1));
    wait(truth.ask(&ours.cache, &key));
    thread::sleep(Duration::from_millis(50));
    // Changed by somebody who died before telling anybody.
    truth.change();
    let newcomer = Server::start(&redis.url());
    newcomer.until_it_shares_with(&ours);
    ours.until_it_shares_with(&newcomer);
    assert_eq!(wait(truth.ask(&newcomer.cache, &key)), 1);
}
