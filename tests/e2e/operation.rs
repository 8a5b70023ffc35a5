//! What operators do with the binary: start, stop, migrate, seed, ask.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    api::{Api, PASSWORD},
    home::Home,
    market::{fresh_email, student},
    on_both_databases,
};

const PRODUCTION: (&str, &str) = ("ENVIRONMENT", "production");
const DEVELOPMENT: (&str, &str) = ("ENVIRONMENT", "development");
const KEY: (&str, &str) = ("SECRET_KEY", "5f0c9b1e7a2d4c6880e3b5d7f9a1c2e4");
const HERE: (&str, &str) = ("HOST", "127.0.0.1");

on_both_databases![
    production_guards_its_schema,
    a_development_server_greets_with_people_and_offers,
    seeding_again_changes_nothing,
    a_signal_lets_requests_finish_and_ends_with_success,
    an_administrator_is_granted_and_revoked,
];

fn production_guards_its_schema(home: &Home) {
    let production = [PRODUCTION, KEY, HERE];
    if home.is_postgres() {
        let refused = home.run(&["serve"], &production);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("instainstru migrate") && said.lines().count() == 1, "{said}");
        assert_eq!(home.run(&["check"], &production).status.code(), Some(1));
        assert!(home.succeed(&["migrate"], &production).contains("migrated: "));
    }
    // An SQLite file belongs to this server alone, which therefore migrates it itself.
    let server = home.start(&production);
    let health = Api::visitor(server.base()).get("/health").unwrap().expect(200).unwrap();
    assert_eq!(health["environment"], "production");
    let list = Api::visitor(server.base()).get("/instructors").unwrap().expect(200).unwrap();
    assert_eq!(list, json!([]), "production has no demo people");
    let said = home.succeed(&["seed"], &production);
    assert!(said.contains("unchanged") && said.contains("none, because this is production"), "{said}");
    server.stop();
    assert_eq!(home.succeed(&["migrate"], &production), "The schema is up to date.\n");
}

fn a_development_server_greets_with_people_and_offers(home: &Home) {
    let mut server = home.start(&[DEVELOPMENT]);
    let base = server.base().to_owned();
    let visitor = Api::visitor(&base);
    let mut names = BTreeSet::new();
    for (email, role) in [("instructor@example.com", "instructor"), ("student@example.com", "student")] {
        let me = Api::log_in(&base, email, "TestPassword123!").unwrap().get("/auth/me").unwrap();
        let me = me.expect(200).unwrap();
        assert_eq!(me["role"], role);
        names.insert(me["full_name"].as_str().unwrap().to_owned());
    }
    assert_eq!(names.len(), 2);

    let categories = visitor.get("/services/categories").unwrap().expect(200).unwrap();
    let categories = categories.as_array().unwrap();
    assert_eq!(categories.len(), 7);
    for category in categories {
        let slug = category["slug"].as_str().unwrap();
        let services =
            visitor.get(&format!("/services/catalog?category={slug}")).unwrap().expect(200).unwrap();
        assert!(!services.as_array().unwrap().is_empty(), "{slug} has no services");
        let found = visitor.get(&format!("/instructors?skill={slug}")).unwrap().expect(200).unwrap();
        let instructors = found["instructors"].as_array().unwrap();
        assert!(!instructors.is_empty(), "nobody offers anything of {slug}");
        // Everything on show can be booked.
        let id = &instructors[0]["user_id"];
        let next =
            visitor.get(&format!("/api/v1/public/instructors/{id}/next-available?duration_minutes=30"));
        assert_eq!(next.unwrap().expect(200).unwrap()["found"], true, "{slug}");
    }

    server.signal("TERM");
    assert!(server.wait().success());
    let greeting = server.rest_of_greeting().join("\n");
    for expected in ["instructor@example.com", "student@example.com", "TestPassword123!", "/docs"] {
        assert!(greeting.contains(expected), "{greeting}");
    }
    assert!(home.succeed(&["check"], &[DEVELOPMENT]).contains("agree"));
}

fn seeding_again_changes_nothing(home: &Home) {
    let first = home.succeed(&["seed"], &[DEVELOPMENT]);
    assert!(
        first.contains("services in 7 categories, stored") && first.contains("lessons, stored"),
        "{first}"
    );
    let counted = home.succeed(&["check"], &[DEVELOPMENT]);
    let second = home.succeed(&["seed"], &[DEVELOPMENT]);
    assert!(second.contains("categories, unchanged") && second.contains("stored before"), "{second}");
    assert_eq!(home.succeed(&["check"], &[DEVELOPMENT]), counted);
}

fn a_signal_lets_requests_finish_and_ends_with_success(home: &Home) {
    for signal in ["TERM", "INT"] {
        let mut server = home.start(&[]);
        let address = server.base().trim_start_matches("http://").to_owned();
        // Somebody keeps a connection open without asking for anything.
        let idle = Api::visitor(server.base());
        idle.get("/health").unwrap().expect(200).unwrap();
        // Somebody else has sent half a request when the signal comes, and the rest when nobody is let in any more.
        let account = json!({
            "email": fresh_email("student"),
            "password": PASSWORD,
            "full_name": "Half A Request",
            "role": "student",
        });
        let request = HalfRequest::begin(&address, "/auth/register", &account.to_string());
        server.signal(signal);
        wait_until("nobody is let in", || TcpStream::connect(&address).is_err());
        let answer = request.finish();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        assert_eq!(server.wait().code(), Some(0), "{signal}: {}", server.log());
    }
}

