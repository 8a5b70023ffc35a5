//! What a server tells others of itself: traces to a collector and errors to Sentry, both played by servers on this machine.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value, trace::v1::Span,
};
use prost::Message as _;
use serde_json::{Value, json};

use crate::{
    api::Api,
    home::Home,
    market::{instructor, student},
    operation::wait_until,
};

/// A Wednesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-15T14:00:00Z");
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The head and the body of a request.
type Heard = (String, Vec<u8>);

/// Somebody who takes whatever is posted.
struct Listener {
    base: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Listener {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        // Ends with the test process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    if reader.read_line(&mut head).unwrap() == 0 {
                        break;
                    }
                }
                let length = head.to_ascii_lowercase();
                let length = length.lines().find_map(|line| line.strip_prefix("content-length: "));
                let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
                reader.read_exact(&mut body).unwrap();
                kept.lock().unwrap().push((head, body));
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                    .unwrap();
            }
        });
        Self { base, heard }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.heard().into_iter().map(|(head, body)| {
            assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
            ExportTraceServiceRequest::decode(body.as_slice()).unwrap()
        });
        requests
            .flat_map(|request| request.resource_spans)
            .flat_map(|resource| resource.scope_spans)
            .flat_map(|scope| scope.spans)
            .collect()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attribute(span: &Span, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text.clone()),
        any_value::Value::IntValue(number) => Some(number.to_string()),
        _other => None,
    }
}

