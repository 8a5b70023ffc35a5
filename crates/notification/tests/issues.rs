//! Issues for alerts, opened on a GitHub that is played by a server on this machine: it keeps issues as the documented API does, and
//! fails as it is told.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic: that is how they report")]

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use instainstru_domain::{
    alert::{Alert, AlertKind, IssueUrl, NewAlert},
    delivery::{DeliveryState, ISSUES},
    event::{DomainEvent, RecordedEvent},
    ids::AlertId,
    ports::{ConsumerError, EventConsumer, StorageError, TransactorExt as _},
};
use instainstru_notification::{
    delivery::{Courier, DeliveryRules, Jitter},
    issues::{GitHub, IssueConsumer, IssueTracker},
};
use instainstru_test_support::{
    clock::FixedClock,
    memory::{Fault, MemoryStore, unavailable},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

const TOKEN: &str = "ghp_test_token";
const NOW: &str = "2026-07-01T13:00:00Z";
const ISSUES_PATH: &str = "/repos/studio/shop/issues";

/// What GitHub does with a request instead of what it is asked for.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// What it is asked for after all.
    Obey,
    /// Answers with this status, these header lines and this body.
    Answer(u16, &'static str, &'static str),
    /// Opens the issue and closes the connection without a word.
    OpenAndHangUp,
    /// Keeps the connection open and says nothing.
    Stall,
}

#[derive(Debug, Clone)]
struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Request {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _value)| known == name);
        found.map_or("", |(_name, value)| value)
    }
}

#[derive(Default)]
struct Played {
    turns: VecDeque<Turn>,
    requests: Vec<Request>,
    issues: Vec<Value>,
}

struct Server {
    url: String,
    played: Arc<Mutex<Played>>,
}

impl Server {
    /// Takes these turns, one a request, and does what it is asked for afterwards.
    fn start(turns: &[Turn]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let played = Played { turns: turns.iter().copied().collect(), ..Played::default() };
        let played = Arc::new(Mutex::new(played));
        let shared = Arc::clone(&played);
        // Ends with the test process.
        thread::spawn(move || {
            let mut stalled = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&stream);
                let mut played = shared.lock().unwrap();
                let turn = played.turns.pop_front().unwrap_or(Turn::Obey);
                let answer = match turn {
                    Turn::Stall => {
                        stalled.push(stream);
                        None
                    }
                    Turn::Answer(status, headers, body) => Some((stream, status, headers, body.to_owned())),
                    Turn::Obey => {
                        let (status, body) = played.obey(&request);
                        Some((stream, status, "", body.to_string()))
                    }
                    Turn::OpenAndHangUp => {
                        played.obey(&request);
                        stream.flush().unwrap();
                        None
                    }
                };
                played.requests.push(request);
                drop(played);
                if let Some((mut stream, status, headers, body)) = answer {
                    let length = body.len();
                    write!(
                        stream,
                        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
                    )
                    .unwrap();
                }
            }
        });
        Self { url, played }
    }

    fn tracker(&self) -> GitHub {
        GitHub::waiting(&self.url, &"studio/shop".parse().unwrap(), TOKEN, Duration::from_secs(3))
    }

    fn requests(&self) -> Vec<Request> {
        self.played.lock().unwrap().requests.clone()
    }

    fn issues(&self) -> Vec<Value> {
        self.played.lock().unwrap().issues.clone()
    }
}

impl Played {
    fn obey(&mut self, request: &Request) -> (u16, Value) {
        if request.header("authorization") != format!("Bearer {TOKEN}") {
            return (401, json!({"message": "Bad credentials"}));
        }
        assert_eq!(request.header("accept"), "application/vnd.github+json");
        assert!(request.header("user-agent").starts_with("InstaInstru/"));
        if request.method == "GET" {
            assert!(request.target.starts_with(&format!("{ISSUES_PATH}?state=all&")), "{}", request.target);
            return (200, Value::Array(self.issues.clone()));
        }
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", ISSUES_PATH));
        let number = self.issues.len() + 1;
        let mut issue = request.body.clone();
        issue["html_url"] = json!(format!("https://github.com/studio/shop/issues/{number}"));
        self.issues.push(issue.clone());
        (201, issue)
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _value)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_name, value)| value.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    let mut words = line.split(' ').map(str::to_owned);
    Request {
        method: words.next().unwrap(),
        target: words.next().unwrap(),
        headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }
}

struct World {
    store: MemoryStore,
    clock: FixedClock,
}

