//! Mails to administrators.

use std::sync::Arc;

use instainstru_domain::{account::EmailAddress, alert::AlertKind, event::DomainEvent, ids::AlertId};
use instainstru_notification::mail::{Alert, AlertMailer, SendError, Severity};
use instainstru_test_support::clock::FixedClock;

use crate::world::{NOW, Post, World, at, to, writer};

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

fn alert() -> Alert {
    Alert {
        key: "database-slow".into(),
        severity: Severity::Critical,
        title: "The database\r\nBcc: all@example.com".into(),
        message: "It is <b>slow</b>.\nVery.".into(),
        details: vec![("Node".into(), "web-1".into())],
        raised_at: at("2026-07-01T12:30:00Z"),
    }
}

fn mailer(post: &Post) -> AlertMailer {
    AlertMailer::new(writer(), Arc::new(post.clone()), Arc::new(FixedClock::at(NOW)))
}

#[test]
fn an_alert_goes_to_every_administrator() {
    let post = Post::default();
    mailer(&post).send(&[address("a@example.com"), address("b@example.com")], &alert()).unwrap();
    let sent = post.sent();
    assert_eq!(
        sent.iter().map(|mail| mail.to.address.as_str()).collect::<Vec<_>>(),
        ["a@example.com", "b@example.com"]
    );
    for mail in &sent {
        assert_eq!(mail.subject.as_str(), "[CRITICAL] InstaInstru Alert: The database Bcc: all@example.com");
        assert!(mail.html.contains("It is &lt;b&gt;slow&lt;/b&gt;.<br>Very."), "{}", mail.html);
        assert!(mail.text.contains("Node: web-1"), "{}", mail.text);
        assert!(mail.text.contains("12:30:00 UTC"), "{}", mail.text);
    }
    assert_ne!(sent[0].message_id, sent[1].message_id);
}

#[test]
fn the_same_alert_is_the_same_mail_and_another_one_is_not() {
    let post = Post::default();
    let to = [address("a@example.com")];
    mailer(&post).send(&to, &alert()).unwrap();
    mailer(&post).send(&to, &alert()).unwrap();
    mailer(&post).send(&to, &Alert { raised_at: at("2026-07-01T12:31:00Z"), ..alert() }).unwrap();
    let names: Vec<String> = post.sent().iter().map(|mail| mail.message_id.to_string()).collect();
    assert_eq!(names[0], names[1]);
    assert_ne!(names[0], names[2]);
}

#[test]
fn one_administrator_who_cannot_be_reached_does_not_silence_the_alert() {
    let post = Post::default();
    post.refuse(&address("a@example.com"), || SendError::Never { reason: "gone".into(), cause: None });
    let outcome = mailer(&post).send(&[address("a@example.com"), address("b@example.com")], &alert());
    assert_eq!(outcome.unwrap_err().to_string(), "gone");
    assert_eq!(post.sent().len(), 1);
}

#[test]
fn administrators_are_told_of_an_alert_by_the_mail_of_events() {
    let world = World::new();
    for address in ["grace@example.com", "margaret@example.com"] {
        world.administrator(address);
    }
    world.lesson();
    let alert = world.alert();
    let mails = world.mails_about(DomainEvent::AlertRaised { alert: alert.id });
    assert_eq!(mails.len(), 2, "and nobody else");
    let mail = to(&mails, "grace@example.com");
    assert_eq!(
        mail.subject.as_str(),
        "[CRITICAL] InstaInstru Alert: Performance Alert: Extremely Slow Query"
    );
    for part in ["A statement took 1234 ms.", "query: SELECT 1", "12:59:00 UTC"] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
    assert!(world.is_told(alert.id));
}

#[test]
fn administrators_are_not_mailed_about_a_warning() {
    let world = World::new();
    world.administrator("grace@example.com");
    let alert = world.alert_of(AlertKind::HighMemoryUsage);
    assert!(world.mails_about(DomainEvent::AlertRaised { alert: alert.id }).is_empty());
    assert!(!world.is_told(alert.id));
}

#[test]
fn an_alert_that_reaches_nobody_is_not_noted_as_told() {
    let world = World::new();
    let alert = world.alert();
    assert!(world.mails_about(DomainEvent::AlertRaised { alert: alert.id }).is_empty());
    assert!(!world.is_told(alert.id));
    let gone = AlertId::new(99).unwrap();
    assert!(world.mails_about(DomainEvent::AlertRaised { alert: gone }).is_empty());
}
