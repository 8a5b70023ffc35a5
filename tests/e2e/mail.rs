//! Mails as they leave the running binary.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use instainstru_test_support::python::python;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use crate::{
    api::{Api, PASSWORD},
    background::administrator,
    home::{Home, Server},
    market::{fresh_email, instructor, student},
    on_both_databases,
};

/// A Wednesday, 10:00 in New York.
const NOW: (&str, &str) = ("TEST_CLOCK", "2026-07-15T14:00:00Z");
/// Long after everything that was in hand at [`NOW`].
const LATER: (&str, &str) = ("TEST_CLOCK", "2026-07-15T15:00:00Z");
const NEXT_MONDAY: Date = date(2026, 7, 20);

on_both_databases![
    a_booking_reaches_both_with_a_file_that_calendars_understand,
    a_lost_password_is_replaced_with_what_is_in_the_mail,
    a_provider_that_does_not_answer_holds_nobody_up_and_nothing_is_lost,
    what_a_provider_refuses_is_shown_to_the_administrator_until_it_is_sent,
];

/// A mail that the server wrote into a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Written {
    file: String,
    /// Such as `confirmation_student`.
    kind: String,
}

/// The mails that are there, oldest first.
fn written(home: &Home) -> Vec<Written> {
    let Ok(entries) = fs::read_dir(home.path("data/mail")) else { return Vec::new() };
    let mut mails: Vec<Written> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        // What has another suffix is still being written.
        .filter(|file| file.ends_with(".eml"))
        .map(|file| {
            // 20260715T140000.000001Z-7.confirmation_student.1.1784124000.eml
            let kind = file.split('.').nth(2).unwrap().to_owned();
            Written { file, kind }
        })
        .collect();
    mails.sort();
    mails
}