#[test]
fn a_booking_is_one_trace_from_its_caller_to_its_statements() {
    let (home, collector) = (Home::sqlite(), Listener::start());
    let endpoint = format!("http://{}", collector.base);
    let server = home.start(&[NOW, ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
    let teacher = instructor(server.base()).unwrap();
    let ann = student(server.base()).unwrap();
    let monday = jiff::civil::date(2026, 7, 20);
    teacher.publish_week(monday, "09:00", "12:00").unwrap();
    let caller = format!("00-{TRACE}-00f067aa0ba902b7-01");
    let headers = [("traceparent", caller.as_str()), ("X-Request-ID", "the-booking")];
    let booking =
        ann.send("POST", "/api/v1/bookings", Some(&teacher.lesson(monday, "10:00")), &headers).unwrap();
    booking.expect(201).unwrap();
    ann.get("/api/v1/bookings/999999").unwrap().refused(404, "NOT_FOUND").unwrap();
    // A moment later, and not with the request.
    let delivery = "deliver booking.confirmed to mail";
    wait_until("the mail is delivered", || collector.spans().iter().any(|span| span.name == delivery));
    // What waits is sent before the process ends.
    server.stop();

    let spans = collector.spans();
    let of_trace: Vec<&Span> = spans.iter().filter(|span| hex(&span.trace_id) == TRACE).collect();
    let request = of_trace.iter().find(|span| span.name == "POST /api/v1/bookings").unwrap();
    assert_eq!(hex(&request.parent_span_id), "00f067aa0ba902b7");
    for (name, value) in [
        ("http.request.method", "POST"),
        ("http.route", "/api/v1/bookings"),
        ("http.response.status_code", "201"),
        ("request_id", "the-booking"),
    ] {
        assert_eq!(attribute(request, name).as_deref(), Some(value), "{request:?}");
    }
    let below = |parent: &Span| -> BTreeMap<String, &Span> {
        let children = of_trace.iter().filter(|span| span.parent_span_id == parent.span_id);
        children.map(|span| (span.name.clone(), *span)).collect()
    };
    let operations = below(request);
    let create = operations.get("BookingService.create_booking").unwrap_or_else(|| panic!("{operations:?}"));
    let statements = below(create);
    for name in ["INSERT bookings", "INSERT time_claims", "INSERT outbox"] {
        assert!(statements.contains_key(name), "no {name} in {:?}", statements.keys());
    }
    let refused = spans.iter().find(|span| span.name == "GET /api/v1/bookings/{booking_id}").unwrap();
    assert_ne!(hex(&refused.trace_id), TRACE, "another request is another trace");
    assert_eq!(attribute(refused, "http.response.status_code").as_deref(), Some("404"));
    assert_eq!(refused.status.as_ref().map_or(0, |status| status.code), 0, "refusing is no error");
    // Nothing that is typed by people leaves the house.
    let sent: Vec<u8> = collector.heard().into_iter().flat_map(|(_head, body)| body).collect();
    let sent = String::from_utf8_lossy(&sent);
    assert!(!sent.contains("@example") && !sent.contains("Some Body") && !sent.contains("Bearer"), "{sent}");
}

#[test]
fn a_collector_and_a_sentry_that_do_not_answer_harm_nothing() {
    let home = Home::sqlite();
    // Connections are accepted by the system and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let (endpoint, dsn) = (format!("http://{address}"), format!("http://key@{address}/1"));
    let server = home.start(&[
        ("ENVIRONMENT", "production"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
        ("SENTRY_DSN", &dsn),
    ]);
    let api = Api::visitor(server.base());
    for _request in 0..200 {
        api.get("/health").unwrap().expect(200).unwrap();
        assert_eq!(api.get("/api/v1/monitoring/dashboard").unwrap().status, 503);
    }
    // And the server ends in time, with success.
    server.stop();
}

#[test]
fn a_failure_of_ours_is_reported_once_and_a_mistake_of_a_visitor_is_not() {
    let (home, sentry) = (Home::sqlite(), Listener::start());
    let dsn = format!("http://public-key@{}/7", sentry.base);
    let server = home.start(&[
        ("ENVIRONMENT", "production"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("HOST", "127.0.0.1"),
        ("SENTRY_DSN", &dsn),
        ("SENTRY_ENVIRONMENT", "studio"),
    ]);
    let api = Api::visitor(server.base());
    api.get("/nowhere").unwrap().refused(404, "NOT_FOUND").unwrap();
    api.get("/api/v1/me").unwrap().refused(401, "UNAUTHORIZED").unwrap();
    api.post("/auth/register", &json!({"email": "ada@example.com"}))
        .unwrap()
        .refused(422, "VALIDATION_ERROR")
        .unwrap();
    // Monitoring without a key is shown to nobody: a failure of whoever runs the server.
    let headers = [
        ("X-Request-ID", "the-failure"),
        ("X-Monitoring-API-Key", "hunter2"),
        ("Authorization", "Bearer hunter2"),
        ("Cookie", "session=hunter2"),
    ];
    let path = "/api/v1/monitoring/slow-queries?limit=5&email=ada@example.com";
    let refused = api.send("GET", path, None, &headers).unwrap();
    assert_eq!(refused.status, 503);
    server.stop();

    let heard = sentry.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    let (head, body) = &heard[0];
    assert!(head.starts_with("POST /api/7/envelope/ HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("sentry_key=public-key"), "{head}");
    let body = String::from_utf8(body.clone()).unwrap();
    for secret in ["hunter2", "ada", "@example", "limit=5", "127.0.0.1"] {
        assert!(!body.contains(secret), "{secret}: {body}");
    }
    let event: Value = body
        .lines()
        .find_map(|line| {
            serde_json::from_str::<Value>(line).ok().filter(|line| line["exception"].is_object())
        })
        .unwrap();
    assert_eq!(event["transaction"], "GET /api/v1/monitoring/slow-queries");
    assert_eq!(
        event["tags"],
        json!({"request_id": "the-failure", "method": "GET", "route": "/api/v1/monitoring/slow-queries"})
    );
    assert_eq!((&event["environment"], &event["server_name"]), (&json!("studio"), &Value::Null));
    assert!(event["release"].as_str().unwrap().starts_with("instainstru@"), "{event}");
    assert!(event["exception"]["values"][0]["type"].as_str().unwrap().starts_with("503 "), "{event}");
}
