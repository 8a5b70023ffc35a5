//! Counting requests, alone and together.

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use instainstru_cache::LocalLimiter;
use instainstru_domain::ports::{
    RateLimiter,
    rate_limiter::{LimitKey, LimitedKey, Quota, Verdict},
};
use instainstru_test_support::{clock::FixedClock, redis::PrivateRedis};
use jiff::SignedDuration;

use crate::support::{NOON, Server, eventually, wait};

fn per_hour(count: u32) -> Quota {
    Quota::per_hour(NonZeroU32::new(count).unwrap())
}

fn per_minute(count: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(count).unwrap())
}

fn key(identifier: &str) -> LimitKey {
    LimitKey::new("general", identifier)
}

fn local() -> (LocalLimiter, FixedClock) {
    let clock = FixedClock::at(NOON);
    (LocalLimiter::new(Arc::new(clock.clone())), clock)
}

fn spend(limiter: &dyn RateLimiter, key: &LimitKey, quota: Quota) -> Verdict {
    wait(limiter.spend(key, quota))
}

/// How many of 50 clients with ten requests each get through, all at the same moment.
fn crowd(limiters: &[&dyn RateLimiter], quota: Quota) -> u32 {
    let passed = AtomicU32::new(0);
    thread::scope(|scope| {
        for limiter in limiters.iter().cycle().take(50) {
            let passed = &passed;
            scope.spawn(move || {
                wait(async {
                    for _ in 0..10 {
                        let verdict = limiter.spend(&key("203.0.113.7"), quota).await;
                        passed.fetch_add(u32::from(verdict.is_allowed), Ordering::SeqCst);
                    }
                });
            });
        }
    });
    passed.into_inner()
}

#[test]
fn of_fifty_clients_at_once_exactly_as_many_pass_as_may() {
    let (limiter, _clock) = local();
    assert_eq!(crowd(&[&limiter], per_minute(100)), 100);
}

#[test]
fn of_fifty_clients_of_three_servers_exactly_as_many_pass_as_may() {
    let redis = PrivateRedis::start(&[]).unwrap();
    let servers = [0; 3].map(|_nth| Server::start(&redis.url()));
    for server in &servers {
        spend(&server.limiter, &key("somebody else"), per_hour(100));
    }
    let limiters: [&dyn RateLimiter; 3] =
        servers.each_ref().map(|server| -> &dyn RateLimiter { &server.limiter });
    // At a hundred an hour nothing comes back while the test runs, unless it takes longer than half a minute.
    let passed = crowd(&limiters, per_hour(100));
    assert!((100..=101).contains(&passed), "{passed}");
    let alone: u64 = servers.iter().map(|server| wait(server.limiter.stats(0)).fallbacks).sum();
    assert_eq!(alone, 0, "all of them were counted together");
}

#[test]
fn requests_come_back_one_by_one() {
    let (limiter, clock) = local();
    let (key, quota) = (key("203.0.113.7"), per_minute(5));
    let remaining: Vec<u32> = (0..5).map(|_nth| spend(&limiter, &key, quota).remaining).collect();
    assert_eq!(remaining, [4, 3, 2, 1, 0]);
    let refused = spend(&limiter, &key, quota);
    assert_eq!(refused, Verdict { is_allowed: false, remaining: 0, retry_after_seconds: 12 });
    clock.advance(SignedDuration::from_secs(i64::from(refused.retry_after_seconds)));
    assert!(spend(&limiter, &key, quota).is_allowed);
    assert!(!spend(&limiter, &key, quota).is_allowed);
    clock.advance(SignedDuration::from_mins(1));
    assert_eq!(spend(&limiter, &key, quota).remaining, 4, "as if nothing had happened");
}

#[test]
fn each_key_is_counted_for_itself() {
    let (limiter, _clock) = local();
    let login = LimitKey::new("login_5perminute", "203.0.113.7");
    for key in [&key("203.0.113.7"), &key("203.0.113.8"), &login] {
        assert!(spend(&limiter, key, per_minute(1)).is_allowed);
        assert!(!spend(&limiter, key, per_minute(1)).is_allowed);
    }
}