/// Waits until there are mails of all these kinds, and returns the newest of each.
#[track_caller]
fn wait_for<const N: usize>(home: &Home, kinds: [&str; N]) -> [Written; N] {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let mails = written(home);
        let found = kinds.map(|kind| mails.iter().rev().find(|mail| mail.kind == kind).cloned());
        if found.iter().all(Option::is_some) {
            return found.map(Option::unwrap);
        }
        assert!(Instant::now() < deadline, "there should be mails of {kinds:?}: {mails:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What `/dev/mail` shows.
fn shown(server: &Server, path: &str) -> String {
    let answer = Api::visitor(server.base()).get(&format!("/dev/mail/{path}")).unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text
}

/// What the calendar file of a mail about an hour of piano should say to a program of other people.
fn expected(booking: &Value, reader: &str, method: &str, sequence: u32, base: &str) -> Value {
    let other = if reader == "student" { "instructor" } else { "student" };
    let id = &booking["id"];
    let link = match reader {
        "student" => format!("{base}/dashboard/student/bookings"),
        _ => format!("{base}/dashboard/instructor/bookings/{id}"),
    };
    let text = |side: &str, field: &str| booking[side][field].as_str().unwrap().to_owned();
    json!({
        "file": format!("{method}-{sequence}-{reader}.ics"),
        "method": method,
        "uid": format!("booking-{id}@instainstru.com"),
        "sequence": sequence,
        "status": if method == "CANCEL" { "CANCELLED" } else { "CONFIRMED" },
        "start": booking["starts_at"],
        "end": booking["ends_at"],
        "summary": format!("Piano with {}", text(other, "full_name")),
        "location": "Neutral Location",
        "description": format!("60 minutes, $80.00\n{link}"),
        "url": link,
        "organizer": "mailto:noreply@instainstru.com",
        "attendees": [[format!("mailto:{}", text(reader, "email")), text(reader, "full_name")]],
    })
}

fn a_booking_reaches_both_with_a_file_that_calendars_understand(home: &Home) {
    let server = home.start(&[NOW]);
    let base = server.base();
    let (teacher, ann) = (instructor(base).unwrap(), student(base).unwrap());
    teacher.publish_week(NEXT_MONDAY, "09:00", "12:00").unwrap();
    let booked = teacher.book(&ann, NEXT_MONDAY, "10:00").unwrap().expect(201).unwrap();
    let files = home.path("calendar");
    fs::create_dir(&files).unwrap();
    let mut cases = Vec::new();
    let mut keep = |booking: &Value, mails: [Written; 2], method: &str, sequence| {
        for (mail, reader) in mails.iter().zip(["student", "instructor"]) {
            let expected = expected(booking, reader, method, sequence, base);
            let file = shown(&server, &format!("{}/attachments/0", mail.file));
            assert!(file.starts_with("BEGIN:VCALENDAR\r\n"), "{file}");
            fs::write(files.join(expected["file"].as_str().unwrap()), file).unwrap();
            cases.push(expected);
        }
    };

    let mails = wait_for(home, ["confirmation_student", "confirmation_instructor"]);
    let page = shown(&server, &mails[0].file);
    assert!(page.contains("Monday, July 20, 2026") && page.contains("10:00 AM"), "{page}");
    keep(&booked, mails, "REQUEST", 0);

    let path = format!("/api/v1/bookings/{}/reschedule", booked["id"]);
    let to = json!({"booking_date": "2026-07-20", "start_time": "09:00"});
    let moved = ann.post(&path, &to).unwrap().expect(200).unwrap();
    keep(&moved, wait_for(home, ["rescheduled_student", "rescheduled_instructor"]), "REQUEST", 1);

    let path = format!("/bookings/{}/cancel", booked["id"]);
    let off = teacher.api.post(&path, &json!({"reason": "ill"})).unwrap().expect(200).unwrap();
    let mails = wait_for(home, ["cancellation_student", "cancellation_confirmation_instructor"]);
    keep(&off, mails, "CANCEL", 2);

    // Two were welcomed besides, and nobody was told anything twice.
    wait_for(home, ["welcome"]);
    let mails = written(home);
    assert_eq!(mails.iter().filter(|mail| mail.kind == "welcome").count(), 2, "{mails:?}");
    assert_eq!(mails.len(), 8, "{mails:?}");
    server.stop();

    let Some(mut python) = python() else { return };
    fs::write(files.join("cases.json"), Value::from(cases).to_string()).unwrap();
    let output = python.arg(source("tools/calendar/check.py")).arg(&files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn a_lost_password_is_replaced_with_what_is_in_the_mail(home: &Home) {
    let server = home.start(&[]);
    let base = server.base();
    let email = fresh_email("student");
    let before = Api::register(base, &email, "student").unwrap();
    let request = json!({"email": email});
    Api::visitor(base).post("/auth/password-reset/request", &request).unwrap().expect(200).unwrap();
    let [mail] = wait_for(home, ["password_reset"]);
    let page = shown(&server, &mail.file);
    let link = format!("{base}/reset-password?token=");
    let token: String =
        page.split(&link).nth(1).unwrap_or_else(|| panic!("{page}")).chars().take(43).collect();

    // The link leads to a page of ours, and looking at it does not use it up.
    let look = || Api::visitor(base).get(&format!("/reset-password?token={token}")).unwrap();
    let form = look();
    assert!(form.status == 200 && form.text.contains(&email), "{form:?}");

    let confirmation = json!({"token": token, "new_password": "Another-Horse-10"});
    let confirm = || Api::visitor(base).post("/auth/password-reset/confirm", &confirmation).unwrap();
    confirm().expect(200).unwrap();
    wait_for(home, ["password_changed"]);
    Api::log_in(base, &email, "Another-Horse-10").unwrap();
    assert!(Api::log_in(base, &email, PASSWORD).is_err());
    before.get("/auth/me").unwrap().expect(401).unwrap();
    confirm().expect(400).unwrap();
    assert_eq!(look().status, 410);

    // Nobody is told whether an address has an account, and no mail goes to one that has none.
    let nobody = json!({"email": fresh_email("nobody")});
    Api::visitor(base).post("/auth/password-reset/request", &nobody).unwrap().expect(200).unwrap();
    server.stop();
    let resets = written(home).into_iter().filter(|mail| mail.kind == "password_reset");
    assert_eq!(resets.count(), 1);
}

#[test]
fn every_link_in_a_mail_leads_to_a_page() {
    let home = Home::sqlite();
    let server = home.start(&[]);
    let base = server.base();
    home.succeed(&["mail", "preview", "previews"], &[("FRONTEND_URL", base)]);
    let mut paths = BTreeSet::new();
    for entry in fs::read_dir(home.path("previews")).unwrap() {
        let mail = fs::read_to_string(entry.unwrap().path()).unwrap();
        let links =
            mail.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()?.strip_prefix(base));
        paths.extend(links.map(str::to_owned));
    }
    assert!(paths.len() >= 7, "{paths:?}");
    for path in paths {
        let html = [("Accept", "text/html")];
        let page = Api::visitor(base).send("GET", &path, None, &html).unwrap();
        // The token of the preview counts for nothing, and the page says so.
        let expected = if path.starts_with("/reset-password?") { 410 } else { 200 };
        assert_eq!(page.status, expected, "{path}");
        assert!(page.text.starts_with("<!doctype html>"), "{path}: {}", page.text);
    }
    server.stop();
}

/// A mail provider that is out of order until it recovers.
struct Provider {
    url: String,
    state: Arc<(Mutex<ProviderState>, Condvar)>,
}

#[derive(Default)]
struct ProviderState {
    has_recovered: bool,
    /// What it answers until then; without it, it takes connections and answers nobody.
    refusal: Option<&'static str>,
    /// Requests that arrived.
    asked: usize,
    /// Message-IDs of the mails that were accepted, in order.
    accepted: Vec<String>,
}

impl Provider {
    fn start(refusal: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = ProviderState { refusal, ..ProviderState::default() };
        let state = Arc::new((Mutex::new(state), Condvar::new()));
        let shared = Arc::clone(&state);
        // Ends with the test process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || Self::serve(&stream.unwrap(), &shared));
            }
        });
        Self { url, state }
    }

    fn serve(mut stream: &TcpStream, shared: &(Mutex<ProviderState>, Condvar)) {
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                if line.trim_end().is_empty() { break } else { continue }
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let mail: Value = serde_json::from_slice(&body).unwrap();
        let (state, changed) = shared;
        let mut state = state.lock().unwrap();
        state.asked += 1;
        changed.notify_all();
        if let Some(refusal) = state.refusal.filter(|_| !state.has_recovered) {
            stream.write_all(refusal.as_bytes()).unwrap();
            return;
        }
        let mut state = changed.wait_while(state, |state| !state.has_recovered).unwrap();
        state.accepted.push(mail["headers"]["Message-ID"].as_str().unwrap().to_owned());
        changed.notify_all();
        // Whoever asked may have given up long ago.
        let _unheard = stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\n{\"id\":\"x\"}");
    }

    /// Waits until something is true of it.
    fn wait_until(&self, what: &str, is_true: impl Fn(&ProviderState) -> bool) {
        let (state, changed) = &*self.state;
        let patience = Duration::from_secs(60);
        let (_state, waited) =
            changed.wait_timeout_while(state.lock().unwrap(), patience, |state| !is_true(state)).unwrap();
        assert!(!waited.timed_out(), "{what}");
    }

    fn recover(&self) {
        self.state.0.lock().unwrap().has_recovered = true;
        self.state.1.notify_all();
    }
}

