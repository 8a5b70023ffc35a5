//! Mails as files, read by two programs that did not write them.

use std::{fs, path::Path, sync::Arc};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use instainstru_domain::account::EmailAddress;
use instainstru_notification::mail::{
    FileSender, Mail, MailSender, Recipient, SendError, Subject, preview::samples,
};
use instainstru_test_support::{clock::FixedClock, python::python};
use serde_json::{Value, json};

use crate::world::{NOW, World, confirmed, writer};

/// A mail with everything that a mail can have.
fn full() -> Mail {
    let samples = samples(&writer()).unwrap();
    samples.into_iter().find(|sample| sample.name == "confirmation_student.full").unwrap().mail
}

/// Writes a mail into a file and returns its name and content.
fn written(mail: &Mail) -> (String, Vec<u8>) {
    let directory = tempfile::tempdir().unwrap();
    let sender = FileSender::new(directory.path().join("mail"), Arc::new(FixedClock::at(NOW)));
    sender.send(mail).unwrap();
    let mut entries = fs::read_dir(directory.path().join("mail")).unwrap();
    let entry = entries.next().unwrap().unwrap();
    assert!(entries.next().is_none(), "one mail, one file");
    (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
}

/// What Python's own `email` package understands of a mail.
fn read_by_python(raw: &[u8]) -> Option<Value> {
    let mut python = python()?;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("mail.eml");
    fs::write(&file, raw).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/mail/read_mail.py");
    let output = python.arg(script).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn a_mail_is_read_back_as_it_was_written() {
    let mail = full();
    let (name, raw) = written(&mail);
    assert_eq!(name, "20260701T130000.000000Z-1.confirmation_student.1.1783706700.eml");
    assert!(raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 998), "lines of at most 998 bytes");
    assert!(raw.is_ascii(), "no server can damage it");
    let Some(read) = read_by_python(&raw) else { return };
    assert_eq!(read["defects"], json!([]));
    assert_eq!(read["subject"], mail.subject.as_str());
    assert_eq!(read["from"], json!([["iNSTAiNSTRU", "noreply@studio.example"]]));
    assert_eq!(read["to"], json!([["Zoë Miller", "zoe@example.com"]]));
    assert_eq!(read["message_id"], format!("<{}>", mail.message_id));
    assert_eq!(read["date"], "2026-07-01T13:00:00+00:00");
    assert_eq!(read["text"].as_str().unwrap().replace("\r\n", "\n"), mail.text);
    assert_eq!(read["html"].as_str().unwrap().replace("\r\n", "\n"), mail.html);
    let structure =
        json!(["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]);
    assert_eq!(read["structure"], structure);
    let calendar = mail.calendar.as_ref().unwrap();
    let attachment = json!([{
        "name": "lesson.ics",
        "type": "text/calendar",
        "method": "REQUEST",
        "charset": "utf-8",
        "content": BASE64_STANDARD.encode(&calendar.text),
    }]);
    assert_eq!(read["attachments"], attachment);
}

#[test]
fn a_mail_without_a_lesson_has_no_attachment() {
    let samples = samples(&writer()).unwrap();
    let welcome = samples.into_iter().find(|sample| sample.name == "welcome.full").unwrap().mail;
    let Some(read) = read_by_python(&written(&welcome).1) else { return };
    assert_eq!(read["structure"], json!(["multipart/alternative", "text/plain", "text/html"]));
    assert_eq!(read["attachments"], json!([]));
}

#[test]
fn names_cannot_add_headers_or_recipients() {
    let names = [
        "Eve\" <all@evil.example>, \"",
        "Eve <all@evil.example>",
        "a,b;c:d",
        "Zoë \u{202e}\u{200f}שרה 🎹",
        "=?utf-8?q?all=40evil.example?=",
        &"x".repeat(120),
        "all@evil.example,",
        "back\\slash \"quote\"",
    ];
    let expected =
        ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
    for name in names {
        let mut mail = full();
        mail.to.name = Some(name.to_owned());
        mail.subject = Subject::new(&format!("Piano with {name}\r\nBcc: all@evil.example\r\n\r\nbody"));
        let Some(read) = read_by_python(&written(&mail).1) else { return };
        assert_eq!(read["headers"], json!(expected), "{name}");
        assert_eq!(read["to"].as_array().unwrap().len(), 1, "{name}: {}", read["to"]);
        assert_eq!(read["to"][0][1], "zoe@example.com", "{name}");
        assert_eq!(read["subject"], mail.subject.as_str(), "{name}");
        assert_eq!(read["defects"], json!([]), "{name}");
    }
}

#[test]
fn an_address_that_headers_cannot_carry_is_refused_for_good() {
    // Registration takes it; mail cannot.
    let address = EmailAddress::new("a\u{a0}b@example.com")
        .or_else(|_refused| EmailAddress::new("a`\u{2060}b@example.com"));
    let mail = Mail { to: Recipient { name: None, address: address.unwrap() }, ..full() };
    let directory = tempfile::tempdir().unwrap();
    let sender = FileSender::new(directory.path().to_owned(), Arc::new(FixedClock::at(NOW)));
    match sender.send(&mail) {
        Err(SendError::Never { .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_mail_is_the_same_file_but_for_its_date() {
    let (_name, raw) = written(&full());
    assert_eq!(written(&full()).1, raw);
}

#[test]
fn files_sort_by_the_time_they_were_written() {
    let directory = tempfile::tempdir().unwrap();
    let clock = FixedClock::at(NOW);
    let world =
        World::sending_by(Arc::new(FileSender::new(directory.path().to_owned(), Arc::new(clock.clone()))));
    let lesson = world.lesson();
    let mut names = Vec::new();
    for instant in [
        "2026-07-01T13:00:00Z",
        "2026-07-01T13:00:00.000001Z",
        "2026-12-01T00:00:00Z",
        "2027-01-01T00:00:00Z",
    ] {
        clock.set(instant);
        world.happen(confirmed(&lesson)).unwrap();
        let mut all: Vec<String> = fs::read_dir(directory.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        all.sort();
        assert_eq!(all.len(), names.len() + 2);
        assert_eq!(all[..names.len()], names);
        names = all;
    }
    assert!(names.iter().all(|name| name.ends_with(".eml")), "{names:?}");
}

#[test]
fn a_directory_that_cannot_be_written_is_tried_later() {
    let directory = tempfile::tempdir().unwrap();
    let in_the_way = directory.path().join("mail");
    fs::write(&in_the_way, "a file").unwrap();
    let sender = FileSender::new(in_the_way.clone(), Arc::new(FixedClock::at(NOW)));
    assert!(matches!(sender.send(&full()), Err(SendError::Later { .. })));
    fs::remove_file(&in_the_way).unwrap();
    sender.send(&full()).unwrap();
}