#[test]
fn a_flood_of_strangers_is_counted_too() {
    let (limiter, clock) = local();
    let quota = per_hour(2);
    let flood = 600_000;
    let passed = (0..flood).filter(|n| spend_now(&limiter, &key(&format!("10.{n}")), quota)).count();
    assert!(passed < flood, "when there are more than can be told apart, strangers share");
    let stats = wait(limiter.stats(1));
    assert!(stats.total_keys < 560_000, "{}", stats.total_keys);
    // Whoever was counted before is counted on.
    assert!(spend_now(&limiter, &key("10.0"), quota));
    assert!(!spend_now(&limiter, &key("10.0"), quota));
    // It is over when nothing counts any more.
    clock.advance(SignedDuration::from_hours(2));
    assert!(spend_now(&limiter, &key("a newcomer"), quota) && spend_now(&limiter, &key("a newcomer"), quota));
    assert!(!spend_now(&limiter, &key("a newcomer"), quota));
}

/// As [`spend`], for a limiter that never waits.
fn spend_now(limiter: &LocalLimiter, key: &LimitKey, quota: Quota) -> bool {
    use futures_util::FutureExt;
    limiter.spend(key, quota).now_or_never().unwrap().is_allowed
}

#[test]
fn what_is_counted_can_be_looked_at_and_forgotten() {
    let redis = PrivateRedis::start(&[]).unwrap();
    let (ours, theirs) = (Server::start(&redis.url()), Server::start(&redis.url()));
    let (alone, _clock) = local();
    let login = LimitKey::new("login_5perminute", "203.0.113.7");
    // The other server must hear what is forgotten, and says so by an answer it was told.
    ours.until_it_shares_with(&theirs);
    let pairs: [(&dyn RateLimiter, &dyn RateLimiter); 2] =
        [(&ours.limiter, &theirs.limiter), (&alone, &alone)];
    for (limiter, other) in pairs {
        for _ in 0..3 {
            spend(limiter, &key("203.0.113.7"), per_hour(10));
        }
        spend(other, &key("203.0.113.7"), per_hour(10));
        spend(limiter, &key("user_[7]"), per_hour(10));
        spend(limiter, &login, per_minute(5));

        let stats = wait(limiter.stats(1));
        assert_eq!(stats.total_keys, 3);
        let by_window = BTreeMap::from([("general".to_owned(), 2), ("login_5perminute".to_owned(), 1)]);
        assert_eq!(stats.by_window, by_window);
        let first = "rate_limit:general:203.0.113.7".to_owned();
        let [LimitedKey { key: name, requests, ttl_seconds }] = stats.top.as_slice() else {
            panic!("{:?}", stats.top)
        };
        assert_eq!((name, *requests), (&first, 4));
        assert!((1_430..=1_440).contains(ttl_seconds), "{ttl_seconds}");

        assert_eq!(wait(limiter.reset("203.0.113.*")), 2);
        assert_eq!(wait(limiter.stats(9)).total_keys, 1);
        assert_eq!(spend(limiter, &login, per_minute(5)).remaining, 4);
        eventually("the other server forgets what it had in mind", || {
            wait(limiter.reset("203.0.113.7"));
            spend(other, &key("203.0.113.7"), per_hour(10)).remaining == 9
        });
        assert_eq!(wait(limiter.reset("user_[7]")), 1);
        assert_eq!(wait(limiter.reset("nobody")), 0);
    }
}

#[test]
fn nobody_gets_a_fresh_quota_when_redis_goes_or_comes_back() {
    let mut redis = PrivateRedis::start(&[]).unwrap();
    let server = Server::start(&redis.url());
    let (key, quota) = (key("203.0.113.7"), per_hour(100));
    let go_on =
        |times: u32| (0..times).map(|_nth| spend(&server.limiter, &key, quota).remaining).last().unwrap();
    assert_eq!(go_on(40), 60);
    redis.kill().unwrap();
    assert_eq!(go_on(20), 40, "it goes on with what it knows");
    assert!(wait(server.limiter.stats(0)).fallbacks >= 20);
    redis.start_again().unwrap();
    let fallbacks = || wait(server.limiter.stats(0)).fallbacks;
    eventually("they are counted together again", || {
        let before = fallbacks();
        spend(&server.limiter, &LimitKey::new("general", "somebody else"), quota);
        fallbacks() == before
    });
    assert_eq!(go_on(10), 30, "and tells the empty server what it knows");
    let other = Server::start(&redis.url());
    spend(&other.limiter, &LimitKey::new("general", "somebody else"), quota);
    assert_eq!(spend(&other.limiter, &key, quota).remaining, 29);
}