fn a_provider_that_does_not_answer_holds_nobody_up_and_nothing_is_lost(home: &Home) {
    let provider = Provider::start(None);
    let key = ("RESEND_API_KEY", "re_test");
    let server = home.start(&[NOW, key, ("RESEND_API_URL", &provider.url)]);
    let base = server.base();
    let teacher = instructor(base).unwrap();
    // Both threads of the delivery are held by mails that nobody takes.
    let ann = student(base).unwrap();
    provider.wait_until("the provider is asked", |provider| provider.asked >= 2);
    teacher.publish_week(NEXT_MONDAY, "09:00", "12:00").unwrap();
    let booked = teacher.book(&ann, NEXT_MONDAY, "10:00").unwrap().expect(201).unwrap();
    let path = format!("/bookings/{}/cancel", booked["id"]);
    ann.post(&path, &json!({"reason": "ill"})).unwrap().expect(200).unwrap();
    assert!(provider.state.0.lock().unwrap().accepted.is_empty());

    // What was not sent when the server died is sent by the next one, once the hands that held it count as dead.
    server.kill();
    provider.recover();
    let server = home.start(&[LATER, key, ("RESEND_API_URL", &provider.url)]);
    let kinds = |provider: &ProviderState| -> BTreeSet<String> {
        let kind = |id: &String| id.split('.').nth(1).unwrap().to_owned();
        provider.accepted.iter().map(kind).collect()
    };
    // The booking was off before it could be told, so nobody is told that it was on.
    let told = ["cancellation_confirmation_student", "cancellation_instructor", "welcome"].map(str::to_owned);
    provider.wait_until("everything is told in the end", |provider| {
        kinds(provider) == BTreeSet::from(told.clone())
    });
    provider.wait_until("both are welcomed", |provider| {
        let welcomes: BTreeSet<&String> =
            provider.accepted.iter().filter(|id| id.contains(".welcome.")).collect();
        welcomes.len() == 2
    });
    server.stop();
}

