//! Redis away, slow, full, coming and going: every question is answered, and no answer is old.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    num::NonZeroU32,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use instainstru_domain::ports::{
    RateLimiter, ResponseCache,
    rate_limiter::{LimitKey, Quota},
};
use instainstru_test_support::redis::PrivateRedis;

use crate::support::{Server, Truth, availability, eventually, instructor, redis as settings, wait};

/// After this time everybody must see a change.
const SEEN_WITHIN: Duration = Duration::from_secs(1);
/// After this time the outbox has told everybody.
const TOLD_AFTER: Duration = Duration::from_millis(50);
const INSTRUCTORS: i64 = 5;

/// Instructors whose time changes, and when it did.
struct Market {
    truths: Vec<Truth>,
    changes: Mutex<Vec<Change>>,
    asked: AtomicU64,
    is_over: AtomicBool,
}

#[derive(Clone, Copy)]
struct Change {
    instructor: usize,
    number: u64,
    at: Instant,
}

impl Market {
    fn open() -> Self {
        Self {
            truths: (0..INSTRUCTORS).map(|_nth| Truth::default()).collect(),
            changes: Mutex::default(),
            asked: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    /// Changes something on one server, and insists on seeing it there in the next request.
    fn change(&self, instructor_index: usize, author: &Server, everybody: &[Server; 2]) {
        let truth = &self.truths[instructor_index];
        let number = truth.change();
        let topic = instructor(i64::try_from(instructor_index).unwrap() + 1);
        author.cache.void([topic]);
        self.changes.lock().unwrap().push(Change {
            instructor: instructor_index,
            number,
            at: Instant::now(),
        });
        assert!(self.ask(instructor_index, author) >= number, "the author sees an old answer");
        thread::sleep(TOLD_AFTER);
        for server in everybody {
            server.cache.void([topic]);
        }
    }

    fn ask(&self, instructor: usize, server: &Server) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let key = availability(i64::try_from(instructor).unwrap() + 1);
        wait(self.truths[instructor].ask(&server.cache, &key))
    }

    /// Asks and insists that the answer knows of every change that is old enough.
    fn visit(&self, instructor: usize, server: &Server) {
        let asked = Instant::now();
        let answer = self.ask(instructor, server);
        let changes = self.changes.lock().unwrap();
        let known = changes.iter().filter(|change| change.instructor == instructor);
        let due = known.filter(|change| asked.duration_since(change.at) > SEEN_WITHIN);
        let due = due.map(|change| change.number).max().unwrap_or(0);
        assert!(answer >= due, "an answer that is older than {SEEN_WITHIN:?}");
    }

    /// Lets two servers be asked and things change on both while `trouble` happens. Everything is answered, or this panics.
    fn trade(&self, servers: &[Server; 2], trouble: impl FnOnce()) {
        thread::scope(|scope| {
            for (nth, server) in servers.iter().enumerate() {
                for _ in 0..2 {
                    scope.spawn(move || {
                        for instructor in (0..self.truths.len()).cycle() {
                            if self.is_over.load(Ordering::Relaxed) {
                                break;
                            }
                            self.visit(instructor, server);
                            thread::sleep(Duration::from_micros(200));
                        }
                    });
                }
                scope.spawn(move || {
                    for instructor in (nth..self.truths.len()).cycle() {
                        if self.is_over.load(Ordering::Relaxed) {
                            break;
                        }
                        self.change(instructor, server, servers);
                    }
                });
            }
            trouble();
            self.is_over.store(true, Ordering::Relaxed);
        });
        assert!(self.asked.load(Ordering::Relaxed) > 200);
        for instructor in 0..self.truths.len() {
            for server in servers {
                assert_eq!(self.ask(instructor, server), self.truths[instructor].now());
            }
        }
    }
}

fn pass(milliseconds: u64) {
    thread::sleep(Duration::from_millis(milliseconds));
}

#[test]
fn redis_that_never_was_there_is_not_missed() {
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let servers = [0, 1].map(|_nth| Server::start(&format!("redis://{nobody}")));
    Market::open().trade(&servers, || pass(500));
    assert!(servers[0].cache.stats().circuit_opens > 0);
    let (key, quota) = (LimitKey::new("general", "x"), Quota::per_hour(NonZeroU32::new(2).unwrap()));
    let verdicts = [0; 3].map(|_nth| wait(servers[0].limiter.spend(&key, quota)).is_allowed);
    assert_eq!(verdicts, [true, true, false], "never unlimited");
}

#[test]
fn redis_is_killed_and_started_again_while_everybody_asks() {
    let mut redis = PrivateRedis::start(&[]).unwrap();
    let servers = [0, 1].map(|_nth| Server::start(&redis.url()));
    Market::open().trade(&servers, || {
        pass(500);
        redis.kill().unwrap();
        pass(1_500);
        redis.start_again().unwrap();
        pass(2_500);
    });
    servers[0].until_it_shares_with(&servers[1]);
    servers[1].until_it_shares_with(&servers[0]);
}

#[test]
fn redis_that_remembers_what_it_should_have_forgotten_is_not_believed() {
    let mut redis = PrivateRedis::start(&["--appendonly", "yes", "--appendfsync", "always"]).unwrap();
    let servers = [0, 1].map(|_nth| Server::start(&redis.url()));
    let market = Market::open();
    servers[0].until_it_shares_with(&servers[1]);
    for instructor in 0..market.truths.len() {
        market.ask(instructor, &servers[0]);
    }
    pass(100);
    redis.kill().unwrap();
    for (id, truth) in (1..).zip(&market.truths) {
        truth.change();
        servers.iter().for_each(|server| server.cache.void([instructor(id)]));
    }
    // It comes back with everything it knew before the changes.
    redis.start_again().unwrap();
    let latecomer = Server::start(&redis.url());
    // Nobody has an answer of its own, so this is what Redis says as soon as it is believed.
    servers[1].until_it_shares_with(&latecomer);
    latecomer.until_it_shares_with(&servers[1]);
    for server in [&latecomer, &servers[1], &servers[0]] {
        for instructor in 0..market.truths.len() {
            assert_eq!(market.ask(instructor, server), 1);
        }
    }
}

#[test]
fn what_redis_could_not_be_told_it_is_not_believed() {
    let redis = PrivateRedis::start(&[]).unwrap();
    let line = Line::to(redis.port());
    let servers = [0, 1].map(|_nth| Server::start(&line.url()));
    servers[0].until_it_shares_with(&servers[1]);
    let market = Market::open();
    for instructor in 0..market.truths.len() {
        market.ask(instructor, &servers[0]);
    }
    pass(100);
    line.cut(true);
    for (id, truth) in (1..).zip(&market.truths) {
        truth.change();
        servers.iter().for_each(|server| server.cache.void([instructor(id)]));
    }
    pass(500);
    line.cut(false);
    servers[1].until_it_shares_with(&servers[0]);
    for instructor in 0..market.truths.len() {
        assert_eq!(market.ask(instructor, &servers[1]), 1);
    }
}

#[test]
fn redis_that_stalls_holds_nobody_up() {
    let mut redis = PrivateRedis::start(&[]).unwrap();
    let servers = [0, 1].map(|_nth| Server::start(&redis.url()));
    Market::open().trade(&servers, || {
        pass(300);
        redis.stall().unwrap();
        pass(2_000);
        redis.go_on().unwrap();
        pass(1_500);
    });
    assert!(servers[0].cache.stats().circuit_opens > 0, "it was left alone");
    servers[0].until_it_shares_with(&servers[1]);
}

#[test]
fn redis_behind_a_slow_line_is_left_alone() {
    let redis = PrivateRedis::start(&[]).unwrap();
    let line = Line::to(redis.port());
    let servers = [0, 1].map(|_nth| Server::start(&line.url()));
    Market::open().trade(&servers, || {
        pass(500);
        line.delay(400);
        pass(2_000);
        line.delay(0);
        pass(1_500);
    });
    assert!(servers[0].cache.stats().circuit_opens > 0);
    servers[0].until_it_shares_with(&servers[1]);
}

#[test]
fn redis_that_is_full_keeps_nothing_and_hears_everything() {
    let redis = PrivateRedis::start(&["--maxmemory", "3mb", "--maxmemory-policy", "noeviction"]).unwrap();
    let servers = [0, 1].map(|_nth| Server::start(&redis.url()));
    servers[0].until_it_shares_with(&servers[1]);
    let market = Market::open();
    for instructor in 0..market.truths.len() {
        market.ask(instructor, &servers[0]);
    }
    pass(50);
    fill(&redis);
    market.trade(&servers, || pass(2_000));
    let (key, quota) = (LimitKey::new("general", "x"), Quota::per_hour(NonZeroU32::new(2).unwrap()));
    let verdicts = [0; 3].map(|_nth| wait(servers[0].limiter.spend(&key, quota)).is_allowed);
    assert_eq!(verdicts, [true, true, false], "never unlimited");
}

#[test]
fn redis_comes_and_goes() {
    let mut redis = PrivateRedis::start(&[]).unwrap();
    let servers = [0, 1].map(|_nth| Server::start(&redis.url()));
    Market::open().trade(&servers, || {
        for _ in 0..8 {
            pass(250);
            redis.kill().unwrap();
            pass(100);
            redis.start_again().unwrap();
        }
        pass(500);
    });
    servers[0].until_it_shares_with(&servers[1]);
}

#[test]
fn an_address_that_is_none_is_refused_without_quoting_its_password() {
    let clock = crate::support::Ticking::clock();
    let answers = instainstru_cache::AnswerSettings::default();
    let refused = instainstru_cache::shared(&settings("http://me:hunter2@db"), &answers, &clock);
    let error = refused.err().unwrap().to_string();
    assert!(error.contains("redis://") && !error.contains("hunter2"), "{error}");
    assert!(!format!("{:?}", settings("redis://:hunter2@db")).contains("hunter2"));
}

/// Fills the memory of a server until it takes nothing more.
fn fill(redis: &PrivateRedis) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, redis.port())).unwrap();
    let value = "x".repeat(1_000);
    for n in 0..100_000 {
        stream.write_all(format!("SET filler:{n} {value}\r\n").as_bytes()).unwrap();
        let mut answer = [0; 128];
        let length = stream.read(&mut answer).unwrap();
        if answer[..length].starts_with(b"-OOM") {
            return;
        }
    }
    panic!("the server has no limit");
}