/// A proxy keeps its connections for a minute and sends the next request on one of them. As long is too long for a test; a server
/// that closes connections after a few seconds, as is usual where no proxy is, is found out all the same.
#[test]
fn a_connection_is_still_open_after_a_pause() {
    let home = Home::sqlite();
    let server = home.start(&[]);
    let address = server.base().trim_start_matches("http://").to_owned();
    let mut connection = BufReader::new(TcpStream::connect(&address).unwrap());
    for pause_secs in [0, 7] {
        thread::sleep(Duration::from_secs(pause_secs));
        write!(connection.get_mut(), "HEAD /health HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let mut status = String::new();
        connection.read_line(&mut status).unwrap();
        assert_eq!(status, "HTTP/1.1 200 OK\r\n", "after {pause_secs} s");
        let headers = connection.by_ref().lines().map(Result::unwrap);
        assert!(headers.take_while(|line| !line.is_empty()).count() > 0);
    }
    server.stop();
}

/// A request whose body the server waits for.
struct HalfRequest {
    connection: TcpStream,
    body: String,
}

impl HalfRequest {
    /// Sends everything but the body, and returns when the server asks for it.
    fn begin(address: &str, path: &str, body: &str) -> Self {
        let mut connection = TcpStream::connect(address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(
            connection,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            body.len()
        )
        .unwrap();
        let mut interim = [0; 25];
        connection.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
        Self { connection, body: body.to_owned() }
    }

    /// Sends the body and returns the answer.
    fn finish(mut self) -> String {
        self.connection.write_all(self.body.as_bytes()).unwrap();
        let mut answer = String::new();
        self.connection.read_to_string(&mut answer).unwrap();
        answer
    }
}

pub(crate) fn wait_until(what: &str, holds: impl Fn() -> bool) {
    for _attempt in 0..1000 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("still not after ten seconds: {what}");
}

fn an_administrator_is_granted_and_revoked(home: &Home) {
    let server = home.start(&[]);
    let email = fresh_email("student");
    Api::register(server.base(), &email, "student").unwrap();
    assert!(home.succeed(&["admin", "grant", &email], &[]).contains("is an administrator now"));
    assert!(home.succeed(&["admin", "grant", &email], &[]).contains("already"));
    assert!(home.succeed(&["admin", "revoke", &email], &[]).contains("is an ordinary account now"));
    let nobody = home.run(&["admin", "grant", "nobody@example.com"], &[]);
    assert_eq!(nobody.status.code(), Some(1));
    let said = String::from_utf8(nobody.stderr).unwrap();
    assert!(said.contains("nobody has the address nobody@example.com"), "{said}");
}

#[test]
fn production_without_a_key_says_so_in_one_line() {
    let output = Home::sqlite().run(&["serve"], &[PRODUCTION]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("configuration: SECRET_KEY: is required in production"), "{said}");
}

#[test]
fn every_mistake_is_told_before_anything_happens() {
    let home = Home::sqlite();
    let wrong = [("PORT", "http"), ("DATABASE_URL", "mysql://x"), ("INSTAINSTRU_DATA", "x")];
    let output = home.run(&["serve"], &wrong);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.lines().count()), (Some(2), 3), "{said}");
    assert!(!home.path("data").exists());
}

#[test]
fn a_second_signal_does_not_wait_for_anybody() {
    let mut server = Home::sqlite().start(&[("SHUTDOWN_TIMEOUT_SECONDS", "3600")]);
    let address = server.base().trim_start_matches("http://").to_owned();
    let _never_finished = HalfRequest::begin(&address, "/auth/register", "{}");
    server.signal("TERM");
    wait_until("nobody is let in", || TcpStream::connect(&address).is_err());
    server.signal("INT");
    assert_eq!(server.wait().code(), Some(0), "{}", server.log());
}

#[test]
fn the_file_in_the_working_directory_is_read_except_on_build_machines() {
    let home = Home::sqlite();
    std::fs::write(home.path(".env"), "SECRET_KEY=short\n").unwrap();
    let refused = home.run(&["seed"], &[]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.starts_with("configuration: SECRET_KEY: must have at least 32 bytes"), "{said}");
    home.succeed(&["seed"], &[("CI", "true")]);
}

#[test]
fn a_taken_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Home::sqlite().run(&["serve"], &[("PORT", &port)]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains(&format!("127.0.0.1:{port}")) && said.contains("PORT"), "{said}");
}

#[test]
fn the_document_is_the_same_from_the_command_and_the_server() {
    let home = Home::sqlite();
    let printed: Value = serde_json::from_str(&home.succeed(&["openapi"], &[])).unwrap();
    let server = home.start(&[]);
    let served = Api::visitor(server.base()).get("/openapi.json").unwrap().expect(200).unwrap();
    assert!(printed["paths"].as_object().unwrap().len() > 30);
    assert_eq!(printed, served);
}

#[test]
fn a_new_key_starts_production() {
    let home = Home::sqlite();
    let key = home.succeed(&["keygen"], &[]);
    let server = home.start(&[PRODUCTION, HERE, ("SECRET_KEY", key.trim()), ("BCRYPT_COST", "10")]);
    student(server.base()).unwrap();
    server.stop();
}