fn what_a_provider_refuses_is_shown_to_the_administrator_until_it_is_sent(home: &Home) {
    let refusal = "HTTP/1.1 500 Oops\r\ncontent-length: 12\r\nconnection: close\r\n\r\nout of order";
    let provider = Provider::start(Some(refusal));
    let key = ("RESEND_API_KEY", "re_test");
    let server = home.start(&[key, ("RESEND_API_URL", &provider.url)]);
    // The mail that welcomes the administrator is the one that cannot be sent.
    let admin = administrator(home, server.base());
    let wait_for = |what: &str, is_so: &dyn Fn(&Value) -> bool| {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let list = admin.get("/api/v1/admin/outbox?limit=100").unwrap().expect(200).unwrap();
            let deliveries = list["deliveries"].as_array().unwrap();
            let mail = deliveries.iter().find(|one| one["event_type"] == "user.registered").unwrap();
            if is_so(mail) {
                return;
            }
            assert!(Instant::now() < deadline, "{what}: {mail}");
            thread::sleep(Duration::from_millis(50));
        }
    };
    wait_for("the fault is shown", &|mail| {
        let told = mail["last_error"].as_str().unwrap_or_default();
        mail["state"] == "pending"
            && mail["attempts"].as_u64() >= Some(1)
            && told.contains("the mail provider answered 500: out of order")
    });
    provider.recover();
    wait_for("the mail is sent", &|mail| mail["state"] == "delivered");
    server.stop();
    let accepted = &provider.state.0.lock().unwrap().accepted;
    assert!(accepted.len() == 1 && accepted[0].contains(".welcome."), "{accepted:?}");
}

/// A file of the repository.
fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A real SMTP server in another process, which ends when dropped.
struct SmtpServer {
    process: Child,
    port: String,
    directory: PathBuf,
}

impl SmtpServer {
    fn start(directory: &Path, options: &[&str]) -> Option<Self> {
        fs::create_dir_all(directory).unwrap();
        let mut process = python()?
            .arg(source("tools/mail/smtp_server.py"))
            .arg(directory)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Some(Self { process, port: port.trim().to_owned(), directory: directory.to_owned() })
    }

    /// What the server says about the first message it got.
    fn first_envelope(&self) -> Option<Value> {
        let text = fs::read_to_string(self.directory.join("0.json")).ok()?;
        Some(serde_json::from_str(&text).unwrap())
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

#[test]
fn a_mail_to_try_it_out_takes_the_protected_way_and_no_other() {
    let home = Home::sqlite();
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let (certificate, key) = (home.path("certificate.pem"), home.path("key.pem"));
    fs::write(&certificate, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let certificate = certificate.to_str().unwrap();
    let options = ["--certificate", certificate, key.to_str().unwrap(), "--login", "app", "p@ss:word"];
    for (scheme, more, directory) in [("smtp", None, "starttls"), ("smtps", Some("--implicit-tls"), "tls")] {
        let options: Vec<&str> = options.into_iter().chain(more).collect();
        let Some(server) = SmtpServer::start(&home.path(directory), &options) else { return };
        let url = format!("{scheme}://app:p%40ss%3Aword@127.0.0.1:{}", server.port);
        // A server on this machine is spoken to in the clear unless we say otherwise.
        let protection = if scheme == "smtp" { "starttls" } else { "tls" };
        let configuration = [("SMTP_URL", url.as_str()), ("SMTP_TLS", protection)];
        let arguments = ["mail", "test", "ada@example.com"];

        // Nobody vouches for its certificate.
        let refused = home.run(&arguments, &configuration);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("the mail server cannot be used") && !said.contains("p@ss"), "{said}");
        assert!(server.first_envelope().is_none());

        let trusting = [configuration[0], configuration[1], ("SSL_CERT_FILE", certificate)];
        assert_eq!(home.succeed(&arguments, &trusting), "sent to ada@example.com by smtp\n");
        let envelope = server.first_envelope().unwrap();
        assert_eq!(envelope["to"], serde_json::json!(["ada@example.com"]));
        assert_eq!((&envelope["is_protected"], &envelope["user"]), (&true.into(), &"app".into()));
    }
}

#[test]
fn mails_are_shown_except_in_production() {
    let home = Home::sqlite();
    assert!(home.succeed(&["mail", "test", "ada@example.com"], &[]).ends_with("by file\n"));
    let server = home.start(&[]);
    let page = Api::visitor(server.base()).get("/dev/mail").unwrap();
    assert!(page.status == 200 && page.text.contains("InstaInstru Alert: Mail works"), "{page:?}");
    server.stop();
    let production = [("ENVIRONMENT", "production"), ("SECRET_KEY", "f3a1c5d7e9b2f4a6c8d0e1b3a5f7c9d1")];
    let server = home.start(&production);
    assert_eq!(Api::visitor(server.base()).get("/dev/mail").unwrap().status, 404);
    server.stop();
}

#[test]
fn every_mail_can_be_previewed() {
    let home = Home::sqlite();
    let told = home.succeed(&["mail", "preview", "previews"], &[("FRONTEND_URL", "https://studio.example")]);
    assert_eq!(told, "28 mails in previews\n");
    let html = fs::read_to_string(home.path("previews/confirmation_student.full.html")).unwrap();
    assert!(html.contains("https://studio.example/dashboard/student/bookings"), "{html}");
}