/// A line to a server that can be slow, or cut while the server lives on.
struct Line {
    port: u16,
    state: Arc<LineState>,
}

#[derive(Default)]
struct LineState {
    delay: AtomicU64,
    is_cut: AtomicBool,
}

impl Line {
    fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = Self { port, state: Arc::default() };
        let state = Arc::clone(&line.state);
        // It ends with the process: nobody waits for it.
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { continue };
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                for (from, to) in [(from, to), (server, client)] {
                    let state = Arc::clone(&state);
                    thread::spawn(move || state.carry(from, to));
                }
            }
        });
        line
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn delay(&self, milliseconds: u64) {
        self.state.delay.store(milliseconds, Ordering::Relaxed);
    }

    fn cut(&self, is_cut: bool) {
        self.state.is_cut.store(is_cut, Ordering::Relaxed);
    }
}

impl LineState {
    /// Carries bytes in one direction; whatever comes while the line is cut is lost, and the connection with it.
    fn carry(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut bytes = [0; 65_536];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            pass(self.delay.load(Ordering::Relaxed));
            if self.is_cut.load(Ordering::Relaxed) || to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        for end in [from, to] {
            // Either side may have closed it already.
            let _closed = end.shutdown(std::net::Shutdown::Both);
        }
    }
}

#[test]
fn trouble_is_over_when_redis_is_back() {
    let mut redis = PrivateRedis::start(&[]).unwrap();
    let server = Server::start(&redis.url());
    let info = || wait(server.cache.server_info());
    eventually("it is there", || info().is_some());
    redis.kill().unwrap();
    eventually("it is left alone", || {
        info();
        server.cache.stats().circuit_opens > 0
    });
    redis.start_again().unwrap();
    eventually("it is there again", || info().is_some());
    assert_eq!(server.cache.stats().breaker.unwrap().failures, 0);
}
