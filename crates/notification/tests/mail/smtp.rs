//! A real SMTP server in another process: `aiosmtpd`, which `cargo xtask setup` installs.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Stdio},
    sync::Arc,
};

use instainstru_domain::{
    account::EmailAddress,
    event::DomainEvent,
    ports::{ConsumerError, EventConsumer},
};
use instainstru_notification::mail::{
    Encryption, Mail, MailSender, Recipient, SendError, SmtpSender, SmtpServer, preview::samples,
};
use instainstru_test_support::{builders::a_user, clock::FixedClock, python::python};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::{NOW, World, writer};

/// A running server, which ends when dropped.
struct Server {
    process: Child,
    directory: TempDir,
    port: u16,
}

impl Server {
    fn start(options: &[&str]) -> Option<Self> {
        let mut python = python()?;
        let directory = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/mail/smtp_server.py");
        let mut process = python
            .arg(script)
            .arg(directory.path())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Some(Self { process, directory, port: line.trim().parse().expect("the port of the server") })
    }

    fn sender(&self, encryption: Encryption, login: Option<(&str, &str)>) -> SmtpSender {
        sender(self.port, encryption, login)
    }

    /// Envelope and content of the message with this number, if there is one.
    fn message(&self, number: usize) -> Option<(Value, String)> {
        let file =
            |suffix: &str| fs::read_to_string(self.directory.path().join(format!("{number}.{suffix}")));
        Some((serde_json::from_str(&file("json").ok()?).unwrap(), file("eml").unwrap()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input ends it; if it has ended already, that is fine.
        drop(self.process.stdin.take());
        let _ended = self.process.wait();
    }
}

fn sender(port: u16, encryption: Encryption, login: Option<(&str, &str)>) -> SmtpSender {
    let login = login.map(|(user, password)| (user.to_owned(), password.to_owned()));
    let server = SmtpServer { host: "127.0.0.1".into(), port, encryption, login };
    SmtpSender::new(&server, Arc::new(FixedClock::at(NOW))).unwrap()
}

fn mail_to(address: &str) -> Mail {
    let samples = samples(&writer()).unwrap();
    let mail = samples.into_iter().find(|sample| sample.name == "confirmation_student.full").unwrap().mail;
    let address = EmailAddress::new(address).unwrap();
    Mail { to: Recipient { name: Some("Zoë".into()), address }, ..mail }
}

#[test]
fn a_mail_arrives_as_it_was_sent() {
    let Some(server) = Server::start(&[]) else { return };
    let mail = mail_to("zoe@example.com");
    server.sender(Encryption::None, None).send(&mail).unwrap();
    let (envelope, content) = server.message(0).unwrap();
    let expected = json!({
        "from": "noreply@studio.example", "to": ["zoe@example.com"], "is_protected": false, "user": null,
    });
    assert_eq!(envelope, expected);
    assert!(content.contains(&format!("Message-ID: <{}>\r\n", mail.message_id)), "{content}");
    assert!(content.contains("Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n"), "{content}");
    assert!(server.message(1).is_none());
}

#[test]
fn servers_that_ask_who_we_are_are_told() {
    let Some(server) = Server::start(&["--login", "app", "hunter2"]) else { return };
    server.sender(Encryption::None, Some(("app", "hunter2"))).send(&mail_to("zoe@example.com")).unwrap();
    assert_eq!(server.message(0).unwrap().0["user"], "app");
    // A wrong password says nothing about the mail: it waits until somebody mends the configuration.
    for login in [Some(("app", "wrong")), None] {
        match server.sender(Encryption::None, login).send(&mail_to("zoe@example.com")) {
            Err(SendError::Later { reason, .. }) => assert!(!reason.contains("hunter2"), "{reason}"),
            other => panic!("{login:?}: {other:?}"),
        }
    }
}

#[test]
fn refusals_for_now_are_told_apart_from_refusals_for_good() {
    let Some(server) = Server::start(&[]) else { return };
    let sender = server.sender(Encryption::None, None);
    for name in ["later", "drop", "garble"] {
        let error = sender.send(&mail_to(&format!("{name}@example.com"))).unwrap_err();
        assert!(matches!(error, SendError::Later { .. }), "{name}: {error:?}");
    }
    match sender.send(&mail_to("never@example.com")) {
        Err(SendError::Never { reason, .. }) => assert!(reason.contains("Nobody of that name"), "{reason}"),
        other => panic!("{other:?}"),
    }
    // The next mail is none the worse for it.
    sender.send(&mail_to("zoe@example.com")).unwrap();
    assert!(server.message(0).is_some() && server.message(1).is_none());
}

#[test]
fn nobody_listening_is_a_fault_that_passes() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = sender(closed, Encryption::None, None).send(&mail_to("zoe@example.com")).unwrap_err();
    assert!(matches!(error, SendError::Later { .. }), "{error:?}");
}

#[test]
fn nothing_is_said_to_a_server_that_cannot_keep_it_private() {
    let Some(server) = Server::start(&[]) else { return };
    for encryption in [Encryption::StartTls, Encryption::Tls] {
        let error = server.sender(encryption, Some(("app", "hunter2"))).send(&mail_to("zoe@example.com"));
        assert!(matches!(error, Err(SendError::Later { .. })), "{encryption:?}: {error:?}");
    }
    assert!(server.message(0).is_none());
}

#[test]
fn an_event_is_told_once_the_server_is_back() {
    let Some(server) = Server::start(&[]) else { return };
    let world = World::sending_by(Arc::new(server.sender(Encryption::None, None)));
    let user = a_user(&world.store).email("zoe@example.com").insert().id;
    let event = world.record(DomainEvent::UserRegistered { user });
    let port = server.port;
    drop(server);
    let error = world.consumer.handle(&event).unwrap_err();
    assert!(matches!(error, ConsumerError::Later { .. }), "{error:?}");
    assert_eq!(world.noted(event.number), [""; 0]);

    let Some(server) = Server::start(&["--port", &port.to_string()]) else { return };
    world.consumer.handle(&event).unwrap();
    assert_eq!(server.message(0).unwrap().0["to"], json!(["zoe@example.com"]));
    assert_eq!(world.noted(event.number).len(), 1);
}