impl World {
    fn new() -> Self {
        Self { store: MemoryStore::new(), clock: FixedClock::at(NOW) }
    }

    fn consumer(&self, tracker: Option<GitHub>) -> IssueConsumer {
        let tracker = tracker.map(|github| -> Arc<dyn IssueTracker> { Arc::new(github) });
        IssueConsumer::new(Arc::new(self.store.clone()), tracker, "test")
    }

    /// A statement was much too slow, and somebody is to be told.
    fn alert(&self) -> (AlertId, RecordedEvent) {
        let message = "A statement took 1234 ms; @studio/all look at `users`.\n# Now";
        let new = NewAlert::new(AlertKind::ExtremelySlowQuery, message, NOW.parse().unwrap());
        let new = new.saying("query", "SELECT 1\n<!-- nothing -->");
        let kept: Alert = self
            .store
            .transaction::<_, StorageError>(|uow| {
                let kept = uow.alerts().insert(&new)?;
                uow.outbox().push(&DomainEvent::AlertRaised { alert: kept.id }, new.raised_at)?;
                Ok(kept)
            })
            .unwrap();
        let number = self.store.reading::<_, StorageError>(|uow| uow.outbox().last_number()).unwrap();
        (kept.id, RecordedEvent { number, event: DomainEvent::AlertRaised { alert: kept.id } })
    }

    fn issue_of(&self, id: AlertId) -> Option<IssueUrl> {
        self.store.reading::<_, StorageError>(|uow| uow.alerts().find(id)).unwrap().unwrap().issue_url
    }
}

#[test]
fn an_alert_becomes_an_issue_whose_address_is_noted() {
    let (world, server) = (World::new(), Server::start(&[]));
    let (id, event) = world.alert();
    world.consumer(Some(server.tracker())).handle(&event).unwrap();
    let issues = server.issues();
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0]["title"], "[CRITICAL] Performance Alert: Extremely Slow Query");
    assert_eq!(issues[0]["labels"], json!(["instainstru-alert", "critical"]));
    let body = issues[0]["body"].as_str().unwrap();
    for line in [
        "An alert of the kind `extremely_slow_query`, noticed at 2026-07-01T13:00:00Z in `test`:",
        "    A statement took 1234 ms; @studio/all look at `users`.",
        "    # Now",
        "    query: SELECT 1",
        "    <!-- nothing -->",
        "<!-- instainstru-alert extremely_slow_query 1 2026-07-01T13:00:00Z -->",
    ] {
        assert!(body.lines().any(|shown| shown == line), "{line}: {body}");
    }
    let url = world.issue_of(id).unwrap();
    assert_eq!(url.as_str(), "https://github.com/studio/shop/issues/1");
}

#[test]
fn an_alert_that_has_its_issue_asks_nobody() {
    let (world, server) = (World::new(), Server::start(&[]));
    let (_id, event) = world.alert();
    let consumer = world.consumer(Some(server.tracker()));
    consumer.handle(&event).unwrap();
    consumer.handle(&event).unwrap();
    assert_eq!(server.requests().len(), 2, "looking and opening, once each");
}

#[test]
fn an_issue_is_found_again_when_its_opening_was_not_heard_of() {
    let (world, server) = (World::new(), Server::start(&[Turn::Obey, Turn::OpenAndHangUp]));
    let ((id, event), (other, next)) = (world.alert(), world.alert());
    let consumer = world.consumer(Some(server.tracker()));
    assert!(matches!(consumer.handle(&event), Err(ConsumerError::Later { .. })));
    assert_eq!(world.issue_of(id), None);
    consumer.handle(&event).unwrap();
    consumer.handle(&next).unwrap();
    let urls = [id, other].map(|id| world.issue_of(id).unwrap().as_str().to_owned());
    assert_eq!(urls, [1, 2].map(|number| format!("https://github.com/studio/shop/issues/{number}")));
    assert_eq!(server.issues().len(), 2, "one for each alert");
}

#[test]
fn an_issue_that_could_not_be_noted_is_noted_later_and_not_opened_again() {
    let (world, server) = (World::new(), Server::start(&[]));
    let (id, event) = world.alert();
    let consumer = world.consumer(Some(server.tracker()));
    world.store.fail_next(Fault::Commit, unavailable);
    assert!(matches!(consumer.handle(&event), Err(ConsumerError::Later { .. })));
    consumer.handle(&event).unwrap();
    assert_eq!(server.issues().len(), 1);
    assert!(world.issue_of(id).is_some());
}

