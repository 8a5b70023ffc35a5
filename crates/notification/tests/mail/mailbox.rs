//! Looking at the mails that were written into files.

use std::{fs, sync::Arc};

use instainstru_notification::mail::{FileSender, MailSender, Mailbox, preview::samples};
use instainstru_test_support::clock::FixedClock;

use crate::world::{NOW, writer};

#[test]
fn every_mail_is_found_again_newest_first_with_everything_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let (mailbox, clock) = (Mailbox::new(directory.path().join("mail")), FixedClock::at(NOW));
    assert_eq!(mailbox.list(10).unwrap(), []);
    let sender = FileSender::new(directory.path().join("mail"), Arc::new(clock.clone()));
    let samples = samples(&writer()).unwrap();
    for (second, sample) in samples.iter().enumerate() {
        clock.set(&format!("2026-07-01T13:00:{second:02}Z"));
        sender.send(&sample.mail).unwrap();
    }
    let listed = mailbox.list(1000).unwrap();
    assert_eq!(listed.len(), samples.len());
    assert_eq!(mailbox.list(2).unwrap(), listed[..2]);
    for (listed, sample) in listed.iter().zip(samples.iter().rev()) {
        assert_eq!(listed.subject, sample.mail.subject.as_str());
        assert!(listed.to.contains(sample.mail.to.address.as_str()), "{listed:?}");
        let kept = mailbox.read(&listed.name).unwrap().unwrap();
        assert_eq!(kept.listed, *listed);
        assert_eq!(kept.message_id, sample.mail.message_id.as_str());
        assert_eq!(kept.from, "iNSTAiNSTRU <noreply@studio.example>");
        assert_eq!(kept.text.replace("\r\n", "\n"), sample.mail.text);
        assert_eq!(kept.html.replace("\r\n", "\n"), sample.mail.html);
        let files: Vec<(&str, &str, &[u8])> = kept
            .attachments
            .iter()
            .map(|file| (file.name.as_str(), file.content_type.as_str(), file.content.as_slice()))
            .collect();
        let expected: Vec<(&str, &str, &[u8])> = sample
            .mail
            .calendar
            .iter()
            .map(|file| ("lesson.ics", "text/calendar", file.text.as_bytes()))
            .collect();
        assert_eq!(files, expected);
    }
    assert_eq!(listed[0].date, "2026-07-01T13:00:27Z");
}

#[test]
fn nothing_but_mails_is_found() {
    let directory = tempfile::tempdir().unwrap();
    let mail = directory.path().join("mail");
    fs::create_dir(&mail).unwrap();
    fs::write(directory.path().join("secret.eml"), "Subject: secret\r\n\r\n").unwrap();
    for name in ["notes.txt", ".hidden.eml", "half.tmp"] {
        fs::write(mail.join(name), "Subject: no\r\n\r\n").unwrap();
    }
    fs::write(mail.join("empty.eml"), "").unwrap();
    fs::write(mail.join("garbage.eml"), [0xff, 0xfe, 0, 13, 10]).unwrap();
    let mailbox = Mailbox::new(mail);
    let names: Vec<String> = mailbox.list(10).unwrap().into_iter().map(|mail| mail.name).collect();
    assert_eq!(names, ["garbage.eml", "empty.eml"]);
    for name in
        ["../secret.eml", "..%2fsecret.eml", "/etc/passwd", "notes.txt", ".hidden.eml", "", "none.eml"]
    {
        assert!(mailbox.read(name).unwrap().is_none(), "{name}");
    }
}
