//! What is told to others, heard by servers of the test.
#![expect(clippy::unwrap_used, reason = "tests may panic: that is how they report")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use instainstru_domain::spans::{FAILED, PANICKED, TRACED};
use instainstru_reporting::{CallerTraces, ErrorSettings, Reporting, TraceSettings};
use instainstru_telemetry::Traces as _;
use opentelemetry_proto::tonic::{collector::trace::v1::ExportTraceServiceRequest, trace::v1::Span};
use prost::Message as _;
use tracing_subscriber::layer::SubscriberExt as _;

/// Longer than any test may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request as it came.
#[derive(Debug, Clone)]
struct Heard {
    head: String,
    body: Vec<u8>,
}

/// Somebody who takes whatever is posted and answers with one status.
struct Listener {
    address: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Listener {
    fn answering(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        // Ends with the test process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") {
                    reader.read_line(&mut head).unwrap();
                }
                let lower = head.to_ascii_lowercase();
                let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                let mut body = vec![0; length.parse().unwrap()];
                reader.read_exact(&mut body).unwrap();
                kept.lock().unwrap().push(Heard { head, body });
                write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                    .unwrap();
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The reports in the envelopes, as text.
    fn reports(&self) -> Vec<String> {
        self.heard().into_iter().map(|heard| String::from_utf8(heard.body).unwrap()).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.heard().into_iter();
        let requests =
            requests.map(|heard| ExportTraceServiceRequest::decode(heard.body.as_slice()).unwrap());
        requests
            .flat_map(|request| request.resource_spans)
            .flat_map(|resource| resource.scope_spans)
            .flat_map(|scope| scope.spans)
            .collect()
    }

    fn traces(&self, sampled: f64) -> Reporting {
        let settings = TraceSettings {
            endpoint: format!("http://{}/", self.address),
            headers: vec![("authorization".to_owned(), "Bearer hunter2".to_owned())],
            service_name: "shop".to_owned(),
            environment: "test".to_owned(),
            version: "1.2.3".to_owned(),
            sampled,
        };
        assert!(!format!("{settings:?}").contains("hunter2"));
        Reporting::start(Some(&settings), None).unwrap()
    }

    fn errors(&self) -> Reporting {
        let dsn = format!("http://hunter2@{}/7", self.address);
        let settings = ErrorSettings::new(&dsn, "test".to_owned(), "1.2.3".to_owned()).unwrap();
        assert!(!format!("{settings:?}").contains("hunter2"));
        Reporting::start(None, Some(&settings)).unwrap()
    }
}

/// Runs `work` while `reporting` listens, and waits until everything was told.
fn while_listening(reporting: &Reporting, work: impl FnOnce()) {
    tracing::subscriber::with_default(tracing_subscriber::registry().with(reporting.layers()), work);
    assert!(reporting.finish(PATIENCE));
}

#[test]
fn spans_within_spans_are_one_trace_and_what_is_logged_stays_here() {
    let collector = Listener::answering("200 OK");
    let reporting = collector.traces(1.0);
    while_listening(&reporting, || {
        let _outside = tracing::info_span!("request", email = "ada@example.com").entered();
        let request =
            tracing::trace_span!(target: TRACED, "request", otel.name = "GET /x", otel.kind = "server");
        CallerTraces.continue_from(&request, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        let _request = request.entered();
        tracing::error!("ada@example.com is unhappy");
        let statement = tracing::trace_span!(target: TRACED, "statement", otel.name = tracing::field::Empty);
        statement.record("otel.name", "SELECT users");
    });
    let heard = collector.heard();
    assert!(heard[0].head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{heard:?}");
    assert!(heard[0].head.to_ascii_lowercase().contains("authorization: bearer hunter2\r\n"), "{heard:?}");
    assert!(heard[0].head.to_ascii_lowercase().contains("content-type: application/x-protobuf\r\n"));
    let spans = collector.spans();
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let (request, statement) = (named("GET /x"), named("SELECT users"));
    assert_eq!(spans.len(), 2);
    assert_eq!(request.trace_id[..2], [0x4b, 0xf9]);
    assert_eq!(request.parent_span_id[..2], [0x00, 0xf0]);
    assert_eq!((&statement.trace_id, &statement.parent_span_id), (&request.trace_id, &request.span_id));
    let sent = String::from_utf8_lossy(&heard[0].body).into_owned();
    assert!(sent.contains("shop") && sent.contains("1.2.3") && !sent.contains("ada"), "{sent}");
}

#[test]
fn what_is_no_trace_of_a_caller_begins_a_new_one() {
    let collector = Listener::answering("200 OK");
    let reporting = collector.traces(1.0);
    let nonsense = ["", "00", "00-0-0-01", "zz", "00-00000000000000000000000000000000-0000000000000000-01"];
    while_listening(&reporting, || {
        for caller in nonsense {
            let span = tracing::trace_span!(target: TRACED, "request");
            CallerTraces.continue_from(&span, caller);
        }
    });
    let spans = collector.spans();
    assert_eq!(spans.len(), nonsense.len());
    assert!(
        spans.iter().all(|span| span.parent_span_id.is_empty() && span.trace_id.iter().any(|byte| *byte > 0))
    );
}

#[test]
fn only_the_part_that_is_asked_for_is_sent_unless_the_caller_keeps_its_trace() {
    let collector = Listener::answering("200 OK");
    let reporting = collector.traces(0.0);
    while_listening(&reporting, || {
        for _request in 0..10 {
            let _span = tracing::trace_span!(target: TRACED, "request").entered();
        }
        let kept = tracing::trace_span!(target: TRACED, "request", otel.name = "kept");
        CallerTraces.continue_from(&kept, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    });
    let names: Vec<String> = collector.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["kept"]);
}

#[test]
fn more_spans_than_anybody_can_send_are_lost_and_nobody_waits() {
    let collector = Listener::answering("503 Unavailable");
    let reporting = collector.traces(1.0);
    let log = tracing_subscriber::registry().with(reporting.layers());
    tracing::subscriber::with_default(log, || {
        for _request in 0..20_000 {
            let _span = tracing::trace_span!(target: TRACED, "request").entered();
        }
    });
    // Whether the last batch counts as sent is for the library to say; that it ends is what matters.
    let _all = reporting.finish(PATIENCE);
    assert!(!collector.heard().is_empty());
}

fn fails(request_id: &str, cause: &str) {
    tracing::error!(
        target: FAILED,
        request_id,
        method = "GET",
        route = "/api/v1/bookings/{booking_id}",
        error = "500 INTERNAL_ERROR: An internal error occurred.",
        cause,
        "request failed"
    );
}

#[test]
fn a_request_that_failed_is_reported_without_anything_about_people() {
    let sentry = Listener::answering("200 OK");
    let reporting = sentry.errors();
    while_listening(&reporting, || {
        fails("r-1", "duplicate key \"users_email_key\": (ada@example.com) 'Ada Lovelace'");
        tracing::error!("ada@example.com: an error that is none of a request");
        tracing::warn!(target: FAILED, request_id = "r-2", "no error");
    });
    let heard = sentry.heard();
    assert_eq!(heard.len(), 1);
    assert!(heard[0].head.starts_with("POST /api/7/envelope/ HTTP/1.1\r\n"), "{heard:?}");
    let report = &sentry.reports()[0];
    for part in [
        r#""transaction":"GET /api/v1/bookings/{booking_id}""#,
        r#""request_id":"r-1""#,
        r#""release":"instainstru@1.2.3""#,
        r#""environment":"test""#,
        r#""type":"500 INTERNAL_ERROR: An internal error occurred.""#,
        "users_email_key",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    for part in ["ada", "Ada", "server_name", r#""user""#, r#""request":"#] {
        assert!(!report.contains(part), "{part}: {report}");
    }
}

#[test]
fn a_panic_for_a_request_is_one_report_with_its_route() {
    let sentry = Listener::answering("200 OK");
    let reporting = sentry.errors();
    while_listening(&reporting, || {
        let request = tracing::trace_span!(
            target: TRACED,
            "request",
            http.request.method = "POST",
            http.route = "/api/v1/bookings",
            request_id = "r-1"
        );
        request.in_scope(|| {
            let _operation = tracing::trace_span!(target: TRACED, "operation").entered();
            tracing::error!(target: PANICKED, place = "src/x.rs:1:2", cause = "index 3 is out of bounds", "panicked");
        });
        fails("r-1", "the job panicked");
        fails("r-1", "the next request has the same id, and is another failure");
        tracing::error!(target: PANICKED, place = "src/y.rs:1:2", cause = "a thread", "panicked");
    });
    let reports = sentry.reports();
    assert_eq!(reports.len(), 3, "{reports:?}");
    for part in [
        r#""type":"panic""#,
        r#""value":"index 3 is out of bounds""#,
        r#""place":"src/x.rs:1:2""#,
        r#""request_id":"r-1""#,
        r#""transaction":"POST /api/v1/bookings""#,
    ] {
        assert!(reports[0].contains(part), "{part}: {}", reports[0]);
    }
    assert!(reports[1].contains("another failure"), "{}", reports[1]);
    assert!(reports[2].contains("src/y.rs") && !reports[2].contains("request_id"), "{}", reports[2]);
}

#[test]
fn after_too_many_reports_nothing_is_sent_for_a_while() {
    let sentry = Listener::answering("429 Too Many Requests\r\nretry-after: 600");
    let reporting = sentry.errors();
    while_listening(&reporting, || {
        for request in ["r-1", "r-2", "r-3"] {
            fails(request, "");
        }
    });
    assert_eq!(sentry.heard().len(), 1);
}

#[test]
fn nobody_is_told_what_nobody_asked_for() {
    let reporting = Reporting::start(None, None).unwrap();
    assert!(reporting.layers::<tracing_subscriber::Registry>().is_empty());
    assert!(reporting.finish(Duration::ZERO));
    assert!(ErrorSettings::new("https://sentry.example/7", String::new(), String::new()).is_err());
}