#[test]
fn faults_that_pass_are_told_apart_from_those_that_stay() {
    let said = r#"{"message": "Validation\n Failed"}"#;
    for (turn, wait, told) in [
        (Turn::Answer(401, "", r#"{"message": "Bad credentials"}"#), None, Some("401: Bad credentials")),
        (Turn::Answer(403, "retry-after: 60\r\n", said), Some(60), Some("403")),
        (Turn::Answer(404, "", said), None, Some("404")),
        (Turn::Answer(429, "retry-after: 999999\r\n", said), Some(3600), Some("429")),
        (Turn::Answer(500, "", "<html>\noops"), None, Some("500: <html> oops")),
        (Turn::Answer(301, "", ""), None, Some("301")),
        (Turn::Answer(201, "", "garbage"), None, Some("something else: garbage")),
        (Turn::Answer(201, "", r#"{"html_url": "javascript:alert(1)"}"#), None, Some("where the issue is")),
        (Turn::Stall, None, Some("does not answer")),
        (Turn::Answer(422, "", said), None, None),
        (Turn::Answer(410, "", said), None, None),
    ] {
        let (world, server) = (World::new(), Server::start(&[Turn::Obey, turn]));
        let (id, event) = world.alert();
        let outcome = world.consumer(Some(server.tracker())).handle(&event);
        match (outcome, told) {
            (Err(ConsumerError::Later { reason, wait_seconds, .. }), Some(told)) => {
                assert!(reason.contains(told), "{turn:?}: {reason}");
                assert_eq!(wait_seconds, wait, "{turn:?}");
                assert!(!reason.contains(TOKEN) && !reason.contains('\n'), "{reason}");
            }
            (Err(ConsumerError::Never { reason, .. }), None) => {
                assert!(reason.ends_with("Validation Failed"), "{reason}");
            }
            (other, _told) => panic!("{turn:?}: {other:?}"),
        }
        assert_eq!(world.issue_of(id), None, "{turn:?}");
    }
}

#[test]
fn without_a_tracker_nothing_happens_and_nothing_waits() {
    let world = World::new();
    let (id, event) = world.alert();
    let consumer = world.consumer(None);
    assert!(!consumer.wants(&event.event));
    consumer.handle(&event).unwrap();
    assert_eq!(world.issue_of(id), None);
}

#[test]
fn an_alert_that_is_forgotten_needs_no_issue() {
    let (world, server) = (World::new(), Server::start(&[]));
    let event = DomainEvent::AlertRaised { alert: AlertId::new(99).unwrap() };
    world.consumer(Some(server.tracker())).handle(&RecordedEvent { number: 1, event }).unwrap();
    assert!(server.requests().is_empty());
}

/// No time at all.
struct AtOnce;

impl Jitter for AtOnce {
    fn up_to(&self, _most: u64) -> u64 {
        0
    }
}

#[test]
fn a_fault_of_github_is_seen_in_the_queue_and_the_alert_gets_its_one_issue() {
    let (world, server) =
        (World::new(), Server::start(&[Turn::Answer(500, "", "oops"), Turn::Obey, Turn::OpenAndHangUp]));
    let (id, _event) = world.alert();
    let consumers: Vec<Arc<dyn EventConsumer>> = vec![Arc::new(world.consumer(Some(server.tracker())))];
    let courier = Courier::new(
        Arc::new(world.store.clone()),
        Arc::new(world.clock.clone()),
        Arc::new(AtOnce),
        DeliveryRules::default(),
        consumers,
        "test".to_owned(),
    );
    let delivery = || {
        let listed = world.store.reading::<_, StorageError>(|uow| uow.deliveries().list(None, 0, 10));
        listed.unwrap().into_iter().find(|delivery| delivery.consumer == ISSUES).unwrap()
    };
    for told in ["GitHub answered 500: oops", "GitHub does not answer"] {
        assert_eq!(courier.round(&|| false).unwrap().failed, 1);
        let seen = delivery();
        assert_eq!(seen.state, DeliveryState::Pending);
        assert!(seen.last_error.as_ref().is_some_and(|error| error.contains(told)), "{seen:?}");
        world.clock.advance(SignedDuration::from_secs(1));
    }
    assert_eq!(courier.round(&|| false).unwrap().delivered, 1);
    assert_eq!((delivery().state, server.issues().len()), (DeliveryState::Delivered, 1));
    assert!(world.issue_of(id).is_some());
}
