//! Every mail, with full and with minimal data.

use std::collections::BTreeSet;

use instainstru_domain::account::EmailAddress;
use instainstru_notification::mail::{
    Mail, MailKind, Site, Writer,
    preview::{Sample, samples},
};

fn writer() -> Writer {
    reminding(Some(24))
}

/// A writer where people are reminded so many hours before a lesson, if at all.
fn reminding(hours_before: Option<u16>) -> Writer {
    let from = EmailAddress::new("noreply@studio.example").unwrap();
    Writer::new(Site::new(from, "https://studio.example").unwrap().reminding(hours_before)).unwrap()
}

fn all() -> Vec<Sample> {
    samples(&writer()).unwrap()
}

#[test]
fn every_mail_says_what_it_should() {
    for sample in all() {
        insta::assert_snapshot!(
            format!("{}.txt", sample.name),
            format!("Subject: {}\n\n{}", sample.mail.subject.as_str(), sample.mail.text)
        );
        insta::assert_snapshot!(format!("{}.html", sample.name), sample.mail.html);
    }
}

#[test]
fn every_kind_of_mail_is_among_the_samples() {
    let seen: BTreeSet<MailKind> = all().iter().map(|sample| sample.mail.kind).collect();
    assert_eq!(seen, MailKind::ALL.into());
    assert_eq!(all().len(), 2 * MailKind::ALL.len());
}

#[test]
fn the_reminder_that_is_promised_is_the_one_that_comes() {
    for (hours_before, student, instructor) in [
        (Some(24), "We will remind you 24 hours before", "We will remind both of you 24 hours before"),
        (Some(2), "We will remind you 2 hours before", "We will remind both of you 2 hours before"),
        (Some(1), "We will remind you 1 hour before", "We will remind both of you 1 hour before"),
    ] {
        for (name, promise) in
            [("confirmation_student.full", student), ("confirmation_instructor.full", instructor)]
        {
            let mail = sample(hours_before, name);
            assert!(mail.text.contains(promise) && mail.html.contains(promise), "{name}: {}", mail.text);
        }
    }
    for name in ["confirmation_student.full", "confirmation_instructor.full"] {
        let mail = sample(None, name);
        assert!(!mail.text.contains("remind") && !mail.html.contains("remind"), "{name}: {}", mail.text);
    }
}

fn sample(hours_before: Option<u16>, name: &str) -> Mail {
    let found = samples(&reminding(hours_before)).unwrap().into_iter().find(|sample| sample.name == name);
    found.unwrap().mail
}
