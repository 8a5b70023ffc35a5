//! The HTTP API of Resend, played by a server on this machine that checks the documented request and fails as it is told.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use instainstru_domain::{
    delivery::DeliveryState,
    event::DomainEvent,
    ports::{Clock as _, ConsumerError, EventConsumer, StorageError, TransactorExt as _},
};
use instainstru_notification::{
    delivery::{Courier, DeliveryRules, Jitter},
    mail::{Mail, MailSender, ResendSender, SendError, preview::samples},
};
use instainstru_test_support::builders::a_user;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::world::{World, confirmed, writer};

const KEY: &str = "re_test_key";

/// What the provider does with a request.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// Accepts it.
    Accept,
    /// Answers with this status, these header lines and this body.
    Answer(u16, &'static str, &'static str),
    /// Closes the connection without a word.
    HangUp,
    /// Closes the connection in the middle of the answer.
    BreakOff,
    /// Keeps the connection open and says nothing.
    Stall,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: Value,
}

impl Request {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _value)| known == name);
        found.map_or("", |(_name, value)| value)
    }
}

struct Provider {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Provider {
    /// Takes these turns, one a request, and accepts everything afterwards.
    fn start(turns: &[Turn]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (requests, turns) =
            (Arc::new(Mutex::new(Vec::new())), Mutex::new(VecDeque::from(turns.to_vec())));
        let kept = Arc::clone(&requests);
        // Ends with the test process.
        thread::spawn(move || {
            let mut stalled = Vec::new();
            for stream in listener.incoming() {
                let request = read(stream.as_ref().unwrap());
                let refusal = objection(&request);
                kept.lock().unwrap().push(request);
                let turn = refusal.or_else(|| turns.lock().unwrap().pop_front()).unwrap_or(Turn::Accept);
                match turn {
                    Turn::Stall => stalled.push(stream),
                    turn => answer(stream.unwrap(), turn),
                }
            }
        });
        Self { url, requests }
    }

    fn sender(&self) -> ResendSender {
        ResendSender::new(&self.url, KEY)
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
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
    let length = headers.iter().find(|(name, _value)| name == "content-length").unwrap().1.parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Request { line: line.trim_end().to_owned(), headers, body: serde_json::from_slice(&body).unwrap() }
}

/// What the provider has against a request, by its documentation.
fn objection(request: &Request) -> Option<Turn> {
    let body = request.body.as_object().unwrap();
    let allowed = ["from", "to", "subject", "html", "text", "headers", "attachments"];
    if request.line != "POST /emails HTTP/1.1" {
        return Some(Turn::Answer(
            404,
            "",
            r#"{"name": "not_found", "message": "The requested endpoint does not exist."}"#,
        ));
    }
    if request.header("authorization") != format!("Bearer {KEY}") {
        return Some(Turn::Answer(
            403,
            "",
            r#"{"name": "invalid_api_key", "message": "API key is invalid"}"#,
        ));
    }
    let key = request.header("idempotency-key");
    let is_fine = request.header("content-type") == "application/json"
        && request.header("user-agent").starts_with("InstaInstru/")
        && (1..=256).contains(&key.len())
        && body.keys().all(|name| allowed.contains(&name.as_str()))
        && ["from", "subject", "html", "text"].iter().all(|name| body[*name].is_string())
        && body["to"].as_array().is_some_and(|to| to.len() == 1 && to.iter().all(Value::is_string))
        && body["headers"].as_object().is_some_and(|headers| headers.values().all(Value::is_string))
        && body.get("attachments").is_none_or(|files| {
            files.as_array().unwrap().iter().all(|file| {
                file["filename"].is_string()
                    && file["content_type"].is_string()
                    && BASE64_STANDARD.decode(file["content"].as_str().unwrap()).is_ok()
            })
        });
    (!is_fine).then_some(Turn::Answer(
        422,
        "",
        r#"{"name": "validation_error", "message": "not as documented"}"#,
    ))
}

fn answer(mut stream: TcpStream, turn: Turn) {
    let (status, headers, body) = match turn {
        Turn::Accept => (200, "", r#"{"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}"#),
        Turn::Answer(status, headers, body) => (status, headers, body),
        Turn::HangUp | Turn::Stall => return,
        Turn::BreakOff => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":").unwrap();
            return;
        }
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
    .unwrap();
}

fn sample(name: &str) -> Mail {
    samples(&writer()).unwrap().into_iter().find(|sample| sample.name == name).unwrap().mail
}

#[test]
fn a_mail_becomes_the_documented_request() {
    let provider = Provider::start(&[]);
    let mail = sample("confirmation_student.full");
    provider.sender().send(&mail).unwrap();
    let request = &provider.requests()[0];
    let calendar = mail.calendar.as_ref().unwrap();
    let expected = json!({
        "from": "iNSTAiNSTRU <noreply@studio.example>",
        "to": ["zoe@example.com"],
        "subject": "Booking Confirmed: Piano with Sarah Chen",
        "html": mail.html,
        "text": mail.text,
        "headers": {
            "Message-ID": "<1.confirmation_student.1.1783706700@studio.example>",
            "Auto-Submitted": "auto-generated",
        },
        "attachments": [{
            "filename": "lesson.ics",
            "content": BASE64_STANDARD.encode(&calendar.text),
            "content_type": "text/calendar; charset=utf-8; method=REQUEST",
        }],
    });
    assert_eq!(request.body, expected);
    provider.sender().send(&sample("welcome.full")).unwrap();
    assert_eq!(provider.requests()[1].body.get("attachments"), None);
}

#[test]
fn the_address_may_end_with_a_slash() {
    let provider = Provider::start(&[]);
    ResendSender::new(&format!("{}/", provider.url), KEY).send(&sample("welcome.full")).unwrap();
}

#[test]
fn the_same_mail_has_the_same_key_and_other_words_have_another() {
    let provider = Provider::start(&[]);
    let mail = sample("welcome.full");
    let other = Mail { text: "other words".into(), ..mail.clone() };
    for mail in [&mail, &mail, &other] {
        provider.sender().send(mail).unwrap();
    }
    let keys: Vec<String> =
        provider.requests().iter().map(|request| request.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
}

#[test]
fn faults_that_pass_are_told_apart_from_those_that_stay() {
    let limited = r#"{"name": "rate_limit_exceeded", "message": "Too many requests."}"#;
    let invalid = r#"{"name": "validation_error", "message": "Invalid `to` field.\nSee docs."}"#;
    for (turn, wait, told) in [
        (Turn::HangUp, None, "does not answer"),
        (Turn::BreakOff, None, "broke off"),
        (
            Turn::Answer(429, "retry-after: 7\r\n", limited),
            Some(7),
            "429, rate_limit_exceeded: Too many requests.",
        ),
        (Turn::Answer(429, "retry-after: 999999\r\n", limited), Some(3600), "429"),
        (Turn::Answer(429, "retry-after: soon\r\n", limited), None, "429"),
        (Turn::Answer(500, "", "<html>\noops</html>"), None, "500: <html> oops</html>"),
        (Turn::Answer(503, "", ""), None, "503"),
        (Turn::Answer(401, "", "{}"), None, "401"),
        (Turn::Answer(302, "", ""), None, "302"),
        (Turn::Answer(200, "", "garbage"), None, "without saying what became of the mail: garbage"),
        (Turn::Answer(200, "", ""), None, "without saying"),
        (Turn::Answer(200, "", "{\"id\": null}"), None, "without saying"),
    ] {
        match Provider::start(&[turn]).sender().send(&sample("welcome.full")) {
            Err(SendError::Later { reason, wait_seconds, .. }) => {
                assert!(reason.contains(told), "{turn:?}: {reason}");
                assert_eq!(wait_seconds, wait, "{turn:?}");
                assert!(!reason.contains(KEY) && !reason.contains('\n'), "{reason}");
            }
            other => panic!("{turn:?}: {other:?}"),
        }
    }
    for status in [400, 413, 422] {
        match Provider::start(&[Turn::Answer(status, "", invalid)]).sender().send(&sample("welcome.full")) {
            Err(SendError::Never { reason, .. }) => {
                assert!(reason.ends_with("validation_error: Invalid `to` field. See docs."), "{reason}");
            }
            other => panic!("{status}: {other:?}"),
        }
    }
}

#[test]
fn nobody_listening_is_a_fault_that_passes() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error =
        ResendSender::new(&format!("http://{closed}"), KEY).send(&sample("welcome.full")).unwrap_err();
    assert!(matches!(error, SendError::Later { wait_seconds: None, .. }), "{error:?}");
}

#[test]
fn an_endless_answer_is_not_read_to_its_end() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _peer) = listener.accept().unwrap();
        read(&stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        // Until the other side has had enough.
        while stream.write_all(&[b'x'; 8192]).is_ok() {}
    });
    let error = ResendSender::new(&url, KEY).send(&sample("welcome.full")).unwrap_err();
    assert!(matches!(error, SendError::Later { .. }), "{error:?}");
}

#[test]
fn an_event_is_told_in_the_end_whatever_the_provider_does_first() {
    let turns = [
        Turn::HangUp,
        Turn::Answer(500, "", "oops"),
        Turn::Answer(429, "retry-after: 3\r\n", "{}"),
        Turn::BreakOff,
        Turn::Answer(200, "", "garbage"),
        Turn::Accept,
        Turn::Answer(503, "", ""),
    ];
    let provider = Provider::start(&turns);
    let world = World::sending_by(Arc::new(provider.sender()));
    let event = world.record(confirmed(&world.lesson()));
    let mut attempts = 0;
    while let Err(error) = world.consumer.handle(&event) {
        assert!(matches!(error, ConsumerError::Later { .. }), "{error:?}");
        attempts += 1;
        assert!(attempts < 10, "the provider recovers");
    }
    assert_eq!(world.noted(event.number).len(), 2);
    // Every request about one mail had its key and its name, so the provider knew it again.
    let mut keys: Vec<(String, String)> = provider
        .requests()
        .iter()
        .map(|request| {
            let id = request.body["headers"]["Message-ID"].as_str().unwrap().to_owned();
            (request.header("idempotency-key").to_owned(), id)
        })
        .collect();
    assert_eq!(keys.len(), turns.len() + 1, "as many requests as it took");
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 2);
}

/// Chooses the longest wait.
struct Longest;

impl Jitter for Longest {
    fn up_to(&self, most: u64) -> u64 {
        most
    }
}

#[test]
fn every_fault_of_the_provider_is_seen_in_the_queue_and_nothing_is_lost() {
    // What the provider does, what is told about it, and how long is waited then: doubled each time, or what was asked for.
    let faults = [
        (Turn::Stall, "does not answer", 2),
        (Turn::Answer(500, "", "oops"), "the mail provider answered 500: oops", 4),
        (Turn::Answer(429, "retry-after: 40\r\n", "{}"), "the mail provider answered 429", 40),
        (Turn::Answer(200, "", "garbage"), "without saying what became of the mail: garbage", 16),
        (Turn::HangUp, "does not answer", 32),
    ];
    let provider = Provider::start(&faults.map(|(turn, _told, _wait)| turn));
    let sender = ResendSender::waiting(&provider.url, KEY, Duration::from_secs(3));
    let world = World::sending_by(Arc::new(sender));
    let user = a_user(&world.store).insert().id;
    world.record(DomainEvent::UserRegistered { user });
    let World { store, clock, consumer, .. } = world;
    let tx = Arc::new(store.clone());
    let consumers: Vec<Arc<dyn EventConsumer>> = vec![Arc::new(consumer)];
    let (time, rules) = (Arc::new(clock.clone()), DeliveryRules::default());
    let courier = Courier::new(tx, time, Arc::new(Longest), rules, consumers, "test".to_owned());
    let delivery = || {
        let listed = store.reading::<_, StorageError>(|uow| uow.deliveries().list(None, 0, 10)).unwrap();
        assert_eq!(listed.len(), 1);
        listed[0].clone()
    };
    let round = || courier.round(&|| false).unwrap();
    for (attempt, (turn, told, wait)) in (1..).zip(faults) {
        round();
        let seen = delivery();
        assert_eq!((seen.state, seen.attempts), (DeliveryState::Pending, attempt), "{turn:?}");
        let error = seen.last_error.unwrap();
        assert!(error.contains(told), "{turn:?}: {error}");
        let due = clock.now() + SignedDuration::from_secs(wait);
        assert_eq!(seen.available_at, due, "{turn:?}");
        clock.advance(SignedDuration::from_secs(wait - 1));
        round();
        assert_eq!(delivery().attempts, attempt, "it is not tried before its time");
        clock.advance(SignedDuration::from_secs(1));
    }
    round();
    assert_eq!(delivery().state, DeliveryState::Delivered);
    let mut asked: Vec<(String, String)> = provider
        .requests()
        .iter()
        .map(|request| {
            let id = request.body["headers"]["Message-ID"].as_str().unwrap().to_owned();
            (request.header("idempotency-key").to_owned(), id)
        })
        .collect();
    assert_eq!(asked.len(), faults.len() + 1);
    asked.dedup();
    assert_eq!(asked.len(), 1, "it was one mail all the time: {asked:?}");
}
